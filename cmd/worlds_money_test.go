package cmd

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"waudit/audit/money"
	"waudit/audit/reconcile"
	"waudit/audit/result"
)

// purse is money by currency, in billionths.
type purse map[string]int64

func (p purse) add(t *testing.T, currency, amount string) {
	t.Helper()
	p[currency] += parsedAmount(t, amount)
}

func show(nano int64) string { return money.Format(money.Of(nano), 4) }

// equal says what differs; what is zero need not be there.
func (p purse) equal(t *testing.T, what string, want purse) {
	t.Helper()
	all := purse{}
	maps.Copy(all, p)
	maps.Copy(all, want)
	for _, c := range slices.Sorted(maps.Keys(all)) {
		if p[c] != want[c] {
			t.Errorf("%s: %s %s, want %s", what, c, show(p[c]), show(want[c]))
		}
	}
}

// world is a simulated log beside a bill that does not fit it.
type world struct {
	dir, config string
	from        time.Time
	lies        []lie
}

var billForms = []string{"lines.csv", "items.csv", "daily.csv", "monthly.csv", "analytics.json"}

// twoMonths simulates two months and their bill.
func twoMonths(t *testing.T, from string, seed int, extra ...string) *world {
	t.Helper()
	first, err := time.Parse(time.DateOnly, from)
	if err != nil {
		t.Fatal(err)
	}
	days := int(first.AddDate(0, 2, 0).Sub(first) / (24 * time.Hour))
	dir, _ := simulated(t, from, seed, 4000, append([]string{
		"--dialect", "flat", "--days", strconv.Itoa(days), "--invoice", "lines,items,daily,monthly,analytics", "--invoice-errors", "1%",
	}, extra...)...)
	return &world{dir, filepath.Join(dir, "waudit.yaml"), first, liesOf(t, dir)}
}

func (w *world) month(n int) string { return w.from.AddDate(0, n, 0).Format("2006-01") }

// both are the flags for the two months: what is delivered later is on the next bill.
func (w *world) both() []string {
	return []string{"--from", w.from.Format(time.DateOnly), "--to", w.from.AddDate(0, 2, 0).Format(time.DateOnly)}
}

func (w *world) path(name string) string { return filepath.Join(w.dir, name) }

// told is a reconciliation, and what it claims.
type told struct {
	code int
	result.Reconciliation
	claimed purse
}

// lay lays a form of the bill beside the log, and holds what it says to itself.
func (w *world) lay(t *testing.T, form string, flags ...string) *told {
	t.Helper()
	claims := filepath.Join(t.TempDir(), "claims.yaml")
	args := slices.Concat([]string{"reconcile", "-q", "-f", "json", "-c", w.config, "--invoice", w.path("invoice-" + form), "--write-claims", claims}, flags)
	code, stdout, stderr := run(t, "", append(args, w.path("log.ndjson"))...)
	if code != exitClean && code != exitFindings && code != exitIncomplete {
		t.Fatalf("%v: exit code %d: %s", args, code, stderr)
	}
	r := &told{code: code, claimed: purse{}}
	if err := json.Unmarshal([]byte(stdout), &r.Reconciliation); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(claims)
	if err != nil {
		t.Fatal(err)
	}
	var written reconcile.Claims
	if err := yaml.Unmarshal(text, &written); err != nil {
		t.Fatal(err)
	}
	for _, c := range written.Claims {
		r.claimed.add(t, c.Currency, c.Amount)
	}
	r.addsUp(t)
	return r
}

// addsUp: waterfall, findings, claims and exit code are views of the same money.
func (r *told) addsUp(t *testing.T) {
	t.Helper()
	shown, open := map[string]purse{}, purse{}
	errors := 0
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Severity == result.Error {
			errors++
		}
		if strings.Contains(f.Explanation, " of .") {
			t.Errorf("finding %s names no cell: %s", f.ID, f.Explanation)
		}
		if f.Amount == nil {
			continue
		}
		p := shown[f.Check]
		if p == nil {
			p = purse{}
			shown[f.Check] = p
		}
		p[f.Amount.Currency] += signed(t, f.Amount) + parsedAmount(t, f.Amount.Uncertain)
		if f.Verdict == result.Overcharge {
			open.add(t, f.Amount.Currency, f.Amount.Overcharged)
		}
	}
	r.claimed.equal(t, "claims, and findings that can be claimed", open)
	said := purse{}
	for _, m := range r.Claims.Open {
		said.add(t, m.Currency, m.Amount)
	}
	r.claimed.equal(t, "claims, and what is said to be open", said)
	steps := map[string]purse{}
	for _, w := range r.Waterfall {
		sum := parsedAmount(t, w.Expected)
		for _, s := range w.Steps {
			sum += parsedAmount(t, s.Amount)
			switch {
			case s.Step == "unexplained":
				t.Errorf("%s %s is unexplained", w.Currency, s.Amount)
			case s.Check == "":
				continue // named, and nothing that a finding tells
			}
			if steps[s.Check] == nil {
				steps[s.Check] = purse{}
			}
			steps[s.Check].add(t, w.Currency, s.Amount)
		}
		if sum != parsedAmount(t, w.Total) {
			t.Errorf("%s: the steps come to %s, the bill to %s", w.Currency, show(sum), w.Total)
		}
	}
	all := maps.Clone(shown)
	maps.Copy(all, steps)
	for _, check := range slices.Sorted(maps.Keys(all)) {
		steps[check].equal(t, "the steps of "+check+", and its findings", shown[check])
	}
	if failed := r.code == exitFindings; r.code != exitIncomplete && failed != (errors > 0) {
		t.Errorf("exit code %d with %d errors", r.code, errors)
	}
}

// expected is what the reconciliation says is due, by currency.
func (r *told) expected(t *testing.T) purse {
	t.Helper()
	p := purse{}
	for _, w := range r.Waterfall {
		p.add(t, w.Currency, w.Expected)
	}
	return p
}

// expects holds what is expected to what audit says is due. Messages whose lines are
// in another currency are compared with nothing: they may be left out.
func (r *told) expects(t *testing.T, w *world, due purse) {
	t.Helper()
	apart := purse{}
	for i := range w.lies {
		if l := &w.lies[i]; l.Kind == "other_currency" {
			apart[l.Should.Currency] += l.Should.amount(t)
		}
	}
	got := r.expected(t)
	for _, c := range slices.Sorted(maps.Keys(due)) {
		if got[c] > due[c] || got[c] < due[c]-apart[c] {
			t.Errorf("%s %s is expected, audit says %s, of which %s may be left out", c, show(got[c]), show(due[c]), show(apart[c]))
		}
	}
}

// dueBack is what can be claimed at most, by the truth: that by which lines of the
// account's currency are too dear.
func (w *world) dueBack(t *testing.T, counts func(*lie) bool) purse {
	t.Helper()
	p := purse{}
	for i := range w.lies {
		l := &w.lies[i]
		if l.Says == nil || l.Kind == "other_currency" || !counts(l) {
			continue
		}
		p[l.Says.Currency] += max(0, l.Says.amount(t)-l.Should.amount(t))
	}
	return p
}

// within fails where more is claimed than is due back.
func (r *told) within(t *testing.T, most purse) {
	t.Helper()
	for _, c := range slices.Sorted(maps.Keys(r.claimed)) {
		if r.claimed[c] > most[c] {
			t.Errorf("%s %s is claimed, and %s is due back", c, show(r.claimed[c]), show(most[c]))
		}
	}
}

// accuse names the first of the findings that say for certain that a charge is wrong.
func (r *told) accuse(t *testing.T, whose func(*result.Finding) bool) {
	t.Helper()
	for i := range r.Findings {
		if f := &r.Findings[i]; f.Verdict != result.Uncertain && whose(f) {
			t.Errorf("%s %s %s: %s", f.Check, f.WABA, f.Message, f.Explanation)
			return
		}
	}
}

// due is what audit says is due in a log, and bill: they say the same.
func (w *world) due(t *testing.T, log string, flags ...string) purse {
	t.Helper()
	flags = append(flags, "-c", w.config, log)
	r := audited(t, flags...)
	code, stdout, stderr := run(t, "", append([]string{"bill", "-q", "-f", "json"}, flags...)...)
	if code != exitClean {
		t.Fatalf("bill %v: exit code %d: %s", flags, code, stderr)
	}
	var b result.ExpectedBill
	if err := json.Unmarshal([]byte(stdout), &b); err != nil {
		t.Fatal(err)
	}
	expected, uncertain, billed, between := purse{}, purse{}, purse{}, purse{}
	for _, a := range r.Totals.Amounts {
		expected.add(t, a.Currency, a.Expected)
		uncertain.add(t, a.Currency, a.Uncertain)
	}
	for _, x := range b.Totals {
		billed.add(t, x.Currency, x.Amount)
		billed.add(t, x.Currency, x.Low)
		between[x.Currency] += parsedAmount(t, x.High) - parsedAmount(t, x.Low)
	}
	billed.equal(t, "bill, and audit", expected)
	for _, c := range slices.Sorted(maps.Keys(uncertain)) {
		if uncertain[c] > between[c] {
			t.Errorf("%s %s is uncertain in the audit, %s in the bill", c, show(uncertain[c]), show(between[c]))
		}
	}
	return expected
}

// accounts are the ids of the configured accounts, in order.
func (w *world) accounts(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(w.config)
	if err != nil {
		t.Fatal(err)
	}
	var c struct{ Accounts map[string]yaml.Node }
	if err := yaml.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(c.Accounts))
}
