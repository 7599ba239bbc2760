package reconcile

import (
	"testing"

	"waudit/audit/account"
	"waudit/audit/check"
	"waudit/audit/money"
	"waudit/audit/price"
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
		want     check.Text
	}{
		{name: "as the card says", billed: card},
		{name: "some are wrong", billed: card, wrong: 2},
		{name: "a tax", billed: []string{"0.00165", "0.00802", "0.01286", "0.08343"}, want: check.BillScaled.Say("1.18")},
		{name: "a mark-up, and some are wrong", billed: []string{"0.00154", "0.00748", "0.01199", "0.07777"}, wrong: 9, want: check.BillScaled.Say("1.1")},
		{name: "too many are wrong", billed: []string{"0.00154", "0.00748", "0.01199", "0.07777"}, wrong: 40},
		{name: "the contract has it", billed: []string{"0.00154", "0.00748", "0.01199", "0.07777"}, contract: true},
		{name: "the contract has it, and tax may be in it", billed: []string{"0.00154", "0.00748", "0.01199", "0.07777"}, contract: true, gross: true, want: check.BillTaxed.Say("1.1")},
		{name: "two prices", billed: []string{"0.00154", "0.00748"}},
		{name: "each has its own", billed: []string{"0.0020", "0.0068", "0.0150", "0.0900"}},
		{name: "cents", billed: []string{"0.14", "0.68", "1.09", "7.07"}, want: check.BillInOtherUnit.Say("100")},
		{name: "cents of a contract", billed: []string{"0.14", "0.68", "1.09", "7.07"}, contract: true, want: check.BillInOtherUnit.Say("100")},
		{name: "two decimals", billed: []string{"0", "0.01", "0.01", "0.07"}, want: check.BillRounds.Say()},
		{name: "whole units", billed: []string{"0", "0", "0", "0"}, want: check.BillRounds.Say()},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := &account.Account{ID: "1", Rates: &rate.Card{Name: rate.MetaName}}
			if c.contract {
				a.Rates = &rate.Card{Name: "contract"}
			}
			s := scales{}
			amount := func(text string) money.Amount {
				n, err := money.Parse(text)
				if err != nil {
					t.Fatal(err)
				}
				return n
			}
			for i, billed := range c.billed {
				for range 10 {
					s.see(a, "USD", amount(card[i]), amount(billed), billed == card[i])
				}
			}
			for range c.wrong {
				s.see(a, "USD", amount("0.0068"), amount("0.0333"), false)
			}
			got := s[billedAs{"1", "USD"}].scale(c.gross)
			if got == nil {
				got = &scale{}
			}
			if got.doubt != c.want {
				t.Errorf("%q, want %q", got.doubt, c.want)
			}
		})
	}
}

// TestBeyond: what is due of other messages of a volume is dearer by as much.
func TestBeyond(t *testing.T) {
	s := scale{times: 1.18, last: money.Of(100_000)}
	for _, c := range []struct{ expected, beside, want int64 }{
		{0, 0, 0},
		{1_000_000_000, 0, 180_100_000},
		{0, 1_000_000_000, 180_100_000},
		{500_000_000, 500_000_000, 180_100_000},
	} {
		e := Difference{Sums: price.Sums{Expected: money.Of(c.expected)}, beside: money.Of(c.beside)}
		if got := s.beyond(&e); got != money.Of(c.want) {
			t.Errorf("%+v: %v", c, got)
		}
	}
}
