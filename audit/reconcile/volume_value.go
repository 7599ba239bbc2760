package reconcile

import (
	"waudit/audit/money"
	"waudit/audit/price"
)

// value gives messages that are charged wrongly, and have no rate, what the bill charges
// for each: rest is that of them and of e messages that the log does not have. It
// returns what all that checks tell come to.
func (v *volume) value(rest money.Amount, e int64) (reported money.Amount) {
	var open []*price.Sums
	for i := range v.told {
		if s := &v.told[i].sums; v.told[i].open {
			open = append(open, s)
		} else {
			reported = reported.Add(s.Reported)
		}
	}
	n := int64(len(open)) + max(e, 0)
	for i, s := range open {
		each := rest.Sub(reported).Quo(n - int64(i))
		*s = price.Between(money.Max(each, money.Amount{}), money.Amount{})
		reported = reported.Add(s.Reported)
	}
	return reported
}

// reported is what the messages are valued at that checks tell.
func (v *volume) reported() (sum money.Amount) {
	for i := range v.told {
		sum = sum.Add(v.told[i].sums.Reported)
	}
	return sum
}

// due is what the sound messages of the volume cost, or more: at the tiers that they
// reach by themselves.
func (v *volume) due() money.Amount {
	due := v.amount
	for _, t := range v.tiers {
		due = due.Sub(t.Discount(0, t.N))
	}
	return due
}

// asBilled values the messages of a volume at what the bill charges for each, where the
// account does not say by which card it is billed.
func (v *volume) asBilled(b *billedVolume) {
	if b.n == 0 {
		return
	}
	each := b.amount.Quo(b.n)
	v.tiers, v.amount = nil, each.Times(v.n)
	for i := range v.told {
		s := &v.told[i].sums
		sure := s.Over.Sign() > 0 && s.Expected.IsZero()
		if *s = price.Between(each, money.Amount{}); !sure {
			s.Doubt(s.Over)
		}
	}
	for i := range v.free {
		v.free[i].sums = price.Between(money.Amount{}, each)
	}
	if b.n == v.charged() {
		v.amount = b.amount.Sub(each.Times(int64(len(v.told))))
	}
	v.low = v.amount
}
