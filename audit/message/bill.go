package message

import (
	"cmp"
	"slices"
	"strings"

	"waudit/audit/category"
	"waudit/audit/event"
	"waudit/audit/money"
)

// Bill is what the lines of bills that name a message say of it together.
type Bill struct {
	Lines    int    // how many there are
	Currency string // of the first
	Other    bool   // some are in another currency; they are not in the sums
	Amount   int64  // the sum in billionths, credits taken off
	Charges  int    // lines above zero
	Dearest  int64  // the highest of them

	// Excess is what the lines charge beyond the dearest of them, in billionths: 0
	// unless the message is charged more than once. Sure is the part of it that is
	// charged however the lines are read.
	Excess, Sure int64
	// Restated is set if some lines may be one: they stand in different inputs and
	// have no ids of their own, or have one id and say different things.
	Restated bool
}

// lineOf is a line above zero.
type lineOf struct {
	id     string
	input  uint32
	kind   string // "" for a charge of the message; else a word for a category that nobody knows: it may be a fee
	amount int64
}

// addBill adds up the lines of bills among the events of a message. Where there
// are lines of the bill that is laid beside the log, the inputs of which have
// numbers from beside on (0: there is none), what lines of the log charge is what
// the log says of the price, and is returned.
func (r *Reported) addBill(events []event.Event, own []int32, beside uint32) OwnPrice {
	var logged Bill
	for _, i := range own {
		switch e := &events[i]; {
		case !e.BillLine():
		case e.Place.Input >= beside:
			r.Bill.add(e)
		default:
			logged.add(e)
		}
	}
	if r.Bill.Lines == 0 {
		r.Bill, logged, beside = logged, Bill{}, 0
	}
	r.Bill.settle(events, own, beside)
	return OwnPrice{logged.Lines > 0, logged.Amount, logged.Currency}
}

// settle finds out what the lines charge beyond the dearest of them.
func (b *Bill) settle(events []event.Event, own []int32, beside uint32) {
	if b.Charges < 2 || b.Amount <= b.Dearest {
		return
	}
	b.Excess = b.Amount - b.Dearest
	var lines []lineOf
	credits := b.Amount // below zero, once all charges are taken off
	for _, i := range own {
		if e := &events[i]; e.BillLine() && e.Place.Input >= beside && e.Amount > 0 && e.Currency == b.Currency {
			lines = append(lines, lineOf{e.Line, e.Place.Input, kindOf(e.Category), e.Amount})
			credits -= e.Amount
		}
	}
	b.Sure = max(sureBeyond(lines)+credits, 0)
	b.Restated = restated(lines)
}

// add adds a line.
func (b *Bill) add(e *event.Event) {
	b.Lines++
	if b.Lines == 1 {
		b.Currency = e.Currency
	}
	if e.Currency != b.Currency {
		b.Other = true
		return
	}
	b.Amount = money.Sum(b.Amount, e.Amount)
	if e.Amount > 0 {
		b.Charges++
		b.Dearest = max(b.Dearest, e.Amount)
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
func sureBeyond(lines []lineOf) (most int64) {
	slices.SortFunc(lines, func(x, y lineOf) int { return strings.Compare(x.kind, y.kind) })
	for from := 0; from < len(lines); {
		to := from + 1
		for to < len(lines) && lines[to].kind == lines[from].kind {
			to++
		}
		alike := lines[from:to]
		n := apart(alike)
		slices.SortFunc(alike, func(x, y lineOf) int { return cmp.Compare(x.amount, y.amount) })
		var sum int64
		for _, l := range alike[:n-1] {
			sum += l.amount
		}
		most, from = max(most, sum), to
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
