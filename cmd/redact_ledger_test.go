package cmd

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waudit/audit/result"
)

// A ledger that was packed with --redact-key names nobody, in none of its files, and an
// audit of it finds what an audit of the logs finds, with the pseudonyms that the logs'
// own report has by that key.
func TestRedactedLedger(t *testing.T) {
	dir, _ := simulated(t, "2026-10-01", 5, 1500, "--errors", "3%", "--duplicate", "10%")
	log, config, key := filepath.Join(dir, "log.ndjson"), filepath.Join(dir, "waudit.yaml"), filepath.Join(dir, "key")
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(key, []byte("a secret of this test\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	phones := phonesOf(t, text)
	half := bytes.LastIndexByte(text[:len(text)/2], '\n') + 1
	early, late := filepath.Join(dir, "of-"+phones[0]+".ndjson"), filepath.Join(dir, "late.ndjson")
	for path, part := range map[string][]byte{early: text[:half], late: text[half:]} {
		if err := os.WriteFile(path, part, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ledger := filepath.Join(dir, "ledger")
	pack := func(want int, args ...string) string {
		t.Helper()
		code, stdout, stderr := run(t, "", append([]string{"pack", "-c", config, "-o", ledger}, args...)...)
		if code != want {
			t.Fatalf("pack %v: exit %d, want %d: %s", args, code, want, stderr)
		}
		return stdout + stderr
	}
	said := pack(exitClean, "--redact-key", key, early)
	said += pack(exitClean, "--redact-key", key, late)
	if said += pack(exitClean, "--redact-key", key, early, late); !strings.Contains(said, "added nothing") {
		t.Errorf("what the ledger has was packed again: %s", said)
	}
	for _, args := range [][]string{{log}, {"--redact", log}} {
		if said := pack(exitUsage, args...); !strings.Contains(said, "packed with --redact") {
			t.Errorf("pack %v says %s", args, said)
		}
	}

	read := func(args ...string) (r result.Report, raw string) {
		t.Helper()
		_, stdout, stderr := run(t, "", append([]string{"audit", "-q", "-f", "json", "-c", config}, args...)...)
		if err := json.Unmarshal([]byte(stdout), &r); err != nil {
			t.Fatalf("%s", stderr)
		}
		for i := range r.Findings {
			r.Findings[i].ID = "" // of the message's id
			for k := range r.Findings[i].Evidence {
				r.Findings[i].Evidence[k].Path = ""
				r.Findings[i].Evidence[k].Line = 0
			}
		}
		r.Run.Inputs, r.Run.Notes = nil, nil
		return r, stdout
	}
	byMessage := cmp.Transformer("sorted", func(list []result.Finding) map[string]result.Finding {
		m := map[string]result.Finding{}
		for _, f := range list {
			m[f.Check+f.Number+f.Message+f.Participant+f.Conversation+f.Template] = f
		}
		return m
	})
	want, _ := read("--redact-key", key, early, late)
	got, _ := read("--redact-key", key, ledger)
	if diff := cmp.Diff(want, got, byMessage); diff != "" {
		t.Errorf("the report of the redacted ledger differs: %s", diff[:min(len(diff), 4000)])
	}
	if len(want.Findings) < 20 || want.Totals.Amounts[0].Overcharged == "0.0000" {
		t.Errorf("%d findings", len(want.Findings))
	}

	_, plain := read(ledger)
	all := []byte(said + plain)
	_, parquet, _ := run(t, "", "replay", "-q", "-c", config, ledger)
	all = append(all, parquet...)
	files, err := os.ReadDir(ledger)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		data, err := os.ReadFile(filepath.Join(ledger, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, data...)
	}
	for _, phone := range phones {
		if bytes.Contains(all, []byte(phone)) {
			t.Fatalf("%s stands in what was written", phone)
		}
	}
	if bytes.Contains(all, []byte("wamid.")) {
		t.Error("a message id stands in what was written")
	}
}
