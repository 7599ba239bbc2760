package notation

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"waudit/audit/money"
)

func TestDecimalText(t *testing.T) {
	for s, want := range map[string]string{
		"0": "0", "12": "12", "0.0068": "0.0068", "-0.5": "-0.5", ".5": "0.5", "+3": "3", "1.234": "1.234", "1234.567": "1234.567",
		"0,0068": "0.0068", "-0,019": "-0.019", "1234,567": "1234.567", "12,5": "12.5", ",05": "0.05", "012,345": "012.345",
		"1.234,56": "1234.56", "1,234.56": "1234.56", "1.234.567": "1234567", "1,234,567.8": "1234567.8", "12,34,567.89": "1234567.89",
		"1 234,56": "1234.56", "1\u202f234\u00a0€": "1234", "1\u00a0234,56 €": "1234.56", "1'234.50": "1234.50", "1 234": "1234",
		"€ 0,05": "0.05", "0,05 EUR": "0.05", "$1,000": "1000", "-$1,000": "-1000", "$-0.05": "-0.05", "US$ 1,000": "1000", "R$ 0,05": "0.05",
		"\u22120,05": "-0.05", "(0,05)": "-0.05", "( € 1.234,56 )": "-1234.56", "0,05-": "-0.05", "-(0,05)": "", "(-0,05)": "", "()": "", "USD 1,234,567": "1234567", "₹1,23,456": "123456", "$1.234": "1.234",

		// Two amounts, or none.
		"1,234": "", "-1,234": "", "€ 1,234": "", "R$ 1,234": "", "€ 1.234": "", "EUR 12.345": "",
		"": "", " ": "", "-": "", ".": "", ",": "", "€": "", "abc": "", "1,2,3": "", "1.2.3": "", "1,2345.6": "", "1.234,56,7": "",
		"--1": "", "-$-1": "", "1e3": "", "0x1": "", "1 2": "", "$1€": "", "Euro 1": "", "1,,2": "", "0,123,456": "", "1-2": "", "1.,5": "",
	} {
		if got := decimalText(s, 0); got != want {
			t.Errorf("%q is read as %q, want %q", s, got, want)
		}
	}
}

// An amount with two decimals, or with four, comes out as it is however it was
// written.
func TestDecimalTextProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		decimals := rapid.SampledFrom([]int{2, 4}).Draw(t, "decimals")
		amount := rapid.Int64Range(-1e9, 1e9).Draw(t, "amount") * money.Nano / 10_000
		plain := money.Format(money.Of(amount), decimals)
		whole, fraction, _ := strings.Cut(plain, ".")
		if len(fraction) == 3 {
			return
		}
		sign := ""
		if whole[0] == '-' {
			sign, whole = "-", whole[1:]
		}
		style := rapid.SampledFrom([][2]string{{",", "."}, {".", ","}, {" ", ","}, {"'", "."}, {"", "."}, {"", ","}}).Draw(t, "style")
		for i := len(whole) - 3; i > 0; i -= 3 {
			whole = whole[:i] + style[0] + whole[i:]
		}
		written := sign + rapid.SampledFrom([]string{"", "€ ", "$", "USD "}).Draw(t, "currency") + whole + style[1] + fraction
		if got := decimalText(written, 0); got != plain {
			t.Fatalf("%q is read as %q, want %q", written, got, plain)
		}
	})
}

func FuzzDecimalText(f *testing.F) {
	for _, seed := range []string{"1.234,56", "$1,000", "€ 0,05", "-0,019", "1 234"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got := decimalText(s, 0); got != "" {
			if _, err := money.Parse(got); err != nil && !errors.Is(err, money.ErrRange) {
				t.Fatalf("%q is read as %q: %v", s, got, err)
			}
		}
	})
}

func TestPlainDecimal(t *testing.T) {
	for s, want := range map[string]string{
		"1.5": "1.5", "1e3": "1000.", "1.25e1": "12.5", "-2.5E-3": "-.0025", "5e-2": ".05", "1e": "1e", "e": "e", "1e999": "1e999", "usd": "usd",
	} {
		if got := PlainDecimal(s); got != want {
			t.Errorf("PlainDecimal(%q) = %q, want %q", s, got, want)
		}
	}
}
