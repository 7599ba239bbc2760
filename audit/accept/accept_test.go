package accept

import (
	"testing"

	"waudit/audit/check"
	"waudit/audit/result"
)

// TestAccepts: all that an exception gives must hold, until its last day.
func TestAccepts(t *testing.T) {
	f := &result.Finding{ID: "811790e8332e2490", Check: "WA105", WABA: "1001", Template: "order_update", Message: "wamid.a/b+c=="}
	for _, c := range []struct {
		entry Exception
		day   string
		want  bool
	}{
		{Exception{ID: f.ID}, "", true},
		{Exception{ID: "0"}, "", false},
		{Exception{Check: "WA1*"}, "", true},
		{Exception{Check: "WA2*"}, "", false},
		{Exception{Check: "WA104,wa105"}, "", true},
		{Exception{Check: "all,-WA105"}, "", false},
		{Exception{ID: f.ID, Check: "WA104"}, "", false},
		{Exception{Match: map[string]string{"template": "order_*", "waba_id": "1001"}}, "", true},
		{Exception{Match: map[string]string{"template": "order_*", "waba_id": "1002"}}, "", false},
		{Exception{Match: map[string]string{"template": "order"}}, "", false},
		{Exception{Match: map[string]string{"message_id": "wamid.*c=="}}, "", true},
		{Exception{Match: map[string]string{"message_id": "wamid.a.b*"}}, "", false},
		{Exception{Match: map[string]string{"user_id": ""}}, "", true},
		{Exception{ID: f.ID, Until: "2026-10-31"}, "2026-10-31", true},
		{Exception{ID: f.ID, Expiry: "2026-10-31"}, "2026-11-01", false},
		{Exception{ID: f.ID, Expiry: "2026-10-31"}, "", true},
	} {
		l, err := New("ignore.yaml", []Exception{c.entry})
		if err != nil {
			t.Fatalf("%+v: %v", c.entry, err)
		}
		l.On(c.day)
		if got := l.Accepts(f); got != c.want {
			t.Errorf("%+v on %s: %t", c.entry, c.day, got)
		}
	}
}

// TestTold: an exception is told once, by what it is for, if it was of nothing.
func TestTold(t *testing.T) {
	entries := []Exception{{Check: "WA105", Line: 2}, {Check: "WA702", Line: 3}, {ID: "x", Line: 4}, {ID: "x", Line: 5}, {ID: "y", Expiry: "2026-10-31", Line: 6}}
	l, err := New("ignore.yaml", entries)
	if err != nil {
		t.Fatal(err)
	}
	l.On("2026-11-01")
	l.Accepts(&result.Finding{ID: "z", Check: "WA105"})
	logs, err := check.Select(check.Documented(), "all,-WA7*")
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, f := range l.Findings(logs) {
		told = append(told, f.Check)
		if f.Severity != result.Warning || f.Amount != nil || len(f.Evidence) != 1 {
			t.Errorf("%+v", f)
		}
	}
	if len(told) != 2 || told[0] != "WA801" || told[1] != "WA802" {
		t.Errorf("told: %v", told)
	}
}

// TestBaseline: what is known is marked, and what is gone is counted once.
func TestBaseline(t *testing.T) {
	findings := []result.Finding{{ID: "a"}, {ID: "b"}, {ID: "b"}}
	if got, want := *(Baseline{"b": true, "c": true}).Mark(findings), (result.BaselineCounts{Known: 2, New: 1, Gone: 1}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if findings[0].Known || !findings[1].Known || !findings[2].Known {
		t.Errorf("%+v", findings)
	}
}
