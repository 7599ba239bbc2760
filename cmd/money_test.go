package cmd

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"waudit/audit/money"
	"waudit/audit/result"
)

// TestMoneyAddsUp: in totals, in every group and in every finding, what is
// reported is what is expected, with what is over, under and uncertain; and the
// groups of each view come to the totals.
func TestMoneyAddsUp(t *testing.T) {
	for _, from := range []string{"2022-03-01", "2023-08-01", "2025-06-20", "2025-09-01", "2026-09-15", "2026-10-05"} {
		t.Run(from, func(t *testing.T) {
			t.Parallel()
			dir, _ := simulated(t, from, 4, 2500, "--dialect", "flat", "--errors", "2%")
			code, stdout, stderr := run(t, "", "audit", "-f", "json", "-c", filepath.Join(dir, "waudit.yaml"), filepath.Join(dir, "log.ndjson"))
			if code != exitFindings {
				t.Fatalf("exit code %d: %s", code, stderr)
			}
			var r result.Report
			if err := json.Unmarshal([]byte(stdout), &r); err != nil {
				t.Fatal(err)
			}
			want := sumUp(t, r.Totals.Amounts)
			if len(want) == 0 {
				t.Fatal("nothing is valued")
			}
			views := map[string]map[string]int64{}
			for _, g := range r.Totals.Groups {
				if views[g.By] == nil {
					views[g.By] = map[string]int64{}
				}
				for key, n := range sumUp(t, g.Amounts) {
					views[g.By][key] += n
				}
			}
			for by, got := range views {
				for key, n := range want {
					if got[key] != n {
						t.Errorf("by %s, %s comes to %s, and in all to %s", by, key, money.Format(money.Of(got[key]), 4), money.Format(money.Of(n), 4))
					}
				}
			}
			told := map[string]int64{}
			for _, f := range r.Findings {
				if a := f.Amount; a != nil {
					for key, n := range sumUp(t, []result.Amounts{{Currency: a.Currency, Reported: a.Reported, Expected: a.Expected,
						Overcharged: a.Overcharged, Undercharged: a.Undercharged, Uncertain: a.Uncertain}}) {
						told[key] += n
					}
				}
			}
			for key, n := range want {
				if key[3:] == " over" && told[key] != n {
					t.Errorf("findings tell %s %s, and in all it is %s", key, money.Format(money.Of(told[key]), 4), money.Format(money.Of(n), 4))
				}
			}
		})
	}
}

// sumUp adds up sums by currency and column, and checks that they add up.
func sumUp(t *testing.T, amounts []result.Amounts) map[string]int64 {
	t.Helper()
	out := map[string]int64{}
	for _, a := range amounts {
		reported, expected := parsedAmount(t, a.Reported), parsedAmount(t, a.Expected)
		over, under, uncertain := parsedAmount(t, a.Overcharged), parsedAmount(t, a.Undercharged), parsedAmount(t, a.Uncertain)
		if reported != expected+over-under+uncertain {
			t.Errorf("%+v does not add up", a)
		}
		for column, n := range map[string]int64{" reported": reported, " expected": expected, " over": over, " under": under, " uncertain": uncertain} {
			out[a.Currency+column] += n
		}
	}
	return out
}
