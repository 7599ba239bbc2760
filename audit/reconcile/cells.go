package reconcile

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"waudit/audit/category"
	"waudit/audit/check"
	"waudit/audit/era"
	"waudit/audit/event"
	"waudit/audit/invoice"
	"waudit/audit/money"
	"waudit/audit/outcome"
	"waudit/audit/price"
	"waudit/audit/rate"
	"waudit/audit/result"
	"waudit/audit/verdict"
)

// cellKey is what volumes are counted by. Of the log it is as fine as a bill may
// be; of a bill what it does not say is empty.
type cellKey struct {
	waba, number, market, country string
	category                      category.Category
	kind                          string // pricing type; "regular" for what is charged
	first, last                   rate.Day
	currency                      string
}

// cell is a volume and its money.
type cell struct {
	n        int64
	amount   money.Amount
	maybe    int64 // messages beside n of which it is uncertain whether they are charged
	unvalued int64 // of n, that are due or may be and have no rate
	place    event.Place
	estimate bool
	beside   bool // of volumes that are no part of the bill
}

func (c *cell) add(o *cell) {
	c.n += o.n
	c.maybe += o.maybe
	c.unvalued += o.unvalued
	c.amount = c.amount.Add(o.amount)
	c.estimate, c.beside = c.estimate || o.estimate, c.beside || o.beside
}

// regular is the pricing type of what is charged.
const regular = "regular"

// addCell adds a line of volumes.
func (b *Bill) addCell(l *invoice.Line, first, last rate.Day, beside bool) {
	k := cellKey{
		waba: strings.Clone(l.WABA), number: strings.Clone(l.Number), market: invoice.FoldMarket(l.Market), country: strings.Clone(l.Country),
		category: l.Category, kind: strings.Clone(l.Type), first: first, last: last, currency: strings.Clone(l.Currency),
	}
	c := b.cells[k]
	if c == nil {
		c = &cell{place: l.Place}
		b.cells[k] = c
	}
	c.add(&cell{n: l.Quantity, amount: l.Amount, estimate: l.Estimate || beside, beside: beside})
}

// volumesOnly reports whether the bill has volumes and no line of a message.
func (b *Bill) volumesOnly() bool {
	return b.Volumes > 0 && !b.beside && b.Messages == 0 && b.Items == 0
}

// count books a message in the volumes of the log.
func (w *Watcher) count(p *verdict.Pair, j *verdict.Judgement, worth *price.Worth) {
	if w.bill.Volumes == 0 || !j.Message.Arrived {
		return
	}
	day := w.day(p, j)
	charged := price.ChargedInLog(j)
	kind := j.Message.Reported.Type
	doubt := !charged && kind == "" && inDoubt(j)
	if charged || doubt {
		kind = regular
	}
	if !w.bill.covers(day) || kind == "" {
		return
	}
	cat := price.Category(j)
	if charged && verdict.MismatchedCategory(j) {
		cat = j.Message.Reported.Category // WA201 tells that it is another than is due; here is counted what was charged
	}
	if kind == "free_customer_service" && j.Era == era.PMP2025 {
		cat = category.Service // Meta's volumes count utility in the window there until 2026-09 (formats 6.1)
	}
	charge := w.valuer.ChargeOf(p, j)
	market, _ := w.valuer.Book().Markets.Of(charge.Phone, charge.UserID, day)
	k := cellKey{
		waba: strings.Clone(p.Account.ID), number: strings.Clone(p.Number), market: invoice.FoldMarket(w.valuer.Book().Markets.Name(market)),
		country: w.valuer.Book().Markets.Country(charge.Phone, charge.UserID), category: cat, kind: strings.Clone(kind), first: day, last: day, currency: cmp.Or(worth.Currency, w.valuer.Currency(p.Account)),
	}
	if doubt {
		w.cellAt(k).add(&cell{maybe: 1})
		return
	}
	seen := cell{n: 1, amount: worth.Reported}
	if charged && worth.Basis == "" && (j.Outcome == outcome.Charge || j.Outcome == outcome.Uncertain) {
		seen.unvalued = 1
	}
	w.cellAt(k).add(&seen)
	if !w.bill.volumesOnly() || worth.Basis == "" {
		return
	}
	if charged || !worth.Expected.IsZero() {
		w.steps.add(worth.Currency, expectedStep, "", worth.Expected, 1)
		w.steps.book(check.Case{Judgement: j, Pair: p, Worth: worth}, worth.Currency)
		if !charged && j.Outcome == outcome.Charge {
			return
		}
	}
}

func (w *Watcher) cellAt(k cellKey) *cell {
	c := w.cells[k]
	if c == nil {
		c = &cell{}
		w.cells[k] = c
	}
	return c
}

// like returns the key with only what the other key, of a bill, says too.
func (k cellKey) like(o *cellKey, day rate.Day) cellKey {
	k.first, k.last = day, day
	for _, f := range [...]struct {
		own   *string
		other string
	}{{&k.waba, o.waba}, {&k.number, o.number}, {&k.market, o.market}, {&k.country, o.country}, {&k.kind, o.kind}} {
		if f.other == "" {
			*f.own = ""
		}
	}
	if o.category == category.None {
		k.category = category.None
	}
	return k
}

// compareVolumes lays the cells of the bill beside those of the log.
func (w *Watcher) compareVolumes(tolerance int64) (views []result.VolumeCell, hits []Hit) {
	b := w.bill
	logged, used := map[cellKey]*cell{}, map[cellKey]bool{}
	shapes := b.shapes()
	for k, c := range w.cells {
		for i := range shapes {
			if shapes[i].kind == "" && k.kind != regular {
				continue // a bill without types counts what is charged
			}
			at := k.like(&shapes[i], k.first)
			if logged[at] == nil {
				logged[at] = &cell{}
			}
			logged[at].add(c)
		}
	}
	for k, billed := range b.cells {
		var own cell
		for day := k.first; day <= k.last; day = next(day) {
			at := k.like(&k, day)
			for _, at.currency = range w.alike(k.currency) {
				if c := logged[at]; c != nil {
					own.add(c)
					used[at] = true
				}
			}
		}
		w.volumeBilled, w.volumeLogged = w.volumeBilled+billed.n, w.volumeLogged+min(own.n, billed.n)
		v, hit := w.volume(k, billed, &own, tolerance)
		if hit != nil {
			views, hits = append(views, v), append(hits, *hit)
		}
	}
	if len(shapes) == 1 {
		views, hits = w.unbilledVolumes(logged, used, views, hits)
	}
	slices.SortFunc(views, func(x, y result.VolumeCell) int {
		return cmp.Or(cmp.Compare(x.Period, y.Period), cmp.Compare(x.WABA, y.WABA), cmp.Compare(x.Number, y.Number), cmp.Compare(x.Market, y.Market),
			cmp.Compare(x.Country, y.Country), cmp.Compare(x.Category, y.Category), cmp.Compare(x.Type, y.Type), cmp.Compare(x.Currency, y.Currency))
	})
	return views, hits
}

// alike lists the currencies of the log that a cell of the bill is compared
// with: its own, and none, for an account whose currency is not known may have any.
// A volume without money is compared with all.
func (w *Watcher) alike(currency string) []string {
	if currency != "" {
		return []string{currency, ""}
	}
	all := map[string]bool{"": true}
	for k := range w.cells {
		all[k.currency] = true
	}
	return slices.Sorted(maps.Keys(all))
}

// shapes are keys that show which dimensions lines of the bill have.
func (b *Bill) shapes() []cellKey {
	var list []cellKey
	has := func(text string) string {
		if text == "" {
			return ""
		}
		return "x"
	}
	for k := range b.cells {
		s := cellKey{waba: has(k.waba), number: has(k.number), market: has(k.market), country: has(k.country), kind: has(k.kind)}
		if k.category != category.None {
			s.category = category.Marketing
		}
		if !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

// next is the day after.
func next(d rate.Day) rate.Day {
	t := d.Time().AddDate(0, 0, 1)
	return rate.DayOf(t.Date())
}

// volume compares one cell.
func (w *Watcher) volume(k cellKey, billed, own *cell, tolerance int64) (result.VolumeCell, *Hit) {
	v := result.VolumeCell{
		WABA: k.waba, Number: k.number, Period: period(k.first, k.last), Market: k.market, Country: k.country, Category: k.category.String(),
		Type: k.kind, Currency: k.currency, Billed: billed.n, Log: own.n, Amount: money.Format(billed.amount, decimals), Due: money.Format(own.amount, decimals), Estimate: billed.estimate,
	}
	diff := billed.amount.Sub(own.amount)
	if w.bill.volumesOnly() {
		name, id := "amounts differ", "WA701"
		switch {
		case billed.n != own.n:
			name, id = "volumes differ", "WA704"
		case own.unvalued > 0:
			name, id = "charges that have no rate", ""
		}
		if !diff.IsZero() {
			w.steps.add(k.currency, name, id, diff, 1)
		}
	}
	var slack money.Amount
	if billed.estimate {
		slack = own.amount.Times(tolerance).Quo(1000)
	}
	switch {
	case billed.n != own.n:
		hit := &Hit{Check: "WA704", View: v, Place: billed.place, Billed: billed.amount, Due: own.amount, HasPlace: true}
		if own.unvalued > 0 {
			hit.Doubt = fmt.Sprintf("%d charges of the log have no rate", own.unvalued)
		}
		if own.n < billed.n && billed.n <= own.n+own.maybe {
			hit.Doubt = fmt.Sprintf("the log has %d more of which it is uncertain whether they are charged", own.maybe)
		}
		return v, hit
	case own.unvalued == 0 && diff.Abs().Cmp(slack) > 0:
		return v, &Hit{Check: "WA701", View: v, Place: billed.place, Billed: billed.amount, Due: own.amount, HasPlace: true}
	}
	return v, nil
}

// unbilledVolumes are the cells of the log that the bill does not have.
func (w *Watcher) unbilledVolumes(logged map[cellKey]*cell, used map[cellKey]bool, views []result.VolumeCell, hits []Hit) ([]result.VolumeCell, []Hit) {
	for k, c := range logged {
		if used[k] || k.kind != regular && k.kind != "" || c.amount.IsZero() {
			continue
		}
		k.currency = cmp.Or(k.currency, w.only())
		v := result.VolumeCell{
			WABA: k.waba, Number: k.number, Period: period(k.first, k.last), Market: k.market, Country: k.country, Category: k.category.String(), Type: k.kind,
			Currency: k.currency, Log: c.n, Amount: money.Format(money.Amount{}, decimals), Due: money.Format(c.amount, decimals),
		}
		if w.bill.volumesOnly() {
			w.steps.add(k.currency, "volumes differ", "WA704", c.amount.Neg(), 1)
		}
		views, hits = append(views, v), append(hits, Hit{Check: "WA704", View: v, Due: c.amount})
	}
	return views, hits
}

// only is the currency of the bill, "" if it has several.
func (w *Watcher) only() string {
	for currency := range w.bill.total {
		if len(w.bill.total) == 1 {
			return currency
		}
	}
	return ""
}

func period(first, last rate.Day) string {
	switch {
	case first == last:
		return first.String()
	case first/100 == last/100 && first%100 == 1 && next(last)%100 == 1:
		return first.String()[:7]
	}
	return first.String() + " to " + last.String()
}
