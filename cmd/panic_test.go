package cmd

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"unsafe"

	"waudit/audit"
	"waudit/audit/account"
	"waudit/audit/coverage"
	"waudit/audit/event"
	billing "waudit/audit/invoice"
	"waudit/audit/parallel"
	"waudit/audit/result"
	"waudit/audit/template"
	"waudit/ingest"
	"waudit/ingest/group"
	"waudit/ingest/invoice"
	"waudit/report"
)

// panicking is what is made to fail: bytes that cannot be read, a log without
// pairs, a context that does not know whether it has ended.
type panicking struct {
	context.Context
	asked atomic.Int64
}

func (*panicking) Read([]byte) (int, error) { panic("made to fail") }

func (*panicking) Partitions() int { return 2 }

func (*panicking) Each(int, func(int) bool, func(event.Pair) error) error { panic("made to fail") }

func (p *panicking) Err() error {
	if p.asked.Add(1) > 1 { // once it is asked before anything runs in parallel
		panic("made to fail")
	}
	return nil
}

// TestPanics: a panic in any part that runs in parallel is an internal error, not
// the end of the process, of which the exit code would say that the usage is wrong.
func TestPanics(t *testing.T) {
	bill := filepath.Join(t.TempDir(), "bill.csv")
	if err := os.WriteFile(bill, []byte("message_id,amount,currency\nm,0.01,USD\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, run := range map[string]func() error{
		"reading": func() error {
			_, err := ingest.Read(t.Context(), ingest.Options{Paths: []string{"-"}, Stdin: &panicking{}}, func(int) ingest.Sink { return nil })
			return err
		},
		"grouping": func() error {
			s, err := group.New(group.Options{})
			if err != nil {
				return err
			}
			defer func() { _ = s.Close() }()
			w := s.Writer()
			if err := errors.Join(w.Add(&event.Event{Kind: event.Charge, Message: "m", Place: event.Place{Input: 1}}), w.Close()); err != nil {
				return err
			}
			_, err = s.Seal(t.Context(), group.SealOptions{Workers: 2, Bill: 1, Lost: func(*event.Event) { panic("made to fail") }})
			return err
		},
		"auditing": func() error {
			_, _, err := audit.Audit(t.Context(), &panicking{}, audit.Options{Workers: 2, Book: account.NewBook(nil), Census: coverage.NewCensus(), Templates: template.New(nil, nil, 0)})
			return err
		},
		"reporting": func() error {
			var broken string
			*(*[2]uintptr)(unsafe.Pointer(&broken)) = [2]uintptr{0, 1} // a byte that is nowhere
			return report.AuditFormats().Write(io.Discard, "json", &result.Report{Findings: []result.Finding{{ID: broken}}}, report.Options{})
		},
		"reading a bill": func() error {
			_, err := invoice.Read(&panicking{Context: t.Context()}, bill, invoice.Options{}, func(*billing.Line) error { return nil })
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			err := run()
			if _, ok := errors.AsType[*parallel.InternalError](err); !ok || exitCode(err) != exitInternal {
				t.Errorf("exit code %d: %v", exitCode(err), err)
			}
		})
	}
}

// TestPanicIsOneLine: what the user sees is what happened and where, without a
// stack, both when it happens beside the command and in it.
func TestPanicIsOneLine(t *testing.T) {
	for _, args := range [][]string{{"audit", "-"}, {"version"}} {
		var stderr bytes.Buffer
		code := Run(t.Context(), args, &panicking{}, panicWriter{}, &stderr)
		text := stderr.String()
		if code != exitInternal || strings.Count(text, "\n") != 1 || !strings.HasPrefix(text, "waudit: internal error: made to fail, in cmd.") {
			t.Errorf("%v: exit code %d, and %q", args, code, text)
		}
	}
}

// panicWriter is an output that cannot be written to.
type panicWriter struct{}

func (panicWriter) Write([]byte) (int, error) { panic("made to fail") }
