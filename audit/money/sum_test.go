package money

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// TestSums: sums and products are exact, or there are none.
func TestSums(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64().Draw(t, "a"), rapid.Int64().Draw(t, "b")
		for _, c := range []struct {
			do   func(a, b int64) int64
			want *big.Int
		}{
			{Sum, new(big.Int).Add(big.NewInt(a), big.NewInt(b))},
			{Times, new(big.Int).Mul(big.NewInt(a), big.NewInt(b))},
		} {
			got, ok := tried(c.do, a, b)
			if fits := c.want.IsInt64(); ok && (!fits || got != c.want.Int64()) || !ok && fits && c.want.Int64() != -1<<63 {
				t.Fatalf("%d and %d: %d, %t, want %s", a, b, got, ok, c.want)
			}
		}
	})
}

// tried reports whether there is a result.
func tried(do func(a, b int64) int64, a, b int64) (n int64, ok bool) {
	defer func() { ok = recover() == nil }()
	return do(a, b), true
}
