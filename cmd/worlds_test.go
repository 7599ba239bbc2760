package cmd

import (
	"bufio"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"waudit/audit/result"
)

// decided returns what replay says of each message of a log.
func decided(t *testing.T, args ...string) []result.Decision {
	t.Helper()
	code, stdout, stderr := run(t, "", append([]string{"replay", "-q"}, args...)...)
	if code != exitClean {
		t.Fatalf("replay %v: exit %d: %s", args, code, stderr)
	}
	var all []result.Decision
	s := bufio.NewScanner(strings.NewReader(stdout))
	for s.Scan() {
		var d result.Decision
		if err := json.Unmarshal(s.Bytes(), &d); err != nil {
			t.Fatal(err)
		}
		all = append(all, d)
	}
	return all
}

// shareOf is how many of the decisions are so, in thousandths.
func shareOf(all []result.Decision, is func(*result.Decision) bool) float64 {
	n := 0
	for i := range all {
		if is(&all[i]) {
			n++
		}
	}
	return float64(n) * 1000 / float64(max(1, len(all)))
}

// TestCertainShare: on a log that lacks nothing most is certain. The floors, in
// thousandths of the outcomes and of the verdicts, are what a seed of few messages
// has reached; -v tells what it reaches.
func TestCertainShare(t *testing.T) {
	seeds, messages := size()
	for month, floor := range map[string][2]float64{
		"2022-03-01": {975, 980}, "2023-02-15": {955, 965}, "2023-03-20": {955, 965}, "2023-05-20": {960, 970},
		"2023-08-01": {980, 980}, "2024-10-15": {980, 980}, "2025-03-01": {985, 985}, "2025-06-20": {985, 985},
		"2025-08-01": {985, 985}, "2026-03-01": {985, 985}, "2026-09-15": {980, 975}, "2026-10-01": {975, 965},
	} {
		if !slices.Contains(months(), month) {
			continue
		}
		for seed := 1; seed <= seeds; seed++ {
			t.Run(fmt.Sprint(month, " ", seed), func(t *testing.T) {
				t.Parallel()
				dir, _ := simulated(t, month, seed, messages)
				all := decided(t, dir)
				outcomes := shareOf(all, func(d *result.Decision) bool { return d.Outcome != "uncertain" })
				verdicts := shareOf(all, func(d *result.Decision) bool { return d.Verdict != result.Uncertain })
				t.Logf("%d decisions: %.1f ‰ of the outcomes are certain, %.1f ‰ of the verdicts", len(all), outcomes, verdicts)
				if outcomes < floor[0] || verdicts < floor[1] {
					t.Errorf("%.1f ‰ and %.1f ‰ are certain, want at least %.1f and %.1f", outcomes, verdicts, floor[0], floor[1])
				}
			})
		}
	}
}

// TestReplayIsAudit: both say the same of every message, whatever the log lacks.
func TestReplayIsAudit(t *testing.T) {
	_, messages := size()
	for i, month := range months() {
		t.Run(month, func(t *testing.T) {
			t.Parallel()
			dir, _ := simulated(t, month, 20+i, messages, damages()[i%len(damages())]...)
			counts := map[result.Verdict]int{}
			accused := map[string]bool{}
			for _, d := range decided(t, dir) {
				counts[d.Verdict]++
				if d.Verdict == result.Overcharge {
					accused[d.Message] = true
				}
			}
			r := audited(t, dir)
			v := r.Totals.Verdicts
			for verdict, n := range map[result.Verdict]int64{
				result.OK: v.OK, result.Overcharge: v.Overcharge, result.Undercharge: v.Undercharge,
				result.Uncertain: v.Uncertain, result.Unreported: v.Unreported,
			} {
				if int64(counts[verdict]) != n {
					t.Errorf("%s: %d in replay, %d in the audit", verdict, counts[verdict], n)
				}
			}
			for _, f := range r.Findings {
				if f.Verdict == result.Overcharge && strings.HasPrefix(f.Check, "WA1") && f.Check != "WA109" && !accused[f.Message] {
					t.Errorf("%s of %s is no overcharge in replay", f.Check, f.Message)
				}
			}
		})
	}
}

// damages are ways to lose a part of a log.
func damages() [][]string {
	return [][]string{
		{"--outage", "5d"},
		{"--outage", "3d", "--outage-account"},
		{"--lose", "1%"},
		{"--lose", "10%"},
		{"--lose", "3%", "--no-sends"},
		{"--cut", "5d"},
		{"--cut", "4d", "--unproven", "80%"},
	}
}

// TestCurrencies: errors are found, with their money to the last unit, in accounts of
// several currencies, and nothing else is.
func TestCurrencies(t *testing.T) {
	seeds, _ := size()
	for _, from := range []string{"2024-08-01", "2025-09-01", "2026-10-01"} {
		for seed := range seeds {
			t.Run(fmt.Sprint(from, " ", seed), func(t *testing.T) {
				t.Parallel()
				m := billMonth(t, from, seed+1, "--currency", "EUR,INR,BRL", "--contract", "made-up")
				currencies := map[string]bool{}
				for _, l := range m.lies {
					if l.Should != nil {
						currencies[l.Should.Currency] = true
					}
				}
				if len(currencies) != 3 {
					t.Errorf("errors are hidden in %v", currencies)
				}
				m.holdLines(t)
				m.holdItems(t)
				m.holdVolumes(t)
			})
		}
	}
}

// TestAccountsAbroad: the errors of a log are found in accounts of other zones and
// currencies, as anywhere.
func TestAccountsAbroad(t *testing.T) {
	_, messages := size()
	for i, month := range months() {
		t.Run(month, func(t *testing.T) {
			t.Parallel()
			dir, truth := simulated(t, month, 30+i, messages, "--currency", "EUR,INR,BRL")
			r := audited(t, dir)
			reportSound(t, r, truth)
			reportFound(t, r, truth)
		})
	}
}

// TestListedCurrencies: by Meta's list as by a contract, in the currencies and months of
// which the list is whole.
func TestListedCurrencies(t *testing.T) {
	for from, currencies := range map[string]string{"2026-01-01": "INR", "2026-05-01": "EUR,INR", "2026-10-01": "INR,USD"} {
		t.Run(from, func(t *testing.T) {
			t.Parallel()
			m := billMonth(t, from, 4, "--currency", currencies)
			m.holdLines(t)
			m.holdItems(t)
			m.holdVolumes(t)
		})
	}
}

// TestUnprovenClicks: what no status proves accuses nobody, and hides no error.
func TestUnprovenClicks(t *testing.T) {
	seeds, messages := size()
	for _, month := range months() {
		for seed := 1; seed <= seeds; seed++ {
			t.Run(fmt.Sprint(month, " ", seed), func(t *testing.T) {
				t.Parallel()
				dir, truth := simulated(t, month, seed, messages, "--unproven", "80%")
				r := audited(t, dir)
				reportSound(t, r, truth)
				reportFound(t, r, truth)
			})
		}
	}
}

// TestChangedCategories: a charge follows the category that Meta's webhooks tell,
// whatever the business noted.
func TestChangedCategories(t *testing.T) {
	seeds, messages := size()
	for _, month := range months() {
		if month < "2023-04" {
			continue // before the webhook
		}
		for seed := 1; seed <= seeds; seed++ {
			t.Run(fmt.Sprint(month, " ", seed), func(t *testing.T) {
				t.Parallel()
				dir, truth := simulated(t, month, seed, messages, "--changes", "5")
				r := audited(t, dir)
				reportSound(t, r, truth)
				reportFound(t, r, truth)
			})
		}
	}
}
