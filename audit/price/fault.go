package price

import (
	"slices"

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
func (f *Figure) Allows(amount money.Amount) bool {
	n, ok := amount.Int64()
	switch {
	case !ok: // lines that come to more than any rate
		return false
	case Matches(n, f.Amount), f.AtMost && n >= 0 && n < f.Amount:
		return true
	}
	return f.Tiers != nil && slices.ContainsFunc(*f.Tiers, func(t rate.Tier) bool { return Matches(n, t.Amount) })
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
	if w.Due.Allows(once) {
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
		w.Fault, w.Other = v.fault(p, j, w, once)
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
func (v *Valuer) fault(p *verdict.Pair, j *verdict.Judgement, w *Worth, once money.Amount) (Fault, rate.Market) {
	amount, ok := once.Int64()
	if !ok {
		return WrongRate, rate.NoMarket
	}
	due := category.Category(j.Code)
	switch due {
	case category.Authentication, category.AuthInternational:
		other := category.Authentication
		if due == other {
			other = category.AuthInternational
		}
		if f := v.InCategory(p, j, other); f.OK() && (Matches(amount, f.Amount) || !f.AtMost && f.Allows(once)) {
			return WrongAuth, rate.NoMarket
		}
	}
	c := v.ChargeOf(p, j, due)
	for _, m := range v.cards.byName {
		if r := v.in(c, m); m != w.Due.Market && r.State == rate.Known && Matches(amount, r.Amount) {
			return WrongMarket, m
		}
	}
	return WrongRate, rate.NoMarket
}
