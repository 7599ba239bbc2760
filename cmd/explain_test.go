package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"waudit/audit/result"
	"waudit/report/schema"
)

var updateAnswers = flag.Bool("update-answers", false, "write the answers of testdata/explain")

// TestAnswers holds the answers to those that a reader would accept: each file of
// testdata/explain has a log, what is asked for, and the answer.
func TestAnswers(t *testing.T) {
	files, err := filepath.Glob("testdata/explain/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			parts := map[string]*txtar.File{}
			for i := range archive.Files {
				f := &archive.Files[i]
				parts[f.Name] = f
				if err := os.WriteFile(filepath.Join(dir, f.Name), f.Data, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			args := strings.Fields(string(parts["cmd"].Data))
			for i, a := range args {
				if strings.HasSuffix(a, ".ndjson") || strings.HasSuffix(a, ".csv") {
					args[i] = filepath.Join(dir, a)
				}
			}
			e := explanation(t, append(args, "-c", filepath.Join(dir, "waudit.yaml"))...)
			got := strings.Join(e.Answer, "\n") + "\n"
			if *updateAnswers {
				parts["answer"].Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(archive), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if want := string(parts["answer"].Data); got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
		})
	}
}

// explanation runs explain and returns what it writes as JSON, which its schema holds.
func explanation(t *testing.T, args ...string) *result.Explanation {
	t.Helper()
	var out, errs bytes.Buffer
	code := Run(context.Background(), append(args, "-q", "-f", "json"), strings.NewReader(""), &out, &errs)
	if code != exitClean && code != exitIncomplete {
		t.Fatalf("%v: exit code %d: %s", args, code, errs.String())
	}
	if err := explainSchema(t).Validate(jsonValue(t, out.Bytes())); err != nil {
		t.Fatal(err)
	}
	e := &result.Explanation{}
	if err := json.Unmarshal(out.Bytes(), e); err != nil {
		t.Fatal(err)
	}
	return e
}

func jsonValue(t *testing.T, text []byte) any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func explainSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", jsonValue(t, schema.Of("explain"))); err != nil {
		t.Fatal(err)
	}
	return c.MustCompile("schema.json")
}

// TestExplainAgreesWithAudit holds explain to the audit of a simulated month: of each
// customer with a finding of a charge, the message has the audit's verdict, and the
// ruling says what that says; and replay decides as explain shows.
func TestExplainAgreesWithAudit(t *testing.T) {
	dir := t.TempDir()
	run := func(want int, args ...string) []byte {
		t.Helper()
		var out, errs bytes.Buffer
		if code := Run(context.Background(), args, strings.NewReader(""), &out, &errs); code != want {
			t.Fatalf("%v: exit code %d: %s", args, code, errs.String())
		}
		return out.Bytes()
	}
	run(exitClean, "simulate", "--seed", "7", "--messages", "1200", "--from", "2026-09-20", "--days", "25", "--errors", "3%", "--out", dir)
	log := filepath.Join(dir, "log.ndjson")
	var r result.Report
	if err := json.Unmarshal(run(exitFindings, "audit", "-q", "-f", "json", log), &r); err != nil {
		t.Fatal(err)
	}
	want := map[string]result.Decision{}
	d := json.NewDecoder(bytes.NewReader(run(exitClean, "replay", "-q", log)))
	for {
		var one result.Decision
		if err := d.Decode(&one); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		want[one.Number+one.Message+one.Participant] = one
	}
	rulings := map[result.Verdict]string{result.Overcharge: "wrong", result.Uncertain: "uncertain", result.Undercharge: "too_little"}
	asked := map[string]bool{}
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Message == "" || asked[f.User] || len(asked) == 12 {
			continue
		}
		asked[f.User] = true
		e := explanation(t, "explain", log, "--user", f.User)
		seen := map[string]bool{}
		for _, c := range e.Customers {
			for _, m := range c.Messages {
				key := m.Decision.Number + m.Decision.Message + m.Decision.Participant
				if w := want[key]; m.Decision.Verdict != w.Verdict || m.Decision.Outcome != w.Outcome || m.Decision.Reason != w.Reason {
					t.Errorf("%s: explained as %s %s %s, replayed as %s %s %s", m.Decision.Message, m.Decision.Outcome, m.Decision.Reason, m.Decision.Verdict, w.Outcome, w.Reason, w.Verdict)
				}
				if ruling, wrong := rulings[m.Decision.Verdict]; wrong && m.Ruling != ruling && m.Ruling != "wrong" {
					t.Errorf("%s: ruled %s though the verdict is %s", m.Decision.Message, m.Ruling, m.Decision.Verdict)
				}
				for _, id := range m.Findings {
					seen[id] = true
				}
			}
		}
		for k := range r.Findings {
			if o := &r.Findings[k]; o.User == f.User && o.Message != "" && !seen[o.ID] {
				t.Errorf("finding %s %s of %s is not explained", o.Check, o.ID, o.User)
			}
		}
	}
	if len(asked) < 5 {
		t.Errorf("only %d customers have findings", len(asked))
	}
}
