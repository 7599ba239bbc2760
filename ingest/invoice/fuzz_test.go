package invoice

import (
	"context"
	"strings"
	"testing"

	"waudit/audit/event"
	"waudit/audit/rate"
)

// FuzzRead: no file makes the reader fail but by an error, and every record is
// accounted for.
func FuzzRead(f *testing.F) {
	f.Add("line_id,message_id,date,to,category,quantity,amount,currency\nL1,m,2026-10-01T10:00:00Z,55,marketing,1,0.1,USD\nTotal,,,,,,1,USD\n")
	f.Add(`{"currency":"USD","pricing_analytics":{"data":[{"data_points":[{"start":1790838000,"end":1790924400,"volume":1,"cost":1}]}]},"id":"7"}`)
	f.Add(`{"transactions":[{"transactionUid":"t1","transactionType":"debit","amount":0.88,"currency":"INR"}]}`)
	f.Add("date;to;amount;currency\n03/04/2026;55;1,234;EUR\n13/04/2026;55;0,5-;EUR\n")
	f.Add("a;b\n1;2\n")
	f.Fuzz(func(t *testing.T, text string) { _, _, _ = read(t, text, nil) })
}

// FuzzRow: no cells make the row decoder fail, what comes of a row is counted once,
// and what is a line has money in a currency and a time of the years that bills
// are of.
func FuzzRow(f *testing.F) {
	for _, seed := range [][2]string{
		{"line_id|message_id|date|to|category|quantity|amount|tax|net|currency", "L1|m|2026-10-01|55|marketing|1|0.1|0.02||USD"},
		{"month|country|category|quantity|price|currency", "Oct 2026|BRA|Utility message|1,000|(0,05)|EUR"},
		{"start|end|volume|cost|pricing_category|currency", "1790838000|1790924400|2|8.1e-2|SERVICE|USD"},
		{"Date|Type|Number|Previous balance|Next balance|Amount (TRY)", "1.10.2026|Marketing|90|10|9,95|0,05"},
		{"lineItem/UsageType|lineItem/UsageAmount|lineItem/UnblendedCost (USD)|period", "USE1-WhatsApp-BR-Marketing-MetaTemplateMessageFee|10|0.625|2026-10-01 - 2026-10-31"},
		{"description|total|currency", "Total Brazil|5|USD"},
		{"id|net amount|tax", "a|0|0.02"},
	} {
		f.Add(seed[0], seed[1], uint8(0))
	}
	markets, err := rate.LoadMarkets()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, header, row string, known uint8) {
		s := &shared{ctx: context.Background(), mapping: unmapped(), markets: markets}
		s.survey.Do(func() {
			for i, text := range [...]string{"31/1/2026", "1/31/2026", "1,5", "1.5"} {
				if known&(1<<i) != 0 {
					s.found.LookAtDate(text, 1)
					s.found.LookAtNumber(text, 1)
				}
			}
		})
		d := newDecoder(s)
		d.out = &decodedBlock{}
		d.out.reset()
		columns := strings.Split(header, "|")
		cells := make([]cell, len(columns))
		for i, text := range strings.Split(row, "|") {
			if i < len(cells) {
				cells[i] = cell{text: strings.TrimSpace(text), number: known&16 != 0}
			}
		}
		d.take(d.layoutsOf(columns), cells, event.Place{Line: 2})
		b := d.out
		used := int64(0)
		for i := range b.items {
			item := &b.items[i]
			l := &item.line
			if !item.tax {
				used++
			}
			if item.fault != "" {
				continue
			}
			if l.Currency == "" && !l.Amount.IsZero() || l.Kind == 0 {
				t.Errorf("%+v", l)
			}
			if l.At != 0 && (l.At < event.MinTime || l.At >= event.MaxTime) || l.From > l.Until || l.First > l.Last || l.First != 0 && l.First < 2016_01_01 || l.Last > 2036_12_31 {
				t.Errorf("%+v", l)
			}
		}
		if b.records != 1 || used+b.ignoredRecords+b.rejected != 1 {
			t.Errorf("a row became %d lines, %d ignored, %d rejected", used, b.ignoredRecords, b.rejected)
		}
	})
}

// FuzzMapping: no mapping makes its reader fail but by an error, and what is read
// reads bills.
func FuzzMapping(f *testing.F) {
	f.Add("dates: dmy\ncolumns: {amount: {from: a, sign: negate, scale: 100}, currency: {const: USD}, message_id: {template: \"x-{b}\"}}\nskip: {b: void}\n")
	f.Add("lists: rows\nzone: UTC\ntime: \"02/01/2006\"\nrecords:\n- when: {a: \"*\"}\n  columns: {amount: a}\n")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := ParseMapping("m.yaml", []byte(text))
		if err != nil {
			return
		}
		_, _, _ = read(t, "a,b,date,amount,currency\n1,2,03/04/2026,5,USD\n1,void,2026-10-01,5,USD\n", m)
		_, _, _ = read(t, `{"rows":[{"a":1,"b":{"c":2}}],"unit":"USD"}`, m)
	})
}
