package check

import (
	"slices"
	"strings"
	"testing"

	"waudit/audit/outcome"
)

// TestChecksAreComplete: each check looks at one thing, and has a clause unless it is
// that of an era, or it is about what users accept.
func TestChecksAreComplete(t *testing.T) {
	for _, c := range Documented() {
		n := 0
		for _, set := range []bool{c.Accuses != nil, c.Message != nil, c.Log != nil, c.Unpaid != nil} {
			if set {
				n++
			}
		}
		if n > 1 || c.RunsOnLogs() != (n == 1) {
			t.Errorf("%s looks at %d things", c.ID, n)
		}
		ofRules := !slices.ContainsFunc(OfExceptions(), func(x Check) bool { return x.ID == c.ID })
		if c.Clause == "" && c.Accuses == nil && c.Tells == nil && ofRules {
			t.Errorf("%s has no clause", c.ID)
		}
		if c.Accuses != nil && (len(c.Accuses.Of) == 0 || c.Accuses.Why == nil || c.Accuses.Perhaps == nil) {
			t.Errorf("%s does not say what it accuses, or why", c.ID)
		}
	}
}

// TestEveryOutcomeIsAccused: a charge of a message that should have cost nothing is
// called wrong, whatever it should have been.
func TestEveryOutcomeIsAccused(t *testing.T) {
	accusers := NewSet().accusers
	ranked := outcome.Of(precedence[:]...)
	for code := range outcome.NumCodes {
		costsNothing := code.Outcome() != outcome.Charge && code.Outcome() != outcome.Uncertain
		if ranked.Has(code) != costsNothing || (len(accusers[code]) > 0) != costsNothing {
			t.Errorf("%s: in the order of precedence %v, accused by %d checks", code, ranked.Has(code), len(accusers[code]))
		}
		for i, c := range accusers[code] {
			if len(accusers[code]) > 1 && c.Accuses.If == nil {
				t.Errorf("%s: %s leaves nothing to the %d others", code, c.ID, len(accusers[code])-1-i)
			}
		}
	}
}

// TestSelect: what --checks takes.
func TestSelect(t *testing.T) {
	checks := []Check{{ID: "WA101"}, {ID: "WA105"}, {ID: "WA401"}, {ID: "WA601"}}
	for list, want := range map[string]string{
		"":                "WA101 WA105 WA401",
		"all":             "WA101 WA105 WA401 WA601",
		"wa105":           "WA105",
		"WA1*":            "WA101 WA105",
		"WA1*,-WA105":     "WA101",
		"-WA4*":           "WA101 WA105",
		"WA6*, WA401":     "WA401 WA601",
		"default,WA6*":    "WA101 WA105 WA401 WA601",
		"WA101 -WA101":    "",
		"WA1":             "checks: \"WA1\" names no check; `waudit checks` lists them",
		"WA101,-WA999":    "checks: \"-WA999\" names no check; `waudit checks` lists them",
		"WA101,all,-WA1*": "WA401 WA601",
	} {
		chosen, err := Select(checks, list)
		got := ""
		for _, c := range chosen {
			got = strings.TrimLeft(got+" "+c.ID, " ")
		}
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: %s, want %s", list, got, want)
		}
	}
}
