package money

import (
	"errors"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

func TestParse(t *testing.T) {
	for s, want := range map[string]int64{
		"0": 0, "1": Nano, "-0.0034": -3_400_000, "+12.50": 12_500_000_000, ".5": Nano / 2, "3.": 3 * Nano,
		"0.000000001": 1, "0.1000000000000": Nano / 10, "9223372036.854775807": 1<<63 - 1, "-0009223372036.854775808": -1 << 63,
	} {
		if got, err := Parse(s); err != nil || got != Of(want) {
			t.Errorf("Parse(%q) = %s, %v; want %d", s, Format(got, 9), err, want)
		}
	}
	for s, want := range map[string]error{
		"": ErrSyntax, ".": ErrSyntax, "-": ErrSyntax, "1,5": ErrSyntax, "1e3": ErrSyntax, "$1": ErrSyntax, "--1": ErrSyntax,
		"0.0000000001": ErrRange, "100000000000000000000000000000": ErrRange, "100000000000000000000000000000x": ErrSyntax,
	} {
		if _, err := Parse(s); !errors.Is(err, want) {
			t.Errorf("Parse(%q): %v, want %v", s, err, want)
		}
	}
}

func TestFormat(t *testing.T) {
	for _, c := range []struct {
		amount   Amount
		decimals int
		want     string
	}{
		{Of(0), 4, "0.0000"}, {Of(3_400_000), 4, "0.0034"}, {Of(-3_400_000), 4, "-0.0034"}, {Of(3_450_000), 4, "0.00345"},
		{Of(Nano), 0, "1"}, {Of(-1 << 63), 4, "-9223372036.854775808"},
		{Of(1_000_000_000 * Nano).Times(10_000_000_000).Times(3), 2, "30000000000000000000.00"},
		{Amount{-1 << 63, 0}, 4, "-170141183460469231731687303715.884105728"},
	} {
		if got := Format(c.amount, c.decimals); got != c.want {
			t.Errorf("Format(%v, %d) = %q, want %q", c.amount.big(), c.decimals, got, c.want)
		}
	}
}

// TestExact: what is written reads back as it was, and is the number it says.
func TestExact(t *testing.T) {
	limit := Of(1e18).Times(1e18).Times(100)
	rapid.Check(t, func(t *rapid.T) {
		amount := Of(rapid.Int64().Draw(t, "nano")).Times(rapid.SampledFrom([]int64{1, 1 << 20, 1 << 40, 1 << 62}).Draw(t, "times"))
		s := Format(amount, rapid.IntRange(0, 9).Draw(t, "decimals"))
		want := new(big.Rat).SetFrac(amount.big(), big.NewInt(Nano))
		if got, ok := new(big.Rat).SetString(s); !ok || got.Cmp(want) != 0 {
			t.Fatalf("%v is written %q", amount.big(), s)
		}
		if got, err := Parse(s); amount.Abs().Cmp(limit) < 0 && (err != nil || got != amount) || amount.Abs().Cmp(limit) >= 0 && !errors.Is(err, ErrRange) {
			t.Fatalf("%q reads back as %v, %v; want %v", s, got.big(), err, amount.big())
		}
	})
}
