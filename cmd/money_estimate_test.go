package cmd

import (
	"os"
	"path/filepath"
	"strings"
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
					var b result.ExpectedBill
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

// TestEstimatesAreNoPartOfAReconciliation: whatever the currency of estimates, a bill of
// accounts without a configured one is compared and claimed as without them: not at all.
func TestEstimatesAreNoPartOfAReconciliation(t *testing.T) {
	dir, _ := simulated(t, "2026-09-20", 6, 2000, "--errors", "3%", "--invoice", "lines,items,daily", "--invoice-errors", "2%")
	log, none := filepath.Join(dir, "log.ndjson"), filepath.Join(dir, "none.yaml")
	if err := os.WriteFile(none, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, form := range []string{"lines", "items", "daily"} {
		t.Run(form, func(t *testing.T) {
			reconciled := func(args ...string) (r result.Reconciliation) {
				t.Helper()
				bill := filepath.Join(dir, "invoice-"+form+".csv")
				auditJSON(t, &r, append([]string{"reconcile", "-q", "-f", "json", "--fail-on", "none", "-c", none, "--invoice", bill}, append(args, log)...)...)
				return r
			}
			usd, eur := reconciled(), reconciled("--currency", "EUR")
			for _, r := range []*result.Reconciliation{&usd, &eur} {
				if len(r.Estimates) != 2 || r.Estimates[0].Due == "0.0000" || r.Estimates[0].Charges == 0 {
					t.Errorf("estimates %+v", r.Estimates)
				}
				for _, f := range r.Findings {
					if f.Claimable() || f.Amount != nil && (f.Amount.Estimate || f.Amount.Overcharged != "0.0000") {
						t.Errorf("an estimate accuses: %+v", f)
					}
				}
				if len(r.Claims.Open) > 0 {
					t.Errorf("to claim: %+v", r.Claims.Open)
				}
			}
			if usd.Estimates[0].Currency != "USD" || usd.Estimates[0].Billed == "0.0000" || eur.Estimates[0].Currency != "EUR" {
				t.Errorf("estimates %+v and %+v", usd.Estimates, eur.Estimates)
			}
			usd.Estimates, eur.Estimates, usd.Run, eur.Run = nil, nil, result.Run{}, result.Run{}
			if diff := cmp.Diff(usd, eur); diff != "" {
				t.Errorf("by the currency:\n%s", diff)
			}
			if len(usd.Totals.Amounts) == 0 || usd.Waterfall[0].Currency == "" {
				t.Errorf("totals %+v, waterfall %+v", usd.Totals.Amounts, usd.Waterfall)
			}
		})
	}
	code, stdout, stderr := run(t, "", "explain", "-q", "-c", none, "--user", phonesOf(t, mustRead(t, log))[0], log)
	if code != exitClean || !strings.Contains(stdout, "estimated at Meta's list rates") {
		t.Errorf("explain says %s%s", stdout, stderr)
	}
}

func mustRead(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
