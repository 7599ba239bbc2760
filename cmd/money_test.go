package cmd

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"waudit/audit/category"
	"waudit/audit/money"
	"waudit/audit/rate"
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
	for _, from := range months() {
		t.Run(from, func(t *testing.T) {
			t.Parallel()
			dir, _ := simulated(t, from, 5, 2500, "--dialect", "flat", "--errors", "3%")
			config, log := filepath.Join(dir, "waudit.yaml"), filepath.Join(dir, "log.ndjson")
			var r result.Report
			auditJSON(t, &r, "audit", "-q", "-f", "json", "--fail-on", "none", "-c", config, log)
			var b result.ExpectedBill
			auditJSON(t, &b, "bill", "-q", "-f", "json", "-c", config, log)
			holdBill(t, &r, &b)
		})
	}
}

// holdBill checks that a bill says what the audit of the same log does.
func holdBill(t *testing.T, r *result.Report, b *result.ExpectedBill) {
	t.Helper()
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
}

// TestTiersInEveryView: with volume tiers that several accounts reach together,
// bill and audit still say the same, and every view comes to the totals.
func TestTiersInEveryView(t *testing.T) {
	dir, _ := simulated(t, "2026-10-01", 8, 4000, "--dialect", "flat", "--errors", "4%")
	config, log := filepath.Join(dir, "waudit.yaml"), filepath.Join(dir, "log.ndjson")
	rewrite(t, config, regexp.MustCompile(`currency: USD`), "currency: USD\n    rates: card.csv\n    portfolio: p")
	rewrite(t, log, regexp.MustCompile(`,"(amount|currency)":"[^"]*"`), "")
	writeTiers(t, filepath.Join(dir, "card.csv"))
	var r result.Report
	auditJSON(t, &r, "audit", "-q", "-f", "json", "--fail-on", "none", "-c", config, log)
	var b result.ExpectedBill
	auditJSON(t, &b, "bill", "-q", "-f", "json", "-c", config, log)
	holdBill(t, &r, &b)
	others, views := 0, map[string]map[string]int64{}
	for _, g := range r.Totals.Groups {
		if g.Others {
			others++
		}
		if views[g.By] == nil {
			views[g.By] = map[string]int64{}
		}
		for key, n := range sumUp(t, g.Amounts) {
			views[g.By][key] += n
		}
	}
	for by, got := range views {
		for key, n := range sumUp(t, r.Totals.Amounts) {
			if got[key] != n {
				t.Errorf("by %s, %s comes to %d, and in all to %d", by, key, got[key], n)
			}
		}
	}
	if others == 0 {
		t.Error("no volume tiers are shared")
	}
}

// writeTiers writes Meta's list of October 2026 as a contract's with volume tiers
// that a small month reaches.
func writeTiers(t *testing.T, path string) {
	t.Helper()
	markets, err := rate.LoadMarkets()
	if err != nil {
		t.Fatal(err)
	}
	meta, err := rate.Meta(markets)
	if err != nil {
		t.Fatal(err)
	}
	var rows []rate.ListedRate
	for _, row := range meta.Rows(markets) {
		if row.Currency != "USD" || row.From != 2026_10_01 || row.Tier[0] != 0 {
			continue
		}
		row.Status = rate.Verified
		rows = append(rows, row)
		for i, step := range [][2]int64{{1, 5}, {6, 40}, {41, 0}} {
			if rate.Tiered(row.Category) && row.Category != category.AuthInternational {
				tier := row
				tier.Tier, tier.Amount = step, row.Amount*int64(10-i)/10/100_000*100_000
				rows = append(rows, tier)
			}
		}
	}
	var card bytes.Buffer
	if err := rate.WriteCard(&card, "acme", 0, rows); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, card.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

// rewrite replaces what an expression finds in a file.
func rewrite(t *testing.T, path string, what *regexp.Regexp, by string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, what.ReplaceAll(data, []byte(by)), 0o600); err != nil {
		t.Fatal(err)
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

// TestWhereTheMoneyIs: the rows of each view come to the totals, in charges and in
// money, with a row for those that are not shown.
func TestWhereTheMoneyIs(t *testing.T) {
	dir, _ := simulated(t, "2026-09-15", 6, 4000, "--dialect", "flat", "--errors", "4%")
	args := []string{"audit", "-q", "--fail-on", "none", "-c", filepath.Join(dir, "waudit.yaml"), filepath.Join(dir, "log.ndjson")}
	var r result.Report
	auditJSON(t, &r, append(args, "-f", "json")...)
	if len(r.Totals.Amounts) != 1 {
		t.Fatalf("%d currencies", len(r.Totals.Amounts))
	}
	_, table, _ := run(t, "", args...)
	_, section, found := strings.Cut(table, "Where the overcharged money is\n")
	if !found {
		t.Fatal(table)
	}
	section, _, _ = strings.Cut(section, "\n\n")
	total := r.Totals.Amounts[0]
	want := [4]int64{r.Totals.ChargesReported, parsedAmount(t, total.Reported), parsedAmount(t, total.Overcharged), parsedAmount(t, total.Uncertain)}
	views, others := map[string]*[4]int64{}, 0
	for _, row := range strings.Split(section, "\n")[1:] {
		cells := strings.Fields(strings.ReplaceAll(row, ",", ""))
		by, n := cells[0], len(cells)
		if views[by] == nil {
			views[by] = &[4]int64{}
		}
		charges, err := strconv.ParseInt(cells[n-5], 10, 64)
		if err != nil {
			t.Fatalf("%q: %v", row, err)
		}
		for i, cell := range cells[n-3:] {
			views[by][i+1] += parsedAmount(t, cell)
		}
		views[by][0] += charges
		if cells[1] == "others" {
			others++
		}
	}
	for by, got := range views {
		if *got != want {
			t.Errorf("by %s: %v, want %v", by, *got, want)
		}
	}
	if len(views) < 4 || others == 0 {
		t.Errorf("%d views, %d of them with others", len(views), others)
	}
}

// TestIgnoredLeaveTogether: an accepted finding leaves the list, its check's count
// and every sum at once, and what it takes is told.
func TestIgnoredLeaveTogether(t *testing.T) {
	dir, _ := simulated(t, "2026-09-15", 7, 3000, "--dialect", "flat", "--errors", "3%")
	args := []string{"audit", "-q", "-f", "json", "--fail-on", "none", "-c", filepath.Join(dir, "waudit.yaml"), filepath.Join(dir, "log.ndjson")}
	var before result.Report
	auditJSON(t, &before, args...)
	taken := map[string]bool{}
	for i := 0; i < len(before.Findings); i += 3 {
		f := &before.Findings[i]
		if taken[f.Check] && i%2 == 1 {
			continue
		}
		taken[f.Check] = true
		list := filepath.Join(dir, "ignore.yaml")
		if err := os.WriteFile(list, []byte("ignore: [{id: "+f.ID+", reason: accepted}]\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		var after result.Report
		auditJSON(t, &after, append(args, "--ignore", list)...)
		holdIgnored(t, &before, &after, f)
	}
	if len(taken) < 5 {
		t.Errorf("only findings of %d checks were accepted", len(taken))
	}
}

// holdIgnored checks a report in which one finding is accepted.
func holdIgnored(t *testing.T, before, after *result.Report, f *result.Finding) {
	t.Helper()
	ignored := after.Totals.Ignored
	if ignored == nil || ignored.Findings != 1 || len(after.Findings) != len(before.Findings)-1 {
		t.Fatalf("%s: %+v, %d findings of %d", f.Check, ignored, len(after.Findings), len(before.Findings))
	}
	want, told := sumUp(t, before.Totals.Amounts), sumUp(t, ignored.Amounts)
	for key, n := range sumUp(t, after.Totals.Amounts) {
		if want[key] != n+told[key] {
			t.Errorf("%s: %s: %d, and %d ignored of %d", f.Check, key, n, told[key], want[key])
		}
	}
	if a := f.Amount; a != nil && (told[a.Currency+" over"] != parsedAmount(t, a.Overcharged) || told[a.Currency+" uncertain"] != parsedAmount(t, a.Uncertain)) {
		t.Errorf("%s: ignored is %+v, and the finding has %+v", f.Check, ignored.Amounts, a)
	}
	views := map[string]int64{}
	for _, g := range after.Totals.Groups {
		views[g.By] += sumUp(t, g.Amounts)["USD over"]
	}
	for by, n := range views {
		if over := sumUp(t, after.Totals.Amounts)["USD over"]; n != over {
			t.Errorf("%s: by %s %d is overcharged, in all %d", f.Check, by, n, over)
		}
	}
	listed := map[string]int64{}
	for i := range after.Findings {
		listed[after.Findings[i].Check]++
	}
	for _, c := range after.Totals.ByCheck {
		if c.Findings != listed[c.Check] {
			t.Errorf("%s: %d findings are listed, and %d counted", c.Check, listed[c.Check], c.Findings)
		}
	}
}
