package ingest

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"

	"waudit/audit/event"
	"waudit/ingest/container"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/unwrap"
	"waudit/ingest/jsontree"
	"waudit/ingest/row"
	"waudit/ingest/textlog"
)

// spot is where a text that is parsed begins: its line, and how far it is
// from the first record that begins on that line, in bytes.
type spot struct{ line, distance int64 }

// place returns the place of the first item of the record v. It is made of the
// distance of the record, to which each further item adds one: as every item
// takes more than a byte, places are in the order of the file and no two are
// the same, and no worker needs to know what another has found on the line.
func (s spot) place(in *input, v jsontree.Value) event.Place {
	return event.Place{
		Input: in.number,
		Line:  uint32(min(s.line, math.MaxUint32)),
		Item:  uint32(min(s.distance+int64(v.Offset()), math.MaxUint32)),
	}
}

// hasRoom reports whether places are large enough for the items of what ends so
// many bytes behind the spot.
func (s spot) hasRoom(end int) bool {
	return s.line <= math.MaxUint32 && s.distance+int64(end) <= math.MaxUint32
}

// decodeRecord decodes a record as its container found it.
func (d *decoder) decodeRecord(rec container.Record) {
	place := spot{rec.Line, rec.Offset}.place(d.in, jsontree.Value{})
	d.stray, d.last = rec.Stray, rec.Unended || rec.Lost
	switch {
	case d.in.ledger != nil:
		d.decodeLedgerRow(rec)
	case rec.TooLong:
		if dialect.IsMarked(rec.Text) {
			d.hidden.AddLost()
		}
		d.reject(place, rec.Text, fmt.Sprintf("longer than %d bytes; raise --max-record to read it", d.run.opts.MaxRecord))
	case rec.Ignore != "":
		if d.last {
			d.broken = errCut
		}
		d.ignore(place, rec.Ignore)
	case rec.Row != nil:
		d.decodeRow(rec)
	case rec.Fault != "":
		if d.stray {
			d.counts.unrecognised++ // whether it would be one of ours, nobody can tell
		}
		d.hide(rec.Text)
		d.reject(place, rec.Text, rec.Fault)
	case !d.decodeQuickly(rec):
		d.decodeText(&d.tree, rec)
	}
}

// reasonStray is why what was found among other text is ignored. Logs and dumps
// are full of objects and rows that are none of ours.
const reasonStray = "body in a log, or row of a dump, of no known format"

// ignore ignores a record that is one item.
func (d *decoder) ignore(place event.Place, reason string) {
	d.records++
	d.items.Reset()
	d.items.Ignored = append(d.items.Ignored, reason)
	d.count(place)
}

// decodeQuickly decodes a record without a tree, if it is an ordinary one.
func (d *decoder) decodeQuickly(rec container.Record) bool {
	if !d.mayBeQuick(rec) {
		return false
	}
	i, ok := d.quick.Decode(rec.Text, &d.items)
	if !ok {
		i, ok = d.unwrap.DecodeKnown(rec.Text, nil, &d.items)
	}
	if ok {
		d.take(i, spot{rec.Line, rec.Offset}.place(d.in, jsontree.Value{}), rec.Text)
	}
	return ok
}

// mayBeQuick reports whether a record may be decoded without a tree.
func (d *decoder) mayBeQuick(rec container.Record) bool {
	return !rec.Lost && spot{rec.Line, rec.Offset}.hasRoom(len(rec.Text))
}

// decodeText decodes the values of a text: one, but on lines that hold several.
func (d *decoder) decodeText(tree *jsontree.Tree, rec container.Record) {
	for at := 0; ; {
		for at < len(rec.Text) && isSeparator(rec.Text[at]) {
			at++
		}
		if at == len(rec.Text) {
			return
		}
		s := spot{rec.Line, rec.Offset + int64(at)}
		n, err := d.parse(tree, rec.Text[at:])
		if err != nil {
			if at == 0 && tree == &d.tree && !d.run.opts.Strict && d.mayBeQuick(rec) {
				if i, ok := unwrap.DecodeFaulty(rec.Text, d.dialects, &d.items); ok {
					d.take(i, s.place(d.in, jsontree.Value{}), rec.Text)
					return
				}
			}
			if d.decodeShell(tree, rec, at) {
				return
			}
			d.hide(rec.Text[at:])
			d.reject(s.place(d.in, jsontree.Value{}), rec.Text[at:], broken(err, rec, at))
			return
		}
		d.last = d.last && (rec.Stray || rec.Row != nil) // JSON ends where it is whole
		d.decodeValue(tree.Root(), s)
		at += n
	}
}

// decodeShell decodes what is JSON but for the classes of a database's shell.
func (d *decoder) decodeShell(tree *jsontree.Tree, rec container.Record, at int) (ok bool) {
	if at > 0 || tree != &d.tree || rec.Row != nil {
		return false
	}
	if d.innerText, ok = textlog.AppendShell(d.innerText[:0], rec.Text); ok {
		rec.Text = d.innerText
		d.decodeText(&d.inner, rec)
	}
	return ok
}

// parse parses a record. Of one that stands in a record, it leaves alone what was
// found in that.
func (d *decoder) parse(tree *jsontree.Tree, text []byte) (n int, err error) {
	if tree == &d.tree {
		return d.unwrap.Parse(tree, text)
	}
	return tree.Parse(text)
}

func isSeparator(c byte) bool {
	return c == 0 || c == ' ' || c == ',' || c == '\t' || c == '\r' || c == '\n'
}

// decodeValue decodes a record, or those in an array that stands where a record
// is expected.
func (d *decoder) decodeValue(v jsontree.Value, s spot) {
	first := v.First()
	if v.Kind() != jsontree.Array || first.OK() && first.Kind() != jsontree.Object {
		d.decodeRejected(v, s)
		return
	}
	for ; first.OK(); first = first.Next() {
		d.decodeRejected(first, s)
	}
}

// decodeRejected takes a record that an earlier run rejected, and somebody has
// mended since, out of its wrapper.
func (d *decoder) decodeRejected(v jsontree.Value, s spot) {
	if v.First().Key() != wrapperKey {
		d.decodeItems(v, s)
		return
	}
	record := v.Get("record")
	if record.Kind() != jsontree.String || d.unwrapping {
		d.decodeItems(record, s)
		return
	}
	var as recordForm
	if err := json.Unmarshal(v.First().Raw(), &as); err != nil {
		as = recordForm{} // whoever mended the record has changed more
	}
	d.unwrapping, d.mended = true, as.Log
	d.decodeMended(record, s, &as)
	d.unwrapping, d.mended = false, false
}

// decodeMended decodes a record that was kept as a text.
func (d *decoder) decodeMended(record jsontree.Value, s spot, as *recordForm) {
	d.innerText = record.AppendStr(d.innerText[:0])
	rec := container.Record{Text: d.innerText, Line: s.line, Offset: s.distance + int64(record.Offset())}
	switch {
	case len(as.Columns) > 0 && as.Delimiter != "" && !json.Valid(d.innerText):
		read := container.ReadRow(d.innerText, as.Delimiter[0], &row.Columns{Names: as.Columns}, as.Unended)
		read.Line, read.Offset = rec.Line, rec.Offset
		d.decodeRow(read)
		return
	case as.Log && !json.Valid(d.innerText):
		if body, err := textlog.AppendPython(nil, d.innerText); err == nil {
			rec.Text = body
		}
	}
	d.decodeText(&d.inner, rec)
}

// decodeItems decodes a record and takes what it holds.
func (d *decoder) decodeItems(v jsontree.Value, s spot) {
	place := s.place(d.in, v)
	if !s.hasRoom(v.Offset() + len(v.Raw())) {
		d.reject(place, v.Raw(), "more than 4 billion bytes into its line, or lines into the file; write a record a line, and split the file")
		return
	}
	d.items.Reset()
	if d.run.opts.Dialect == "" && d.run.opts.Mapping == nil && isOwn(v) {
		d.counts.unrecognised++
		d.ignore(place, reasonOwn)
		return
	}
	i := d.recognise(v)
	if i < 0 {
		d.notRecognised(place, v)
		return
	}
	d.take(i, place, v.Raw())
}

// notRecognised counts a record that no dialect knows. Where it was found among
// other text, or is a line of a log, it is ignored, unless it has a sign of what is looked for.
func (d *decoder) notRecognised(place event.Place, v jsontree.Value) {
	marked := dialect.IsMarked(v.Raw()) && !hasAllOf(v, billKeys[:])
	d.counts.unrecognised++
	switch {
	case marked:
		if isBillLine(v) {
			d.counts.marked++
		} else {
			d.hide(v.Raw())
		}
	case d.stray:
		d.ignore(place, reasonStray)
		return
	case isLogLine(v) && !isMarked(v.Raw()):
		d.last = false
		d.ignore(place, container.WithoutBody)
		return
	default:
		d.last = false // whole, and of a kind that nobody asks for
	}
	d.reject(place, v.Raw(), unrecognised(v))
}

// hide notes a record that cannot be read, if it has a sign of one of WhatsApp.
func (d *decoder) hide(text []byte) {
	if isMarked(text) {
		d.counts.marked++
		d.counts.hidden++
		d.hidden.Add(text, d.run.opts.Pseudonym)
	}
}

// take counts what a record of the dialect i holds and hands it on.
func (d *decoder) take(i int, place event.Place, text []byte) {
	d.records++
	d.counts.byDialect[i]++
	found := len(d.items.Events)
	d.items.CheckIDs()
	d.number(place)
	d.count(place)
	if d.run.opts.Secrets != nil {
		d.noteSigned(found)
	}
	if len(d.items.Rejected) > 0 {
		d.hidden.Add(text, d.run.opts.Pseudonym)
		d.keep(place, text, recordForm{Log: d.stray || d.mended}, d.items.Rejected...)
	}
	if len(d.items.Events)+len(d.items.Changes)+len(d.items.Links) > 0 {
		d.sink.Record(&d.items)
	}
}

// recognise decodes the record by the first dialect that knows it, or what is
// wrapped in it, and returns the dialect's index, -1 if none does. All are tried
// in their order for every record, though most inputs have but one: a record
// that two of them know must not change its meaning with the records around it.
func (d *decoder) recognise(v jsontree.Value) int {
	i := d.unwrap.Decode(v, &d.items)
	if i >= 0 || d.run.opts.Dialect == "" {
		return i
	}
	// Asked for, the dialect has the say on every object.
	if d.dialects[0].Decode(v, &d.items); d.items.Len() > 0 {
		return 0
	}
	return -1
}

// number fills in the places of events and changes.
func (d *decoder) number(place event.Place) {
	events, changes := d.items.Events, d.items.Changes
	if n := len(events) + len(changes); n > 1 {
		place.Of = uint16(min(n, math.MaxUint16))
	}
	first := place.Item
	for i := range events {
		place.Item, place.Nth = first+uint32(i), uint16(min(i, math.MaxUint16))
		events[i].Place = place
	}
	for i := range changes {
		n := len(events) + i
		place.Item, place.Nth = first+uint32(n), uint16(min(n, math.MaxUint16))
		changes[i].Place = place
	}
}

// count counts the record and its items.
func (d *decoder) count(place event.Place) {
	it, c := &d.items, &d.counts
	events := len(it.Events) + len(it.Changes)
	c.Records++
	c.Items += int64(it.Len())
	c.Events += int64(events)
	c.IgnoredItems += int64(len(it.Ignored))
	c.RejectedItems += int64(len(it.Rejected))
	switch {
	case events > 0:
		c.Used++
	case len(it.Rejected) > 0:
		c.Rejected++
	default:
		c.Ignored++
		if len(it.Ignored) == 0 {
			d.ignored.add(reasonEmpty, 0, d.records, place)
		}
	}
	for _, reason := range it.Ignored {
		d.ignored.add(reason, 1, d.records, place)
	}
	for _, u := range it.Unknown {
		t := d.unknown[u.What]
		if t == nil {
			t = new(Tally)
			d.unknown[strings.Clone(u.What)] = t
		}
		t.add(u.Value, 1, d.records, place)
	}
}
