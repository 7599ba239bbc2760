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
		"0.000000001": 1, "0.1000000000000": Nano / 10, "9223372036.854775807": 1<<63 - 1,
	} {
		if got, err := Parse(s); err != nil || got != want {
			t.Errorf("Parse(%q) = %d, %v; want %d", s, got, err, want)
		}
	}
	for s, want := range map[string]error{
		"": ErrSyntax, ".": ErrSyntax, "-": ErrSyntax, "1,5": ErrSyntax, "1e3": ErrSyntax, "$1": ErrSyntax, "--1": ErrSyntax,
		"0.0000000001": ErrRange, "9223372036.854775808": ErrRange,
	} {
		if _, err := Parse(s); !errors.Is(err, want) {
			t.Errorf("Parse(%q): %v, want %v", s, err, want)
		}
	}
}

func TestFormat(t *testing.T) {
	for _, c := range []struct {
		amount   int64
		decimals int
		want     string
	}{
		{0, 4, "0.0000"}, {3_400_000, 4, "0.0034"}, {-3_400_000, 4, "-0.0034"}, {3_450_000, 4, "0.00345"},
		{Nano, 0, "1"}, {-1 << 63, 4, "-9223372036.854775808"},
	} {
		if got := Format(c.amount, c.decimals); got != c.want {
			t.Errorf("Format(%d, %d) = %q, want %q", c.amount, c.decimals, got, c.want)
		}
	}
}

// TestExact: what is written reads back as it was, and is the number it says.
func TestExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.Int64().Draw(t, "amount")
		s := Format(amount, rapid.IntRange(0, 9).Draw(t, "decimals"))
		want := new(big.Rat).SetFrac64(amount, Nano)
		if got, ok := new(big.Rat).SetString(s); !ok || got.Cmp(want) != 0 {
			t.Fatalf("%d is written %q", amount, s)
		}
		if got, err := Parse(s); amount != -1<<63 && (err != nil || got != amount) {
			t.Fatalf("%q reads back as %d, %v; want %d", s, got, err, amount)
		}
	})
}
