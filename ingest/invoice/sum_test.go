package invoice

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"waudit/audit/money"
)

// TestSumIsAccountedFor: whatever rows a table has, what its lines and rejected rows
// come to is what the table comes to: no amount is lost, and none is counted twice.
func TestSumIsAccountedFor(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		comma := rapid.Bool().Draw(rt, "comma")
		var b strings.Builder
		b.WriteString("month;country;category;quantity;amount;tax net;currency;description\n")
		write := func(amount int64) string {
			text := money.Format(money.Of(amount), rapid.SampledFrom([]int{2, 4}).Draw(rt, "decimals"))
			if strings.HasPrefix(text, "-") {
				switch rapid.IntRange(0, 2).Draw(rt, "minus") {
				case 0:
					text = "(" + text[1:] + ")"
				case 1:
					text = text[1:] + "-"
				}
			}
			if comma {
				text = strings.ReplaceAll(text, ".", ",")
			}
			return text
		}
		var lines, part, all int64
		n, inPart := 0, 0
		for range rapid.IntRange(1, 12).Draw(rt, "rows") {
			switch rapid.IntRange(0, 6).Draw(rt, "kind") {
			case 0:
				if inPart > 1 && part != 0 {
					fmt.Fprintf(&b, "Total part;;;;%s;;USD;\n", write(part))
					part, inPart = 0, 0
				}
			case 1:
				b.WriteString("2026-10;BR;utility;;;;USD;a heading\n")
			case 2:
				b.WriteString("soon;BR;utility;1;5;;USD;a row with a wrong time\n")
			default:
				// Tenths of thousandths below a thousand: no separator may part thousands.
				amount := rapid.Int64Range(-9_999_999, 9_999_999).Draw(rt, "amount") * 100_000
				if amount%money.Nano != 0 && amount%(money.Nano/1000) == 0 {
					amount += 100_000
				}
				fmt.Fprintf(&b, "2026-10;BR;utility;%d;%s;;USD;\n", rapid.IntRange(1, 9).Draw(rt, "quantity"), write(amount))
				lines, part, all = lines+amount, part+amount, all+amount
				n, inPart = n+1, inPart+1
			}
		}
		stated := all + int64(rapid.IntRange(0, 1).Draw(rt, "off"))*money.Nano
		fmt.Fprintf(&b, "Total;;;;%s;;USD;\n", write(stated))
		if n == 0 {
			return
		}
		_, bill, err := read(t, b.String(), nil)
		if err != nil {
			rt.Fatalf("%v\n%s", err, b.String())
		}
		sum := int64(0)
		for _, s := range bill.Sums {
			of, _ := s.Amount.Int64()
			sum += of
		}
		if sum != lines || bill.Lines != int64(n) || len(bill.Totals) != 1 || bill.Totals[0].Amount != money.Of(stated) || (len(bill.Gaps()) == 0) != (sum == stated) {
			rt.Fatalf("%d lines come to %d, want %d and %d; states %+v; gaps %+v\n%s%v", bill.Lines, sum, n, lines, bill.Totals, bill.Gaps(), b.String(), bill.Rejects)
		}
	})
}
