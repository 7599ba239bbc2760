package simulate

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"waudit/audit/money"
)

// reckoning is what traffic comes to.
type reckoning struct {
	tiers  *tiers
	active map[allowance]bool
	cost   map[string]money.Amount // by currency
	habits map[*habit][]avoided    // what is charged that has a habit
	units  map[allowance][]avoided // charged beyond the free tier
}

// avoided is a charge that there need not have been.
type avoided struct {
	unit
	messageRef
	id string
}

// reckon bills the traffic as it would have been, to the last message whenever it was
// delivered. Units that were spent on what is not in the log stay those of first, nil for
// none.
func (w *world) reckon(ctx context.Context, runs string, first *tiers, other otherwise) (_ *reckoning, err error) {
	w.other = &other
	v := newInvoice(w, runs)
	v.all, v.prices = true, cmp.Or(other.prices, v.prices)
	for _, a := range w.accounts {
		if other.rules != 0 {
			a.cal = a.lived.under(other.rules)
		}
	}
	defer func() {
		w.other, err = nil, cmp.Or(err, v.close())
		for _, a := range w.accounts {
			a.cal = a.lived
		}
	}()
	r := &reckoning{newTiers(), map[allowance]bool{}, map[string]money.Amount{}, map[*habit][]avoided{}, map[allowance][]avoided{}}
	err = w.each(ctx, func(p *pair, bills []bill) error {
		for i := range bills {
			if bills[i].outcome != undelivered {
				r.tiers.count(p, i, &bills[i].decision)
				r.active[allowanceOf(p, &bills[i].decision)] = true
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	r.tiers.closeAs(first, other.lent)
	err = w.each(ctx, func(p *pair, bills []bill) error {
		st := w.statements(p, bills, r.tiers)
		r.see(p, bills)
		return v.take(p, bills, st, nil, make([]bool, len(bills)))
	})
	if err != nil {
		return nil, err
	}
	return r, v.each(ctx, func(c *priced) error {
		if c.Due != "" {
			in := c.number.account.currency
			r.cost[in] = r.cost[in].Add(money.Of(c.due.amount))
		}
		return nil
	})
}

// see notes what is charged that need not be.
func (r *reckoning) see(p *pair, bills []bill) {
	for i := range bills {
		m, b := &p.out[i], &bills[i]
		if b.outcome != due {
			continue
		}
		a := avoided{unit{b.at, p.index, i}, messageRef{p.index, m.ordinal}, p.wamid(idOutbound, m.ordinal)}
		if m.habit != nil {
			r.habits[m.habit] = append(r.habits[m.habit], a)
		}
		if b.tiered && b.era == servicePriced {
			key := allowanceOf(p, &b.decision)
			r.units[key] = append(r.units[key], a)
		}
	}
}

// closeAs ends the counting of traffic that is otherwise: what was spent on what is not in
// the log stays what it was.
func (t *tiers) closeAs(first *tiers, lent map[allowance]int) {
	for key, s := range t.months {
		s.first.sorted()
		if was := first.months[key]; was != nil {
			s.used = was.used
		}
		s.used -= lent[key]
		t.sorted = append(t.sorted, key)
	}
	slices.SortFunc(t.sorted, allowance.compare)
}

// lend returns the units that numbers had left at the end of a month that is over, as far
// as others of their account lack some, and the messages that they would have paid for.
func (r *reckoning) lend(w *world) (lent map[allowance]int, messages []avoided) {
	lent = map[allowance]int{}
	for _, to := range r.tiers.sorted {
		a, _ := w.accountOf(to)
		for _, n := range a.numbers {
			from := allowance{true, n.index, to.month}
			over := n.account.cal.month(n.account.end()-5*day) > to.month
			lacks := len(r.units[to]) - lent[to]
			if from == to || !r.active[from] || !over || lacks <= 0 || len(r.units[from]) > 0 {
				continue
			}
			left := freeUnits + lent[from]
			if s := r.tiers.months[from]; s != nil {
				left -= s.used + s.total
			}
			units := max(0, min(left, lacks))
			lent[to], lent[from] = lent[to]+units, lent[from]-units
		}
		slices.SortFunc(r.units[to], func(a, b avoided) int { return a.compare(b.unit) })
		messages = append(messages, r.units[to][:max(0, lent[to])]...)
	}
	return lent, messages
}

// saving is a line of savings-truth.ndjson: what one habit costs.
type saving struct {
	Schema   string   `json:"schema"` // so that it is known as waudit's own
	Check    string   `json:"check"`
	Certain  bool     `json:"certain"`
	Saved    []amount `json:"saved"`
	Messages []string `json:"messages"` // that were charged, by time
}

type amount struct {
	Currency string `json:"currency"`
	Amount   string `json:"amount"`
}

// amountsOf are those of a difference, by currency, without what is nothing.
func amountsOf(from, less map[string]money.Amount) []amount {
	all := []amount{}
	for _, in := range slices.Sorted(maps.Keys(from)) {
		if by := from[in].Sub(less[in]); !by.IsZero() {
			all = append(all, amount{in, by.String()})
		}
	}
	return all
}

// avoid takes one habit after the other from the traffic, and returns what each cost.
func (w *world) avoid(ctx context.Context, runs string, first *tiers) ([]saving, error) {
	other := otherwise{without: map[messageRef]bool{}}
	before, err := w.reckon(ctx, runs, first, other)
	if err != nil {
		return nil, err
	}
	all := []saving{}
	for _, kind := range habits() {
		found := slices.Concat(before.ofKind(kind)...)
		if kind.begin == nil {
			other.lent, found = before.lend(w)
		}
		if len(found) == 0 {
			continue
		}
		slices.SortFunc(found, func(a, b avoided) int { return a.compare(b.unit) })
		s := saving{Schema: "waudit.savings-truth/v1", Check: kind.check, Certain: kind.sure}
		for _, a := range found {
			if kind.begin != nil {
				other.without[a.messageRef] = true
			}
			s.Messages = append(s.Messages, a.id)
		}
		after, err := w.reckon(ctx, runs, first, other)
		if err != nil {
			return nil, err
		}
		s.Saved = amountsOf(before.cost, after.cost)
		all, before = append(all, s), after
	}
	return all, nil
}

// ofKind are the charges of a kind of habit.
func (r *reckoning) ofKind(kind *habit) (all [][]avoided) {
	for h, found := range r.habits {
		if h.check == kind.check && h.sure == kind.sure {
			all = append(all, found)
		}
	}
	return all
}

// otherCost is a line of whatif-truth.ndjson: what the traffic would have cost.
type otherCost struct {
	Schema   string `json:"schema"`
	Currency string `json:"currency"`
	Before   string `json:"before"`
	After    string `json:"after"`
}

func (w *world) reckonOtherwise(ctx context.Context, runs string, first *tiers) ([]otherCost, error) {
	before, err := w.reckon(ctx, runs, first, otherwise{})
	if err != nil {
		return nil, err
	}
	after, err := w.reckon(ctx, runs, first, w.whatIf)
	if err != nil {
		return nil, err
	}
	all := []otherCost{}
	in := maps.Clone(before.cost)
	maps.Copy(in, after.cost)
	for _, currency := range slices.Sorted(maps.Keys(in)) {
		all = append(all, otherCost{"waudit.whatif-truth/v1", currency, before.cost[currency].String(), after.cost[currency].String()})
	}
	return all, nil
}

// reckoned is what is valued beside a bill.
type reckoned struct {
	saved []saving    // nil if nothing is to be avoidable
	other []otherCost // nil if nothing is to be otherwise
}

// reckonAll finds what could have been saved, and what the traffic would have cost.
func (w *world) reckonAll(ctx context.Context, runs string, first *tiers) (r reckoned, err error) {
	if w.opt.Avoidable > 0 {
		if r.saved, err = w.avoid(ctx, runs, first); err != nil {
			return r, err
		}
	}
	if len(w.opt.WhatIf) > 0 {
		r.other, err = w.reckonOtherwise(ctx, runs, first)
	}
	return r, err
}

// write writes what was found to the folder.
func (r *reckoned) write(dir string, sum *Summary) error {
	if r.saved != nil {
		sum.Saved = filepath.Join(dir, "savings-truth.ndjson")
		if err := writeLines(sum.Saved, r.saved); err != nil {
			return err
		}
	}
	if r.other != nil {
		sum.WhatIf = filepath.Join(dir, "whatif-truth.ndjson")
		return writeLines(sum.WhatIf, r.other)
	}
	return nil
}

// writeLines writes a JSON line for each.
func writeLines[T any](path string, all []T) error {
	var text bytes.Buffer
	out := json.NewEncoder(&text)
	for i := range all {
		if err := out.Encode(&all[i]); err != nil {
			return err
		}
	}
	return os.WriteFile(path, text.Bytes(), 0o644)
}
