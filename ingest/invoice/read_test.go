package invoice

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"waudit/audit/invoice"
	"waudit/audit/money"
)

// read reads a bill and writes each line in short.
func read(t testing.TB, text string, m *Mapping) (lines []string, bill *Bill, err error) {
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

func short(l *invoice.Line) string {
	when := ""
	switch {
	case l.At != 0:
		when = fmt.Sprint(l.At / 1000)
	case l.From != 0:
		when = fmt.Sprintf("%d-%d", l.From/1000, l.Until/1000)
	case l.First != 0:
		when = l.First.String()
		if l.Last != l.First {
			when += ".." + l.Last.String()
		}
	}
	who := strings.Trim(l.Message+" "+l.User+l.UserID, " ")
	where := strings.Trim(l.Country+" "+l.Market, " ")
	return strings.Join([]string{l.Kind.String(), l.ID, who, when, where, l.Category.String(), l.Type, fmt.Sprint(l.Quantity), money.Format(l.Amount, 4) + " " + l.Currency}, "|")
}

// TestLayouts: bills as they come, and the lines that they have.
func TestLayouts(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"lines with ids": {
			"line_id,message_id,date,to,category,quantity,amount,currency\nL1,wamid.a,2026-10-01T10:00:00Z,+55 11 98765-4321,Marketing,1,0.0625,usd\n",
			[]string{"message|L1|wamid.a 5511987654321|1790848800||marketing||1|0.0625 USD"},
		},
		"a title above": {
			"Invoice October;;;;\n;;;;\nDate;Customer;Category;Amount;Currency\n2026-10-01;5511987654321;utility;0,0068;EUR\n2026-10-01;5511987654321;utility;0,0068;EUR\n",
			[]string{"item||5511987654321|2026-10-01||utility||1|0.0068 EUR", "item||5511987654321|2026-10-01||utility||1|0.0068 EUR"},
		},
		"columns of no known name": {"Datum;Kunde;Betrag\n1;2;3\n4;5;6\n", nil},
		"without ids": {
			"Date;Customer;Category;Amount;Currency\n2026-10-01;5511987654321;Utility message;0,0068;EUR\n2026-10-02;5511987654321;Utility message;1.234,56;EUR\n",
			[]string{"item||5511987654321|2026-10-01||utility||1|0.0068 EUR", "item||5511987654321|2026-10-02||utility||1|1234.5600 EUR"},
		},
		"volumes of a month, a tax, a credit and a total": {
			"Month,Market,Category,Quantity,Unit price,Amount,Currency,Description\n2026-10,Brazil,Marketing Conversation,10,0.0625,0.625,USD,\n" +
				"2026-10,,,1,,0.11,USD,VAT 19%\n2026-10,,,1,,(0.05),USD,Credit note\nTotal,,,,,0.685,USD,\n",
			[]string{
				"aggregate|||2026-10-01..2026-10-31|Brazil|marketing||10|0.6250 USD", "other|||2026-10-01..2026-10-31||||1|0.1100 USD",
				"other|||2026-10-01..2026-10-31||||1|-0.0500 USD",
			},
		},
		"only a unit price": {
			"day,country,category,volume,unit_price,currency\n2026-10-03,IN,UTILITY,3,0.0014,USD\n",
			[]string{"aggregate|||2026-10-03|IN|utility||3|0.0042 USD"},
		},
		"Twilio, whose charges are below zero": {
			"SMS Message SID,From,To,Date Sent,Price,Price Unit\nSM1,whatsapp:+15550100001,whatsapp:+5511987654321,2026-10-01T10:00:00Z,-0.01900,USD\n",
			[]string{"message||SM1 5511987654321|1790848800||||1|0.0190 USD"},
		},
		"pricing_analytics": {
			`{"currency":"USD","pricing_analytics":{"data":[{"data_points":[{"start":1790838000,"end":1790924400,"country":"BR","pricing_type":"REGULAR","pricing_category":"SERVICE","volume":12,"cost":0.0816}]}]},"id":"700100200300"}`,
			[]string{"aggregate|||1790838000-1790924400|BR|service|regular|12|0.0816 USD"},
		},
		"conversation_analytics": {
			`{"currency":"USD","conversation_analytics":{"data":[{"data_points":[{"start":1719792000,"end":1719878400,"conversation":7,"country":"US","conversation_type":"FREE_ENTRY","conversation_category":"MARKETING","cost":0}]}]},"id":"1"}`,
			[]string{"aggregate|||1719792000-1719878400|US|marketing|free_entry_point|7|0.0000 USD"},
		},
		"objects": {
			`{"transactions":[{"transactionUid":"t1","amount":0.05,"currency":"INR","createdAt":"x","description":"wallet top-up"}]}`,
			[]string{"other|t1||||||1|0.0500 INR"},
		},
	} {
		got, bill, err := read(t, c.text, nil)
		if c.want == nil {
			if err == nil || !strings.Contains(err.Error(), "--invoice-mapping") {
				t.Errorf("%s: %v, and %q", name, err, got)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
		if strings.Contains(name, "total") && (len(bill.Totals) != 1 || bill.Totals[0].Amount != 685_000_000) {
			t.Errorf("%s: states %+v", name, bill.Totals)
		}
	}
}

// TestRejectedRows: what is no line says where and why, and what to do.
func TestRejectedRows(t *testing.T) {
	for want, row := range map[string]string{
		"is no whole number":     "2026-10-01,5511987654321,utility,1.5,0.1,USD",
		"no currency":            "2026-10-01,5511987654321,utility,1,0.1,",
		"is no time":             "soon,5511987654321,utility,1,0.1,USD",
		"may be two days":        "03/04/2026,5511987654321,utility,1,0.1,USD",
		"write a decimal number": "2026-10-01,5511987654321,utility,1,much,USD",
	} {
		_, bill, err := read(t, "date,customer,category,quantity,amount,currency\n2026-10-01,5511987654321,utility,1,0.1,USD\n"+row+"\n", nil)
		if err != nil || len(bill.Rejects) != 1 || !strings.Contains(bill.Rejects[0].Reason, want) || bill.Rejects[0].Line != 3 {
			t.Errorf("%v %+v, want %q", err, bill, want)
		}
	}
}

// TestMapping: columns and words of a provider's own.
func TestMapping(t *testing.T) {
	m, err := ParseMapping("m.yaml", []byte("columns: {wa_id: Rufnummer, amount: Preis, timestamp: Tag, pricing_category: {from: Art, values: {Werbung: marketing}}, currency: {const: EUR}}\ndates: dmy\n"))
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := read(t, "Rufnummer;Tag;Art;Preis\n+49 170 1234567;03.04.2026;Werbung;0,11\n", m)
	if want := []string{"item||491701234567|2026-04-03||marketing||1|0.1100 EUR"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %q, want %q", err, got, want)
	}
	for want, text := range map[string]string{
		`there is no field "price"`: "columns: {price: x}", "neither dmy nor mdy": "dates: iso", `no category "luxury"`: "categories: {a: luxury}", "not found": "colums: {}",
	} {
		if _, err := ParseMapping("m.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// FuzzRead: no bill makes the reader fail but by an error, and every record is
// accounted for.
func FuzzRead(f *testing.F) {
	f.Add("line_id,message_id,date,to,category,quantity,amount,currency\nL1,m,2026-10-01T10:00:00Z,55,marketing,1,0.1,USD\nTotal,,,,,,1,USD\n")
	f.Add(`{"currency":"USD","pricing_analytics":{"data":[{"data_points":[{"start":1,"end":2,"volume":1,"cost":1}]}]},"id":"7"}`)
	f.Add("a;b\n1;2\n")
	f.Fuzz(func(t *testing.T, text string) { _, _, _ = read(t, text, nil) })
}
