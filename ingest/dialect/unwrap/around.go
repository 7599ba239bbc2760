package unwrap

import (
	"bytes"

	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
	"waudit/ingest/row"
)

// A log has the same around all of its records: from one event of a gateway to the next
// differ some texts and numbers. So of what was searched for records, and had one ordinary
// record in it, the layout is remembered: literal text with holes between. What has that
// layout, and in whose holes is nothing that may be a record, need not be parsed, nor be
// offered to the dialects: all that these go by is in the literal text.

// around is the layout of what is around a record.
type around struct {
	holes []hole
	end   string // behind the last hole
	hits  int
}

// hole is what may be another one in each record, behind a literal text.
type hole struct {
	literal string
	kind    holeKind
}

type holeKind uint8

const (
	holeText     holeKind = iota // what stands between the quotes of a string
	holeNumber                   // a number
	holeRecord                   // the record
	holeInString                 // the record, written as a string
)

// Limits of what is remembered.
const (
	maxArounds     = 16
	maxAroundTries = 1 << 8
)

// knownArounds are the layouts that were learned: those of JSON, and those of rows, in
// which bodies stand without quotes.
type knownArounds struct {
	lists [2][]*around
	tries int

	// Of what is decoded.
	only  jsontree.Value // the ordinary record, or the string that it was read from
	found int            // how many records there are
}

// listOf is the index of the layouts of rows or of JSON.
func listOf(isRow bool) int {
	if isRow {
		return 1
	}
	return 0
}

// noteFound notes that v is an ordinary record, or a string that is one.
func (u *Finder) noteFound(v jsontree.Value) {
	if u.known.found++; len(u.nested.outer) == 0 {
		u.known.only = v
	}
}

// DecodeKnown replaces items by those of an ordinary record in a text that has nothing else
// around it than one before, and returns its dialect. Of a row the bodies are told, as for
// ParseRow. If ok is false, items are empty.
func (u *Finder) DecodeKnown(text []byte, bodies []row.Body, items *dialect.Items) (index int, ok bool) {
	items.Reset()
	list := u.known.lists[listOf(bodies != nil)]
	for n, a := range list {
		if index, ok = u.decodeIn(a, text, bodies, items); !ok {
			items.Reset()
			continue
		}
		if a.hits++; n > 0 && a.hits > list[n-1].hits {
			list[n-1], list[n] = a, list[n-1]
		}
		return index, true
	}
	return 0, false
}

// decodeIn decodes the record in a text, if it has that layout.
func (u *Finder) decodeIn(a *around, text []byte, bodies []row.Body, items *dialect.Items) (index int, ok bool) {
	at := 0
	for i := range a.holes {
		h := &a.holes[i]
		rest, found := bytes.CutPrefix(text[at:], []byte(h.literal))
		if !found {
			return 0, false
		}
		n := 0
		switch h.kind {
		case holeText:
			n, ok = passText(rest)
		case holeNumber:
			n = len(rest)
			if ok = n > 0; ok {
				n = jsontree.NumberEnd(rest, 0)
				ok = n > 0
			}
		case holeRecord:
			index, n, ok = u.decodeRecord(rest, bodies, items)
			if start := at + len(h.literal); bodies != nil {
				ok = ok && len(bodies) == 1 && bodies[0].Start == start && bodies[0].End == start+n
			}
		case holeInString:
			index, n, ok = u.quick.DecodeInString(rest, items)
		}
		if !ok {
			return 0, false
		}
		at += len(h.literal) + n
	}
	rest, found := bytes.CutPrefix(text[at:], []byte(a.end))
	return index, found && len(bytes.Trim(rest, " \t\r\n")) == 0
}

// decodeRecord decodes the record that the text begins with, if it is an ordinary one; of
// a row it is the first of bodies.
func (u *Finder) decodeRecord(text []byte, bodies []row.Body, items *dialect.Items) (index, n int, ok bool) {
	if len(bodies) > 0 && bodies[0].Doubled {
		return u.quick.DecodeDoubled(text, items)
	}
	return u.quick.DecodeInner(text, items)
}

// passText returns the length of a text up to its quote, and whether it holds nothing: a
// search would find no record in it.
func passText(text []byte) (n int, ok bool) {
	seen := uint8(0)
	for n < len(text) && text[n] != '"' {
		seen |= signs[text[n]]
		n++
	}
	if n == len(text) || seen&isOdd != 0 {
		return 0, false
	}
	text = text[:n]
	if n == 0 {
		return 0, true
	}
	if text[0] == ' ' {
		return 0, false // may be JSON
	}
	if !mayBeEncoded(text) {
		return n, true
	}
	_, may := unpack(text)
	return n, !may
}

// learnAround remembers what is around the only record in v, which was just found.
func (u *Finder) learnAround(v jsontree.Value) {
	k := &u.known
	if k.found != 1 || !k.only.OK() || k.only == v || k.tries == maxAroundTries || u.skipper() == nil {
		return
	}
	it := u.items
	l := aroundLesson{finder: u, data: v.Data(), record: k.only}
	if len(it.Changes)+len(it.Ignored)+len(it.Rejected)+len(it.Unknown) > 0 || v.Offset() > 0 || len(bytes.Trim(l.data[v.End():], " \t\r\n")) > 0 {
		return
	}
	k.tries++
	if v.Kind() != jsontree.Object || v.First().Key() == dialect.WrapperKey || rebuilt(v) != nil || !l.value(v) {
		return
	}
	l.learnt.end = string(l.data[l.at:v.End()])
	list := &k.lists[listOf(v.Rough())]
	if len(*list) == maxArounds {
		*list = (*list)[:maxArounds-1] // one that was hardly met makes room
	}
	*list = append(*list, &l.learnt)
}

// aroundLesson is the learning of one layout.
type aroundLesson struct {
	finder *Finder
	data   []byte
	record jsontree.Value
	learnt around
	at     int // where the last hole ends
}

// hole adds a hole.
func (l *aroundLesson) hole(kind holeKind, start, end int) {
	l.learnt.holes = append(l.learnt.holes, hole{string(l.data[l.at:start]), kind})
	l.at = end
}

// value learns what is around the record in v. It reports whether that can be told.
func (l *aroundLesson) value(v jsontree.Value) bool {
	switch start, end := v.Offset(), v.End(); {
	case v == l.record && v.Tag() != 0:
		l.hole(holeRecord, start, end)
	case v == l.record:
		l.hole(holeInString, start+1, end-1)
	case v.Kind() == jsontree.String:
		if n, ok := passText(l.data[start+1:]); ok && n == end-start-2 {
			l.hole(holeText, start+1, end-1)
		} // else nothing was found in what is literal then
	case v.Kind() == jsontree.Number:
		l.hole(holeNumber, start, end)
	case v.Kind() == jsontree.Array:
		if !l.has(v) {
			return bytes.IndexByte(l.data[start:end], '{') < 0
		}
		return !v.First().Next().OK() && l.value(v.First())
	case v.Kind() == jsontree.Object:
		return l.object(v)
	}
	return true
}

// has reports whether the record is in v.
func (l *aroundLesson) has(v jsontree.Value) bool {
	at := l.record.Offset()
	return v.Offset() <= at && at < v.End()
}

// object learns what is around the record in an object, or an object beside it, if no
// more than its keys tells that it is no record itself.
func (l *aroundLesson) object(v jsontree.Value) bool {
	u := l.finder
	offered := u.shapes.of(v, u.dialects)
	for i := nextIn(offered, 0); i < len(u.dialects); i = nextIn(offered, i+1) {
		d, ok := u.dialects[i].(dialect.Shaped)
		if !ok || d.MayBe(v) || !l.has(v) && d.MayBePiece(v) {
			return false
		}
	}
	if isTyped(v) || isForm(v) || isRenamed(v) {
		return false
	}
	id, time := false, false
	for m := v.First(); m.OK(); m = m.Next() {
		key := m.Key()
		switch {
		case isHistoryKey(key), key == "schema", key == dialect.WrapperKey, key == "waba_id", key == "phone_number_id":
			return false
		case isSpelt(key, "id"):
			id = id || key != "id"
		case isSpelt(key, "timestamp"):
			time = true
		}
	}
	if id && time {
		return false // whether they are those of a message, their texts tell
	}
	for m := v.First(); m.OK(); m = m.Next() {
		if !l.value(m) {
			return false
		}
	}
	return true
}
