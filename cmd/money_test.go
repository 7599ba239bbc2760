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

// TestBillIsTheAudits: what the bill says that a log should have cost is what the
// audit of that log expects, with as much of it uncertain; but for what the log does
// not say was charged or free, of which the audit has no money.
func TestBillIsTheAudits(t *testing.T) {
	for _, from := range months {
		t.Run(from, func(t *testing.T) {
			t.Parallel()
			dir, _ := simulated(t, from, 5, 2500, "--dialect", "flat", "--errors", "3%")
			config, log := filepath.Join(dir, "waudit.yaml"), filepath.Join(dir, "log.ndjson")
			var r result.Report
			auditJSON(t, &r, "audit", "-q", "-f", "json", "--fail-on", "none", "-c", config, log)
			var b result.Bill
			auditJSON(t, &b, "bill", "-q", "-f", "json", "-c", config, log)
			due, open := map[string]int64{}, map[string]int64{}
			for _, line := range b.Totals {
				due[line.Currency] += parsedAmount(t, line.Amount) + parsedAmount(t, line.Low)
				open[line.Currency] += parsedAmount(t, line.High) - parsedAmount(t, line.Low)
			}
			if len(r.Totals.Amounts) == 0 {
				t.Fatal("nothing is valued")
			}
			for _, a := range r.Totals.Amounts {
				if expected, uncertain := parsedAmount(t, a.Expected), parsedAmount(t, a.Uncertain); due[a.Currency] != expected || open[a.Currency] != uncertain {
					t.Errorf("%s: the bill says %d and %d uncertain, the audit %d and %d", a.Currency, due[a.Currency], open[a.Currency], expected, uncertain)
				}
			}
		})
	}
}

func auditJSON(t *testing.T, into any, args ...string) {
	t.Helper()
	code, stdout, stderr := run(t, "", args...)
	if code != exitClean {
		t.Fatalf("%v: exit code %d: %s", args, code, stderr)
	}
	if err := json.Unmarshal([]byte(stdout), into); err != nil {
		t.Fatal(err)
	}
}
