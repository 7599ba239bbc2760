package audit

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"waudit/audit/account"
	"waudit/audit/money"
	"waudit/audit/price"
	"waudit/audit/rate"
)

// TestTotalsAreExact: thousands of amounts of up to 9.2 billion units come to their
// sum, in the totals and in each view, whichever worker saw them.
func TestTotalsAreExact(t *testing.T) {
	markets, err := rate.LoadMarkets()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		workers := []buckets{{}, {}}
		accounts := []*account.Account{{ID: "1"}, {ID: "2"}}
		want := new(big.Int)
		for _, nano := range rapid.SliceOfN(rapid.Int64(), 1, 8).Draw(t, "amounts") {
			k := bucketKey{account: rapid.SampledFrom(accounts).Draw(t, "account"), bucketOf: bucketOf{Basis: price.Reported, Currency: "IDR", Charged: true}}
			c := workers[rapid.IntRange(0, 1).Draw(t, "worker")].at(k)
			n := rapid.Int64Range(1, 3000).Draw(t, "messages")
			for range n {
				c.add(price.Sums{Reported: money.Of(nano), Over: money.Of(nano)})
			}
			want.Add(want, new(big.Int).Mul(big.NewInt(nano), big.NewInt(n)))
		}
		workers[0].merge(workers[1])
		all := workers[0]
		if got := all.byCurrency(nil).Amounts(); len(got) != 1 || units(t, got[0].Reported).Cmp(want) != 0 || units(t, got[0].Overcharged).Cmp(want) != 0 {
			t.Fatalf("%+v, want %s billionths", got, want)
		}
		views := map[string]*big.Int{}
		for _, g := range all.groups(nil, markets) {
			if views[g.By] == nil {
				views[g.By] = new(big.Int)
			}
			views[g.By].Add(views[g.By], units(t, g.Amounts[0].Reported))
		}
		for by, sum := range views {
			if sum.Cmp(want) != 0 {
				t.Fatalf("by %s %s billionths, want %s", by, sum, want)
			}
		}
	})
}

// units reads a written amount, in billionths.
func units(t *rapid.T, text string) *big.Int {
	n, ok := new(big.Rat).SetString(text)
	if !ok {
		t.Fatalf("%q is no number", text)
	}
	n.Mul(n, big.NewRat(money.Nano, 1))
	if !n.IsInt() {
		t.Fatalf("%q has more than nine decimals", text)
	}
	return n.Num()
}
