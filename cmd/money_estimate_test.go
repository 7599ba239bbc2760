package cmd

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waudit/audit/result"
)

// TestEstimatesAccuseNobody: without a configuration charges are valued as an estimate,
// and what is found is the same whatever the currency: that of the bill, or another. The
// sums add up, and bill and audit say the same.
func TestEstimatesAccuseNobody(t *testing.T) {
	for _, dialect := range []string{"flat", "meta-cloud"} {
		t.Run(dialect, func(t *testing.T) {
			dir, _ := simulated(t, "2026-09-20", 6, 2000, "--dialect", dialect, "--errors", "3%")
			log, none := filepath.Join(dir, "log.ndjson"), filepath.Join(dir, "none.yaml")
			if err := os.WriteFile(none, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			type verdict struct {
				Verdict  result.Verdict
				Severity result.Severity
				Expected *result.Expected
			}
			var claims [][]result.Money // of what the log itself prices
			found := map[string]map[string]verdict{}
			for _, currency := range []string{"USD", "EUR", "INR"} {
				var r result.Report
				auditJSON(t, &r, "audit", "-q", "-f", "json", "--fail-on", "none", "-c", none, "--currency", currency, log)
				if e := r.Totals.Estimated; dialect == "meta-cloud" && (e == nil || e.Currency != currency || e.Messages == 0) {
					t.Fatalf("%s: estimated %+v", currency, e)
				}
				if len(sumUp(t, r.Totals.Amounts)) == 0 {
					t.Error("nothing is valued")
				}
				claims = append(claims, r.Totals.Claim)
				estimates := 0
				found[currency] = map[string]verdict{}
				for _, f := range r.Findings {
					found[currency][f.ID] = verdict{f.Verdict, f.Severity, f.Expected}
					switch f.Check {
					case "WA204", "WA205", "WA206", "WA207", "WA208":
						t.Errorf("%s of an unknown card: %s", f.Check, f.Explanation)
					}
					if a := f.Amount; a != nil {
						if a.Estimate && f.Verdict == result.Overcharge {
							estimates++
						}
						if (a.Estimate || a.Basis == "rate_card") && f.Claimable() {
							t.Errorf("%s can be claimed", f.ID)
						}
						sumUp(t, []result.Amounts{{Currency: a.Currency, Reported: a.Reported, Expected: a.Expected, Overcharged: a.Overcharged, Undercharged: a.Undercharged, Uncertain: a.Uncertain}})
					}
				}
				if dialect == "meta-cloud" && estimates == 0 {
					t.Error("no overcharge is valued as an estimate")
				}
				if dialect == "meta-cloud" {
					var b result.Bill
					auditJSON(t, &b, "bill", "-q", "-f", "json", "-c", none, "--currency", currency, log)
					holdBill(t, &r, &b)
				}
			}
			if diff := cmp.Diff(claims[0], claims[1]) + cmp.Diff(claims[0], claims[2]); diff != "" {
				t.Errorf("an estimate can be claimed:\n%s", diff)
			}
			if diff := cmp.Diff(found["USD"], found["EUR"]); diff != "" {
				t.Errorf("by the currency:\n%s", diff)
			}
			if diff := cmp.Diff(found["USD"], found["INR"]); diff != "" {
				t.Errorf("by the currency:\n%s", diff)
			}
		})
	}
}
