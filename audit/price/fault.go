package price

import (
	"waudit/audit/category"
	"waudit/audit/money"
	"waudit/audit/rate"
	"waudit/audit/result"
	"waudit/audit/verdict"
)

// rounded returns an amount to the nearest unit, halves away from zero.
func rounded(amount, unit int64) int64 {
	half := unit / 2
	if amount < 0 {
		return (amount - half) / unit * unit
	}
	return (amount + half) / unit * unit
}

// Matches reports whether an amount is a rate, exactly or rounded to at least
// four decimals.
func Matches(amount, rate int64) bool {
	for unit := int64(1); unit <= 100_000; unit *= 10 {
		if amount == rounded(rate, unit) {
			return true
		}
	}
	return false
}

// Allows reports whether a figure allows an amount: the list rate, that of a volume
// tier, or anything up to the list rate where the tiers are not known.
func (f *Figure) Allows(amount int64) bool { return f.allowed(amount) }

// allowed reports whether a figure allows an amount: the list rate, that of a
// volume tier, or anything up to the list rate where the tiers are not known.
func (f *Figure) allowed(amount int64) bool {
	if Matches(amount, f.Amount) || f.AtMost && amount >= 0 && amount < f.Amount {
		return true
	}
	if f.Tiers == nil {
		return false
	}
	for _, t := range *f.Tiers {
		if Matches(amount, t.Amount) {
			return true
		}
	}
	return false
}

// Fault is what is wrong with an amount by the account's card.
type Fault uint8

// The faults, the most telling last.
const (
	Right Fault = iota
	WrongRate
	WrongMarket
	WrongAuth // international for domestic, or the reverse
)

// judgeRate holds the amount of a due charge to the account's own card
// (WA204 to WA206), and the difference of two categories (WA201).
func (v *Valuer) judgeRate(p *verdict.Pair, j *verdict.Judgement, w *Worth, once money.Amount) (Sums, verdict.Ruling) {
	s := Sums{Reported: once, Expected: once}
	amount, ok := once.Int64()
	if !ok {
		amount = -1 // lines that come to more than any rate: as good as no rate
	}
	if w.Due.allowed(amount) {
		ruling := j.Ruling
		if w.Fault == WrongAuth {
			w.Fault, ruling.Verdict = Right, result.OK // it is only called by the other's name
		}
		return s, ruling
	}
	s.Expected = money.Of(w.Due.Amount)
	if w.Due.Sure {
		s = Between(s.Reported, s.Expected)
	} else {
		s = AtLeast(s.Reported, s.Expected)
	}
	if !mismatched(j) {
		w.Fault, w.Other = v.fault(p, j, w, amount)
	}
	ruling := verdict.Ruling{Verdict: result.Undercharge}
	switch {
	case !w.Due.Sure:
		ruling.Verdict = result.Uncertain
	case s.Over.Sign() > 0:
		ruling.Verdict = result.Overcharge
	}
	return s, ruling
}

// fault finds out what the amount is the rate of.
func (v *Valuer) fault(p *verdict.Pair, j *verdict.Judgement, w *Worth, amount int64) (Fault, rate.Market) {
	due := category.Category(j.Code)
	switch due {
	case category.Authentication, category.AuthInternational:
		other := category.Authentication
		if due == other {
			other = category.AuthInternational
		}
		if f := v.figureOf(p, j, other, w.Unit); f.OK() && (Matches(amount, f.Amount) || !f.AtMost && f.allowed(amount)) {
			return WrongAuth, rate.NoMarket
		}
	}
	c := v.chargeOf(p, j, due, w.Unit)
	for _, m := range v.cards.byName {
		if r := v.in(c, m); m != w.Due.Market && r.State == rate.Known && Matches(amount, r.Amount) {
			return WrongMarket, m
		}
	}
	return WrongRate, rate.NoMarket
}
