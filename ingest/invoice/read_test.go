package invoice

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"waudit/audit/invoice"
	"waudit/audit/money"
)

// read reads a bill and writes each line in short.
func read(t testing.TB, text string, m *Mapping) (lines []string, bill *BillFile, err error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bill")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	bill, err = Read(context.Background(), path, Options{Mapping: m, MaxRecord: 1 << 20}, func(l *invoice.Line) error {
		lines = append(lines, short(l))
		return nil
	})
	if err == nil && bill.Records != bill.Used+bill.Ignored+bill.Duplicates+bill.Rejected {
		t.Errorf("%d records became %d lines, %d ignored and %d rejected", bill.Records, bill.Lines, bill.Ignored, bill.Rejected)
	}
	return lines, bill, err
}

// short writes what a line says.
func short(l *invoice.Line) string {
	var b strings.Builder
	b.WriteString(l.Kind.String())
	say := func(format, value string) {
		if value != "" {
			fmt.Fprintf(&b, " "+format, value)
		}
	}
	instant := func(ms int64) string { return time.UnixMilli(ms).UTC().Format(time.RFC3339) }
	say("[%s]", l.ID)
	say("for [%s]", l.Ref)
	say("waba %s", l.WABA)
	say("number %s", l.Number)
	say("%s", l.Message)
	say("of %s", l.User+l.UserID)
	say("from %s", l.NumberPhone)
	switch {
	case l.At != 0:
		say("at %s", instant(l.At))
	case l.From != 0:
		say("from %s", instant(l.From))
		say("to %s", instant(l.Until))
	case l.First != 0 && l.First == l.Last:
		say("on %s", l.First.String())
	case l.First != 0:
		say("on %s", l.First.String()+".."+l.Last.String())
	}
	say("in %s", l.Country)
	say("market %s", l.Market)
	say("%s", l.Word)
	say("%s", l.Type)
	say("%s", l.Tier)
	b.WriteString(":")
	if l.Quantity != 1 || l.HasUnitPrice {
		fmt.Fprintf(&b, " %d", l.Quantity)
		if l.HasUnitPrice {
			say("× %s", money.Format(money.Of(l.UnitPrice), 4))
		}
		if l.HasAmount {
			b.WriteString(" =")
		}
	}
	if l.HasAmount {
		about := ""
		if l.Estimate {
			about = "~"
		}
		say("%s", about+money.Format(l.Amount, 4)+" "+l.Currency)
	}
	say("%q", l.Description)
	return b.String()
}

// TestRejectedRows: what is no line says where and why, and what to do.
func TestRejectedRows(t *testing.T) {
	for want, row := range map[string]string{
		"is no whole number":   "2026-10-01,5511987654321,utility,1.5,0.1,USD",
		"no currency":          "2026-10-01,5511987654321,utility,1,0.1,",
		"is no time":           "soon,5511987654321,utility,1,0.1,USD",
		"may be two days":      "03/04/2026,5511987654321,utility,1,0.1,USD",
		"is no decimal number": "2026-10-01,5511987654321,utility,1,much,USD",
	} {
		_, bill, err := read(t, "date,customer,category,quantity,amount,currency\n2026-10-01,5511987654321,utility,1,0.1,USD\n"+row+"\n", nil)
		if err != nil || len(bill.Rejects) != 1 || !strings.Contains(bill.Rejects[0].Reason, want) || bill.Rejects[0].Line != 3 {
			t.Errorf("%v %+v, want %q", err, bill, want)
		}
	}
}
