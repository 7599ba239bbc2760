package reconcile

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"waudit/audit/invoice"
	"waudit/audit/money"
)

// TestBillIsExact: thousands of lines of up to 9.2 billion units come to their sum,
// and the waterfall to the bill's total.
func TestBillIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b, want := NewBill(1, &Scope{}), new(big.Int)
		for _, nano := range rapid.SliceOfN(rapid.Int64(), 1, 8).Draw(t, "amounts") {
			n := rapid.Int64Range(1, 2000).Draw(t, "lines")
			for range n {
				b.Add(&invoice.Line{Kind: invoice.Other, Currency: "IDR", Amount: money.Of(nano), Quantity: 1})
			}
			want.Add(want, new(big.Int).Mul(big.NewInt(nano), big.NewInt(n)))
		}
		got := b.differences.waterfalls(b)
		steps := new(big.Rat)
		for _, s := range got[0].Steps {
			steps.Add(steps, number(t, s.Amount))
			if s.Step == "unexplained" {
				t.Fatalf("%+v", got)
			}
		}
		exact := new(big.Rat).SetFrac(want, big.NewInt(money.Nano))
		if len(got) != 1 || number(t, got[0].Total).Cmp(exact) != 0 || steps.Cmp(exact) != 0 {
			t.Fatalf("%+v, want %s billionths", got, want)
		}
	})
}

func number(t *rapid.T, text string) *big.Rat {
	n, ok := new(big.Rat).SetString(text)
	if !ok {
		t.Fatalf("%q is no number", text)
	}
	return n
}
