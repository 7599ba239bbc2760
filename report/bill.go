package report

import (
	"encoding/csv"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	amounts "waudit/audit/money"
	"waudit/audit/result"
	"waudit/report/page"
)

// BillFormat writes a bill in one form.
type BillFormat interface {
	// Name is the format's id, as -f takes it.
	Name() string
	// Write writes the whole bill. The bill is not changed.
	Write(w io.Writer, b *result.Bill, o Options) error
}

// BillFormats returns every format of a bill.
func BillFormats() []BillFormat { return []BillFormat{billTable{}, billJSON{}, billCSV{}} }

// FindBill returns the format of that name, or an *UnknownFormatError.
func FindBill(format string) (BillFormat, error) { return find(BillFormats(), format) }

// WriteBill writes the bill in the format of that name. It returns an
// *UnknownFormatError if there is none, or what writing to w returned.
func WriteBill(w io.Writer, format string, b *result.Bill, o Options) error {
	f, err := FindBill(format)
	if err != nil {
		return err
	}
	return f.Write(w, b, o)
}

// billJSON is waudit.bill/v1.
type billJSON struct{}

func (billJSON) Name() string { return "json" }

func (billJSON) Write(w io.Writer, b *result.Bill, _ Options) error { return indented(w, "").Encode(b) }

// billCSV is a row a line of the bill, tiers and free units in a cell each.
type billCSV struct{}

func (billCSV) Name() string { return "csv" }

func (billCSV) Write(w io.Writer, b *result.Bill, _ Options) error {
	out := csv.NewWriter(w)
	header := []string{"waba_id", "portfolio", "month", "market", "category", "unit", "currency", "charges", "rate", "amount",
		"tiers", "free", "uncertain", "uncertain_low", "uncertain_high", "unvalued", "missing", "note"}
	if err := out.Write(header); err != nil {
		return err
	}
	for _, l := range b.Lines {
		var tiers, free []string
		for _, t := range l.Tiers {
			tiers = append(tiers, strconv.FormatInt(t.Messages, 10)+" at "+t.Rate)
		}
		for _, u := range l.Free {
			free = append(free, strconv.FormatInt(u.Messages, 10)+" "+u.Reason)
		}
		row := []string{l.WABA, l.Portfolio, l.Month, l.Market, l.Category, l.Unit, l.Currency, strconv.FormatInt(l.Charges, 10), l.Rate, l.Amount,
			strings.Join(tiers, "; "), strings.Join(free, "; "), strconv.FormatInt(l.Uncertain, 10), l.Low, l.High,
			strconv.FormatInt(l.Unvalued, 10), l.Missing, l.Note}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// billTable is the bill that a person reads in a terminal.
type billTable struct{}

func (billTable) Name() string { return "table" }

func (billTable) Write(w io.Writer, b *result.Bill, o Options) error {
	p := page.New(o.Width, o.Color)
	for _, why := range b.Run.Incomplete {
		p.Hang(p.Paint(page.Red, "INCOMPLETE: "), page.Clean(why))
	}
	notes(p, b.Run.Notes)
	names := namesOf(b.Run.Accounts)
	billEstimate(p, b)
	billSums(p, b, names)
	for lines := b.Lines; len(lines) > 0; {
		n := 1
		for n < len(lines) && lines[n].WABA == lines[0].WABA && lines[n].Month == lines[0].Month {
			n++
		}
		billMonth(p, lines[:n], names)
		lines = lines[n:]
	}
	unset(p, b.Run.Unset)
	missingRates(p, b.Run.Missing)
	_, err := io.WriteString(w, p.String())
	return err
}

// some writes a number, none as nothing.
func some(n int64) string {
	if n == 0 {
		return ""
	}
	return count(n)
}

// billEstimate says that amounts are estimates, and how to have better ones.
func billEstimate(p *page.Page, b *result.Bill) {
	for _, t := range b.Totals {
		if t.Estimate {
			estimate(p, t.Currency, b.Run.Inputs)
			p.Blank()
			return
		}
	}
}

// billSums is the money of each account and month, and where there are several of
// them in all.
func billSums(p *page.Page, b *result.Bill, names names) {
	columns := []page.Column{{Name: "account", Shrink: true}, {Name: "month"}, {Name: "charges", Right: true}, {Name: "currency"}, {Name: "should cost", Right: true},
		{Name: "possible extra: at least", Right: true}, {Name: "at most", Right: true}, {Name: "no rate", Right: true}}
	var rows [][]string
	row := func(who string, t *result.BillTotal) {
		rows = append(rows, []string{who, t.Month, count(t.Charges), page.Clean(t.Currency), p.Paint(page.Bold, amount(t.Amount)),
			amount(t.Low), amount(t.High), count(t.Unvalued)})
	}
	for i := range b.Totals {
		who := "volume tiers"
		if waba := b.Totals[i].WABA; waba != "" {
			who = names.of(waba)
		}
		row(who, &b.Totals[i])
	}
	if len(rows) == 0 {
		p.Text(0, "Nothing should have been charged.")
		return
	}
	for _, t := range grandTotals(b.Totals) {
		row(p.Paint(page.Bold, "all"), &t)
	}
	p.Table(0, columns, rows)
}

// grandTotals are the sums by currency of which there are several.
func grandTotals(totals []result.BillTotal) []result.BillTotal {
	type sum struct {
		result.BillTotal
		n                 int
		amount, low, high amounts.Amount
	}
	byCurrency := map[string]*sum{}
	for _, t := range totals {
		s := byCurrency[t.Currency]
		if s == nil {
			s = &sum{BillTotal: result.BillTotal{Currency: t.Currency}}
			byCurrency[t.Currency] = s
		}
		s.n, s.Charges, s.Unvalued, s.Estimate = s.n+1, s.Charges+t.Charges, s.Unvalued+t.Unvalued, s.Estimate || t.Estimate
		for _, x := range [...]struct {
			to   *amounts.Amount
			text string
		}{{&s.amount, t.Amount}, {&s.low, t.Low}, {&s.high, t.High}} {
			if a, err := amounts.Parse(x.text); err == nil {
				*x.to = x.to.Add(a)
			}
		}
	}
	var all []result.BillTotal
	for _, currency := range slices.Sorted(maps.Keys(byCurrency)) {
		if s := byCurrency[currency]; s.n > 1 {
			s.Amount, s.Low, s.High = amounts.Format(s.amount, 4), amounts.Format(s.low, 4), amounts.Format(s.high, 4)
			all = append(all, s.BillTotal)
		}
	}
	return all
}

// billMonth is the lines of an account's month.
func billMonth(p *page.Page, lines []result.BillLine, names names) {
	account := "account " + names.full(lines[0].WABA)
	if lines[0].WABA == "" {
		account = "portfolio " + page.Clean(lines[0].Portfolio)
	}
	section(p, lines[0].Month+", "+account)
	columns := []page.Column{{Name: "market", Shrink: true}, {Name: "category"}, {Name: "charges", Right: true}, {Name: "rate", Right: true},
		{Name: "amount", Right: true}, {Name: "free", Right: true}, {Name: "uncertain", Right: true}}
	var rows [][]string
	free := map[string]int64{}
	for i := range lines {
		l := &lines[i]
		var none int64
		for _, u := range l.Free {
			free[u.Reason] += u.Messages
			none += u.Messages
		}
		shown := amount(l.Amount)
		if l.Missing != "" {
			shown = "no " + page.Clean(l.Missing)
		}
		rows = append(rows, []string{orUnknown(page.Clean(l.Market)), page.Clean(l.Category), count(l.Charges), amount(l.Rate), shown, some(none), some(l.Uncertain)})
		if len(l.Tiers) > 1 {
			for _, t := range l.Tiers {
				rows = append(rows, []string{"", "  from " + count(t.From), count(t.Messages), amount(t.Rate), amount(t.Amount), "", ""})
			}
		}
	}
	p.Table(2, columns, rows)
	var reasons []string
	for _, reason := range slices.Sorted(maps.Keys(free)) {
		reasons = append(reasons, phrase(count(free[reason])+" "+page.Clean(strings.ReplaceAll(reason, "_", " "))))
	}
	if len(reasons) > 0 {
		p.Items("  Free: ", reasons...)
	}
}
