package price

import (
	"strings"
	"testing"

	"waudit/audit/account"
	"waudit/audit/money"
	"waudit/audit/rate"
)

// TestScale: amounts that most lie beside the card in one way are no rates of their
// own; some that differ, or few, are.
func TestScale(t *testing.T) {
	card := []string{"0.0014", "0.0068", "0.0109", "0.0707"}
	for _, c := range []struct {
		name     string
		billed   []string // of the card's prices, in their order
		wrong    int64    // more lines of another amount
		contract bool
		gross    bool
		rounds   bool
		want     Scale // of Kind and How, as it begins
	}{
		{name: "as the card says", billed: card},
		{name: "some are wrong", billed: card, wrong: 2},
		{name: "a tax", billed: []string{"0.00165", "0.00802", "0.01286", "0.08343"}, want: Scale{Kind: MarkedUp, How: "1.18 times"}},
		{name: "a mark-up, and some are wrong", billed: []string{"0.00154", "0.00748", "0.01199", "0.07777"}, wrong: 9, want: Scale{Kind: MarkedUp, How: "1.1 times"}},
		{name: "too many are wrong", billed: []string{"0.00154", "0.00748", "0.01199", "0.07777"}, wrong: 40, want: Scale{Kind: OtherList, How: "above"}},
		{name: "the contract has it", billed: []string{"0.00154", "0.00748", "0.01199", "0.07777"}, contract: true},
		{name: "the contract has it, and tax may be in it", billed: []string{"0.00154", "0.00748", "0.01199", "0.07777"}, contract: true, gross: true, want: Scale{Kind: Taxed, How: "1.1 times"}},
		{name: "one price", billed: []string{"0.00154"}},
		{name: "two prices that differ each in its way", billed: []string{"0.00154", "0.0090"}},
		{name: "two prices", billed: []string{"0.00154", "0.00748"}, want: Scale{Kind: MarkedUp, How: "1.1 times"}},
		{name: "a fee", billed: []string{"0.0064", "0.0118", "0.0159", "0.0757"}, want: Scale{Kind: MarkedUp, How: "what Meta's card says and USD 0.005 for each"}},
		{name: "a fee, and some are wrong", billed: []string{"0.0064", "0.0118", "0.0159", "0.0757"}, wrong: 9, want: Scale{Kind: MarkedUp, How: "what Meta's card says and USD 0.005 for each"}},
		{name: "a fee beside a contract", billed: []string{"0.0064", "0.0118", "0.0159", "0.0757"}, contract: true, gross: true},
		{name: "a mark-up and a fee", billed: []string{"0.00654", "0.01248", "0.01699", "0.08277"}, wrong: 9, want: Scale{Kind: MarkedUp, How: "1.1 times what Meta's card says and USD 0.005 for each"}},
		{name: "a mark-up and a fee of two prices", billed: []string{"0.00654", "0.01248"}},
		{name: "each has its own", billed: []string{"0.0020", "0.0068", "0.0150", "0.0900"}},
		{name: "a list of the provider's", billed: []string{"0.0020", "0.0075", "0.0150", "0.0900"}, want: Scale{Kind: OtherList, How: "above"}},
		{name: "cents", billed: []string{"0.14", "0.68", "1.09", "7.07"}, want: Scale{Kind: OtherUnit, How: "100 times"}},
		{name: "cents of a contract", billed: []string{"0.14", "0.68", "1.09", "7.07"}, contract: true, want: Scale{Kind: OtherUnit, How: "100 times"}},
		{name: "two decimals", billed: []string{"0", "0.01", "0.01", "0.07"}, rounds: true},
		{name: "whole units", billed: []string{"0", "0", "0", "0"}, rounds: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := &account.Account{ID: "1", Rates: &rate.Card{Name: rate.MetaName}}
			if c.contract {
				a.Rates = &rate.Card{Name: "contract"}
			}
			s := Prices{}
			amount := func(text string) money.Amount {
				n, err := money.Parse(text)
				if err != nil {
					t.Fatal(err)
				}
				return n
			}
			for i, billed := range c.billed {
				for range 10 {
					s.See(a, "USD", 1, amount(card[i]), amount(billed), billed == card[i])
				}
			}
			for range c.wrong {
				s.See(a, "USD", 1, amount("0.0068"), amount("0.0333"), false)
			}
			kept := Prices{}
			kept.Import(s.Export())
			got := kept.Scales(c.gross)[ScaleKey{"1", "USD"}]
			if got == nil {
				if c.rounds || c.want != (Scale{}) {
					t.Fatalf("none, want %+v", c.want)
				}
				return
			}
			if got.Kind != c.want.Kind || !strings.HasPrefix(got.How, c.want.How) || (got.Kind == Rounds) != c.rounds {
				t.Errorf("%+v, want %+v", *got, c.want)
			}
		})
	}
}

// TestSure: what lies beyond the card as most does is not sure, of no other money.
func TestSure(t *testing.T) {
	for _, c := range []struct {
		kind               ScaleKind
		fee                float64
		n, over, due, want int64
	}{
		{MarkedUp, 0, 1, 180_000_000, 1_000_000_000, 0},
		{MarkedUp, 0, 1, 1_180_000_000, 1_000_000_000, 999_900_000},
		{MarkedUp, 0, 1, 180_000_000, 0, 180_000_000},
		{OtherList, 0, 1, 180_000_000, 1_000_000_000, 0},
		{OtherList, 0, 1, 180_000_000, 0, 180_000_000},
		{MarkedUp, 0.005, 0, 180_000_000, 0, 174_900_000},
		{MarkedUp, 0.005, 10, 1_180_000_000, 1_000_000_000, 949_900_000},
		{OtherUnit, 0, 1, 180_000_000, 0, 0},
	} {
		s := Scale{Kind: c.kind, times: 1.18, fee: c.fee, last: money.Of(100_000)}
		if got := s.Sure(money.Of(c.over), money.Of(c.due), c.n); got != money.Of(c.want) {
			t.Errorf("%+v: %v", c, got)
		}
	}
}
