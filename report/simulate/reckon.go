package simulate

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"waudit/audit/money"
	"waudit/audit/rate"
)

// otherwise is what is not as it was in traffic that is billed again.
type otherwise struct {
	without   map[messageRef]bool // messages without their habit
	lent      map[allowance]int   // units of the free tier that a number had more; below 0: fewer
	rules     rate.Day            // by which all is billed; 0: each day by its own
	rates     rate.Day            // likewise
	templates map[string]string   // categories of templates, by their names
	numbers   map[string]*number  // that numbers are, by their ids
}

// messageRef is a message: its pair, and its ordinal in that.
type messageRef struct{ pair, ordinal int }

// change makes a pair what it would have been; a nil otherwise changes nothing.
func (o *otherwise) change(p *pair) {
	if o == nil {
		return
	}
	if to := o.numbers[p.number.id]; to != nil {
		p.number = to
	}
	for i := range len(p.out) {
		if m := &p.out[i]; m.template != nil {
			m.category = cmp.Or(o.templates[m.template.name], m.category)
		}
		if m := &p.out[i]; o.without[messageRef{p.index, m.ordinal}] && m.habit.change != nil {
			m.habit.change(p, m)
		}
	}
	p.out = slices.DeleteFunc(p.out, func(m message) bool {
		return o.without[messageRef{p.index, m.ordinal}] && m.habit.change == nil
	})
	slices.SortStableFunc(p.out, func(a, b message) int { return cmp.Compare(a.sent, b.sent) })
}

// under returns the calendar as if all changes until a day had always held, and none after.
func (c *calendar) under(day rate.Day) *calendar {
	is := *c
	for _, change := range []*int64{
		&is.longFreeEntry, &is.userTier, &is.perCategory, &is.serviceFree, &is.perMessage, &is.weekFreeEntry, &is.servicePriced, &is.abroad,
	} {
		if rate.DayOf(time.Unix(*change, 0).In(c.zone).Date()) <= day {
			*change = 0
		} else {
			*change = math.MaxInt64 / 2
		}
	}
	return &is
}

// pricedOn is the day by whose rates the charges of a day are priced.
func (w *world) pricedOn(day rate.Day) rate.Day {
	if w.other == nil {
		return day
	}
	return cmp.Or(w.other.rates, day)
}

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
	v.all = true
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
	var all []saving
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
	other, err := w.assumed()
	if err != nil {
		return nil, err
	}
	after, err := w.reckon(ctx, runs, first, other)
	if err != nil {
		return nil, err
	}
	var all []otherCost
	in := maps.Clone(before.cost)
	maps.Copy(in, after.cost)
	for _, currency := range slices.Sorted(maps.Keys(in)) {
		all = append(all, otherCost{"waudit.whatif-truth/v1", currency, before.cost[currency].String(), after.cost[currency].String()})
	}
	return all, nil
}

// reckonAll writes what could have been saved, and what the traffic would have cost.
func (w *world) reckonAll(ctx context.Context, runs string, first *tiers, sum *Summary) error {
	if w.opt.Avoidable > 0 {
		all, err := w.avoid(ctx, runs, first)
		if err != nil {
			return err
		}
		sum.Saved = filepath.Join(w.opt.Dir, "savings-truth.ndjson")
		if err := writeLines(sum.Saved, all); err != nil {
			return err
		}
	}
	if len(w.opt.WhatIf) > 0 {
		all, err := w.reckonOtherwise(ctx, runs, first)
		if err != nil {
			return err
		}
		sum.WhatIf = filepath.Join(w.opt.Dir, "whatif-truth.ndjson")
		return writeLines(sum.WhatIf, all)
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

// The names of what can be assumed, as those of the flags of whatif.
const (
	assumeRules    = "rules"
	assumeRates    = "rates"
	assumeTemplate = "template"
	assumeNumber   = "move-number"
)

// assumed reads Options.WhatIf.
func (w *world) assumed() (otherwise, error) {
	o := otherwise{templates: map[string]string{}, numbers: map[string]*number{}}
	for _, text := range w.opt.WhatIf {
		name, value, _ := strings.Cut(text, "=")
		from, to, _ := strings.Cut(value, "=")
		var err error
		switch name {
		case assumeRules:
			o.rules, err = rate.ParseDay(value)
		case assumeRates:
			o.rates, err = rate.ParseDay(value)
		case assumeTemplate:
			o.templates[from] = to
		case assumeNumber:
			i := slices.IndexFunc(w.numbers, func(n *number) bool { return n.id == to })
			if i < 0 {
				return o, fmt.Errorf("what if %s: there is no number %s", text, to)
			}
			o.numbers[from] = w.numbers[i]
		}
		if err != nil {
			return o, fmt.Errorf("what if %s: %w", text, err)
		}
	}
	return o, nil
}

// reckons reports whether anything is valued beside a bill.
func (o *Options) reckons() bool { return o.Avoidable > 0 || len(o.WhatIf) > 0 }

func (o *Options) refuseReckoning(refuse func(bad bool, format string, args ...any)) {
	refuse(o.Avoidable < 0, "avoidable: %d, want at least 0", o.Avoidable)
	lacking := o.Outage != 0 || o.Lose != 0 || o.Cut != 0 || o.Unproven != 0 || o.Changes != 0
	refuse(o.Avoidable > 0 && lacking, "avoidable: want a log that is whole, and in which nothing is in doubt")
	for _, text := range o.WhatIf {
		name, value, _ := strings.Cut(text, "=")
		from, to, two := strings.Cut(value, "=")
		_, err := rate.ParseDay(value)
		good := (name == assumeRules || name == assumeRates) && err == nil
		good = good || name == assumeTemplate && from != "" && slices.Contains([]string{marketing, utility, authentication}, to)
		good = good || name == assumeNumber && from != "" && two && to != ""
		refuse(!good, "what if: %q, want %s=DAY, %s=DAY, %s=NAME=CATEGORY or %s=FROM=TO", text, assumeRules, assumeRates, assumeTemplate, assumeNumber)
	}
	refuse(o.Channels < 0, "channels: %d, want at least 0", o.Channels)
	refuse(o.Channels > 0 && (o.Dialect == Flat || o.NoSends), "channels: want the dialect %s, and the send log", MetaCloud)
}
