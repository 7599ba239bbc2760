package money

import (
	"encoding/binary"
	"fmt"
	"math/bits"
)

// Amount is an exact amount in billionths of a currency's unit, in 128 bits of two's
// complement: some 170 octillion units. No bill in any currency reaches that,
// while 64 bits end at nine billion, which a month in rupiah passes. The zero value is
// zero, and amounts are compared with ==. By hand, because sums are made for every
// charge of a log, and decimal libraries allocate for each.
type Amount struct {
	hi int64
	lo uint64
}

// Of returns an amount of billionths.
func Of(nano int64) Amount { return Amount{nano >> 63, uint64(nano)} }

// Int64 returns the amount in billionths, false if 64 bits do not hold it.
func (a Amount) Int64() (nano int64, ok bool) { return int64(a.lo), a.hi == int64(a.lo)>>63 }

// Add returns a + b.
func (a Amount) Add(b Amount) Amount {
	lo, carry := bits.Add64(a.lo, b.lo, 0)
	return Amount{a.hi + b.hi + int64(carry), lo}
}

// Neg returns -a.
func (a Amount) Neg() Amount {
	lo, borrow := bits.Sub64(0, a.lo, 0)
	return Amount{-a.hi - int64(borrow), lo}
}

// Sub returns a - b.
func (a Amount) Sub(b Amount) Amount { return a.Add(b.Neg()) }

// Times returns n times a.
func (a Amount) Times(n int64) Amount {
	hi, lo := bits.Mul64(a.lo, uint64(n))
	// The low word of a two's complement product needs no care for signs; the high
	// one is corrected for a negative n, whose unsigned value is 2^64 too large.
	if n < 0 {
		hi -= a.lo
	}
	return Amount{int64(hi) + a.hi*n, lo}
}

// Quo returns a / n, for n above zero, without the part of a billionth that is left.
func (a Amount) Quo(n int64) Amount {
	u := a.Abs()
	hi, rest := uint64(u.hi)/uint64(n), uint64(u.hi)%uint64(n)
	lo, _ := bits.Div64(rest, u.lo, uint64(n))
	q := Amount{int64(hi), lo}
	if a.hi < 0 {
		return q.Neg()
	}
	return q
}

// Sign returns -1, 0 or 1.
func (a Amount) Sign() int {
	switch {
	case a.hi < 0:
		return -1
	case a == Amount{}:
		return 0
	}
	return 1
}

// IsZero reports whether the amount is zero.
func (a Amount) IsZero() bool { return a == Amount{} }

// Cmp returns -1, 0 or 1 as a is less than, equal to or greater than b.
func (a Amount) Cmp(b Amount) int {
	switch {
	case a == b:
		return 0
	case a.hi < b.hi || a.hi == b.hi && a.lo < b.lo:
		return -1
	}
	return 1
}

// Abs returns the amount without its sign.
func (a Amount) Abs() Amount {
	if a.hi < 0 {
		return a.Neg()
	}
	return a
}

// Min returns the smaller amount, Max the larger.
func Min(a, b Amount) Amount {
	if b.Cmp(a) < 0 {
		return b
	}
	return a
}

// Max returns the larger of two amounts.
func Max(a, b Amount) Amount {
	if b.Cmp(a) > 0 {
		return b
	}
	return a
}

// MarshalBinary writes the amount in 16 bytes.
func (a Amount) MarshalBinary() ([]byte, error) {
	return binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, a.lo), uint64(a.hi)), nil
}

// MarshalText writes the amount as String does, which is exact.
func (a Amount) MarshalText() ([]byte, error) { return []byte(a.String()), nil }

// UnmarshalText reads what MarshalText has written.
func (a *Amount) UnmarshalText(text []byte) (err error) {
	*a, err = Parse(string(text))
	return err
}

// UnmarshalBinary reads what MarshalBinary has written.
func (a *Amount) UnmarshalBinary(data []byte) error {
	if len(data) != 16 {
		return fmt.Errorf("an amount in %d bytes", len(data))
	}
	a.lo, a.hi = binary.LittleEndian.Uint64(data), int64(binary.LittleEndian.Uint64(data[8:]))
	return nil
}
