package invoice

import (
	"os"
	"slices"
	"strings"
	"testing"
)

func mapped(t testing.TB, text string) *Mapping {
	t.Helper()
	m, err := ParseMapping("m.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestMapping: columns, words and forms of a provider's own.
func TestMapping(t *testing.T) {
	for name, c := range map[string]struct {
		mapping, text string
		want          []string
	}{
		"names, words, constants, dates": {
			"dates: dmy\ncolumns:\n  wa_id: Rufnummer\n  amount: Preis\n  timestamp: Tag\n  pricing_category: {from: Art, values: {Werbung: marketing, Intern: ignore}}\n  currency: {const: EUR}\n  waba_id: {const: \"102290129340398\"}\n",
			"Rufnummer;Tag;Art;Preis\n+49 170 1234567;03.04.2026;Werbung;0,11\n+49 170 1234567;03.04.2026;Intern;0,11\n",
			[]string{"item waba 102290129340398 of 491701234567 on 2026-04-03 marketing: 0.1100 EUR"},
		},
		"charges below zero, in cents, with a comma": {
			"decimal: comma\ncolumns:\n  message_id: Kennung\n  amount: {from: Cent, sign: negate, scale: 100}\n  currency: {const: EUR}\n",
			"Kennung;Cent\nm1;-1,234\nm2;0,5\n",
			[]string{"message m1: 0.01234 EUR", "message m2: -0.0050 EUR"},
		},
		"a zone makes instants of times": {
			"zone: America/Sao_Paulo\ntime: [\"02/01/2006 15:04:05\"]\ncolumns: {timestamp: Quando, message_id: Id, amount: Valor, currency: {const: BRL}}\n",
			"Quando;Id;Valor\n01/10/2026 00:30:00;m1;0,05\n",
			[]string{"message m1 at 2026-10-01T03:30:00Z: 0.0500 BRL"},
		},
		"a form without a zone is a day": {
			"time: \"02/01/2006 15:04\"\ncolumns: {timestamp: Quando, message_id: Id, amount: Valor, currency: {const: BRL}}\n",
			"Quando;Id;Valor\n01/10/2026 23:30;m1;0,05\n",
			[]string{"message m1 on 2026-10-01: 0.0500 BRL"},
		},
		"days as spreadsheets count them": {
			"time: excel\ncolumns: {period_from: Von, period_to: Bis, quantity: Stück, pricing_category: Art, amount: Preis, currency: {const: EUR}}\n",
			"Von;Bis;Stück;Art;Preis\n46296;46326;7;utility;0,07\n",
			[]string{"aggregate on 2026-10-01..2026-10-31 utility: 7 = 0.0700 EUR"},
		},
		"a template, a path, a list with what is around it": {
			"lists: bill.rows\ncolumns: {line_id: {template: \"{no}-{seq}\"}, message_id: ids.wamid, amount: money.value, currency: $.unit, quantity: ~}\n",
			`{"unit":"USD","bill":{"rows":[{"no":7,"seq":1,"ids":{"wamid":"m1"},"money":{"value":0.05},"count":3}]}}`,
			[]string{"message [7-1] m1: 0.0500 USD"},
		},
		"two shapes in one table": {
			"columns: {amount: value, currency: {const: USD}, timestamp: day}\nskip: {state: void}\nrecords:\n- when: {kind: msg}\n  columns: {message_id: subject, pricing_category: {const: marketing}}\n- name: fees\n  when: {kind: fee}\n  columns: {description: subject}\n",
			"kind,subject,day,value,state\nmsg,m1,2026-10-01,0.05,\nfee,Hosting,2026-10-01,5,\nmsg,m2,2026-10-01,0.05,void\nnote,hello,2026-10-01,1,\n",
			[]string{"message m1 on 2026-10-01 marketing: 0.0500 USD", "other on 2026-10-01: 5.0000 USD \"Hosting\""},
		},
		"words that begin alike": {
			"skip: {kind: internal.*}\ncolumns: {message_id: kind}\n",
			"kind,day,amount,currency\nInternal.test,2026-10-01,1,USD\nm1,2026-10-01,0.05,USD\n",
			[]string{"message m1 on 2026-10-01: 0.0500 USD"},
		},
		"tax is in the amount": {
			"tax: included\ncolumns: {amount: total, tax: vat}\n",
			"month,category,quantity,total,vat,currency\n2026-10,utility,10,1.19,0.19,EUR\n",
			[]string{"aggregate on 2026-10-01..2026-10-31 utility: 10 = 1.0000 EUR", "other on 2026-10-01..2026-10-31: 0.1900 EUR \"tax\""},
		},
		"a price is one message's": {
			"columns: {unit_price: Price}\n", "month,category,quantity,Price,currency\n2026-10,utility,10,0.01,EUR\n",
			[]string{"aggregate on 2026-10-01..2026-10-31 utility: 10 × 0.0100 = 0.1000 EUR"},
		},
	} {
		got, bill, err := read(t, c.text, mapped(t, c.mapping))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q %+v, want %q", name, got, bill.Rejects, c.want)
		}
	}
}

// TestDocument: the example of docs/invoice.md is read as it says.
func TestDocument(t *testing.T) {
	text, err := os.ReadFile("../../docs/invoice.md")
	if err != nil {
		t.Fatal(err)
	}
	block := func(kind string) string {
		_, rest, _ := strings.Cut(string(text), "```"+kind+"\n")
		inside, _, _ := strings.Cut(rest, "```")
		return inside
	}
	got, bill, err := read(t, block("csv"), mapped(t, block("yaml")))
	want := []string{"item [1] waba 102290129340398 of 491701234567 on 2026-04-03 marketing: 0.1100 EUR"}
	if err != nil || !slices.Equal(got, want) || bill.Ignored != 1 {
		t.Errorf("%v, %q, %+v, want %q", err, got, bill.IgnoredBy, want)
	}
	for _, name := range keys() {
		if !strings.Contains(string(text), "`"+name+"`") {
			t.Errorf("docs/invoice.md does not name the column %s", name)
		}
	}
}

// TestWrongMapping: what is wrong with a mapping is told with its line, all at once.
func TestWrongMapping(t *testing.T) {
	for text, want := range map[string]string{
		"columns: {price: x}": `m.yaml:1: there is no column "price"`,
		"dates: iso":          "m.yaml:1: dates is \"iso\"; it takes dmy or mdy",
		"tax: maybe":          "tax is \"maybe\"; it takes included or added",
		"colums: {}":          `there is no key "colums"; did you mean "columns"?`,
		"columns:\n  pricing_category: {from: a, values: {A: luxury}}": `m.yaml:2: "luxury" is no category`,
		"columns:\n  amount: {from: a, sign: minus}":                   `m.yaml:2: sign is "minus"; it takes keep, negate or drop`,
		"columns:\n  wa_id: {from: a, zone: UTC}":                      `m.yaml:2: there is no key "zone"`,
		"columns: {amount: a}\nzone: Mars":                             `m.yaml:2: zone: there is no time zone "Mars"`,
		"when: {a: b}\nrecords:\n- columns: {amount: a}":               "when: stands beside records:",
		"columns: {amount: a, amount: b}":                              "stands there twice",
		"":                                                             "the file is empty",
	} {
		if _, err := ParseMapping("m.yaml", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// TestQuestions: what only the user can know is asked, with where and what to do.
func TestQuestions(t *testing.T) {
	for want, text := range map[string]string{
		`column "Price": "0.1" may be the price of one or of all`:                                      "month,category,quantity,Price,currency\n2026-10,utility,10,0.1,EUR\n",
		`column "tax": "0.19" is a tax: does the amount hold it`:                                       "month,category,quantity,amount,tax,currency\n2026-10,utility,10,1.19,0.19,EUR\n",
		`no currency: add a column, or currency: {const: USD}`:                                         "month,category,quantity,amount\n2026-10,utility,10,1.19\n",
		`column "currency": "dollars" is no currency of ISO 4217`:                                      "month,category,quantity,amount,currency\n2026-10,utility,10,$ 1.19,dollars\n",
		`column "amount": "€ 1.19" is in EUR, and the row says USD`:                                    "month,category,quantity,amount,currency\n2026-10,utility,10,€ 1.19,USD\n",
		`column "to": "5.51198765E+12" is a phone that was made a number and has lost digits`:          "date,to,category,amount,currency\n2026-10-01,5.51198765E+12,utility,1,USD\n",
		`column "message_id": "1.23457E+15" was made a number and has lost digits; export the column`:  "date,message_id,amount,currency\n2026-10-01,1.23457E+15,1,USD\n",
		`column "Amount": "1.00" is not what lies between the balances "10" and "8"`:                   "Date,Type,Number,Previous balance,Next balance,Amount,Currency\n2026-10-01,Marketing,905300000001,10,8,1.00,TRY\n",
		`column "quantity": "1.5" is no whole number of messages`:                                      "month,category,quantity,amount,currency\n2026-10,utility,1.5,1.19,EUR\n",
		`column "end": "2026-09-30" ends the period before it begins`:                                  "start,end,category,quantity,amount,currency\n2026-10-01,2026-09-30,utility,1,1,EUR\n",
		`are not both days or both instants`:                                                           "start,end,category,quantity,amount,currency\n2026-10-01,2026-10-02T00:00:00Z,utility,1,1,EUR\n",
		`column "unit_price": "9300000000" is more than 9.2 billion, which one message cannot`:         "month,category,quantity,unit_price,currency\n2026-10,utility,10,9300000000,EUR\n",
		`no column names an amount or a quantity that is known; name them in --invoice-mapping`:        "Datum;Kunde;Betrag2\n1;2;3\n4;5;6\n",
		`a message without a price`:                                                                    "Sid,Price,PriceUnit,To\nSM1,,USD,whatsapp:+1555\n",
		`broken JSON`:                                                                                  `{"message_id":"m1","amount":0.1,"currency":"USD"`,
		`the tables that begin at rows 2 and 6 come to the same`:                                       "date,to,category,amount,currency\n2026-10-01,55119,utility,1,USD\n2026-10-01,55119,utility,2,USD\n\nmonth,category,quantity,amount,currency\n2026-10,utility,2,3,USD\n",
		`column "amount": "9300000000" comes to more than 9.2 billion, which one message cannot`:       "date,to,amount,currency\n2026-10-01,55119,9300000000,USD\n",
		`column "amount": "10000000000000000000" is too large, or more than nine decimals; correct it`: "month,category,quantity,amount,currency\n2026-10,utility,10,10000000000000000000,IDR\n",
	} {
		_, bill, err := read(t, text, nil)
		told := ""
		switch {
		case err != nil:
			told = err.Error()
		case len(bill.Rejects) > 0:
			told = bill.Rejects[0].Reason
		}
		if !strings.Contains(told, want) {
			t.Errorf("%q, want %q", told, want)
		}
	}
}
