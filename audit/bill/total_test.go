package bill

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"waudit/audit/account"
	"waudit/audit/money"
	"waudit/audit/price"
	"waudit/audit/rate"
)

// TestTotalsAreExact: lines of thousands of messages at rates of up to 9.2 billion
// units come to their sum.
func TestTotalsAreExact(t *testing.T) {
	markets, err := rate.LoadMarkets()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		cards := price.NewCards(markets, &rate.Card{})
		tallies := []*Tally{NewTally(cards), NewTally(cards)}
		of := &account.Account{ID: "1"}
		due, high := new(big.Int), new(big.Int)
		for range rapid.IntRange(1, 6).Draw(t, "rates") {
			f := &price.Figure{Amount: rapid.Int64Min(1).Draw(t, "rate"), Currency: "IDR"}
			charges, doubts := rapid.Int64Range(1, 5000).Draw(t, "charges"), rapid.Int64Range(0, 5000).Draw(t, "doubts")
			l := tallies[rapid.IntRange(0, 1).Draw(t, "worker")].at(lineKey{account: of, figure: f})
			l.Due, l.Uncertain = charges, doubts
			for range doubts {
				l.High = l.High.Add(money.Of(f.Amount))
			}
			due.Add(due, new(big.Int).Mul(big.NewInt(f.Amount), big.NewInt(charges)))
			high.Add(high, new(big.Int).Mul(big.NewInt(f.Amount), big.NewInt(doubts)))
		}
		tallies[0].Merge(tallies[1])
		lines, totals, sums := tallies[0].Bill(nil)
		if len(totals) != 1 || len(sums) != 1 {
			t.Fatalf("%+v and %+v of %+v", totals, sums, lines)
		}
		for text, want := range map[string]*big.Int{totals[0].Amount: due, totals[0].High: high, sums[0].Amount: due, sums[0].High: high} {
			got, ok := new(big.Rat).SetString(text)
			if !ok || got.Cmp(new(big.Rat).SetFrac(want, big.NewInt(money.Nano))) != 0 {
				t.Fatalf("%s, want %s billionths", text, want)
			}
		}
	})
}
