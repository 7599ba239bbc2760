package reconcile

import (
	"cmp"
	"maps"
	"math/bits"
	"slices"

	"waudit/audit"
	"waudit/audit/category"
	"waudit/audit/check"
	"waudit/audit/money"
	"waudit/audit/price"
	"waudit/audit/result"
)

// loggedVolume is a volume of the log, which one of the bill at the most takes in.
type loggedVolume struct {
	key    volumeKey
	volume *volume
	used   bool
}

// volumeComparison compares the volumes of a bill with those of the log.
type volumeComparison struct {
	*Watcher
	estimate    int64                 // of approximate money, in thousandths
	told        map[string]price.Sums // by finding, at the tiers that the month has reached
	more, fewer []*volumeGap          // volumes in which the bill counts more, and fewer
	views       []result.Volume
	logged      []*loggedVolume
	by          map[dimensions]map[volumeKey][]*loggedVolume // by what the bill's volumes say, in any currency
	monthly     bool                                         // some volumes of the bill are of more than a day
	open        map[swapKey][]portion                        // messages that are due perhaps, and that the bill lacks perhaps
	run         map[swapKey]swapKey                          // the days that are swapped within by their first
}

// compareVolumes lays the volumes of the bill beside those of the log.
func (w *Watcher) compareVolumes(estimate int64, found []audit.Finding) []result.Volume {
	v := &volumeComparison{Watcher: w, estimate: estimate, told: map[string]price.Sums{}, views: []result.Volume{}, by: map[dimensions]map[volumeKey][]*loggedVolume{}, open: map[swapKey][]portion{}}
	if len(w.bill.volumes) == 0 {
		return v.views
	}
	for i := range found {
		v.told[found[i].ID] = found[i].Money
	}
	v.index()
	if !w.bill.beside {
		v.setDays()
		v.leaveUncovered()
	}
	for _, k := range slices.SortedFunc(maps.Keys(w.bill.volumes), func(x, y volumeKey) int {
		return cmp.Or(cmp.Compare(bits.OnesCount8(uint8(y.dimensions())), bits.OnesCount8(uint8(x.dimensions()))), compareKeys(x, y)) // the finest first
	}) {
		v.compare(k, w.bill.volumes[k])
	}
	if len(v.by) == 1 && !w.bill.beside {
		v.unbilled()
	}
	v.run = v.runs()
	least := v.leastOver()
	v.pair()
	v.book(least)
	slices.SortFunc(v.views, func(x, y result.Volume) int {
		return cmp.Or(cmp.Compare(x.Period, y.Period), cmp.Compare(x.WABA, y.WABA), cmp.Compare(x.Number, y.Number), cmp.Compare(x.Market, y.Market),
			cmp.Compare(x.Country, y.Country), cmp.Compare(x.Category, y.Category), cmp.Compare(x.Type, y.Type), cmp.Compare(x.Currency, y.Currency))
	})
	return v.views
}

// index makes the volumes of the log be found by the dimensions that the bill has.
func (v *volumeComparison) index() {
	for _, k := range slices.SortedFunc(maps.Keys(v.volumes), compareKeys) {
		v.logged = append(v.logged, &loggedVolume{key: k, volume: v.volumes[k]})
	}
	for k := range v.bill.volumes {
		v.monthly = v.monthly || k.first != k.last || k.first == 0
		v.by[k.dimensions()] = map[volumeKey][]*loggedVolume{}
	}
	for d, by := range v.by {
		for _, l := range v.logged {
			if d&ofKind == 0 && l.key.kind != regular {
				continue // a bill without types counts what is charged
			}
			at := l.key.only(d, l.key.first).anyCurrency()
			by[at] = append(by[at], l)
		}
	}
}

// daily reports whether the volume is that of one day.
func (k *volumeKey) daily() bool { return k.first != 0 && k.first == k.last }

// leaveUncovered leaves out the volumes of the log whose days the bill does not have.
func (v *volumeComparison) leaveUncovered() {
	for _, l := range v.logged {
		if !v.bill.mayCover(l.key.waba, l.key.first) {
			v.elsewhere[monthOf{l.key.waba, monthOfDay(l.key.first)}] += l.volume.owed
			l.used = true
		}
	}
}

// take sums up the volumes of the log that a volume of the bill is for. A volume without
// money is for those of all currencies.
func (v *volumeComparison) take(k volumeKey) (own volume) {
	d := k.dimensions()
	for day := k.first; day <= k.last; day = day.AddDays(1) {
		for _, l := range v.by[d][k.only(d, day).anyCurrency()] {
			if !l.used && (k.currency == "" || l.key.currency == k.currency) {
				own.add(l.volume)
				l.used = true
			}
		}
		if day == 0 {
			break
		}
	}
	return own
}

// compare compares one volume of the bill.
func (v *volumeComparison) compare(k volumeKey, b *billedVolume) {
	scope := v.bill.scope
	why, waba := scope.place(k.waba, k.number, k.first, k.last), scope.account(k.waba, k.number)
	if why == compared && !b.beside {
		why = scope.money(waba, k.currency)
	}
	if why == outsidePeriod {
		v.leave(k, b, why, waba, "")
		return
	}
	if what := v.unknown(k); what != "" && why == compared && !b.beside {
		v.leave(k, b, noRate, waba, what)
		v.more = append(v.more, &volumeGap{key: k, units: b.n, elsewhere: unknownStep})
		return
	}
	var own volume
	switch why {
	case compared:
		own = v.take(k)
	case currencyUnknown:
		own = v.take(k.anyCurrency())
	}
	if own.bare > 0 && own.norate == 0 && k.currency != "" && !b.beside {
		own.asBilled(b)
	}
	v.volumeBilled, v.volumeLogged = v.volumeBilled+b.n, v.volumeLogged+min(own.charged(), b.n)
	amount := own.amount.Add(own.reported())
	g := &volumeGap{key: k, place: b.place, lines: b.lines, twins: b.twins, estimate: b.estimate}
	if k.daily() {
		g.moved = movedBy(v.bill.late)
	}
	g.view = k.view(v.valuer.Cards().Markets, b.n, own.charged(), b.amount, amount, b.estimate)
	if b.n != own.charged() {
		v.views = append(v.views, g.view)
	}
	switch {
	case b.beside:
		v.beside(g)
	case why != compared:
		v.leave(k, b, why, waba, "")
		g.units, g.elsewhere = b.n, elsewhereStep
		if why == otherCurrency {
			v.more = append(v.more, g)
		}
	case own.norate > 0:
		v.compared += b.rows
		v.leave(k, b, noRate, waba, own.what)
		v.beside(g)
	case k.currency == "":
		v.compared += b.rows
		v.beside(g)
	default:
		v.compared += b.rows
		v.lay(g, b, &own)
	}
}

// unknown names what a volume says of its messages that no card knows: they may be
// any that the log has. "" if there is nothing.
func (v *volumeComparison) unknown(k volumeKey) string {
	if k.category == category.Other {
		return "a category that is not known"
	}
	if _, known := v.valuer.Cards().Markets.Named(k.market); k.market != "" && !known {
		return "a market or country that is not known, " + k.market
	}
	return ""
}

// leave leaves a volume out.
func (v *volumeComparison) leave(k volumeKey, b *billedVolume, why reason, waba, what string) {
	at := leftKey{reason: why, waba: waba, currency: k.currency, what: what}
	if why == notInLog {
		at.number, at.volumes = k.number, true
	}
	v.out.add(at, left{days: k.days, n: b.rows, rows: b.rows, amount: b.amount, place: b.place})
}

// beside tells of a volume that only counts.
func (v *volumeComparison) beside(g *volumeGap) {
	if g.view.Billed == g.view.Log {
		return
	}
	f := g.finding(&check.VolumeDiffers)
	f.Verdict, f.Severity, f.Amount = result.Uncertain, result.Warning, nil
	v.own = append(v.own, f)
}

// lay lays the money of a volume beside that of the log.
func (v *volumeComparison) lay(g *volumeGap, b *billedVolume, own *volume) {
	own.sort()
	v.lack(g, own.maybe...)
	if own.bare == 0 {
		for i := range own.told {
			if at, ok := v.told[own.told[i].id]; ok {
				own.told[i].sums = at
			}
		}
	}
	e := v.takeFree(g, own, b.n-own.charged())
	rest := b.amount.Sub(own.amount)
	rest = rest.Sub(own.value(rest, e))
	over := slices.ContainsFunc(own.told, func(t told) bool { return t.sums.Over.Sign() > 0 })
	sound := own.amount.Add(rest) // what is billed of messages that no check tells
	switch {
	case e == 0:
		v.layAlike(g, b, own, rest, over)
	case e > 0 && (own.due().Cmp(sound) <= 0 || !over):
		v.tell(g, own.told)
		v.differences.expect(g.key.currency, own.due())
		g.units, g.sums, g.beside = e, price.Sums{Reported: sound.Sub(own.due())}, own.due().Add(own.reported())
		if own.unsure > 0 {
			g.unsure = money.Max(g.sums.Reported.Sub(b.amount.Times(e).Quo(b.n)), money.Amount{})
		}
		v.more = append(v.more, g)
	default:
		v.whole(g, b, own, -e)
	}
}

// accountOf is the account of a volume, "" if it is not known.
func (v *volumeComparison) accountOf(g *volumeGap) string {
	return v.bill.scope.account(g.key.waba, g.key.number)
}

// layAlike lays the money of a volume that both count alike beside that of the log. The
// rest is what is billed beyond what the log has, over whether checks tell some charges
// to be too high.
func (v *volumeComparison) layAlike(g *volumeGap, b *billedVolume, own *volume, rest money.Amount, over bool) {
	sound := own.amount.Add(rest) // what is billed of messages that no check tells
	if a := v.bill.scope.book.Find(v.accountOf(g), ""); own.bare+own.unsure == 0 && len(own.told) == 0 {
		v.charged.See(a, g.key.currency, b.n, own.amount, sound, own.low.Cmp(sound) <= 0 && sound.Cmp(own.amount) <= 0)
	}
	switch {
	case b.estimate && rest.Abs().Cmp(b.amount.Abs().Times(v.estimate).Quo(1000)) <= 0: // as far as approximate money may be off
		v.tell(g, own.told)
		v.differences.expect(g.key.currency, own.amount)
		v.differences.name("approximate amounts", g.key.currency, rest, b.rows)
	case v.atTiers(b, own, sound) || rest.IsZero():
		v.tell(g, own.told)
		v.differences.expect(g.key.currency, sound)
		if !rest.IsZero() {
			return
		}
	case rest.Sign() > 0 || !over:
		v.tell(g, own.told)
		var why check.Text
		if own.unsure > 0 {
			why = check.DueUnverified.Say()
		}
		g.beside = own.reported()
		v.bookGap(g, amountsDiffer, price.Between(sound, own.amount), why)
	default:
		v.whole(g, b, own, 0)
	}
	if g.view.Billed == g.view.Log && g.view.Amount != g.view.Due && !b.estimate {
		v.views = append(v.views, g.view)
	}
}

// takeFree takes messages that the log says are free, and that are due, for as many of
// those that the bill counts too many, e, and returns how many are left. The others are
// too few.
func (v *volumeComparison) takeFree(g *volumeGap, own *volume, e int64) (left int64) {
	free := min(max(e, 0), int64(len(own.free)))
	for i := range own.free[:free] {
		due := own.free[i].sums.Expected
		own.n, own.amount, own.low = own.n+1, own.amount.Add(due), own.low.Add(due)
	}
	if own.free = own.free[free:]; len(own.free) > 0 {
		v.fewer = append(v.fewer, &volumeGap{key: g.key, view: g.view, units: int64(len(own.free)), free: own.free})
	}
	return e - free
}

// atTiers reports whether the money of a volume may be that of its messages at rates of
// their volume tiers. Whether the month has reached them is seen once all of its volumes
// are known.
func (v *volumeComparison) atTiers(b *billedVolume, own *volume, charged money.Amount) bool {
	if charged.Cmp(own.low) < 0 || charged.Cmp(own.amount) > 0 {
		return false
	}
	if len(own.tiers) != 1 {
		return charged.Cmp(own.due()) <= 0
	}
	for k, t := range own.tiers {
		c := *t
		c.Charged, c.lines = t.Charged.Sub(own.amount.Sub(charged)), b.lines
		v.months.put(k, &c)
	}
	return true
}

// tell books the messages of a volume that checks of the audit tell.
func (v *volumeComparison) tell(g *volumeGap, list []told) {
	for _, t := range list {
		v.differences.add(Difference{Step: stepOf(&t.sums, t.undue), Check: t.check, Finding: t.id, WABA: v.accountOf(g), Currency: g.key.currency, Sums: t.sums, N: 1, Lines: g.lines})
	}
}

// whole books a volume of which it cannot be told which messages it charges: the bill
// counts fewer than the log, or charges less than is due and what is told to be too
// much. What is too much of it is what it charges beyond what is due.
func (v *volumeComparison) whole(g *volumeGap, b *billedVolume, own *volume, missing int64) {
	due, unsure, wrong := own.due(), money.Amount{}, int64(0)
	for i := range own.told {
		s := &own.told[i].sums
		due, unsure = due.Add(s.Expected), unsure.Add(s.Uncertain)
		if s.Expected.IsZero() {
			wrong++
		}
		if missing > 0 && !s.Uncertain.IsZero() {
			// It may be due, and be what another volume counts too many.
			v.lack(g, portion{1, s.Expected.Add(s.Uncertain)})
		}
	}
	sums := price.Between(b.amount, due)
	sums.Doubt(unsure)
	if missing -= wrong; missing > 0 && sums.Under.Sign() > 0 {
		g.units, g.sums = missing, sums
		v.fewer = append(v.fewer, g)
		return
	}
	v.bookGap(g, volumesDiffer, sums, check.Text{})
}

// unbilled finds the volumes of the log that the bill does not have.
func (v *volumeComparison) unbilled() {
	missing := map[volumeKey]*volume{}
	for d := range v.by { // the one that there is
		for _, l := range v.logged {
			if l.used || l.key.kind != regular {
				continue
			}
			k := l.key.only(d, l.key.first)
			if missing[k] == nil {
				missing[k] = &volume{}
			}
			missing[k].add(l.volume)
		}
	}
	for _, k := range slices.SortedFunc(maps.Keys(missing), compareKeys) {
		c := missing[k]
		c.sort()
		g := &volumeGap{key: k, units: c.n}
		g.view = g.key.view(v.valuer.Cards().Markets, 0, 0, money.Amount{}, money.Amount{}, false)
		v.lack(g, c.maybe...)
		amount := c.amount
		for i := range c.told {
			sums := &c.told[i].sums
			if due := sums.Expected; !due.IsZero() {
				g.units, amount = g.units+1, amount.Add(due)
			}
			if !sums.Uncertain.IsZero() {
				v.lack(g, portion{1, sums.Expected.Add(sums.Uncertain)}) // as in whole
			}
		}
		if g.units > 0 && !amount.IsZero() {
			g.view.Log, g.view.Due, g.sums = g.units, amount.String(), price.Between(money.Amount{}, amount)
			v.views = append(v.views, g.view)
			v.fewer = append(v.fewer, g)
		}
		if len(c.free) > 0 {
			v.fewer = append(v.fewer, &volumeGap{key: k, view: g.view, units: int64(len(c.free)), free: c.free})
		}
	}
}
