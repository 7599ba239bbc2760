package money

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// TestAmountIsExact holds sums, products and order to big integers.
func TestAmountIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.Custom(func(t *rapid.T) Amount {
			return Of(rapid.Int64().Draw(t, "nano")).Times(rapid.Int64Range(-1<<40, 1<<40).Draw(t, "times"))
		})
		a, b, n := amount.Draw(t, "a"), amount.Draw(t, "b"), rapid.Int64Range(-1<<20, 1<<20).Draw(t, "n")
		x, y := a.big(), b.big()
		for _, c := range []struct {
			what string
			got  Amount
			want *big.Int
		}{
			{"a + b", a.Add(b), new(big.Int).Add(x, y)},
			{"a - b", a.Sub(b), new(big.Int).Sub(x, y)},
			{"-a", a.Neg(), new(big.Int).Neg(x)},
			{"|a|", a.Abs(), new(big.Int).Abs(x)},
			{"n a", a.Times(n), new(big.Int).Mul(x, big.NewInt(n))},
			{"a / |n|", a.Quo(max(n, -n, 1)), new(big.Int).Quo(x, big.NewInt(max(n, -n, 1)))},
		} {
			if c.got.big().Cmp(c.want) != 0 {
				t.Errorf("%s = %v, want %v", c.what, c.got.big(), c.want)
			}
		}
		if a.Cmp(b) != x.Cmp(y) || a.Sign() != x.Sign() || a.IsZero() != (x.Sign() == 0) {
			t.Errorf("order of %v and %v", x, y)
		}
		if Min(a, b).Cmp(Max(a, b)) > 0 {
			t.Error("min is above max")
		}
		if nano, ok := a.Int64(); ok != x.IsInt64() || ok && nano != x.Int64() {
			t.Errorf("Int64 of %v: %d, %v", x, nano, ok)
		}
	})
}

// big returns the amount as a big integer.
func (a Amount) big() *big.Int {
	n := new(big.Int).Lsh(big.NewInt(a.hi), 64)
	return n.Or(n, new(big.Int).SetUint64(a.lo))
}
