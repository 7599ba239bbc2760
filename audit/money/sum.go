package money

import "math/bits"

// Sum adds amounts. It panics where the sum is beyond what billionths in 64 bits
// can hold, 9.2 billion units of the currency: to go on with another number would
// be worse.
func Sum(a, b int64) int64 {
	s := a + b
	if (s > a) != (b > 0) && b != 0 {
		panic("money: a sum is beyond 9.2 billion units of its currency; audit shorter periods")
	}
	return s
}

// Times multiplies an amount by a count. It panics as Sum does.
func Times(n, amount int64) int64 {
	hi, lo := bits.Mul64(magnitude(n), magnitude(amount))
	if hi != 0 || lo > 1<<63-1 {
		panic("money: a sum is beyond 9.2 billion units of its currency; audit shorter periods")
	}
	if (n < 0) != (amount < 0) {
		return -int64(lo)
	}
	return int64(lo)
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}
