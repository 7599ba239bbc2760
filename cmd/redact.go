package cmd

import (
	"bytes"
	"encoding/json"
	"io"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"waudit/audit/result"
	"waudit/ingest/phone"
	"waudit/report/redact"
)

// redaction is the flags of commands that write about customers.
type redaction struct {
	redact    bool
	redactKey string
	redactor  *redact.Redactor // nil: nothing is redacted
}

func (f *redaction) register(flags *pflag.FlagSet) {
	flags.BoolVar(&f.redact, "redact", false, "replace customers' phones, user ids, groups and message ids by pseudonyms in everything that is written")
	flags.StringVar(&f.redactKey, "redact-key", "", "redact by the secret in this file: the same key gives the same pseudonyms, and nobody can guess them without it")
}

// redacts reports whether the flags ask for pseudonyms.
func (f *redaction) redacts() bool { return f.redact || f.redactKey != "" }

// startRedacting reads the key, and redacts all that the run says from here on.
func (f *redaction) startRedacting(c *cobra.Command) error {
	if !f.redacts() {
		return nil
	}
	f.redact = true
	var key []byte
	if f.redactKey != "" {
		text, err := os.ReadFile(f.redactKey)
		if err != nil {
			return usage("--redact-key: %v", err)
		}
		if key = bytes.TrimSpace(text); len(key) < leastKey {
			return usage("--redact-key %s: give at least %d bytes that nobody can guess, such as those of: head -c 32 /dev/urandom | base64", f.redactKey, leastKey)
		}
	}
	f.redactor = redact.New(key, phone.Canonical)
	c.Root().SetErr(f.redactor.Writer(c.ErrOrStderr()))
	return nil
}

// document puts pseudonyms into a report, whether its run is this one or was an earlier
// one. Without --redact it stays as it is.
func (f *redaction) document(doc any) {
	if f.redactor == nil {
		return
	}
	f.redactor.KeepOwn(doc)
	switch d := doc.(type) {
	case *result.Explanation:
		var asked []string
		if d.Asked.By != "finding" && d.Asked.By != "line" {
			asked = append(asked, d.Asked.Value)
		}
		f.redactor.Whole(d, asked...)
		return
	case *result.Report:
		d.Run.Options["redact"] = true
	case *result.Reconciliation:
		d.Run.Options["redact"] = true
	}
	f.redactor.Value(doc)
}

// rejectsTo is where rejected records go to. What they say may name customers in every
// way, in messages and profiles for example, so that redacted ones are left out: their
// places, reasons and hashes are not.
func (f *redaction) rejectsTo(w io.Writer) io.Writer {
	if f.redactor == nil {
		return w
	}
	return &hiddenRejects{w: w, redactor: f.redactor.Bare()}
}

// hiddenRejects writes the lines of ingest.Options.Rejects without their records.
type hiddenRejects struct {
	w        io.Writer
	redactor *redact.Redactor
	begun    []byte // a line whose end is to come
}

func (h *hiddenRejects) Write(p []byte) (int, error) {
	h.begun = append(h.begun, p...)
	for {
		line, rest, whole := bytes.Cut(h.begun, []byte("\n"))
		if !whole {
			return len(p), nil
		}
		if err := h.line(line); err != nil {
			return 0, err
		}
		h.begun = rest
	}
}

func (h *hiddenRejects) line(text []byte) error {
	type why struct {
		At     string `json:"at"`
		Reason string `json:"reason"`
	}
	var line struct {
		Waudit struct {
			Path string `json:"path"`
			Line int64  `json:"line"`
			why
			More   []why  `json:"more,omitempty"`
			SHA256 string `json:"sha256"`
		} `json:"_waudit"`
		Record json.RawMessage `json:"record,omitempty"`
	}
	if err := json.Unmarshal(text, &line); err != nil {
		return err
	}
	record := []byte(line.Record)
	if as := ""; json.Unmarshal(record, &as) == nil {
		record = []byte(as)
	}
	h.redactor.Value(&line)
	line.Record, line.Waudit.SHA256 = nil, hash(record)
	e := json.NewEncoder(h.w)
	e.SetEscapeHTML(false)
	return e.Encode(&line)
}

// leastKey is how long a key is at least, in bytes.
const leastKey = 16
