package cmd

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"waudit/audit/check"
	"waudit/ingest/dialect/provider"
)

// trialEra has the rule of the era before it, from a day of the demo month on.
const trialEra = `package era

func trialEra() *Era {
	e := pmp2026Era()
	e.From = Trial
	return e
}
`

// trialCheck finds every delivered message of a template.
const trialCheck = `package check

import (
	"waudit/audit/reading"
	"waudit/audit/result"
)

var trial = Check{
	ID: "WA599", Name: "trial", Severity: result.Info, Clause: "5", Doc: Doc{Title: "t", Means: "m", Wrong: "w", Right: "r", Since: "always", Source: pricingDoc},
	Message: func(c *MessageView) *Hit {
		if !c.Message.Arrived || c.Message.Template != reading.Yes {
			return nil
		}
		return &Hit{Explanation: OutsideWindow.Say()}
	},
}
`

// buildTrial builds the program with a check more, in a file and a line, and an era
// more, in a file, a line and the row of its change.
func buildTrial(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	replace := map[string]string{}
	put := func(name, text string) {
		at := filepath.Join(dir, strings.ReplaceAll(name, "/", "_"))
		if err := os.WriteFile(at, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		replace[filepath.Join(root, name)] = at
	}
	edit := func(name string, pairs ...string) {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(pairs); i += 2 {
			if !bytes.Contains(text, []byte(pairs[i])) {
				t.Fatalf("%s: no %q", name, pairs[i])
			}
		}
		put(name, strings.NewReplacer(pairs...).Replace(string(text)))
	}
	put("audit/era/trial.go", trialEra)
	edit("audit/era/table.go", "pmp2026Era()}", "pmp2026Era(), trialEra()}",
		"\tExemptEnds\n\tNumChanges", "\tExemptEnds\n\tTrial\n\tNumChanges",
		"Official},\n\t}\n}", "Official},\n\t\t{Trial, 2026_10_07, false, \"trial\", serviceDoc, Official},\n\t}\n}")
	put("audit/check/trial.go", trialCheck)
	edit("audit/check/check.go", "wa503, wa504,\n", "wa503, wa504, trial,\n")
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	list, bin := filepath.Join(dir, "overlay.json"), filepath.Join(dir, "waudit")
	if runtime.GOOS == "windows" {
		bin += ".exe"
	}
	if err := os.WriteFile(list, overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), "go", "build", "-buildvcs=false", "-overlay", list, "-o", bin, ".")
	c.Dir = root
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return bin
}

// ofRules is what a report says of the program's rules, which a trial adds to.
var ofRules = regexp.MustCompile(`"rules": \{\s*"sha256": "[0-9a-f]{64}"`)

// TestRecipes: an era with the rule of another changes no byte of a bill, an audit or
// a replay of a simulated month; and a check changes nothing but its own findings, of
// which no report says that they could not be made.
func TestRecipes(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program")
	}
	bin := buildTrial(t)
	log := []string{"--config", filepath.Join("..", "testdata", "demo", "waudit.yaml"), filepath.Join("..", "testdata", "demo", "log.ndjson.gz")}
	trial := func(args ...string) string {
		out, err := exec.CommandContext(t.Context(), bin, append(args, log...)...).Output()
		if len(out) == 0 {
			t.Fatalf("%v: %v", args, err)
		}
		return string(out)
	}
	for _, x := range []struct{ args, checks []string }{
		{[]string{"bill", "-f", "json"}, nil}, {[]string{"replay"}, nil},
		{[]string{"audit", "-f", "json"}, []string{"--checks", "all,-WA6*,-WA599"}}, {[]string{"audit", "-f", "table"}, []string{"--checks", "all,-WA6*,-WA599"}},
	} {
		_, want, _ := run(t, "", slices.Concat(x.args, log)...)
		if got := trial(slices.Concat(x.args, x.checks)...); ofRules.ReplaceAllString(got, "") != ofRules.ReplaceAllString(want, "") {
			t.Errorf("%v: not the same: %d bytes, want %d", x.args, len(got), len(want))
		}
	}
	var r struct {
		Run struct {
			NotRun []struct{ Check string } `json:"not_run"`
		}
		Findings []struct{ Check string }
	}
	if err := json.Unmarshal([]byte(trial("audit", "-f", "json")), &r); err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(r.Findings, func(f struct{ Check string }) bool { return f.Check == "WA599" }) {
		t.Error("the check found nothing")
	}
	for _, n := range r.Run.NotRun {
		if n.Check == "WA599" {
			t.Error("the report says that the check did not run")
		}
	}
}

// TestRecordsAreSayings: what checks need of a format are things that formats can say.
func TestRecordsAreSayings(t *testing.T) {
	for _, c := range check.All() {
		for _, name := range slices.Concat(c.Records...) {
			if !slices.Contains(provider.SaysAll.Names(), name) {
				t.Errorf("%s needs %q, which no format says", c.ID, name)
			}
		}
	}
}
