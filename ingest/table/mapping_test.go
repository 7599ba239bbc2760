package table_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
	"waudit/ingest/dialect/provider"
	"waudit/ingest/dialect/unwrap"
	"waudit/ingest/jsontree"
	"waudit/ingest/table"
)

func parseMapping(t testing.TB, text string) *table.Mapping {
	t.Helper()
	m, err := table.Parse("mapping.yaml", []byte(text), provider.All())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func decodeMapped(t *testing.T, mapping, record string) *dialect.Items {
	t.Helper()
	return dialecttest.Decode(t, parseMapping(t, mapping).Dialect(), record)
}

// mappedEvent is the event that most of these records are of.
func mappedEvent(change func(*event.Event)) event.Event {
	e := event.Event{Kind: event.Sent, Time: dialecttest.Instant, User: "15550177001", Message: "m1"}
	if change != nil {
		change(&e)
	}
	return e
}

const sentRow = `"status":"sent","timestamp":1790900000,"to":"+1 555-017-7001","message_id":"m1"`

// A column comes from where the mapping says.
func TestMappingColumns(t *testing.T) {
	for _, tt := range []struct {
		name, mapping, members string
		change                 func(*event.Event)
	}{
		{"nothing, by the names alone", "{}", ``, nil},
		{"a column", `columns: {waba_id: cuenta}`, `"cuenta":"7"`, func(e *event.Event) { e.WABA = "7" }},
		{"in any spelling", `columns: {waba_id: Cuenta de pago}`, `"cuenta_de_PAGO":7`, func(e *event.Event) { e.WABA = "7" }},
		{"in its own spelling first", `columns: {waba_id: Id}`, `"ID":"8","Id":"7","id":"9"`, func(e *event.Event) { e.WABA = "7" }},
		{"beside another column of that name", `columns: {template_name: TO}`, ``, func(e *event.Event) { e.Template = "+1 555-017-7001" }},
		{"a path", `columns: {waba_id: "a.b[1].c"}`, `"a":{"b":[{"c":"6"},{"c":"7"}]}`, func(e *event.Event) { e.WABA = "7" }},
		{"a column that looks like a path", `columns: {waba_id: a.b}`, `"a":{"b":"6"},"a.b":"7"`, func(e *event.Event) { e.WABA = "7" }},
		{"a path that leads nowhere", `columns: {waba_id: "a.b[9].c"}`, `"a":{"b":[1]}`, nil},
		{"the first with a value", `columns: {waba_id: [a, b, c]}`, `"a":"","c":"8","b":" 7 "`, func(e *event.Event) { e.WABA = "7" }},
		{"a constant", `columns: {waba_id: {const: 007}}`, ``, func(e *event.Event) { e.WABA = "007" }},
		{"a template", `columns: {waba_id: {template: "{a}-{b.c}!"}}`, `"a":1,"b":{"c":"x"}`, func(e *event.Event) { e.WABA = "1-x!" }},
		{"a template with a part missing", `columns: {waba_id: {template: "{a}-{b}"}}`, `"a":1`, nil},
		{"values", `columns: {template_category: {from: tipo, values: {Publicidad: marketing, otro: ""}}}`, `"tipo":"PUBLICIDAD"`,
			func(e *event.Event) { e.TemplateCategory = "marketing" }},
		{"values that are not listed stay", `columns: {template_category: {from: tipo, values: {Publicidad: marketing}}}`, `"tipo":"Utility"`,
			func(e *event.Event) { e.TemplateCategory = "utility" }},
		{"the rest of the values", `columns: {template_category: {from: tipo, values: {"*": service, a: utility}}}`, `"tipo":"b"`,
			func(e *event.Event) { e.TemplateCategory = "service" }},
		{"a value for nothing", `columns: {pricing_model: {from: modelo, values: {"": PMP}}}`, ``, func(e *event.Event) { e.Model = "PMP" }},
		{"a dash is no value for nothing", `columns: {pricing_model: {from: modelo, values: {"-": PMP}}}`, ``, nil},
		{"a value that says nothing", `columns: {pricing_model: {from: modelo, values: {"-": ~}}}`, `"modelo":"-"`, nil},
		{"a boolean", `columns: {billable: {from: cobrable, values: {S: true, N: false}}}`, `"cobrable":"n"`, func(e *event.Event) { e.Billable = event.False }},
		{"a JSON boolean", `columns: {billable: cobrable}`, `"cobrable":true`, func(e *event.Event) { e.Billable = event.True }},
		{"left out", `columns: {amount: ~}`, `"price":"0.05","amount":"1"`, nil},
		{"the channel's prefix", `columns: {wa_id: user}`, `"user":"whatsapp:+15550177002"`, func(e *event.Event) { e.User = "15550177002" }},
		{"a phone made a fraction", `columns: {wa_id: user}`, `"user":"15550177002.0"`, func(e *event.Event) { e.User = "15550177002" }},
		{"a phone in powers of ten", `columns: {wa_id: user}`, `"user":1.5550177002e10`, func(e *event.Event) { e.User = "15550177002" }},
		{"a business-scoped id", `columns: {wa_id: user}`, `"user":"MY.2035"`, func(e *event.Event) { e.User, e.UserID = "", "MY.2035" }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := decodeMapped(t, tt.mapping, `{`+strings.TrimSuffix(sentRow+","+tt.members, ",")+`}`)
			got.Unknown = nil
			dialecttest.WantEvent(t, got, mappedEvent(tt.change))
		})
	}
}

// Times are read in the form that is named, and in no other but in full.
func TestMappingTimes(t *testing.T) {
	for _, tt := range []struct{ mapping, written string }{
		{`time: unix`, `"1790900000"`}, {`time: unix`, `1790900000`}, {`time: unix`, `1.7909e9`}, {`time: unix_ms`, `1790900000000`}, {`time: unix_us`, `"1790900000000000"`},
		{`time: unix_ns`, `"1790900000000000000"`}, {`time: rfc3339`, `"2026-10-02T02:13:20+02:00"`},
		{`zone: America/Sao_Paulo`, `"2026-10-01 21:13:20"`}, {`zone: America/Sao_Paulo`, `"2026-10-01T21:13:20"`}, {`zone: America/Sao_Paulo`, `"2026-10-02T00:13:20Z"`},
		{`zone: "-03:00"`, `"2026-10-01 21:13:20"`}, {`zone: UTC`, `1790900000`},
		{`{time: "02/01/2006 15:04:05", zone: UTC}`, `"02/10/2026 00:13:20"`},
		{`{time: "02/01/2006 15:04:05", zone: UTC}`, `"2026-10-02T00:13:20Z"`},
		{`{time: ["02/01/2006", "2 Jan 2006 3:04:05 PM"], zone: UTC}`, `"2 Oct 2026 12:13:20 AM"`},
		{`{time: "2006-01-02 15:04:05 -0700"}`, `"2026-10-01 21:13:20 -0300"`},
		{`{time: excel, zone: UTC}`, `46297.00925925926`}, {`{time: excel, zone: UTC}`, `"46297,00925925926"`}, {`{time: excel, zone: America/Sao_Paulo}`, `46296.88425925926`},
		{`columns: {timestamp: {from: timestamp, time: unix_ms}}`, `"1790900000000"`},
	} {
		t.Run(tt.mapping+" "+tt.written, func(t *testing.T) {
			got := decodeMapped(t, tt.mapping, `{"status":"sent","timestamp":`+tt.written+`,"to":"15550177001","message_id":"m1"}`)
			dialecttest.WantEvent(t, got, mappedEvent(nil))
		})
	}
}

// Amounts are read exactly as the mapping says.
func TestMappingAmounts(t *testing.T) {
	for _, tt := range []struct {
		keys, written string
		want          int64
	}{
		{``, `"0.0034"`, 3_400_000}, {``, `0.0034`, 3_400_000}, {``, `3.4e-3`, 3_400_000}, {``, `"R$ 0,05"`, 50_000_000},
		{`decimal: comma`, `"0,0034"`, 3_400_000}, {`decimal: comma`, `"R$ 1.234,5"`, 1_234_500_000_000}, {`decimal: comma`, `"1.234"`, 1_234_000_000_000},
		{`decimal: comma`, `0.0034`, 3_400_000}, {`decimal: comma`, `",5"`, 500_000_000},
		{`decimal: dot`, `"1,234.5"`, 1_234_500_000_000}, {`decimal: dot`, `"1.234"`, 1_234_000_000}, {`decimal: dot`, `"-1,234"`, -1_234_000_000_000},
		{`sign: negate`, `"-0.0075"`, 7_500_000}, {`sign: negate`, `"0.0075"`, -7_500_000}, {`sign: drop`, `"-0.0075"`, 7_500_000}, {`sign: drop`, `"0.0075"`, 7_500_000},
		{`scale: 100`, `5`, 50_000_000}, {`scale: 1000000`, `3400`, 3_400_000}, {`scale: 1000000000`, `"1"`, 1},
		{`scale: 100, sign: negate, decimal: comma`, `"-0,75"`, 7_500_000},
	} {
		t.Run(tt.keys+" "+tt.written, func(t *testing.T) {
			keys := strings.TrimSuffix("from: precio, "+tt.keys, ", ")
			got := decodeMapped(t, `columns: {amount: {`+keys+`}, currency: {const: brl}}`, `{`+sentRow+`,"precio":`+tt.written+`}`)
			dialecttest.WantEvent(t, got, mappedEvent(func(e *event.Event) { e.HasAmount, e.Amount, e.Currency = true, tt.want, "BRL" }))
		})
	}
}

// What cannot be used is rejected with its place, its column, and what to do.
func TestMappingRejects(t *testing.T) {
	const row = `"estado":"sent","hora":1790900000,"a":"15550177001","id":"m1"`
	const columns = `event: estado, timestamp: hora, wa_id: a, message_id: id, amount: precio`
	for _, tt := range []struct {
		name, mapping, record, at string
		words                     []string
	}{
		{"no event", ``, strings.Replace(row, `"sent"`, `""`, 1), "", []string{`mapping: it has no event: column "estado" is empty`}},
		{"an unknown event", ``, strings.Replace(row, "sent", "Entregado", 1), "estado", []string{`column "estado": "Entregado" is no event`, "values:"}},
		{"no time", ``, strings.Replace(row, "1790900000", "null", 1), "", []string{`sent of m1: it has no time: column "hora" is empty`}},
		{"a time in another form", ``, strings.Replace(row, "1790900000", `"01/10/2026"`, 1), "hora", []string{`column "hora" "01/10/2026" is no time in Unix`, "add time:"}},
		{"a time in none of the forms", `time: ["02.01.2006", unix]`, strings.Replace(row, "1790900000", `"x"`, 1), "hora", []string{`no time in the form "02.01.2006" or "unix"`}},
		{"a time without its zone", ``, strings.Replace(row, "1790900000", `"2026-10-01 10:00:00"`, 1), "hora", []string{"has no time zone; add zone:"}},
		{"a layout without its zone", `time: "02/01/06 15:04"`, strings.Replace(row, "1790900000", `"01/10/26 10:00"`, 1), "hora", []string{"has no time zone; add zone:"}},
		{"Excel without its zone", `time: excel`, strings.Replace(row, "1790900000", `46297.5`, 1), "hora", []string{"has no time zone; add zone:"}},
		{"an hour that was twice", `zone: Europe/Madrid`, strings.Replace(row, "1790900000", `"2026-10-25 02:30:00"`, 1), "hora", []string{"was twice in Europe/Madrid"}},
		{"an hour that never was", `zone: Europe/Madrid`, strings.Replace(row, "1790900000", `"2026-03-29 02:30:00"`, 1), "hora", []string{"never was in Europe/Madrid"}},
		{"a day", `{time: 2006-01-02, zone: UTC}`, strings.Replace(row, "1790900000", `"2026-10-25"`, 1), "hora", []string{"is a day without a clock"}},
		{"a time out of range", `time: unix_ms`, row, "hora", []string{"is 1970-01-21T17:28:20Z, outside 2016 to 2036"}},
		{"no user", ``, `"estado":"inbound","hora":1790900000,"id":"m1"`, "", []string{`inbound of m1: it tells no user: column "a" is empty`}},
		{"a phone that has lost digits", ``, strings.Replace(row, "15550177001", "1.5E+10", 1), "a", []string{`column "a": "1.5E+10" is a phone that was made a number`}},
		{"an amount", ``, row + `,"precio":"1,234"`, "precio", []string{`column "precio": amount "1,234" is no decimal number`, "decimal: comma"}},
		{"an amount with the other mark", `decimal: comma`, row + `,"precio":"0.0034"`, "precio", []string{`is no decimal number with a comma`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			mapping := strings.TrimSpace(strings.Trim(tt.mapping, "{}")) + ", "
			got := decodeMapped(t, `{`+strings.TrimPrefix(mapping, ", ")+`columns: {`+columns+`}}`, `{`+tt.record+`}`)
			dialecttest.WantRejected(t, got, tt.at, tt.words...)
		})
	}
}

// A bill names days; what it charges for happened at an instant that the log
// tells elsewhere.
func TestMappingDaysOfCharges(t *testing.T) {
	got := decodeMapped(t, `{time: 2006-01-02, zone: UTC, columns: {event: {const: charge}, timestamp: day}}`, `{"day":"2026-10-01","message_id":"m1"}`)
	dialecttest.WantEvent(t, got, event.Event{Kind: event.Charge, Time: 1790812800_000, Message: "m1"})
}

// Events with times of their own come of one row, and money stands on the last.
func TestMappingEvents(t *testing.T) {
	const mapping = `
columns: {message_id: id, wa_id: phone, amount: price, error_code: error, pricing_category: category}
events:
- {event: sent, timestamp: sent_at}
- {event: delivered, timestamp: delivered_at, template_name: other}
- {event: failed, timestamp: failed_at, when: {error: "*"}, wa_id: ~}
`
	at := func(kind event.Kind, change func(*event.Event)) event.Event {
		e := event.Event{Kind: kind, Time: dialecttest.Instant, User: "15550177001", Message: "m1", Category: "utility"}
		change(&e)
		return e
	}
	none := func(*event.Event) {}
	priced := func(e *event.Event) { e.HasAmount, e.Amount = true, 50_000_000 }
	for members, want := range map[string][]event.Event{
		`"sent_at":1790900000`: {at(event.Sent, priced)},
		`"sent_at":1790900000,"delivered_at":"","other":"hello"`: {at(event.Sent, priced)},
		`"sent_at":1790900000,"delivered_at":1790900000,"other":"hello"`: {at(event.Sent, none),
			at(event.Delivered, func(e *event.Event) { priced(e); e.Template = "hello" })},
		`"sent_at":1790900000,"failed_at":1790900000`: {at(event.Sent, priced)},
		`"sent_at":1790900000,"failed_at":1790900000,"error":"131026"`: {at(event.Sent, none),
			at(event.Failed, func(e *event.Event) { priced(e); e.Error, e.User = "131026", "" })},
	} {
		got := decodeMapped(t, mapping, `{"id":"m1","phone":"15550177001","price":"0.05","category":"utility",`+members+`}`)
		dialecttest.WantItems(t, got, dialect.Items{Events: want})
	}
	dialecttest.WantRejected(t, decodeMapped(t, mapping, `{"id":"m1","phone":"15550177001"}`), "", `no time for any event: column "sent_at", column "delivered_at"`, "skip:")
	partly := decodeMapped(t, mapping, `{"id":"m1","phone":"15550177001","sent_at":"junk","delivered_at":1790900000}`)
	if len(partly.Events) != 1 || len(partly.Rejected) != 1 || partly.Rejected[0].At != "sent_at" {
		t.Errorf("a bad time costs its event alone, got %+v", *partly)
	}
}

func TestMappingSkips(t *testing.T) {
	const row = `"timestamp":1790900000,"to":"15550177001","message_id":"m1"`
	for _, tt := range []struct{ mapping, members, rule string }{
		{`skip: {env: test}`, `"env":"Test","status":"sent"`, `the mapping skips it: env is "test"`},
		{`skip: {env: [test, dev], status: "*"}`, `"env":"dev","status":"sent"`, `the mapping skips it: env is "test" or "dev", status is not empty`},
		{`skip: [{a: 1}, {price: ""}]`, `"status":"sent"`, `the mapping skips it: price is empty`},
		{`columns: {event: {from: estado, values: {Enviado: sent, "*": ignore}}}`, `"estado":"Clic"`, `the mapping ignores this event`},
		{`columns: {currency: {from: c, values: {ARS: ignore}}}`, `"status":"sent","c":"ars"`, `the mapping ignores this currency`},
		{`{}`, `"status":"deleted"`, `status deleted`},
		{`channel: via.kind`, `"status":"sent","via":{"kind":"SMS"}`, `channel sms`},
	} {
		dialecttest.WantIgnored(t, decodeMapped(t, tt.mapping, `{`+row+`,`+tt.members+`}`), tt.rule)
	}
	kept := decodeMapped(t, `skip: [{env: test, status: sent}, {price: ""}]`, `{`+row+`,"env":"test","status":"read","price":"1"}`)
	if len(kept.Events) != 1 {
		t.Errorf("all tests of a condition must hold, got %+v", *kept)
	}
}

func TestMappingLists(t *testing.T) {
	const mapping = `{lists: "data.items", when: {kind: batch}, columns: {event: status, waba_id: $.account, message_id: id, wa_id: "phone.number"}}`
	const good = `{"id":"m1","status":"sent","timestamp":1790900000,"phone":{"number":"15550177001"},"account":"9"}`
	got := decodeMapped(t, mapping, `{"kind":"batch","account":"7","data":{"items":[`+good+`,{"id":"m2","status":"sent","timestamp":"x"},3]}}`)
	if diff := cmp.Diff([]event.Event{mappedEvent(func(e *event.Event) { e.WABA = "7" })}, got.Events); diff != "" {
		t.Error(diff)
	}
	if len(got.Rejected) != 2 || got.Rejected[0].At != "data.items[1].timestamp" || got.Rejected[1].At != "data.items[2]" {
		t.Errorf("rejected %+v", got.Rejected)
	}
	dialecttest.WantIgnored(t, decodeMapped(t, mapping, `{"kind":"batch","data":{"items":[]}}`), "empty list data.items")
	dialecttest.WantRejected(t, decodeMapped(t, mapping, `{"kind":"batch","data":{"items":3}}`), "data.items", "lists: data.items is no list")
	one := decodeMapped(t, mapping, `{"kind":"batch","account":"7","data":{"items":`+good+`}}`)
	if diff := cmp.Diff([]event.Event{mappedEvent(func(e *event.Event) { e.WABA = "7" })}, one.Events); diff != "" {
		t.Error(diff)
	}
	dialecttest.WantRejected(t, decodeMapped(t, mapping, `{"kind":"other","data":{"items":[]}}`), "", "no section of the mapping is for it")
}

// A log may hold records of several shapes, and of other dialects beside them.
func TestMappingRecords(t *testing.T) {
	m := parseMapping(t, `
name: acme
zone: UTC
columns: {waba_id: {const: "7"}, message_id: id}
records:
- name: replies
  when: {kind: [reply, answer]}
  columns: {event: {const: inbound}, timestamp: at, wa_id: phone}
- when: {kind: status}
  zone: "+02:00"
  columns: {event: state, timestamp: at, message_id: msg}
`)
	want := map[string]event.Event{
		`{"kind":"Answer","at":"2026-10-02 00:13:20","phone":"15550177001","id":"m1"}`: mappedEvent(func(e *event.Event) { e.Kind, e.WABA = event.Inbound, "7" }),
		`{"kind":"status","at":"2026-10-02 02:13:20","state":"sent","msg":"m1"}`:       mappedEvent(func(e *event.Event) { e.User, e.WABA = "", "7" }),
		dialecttest.FlatRecord: {},
	}
	for record, event := range want {
		var tree jsontree.Tree
		if _, err := tree.Parse([]byte(record)); err != nil {
			t.Fatal(err)
		}
		d := m.Dialect()
		if known := d.Recognise(tree.Root()); known != (event.Kind != 0) {
			t.Errorf("recognised: %v, %s", known, record)
		} else if known {
			dialecttest.WantEvent(t, dialecttest.Decode(t, d, record), event)
		}
	}
	if rejected := dialecttest.Decode(t, m.Dialect(), `{"kind":"reply","at":"junk"}`).Rejected; len(rejected) != 1 || !strings.HasPrefix(rejected[0].Reason, "acme, replies: inbound of") {
		t.Errorf("rejected %+v", rejected)
	}
}

// What has a column of the mapping and is of no other dialect is rejected with
// what it lacks; what has none is not touched.
func TestMappingTakesWhatNobodyKnows(t *testing.T) {
	for record, want := range map[string]string{
		`{"estado":"sent","hora":1790900000,"id":"m1"}`:             "mapping",
		`{"wrapped":{"estado":"sent","hora":1790900000,"id":"m1"}}`: "mapping",
		`{"estado":"sent"}`:    "mapping",
		`{"colour":"blue"}`:    "",
		dialecttest.Webhook:    "meta-cloud",
		dialecttest.FlatRecord: "flat",
	} {
		var tree jsontree.Tree
		var items dialect.Items
		if _, err := tree.Parse([]byte(record)); err != nil {
			t.Fatal(err)
		}
		dialects := append([]dialect.Dialect{parseMapping(t, `columns: {event: estado, timestamp: hora, message_id: id}`).Dialect()}, dialecttest.All()...)
		got := ""
		if i := unwrap.New(dialects).Decode(tree.Root(), &items); i >= 0 {
			got = dialects[i].Name()
		}
		if got != want {
			t.Errorf("read by %q, want %q: %s", got, want, record)
		}
	}
}

// Rows that are alike cost nothing but their events.
func TestMappingAllocations(t *testing.T) {
	m := parseMapping(t, `
zone: America/Sao_Paulo
time: "02/01/2006 15:04:05"
columns: {event: {from: Estado, values: {Enviado: sent}}, timestamp: Fecha, wa_id: Teléfono, message_id: ID, amount: {from: Precio, decimal: comma, scale: 100}}
`)
	var tree jsontree.Tree
	if _, err := tree.Parse([]byte(`{"ID":"m1","Fecha":"01/10/2026 10:00:00","Teléfono":"15550177001","Estado":"Enviado","Precio":"0,05","Nota":"x"}`)); err != nil {
		t.Fatal(err)
	}
	d, items := m.Dialect(), new(dialect.Items)
	if n := testing.AllocsPerRun(100, func() {
		items.Reset()
		if d.Recognise(tree.Root()) {
			d.Decode(tree.Root(), items)
		}
	}); n > 1 { // the amount as money reads it
		t.Errorf("%v allocations a row", n)
	}
	if len(items.Events) != 1 {
		t.Errorf("got %+v", *items)
	}
}

func TestMappingKnowsItsColumns(t *testing.T) {
	m := parseMapping(t, `columns: {waba_id: "Cuenta", wa_id: "a.b"}`)
	for name, want := range map[string]bool{"cuenta": true, "a": true, "a.b": true, "Message ID": true, "b": false, "nota": false} {
		if m.Knows(name) != want {
			t.Errorf("%q: known %v", name, !want)
		}
	}
}

func BenchmarkMapping(b *testing.B) {
	m := parseMapping(b, `{zone: UTC, columns: {event: Estado, timestamp: Fecha, wa_id: Telefono, message_id: ID}}`)
	text := []byte(`{"ID":"m1","Fecha":"2026-10-01 10:00:00","Telefono":"15550177001","Estado":"sent","template_name":"parcel"}`)
	d, items, tree := m.Dialect(), new(dialect.Items), new(jsontree.Tree)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		items.Reset()
		if _, err := tree.Parse(text); err != nil {
			b.Fatal(err)
		}
		d.Decode(tree.Root(), items)
	}
	if len(items.Events) != 1 {
		b.Fatal(fmt.Sprint(*items))
	}
}
