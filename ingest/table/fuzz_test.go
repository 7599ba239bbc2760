package table_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
	"waudit/ingest/dialect/flat"
	"waudit/ingest/dialect/provider"
	"waudit/ingest/jsontree"
	"waudit/ingest/table"
)

// No text makes a mapping that falls over any record, and every item of every
// record is accounted for.
func FuzzMapping(f *testing.F) {
	records := []string{
		dialecttest.FlatRecord,
		`{"estado":"Enviado","hora":"01/10/2026 10:00:00","tel":"15550177001","id":"m1","precio":"0,05"}`,
		`{"data":{"items":[{"id":"m1","status":"sent","sent_at":1790900000,"read_at":1790900001,"price":1e-3},3]}}`,
	}
	for i, mapping := range []string{
		"{}", "columns: {wa_id: to}",
		"zone: Europe/Madrid\ntime: [\"02/01/2006 15:04:05\", excel]\ncolumns: {event: {from: estado, values: {Enviado: sent, \"*\": ignore}}, timestamp: hora, amount: {from: precio, decimal: comma, sign: drop, scale: 100}}",
		"lists: data.items\nskip: [{id: \"\"}, {price: \"*\"}]\nevents:\n- {event: sent, timestamp: sent_at}\n- {event: read, timestamp: [read_at, \"$.a[0].b\"], when: {status: sent}}",
		"records:\n- {when: {a: b}, columns: {message_id: {template: \"{a}-{b.c}\"}, waba_id: {const: 7}, amount: ~}}\n- &x {zone: \"+02:00\"}\n- *x",
	} {
		f.Add([]byte(mapping), []byte(records[i%len(records)]))
	}
	f.Fuzz(func(t *testing.T, mapping, record []byte) {
		m, err := table.Parse("m.yaml", mapping, provider.All())
		if err != nil {
			if !strings.HasPrefix(err.Error(), "m.yaml:") {
				t.Fatalf("no line in %q", err)
			}
			return
		}
		items := dialecttest.CheckDecode(t, m.Dialect(), record)
		if items == nil {
			return
		}
		var tree jsontree.Tree
		_, _ = tree.Parse(record)
		if d := m.Dialect(); d.Recognise(tree.Root()) {
			var again dialect.Items
			d.Decode(tree.Root(), &again)
			if diff := cmp.Diff(*items, again); diff != "" {
				t.Fatalf("a dialect that recognised the record decodes it otherwise:\n%s", diff)
			}
		}
	})
}

func FuzzTable(f *testing.F) {
	f.Add([]byte(`{"wamid":"m","status":"sent","date_sent":"2026-10-01T10:00:00Z","to":"15550177001","price":"0.05"}`))
	f.Add([]byte(`{"message_id":"m","direction":"inbound","timestamp":1790900000,"from":"15550177001","channel":"whatsapp"}`))
	d := table.New()
	f.Fuzz(func(t *testing.T, data []byte) {
		items := dialecttest.CheckDecode(t, d, data)
		var tree jsontree.Tree
		if _, err := tree.Parse(data); items == nil || err != nil {
			return
		}
		var assembled dialect.Items
		if d.(dialect.PieceAssembler).Assemble(tree.Root(), &assembled); assembled.Len() > 0 && len(assembled.Events)+len(assembled.Rejected)+len(assembled.Ignored) != assembled.Len() {
			t.Fatalf("got %+v", assembled)
		}
	})
}

// renaming is a mapping that gives every column of the flat record another name.
func renaming() (mapping string) {
	lines := []string{"columns:"}
	for i, name := range flat.Names() {
		lines = append(lines, fmt.Sprintf("  %s: Spalte %d", name, i))
	}
	return strings.Join(lines, "\n")
}

// A flat record under other names gives what it gives under its own.
func TestMappingIsTheFlatRecord(t *testing.T) {
	m := parseMapping(t, renaming())
	names := flat.Names()
	rapid.Check(t, func(t *rapid.T) {
		own, renamed := map[string]any{}, map[string]any{}
		for i, name := range names {
			value := drawColumn(t, event.Column(i))
			own[name], renamed[fmt.Sprintf("spalte_%d", i)] = value, value
		}
		want, got := decodeObject(t, dialecttest.Of("flat")(), own), decodeObject(t, m.Dialect(), renamed)
		if diff := cmp.Diff(want.Events, got.Events); diff != "" {
			t.Fatalf("events (-flat +mapped):\n%s\nof %v", diff, own)
		}
		if len(got.Events) > 0 {
			return
		}
		if len(want.Rejected)+len(want.Ignored) != len(got.Rejected)+len(got.Ignored) {
			t.Fatalf("items %+v, mapped %+v, of %v", want, got, own)
		}
	})
}

// drawColumn draws what may stand in a column, mostly something of use.
func drawColumn(t *rapid.T, c event.Column) any {
	values := []any{nil, "", "x", "Marketing", 7, true}
	switch c {
	case event.ColEvent:
		values = []any{"inbound", "sent", "delivered", "READ", "failed", "charge", "played", "accepted", "sent", ""}
	case event.ColTimestamp, event.ColExpires:
		values = []any{1790900000, "1790900000123", "2026-10-01T10:00:00Z", "2026-10-01 10:00:00+0200", "2026-10-01 10:00:00", "junk", "1", nil}
	case event.ColUser, event.ColParticipant:
		values = []any{"15550177001", "+1 555 017 7001", 15550177001, "US.1000", "masked-1", nil, ""}
	case event.ColAmount:
		values = []any{"0.05", 0.0034, "-1", "1,5", "R$ 0,05", "1,234", "junk", nil, nil, nil}
	case event.ColBillable:
		values = []any{true, false, "true", "FALSE", "IS_BILLABLE", nil}
	}
	return rapid.SampledFrom(values).Draw(t, c.String())
}

func decodeObject(t *rapid.T, d dialect.Dialect, record map[string]any) *dialect.Items {
	text, err := json.Marshal(record)
	if err != nil {
		t.Fatal(err)
	}
	tree, items := new(jsontree.Tree), new(dialect.Items)
	if _, err := tree.Parse(text); err != nil {
		t.Fatal(err)
	}
	d.Decode(tree.Root(), items)
	return items
}

// The columns of mappings are those of the flat record.
func TestMappingColumnNames(t *testing.T) {
	names := flat.Names()
	for _, name := range names {
		if !flat.IsColumn(name) {
			t.Errorf("%q is no column of the flat record", name)
		}
	}
	doc, err := os.ReadFile(filepath.Join("..", "..", "docs", "mapping.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if !strings.Contains(string(doc), "`"+name+"`") {
			t.Errorf("docs/mapping.md does not name %s", name)
		}
	}
}
