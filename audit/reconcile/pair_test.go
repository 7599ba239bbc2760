package reconcile

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"waudit/audit/account"
	"waudit/audit/category"
	"waudit/audit/coverage"
	"waudit/audit/event"
	"waudit/audit/money"
	"waudit/audit/price"
	"waudit/audit/rate"
)

// TestLeastOver: what a bill of volumes is surely too dear by is the least of all ways to
// let the messages that it counts too few stand for those that it counts too many.
func TestLeastOver(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := &volumeComparison{open: map[swapKey][]portion{}}
		draw := func(name string) []int64 { return rapid.SliceOfN(rapid.Int64Range(1, 9), 0, 4).Draw(t, name) }
		more, fewer := draw("more"), draw("fewer")
		for _, each := range more {
			v.more = append(v.more, &volumeGap{units: 1, sums: price.Sums{Reported: money.Of(each)}})
		}
		for _, each := range fewer {
			v.fewer = append(v.fewer, &volumeGap{units: 1, sums: price.Sums{Under: money.Of(each)}})
		}
		want := cheapest(more, fewer)
		if got := v.leastOver()[swapKey{}]; got != money.Of(want) {
			t.Fatalf("%v for %v: %v, want %d billionths", more, fewer, got, want)
		}
	})
}

// cheapest tries all ways.
func cheapest(more, fewer []int64) int64 {
	if len(more) == 0 {
		return 0
	}
	least := more[0] + cheapest(more[1:], fewer)
	for i, due := range fewer {
		rest := slices.Delete(slices.Clone(fewer), i, i+1)
		least = min(least, max(more[0]-due, 0)+cheapest(more[1:], rest))
	}
	return least
}

// TestOnly: a volume of the log is looked for by what that of the bill says, and by no
// more.
func TestOnly(t *testing.T) {
	full := volumeKey{waba: "1", number: "2", market: "m", country: "DE", category: category.Utility, kind: regular, days: days{20261003, 20261003}, currency: "EUR"}
	if got := full.only(full.dimensions(), 20261003); got != full {
		t.Errorf("%+v", got)
	}
	bill := volumeKey{waba: "1", category: category.Utility, days: days{20261001, 20261031}}
	want := volumeKey{waba: "1", category: category.Utility, days: full.days}
	if got := full.only(bill.dimensions(), 20261003).anyCurrency(); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := full.only((&volumeKey{}).dimensions(), 20261003).anyCurrency(); got != (volumeKey{}) {
		t.Errorf("%+v of a bill that says nothing", got)
	}
}

// TestTakeBack: a credit takes the line back that it names, else one of the same amount,
// and only once.
func TestTakeBack(t *testing.T) {
	line := func(id string, amount int64, ref string) customerLine {
		return customerLine{LooseLine: LooseLine{ID: id, Currency: "EUR", Amount: money.Of(amount)}, ref: ref}
	}
	for name, tt := range map[string]struct {
		items []customerLine
		left  []string
	}{
		"by amount":     {[]customerLine{line("a", 5, ""), line("b", 7, ""), line("c", -7, "")}, []string{"a"}},
		"by name":       {[]customerLine{line("a", 5, ""), line("b", 5, ""), line("c", -5, "b")}, []string{"a"}},
		"once":          {[]customerLine{line("a", 5, ""), line("b", -5, ""), line("c", -5, "")}, []string{"c"}},
		"other amounts": {[]customerLine{line("a", 5, ""), line("b", -4, "a")}, []string{"a", "b"}},
	} {
		w := &Watcher{bill: &Bill{items: tt.items}}
		w.takeBack()
		var left []string
		for _, i := range w.bill.items {
			if !i.credited {
				left = append(left, i.ID)
			}
		}
		if !slices.Equal(left, tt.left) {
			t.Errorf("%s: %v is left, want %v", name, left, tt.left)
		}
	}
}

// TestLose: of lines of an account that the log lacks only their sum is kept; others may
// be what the log lost.
func TestLose(t *testing.T) {
	census := coverage.NewCensus()
	census.Number("8001").WABA = "7001"
	markets, err := rate.LoadMarkets()
	if err != nil {
		t.Fatal(err)
	}
	scope := &Scope{
		book: account.NewBook([]*account.Account{}), census: census, valuer: price.NewCards(markets, &rate.Card{}).Valuer(), accounts: map[string]bool{"7001": true},
	}
	b := NewBill(1, scope)
	for i, waba := range []string{"7002", "7001", "7002"} {
		number := map[string]string{"7001": "8001", "7002": "8002"}[waba]
		b.Lose(&event.Event{Kind: event.Charge, Message: "m", WABA: waba, Number: number, Amount: 5, Currency: "EUR", Time: 1_790_000_000_000, Place: event.Place{Line: uint32(i + 1)}})
	}
	l := b.left[leftKey{reason: notInLog, waba: "7002", number: "8002", currency: "EUR"}]
	if len(b.orphans) != 1 || b.orphans[0].WABA != "7001" || b.lost != 2 || len(b.left) != 1 || l == nil || l.n != 2 || l.amount != money.Of(10) || l.place.Line != 1 {
		t.Errorf("kept %+v, left out %d: %+v", b.orphans, b.lost, b.left)
	}
}

// TestVolumesInAnyOrder: a volume is the same, in whatever order workers saw its messages.
func TestVolumesInAnyOrder(t *testing.T) {
	a, b := told{check: "WA301", id: "a"}, told{check: "WA301", id: "b"}
	one, other := &volume{}, &volume{}
	for _, c := range []told{a, b} {
		one.add(&volume{told: []told{c}, free: []told{c}})
	}
	for _, c := range []told{b, a} {
		other.add(&volume{told: []told{c}, free: []told{c}})
	}
	one.sort()
	other.sort()
	if !slices.Equal(one.told, other.told) || !slices.Equal(one.free, other.free) {
		t.Errorf("%+v, and %+v", one, other)
	}
}
