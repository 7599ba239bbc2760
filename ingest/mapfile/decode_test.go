package mapfile

import (
	"strings"
	"testing"
)

type plan struct {
	Name  string          `yaml:"name"`
	Steps []step          `yaml:"steps"`
	By    map[string]step `yaml:"by"`
}

type step struct {
	Action string `yaml:"action"`
	Days   *int   `yaml:"days"`
}

// TestDecode: whatever is wrong is told with its line, in the words of the file.
func TestDecode(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"a whole file":           {"name: a\nsteps: [{action: go, days: 2}]\nby: {x: {action: stop}}\n", ""},
		"an empty file":          {"# nothing yet\n", ""},
		"an unknown key":         {"namme: a\n", `line 1: unknown key "namme"; did you mean "name"?`},
		"one in a list":          {"steps:\n- {actoin: go}\n", `line 2: unknown key "actoin"; did you mean "action"?`},
		"one in a mapping":       {"by:\n  x: {dys: 1}\n", `line 2: unknown key "dys"; did you mean "days"?`},
		"one that is near none":  {"elephant: a\n", `line 1: unknown key "elephant"`},
		"a key of another place": {"days: 1\n", `line 1: unknown key "days"`},
		"a value of another kind": {
			"steps: [{days: soon}]\n", "line 1: does not take a str `soon`",
		},
		"several":     {"namme: a\nstep: []\n", `line 1: unknown key "namme"; did you mean "name"? line 2: unknown key "step"; did you mean "steps"?`},
		"what is not": {"name: [\n", "line 1: did not find expected node content"},
	} {
		t.Run(name, func(t *testing.T) {
			var p plan
			err := Decode([]byte(tt.text), &p)
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

// TestFaultsOfOneLine: what is wrong on one line is told in one order.
func TestFaultsOfOneLine(t *testing.T) {
	const want = "m:1: time: "
	for range 20 {
		f := Parser{Name: "m"}
		_, all := f.Sections(f.Parse([]byte("{time: noon, zone: nowhere, decimal: point}")), SectionKeys())
		f.Shape(all[0], nil)
		if err := f.Err(); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Fatalf("got %v, want %q first", err, want)
		}
	}
}
