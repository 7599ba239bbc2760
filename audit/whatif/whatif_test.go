package whatif

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"waudit/audit"
	"waudit/audit/account"
	"waudit/audit/category"
	"waudit/audit/event"
	"waudit/audit/event/eventtest"
	"waudit/audit/money"
	"waudit/audit/price"
	"waudit/audit/template"
	. "waudit/audit/verdict/verdicttest"
)

// pairLog is a log of one pair.
type pairLog []event.Event

func (l pairLog) Partitions() int { return 1 }

func (l pairLog) Each(_ int, want func(int) bool, fn func(event.Pair) error) error {
	if want != nil && !want(0) {
		return nil
	}
	return fn(event.Pair{Number: "200", User: l[0].User, Events: eventtest.Packed(l...)})
}

// compared returns the sum in US dollars as "before + step ... = after", and the charges
// of both sides.
func compared(t *testing.T, pair Pair, assumed ...Assumption) (sum, charges string) {
	t.Helper()
	markets, meta := Lists(t)
	census := pair.Census().Data()
	world := World{Log: pairLog(pair.Events), Census: census.Census, Options: audit.Options{
		Book: account.NewBook([]*account.Account{pair.Account}), Templates: template.New(nil, nil, 0), Markets: markets, Prices: price.NewCards(markets, meta), Workers: 1,
		Tolerance: time.Minute,
	}}
	sums, lines, _, err := Compare(context.Background(), world, assumed)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sums {
		if s.Currency == "" {
			continue
		}
		sum = s.Before.Amount
		total := parse(t, s.Before.Amount)
		for _, step := range s.Steps {
			if total = total.Add(parse(t, step.Amount)); parse(t, step.Amount) != (money.Amount{}) {
				sum += " + " + step.Amount + " " + step.Step
			}
		}
		sum += " = " + s.After.Amount
		if total != parse(t, s.After.Amount) || parse(t, s.Difference) != total.Sub(parse(t, s.Before.Amount)) {
			t.Errorf("%s: the steps do not add up, or the difference %s is another", sum, s.Difference)
		}
		if s.After.Uncertain > 0 {
			t.Errorf("%s: %d messages are uncertain", sum, s.After.Uncertain)
		}
		var of [2]money.Amount
		for _, l := range lines {
			if l.Currency == s.Currency {
				of[0], of[1] = of[0].Add(parse(t, l.Before.Amount)), of[1].Add(parse(t, l.After.Amount))
			}
		}
		if of != [2]money.Amount{parse(t, s.Before.Amount), parse(t, s.After.Amount)} {
			t.Errorf("the lines come to %v", of)
		}
	}
	var counts []string
	for _, l := range lines {
		counts = append(counts, fmt.Sprintf("%s %d > %d", l.Category, l.Before.Charges, l.After.Charges))
	}
	return sum, strings.Join(counts, ", ")
}

func parse(t *testing.T, text string) money.Amount {
	t.Helper()
	a, err := money.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func parseTime(t *testing.T, text string) int64 {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04", text)
	if err != nil {
		t.Fatal(err)
	}
	return at.UnixMilli()
}

// TestCompare: what assumptions come to, by Meta's card for the United States.
func TestCompare(t *testing.T) {
	const day = "2025-09-01 "
	named := func(name string, of []event.Event) []event.Event {
		for i := range of {
			of[i].Template = name
		}
		return of
	}
	inWindow := slices.Concat(Wrote(day+"09:00"), Sent("a", day+"10:00", "utility"))
	late := slices.Concat(Wrote(day+"09:00"), Sent("a", "2025-09-02 10:00", "utility"))
	marketing := named("news", Sent("a", day+"10:00", "marketing"))
	failed := named("news", Sent("0", day+"09:55", "marketing", func(e *event.Event) { e.Kind = event.Failed }))
	requested := slices.Concat(named("news", Sent("b", day+"10:05", "marketing")), []event.Event{{Kind: event.Request, Message: "b", Type: "template", Template: "news", Time: parseTime(t, day+"10:04")}})
	notice := Wrote("2025-08-31 10:00")
	notice[0].Type = "system"
	nameless := slices.Concat(inWindow, []event.Event{{Kind: event.Request, Type: "template", Template: "news", Time: parseTime(t, day+"10:30")}})
	nameless[0].Message, nameless[0].Type = "", "system" // which opens no window
	again := slices.Concat(marketing, named("news", Sent("b", day+"10:05", "marketing")), named("news", Sent("c", day+"10:12", "marketing")))
	for name, tt := range map[string]struct {
		events       []event.Event
		user         string
		assumed      []Assumption
		sum, charges string
	}{
		"the same rules and rates":         {slices.Concat(inWindow, Sent("b", day+"11:00", "marketing")), "", []Assumption{Rules(2025_09_01), Rates(2025_09_01)}, "0.0250 = 0.0250", "marketing 1 > 1, utility 0 > 0"},
		"utility in the window, 2026":      {inWindow, "", []Assumption{Rules(2026_10_01)}, "0.0000 + 0.0040 rules = 0.0040", "utility 0 > 1"},
		"other rates":                      {marketing, "919876543210", []Assumption{Rates(2025_07_01), Rates(2026_10_01)}, "0.0107 + 0.0011 rates = 0.0118", "marketing 1 > 1"},
		"conversations":                    {slices.Concat(marketing, Sent("b", day+"11:00", "marketing")), "", []Assumption{Rules(2025_06_30)}, "0.0500 + -0.0250 rules = 0.0250", "marketing 2 > 1"},
		"another category":                 {marketing, "", []Assumption{Template("news", category.Utility)}, "0.0250 + -0.0210 template = 0.0040", "marketing 1 > 0, utility 0 > 1"},
		"another template's category":      {marketing, "", []Assumption{Template("order", category.Utility)}, "0.0250 = 0.0250", "marketing 1 > 1"},
		"a request without an id":          {nameless, "", []Assumption{Template("news", category.Marketing)}, "0.0040 = 0.0040", "utility 1 > 1"},
		"sent again within ten minutes":    {again, "", []Assumption{Dedupe(10 * time.Minute)}, "0.0750 + -0.0250 dedupe = 0.0500", "marketing 3 > 2"},
		"another category, sent again":     {again, "", []Assumption{Template("news", category.Utility), Dedupe(10 * time.Minute)}, "0.0750 + -0.0630 template + -0.0040 dedupe = 0.0080", "marketing 3 > 0, utility 0 > 2"},
		"sent again after a failure":       {slices.Concat(failed, marketing), "", []Assumption{Dedupe(10 * time.Minute)}, "0.0250 = 0.0250", "marketing 1 > 1"},
		"requested a while before it was":  {slices.Concat(marketing, requested), "", []Assumption{Dedupe(5 * time.Minute)}, "0.0500 = 0.0500", "marketing 2 > 2"},
		"a notice is no message to answer": {slices.Concat(Wrote("2025-08-31 09:00"), Sent("t", "2025-08-31 09:05", "service"), notice, Sent("a", day+"11:00", "utility")), "", []Assumption{ReplyWithin(12 * time.Hour)}, "0.0040 = 0.0040", "service 0 > 0, utility 1 > 1"},
		"answered after the window":        {late, "", []Assumption{ReplyWithin(24 * time.Hour)}, "0.0040 + -0.0040 reply-within = 0.0000", "utility 1 > 0"},
		"answered in the window already":   {inWindow, "", []Assumption{ReplyWithin(24 * time.Hour)}, "", "utility 0 > 0"},
		"service in the free tier":         {slices.Concat(Wrote("2025-08-31 20:00"), Sent("a", day+"10:00", "service")), "919876543210", []Assumption{Rules(2026_10_01), Rates(2026_10_01)}, "0.0000 + 0.0014 rates + -0.0014 free units = 0.0000", "service 0 > 0"},
	} {
		t.Run(name, func(t *testing.T) {
			sum, charges := compared(t, Pair{Events: slices.Clone(tt.events), User: tt.user}, tt.assumed...)
			if sum != tt.sum || charges != tt.charges {
				t.Errorf("%s (%s)\nwant %s (%s)", sum, charges, tt.sum, tt.charges)
			}
		})
	}
}
