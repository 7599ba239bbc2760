package message

import (
	"cmp"
	"slices"
	"strings"

	"waudit/audit/category"
	"waudit/audit/event"
	"waudit/audit/money"
)

// BillLines is what the lines of bills that name a message say of it together.
type BillLines struct {
	Lines    int          // how many there are
	Currency string       // of the first; lines in another are not in the sums
	Amount   money.Amount // the sum, credits taken off
	Charges  int          // lines above zero
	Dearest  money.Amount // the highest of them

	// Excess is what the lines charge beyond the dearest of them: 0 unless the
	// message is charged more than once. Sure is the part of it that is charged
	// however the lines are read.
	Excess, Sure money.Amount
	// Restated is set if some lines may be one: they stand in different inputs and
	// have no ids of their own, or have one id and say different things.
	Restated bool
	// MemberUnknown is set for a message to a group if its lines name no member, and it
	// matters which of them each is for.
	MemberUnknown bool
}

// lineOf is a line above zero.
type lineOf struct {
	id     string
	input  uint32
	kind   string // "" for a charge of the message; else a word for a category that nobody knows: it may be a fee
	amount money.Amount
}

// addBill adds up the lines of bills among the events of a message. Where there
// are lines of the bill that is laid beside the log, the inputs of which have
// numbers from beside on (0: there is none), what lines of the log charge is what
// the log says of the price, and is returned.
func (b *BillLines) addBill(events event.List, own []int32, beside uint32) OwnPrice {
	var logged BillLines
	for _, i := range own {
		switch e := events.At(int(i)); {
		case !e.BillLine():
		case e.Place.Input >= beside:
			b.add(e)
		default:
			logged.add(e)
		}
	}
	if b.Lines == 0 {
		*b, logged, beside = logged, BillLines{}, 0
	}
	b.settle(events, own, beside)
	return OwnPrice{logged.Lines > 0, logged.Amount, logged.Currency}
}

// settle finds out what the lines charge beyond the dearest of them.
func (b *BillLines) settle(events event.List, own []int32, beside uint32) {
	if b.Charges < 2 || b.Amount.Cmp(b.Dearest) <= 0 {
		return
	}
	b.Excess = b.Amount.Sub(b.Dearest)
	var lines []lineOf
	credits := b.Amount // below zero, once all charges are taken off
	for _, i := range own {
		if e := events.At(int(i)); e.BillLine() && e.Place.Input >= beside && e.Amount > 0 && e.Currency == b.Currency {
			lines = append(lines, lineOf{e.Line, e.Place.Input, kindOf(e.Category), money.Of(e.Amount)})
			credits = credits.Sub(money.Of(e.Amount))
		}
	}
	b.Sure = money.Max(sureBeyond(lines).Add(credits), money.Amount{})
	b.Restated = restated(lines)
}

// add adds a line.
func (b *BillLines) add(e *event.Event) {
	b.Lines++
	if b.Lines == 1 {
		b.Currency = e.Currency
	}
	if e.Currency != b.Currency {
		return
	}
	b.Amount = b.Amount.Add(money.Of(e.Amount))
	if e.Amount > 0 {
		b.Charges++
		b.Dearest = money.Max(b.Dearest, money.Of(e.Amount))
	}
}

func kindOf(word string) string {
	if category.Of(word) == category.Other {
		return word
	}
	return ""
}

// sureBeyond returns what lines charge beyond the dearest however they are read:
// so many charges as there are surely apart, each for the lowest amounts that are
// named. Lines of another kind may be no charges of the message. The lines are put
// into another order.
func sureBeyond(lines []lineOf) (most money.Amount) {
	slices.SortFunc(lines, func(x, y lineOf) int { return strings.Compare(x.kind, y.kind) })
	for from := 0; from < len(lines); {
		to := from + 1
		for to < len(lines) && lines[to].kind == lines[from].kind {
			to++
		}
		alike := lines[from:to]
		n := apart(alike)
		slices.SortFunc(alike, func(x, y lineOf) int { return x.amount.Cmp(y.amount) })
		var sum money.Amount
		for _, l := range alike[:n-1] {
			sum = sum.Add(l.amount)
		}
		most, from = money.Max(most, sum), to
	}
	return most
}

// apart counts the charges that lines surely are: those with ids of their own,
// or those of one input. The lines are put into another order.
func apart(lines []lineOf) int {
	ids, most, own := 0, 0, 0
	slices.SortFunc(lines, func(x, y lineOf) int { return strings.Compare(x.id, y.id) })
	for i, l := range lines {
		if l.id != "" && (i == 0 || l.id != lines[i-1].id) {
			ids++
		}
	}
	slices.SortFunc(lines, func(x, y lineOf) int { return cmp.Or(cmp.Compare(x.input, y.input), strings.Compare(x.id, y.id)) })
	for i, l := range lines {
		switch {
		case i == 0 || l.input != lines[i-1].input:
			own = 1
		case l.id == "" || l.id != lines[i-1].id:
			own++
		}
		most = max(most, own)
	}
	return max(ids, most)
}

// restated tells whether some of the lines may be one.
func restated(lines []lineOf) bool {
	slices.SortFunc(lines, func(x, y lineOf) int { return strings.Compare(x.id, y.id) })
	inputs := false
	for i, l := range lines {
		inputs = inputs || l.input != lines[0].input
		if i > 0 && l.id != "" && l.id == lines[i-1].id {
			return true
		}
	}
	return inputs && lines[0].id == ""
}
