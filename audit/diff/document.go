package diff

import (
	"cmp"
	"fmt"

	"waudit/audit/money"
	"waudit/audit/result"
)

// Extract is a report as far as it is compared.
type Extract struct {
	path     string
	schema   string
	tool     result.Tool
	run      result.Run
	bills    []result.BillFile
	findings []result.Finding
	lines    []result.BillLine
	amounts  map[measure]money.Amount
	counts   map[measure]int64
	checks   map[checkKey]*checkTotal
	payable  map[string]money.Amount // by currency, what limits are for: overcharged money, of bills all of it
	err      error                   // the first amount that is none
}

// measure names a number of a report. Reports list them in this order.
type measure struct {
	currency string
	order    int
	check    string
	name     string
}

// Read reads a JSON report of an audit, a reconciliation or a bill. The error says
// in the words of the file what is wrong with it.
func Read(path string, text []byte) (*Extract, error) {
	doc, err := result.ReadDocument(path, text)
	if err != nil {
		return nil, err
	}
	d := &Extract{
		path: path, schema: doc.Schema, amounts: map[measure]money.Amount{}, counts: map[measure]int64{},
		checks: map[checkKey]*checkTotal{}, payable: map[string]money.Amount{},
	}
	switch doc.Schema {
	case result.Schema:
		err = read(doc, d.addReport)
	case result.ReconcileSchema:
		err = read(doc, d.addReconciliation)
	case result.BillSchema:
		err = read(doc, d.addBill)
	default:
		err = fmt.Errorf("%s: its schema is %q; %s, %s and %s can be compared", path, doc.Schema, result.Schema, result.ReconcileSchema, result.BillSchema)
	}
	if err != nil {
		return nil, err
	}
	d.tally()
	if d.err != nil {
		return nil, fmt.Errorf("%s: %w", path, d.err)
	}
	return d, nil
}

func read[T any](d *result.Document, add func(*T)) error {
	doc, err := result.Of[T](d)
	if err == nil {
		add(doc)
	}
	return err
}

func (d *Extract) addReport(r *result.Report) {
	d.tool, d.run, d.findings = r.Tool, r.Run, r.Findings
	t := &r.Totals
	d.count("messages", "charges_reported", "charges_expected", "ok", "overcharge", "undercharge", "uncertain", "unreported")(
		t.Messages, t.ChargesReported, t.ChargesExpected, t.Verdicts.OK, t.Verdicts.Overcharge, t.Verdicts.Undercharge, t.Verdicts.Uncertain, t.Verdicts.Unreported)
	for _, u := range t.Unvalued {
		d.counts[measure{order: last, name: "unvalued: " + u.Missing}] += u.Messages
	}
	for _, a := range t.Amounts {
		d.sum(a.Currency, sumNames[:], a.Reported, a.Expected, a.Overcharged, a.Undercharged, a.Uncertain)
		d.payable[a.Currency] = d.amounts[measure{currency: a.Currency, order: overcharged, name: sumNames[overcharged]}]
	}
}

// last is the order of what comes behind all that is named here.
const last = 100

// What findings and reports have sums of, in this order.
var sumNames = [...]string{"reported", "expected", "overcharged", "undercharged", "uncertain"}

// The places of two of them.
const (
	overcharged = 2
	uncertain   = 4
)

func (d *Extract) addReconciliation(r *result.Reconciliation) {
	d.tool, d.run, d.bills, d.findings = r.Tool, r.Run, r.Bills, r.Findings
	m := &r.Matching
	d.count("lines", "matched", "differing", "not_seen", "out_of_period", "not_compared", "volumes", "other", "duplicates", "not_billed", "volume_units", "volume_seen")(
		m.Lines, m.Matched, m.Differing, m.NotSeen, m.OutOfPeriod, m.NotCompared, m.Volumes, m.Other, m.Duplicates, m.NotBilled, m.VolumeUnits, m.VolumeSeen)
	for _, w := range r.Waterfall {
		for order, x := range []struct{ name, value string }{{"expected", w.Expected}, {}, {"total", w.Total}, {"stated", w.Stated}} {
			if x.value != "" {
				d.add(measure{w.Currency, order, "", x.name}, x.value)
			}
		}
		for _, s := range w.Steps {
			d.add(measure{w.Currency, 1, s.Check, s.Step}, s.Amount)
		}
	}
}

func (d *Extract) addBill(b *result.ExpectedBill) {
	d.tool, d.run, d.lines = b.Tool, b.Run, b.Lines
	var charges, unvalued, open int64
	for _, t := range b.Totals {
		charges, unvalued = charges+t.Charges, unvalued+t.Unvalued
		d.sum(t.Currency, billSums[:], t.Amount, t.Low, t.High)
		d.payable[t.Currency] = d.amounts[measure{currency: t.Currency, name: billSums[0]}]
	}
	for i := range b.Lines {
		open += b.Lines[i].Uncertain
	}
	d.count("charges", "uncertain", "unvalued")(charges, open, unvalued)
}

// billSums are the sums of bills and of their lines.
var billSums = [...]string{"amount", "uncertain_low", "uncertain_high"}

// count takes counts by their names, in this order.
func (d *Extract) count(names ...string) func(values ...int64) {
	return func(values ...int64) {
		for order, name := range names {
			d.counts[measure{order: order, name: name}] = values[order]
		}
	}
}

// sum adds amounts of one currency to the sums of these names.
func (d *Extract) sum(currency string, names []string, values ...string) {
	for order, name := range names {
		d.add(measure{currency: currency, order: order, name: name}, values[order])
	}
}

func (d *Extract) add(f measure, value string) {
	amount, err := parse(value)
	d.fail(f.name, err)
	d.amounts[f] = d.amounts[f].Add(amount)
}

// fail keeps the first error, and what it is about.
func (d *Extract) fail(what string, err error) {
	if err != nil && d.err == nil {
		d.err = fmt.Errorf("%s: %w", what, err)
	}
}

// parse reads an amount, "" as none.
func parse(value string) (money.Amount, error) {
	if value == "" {
		return money.Amount{}, nil
	}
	amount, err := money.Parse(value)
	if err != nil {
		return amount, fmt.Errorf("amount %q: %w", value, err)
	}
	return amount, nil
}

// checkKey is a check in one currency, "" for what has no amount.
type checkKey struct{ check, currency string }

// checkTotal is what a check finds in one currency.
type checkTotal struct {
	name     string
	findings int64
	messages int64
	sums     [len(sumNames)]money.Amount
}

// tally sums up the findings by check and currency.
func (d *Extract) tally() {
	for i := range d.findings {
		f := &d.findings[i]
		sums, err := sumsOf(f)
		d.fail("finding "+f.ID, err)
		k := checkKey{f.Check, currencyOf(f)}
		t := d.checks[k]
		if t == nil {
			t = &checkTotal{name: f.Name}
			d.checks[k] = t
		}
		t.findings++
		t.messages += messagesOf(f)
		for n := range sums {
			t.sums[n] = t.sums[n].Add(sums[n])
		}
		if d.schema == result.ReconcileSchema && f.Amount != nil {
			d.payable[f.Amount.Currency] = d.payable[f.Amount.Currency].Add(sums[overcharged])
		}
	}
}

func amountOf(f *result.Finding) result.FindingAmount {
	return *cmp.Or(f.Amount, &result.FindingAmount{})
}

func currencyOf(f *result.Finding) string { return amountOf(f).Currency }

// messagesOf is how many messages a finding stands for.
func messagesOf(f *result.Finding) int64 {
	if f.Count == 0 && f.Message != "" {
		return 1
	}
	return f.Count
}

// sumsOf is the money of a finding, in the order of sumNames.
func sumsOf(f *result.Finding) (sums [len(sumNames)]money.Amount, err error) {
	for n, value := range texts(amountOf(f)) {
		if sums[n], err = parse(value); err != nil {
			return sums, err
		}
	}
	return sums, nil
}

// texts are the sums of an amount, in the order of sumNames.
func texts(a result.FindingAmount) [len(sumNames)]string {
	return [...]string{a.Reported, a.Expected, a.Overcharged, a.Undercharged, a.Uncertain}
}
