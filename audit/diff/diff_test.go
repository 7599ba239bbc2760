package diff

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"waudit/audit/money"
	"waudit/audit/result"
)

// document is a report as it is read from its JSON.
func document(t rapid.TB, path string, r any) *Extract {
	t.Helper()
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	d, err := Read(path, text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func compare(t rapid.TB, a, b any, limits ...Limit) *result.Diff {
	t.Helper()
	d, err := Compare(document(t, "old.json", a), document(t, "new.json", b), limits)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// amounts draws sums of which the identity of reports holds.
func amounts(t *rapid.T) *result.FindingAmount {
	if rapid.Bool().Draw(t, "unvalued") {
		return nil
	}
	draw := func(name string) money.Amount {
		return money.Of(rapid.Int64Range(0, 4).Draw(t, name)).Times(rapid.SampledFrom([]int64{100_000, 3_400_000, money.Nano, money.Nano * money.Nano}).Draw(t, "unit"))
	}
	over, under, open, due := draw("over"), draw("under"), draw("uncertain"), draw("due")
	return &result.FindingAmount{Amounts: result.Amounts{Currency: rapid.SampledFrom([]string{"USD", "EUR"}).Draw(t, "currency"), Reported: write(due.Add(over).Sub(under).Add(open)), Expected: write(due), Overcharged: write(over), Undercharged: write(under), Uncertain: write(open)}, Basis: "rate_card"}
}

// reports draws a report whose totals are those of its findings.
func reports(t *rapid.T) *result.Report {
	r := &result.Report{Schema: result.Schema, Tool: result.Tool{Version: rapid.SampledFrom([]string{"v1", "v2"}).Draw(t, "version")}}
	sums := map[string][5]money.Amount{}
	for id := range rapid.Int64Range(0, 6).Draw(t, "findings") {
		if rapid.Bool().Draw(t, "absent") {
			continue
		}
		f := result.Finding{
			ID: fmt.Sprintf("%016x", id), Check: fmt.Sprintf("WA%03d", 101+id%2), Name: fmt.Sprint("name of ", id%2), Message: "wamid.x", Amount: amounts(t),
			Severity: rapid.SampledFrom([]result.Severity{result.Error, result.Warning, result.Info}).Draw(t, "severity"),
			Verdict:  rapid.SampledFrom([]result.Verdict{result.Overcharge, result.Uncertain}).Draw(t, "verdict"),
		}
		r.Findings = append(r.Findings, f)
		if f.Amount == nil {
			continue
		}
		own, err := sumsOf(&f)
		if err != nil {
			t.Fatal(err)
		}
		all := sums[f.Amount.Currency]
		for n := range own {
			all[n] = all[n].Add(own[n])
		}
		sums[f.Amount.Currency] = all
	}
	for _, currency := range []string{"EUR", "USD"} {
		if s, ok := sums[currency]; ok {
			r.Totals.Amounts = append(r.Totals.Amounts, result.Amounts{
				Currency: currency, Reported: write(s[0]), Expected: write(s[1]), Overcharged: write(s[2]), Undercharged: write(s[3]), Uncertain: write(s[4]),
			})
		}
	}
	r.Totals.Messages = int64(len(r.Findings))
	return r
}

// TestSameReport: a report does not differ from itself, whatever limits hold.
func TestSameReport(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := reports(t)
		d := compare(t, r, r, limit(t, "0%"), limit(t, "USD 0"))
		want := result.DiffSummary{Same: int64(len(r.Findings))}
		if !d.Same || d.Summary != want || len(d.Causes)+len(d.Exceeded)+len(d.Amounts)+len(d.Counts)+len(d.Checks)+len(d.Added)+len(d.Resolved)+len(d.Changed) > 0 {
			t.Errorf("differs from itself: %+v", d)
		}
		if Fails(d, func(*result.Finding) bool { return true }) {
			t.Error("fails")
		}
	})
}

// TestMirror: compared the other way round, what was added is resolved, and every
// difference has the other sign.
func TestMirror(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := reports(t), reports(t)
		there, back := compare(t, a, b), compare(t, b, a)
		for i := range min(len(there.Changed), len(back.Changed)) {
			x, y := &there.Changed[i], &back.Changed[i]
			otherCurrency := currencyOf(&x.Finding) != currencyOf(&y.Finding)
			if x.Worsened && y.Worsened && !otherCurrency || x.Finding.ID != y.Finding.ID {
				t.Errorf("worse both ways, or of two findings: %+v, %+v", x, y)
			}
			// Only one way has them: worsening, and the finding as the new report tells it.
			y.Worsened, y.Finding = x.Worsened, x.Finding
		}
		there.Summary.Worsened, back.Summary.Worsened = 0, 0
		if d := cmp.Diff(there, mirrored(back)); d != "" {
			t.Errorf("not mirrored:\n%s", d)
		}
	})
}

// mirrored turns a comparison round.
func mirrored(d *result.Diff) *result.Diff {
	m := *d
	m.Old.Version, m.New.Version = d.New.Version, d.Old.Version
	m.Added, m.Resolved = d.Resolved, d.Added
	m.Summary.Added, m.Summary.Resolved = d.Summary.Resolved, d.Summary.Added
	for i := range m.Causes {
		m.Causes[i].Old, m.Causes[i].New = m.Causes[i].New, m.Causes[i].Old
	}
	for i := range m.Amounts {
		x := &m.Amounts[i]
		x.Old, x.New, x.Difference = x.New, x.Old, negative(x.Difference)
	}
	for i := range m.Counts {
		x := &m.Counts[i]
		x.Old, x.New, x.Difference = x.New, x.Old, -x.Difference
	}
	for i := range m.Checks {
		x := &m.Checks[i]
		x.Findings = result.CountPair{Old: x.Findings.New, New: x.Findings.Old, Difference: -x.Findings.Difference}
		x.Messages = result.CountPair{Old: x.Messages.New, New: x.Messages.Old, Difference: -x.Messages.Difference}
		for n := range x.Amounts {
			a := &x.Amounts[n]
			a.Old, a.New, a.Difference = a.New, a.Old, negative(a.Difference)
		}
	}
	for i := range m.Changed {
		for n := range m.Changed[i].Changes {
			c := &m.Changed[i].Changes[n]
			c.Old, c.New = c.New, c.Old
		}
	}
	return &m
}

func negative(s string) string {
	a, err := money.Parse(s)
	if err != nil {
		return err.Error()
	}
	return write(a.Neg())
}

// TestSums: what a check's sums differ by is what its findings do, and all checks
// together differ by what the totals do.
func TestSums(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := reports(t), reports(t)
		d := compare(t, a, b)
		byFinding, byCheck, byTotal := map[string]money.Amount{}, map[string]money.Amount{}, map[string]money.Amount{}
		add := func(to map[string]money.Amount, key, value string, sign int64) {
			amount, err := parse(value)
			if err != nil {
				t.Fatal(err)
			}
			to[key] = to[key].Add(amount.Times(sign))
		}
		each := func(findings []result.Finding, sign int64) {
			for _, f := range findings {
				if f.Amount != nil {
					add(byFinding, f.Amount.Currency+" overcharged", f.Amount.Overcharged, sign)
					add(byFinding, f.Amount.Currency+" reported", f.Amount.Reported, sign)
				}
			}
		}
		each(d.Added, 1)
		each(d.Resolved, -1)
		for _, c := range d.Changed {
			old := a.Findings[slices.IndexFunc(a.Findings, func(f result.Finding) bool { return f.ID == c.Finding.ID })]
			each([]result.Finding{c.Finding}, 1)
			each([]result.Finding{old}, -1)
		}
		for _, c := range d.Checks {
			for _, x := range c.Amounts {
				if x.Name == "overcharged" || x.Name == "reported" {
					add(byCheck, c.Currency+" "+x.Name, x.Difference, 1)
				}
			}
		}
		for _, x := range d.Amounts {
			if x.Name == "overcharged" || x.Name == "reported" {
				add(byTotal, x.Currency+" "+x.Name, x.Difference, 1)
			}
		}
		for _, m := range []map[string]money.Amount{byFinding, byCheck, byTotal} {
			for k, v := range m {
				if v.IsZero() {
					delete(m, k)
				}
			}
		}
		equal := cmp.Comparer(func(x, y money.Amount) bool { return x == y })
		if x := cmp.Diff(byFinding, byCheck, equal); x != "" {
			t.Errorf("findings and checks differ:\n%s", x)
		}
		if x := cmp.Diff(byCheck, byTotal, equal); x != "" {
			t.Errorf("checks and totals differ:\n%s", x)
		}
	})
}

func limit(t rapid.TB, text string) Limit {
	l, err := ParseLimit(text)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// TestLimits: a limit is exact, and one of a currency holds for no other.
func TestLimits(t *testing.T) {
	bill := func(usd, inr string) *result.ExpectedBill {
		return &result.ExpectedBill{Schema: result.BillSchema, Totals: []result.BillTotal{{BillSum: result.BillSum{Currency: "USD", Amount: usd}}, {BillSum: result.BillSum{Currency: "INR", Amount: inr}}}}
	}
	for _, c := range []struct {
		limit, before, after string
		over                 bool
	}{
		{"5%", "100", "105", false},
		{"5%", "100", "105.000000001", true},
		{"5%", "0", "0.0001", true},
		{"0%", "3", "3", false},
		{"33.333333333%", "3", "4", true},
		{"5%", "100", "90", false},
		{"5%", "99999999999999999999", "104999999999999999998.95", false},
		{"USD 10", "100", "110", false},
		{"USD 10", "100", "110.0001", true},
		{"EUR 10", "100", "200", false},
	} {
		d := compare(t, bill(c.before, "7"), bill(c.after, "7"), limit(t, c.limit))
		if got := len(d.Exceeded) > 0; got != c.over {
			t.Errorf("%s, %s to %s: over %t, want %t", c.limit, c.before, c.after, got, c.over)
		}
	}
	for _, wrong := range []string{"", "%", "5", "USD", "10 USD", "-5%", "USD -1", "usd 5", "USD five", "1e3%"} {
		if _, err := ParseLimit(wrong); err == nil {
			t.Errorf("%q is taken for a limit", wrong)
		}
	}
}

// TestCauses: what may be why is named, and paths and the order of files are not.
func TestCauses(t *testing.T) {
	run := func() *result.Report {
		return &result.Report{Schema: result.Schema, Tool: result.Tool{Version: "v1"}, Run: result.Run{
			Inputs: []result.InputFile{
				{Path: "a", Bytes: 10, InputCounts: result.InputCounts{Records: 2, Items: 2, Duplicates: 1}}, {Path: "b", Bytes: 20, InputCounts: result.InputCounts{Records: 1, Items: 1}}, {Path: "waudit.yaml", Bytes: 5, Skipped: "no log"},
			},
			Rates: []result.RateCard{{ID: "meta", SHA256: "1"}, {ID: "own", SHA256: "2"}}, Rules: &result.Rules{SHA256: "3"},
			Config:  &result.UsedConfig{Path: "waudit.yaml", SHA256: "4", Files: []result.ConfigFile{{Key: "templates", Path: "t.csv", SHA256: "5"}}},
			Options: map[string]any{"checks": []string{"WA101", "WA102"}, "strict": false},
		}}
	}
	other := run()
	other.Run.Inputs = []result.InputFile{{Path: "c", Bytes: 20, InputCounts: result.InputCounts{Records: 1, Items: 1, Duplicates: 1}}, {Path: "d", Bytes: 10, InputCounts: result.InputCounts{Records: 2, Items: 2}}}
	other.Run.Config.Path, other.Run.Config.Files[0].Path = "elsewhere/waudit.yaml", "elsewhere/t.csv"
	if d := compare(t, run(), other); len(d.Causes) > 0 || !d.Same {
		t.Errorf("paths and order are causes: %+v", d.Causes)
	}
	old := run()
	old.Run.Rules, old.Run.Config = nil, nil
	if d := compare(t, old, other); len(d.Causes) > 0 {
		t.Errorf("what an older report does not say is a cause: %+v", d.Causes)
	}
	from := "2026-10-01"
	other.Tool.Version, other.Run.Rules.SHA256, other.Run.Rates = "v2", "33", []result.RateCard{{ID: "meta", SHA256: "11"}}
	other.Run.Config.SHA256, other.Run.Config.Files = "44", nil
	other.Run.Options = map[string]any{"checks": []string{"WA102", "WA103"}, "strict": true}
	other.Run.Period.From, other.Run.Incomplete = &from, []string{"cut"}
	other.Run.Inputs[0].Bytes, other.Run.NotRun = 21, []result.NotRun{{Check: "WA204", Why: "no amounts"}}
	want := []result.Cause{
		{What: "version", Old: "v1", New: "v2"}, {What: "rules", Old: "3", New: "33"}, {What: "rates", Key: "meta", Old: "1", New: "11"},
		{What: "rates", Key: "own", Old: "2"}, {What: "configuration", Old: "4", New: "44"}, {What: "configuration", Key: "templates", Old: "5"},
		{What: "options", Key: "checks", Old: "WA101", New: "WA103"}, {What: "options", Key: "strict", Old: "false", New: "true"},
		{What: "period", New: "2026-10-01 to open"},
		{What: "inputs", Old: "files: 2, records: 3, bytes: 30, hash: 20f2e1b22f44", New: "files: 2, records: 3, bytes: 31, hash: 4f3b2a9f3a55"},
		{What: "not_run", Key: "WA204", New: "no amounts"}, {What: "incomplete", New: "cut"},
	}
	got := compare(t, run(), other).Causes
	for i := range got {
		if got[i].What == "inputs" {
			if got[i].Old == got[i].New {
				t.Error("inputs are said to differ by equal texts")
			}
			got[i].Old, got[i].New = want[i].Old, want[i].New
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("causes:\n%s", d)
	}
}

// TestWorsened: what takes more money, or is graver, is worse; what is less sure is not.
func TestWorsened(t *testing.T) {
	sure := result.Finding{ID: "x", Check: "WA105", Severity: result.Error, Verdict: result.Overcharge, Amount: &result.FindingAmount{Amounts: result.Amounts{Currency: "USD", Overcharged: "0.0034", Uncertain: "0.0000"}}}
	more, unsure, same, words := sure, sure, sure, sure
	more.Amount = &result.FindingAmount{Amounts: result.Amounts{Currency: "USD", Overcharged: "0.0035"}}
	unsure.Severity, unsure.Verdict, unsure.Amount = result.Warning, result.Uncertain, &result.FindingAmount{Amounts: result.Amounts{Currency: "USD", Overcharged: "0.0000", Uncertain: "0.0034"}}
	same.Amount = &result.FindingAmount{Amounts: result.Amounts{Currency: "USD", Overcharged: "0.00340", Uncertain: "0.000"}}
	words.Explanation = "in other words"
	words.Evidence = []result.Evidence{{Path: "elsewhere"}}
	for _, c := range []struct {
		name             string
		was, is          result.Finding
		changed, worsens bool
	}{
		{"more money", sure, more, true, true}, {"less money", more, sure, true, false},
		{"not sure any more", sure, unsure, true, false}, {"sure now", unsure, sure, true, true},
		{"the same money", sure, same, false, false}, {"other words", sure, words, false, false},
	} {
		d := compare(t, &result.Report{Schema: result.Schema, Findings: []result.Finding{c.was}}, &result.Report{Schema: result.Schema, Findings: []result.Finding{c.is}})
		if got := len(d.Changed) > 0; got != c.changed {
			t.Errorf("%s: changed %t", c.name, got)
		}
		if got := Fails(d, func(f *result.Finding) bool { return f.Severity == result.Error }); got != c.worsens {
			t.Errorf("%s: worsened %t", c.name, got)
		}
	}
}

// TestRead: what is no report, or has money that is none, is refused with its name.
func TestRead(t *testing.T) {
	for _, text := range []string{
		"", "[]", "{}", `{"schema":"waudit.inspect/v1"}`, `{"schema":"waudit.report/v1"} {}`, `{"schema":"waudit.report/v1","findings":{}}`,
		`{"schema":"waudit.report/v1","findings":[{"id":"1","amount":{"currency":"USD","overcharged":"1e9"}}]}`,
		`{"schema":"waudit.bill/v1","totals":[{"amount":"much"}]}`, `{"schema":"waudit.reconcile/v1","waterfall":[{"total":"NaN"}]}`,
	} {
		if _, err := Read("x.json", []byte(text)); err == nil {
			t.Errorf("%s is taken for a report", text)
		}
	}
}
