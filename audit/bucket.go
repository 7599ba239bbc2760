package audit

import (
	"strings"

	"waudit/audit/account"
	"waudit/audit/category"
	"waudit/audit/era"
	"waudit/audit/outcome"
	"waudit/audit/price"
	"waudit/audit/rate"
	"waudit/audit/result"
	"waudit/audit/verdict"
)

// bucketKey is what judged messages are counted and summed up by. Totals, groups,
// volume tiers and bills are folded from buckets.
type bucketKey struct {
	account          *account.Account
	number, template string
	market           rate.Market
	category         category.Category
	month            era.Month
	unit             rate.Unit
	charged, due     bool // reported as charged; should have been
	basis            price.Basis
	currency         string
	dueAt, saidAt    *price.Figure
	side             moneySide
	why              price.Lack
	ignored          bool // an accepted finding tells of it
	corrupt          bool // what the log shows of it may be wrong
}

// moneySide says to which of the sums a message's money goes: in which order volume
// tiers are shared out.
type moneySide uint8

const (
	sideOK moneySide = iota
	sideOver
	sideUnder
	sideUncertain
)

// bucket is how many messages there are of a key, and their money at list rates.
type bucket struct {
	n    int64
	sums price.Sums
}

// buckets are the buckets of one worker.
type buckets map[bucketKey]*bucket

// add counts a judged message.
func (c buckets) add(v *verdict.JudgedPair, j *verdict.Judgement, w *price.Worth) {
	c.at(bucketKeyOf(v, j, w)).add(w.Sums)
}

// bucketKeyOf returns the key by which a judged message is counted.
func bucketKeyOf(v *verdict.JudgedPair, j *verdict.Judgement, w *price.Worth) bucketKey {
	k := bucketKey{
		account: v.Account, number: v.Number, template: j.Message.Name, market: w.Market, category: price.Category(j),
		month: price.Month(v, j), unit: w.Unit, charged: price.ChargedInLog(j), due: j.Outcome == outcome.Charge,
		basis: w.Basis, currency: w.Currency, saidAt: w.Said, why: w.Why, side: sideOf(w),
		corrupt: v.Coverage.CorruptAt(j.Message.Instant()),
	}
	if w.Basis != "" {
		k.dueAt = w.Due
	}
	if w.Why != price.None && j.Verdict == result.Overcharge {
		k.side = sideOver
	}
	return k
}

// ignore sets the part of a message's money apart that an accepted finding tells;
// whole if it tells of the message's charge, and not only of further bill lines.
func (c buckets) ignore(v *verdict.JudgedPair, j *verdict.Judgement, w *price.Worth, part price.Sums, whole bool) {
	k := bucketKeyOf(v, j, w)
	from := c[k]
	if from == nil {
		return // it is no charge
	}
	k.ignored = true
	to := c.at(k)
	from.sums.Sub(part)
	to.sums.Add(part)
	if whole {
		from.n--
		to.n++
	}
}

// shown returns the buckets without what accepted findings take out.
func (c buckets) shown() buckets {
	shown := buckets{}
	for k, n := range c {
		if !k.ignored && *n != (bucket{}) {
			shown[k] = n
		}
	}
	return shown
}

// at returns the bucket of a key, making it if need be.
func (c buckets) at(k bucketKey) *bucket {
	at := c[k]
	if at == nil {
		// The strings of a message live as long as its pair is looked at.
		k.number, k.template, k.currency = strings.Clone(k.number), strings.Clone(k.template), strings.Clone(k.currency)
		at = &bucket{}
		c[k] = at
	}
	return at
}

func (c *bucket) add(s price.Sums) {
	c.n++
	c.sums.Add(s)
}

func sideOf(w *price.Worth) moneySide {
	switch {
	case !w.Uncertain.IsZero():
		return sideUncertain
	case !w.Over.IsZero():
		return sideOver
	case !w.Under.IsZero():
		return sideUnder
	}
	return sideOK
}

func (c buckets) merge(o buckets) {
	for k, from := range o {
		to := c[k]
		if to == nil {
			c[k] = from
			continue
		}
		to.n += from.n
		to.sums.Add(from.sums)
	}
}
