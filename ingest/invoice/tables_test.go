package invoice

import (
	"strings"
	"testing"
)

// TestTables: tables that somebody made, by the names of their columns.
func TestTables(t *testing.T) {
	checkLayouts(t, map[string]layoutCase{
		"lines with ids": {
			text: "line_id,message_id,date,to,category,quantity,amount,currency\nL1,wamid.a,2026-10-01T10:00:00Z,+55 11 98765-4321,Marketing,1,0.0625,usd\n",
			want: []string{"message [L1] wamid.a of 5511987654321 at 2026-10-01T10:00:00Z marketing: 0.0625 USD"},
		},
		"a title above, semicolons and decimal commas": {
			text: "\ufeffInvoice October;;;;\n;;;;\nDate;Customer;Category;Amount;Currency\n2026-10-01;5511987654321;Utility message;0,0068;EUR\n2026-10-02;5511987654321;Utility message;1.234,56;EUR\n",
			want: []string{"item of 5511987654321 on 2026-10-01 utility: 0.0068 EUR", "item of 5511987654321 on 2026-10-02 utility: 1234.5600 EUR"},
		},
		"volumes of a month, a tax, a credit and a total": {
			text: "Month,Market,Category,Quantity,Unit price,Amount,Currency,Description\n2026-10,Rest of Africa,Marketing Conversation,10,0.0625,0.625,USD,\n" +
				"2026-10,,,1,,0.11,USD,VAT 19%\n2026-10,,,1,,(0.05),USD,Credit note\nTotal,,,,,0.685,USD,\n",
			want: []string{
				"aggregate on 2026-10-01..2026-10-31 market rest of africa marketing: 10 × 0.0625 = 0.6250 USD",
				"other on 2026-10-01..2026-10-31: 0.1100 USD \"VAT 19%\"",
				"other on 2026-10-01..2026-10-31: -0.0500 USD \"Credit note\"",
			},
			totals: "0.685 USD",
		},
		"a total that the lines do not come to": {
			text: "month,country,category,quantity,amount,currency\n2026-10,Brazil,utility,2,0.0136,USD\nGrand total:,,,2,0.02,USD\n",
			want: []string{"aggregate on 2026-10-01..2026-10-31 in BR utility: 2 = 0.0136 USD"}, totals: "0.02 USD",
			note: "states a total of 0.02 USD, and the lines come to 0.0136",
		},
		"subtotals, and a total without a word": {
			text: "month,country,category,quantity,amount,currency\n2026-10,BR,utility,2,0.01,USD\n2026-10,BR,marketing,1,0.06,USD\nTotal Brazil,,,3,0.07,USD\n" +
				"2026-10,IN,utility,1,0.02,USD\n2026-10,IN,marketing,1,0.03,USD\nTotal India,,,2,0.05,USD\n,,,5,0.12,\n",
			want: []string{
				"aggregate on 2026-10-01..2026-10-31 in BR utility: 2 = 0.0100 USD", "aggregate on 2026-10-01..2026-10-31 in BR marketing: 0.0600 USD",
				"aggregate on 2026-10-01..2026-10-31 in IN utility: 0.0200 USD", "aggregate on 2026-10-01..2026-10-31 in IN marketing: 0.0300 USD",
			},
			totals: "0.12 USD",
		},
		"a sum that is none": {
			text: "month,country,category,quantity,amount,currency\n2026-10,BR,utility,2,0.01,USD\nTotal Brazil,,,2,0.02,USD\n2026-10,IN,utility,1,0.02,USD\n",
			want: []string{"aggregate on 2026-10-01..2026-10-31 in BR utility: 2 = 0.0100 USD", "aggregate on 2026-10-01..2026-10-31 in IN utility: 0.0200 USD"},
			note: `row 3, "Total Brazil", is not what the lines above it come to`,
		},
		"names that logs have too": {
			text: "bill_line_id,provider_message_id,business_account_id,from_user_id,date,amount,price_currency\nL1,wamid.a,102290129340398,US.1000000001,2026-10-01T10:00:00Z,0.0625,USD\n",
			want: []string{"message [L1] waba 102290129340398 wamid.a of US.1000000001 at 2026-10-01T10:00:00Z: 0.0625 USD"},
		},
		"ids that a spreadsheet has made": {
			text: "line_id,message_id,waba_id,date,to,amount,currency\nL1,wamid.a,102290129340398.0,2026-10-01T10:00:00Z,5511987654321,0.0625,USD\nL2,nan,102290129340398,2026-10-01T10:00:00Z,5511987654321,0.0625,USD\nL3,1.23457E+15,102290129340398,2026-10-01T10:00:00Z,5511987654321,0.0625,USD\n",
			want: []string{
				"message [L1] waba 102290129340398 wamid.a of 5511987654321 at 2026-10-01T10:00:00Z: 0.0625 USD",
				"item [L2] waba 102290129340398 of 5511987654321 at 2026-10-01T10:00:00Z: 0.0625 USD",
			},
		},
		"days in words": {
			text: "date,to,category,amount,currency\n\"Oct 1st, 2026\",551198765432,utility,1,USD\n2nd Sept. 2026 10:15 PM,551198765432,utility,1,USD\n\"October 3,2026\",551198765432,utility,1,USD\n4-Oct-2026,551198765432,utility,1,USD\n2026-Oct-05,551198765432,utility,1,USD\n",
			want: []string{
				"item of 551198765432 on 2026-10-01 utility: 1.0000 USD", "item of 551198765432 on 2026-09-02 utility: 1.0000 USD", "item of 551198765432 on 2026-10-03 utility: 1.0000 USD",
				"item of 551198765432 on 2026-10-04 utility: 1.0000 USD", "item of 551198765432 on 2026-10-05 utility: 1.0000 USD",
			},
		},
		"only a unit price": {
			text: "day,country,category,volume,unit_price,currency\n2026-10-03,IN,UTILITY,3,0.0014,USD\n",
			want: []string{"aggregate on 2026-10-03 in IN utility: 3 × 0.0014 = 0.0042 USD"},
		},
		"a currency in the header, countries in three letters, a tier": {
			text: "Period Start,Period End,Country,Tier,Message Category,Qty,Total Cost (EUR)\n2026-10-01,2026-10-15,DEU,0:750000,authentication-international,\"1,200\",12.00\n",
			want: []string{"aggregate on 2026-10-01..2026-10-15 in DE authentication_international 0:750000: 1200 = 12.0000 EUR"},
		},
		"signs, brackets and minuses behind": {
			text: "date|recipient|category|amount\n2026-10-01|5511987654321|BIC|R$ 0,05\n2026-10-02|5511987654321|UIC|0,05- EUR\n2026-10-02|5511987654321|FEP|(€ 0,05)\n2026-10-02|5511987654321|otp|US$ 0.05-\n",
			want: []string{
				"item of 5511987654321 on 2026-10-01 business_initiated: 0.0500 BRL",
				"item of 5511987654321 on 2026-10-02 referral_conversion: -0.0500 EUR",
				"item of 5511987654321 on 2026-10-02 authentication: -0.0500 USD",
			},
		},
		"from and to of a period, from and to of a message": {
			text: "from,to,phone number,category,quantity,amount,currency\n2026-10-01,2026-10-31,+1 555 010 0001,marketing,2,0.125,USD\n",
			want: []string{"aggregate from 15550100001 on 2026-10-01..2026-10-31 marketing: 2 = 0.1250 USD"},
		},
		"a net amount and its tax": {
			text: "date,to,category,net_amount,vat,gross_amount,currency\n2026-10-01,5511987654321,utility,0.10,0.02,0.12,EUR\n",
			want: []string{"item of 5511987654321 on 2026-10-01 utility: 0.1000 EUR", "other on 2026-10-01: 0.0200 EUR \"tax\""},
		},
		"an amount that holds its tax, as the unit price tells": {
			text: "month,category,quantity,unit_price,amount,tax,currency\n2026-10,utility,10,0.10,1.19,0.19,EUR\n",
			want: []string{"aggregate on 2026-10-01..2026-10-31 utility: 10 × 0.1000 = 1.0000 EUR", "other on 2026-10-01..2026-10-31: 0.1900 EUR \"tax\""},
		},
		"a credit refers to its line, and a line that stands twice is one": {
			text: "line_id,reference,message_id,date,amount,currency\nL1,,m1,2026-10-01,0.05,USD\nL2,L1,m1,2026-10-02,-0.05,USD\nL1,,m1,2026-10-01,0.05,USD\n",
			want: []string{"message [L1] m1 on 2026-10-01: 0.0500 USD", "message [L2] for [L1] m1 on 2026-10-02: -0.0500 USD"},
		},
		"an id on lines that differ": {
			text: "line_id,message_id,date,amount,currency\nL1,m1,2026-10-01,0.05,USD\nL1,m2,2026-10-02,0.05,USD\n",
			want: []string{"message [L1] m1 on 2026-10-01: 0.0500 USD", "message [L1] m2 on 2026-10-02: 0.0500 USD"}, note: "both are taken",
		},
		"equal lines without ids are two": {
			text: "date,to,category,amount,currency\n2026-10-01,55119,utility,0.05,USD\n2026-10-01,55119,utility,0.05,USD\n",
			want: []string{"item of 55119 on 2026-10-01 utility: 0.0500 USD", "item of 55119 on 2026-10-01 utility: 0.0500 USD"},
		},
		"a word that nobody knows": {
			text: "date,to,category,amount,currency\n2026-10-01,55119,Gold,0.05,USD\n",
			want: []string{"item of 55119 on 2026-10-01 gold: 0.0500 USD \"Gold\""}, note: `"Gold" (lines with it: 1) is not a known category`,
		},
		"a masked phone names nobody": {
			text: "date,to,category,amount,currency\n2026-10-01,55119****21,utility,0.05,USD\n",
			want: []string{"other on 2026-10-01 utility: 0.0500 USD"},
		},
		"lines of an invoice, with its id": {
			text: "invoice_id,billing_period,category,quantity,amount,amount_due,currency\n7001,2026-10,utility,2,0.0136,0.0136,USD\n",
			want: []string{"aggregate on 2026-10-01..2026-10-31 utility: 2 = 0.0136 USD"},
		},
		"an id that is called nothing else is the line's": {
			text: `{"id":"77","to":"55119","status":"delivered","price":{"value":"0.05","currency":"USD"},"price_unit":"USD"}` + "\n" + `{"id":"78","to":"55119","status":"delivered","price":0.05,"currency":"USD"}` + "\n",
			want: []string{"item of 55119: 0.0500 USD", "item [78] of 55119: 0.0500 USD"},
		},
		"a destination that is a country": {
			text: "period,destination,category,quantity,total,currency\n2026-10,Brazil,utility,2,0.0136,USD\n",
			want: []string{"aggregate on 2026-10-01..2026-10-31 in BR utility: 2 = 0.0136 USD"},
		},
		"a volume of a market in no category": {
			text: "period,market,quantity,total,currency\n2026-10,Rest of Africa,2,0.0136,USD\n",
			want: []string{"aggregate on 2026-10-01..2026-10-31 market rest of africa: 2 = 0.0136 USD"},
		},
		"in German": {
			text: "Nachrichten-ID;Datum;Empfänger;Land;Kategorie;Anzahl;Einzelpreis;Betrag;Währung\nwamid.a;03.10.2026;+49 170 1234567;Deutschland;Authentifizierung;1;0,0636;0,0636;EUR\n" +
				";13.10.2026;;Südafrika;Marketing-Nachrichten;2;0,0300;0,0600;EUR\nZwischensumme;;;;;;;0,1236;EUR\nUmsatzsteuer 19 %;;;;;;;0,0235;EUR\nGesamtbetrag;;;;;;;0,1471;EUR\n",
			want: []string{
				"message wamid.a of 491701234567 on 2026-10-03 in DE authentication: 1 × 0.0636 = 0.0636 EUR",
				"aggregate on 2026-10-13 in ZA marketing: 2 × 0.0300 = 0.0600 EUR", "other: 0.0235 EUR \"Umsatzsteuer 19 %\"",
			},
			totals: "0.1471 EUR",
		},
		"in Spanish": {
			text: "ID de mensaje;Fecha;Destinatario;País;Categoría;Cantidad;Precio unitario;Importe;Moneda\nwamid.a;13/10/2026;5215512345678;México;Utilidad;1;0,0085;0,0085;USD\n",
			want: []string{"message wamid.a of 5215512345678 on 2026-10-13 in MX utility: 1 × 0.0085 = 0.0085 USD"},
		},
		"in Portuguese": {
			text: "ID da mensagem;Data;Destinatário;País;Categoria;Quantidade;Preço unitário;Valor (BRL)\nwamid.a;13/10/2026;5511987654321;Emirados Árabes Unidos;Mensagem de utilidade;1;0,0350;0,0350\n",
			want: []string{"message wamid.a of 5511987654321 on 2026-10-13 in AE utility: 1 × 0.0350 = 0.0350 BRL"},
		},
		"in French": {
			text: "ID du message;Date;Destinataire;Pays;Catégorie;Quantité;Prix unitaire;Montant HT;Devise\nwamid.a;13/10/2026;33612345678;Royaume-Uni;Authentification;1;0,0300;0,0300;EUR\nTVA 20 %;;;;;;;0,0060;EUR\n",
			want: []string{"message wamid.a of 33612345678 on 2026-10-13 in GB authentication: 1 × 0.0300 = 0.0300 EUR", "other: 0.0060 EUR \"TVA 20 %\""},
		},
		"in Indonesian": {
			text: "ID Pesan;Tanggal;Penerima;Negara;Kategori;Harga Satuan;Total Biaya;Mata Uang\nwamid.a;13/10/2026;6281234567890;Jerman;Layanan;0,0300;0,0300;USD\n",
			want: []string{"message wamid.a of 6281234567890 on 2026-10-13 in DE service: 1 × 0.0300 = 0.0300 USD"},
		},
		"a country where markets are, and one that is not known": {
			text: "month,market,category,quantity,amount,currency\n2026-10,Spanien,utility,2,0.04,USD\n2026-10,Zone 1,utility,2,0.04,USD\n",
			want: []string{"aggregate on 2026-10-01..2026-10-31 in ES utility: 2 = 0.0400 USD", "aggregate on 2026-10-01..2026-10-31 market zone 1 utility: 2 = 0.0400 USD"},
			note: `"zone 1" (lines with it: 1) is not a known market or country`,
		},
		"columns that nobody knows": {
			text: "Tag,Art,Stück,amount,currency\n2026-10-01,Werbung,2,0.05,USD\n",
			want: []string{"other: 0.0500 USD"}, note: "columns that are not understood: Tag, Art, Stück; say what they hold",
		},
		"words where ids stand": {
			text: "line_id,message_id,to,date,amount,currency\n1,wamid.a,55119,2026-10-01,0.05,USD\n2,5fee9c,55119,2026-10-01,0.05,USD\n3,Withholding tax,,2026-10-01,0.01,USD\nDiscount,,,2026-10-01,-0.01,USD\n4,,VAT 19 %,2026-10-01,0.01,USD\n",
			want: []string{
				"message [1] wamid.a of 55119 on 2026-10-01: 0.0500 USD", "message [2] 5fee9c of 55119 on 2026-10-01: 0.0500 USD", "other [3] on 2026-10-01: 0.0100 USD \"Withholding tax\"",
				"other on 2026-10-01: -0.0100 USD \"Discount\"", "other [4] on 2026-10-01: 0.0100 USD \"VAT 19 %\"",
			},
		},
		"two currencies": {
			text: "date,to,amount,currency\n2026-10-01,55119,0.05,USD\n2026-10-01,55119,0.05,EUR\n",
			want: []string{"item of 55119 on 2026-10-01: 0.0500 USD", "item of 55119 on 2026-10-01: 0.0500 EUR"},
		},
	})
}

// TestHabits: what one row leaves open is told by all rows, or asked.
func TestHabits(t *testing.T) {
	const header = "date;to;category;quantity;amount;currency\n"
	row := func(date, quantity, amount string) string {
		return date + ";55119;utility;" + quantity + ";" + amount + ";EUR\n"
	}
	for name, c := range map[string]struct{ text, want, reject string }{
		"days first, as a later row tells":  {row("03/04/2026", "1", "1") + row("13/04/2026", "1", "1"), "on 2026-04-03", ""},
		"months first, as another row says": {row("04/03/2026", "1", "1") + row("4/13/2026", "1", "1"), "on 2026-04-03", ""},
		"no row tells":                      {row("03/04/2026", "1", "1") + row("03/05/2026", "1", "1"), "", "no other row tells: does the day come first, or the month?"},
		"rows tell both":                    {row("03/04/2026", "1", "1") + row("13/04/2026", "1", "1") + row("04/13/2026", "1", "1"), "", "row 3 has the day first and row 4 the month"},
		"the same either way":               {row("04/04/2026", "1", "1"), "on 2026-04-04", ""},
		"a comma that may part thousands":   {row("2026-10-01", "1", "1,234"), "", "may be two numbers, and no other row tells"},
		"other amounts have decimal commas": {row("2026-10-01", "1", "1,234") + row("2026-10-01", "1", "0,0068"), ": 1.2340 EUR", ""},
		"other amounts have decimal dots":   {row("2026-10-01", "1", "0.0068") + row("2026-10-01", "1", "1,234"), ": 1234.0000 EUR", ""},
		"a dot between thousands":           {row("2026-10-01", "1", "1.234") + row("2026-10-01", "1", "0,0068"), ": 1234.0000 EUR", ""},
		"a quantity is whole":               {row("2026-10-01", "1.234", "1"), ": 1234 = 1.0000", ""},
		"a quantity that may be two":        {row("2026-10-01", "1,000", "1"), "", "may be two numbers"},
		"words have one meaning":            {row("3 Apr 2026", "1", "1") + row("April 3, 2026", "1", "1") + row("03-Apr-2026", "1", "1") + row("20260403", "1", "1") + row("2026/4/3", "1", "1"), "on 2026-04-03", ""},
		"a clock without a zone is a day":   {row("2026-04-03 23:59:59", "1", "1"), "on 2026-04-03", ""},
		"a period in one cell":              {row("2026-04-01 to 2026-04-30", "5", "1"), "on 2026-04-01..2026-04-30", ""},
		"outside all years":                 {row("1999-04-03", "1", "1"), "", "outside 2016 to 2036"},
		"no day at all":                     {row("31/02/2026", "1", "1"), "", "is no day"},
	} {
		got, bill, err := read(t, header+c.text, nil)
		all := strings.Join(got, "\n")
		if c.reject != "" {
			told := ""
			if err != nil {
				told = err.Error()
			} else if len(bill.Rejects) > 0 {
				told = bill.Rejects[0].Reason
			}
			if !strings.Contains(told, c.reject) {
				t.Errorf("%s: %q, want %q", name, told, c.reject)
			}
			continue
		}
		if err != nil || bill.Rejected > 0 || !strings.Contains(all, c.want) {
			t.Errorf("%s: %v, %q, want %q", name, err, got, c.want)
		}
		if first, _, _ := strings.Cut(c.want, ".."); strings.HasPrefix(name, "words") && strings.Count(all, first) != len(got) {
			t.Errorf("%s: %q", name, got)
		}
	}
}
