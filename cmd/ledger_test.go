package cmd

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"

	"waudit/audit"
	"waudit/audit/coverage"
	"waudit/audit/result"
	"waudit/ingest/ledger"
	"waudit/ingest/source"
)

// packed packs paths into a new ledger and returns its folder.
func packed(t *testing.T, paths ...string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "ledger")
	mustPack(t, dir, paths...)
	return dir
}

func mustPack(t *testing.T, dir string, args ...string) {
	t.Helper()
	if code, _, stderr := run(t, "", append([]string{"pack", "-q", "-o", dir}, args...)...); code != exitClean {
		t.Fatalf("pack %v: exit %d: %s", args, code, stderr)
	}
}

// sameReport fails if two reports differ in more than inputs and places.
func sameReport(t *testing.T, what string, want, got *result.Report) {
	t.Helper()
	if diff := cmp.Diff(*want, *got, placesOnly); diff != "" {
		t.Errorf("%s: the report of the ledger differs:\n%s", what, diff[:min(len(diff), 3000)])
	}
}

// A ledger says what its logs say, in every era, and so it does of a period and
// with little memory. Evidence names the log.
func TestLedgerEqualsItsLogs(t *testing.T) {
	seeds, messages := size()
	for _, from := range months() {
		for seed := 1; seed <= seeds; seed++ {
			t.Run(fmt.Sprintf("%s/%d", from, seed), func(t *testing.T) {
				t.Parallel()
				dir, _ := simulated(t, from, seed+10, messages/3)
				log, config := filepath.Join(dir, "log.ndjson"), filepath.Join(dir, "waudit.yaml")
				ledger := packed(t, log, "-c", config, "--memory", "4MB", "--part-size", "100KB")
				want, got := audited(t, log, "-c", config), audited(t, ledger, "-c", config)
				sameReport(t, "all", want, got)
				for i := range want.Findings {
					if diff := cmp.Diff(want.Findings[i].Evidence, got.Findings[i].Evidence); diff != "" {
						t.Fatalf("evidence of %s differs:\n%s", want.Findings[i].ID, diff)
					}
				}
				for _, period := range [][]string{{"--from", from}, {"--period", from[:7]}, {"--to", from[:8] + "25"}} {
					args := append(period, "-c", config)
					sameReport(t, strings.Join(period, " "), audited(t, append(args, log)...), audited(t, append(args, ledger)...))
				}
			})
		}
	}
}

// A ledger keeps in which hours its numbers had events, so that gaps are seen in what
// a period does not read.
func TestLedgerKeepsHours(t *testing.T) {
	dir, _ := simulated(t, "2026-09-15", 4, 600)
	folder, err := source.OpenFolder(t.Context(), packed(t, filepath.Join(dir, "log.ndjson")))
	if err != nil {
		t.Fatal(err)
	}
	l, err := ledger.Open(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	data, err := l.Census()
	var state coverage.CensusData
	if err != nil || json.Unmarshal(data, &state) != nil {
		t.Fatal(err, string(data))
	}
	for _, n := range state.Numbers {
		if len(n.Days) == 0 {
			t.Errorf("number %s has no hours", n.ID)
		}
	}
}

// What a period does not need is not read, and is not missed.
func TestLedgerOfAPeriod(t *testing.T) {
	_, messages := size()
	dir, _ := simulated(t, "2026-08-01", 1, messages/2, "--days", "100")
	log, config := filepath.Join(dir, "log.ndjson"), filepath.Join(dir, "waudit.yaml")
	ledger := packed(t, log, "-c", config)
	all := audited(t, ledger, "-c", config)
	for _, period := range []string{"2026-08", "2026-09", "2026-10", "2026-11"} {
		want, got := audited(t, log, "-c", config, "--period", period), audited(t, ledger, "-c", config, "--period", period)
		sameReport(t, period, want, got)
		if read, of := got.Run.Inputs[0].Records, all.Run.Inputs[0].Records; period == "2026-11" && read > of*3/4 {
			t.Errorf("%s: %d of %d rows were read", period, read, of)
		}
	}
}

// An append of one half says what packing both says, and a file that is packed
// already changes no byte.
func TestLedgerGrows(t *testing.T) {
	_, messages := size()
	for _, from := range []string{"2023-08-01", "2026-09-15"} {
		t.Run(from, func(t *testing.T) {
			t.Parallel()
			dir, _ := simulated(t, from, 3, messages/2)
			config, other := filepath.Join(dir, "waudit.yaml"), t.TempDir()
			log := lines(t, filepath.Join(dir, "log.ndjson"))
			early, late := filepath.Join(other, "a.ndjson"), filepath.Join(other, "b.ndjson")
			write(t, early, log[:len(log)*3/5])
			write(t, late, log[len(log)/2:]) // a tenth is in both
			want := audited(t, filepath.Join(dir, "log.ndjson"), "-c", config)

			ledger := packed(t, early, "-c", config)
			mustPack(t, ledger, late, "-c", config)
			sameReport(t, "appended", want, audited(t, ledger, "-c", config))
			before := files(t, ledger)
			mustPack(t, ledger, late, early, "-c", config)
			if diff := cmp.Diff(before, files(t, ledger)); diff != "" {
				t.Errorf("packing again changed the ledger:\n%s", diff[:min(len(diff), 2000)])
			}
			if rows, events := inputEvents(want), inputEvents(audited(t, ledger, "-c", config)); rows != events {
				t.Errorf("the ledger has %d events, the log %d", events, rows)
			}
		})
	}
}

func inputEvents(r *result.Report) (n int64) {
	for _, in := range r.Run.Inputs {
		n += in.Events
	}
	return n
}

// files are the contents of a folder by name.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all[e.Name()] = string(data)
	}
	return all
}

// A pack that is interrupted, wherever, leaves the ledger as it was, and the
// next one ends what it has begun.
func TestLedgerInterrupted(t *testing.T) {
	dir, _ := simulated(t, "2026-09-15", 4, 1500)
	config, other := filepath.Join(dir, "waudit.yaml"), t.TempDir()
	log := lines(t, filepath.Join(dir, "log.ndjson"))
	early, late := filepath.Join(other, "a.ndjson"), filepath.Join(other, "b.ndjson")
	write(t, early, log[:len(log)/2])
	write(t, late, log[len(log)/2:])
	ledger := packed(t, early, "-c", config)
	before := files(t, ledger)
	for polls := int64(1); ; polls *= 3 {
		ctx := newDyingContext(polls)
		var out, errs strings.Builder
		code := Run(ctx, []string{"pack", "-q", "-o", ledger, "-c", config, "--workers", "1", late}, strings.NewReader(""), &out, &errs)
		if code == exitClean {
			break
		}
		if code == exitUsage {
			t.Fatalf("after %d polls: exit %d: %s", polls, code, errs.String())
		}
		if diff := cmp.Diff(before, files(t, ledger)); diff != "" {
			t.Fatalf("interrupted after %d polls, the ledger changed:\n%s", polls, diff[:min(len(diff), 2000)])
		}
	}
	sameReport(t, "in the end", audited(t, filepath.Join(dir, "log.ndjson"), "-c", config), audited(t, ledger, "-c", config))
}

// What a killed pack has left is not read, and goes with the next pack.
func TestLedgerAfterAKill(t *testing.T) {
	dir, _ := simulated(t, "2026-09-15", 4, 600)
	log, config := filepath.Join(dir, "log.ndjson"), filepath.Join(dir, "waudit.yaml")
	ledger := packed(t, log, "-c", config)
	before, want := files(t, ledger), audited(t, ledger, "-c", config)
	part := slices.Sorted(func(yield func(string) bool) {
		for name := range before {
			if strings.HasSuffix(name, ".parquet") && !yield(name) {
				return
			}
		}
	})[0]
	left := strings.Replace(part, "-g0001-", "-g0002-", 1)
	for name, text := range map[string]string{left: before[part][:100], ".manifest.json": "{", "survey-g0002.zst": ""} {
		if err := os.WriteFile(filepath.Join(ledger, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	sameReport(t, "with leftovers", want, audited(t, ledger, "-c", config))
	mustPack(t, ledger, log, "-c", config)
	if diff := cmp.Diff(before, files(t, ledger)); diff != "" {
		t.Errorf("the leftovers were not removed:\n%s", diff[:min(len(diff), 2000)])
	}
}

// A damaged part is told of by name, and costs the exit code 3.
func TestLedgerDamaged(t *testing.T) {
	dir, _ := simulated(t, "2026-10-01", 4, 600)
	log, config := filepath.Join(dir, "log.ndjson"), filepath.Join(dir, "waudit.yaml")
	damages := map[string]func([]byte) []byte{
		"cut":      func(b []byte) []byte { return b[:len(b)/2] },
		"a page":   func(b []byte) []byte { copy(b[len(b)/4:], make([]byte, 4000)); return b },
		"emptied":  func([]byte) []byte { return nil },
		"no table": func(b []byte) []byte { return []byte(strings.Repeat("x", len(b))) },
	}
	for name, damage := range damages {
		t.Run(name, func(t *testing.T) {
			ledger := packed(t, log, "-c", config)
			parts, err := filepath.Glob(filepath.Join(ledger, "2026-10-*.parquet"))
			if err != nil || len(parts) != 1 {
				t.Fatal(parts, err)
			}
			data, err := os.ReadFile(parts[0])
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(parts[0], damage(data), 0o600); err != nil {
				t.Fatal(err)
			}
			more := filepath.Join(t.TempDir(), "more.ndjson")
			write(t, more, []string{scriptFiles["clean.ndjson"]})
			commands := [][]string{{"audit"}, {"replay"}, {"inspect"}, {"pack", "-o", ledger, more}}
			if name != "a page" { // which need not be one that is read for a customer
				commands = append(commands, []string{"replay", "--user", "15551230001"})
			}
			for _, command := range commands {
				code, _, stderr := run(t, "", append(command, "-c", config, ledger)...)
				if code != exitIncomplete || !strings.Contains(stderr, "part "+filepath.Base(parts[0])) {
					t.Errorf("%v: exit %d: %s", command, code, stderr)
				}
			}
		})
	}
}

// An audit of all of a ledger goes by the survey that it keeps, if that was taken with the
// same settings, and nothing of the ledger is missing.
func TestLedgerKeepsItsSurvey(t *testing.T) {
	dir, _ := simulated(t, "2023-08-01", 4, 900)
	log, config := filepath.Join(dir, "log.ndjson"), filepath.Join(dir, "waudit.yaml")
	honest := packed(t, log, "-c", config, "--part-size", "16KB")
	other := filepath.Join(t.TempDir(), "ledger")
	if err := os.CopyFS(other, os.DirFS(honest)); err != nil {
		t.Fatal(err)
	}
	falsifySurvey(t, other)
	same := func(args ...string) bool {
		_, a, _ := run(t, "", slices.Concat([]string{"audit", "-q", "-f", "json", "-c", config, honest}, args)...)
		_, b, _ := run(t, "", slices.Concat([]string{"audit", "-q", "-f", "json", "-c", config, other}, args)...)
		return strings.ReplaceAll(a, honest, "") == strings.ReplaceAll(b, other, "")
	}
	if same() {
		t.Error("the survey that the ledger keeps is not used")
	}
	if !same("--tolerance", "17s") {
		t.Error("the survey of another tolerance is used")
	}
	for _, ledger := range []string{honest, other} {
		parts, err := filepath.Glob(filepath.Join(ledger, "2023-08-*.parquet"))
		if err != nil || len(parts) < 2 || os.Truncate(parts[0], 1000) != nil {
			t.Fatal(parts, err)
		}
	}
	if !same() {
		t.Error("the survey of what is damaged is used")
	}
}

// falsifySurvey makes the survey that a ledger keeps say that the log of no number has all
// of the users' messages.
func falsifySurvey(t *testing.T, dir string) {
	t.Helper()
	path := filepath.Join(dir, ledger.ManifestName)
	data, err := os.ReadFile(path)
	var m ledger.Manifest
	if err != nil || json.Unmarshal(data, &m) != nil || m.Survey == nil {
		t.Fatal(err, string(data))
	}
	var survey audit.Survey
	for id := range m.Accounts {
		survey.Numbers = append(survey.Numbers, coverage.NumberSurvey{ID: id, Signs: coverage.Signs{WindowUnseen: true}})
	}
	text, err := json.Marshal(&survey)
	if err != nil {
		t.Fatal(err)
	}
	enc, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	packed := enc.EncodeAll(text, nil)
	sum := sha256.Sum256(packed)
	m.Survey.SHA256, m.Survey.Bytes = hex.EncodeToString(sum[:]), int64(len(packed))
	data, err = json.Marshal(&m)
	err = errors.Join(err, os.WriteFile(filepath.Join(dir, m.Survey.Name), packed, 0o600), os.WriteFile(path, data, 0o600))
	if err != nil {
		t.Fatal(err)
	}
}

// Whether one customer is asked for or all, the lines are the same.
func TestLedgerCustomers(t *testing.T) {
	_, messages := size()
	for _, from := range []string{"2023-08-01", "2025-08-01", "2026-09-15"} {
		t.Run(from, func(t *testing.T) {
			t.Parallel()
			dir, _ := simulated(t, from, 5, messages/2)
			log, config := filepath.Join(dir, "log.ndjson"), filepath.Join(dir, "waudit.yaml")
			ledger := packed(t, log, "-c", config, "--part-size", "64KB")
			_, all, _ := run(t, "", "replay", "-q", "-c", config, log)
			lines := strings.SplitAfter(all, "\n")
			for _, line := range []string{lines[0], lines[len(lines)/3], lines[len(lines)/2], lines[len(lines)-2]} {
				for _, key := range []string{"wa_id", "user_id", "group_id", "participant_id", "message_id"} {
					m := regexp.MustCompile(`"` + key + `":"([^"]+)"`).FindStringSubmatch(line)
					if m == nil {
						continue
					}
					flag, of := "--user", `"(wa_id|user_id|group_id|participant_id)":"`
					if key == "message_id" {
						flag, of = "--message", `"message_id":"`
					}
					pattern := regexp.MustCompile(of + regexp.QuoteMeta(m[1]) + `"`)
					want := slices.DeleteFunc(slices.Clone(lines), func(l string) bool { return !pattern.MatchString(l) })
					for _, where := range []string{log, ledger} {
						_, got, stderr := run(t, "", "replay", "-q", "-c", config, flag, m[1], where)
						if diff := cmp.Diff(strings.Join(want, ""), got); diff != "" {
							t.Errorf("%s %s of %s: %s\n%s", flag, m[1], where, stderr, diff[:min(len(diff), 2000)])
						}
					}
				}
			}
		})
	}
}

// dyingContext ends when it was asked so many times whether it has.
type dyingContext struct {
	context.Context
	mu    sync.Mutex
	left  int64
	ended chan struct{}
}

func newDyingContext(polls int64) *dyingContext {
	return &dyingContext{Context: context.Background(), left: polls, ended: make(chan struct{})}
}

func (c *dyingContext) Done() <-chan struct{} { return c.ended }

func (c *dyingContext) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.left--
	if c.left == 0 {
		close(c.ended)
	}
	if c.left <= 0 {
		return context.Canceled
	}
	return nil
}
