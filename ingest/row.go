package ingest

import (
	"waudit/ingest/container"
	"waudit/ingest/jsontree"
)

// decodeRow decodes a row of a table: from its cells if it is an ordinary flat
// record, else as the JSON object that it stands for. As such it is also
// rejected: with the names of its columns, it can be mended on its own.
func (d *decoder) decodeRow(rec container.Record) {
	s := spot{rec.Line, rec.Offset}
	place := s.place(d.in, jsontree.Value{})
	if d.quick != nil && rec.Fault == "" && s.hasRoom(0) {
		if i, ok := d.quick.DecodeRow(rec.Row, &d.items); ok {
			d.take(i, place, nil)
			return
		}
	}
	d.rowText = rec.Row.AppendJSON(d.rowText[:0])
	if rec.Fault != "" {
		d.rejectRow(place, rec)
		return
	}
	d.decodeText(&d.tree, container.Record{Text: d.rowText, Line: rec.Line, Offset: rec.Offset})
}
