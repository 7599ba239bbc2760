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
	account       *account.Account
	dueAt, saidAt *price.Figure
	bucketOf
}

// bucketOf is what of a key goes from process to process as it is.
type bucketOf struct {
	Number, Template string
	Market           rate.Market
	Category         category.Category
	Month            era.Month
	Unit             rate.Unit
	Charged, Due     bool // reported as charged; should have been
	Basis            price.Basis
	Currency         string
	Side             moneySide
	Why              price.Lack
	Ignored          bool // an accepted finding tells of it
	Corrupt          bool // what the log shows of it may be wrong
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
	N    int64
	Sums price.Sums
}

// buckets are the buckets of one worker.
type buckets map[bucketKey]*bucket

// add counts a judged message.
func (c buckets) add(v *verdict.JudgedPair, j *verdict.Judgement, w *price.Worth) {
	c.at(bucketKeyOf(v, j, w)).add(w.Sums)
}

// bucketKeyOf returns the key by which a judged message is counted.
func bucketKeyOf(v *verdict.JudgedPair, j *verdict.Judgement, w *price.Worth) bucketKey {
	k := bucketKey{account: v.Account, saidAt: w.Said, bucketOf: bucketOf{
		Number: v.Number, Template: j.Message.Name, Market: w.Market, Category: price.Category(j),
		Month: price.Month(v, j), Unit: w.Unit, Charged: price.ChargedInLog(j), Due: j.Outcome == outcome.Charge,
		Basis: w.Basis, Currency: w.Currency, Why: w.Why, Side: sideOf(w),
		Corrupt: v.Coverage.CorruptAt(j.Message.Instant()),
	}}
	if w.Basis != "" {
		k.dueAt = w.Due
	}
	if w.Why != price.None && j.Verdict == result.Overcharge {
		k.Side = sideOver
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
	k.Ignored = true
	to := c.at(k)
	from.Sums.Sub(part)
	to.Sums.Add(part)
	if whole {
		from.N--
		to.N++
	}
}

// shown returns the buckets without what accepted findings take out.
func (c buckets) shown() buckets {
	shown := buckets{}
	for k, n := range c {
		if !k.Ignored && *n != (bucket{}) {
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
		k.Number, k.Template, k.Currency = strings.Clone(k.Number), strings.Clone(k.Template), strings.Clone(k.Currency)
		at = &bucket{}
		c[k] = at
	}
	return at
}

func (c *bucket) add(s price.Sums) {
	c.N++
	c.Sums.Add(s)
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
		to.N += from.N
		to.Sums.Add(from.Sums)
	}
}
