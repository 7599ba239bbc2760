package reconcile

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"waudit/audit"
	"waudit/audit/account"
	"waudit/audit/category"
	"waudit/audit/event"
	"waudit/audit/invoice"
	"waudit/audit/money"
	"waudit/audit/price"
	"waudit/audit/verdict"
	. "waudit/audit/verdict/verdicttest"
)

// laid lays lines of a bill beside a pair, by Meta's card, and returns the findings as
// "CHECK message verdict over", and the waterfall as "expected ... = total".
func laid(t *testing.T, pair Pair, lines ...invoice.Line) (found []string, waterfall string) {
	t.Helper()
	markets, meta := Lists(t)
	pair.Bill = 1
	if pair.Account == nil {
		pair.Account = Known()
		pair.Account.Rates = meta
	}
	cards := price.NewCards(markets, meta)
	scope := NewScope(account.NewBook([]*account.Account{pair.Account}), pair.Census(), audit.Period{}, cards)
	bill := NewBill(pair.Bill, scope)
	for i := range lines {
		l := &lines[i]
		l.Place = event.Place{Input: pair.Bill, Line: uint32(i + 1)}
		l.ID, l.WABA = cmp.Or(l.ID, fmt.Sprint(i+1)), cmp.Or(l.WABA, pair.Account.ID)
		if l.HasAmount {
			l.Currency = cmp.Or(l.Currency, "USD")
		}
		if e := bill.Add(l); e != nil {
			pair.Events = append(pair.Events, *e)
		}
	}
	watcher, valuer := New(bill, cards), cards.Valuer()
	pair.Judge(func(p *verdict.JudgedPair, j *verdict.Judgement) {
		var w price.Worth
		w, j.Conclusion = valuer.Judge(p, j)
		watcher.See(p, j, &w)
	})
	r, findings := watcher.Finish(Options{}, nil)
	for _, f := range findings {
		found = append(found, fmt.Sprintf("%s %s %s %s", f.Check, f.Message, f.Verdict, f.Over))
	}
	slices.Sort(found)
	for _, w := range r.Waterfall {
		waterfall = w.Expected
		for _, s := range w.Steps {
			waterfall += fmt.Sprintf(" + %s %s", s.Amount, s.Step)
		}
		waterfall += " = " + w.Total
	}
	return found, waterfall
}

// TestBills: what is found of a bill in each of its forms, beside two messages: marketing
// that costs 0.025, and utility in the open window that costs nothing. What a line that
// names a message charges wrongly, the audit of the log finds, which is not run here.
func TestBills(t *testing.T) {
	const day = "2025-09-01 "
	at := func(clock string) int64 {
		i, err := time.Parse("2006-01-02 15:04", day+clock)
		if err != nil {
			t.Fatal(err)
		}
		return i.UnixMilli()
	}
	log := func() []event.Event {
		return slices.Concat(Wrote(day+"09:00"), Sent("a", day+"10:00", "marketing", Type("regular", "marketing")), Sent("b", day+"11:00", "utility", Type("free_customer_service", "utility")))
	}
	dollars := func(text string) money.Amount {
		a, err := money.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	message := func(id string, c category.Category, amount string) invoice.Line {
		return invoice.Line{Kind: invoice.Message, Message: id, Number: "200", User: "15551230001", At: at("10:30"), Quantity: 1, Category: c, Amount: dollars(amount), HasAmount: true}
	}
	item := func(clock string, c category.Category, amount string) invoice.Line {
		return invoice.Line{Kind: invoice.Item, Number: "200", User: "15551230001", At: at(clock), Quantity: 1, Category: c, Amount: dollars(amount), HasAmount: true}
	}
	volume := func(n int64, c category.Category, amount string) invoice.Line {
		return invoice.Line{Kind: invoice.Aggregate, First: 2025_09_01, Last: 2025_09_01, Quantity: n, Category: c, Amount: dollars(amount), HasAmount: true}
	}
	for name, tt := range map[string]struct {
		lines     []invoice.Line
		want      []string
		waterfall string
	}{
		"right, by message":        {[]invoice.Line{message("a", category.Marketing, "0.025")}, nil, "0.0250 = 0.0250"},
		"free, and billed":         {[]invoice.Line{message("a", category.Marketing, "0.025"), message("b", category.Utility, "0.004")}, nil, "0.0250 + 0.0040 accepted, or of checks that are switched off = 0.0290"},
		"too dear":                 {[]invoice.Line{message("a", category.Marketing, "0.03")}, nil, "0.0250 + 0.0050 accepted, or of checks that are switched off = 0.0300"},
		"of no message":            {[]invoice.Line{message("a", category.Marketing, "0.025"), message("x", category.Marketing, "0.025")}, []string{"WA702 x overcharge 0.0250"}, "0.0250 + 0.0250 billed, and not in the log = 0.0500"},
		"after the log's end":      {[]invoice.Line{message("a", category.Marketing, "0.025"), {Kind: invoice.Message, Message: "x", Number: "200", At: at("12:00"), Quantity: 1, Amount: dollars("0.025"), HasAmount: true}}, []string{"WA702 x uncertain 0.0000"}, "0.0250 + 0.0250 billed, and not in the log = 0.0500"},
		"not billed":               {[]invoice.Line{message("b", category.Utility, "0")}, []string{"WA703 a undercharge 0.0000"}, "0.0250 + -0.0250 charged messages without a line = 0.0000"},
		"right, by item":           {[]invoice.Line{item("10:00", category.Marketing, "0.025")}, nil, "0.0250 = 0.0250"},
		"an item too many":         {[]invoice.Line{item("10:00", category.Marketing, "0.025"), item("11:00", category.Marketing, "0.025")}, []string{"WA702  overcharge 0.0250"}, "0.0250 + 0.0250 billed, and not in the log = 0.0500"},
		"right, by volume":         {[]invoice.Line{volume(1, category.Marketing, "0.025")}, nil, "0.0250 = 0.0250"},
		"a volume too large":       {[]invoice.Line{volume(2, category.Marketing, "0.05")}, []string{"WA704  uncertain 0.0000"}, "0.0250 + 0.0250 volumes differ = 0.0500"},
		"a volume of what is free": {[]invoice.Line{volume(1, category.Marketing, "0.025"), volume(1, category.Utility, "0.004")}, []string{"WA704  uncertain 0.0000"}, "0.0250 + 0.0040 volumes differ = 0.0290"},
		"a volume at another rate": {[]invoice.Line{volume(1, category.Marketing, "0.03")}, []string{"WA701  overcharge 0.0050"}, "0.0250 + 0.0050 amounts differ = 0.0300"},
		"a fee beside it":          {[]invoice.Line{message("a", category.Marketing, "0.025"), {Kind: invoice.Other, Description: "Platform fee", Amount: dollars("5"), HasAmount: true}}, nil, "0.0250 + 5.0000 fees and other lines = 5.0250"},
	} {
		t.Run(name, func(t *testing.T) {
			found, waterfall := laid(t, Pair{Events: log()}, tt.lines...)
			if !slices.Equal(found, tt.want) {
				t.Errorf("found %q, want %q", found, tt.want)
			}
			if waterfall != tt.waterfall {
				t.Errorf("waterfall %q, want %q", waterfall, tt.waterfall)
			}
		})
	}
}
