package table_test

import (
	"strings"
	"testing"

	"waudit/ingest/dialect/dialecttest"
	"waudit/ingest/dialect/provider"
	"waudit/ingest/table"
)

// Everything that is wrong in a mapping file is said with its line.
func TestMappingFaults(t *testing.T) {
	for _, tt := range []struct{ name, file, want string }{
		{"nothing", "", `mapping.yaml:1: the file is empty; begin with columns:`},
		{"a comment", "# todo\n", `mapping.yaml:1: the file is empty; begin with columns:`},
		{"no keys", "- a\n", `mapping.yaml:1: the file holds no keys; begin with columns:`},
		{"no YAML", "columns:\n  a: [\n", `mapping.yaml:2: not YAML: did not find expected node content`},
		{"two documents", "zone: UTC\n---\nzone: UTC\n", `mapping.yaml:2: another document begins; a mapping file has one`},
		{"an unknown key", "zone: UTC\ncolums: {}\n", `mapping.yaml:2: there is no key "colums"; did you mean "columns"?`},
		{"a far key", "quux: 1\n", `mapping.yaml:1: there is no key "quux"`},
		{"an unknown column", "columns:\n  wa_idd: to\n", `mapping.yaml:2: there is no column "wa_idd"; did you mean "wa_id"?`},
		{"a key twice", "zone: UTC\nzone: UTC\n", `mapping.yaml:2: "zone" stands there twice; it is on line 1 as well`},
		{"a column twice", "columns:\n  wa_id: to\n  wa_id: a\n", `mapping.yaml:3: "wa_id" stands there twice; it is on line 2 as well`},
		{"a list of names", "name: [a]\n", `mapping.yaml:1: name takes a single value`},
		{"a name in capitals", "name: Acme\n", `mapping.yaml:1: name is "Acme"; it takes small letters, digits, - and _`},
		{"a name that is taken", "name: twilio\n", `mapping.yaml:1: name is "twilio", which is a format that needs no mapping; choose another`},
		{"the name of tables", "name: table\n", `mapping.yaml:1: name is "table", which is a format that needs no mapping; choose another`},
		{"columns as a list", "columns: [a]\n", `mapping.yaml:1: columns takes keys and values`},
		{"a list as a key", "columns:\n  [a]: b\n", `mapping.yaml:2: a key of columns is no single value`},
		{"a list in a list", "columns:\n  wa_id: [[a]]\n", `mapping.yaml:2: each value of wa_id takes a single value`},
		{"an empty list", "columns:\n  wa_id: []\n", `mapping.yaml:2: wa_id is an empty list`},
		{"an empty path", "columns:\n  wa_id: \"\"\n", `mapping.yaml:2: wa_id names no column; write ~ to leave it out`},
		{"an unknown key of a column", "columns:\n  wa_id: {form: to}\n", `mapping.yaml:2: there is no key "form"; did you mean "from"?`},
		{"no origin", "columns:\n  wa_id:\n    values: {a: b}\n", `mapping.yaml:2: wa_id takes one of from:, const: and template:`},
		{"two origins", "columns:\n  wa_id: {from: a, const: b}\n", `mapping.yaml:2: wa_id takes one of from:, const: and template:`},
		{"a time of no time", "columns:\n  wa_id: {from: a, time: unix}\n", `mapping.yaml:2: there is no key "time"`},
		{"a scale of no amount", "columns:\n  wa_id: {from: a, scale: 100}\n", `mapping.yaml:2: there is no key "scale"`},
		{"an open brace", "columns:\n  wa_id: {template: \"a{b\"}\n", `mapping.yaml:2: template "a{b" has a brace that is not closed, or nothing in it`},
		{"an empty brace", "columns:\n  wa_id: {template: \"a{}\"}\n", `mapping.yaml:2: template "a{}" has a brace that is not closed, or nothing in it`},
		{"a fixed template", "columns:\n  wa_id: {template: a}\n", `mapping.yaml:2: template "a" names no column in braces; a fixed text is a const:`},
		{"a constant that is no event", "columns:\n  event: {const: snet}\n", `mapping.yaml:2: "snet" is no event; it takes ignore, inbound, call, accepted_call, request, sent, delivered, read, failed, echo or charge; did you mean "sent"?`},
		{"a value that is no event", "columns:\n  event:\n    from: a\n    values:\n      x: enviado\n", `mapping.yaml:5: "enviado" is no event; it takes ignore, inbound, call, accepted_call, request, sent, delivered, read, failed, echo or charge`},
		{"values that are one", "columns:\n  waba_id: {from: a, values: {A_B: c, ab: d}}\n", `mapping.yaml:2: "ab" and "A_B" are compared without case, blanks, - and _, and are one`},
		{"a value that is a list", "columns:\n  waba_id: {from: a, values: {b: [c]}}\n", `mapping.yaml:2: values "b" takes a single value`},
		{"an unknown zone", "zone: Sao_Paulo\n", `mapping.yaml:1: zone: there is no time zone "Sao_Paulo"; write a name of the tz database, such as America/Sao_Paulo, or an offset, such as +05:30`},
		{"the machine's zone", "zone: Local\n", `mapping.yaml:1: zone: there is no time zone "Local"; write a name of the tz database, such as America/Sao_Paulo, or an offset, such as +05:30`},
		{"an unknown form of time", "time: unixms\n", `mapping.yaml:1: time: "unixms" is no layout with year, month and day; write 2006-01-02 15:04:05 as the log would, or unix, unix_ms, unix_us, unix_ns, rfc3339 or excel`},
		{"letters for a layout", "time: DD/MM/YYYY HH:mm\n", `mapping.yaml:1: time: "DD/MM/YYYY HH:mm" is no layout with year, month and day; write 2006-01-02 15:04:05 as the log would, or unix, unix_ms, unix_us, unix_ns, rfc3339 or excel`},
		{"a layout without a year", "time: 02/01 15:04\n", `mapping.yaml:1: time: "02/01 15:04" is no layout with year, month and day; write 2006-01-02 15:04:05 as the log would, or unix, unix_ms, unix_us, unix_ns, rfc3339 or excel`},
		{"hours without a half of the day", "time: 2006-01-02 03:04\n", `mapping.yaml:1: time: "2006-01-02 03:04" has half a clock; hours are 15, or 03 with PM, minutes 04`},
		{"a zone's abbreviation", "time: 2006-01-02 15:04 MST\n", `mapping.yaml:1: time: the abbreviation of a zone does not say which it is: write it into the layout as it stands in the log, and add zone:`},
		{"an unknown decimal", "decimal: point\n", `mapping.yaml:1: decimal is "point"; it takes comma or dot`},
		{"an unknown sign", "columns:\n  amount: {from: a, sign: minus}\n", `mapping.yaml:2: sign is "minus"; it takes keep, negate or drop`},
		{"a scale of nothing", "columns:\n  amount: {from: a, scale: 0}\n", `mapping.yaml:2: scale is "0"; it takes how many units of the log make one of the currency, 100 for cents`},
		{"a scale that is a part", "columns:\n  amount: {from: a, scale: 0.01}\n", `mapping.yaml:2: scale is "0.01"; it takes how many units of the log make one of the currency, 100 for cents`},
		{"a condition of nothing", "when: {}\n", `mapping.yaml:1: when names no column`},
		{"a condition that is a word", "skip: test\n", `mapping.yaml:1: skip takes keys and values`},
		{"records of nothing", "records: []\n", `mapping.yaml:1: records takes a list, with columns: and when: for each shape of record`},
		{"a list beside records", "lists: a\nrecords:\n- columns: {wa_id: to}\n", `mapping.yaml:1: lists: stands beside records:, and belongs into each of them`},
		{"events of nothing", "events: {}\n", `mapping.yaml:1: events takes a list, with event: and timestamp: for each`},
		{"a rule without an event", "events:\n- timestamp: sent_at\n", `mapping.yaml:2: a rule of events names no event:`},
		{"a rule of an unknown event", "events:\n- {event: send, timestamp: sent_at}\n", `mapping.yaml:2: "send" is no event; it takes ignore, inbound, call, accepted_call, request, sent, delivered, read, failed, echo or charge; did you mean "sent"?`},
		{"a rule of an unknown column", "events:\n- {event: sent, timestmp: sent_at}\n", `mapping.yaml:2: there is no column "timestmp"; did you mean "timestamp"?`},
		{"events said twice", "columns: {event: status}\nevents:\n- {event: sent, timestamp: sent_at}\n", `mapping.yaml:1: the column event stands beside events:, which says what happened; take one away`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, err := table.Parse("mapping.yaml", []byte(tt.file), provider.All())
			if err == nil || m != nil || err.Error() != tt.want {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
}

// All that is wrong is told at once, in the order of the file, and what stands
// above several records once.
func TestMappingFaultsTogether(t *testing.T) {
	_, err := table.Parse("m.yaml", []byte("columns: {amuont: x}\nrecords:\n- {when: {a: b}, zone: Mars}\n- {when: {a: c}, tme: unix}\n"), provider.All())
	want := `m.yaml:1: there is no column "amuont"; did you mean "amount"?
m.yaml:3: zone: there is no time zone "Mars"; write a name of the tz database, such as America/Sao_Paulo, or an offset, such as +05:30
m.yaml:4: there is no key "tme"; did you mean "time"?`
	if err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

// Aliases of YAML stand for what they name, and do no harm.
func TestMappingAliases(t *testing.T) {
	m := parseMapping(t, "zone: &z UTC\nrecords:\n- {zone: *z, columns: &c {waba_id: a}, when: {k: 1}}\n- {columns: *c, when: {k: 2}}\n")
	for _, record := range []string{`{"k":1,"a":"7","event":"sent","timestamp":1790900000,"wa_id":"1"}`, `{"k":2,"a":"7","event":"sent","timestamp":1790900000,"wa_id":"1"}`} {
		if got := dialecttest.Decode(t, m.Dialect(), record); len(got.Events) != 1 || got.Events[0].WABA != "7" {
			t.Errorf("got %+v of %s", got, record)
		}
	}
	for _, text := range []string{"columns: &a {wa_id: *a}", "a: &a [*a]", "columns: &a {wa_id: &b [*b]}"} {
		if _, err := table.Parse("m.yaml", []byte(text), provider.All()); err == nil || !strings.HasPrefix(err.Error(), "m.yaml:1: ") {
			t.Errorf("%s: %v", text, err)
		}
	}
}
