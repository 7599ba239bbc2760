package reconcile

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"

	"waudit/audit/category"
	"waudit/audit/check"
	"waudit/audit/event"
	"waudit/audit/invoice"
	"waudit/audit/money"
	"waudit/audit/price"
	"waudit/audit/rate"
	"waudit/audit/result"
	"waudit/audit/verdict"
)

// volumeKey is what volumes are counted by. Of the log it is as fine as a bill may
// be; of a bill what it does not say is empty.
type volumeKey struct {
	waba, number, market, country string
	category                      category.Category
	kind                          string // pricing type; "regular" for what is charged
	days
	currency string
}

// regular is the pricing type of what is charged.
const regular = "regular"

// billedVolume is a volume of a bill and its money.
type billedVolume struct {
	n, rows  int64
	amount   money.Amount
	twins    money.Amount // of lines without ids that stand in another file too
	lines    []string     // ids of its lines
	place    event.Place
	estimate bool
	beside   bool // it is no part of the bill
}

// volume is the volume of a line among others.
func (b *Bill) volume(of map[volumeKey]*billedVolume, l *invoice.Line, on days) *billedVolume {
	k := volumeKey{
		waba: b.scope.book.ID(l.WABA), number: l.Number, market: rate.FoldMarket(l.Market), country: l.Country,
		category: l.Category, kind: l.Type, days: on, currency: l.Currency,
	}
	if b.scope.nameless() {
		k.waba = ""
	}
	if b.scope.numberless() {
		k.number = ""
	}
	v := of[k]
	if v == nil {
		for _, text := range [...]*string{&k.waba, &k.number, &k.country, &k.kind, &k.currency} {
			*text = strings.Clone(*text)
		}
		v = &billedVolume{place: l.Place}
		of[k] = v
	}
	return v
}

// add adds a line to its volume. twin says that another file has the same.
func (v *billedVolume) add(l *invoice.Line, twin bool) {
	v.n += l.Quantity
	v.rows++
	v.amount = v.amount.Add(l.Amount)
	v.estimate = v.estimate || l.Estimate
	if twin {
		v.twins = v.twins.Add(l.Amount)
	}
	if l.ID != "" {
		v.lines = append(v.lines, strings.Clone(l.ID))
	}
}

func (v *billedVolume) merge(o *billedVolume) {
	v.n, v.rows, v.amount, v.twins = v.n+o.n, v.rows+o.rows, v.amount.Add(o.amount), v.twins.Add(o.twins)
	v.estimate, v.lines = v.estimate || o.estimate, append(v.lines, o.lines...)
	if o.place.Compare(v.place) < 0 {
		v.place = o.place
	}
}

// volume is a volume of the log: the messages that a bill should count there, and
// those that it may.
type volume struct {
	n      int64        // messages that the log says are charged, and that are, or of whose charge it says nothing
	amount money.Amount // what these cost at list rates
	low    money.Amount // what they cost at the lowest rates of their tiers
	tiers  monthTiers   // of them
	owed   int64        // messages that are due
	unsure int64        // of n, whose rate is not verified
	bare   int64        // of n, whose account does not say by which card it is billed
	told   []told       // charged by the log, and told by a check
	free   []told       // due, and free or cheaper by the log: told by a check, too
	norate int64        // messages that are charged and have no rate
	what   string       // the rate
	maybe  []portion    // messages of which it is uncertain whether they are charged, at what they may cost
}

// told is a message that a check tells.
type told struct {
	check, id string
	undue     bool       // the check says that nothing should have been charged
	sums      price.Sums // at list rates
	open      bool       // it should have cost nothing, and has no rate: what it is charged the bill tells
}

// told is the message as its check tells it.
func (s *logMessage) told(sums price.Sums) told {
	return told{check: s.check, id: s.findingBy(s.check), undue: s.undue, sums: sums}
}

func (v *volume) add(o *volume) {
	v.owed, v.unsure = v.owed+o.owed, v.unsure+o.unsure
	v.n, v.bare, v.norate = v.n+o.n, v.bare+o.bare, v.norate+o.norate
	v.maybe = addPortions(v.maybe, o.maybe...)
	v.amount, v.low = v.amount.Add(o.amount), v.low.Add(o.low)
	v.told, v.free = append(v.told, o.told...), append(v.free, o.free...)
	if o.what != "" && (v.what == "" || o.what < v.what) {
		v.what = o.what
	}
	if v.tiers == nil && o.tiers != nil {
		v.tiers = monthTiers{}
	}
	v.tiers.merge(o.tiers)
}

// sort puts the messages that checks tell in one order, whichever worker saw them first.
func (v *volume) sort() {
	for _, list := range [...][]told{v.told, v.free} {
		slices.SortFunc(list, func(a, b told) int { return cmp.Or(strings.Compare(a.check, b.check), strings.Compare(a.id, b.id)) })
	}
}

// charged is how many messages of the volume the log says are charged.
func (v *volume) charged() int64 { return v.n + v.norate + int64(len(v.told)) }

// most is how many messages of the volume a bill may charge.
func (v *volume) most() int64 {
	n := v.charged() + int64(len(v.free))
	for _, p := range v.maybe {
		n += p.n
	}
	return n
}

// count counts a message in the volumes of the log.
func (w *Watcher) count(p *verdict.JudgedPair, j *verdict.Judgement, worth *price.Worth) {
	if !j.Message.Arrived && !unfinished(p, j) {
		return
	}
	s := w.messageOf(p, j, worth)
	if !w.bill.beside && !w.bill.mayCoverNear(s.account.ID, s.day) {
		if s.due {
			w.elsewhere[s.month()]++
		}
		return
	}
	charged := price.ChargedInLog(j)
	if !charged && s.due && j.Verdict == result.Undercharge && worth.Basis == "" {
		return // what has no rate has no amount
	}
	k := w.volumeOf(p, j, s, charged)
	if charged || s.due || inDoubt(p, j) || unfinished(p, j) {
		w.volumeAt(k).add(w.counted(p, j, s, worth, charged))
	}
	if kind := j.Message.Reported.Type; j.Message.Arrived && !charged && kind != "" && kind != regular {
		k.kind = strings.Clone(kind)
		if kind == "free_customer_service" && j.Era.UtilityFree {
			k.category = category.Service // Meta's volumes count utility in the window there until 2026-09
		}
		w.volumeAt(k).add(&volume{n: 1})
	}
}

// counted is a message that a bill should count, or may, as a volume.
func (w *Watcher) counted(p *verdict.JudgedPair, j *verdict.Judgement, s *logMessage, worth *price.Worth, charged bool) *volume {
	v := &volume{}
	if s.due {
		v.owed = 1
	}
	switch silent := s.due && j.Charging == verdict.Nothing; { // of whose charge the log says nothing
	case charged:
		v.charge(s, j, worth)
	case s.due && j.Verdict == result.Undercharge:
		v.free = []told{s.told(worth.Sums)}
	case silent && s.priced():
		v.one(s, s.amount())
	case silent:
		v.norate = 1
	default:
		v.maybe = []portion{{1, w.atMost(p, j, s)}}
	}
	if v.norate > 0 {
		v.what = w.rateOf(s)
	}
	return v
}

// atMost is the most that a message may cost of which it is uncertain whether it is
// charged: more than any other does, if that is not known.
func (w *Watcher) atMost(p *verdict.JudgedPair, j *verdict.Judgement, s *logMessage) money.Amount {
	if most := s.amount(); !most.IsZero() {
		return most
	}
	if r := w.valuer.Possible(p, j); r.Why == price.None && r.High.Sign() > 0 {
		return r.High
	}
	return money.Of(math.MaxInt64)
}

// volumeOf returns the volume in which a message is counted as charged: in the category
// that the log charges, which WA201 tells if another is due.
func (w *Watcher) volumeOf(p *verdict.JudgedPair, j *verdict.Judgement, s *logMessage, charged bool) volumeKey {
	cat := s.category
	if charged && verdict.MismatchedCategory(j.Decision) {
		cat = j.Message.Reported.Category
	}
	charge, cards := w.valuer.ChargeOf(p, j, category.None), w.valuer.Cards()
	market, _ := cards.Markets.Of(charge.Phone, charge.UserID, s.day)
	return volumeKey{
		waba: s.account.ID, number: s.number, market: rate.FoldMarket(cards.Markets.Name(market)), country: cards.Markets.Country(charge.Phone, charge.UserID),
		category: cat, kind: regular, days: days{s.day, s.day}, currency: s.currency,
	}
}

// charge counts a message that the log says is charged.
func (v *volume) charge(s *logMessage, j *verdict.Judgement, worth *price.Worth) {
	sums := worth.Once(j)
	switch {
	case worth.Basis == "" && !s.due && !s.uncertain:
		v.told = []told{s.told(price.Sums{})}
		v.told[0].open = true
	case worth.Basis == "":
		v.norate = 1
	case !sums.Agree():
		v.told = []told{s.told(sums)}
		v.bare = s.bare()
	default:
		v.one(s, sums.Reported)
	}
}

// bare is one for a message of which no card says what the bill may charge, else zero.
func (s *logMessage) bare() int64 {
	if s.held() {
		return 0
	}
	return 1
}

// one counts a message that costs an amount, and notes what it may cost beside its list
// rate.
func (v *volume) one(s *logMessage, amount money.Amount) {
	v.n, v.amount, v.low, v.bare = 1, amount, amount, s.bare()
	if !s.due || !s.priced() || s.amount() != v.amount {
		return
	}
	if !s.figure.Sure {
		v.unsure = 1
	}
	if s.figure.AtMost {
		v.low = money.Amount{}
	}
	if s.figure.Tiers == nil {
		return
	}
	v.tiers = monthTiers{}
	v.tiers.add(s, v.amount)
	for _, t := range *s.figure.Tiers {
		v.low = money.Min(v.low, money.Of(t.Amount))
	}
}

func (w *Watcher) volumeAt(k volumeKey) *volume {
	v := w.volumes[k]
	if v == nil {
		for _, text := range [...]*string{&k.waba, &k.number, &k.currency} {
			*text = strings.Clone(*text)
		}
		v = &volume{}
		w.volumes[k] = v
	}
	return v
}

// dimensions are what a key says something of, one bit each.
type dimensions uint8

const (
	ofWABA dimensions = 1 << iota
	ofNumber
	ofMarket
	ofCountry
	ofKind
	ofCategory
	ofDays
)

func (k *volumeKey) dimensions() (d dimensions) {
	for i, says := range [...]bool{k.waba != "", k.number != "", k.market != "", k.country != "", k.kind != "", k.category != category.None, k.first != 0} {
		if says {
			d |= 1 << i
		}
	}
	return d
}

// only returns the key of a day with no more than some dimensions.
func (k volumeKey) only(d dimensions, day rate.Day) volumeKey {
	k.days = days{day, day}
	if d&ofDays == 0 {
		k.days = days{}
	}
	for i, text := range [...]*string{&k.waba, &k.number, &k.market, &k.country, &k.kind} {
		if d&(1<<i) == 0 {
			*text = ""
		}
	}
	if d&ofCategory == 0 {
		k.category = category.None
	}
	return k
}

// anyCurrency is the key of all currencies.
func (k volumeKey) anyCurrency() volumeKey {
	k.currency = ""
	return k
}

func compareKeys(x, y volumeKey) int {
	return cmp.Or(cmp.Compare(x.first, y.first), cmp.Compare(x.last, y.last), cmp.Compare(x.waba, y.waba), cmp.Compare(x.number, y.number), cmp.Compare(x.market, y.market),
		cmp.Compare(x.country, y.country), cmp.Compare(x.category, y.category), cmp.Compare(x.kind, y.kind), cmp.Compare(x.currency, y.currency))
}

// period writes days as a day or month, or the first and the last of them.
func (d days) period() string {
	switch {
	case d.first == d.last:
		return d.first.String()
	case d.first/100 == d.last/100 && d.first%100 == 1 && d.last.AddDays(1)%100 == 1:
		return d.first.String()[:7]
	}
	return d.first.String() + " to " + d.last.String()
}

// tierMonth is the charges of a scope that are billed at rates of its tiers.
type tierMonth struct {
	price.Tiered
	lines []string // of volumes
}

// slack is how much of what was charged rounding explains: amounts are rounded to
// four decimals at the coarsest.
func (t *tierMonth) slack() (most money.Amount) {
	const unit = 100_000
	for _, s := range *t.Steps {
		most = money.Max(most, money.Of((s.Amount+unit/2)/unit*unit-s.Amount))
	}
	return most.Times(t.N)
}

// monthTiers are the months of all tiers.
type monthTiers map[price.TierScope]*tierMonth

// add counts a charge at the rate of some tier of its figure, if it has any.
func (m monthTiers) add(s *logMessage, charged money.Amount) {
	if !s.due || !s.priced() {
		return
	}
	if k, ok := price.TierScopeOf(s.account, monthOfDay(s.day), rate.PerMessage, s.figure); ok {
		m.put(k, &tierMonth{Tiered: price.Tiered{Steps: s.figure.Tiers, Shown: s.figure.Category, N: 1, Charged: charged, Corrupt: s.corrupt}})
	}
}

func (m monthTiers) put(k price.TierScope, o *tierMonth) {
	t := m[k]
	if t == nil {
		c := *o
		m[k] = &c
		return
	}
	t.Add(&o.Tiered)
	t.lines = append(t.lines, o.lines...)
}

func (m monthTiers) merge(o monthTiers) {
	for k, t := range o {
		m.put(k, t)
	}
}

// bookTiers books what the charges of a month come to beyond its volume tiers
// (WA207): each of them is the rate of some tier, and was expected so far.
func (w *Watcher) bookTiers() {
	for _, k := range slices.SortedFunc(maps.Keys(w.months), price.TierScope.Compare) {
		t := w.months[k]
		if t.Discount(0, t.N).IsZero() || t.Charged.Sub(t.Due()).Cmp(t.slack()) <= 0 {
			continue
		}
		v := check.TierView{TierScope: k, Tiered: t.Tiered, Market: w.valuer.Cards().Markets.Name(k.Market)}
		if w.bill.scope.accounts[k.Portfolio] {
			v.WABA = k.Portfolio
		}
		hit := check.VolumeTier.Log(&check.LogView{Tiers: []check.TierView{v}})[0]
		f := newFinding(&check.VolumeTier, hit.Number, hit.Explanation, hit.Subject...)
		f.WABA, f.Category, f.Count = hit.WABA, hit.Category, hit.Count
		w.differences.expect(k.Currency, t.Charged.Neg())
		w.bookOwn(f, Difference{Step: "charged above the volume tiers", Currency: k.Currency, Sums: hit.Money, Lines: t.lines})
	}
}
