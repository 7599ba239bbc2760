package ledger

import (
	"slices"
	"testing"

	"waudit/audit/event"
	"waudit/ingest/row"
)

// TestFirstLedgers: ledgers from before bill lines had ids are read; without any
// other column there is no event.
func TestFirstLedgers(t *testing.T) {
	values := map[string]row.Cell{
		"event": {Kind: row.Text, Text: "charge"}, "timestamp": {Kind: row.Int, Int: event.MinTime}, "resolved": {Kind: row.Int},
		"origin_input": {Kind: row.Int}, "origin_line": {Kind: row.Int, Int: 7}, "origin_item": {Kind: row.Int},
		"amount": {Kind: row.Int, Int: 5}, "line_id": {Kind: row.Text, Text: "L1"}, "pricing_subtype": {Kind: row.Text, Text: "list_price"},
	}
	read := func(without string) (e event.Event, err error) {
		names := slices.DeleteFunc(columnNames(), func(name string) bool { return name == without })
		r := &row.Row{Columns: &row.Columns{Names: names}}
		for _, name := range names {
			r.Cells = append(r.Cells, values[name])
		}
		err = (&Rows{}).Event(r, &e)
		return e, err
	}
	if e, err := read(""); err != nil || e.Line != "L1" {
		t.Errorf("line %q, %v", e.Line, err)
	}
	if e, err := read("line_id"); err != nil || e.Line != "" || !e.BillLine() || e.Place.Line != 7 {
		t.Errorf("%+v, %v", e, err)
	}
	if e, err := read("price_kind"); err != nil || e.PriceKind != event.ListPrice || e.Subtype != "" {
		t.Errorf("price kind %q, subtype %q, %v", e.PriceKind, e.Subtype, err)
	}
	if _, err := read("currency"); err == nil {
		t.Error("a part without currencies is read")
	}
}
