package ingest

import (
	"slices"

	"waudit/audit/event"
	"waudit/ingest/container"
	"waudit/ingest/jsontree"
	"waudit/ingest/row"
)

// decodeRow decodes a row of a table: from its cells if it is an ordinary flat
// record, else as the JSON object that it stands for. As such it is also
// rejected: with the names of its columns, it can be mended on its own.
func (d *decoder) decodeRow(rec container.Record) {
	s := spot{rec.Line, rec.Offset}
	place := s.place(d.in, jsontree.Value{})
	if rec.Fault == "" && s.hasRoom(0) {
		if i, ok := d.quick.DecodeRow(rec.Row, &d.items); ok {
			d.take(i, place, nil)
			return
		}
		if d.run.opts.Secrets == nil && d.decodeAround(rec, place) {
			return
		}
	}
	d.rowText = rec.Row.AppendJSON(d.rowText[:0])
	if rec.Fault != "" {
		d.rejectRow(place, rec)
		return
	}
	d.decodeText(&d.tree, container.Record{Text: d.rowText, Line: rec.Line, Offset: rec.Offset, Row: rec.Row})
}

// decodeAround decodes a row whose cells hold records as texts, without writing
// these into the JSON of the row. It declines where that would be needed: for
// messages that quote it, and for a row that an earlier run rejected.
func (d *decoder) decodeAround(rec container.Record, place event.Place) bool {
	for asWritten := true; ; asWritten = false {
		d.rowText, d.bodies = rec.Row.AppendAround(d.rowText[:0], d.bodies[:0], asWritten)
		if len(d.bodies) == 0 || !(spot{rec.Line, rec.Offset}).hasRoom(2*len(d.rowText)) {
			return false
		}
		if i, ok := d.unwrap.DecodeKnown(d.rowText, d.bodies, &d.items); ok {
			d.take(i, place, nil)
			return true
		}
		if !slices.ContainsFunc(d.bodies, func(b row.Body) bool { return b.Doubled }) {
			break
		}
	}
	if _, err := d.unwrap.ParseRow(&d.tree, d.rowText, d.bodies); err != nil || d.tree.Root().First().Key() == wrapperKey {
		return false
	}
	d.items.Reset()
	i := d.recognise(d.tree.Root())
	d.items.CheckIDs()
	if i < 0 || len(d.items.Rejected) > 0 || d.tree.Misread() {
		return false
	}
	d.take(i, place, nil)
	return true
}
