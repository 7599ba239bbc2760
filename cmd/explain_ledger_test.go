package cmd

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waudit/audit/result"
)

// Of a ledger the customer of a finding or a conversation alone is read, and the answer
// is that of the logs; also where the ledger was packed with another configuration, and
// for what it has no hint of.
func TestExplainOfALedgerIsThatOfTheLogs(t *testing.T) {
	dir, _ := simulated(t, "2024-09-01", 4, 1500, "--errors", "3%")
	log, config := filepath.Join(dir, "log.ndjson"), filepath.Join(dir, "waudit.yaml")
	ledger := filepath.Join(dir, "ledger")
	if code, _, stderr := run(t, "", "pack", "-q", "-c", config, "-o", ledger, log); code != exitClean {
		t.Fatal(stderr)
	}
	strange := filepath.Join(dir, "strange") // packed by another configuration: what it keeps does not hold
	if code, _, stderr := run(t, "", "pack", "-q", "-o", strange, log); code != exitClean {
		t.Fatal(stderr)
	}
	_, text, _ := run(t, "", "audit", "-q", "-c", config, "-f", "json", log)
	var report result.Report
	if err := json.Unmarshal([]byte(text), &report); err != nil {
		t.Fatal(err)
	}
	var questions [][]string
	seen, ofCustomers := map[string]bool{}, 0
	for i := range report.Findings {
		f := &report.Findings[i]
		if seen[f.Check] {
			continue
		}
		seen[f.Check] = true
		questions = append(questions, []string{"--finding", f.ID}, []string{"--finding", f.ID[:8]})
		if f.Message != "" { // others are of a day or a template
			ofCustomers += 2
		}
		if f.Conversation != "" {
			ofCustomers++
			questions = append(questions, []string{"--conversation", f.Conversation})
		}
	}
	partly := 0
	for _, q := range questions {
		explained := func(path string) (e result.Explanation, stderr string) {
			t.Helper()
			_, stdout, stderr := run(t, "", append(append([]string{"explain", "-c", config, "-f", "json"}, q...), path)...)
			if err := json.Unmarshal([]byte(stdout), &e); err != nil {
				t.Fatalf("%v: %s", q, stderr)
			}
			e.Inputs = nil // how much of the ledger was read
			return e, stderr
		}
		want, _ := explained(log)
		if len(want.Answer) == 0 {
			t.Errorf("%v: no answer", q)
		}
		for _, path := range []string{ledger, strange} {
			got, stderr := explained(path)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%v of %s: %s", q, filepath.Base(path), diff)
			}
			if path == ledger && strings.Contains(stderr, "reading a part of the ledger") {
				partly++
			}
		}
	}
	if partly != ofCustomers || partly == 0 {
		t.Errorf("%d questions read a part, of %d that are about a customer", partly, ofCustomers)
	}
}

// With a bill whose lines name their messages it is so too, for charges of every kind: those
// with an error of the bill, and lines of what the log does not have.
func TestExplainOfALedgerWithABill(t *testing.T) {
	dir, _ := simulated(t, "2026-10-01", 4, 1200, "--errors", "3%", "--invoice", "lines,items", "--invoice-errors", "4%")
	log, config, ledger := filepath.Join(dir, "log.ndjson"), filepath.Join(dir, "waudit.yaml"), filepath.Join(dir, "ledger")
	if code, _, stderr := run(t, "", "pack", "-q", "-c", config, "-o", ledger, log); code != exitClean {
		t.Fatal(stderr)
	}
	bill := filepath.Join(dir, "invoice-lines.csv")
	_, text, _ := run(t, "", "reconcile", "-q", "-c", config, "-f", "json", "--invoice", bill, log)
	var report result.Reconciliation
	if err := json.Unmarshal([]byte(text), &report); err != nil {
		t.Fatal(err)
	}
	asked, partly := map[string]int{}, 0
	for i := range report.Findings {
		f := &report.Findings[i]
		if len(f.Lines) == 0 || asked[f.Check] >= 1 {
			continue
		}
		asked[f.Check]++
		for _, question := range [][]string{{"--line", f.Lines[0]}, {"--finding", f.ID}, {"--user", f.User}} {
			if question[1] == "" {
				continue
			}
			explained := func(path, bill string) (e result.Explanation, stderr string) {
				t.Helper()
				_, stdout, stderr := run(t, "", append(append([]string{"explain", "-c", config, "-f", "json", "--invoice", bill}, question...), path)...)
				if err := json.Unmarshal([]byte(stdout), &e); err != nil {
					t.Fatalf("%v: %s", question, stderr)
				}
				e.Inputs = nil
				return e, stderr
			}
			want, _ := explained(log, bill)
			got, stderr := explained(ledger, bill)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s %v: %s", f.Check, question, diff)
			}
			if strings.Contains(stderr, "a part of the ledger") {
				partly++
			} else if f.Check != "WA702" && f.Message != "" && question[0] == "--line" { // that is of no message of the log
				t.Errorf("%s %v read all of the log", f.Check, question)
			}
		}
	}
	if _, _, stderr := run(t, "", "explain", "-c", config, "--invoice", filepath.Join(dir, "invoice-items.csv"), "--user", report.Findings[0].User, ledger); strings.Contains(stderr, "a part of") {
		t.Error("beside lines that name no message a part was read")
	}
	if len(asked) < 8 || partly < len(asked) {
		t.Errorf("%d checks, %d questions read a part", len(asked), partly)
	}
}
