package quick_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
	"waudit/ingest/dialect/flat"
	"waudit/ingest/dialect/quick"
	"waudit/ingest/row"
)

// textCell is a cell of text.
func textCell(s string) row.Cell { return row.Cell{Kind: row.Text, Text: s} }

// flatRow is an ordinary row, and further cells by name.
func flatRow(further map[string]row.Cell) *row.Row {
	cells := map[string]row.Cell{
		"event": textCell("delivered"), "timestamp": textCell("2026-09-15T02:30:27Z"), "waba_id": textCell("102290129307920"),
		"wa_id": textCell("915074699463"), "message_id": textCell("wamid.a"), "remark": textCell("Zoë"), "group_id": {},
	}
	for name, c := range further {
		cells[name] = c
	}
	r := &row.Row{Columns: new(row.Columns)}
	for name, c := range cells {
		r.Columns.Names = append(r.Columns.Names, name)
		r.Cells = append(r.Cells, c)
	}
	return r
}

// checkRow sees that DecodeRow declines the row or gives what the dialects give
// of its JSON. It reports whether it took it.
func (c *comparer) checkRow(t rapid.TB, r *row.Row) (taken bool) {
	t.Helper()
	text := r.AppendJSON(nil)
	got, ok := c.quick.DecodeRow(r, &c.got)
	if !ok {
		if c.got.Len()+len(c.got.Unknown)+len(c.got.Links) > 0 {
			t.Fatalf("declined, but items are left: %+v\n%s", c.got, text)
		}
		return false
	}
	if _, err := c.tree.Parse(text); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if want := decodeAny(c.dialects, c.tree.Root(), &c.want); got != want {
		t.Fatalf("taken for dialect %d, want %d\n%s", got, want, text)
	}
	if diff := cmp.Diff(c.want, c.got, dialecttest.EquateEmpty); diff != "" {
		t.Fatalf("items (-want +got):\n%s\n%s", diff, text)
	}
	return true
}

func TestDecodeRow(t *testing.T) {
	tests := []struct {
		name    string
		further map[string]row.Cell
		taken   bool
	}{
		{"plain", nil, true},
		{"integers", map[string]row.Cell{"timestamp": {Kind: row.Int, Int: 1790900000}, "waba_id": {Kind: row.Int, Int: 1022901293079201}, "error_code": {Kind: row.Int, Int: 131047}}, true},
		{"instants", map[string]row.Cell{"timestamp": {Kind: row.Time, Int: 1790900000123}, "conversation_expiration": {Kind: row.Time, Int: 1790986400000}}, true},
		{"instant and text", map[string]row.Cell{"timestamp": {Kind: row.Time, Int: 1790900000123}, "conversation_expiration": textCell("1790986400")}, true},
		{"text and instant", map[string]row.Cell{"conversation_expiration": {Kind: row.Time, Int: 1790986400000}}, true},
		{"no time", map[string]row.Cell{"timestamp": {}}, false},
		{"decimal", map[string]row.Cell{"amount": {Kind: row.Nano, Int: -6_800_000}, "currency": textCell("usd")}, true},
		{"float", map[string]row.Cell{"amount": {Kind: row.Float, Text: "6.8e-03"}}, true},
		{"boolean", map[string]row.Cell{"billable": {Kind: row.Bool, Int: 1}}, true},
		{"boolean as text", map[string]row.Cell{"billable": textCell("FALSE")}, true},
		{"texts that JSON escapes", map[string]row.Cell{"template_name": textCell("a \"b\"\n\x01 ü")}, true},
		{"instant out of range", map[string]row.Cell{"timestamp": {Kind: row.Time, Int: 7}}, false},
		{"instant for an id", map[string]row.Cell{"message_id": {Kind: row.Time, Int: 1790900000123}}, false},
		{"decimal for an id", map[string]row.Cell{"message_id": {Kind: row.Nano, Int: 7}}, false},
		{"smallest decimal", map[string]row.Cell{"amount": {Kind: row.Nano, Int: -1 << 63}}, false},
		{"group for an id", map[string]row.Cell{"message_id": {Kind: row.JSON, Text: "{}"}}, false},
		{"boolean for an id", map[string]row.Cell{"message_id": {Kind: row.Bool}}, false},
		{"text that is not UTF-8", map[string]row.Cell{"message_id": textCell("\xff")}, false},
		{"unknown word", map[string]row.Cell{"pricing_category": textCell("colour")}, false},
		{"unknown event", map[string]row.Cell{"event": textCell("danced")}, false},
		{"no event", map[string]row.Cell{"event": {}}, false},
		{"amount with a decimal comma", map[string]row.Cell{"amount": textCell("0,05")}, false},
		{"no user", map[string]row.Cell{"wa_id": {}, "message_id": {}}, false},
		{"column of another format", map[string]row.Cell{"data": {Kind: row.JSON, Text: "{}"}}, false},
	}
	c := newComparer()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if taken := c.checkRow(t, flatRow(tt.further)); taken != tt.taken {
				t.Errorf("taken: %v", taken)
			}
		})
	}
	twice := flatRow(nil)
	twice.Columns.Names = append(twice.Columns.Names, "event")
	if c.checkRow(t, twice) {
		t.Error("taken, though a column is there twice")
	}
}

// A row that is shorter than its layout, and one of another layout behind it,
// get nothing from the row before.
func TestDecodeRowAlone(t *testing.T) {
	c := newComparer()
	full := flatRow(map[string]row.Cell{"template_name": textCell("t"), "billable": {Kind: row.Bool, Int: 1}})
	short := &row.Row{Columns: &row.Columns{Names: []string{"event", "timestamp", "message_id", "user_id"}},
		Cells: []row.Cell{textCell("sent"), textCell("1790900000"), textCell("wamid.b")}}
	for _, r := range []*row.Row{full, short, full, short} {
		if !c.checkRow(t, r) {
			t.Errorf("declined: %s", r.AppendJSON(nil))
		}
	}
}

// What words mean is remembered from row to row, and says the same of each; of more words
// than are remembered as well.
func TestDecodeRowWords(t *testing.T) {
	c := newComparer()
	r := flatRow(map[string]row.Cell{
		"pricing_category": textCell("Utility"), "billable": textCell("1"), "pricing_subtype": textCell("max_price"), "currency": textCell("usd"),
	})
	at := func(name string) *row.Cell { return &r.Cells[slices.Index(r.Columns.Names, name)] }
	for i := range 100 {
		at("event").Text = []string{"sent", "Delivered", "read"}[i%3]
		at("pricing_category").Text = []string{"Utility", "MARKETING"}[i/3%2]
		at("billable").Text = []string{"1", "false", "t", ""}[i%4]
		at("pricing_subtype").Text = []string{"max_price", "paid-exempt"}[i/4%2]
		at("currency").Text = fmt.Sprintf("c%02d", i%23)
		if !c.checkRow(t, r) {
			t.Fatalf("declined: %s", r.AppendJSON(nil))
		}
	}
	for range 2 { // what is not known is not remembered
		if at("pricing_category").Text = "colour"; c.checkRow(t, r) {
			t.Error("taken, though a word is not known")
		}
	}
}

// Whatever is in the cells, in whatever order, it is what the JSON says.
func TestDecodeRowProperty(t *testing.T) {
	c := newComparer()
	taken := 0
	rapid.Check(t, func(t *rapid.T) {
		if c.checkRow(t, drawRow(drawer{T: t})) {
			taken++
		}
	})
	if taken == 0 && !testing.Short() { // most drawn rows have something unusual
		t.Error("no row was taken")
	}
}

// drawRow draws a row with cells of all kinds, ordinary ones for the most part.
func drawRow(d drawer) *row.Row {
	texts := map[string][]string{
		"event": {"inbound", "Sent", "delivered", "played", "charge", "danced"}, "timestamp": {"1790900000", "2026-10-01 10:00:00+0200", "soon"},
		"waba_id": {"1"}, "phone_number_id": {"2"}, "wa_id": {"15550177001", "+1 555 0177001", "US.1"}, "user_id": {"US.1", ""},
		"group_id": {"g"}, "participant_id": {"15550177002"}, "message_id": {"wamid.a", "ü\n"}, "message_type": {"Text", "strange"},
		"template_name": {"t"}, "template_category": {"UTILITY"}, "template_language": {"en"}, "conversation_id": {"c"},
		"conversation_origin": {"customer-initiated"}, "conversation_expiration": {"1790900000", "later"}, "billable": {"true", "perhaps"},
		"pricing_model": {"pmp"}, "pricing_type": {"regular"}, "pricing_category": {"service"}, "pricing_subtype": {"paid-exempt"},
		"amount": {"0.05", "1e-3", "0,05"}, "currency": {"usd"}, "referral_source_type": {"ad", "post"}, "ctwa_clid": {"AR"},
		"error_code": {"131047"}, "": {"x"}, "remark": {"\"\xff"},
	}
	names := []string{"event", "timestamp", "wa_id"}
	for name := range texts {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names[3:])
	names = slices.Concat(names[:3], rapid.SliceOfN(rapid.SampledFrom(names[3:]), 0, 8).Draw(d.T, "columns"))
	names = rapid.Permutation(names).Draw(d.T, "order")
	r := &row.Row{Columns: &row.Columns{Names: names}}
	for _, name := range names {
		cell := textCell(d.oneOf(texts[name]...))
		if d.chance(5) {
			cell = drawCell(d)
		}
		r.Cells = append(r.Cells, cell)
	}
	return r
}

func drawCell(d drawer) row.Cell {
	n := rapid.OneOf(rapid.SampledFrom([]int64{0, 1, 1790900000, 1790900000123, -1 << 63}), rapid.Int64()).Draw(d.T, "number")
	switch kind := row.CellKind(rapid.IntRange(int(row.Null), int(row.JSON)).Draw(d.T, "kind")); kind {
	case row.Null, row.Int, row.Bool, row.Nano, row.Time:
		return row.Cell{Kind: kind, Int: n}
	case row.Float:
		return row.Cell{Kind: kind, Text: d.oneOf("1.5", "NaN", "1e+21", "")}
	case row.JSON:
		return row.Cell{Kind: kind, Text: d.oneOf("{}", "[1]", "null", `"a"`, "7")}
	}
	return textCell(rapid.String().Draw(d.T, "text"))
}

func TestIsColumn(t *testing.T) {
	for name, want := range map[string]bool{"event": true, "billable": true, "ctwa_clid": true, "Event": false, "": false, "status": false} {
		if flat.IsColumn(name) != want {
			t.Errorf("%q: want %v", name, want)
		}
	}
	if n := testing.AllocsPerRun(100, func() { flat.IsColumn("phone_number_id") }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkDecodeRow(b *testing.B) {
	q, items := quick.New(dialecttest.All()), new(dialect.Items)
	r := flatRow(map[string]row.Cell{
		"phone_number_id": textCell("106540352409461"), "user_id": textCell("IN.8103310473831763"), "message_type": textCell("template"),
		"template_name": textCell("order_confirmed"), "template_category": textCell("utility"), "template_language": textCell("en"),
	})
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := q.DecodeRow(r, items); !ok {
			b.Fatal("not an ordinary row")
		}
	}
}
