package unwrap

import (
	"bytes"
	"slices"

	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
	"waudit/ingest/row"
)

// A log has the same around all of its records: from one event of a gateway to the next
// differ some texts and numbers. So of what was searched for records, and had one ordinary
// record in it, the layout is remembered: literal text with holes between. What has that
// layout, and in whose holes is nothing that may be a record, need not be parsed, nor be
// offered to the dialects: all that these go by is in the literal text. As most texts and
// numbers are the same in all events, each is literal until it is seen to differ.

// around is the layout of what is around a record.
type around struct {
	whole layout // with holes for all texts and numbers
	open  layout // with holes for those that were seen to differ, and the record
	hits  int
}

// layout is literal text with holes between.
type layout struct {
	holes []hole
	end   string // behind the last hole
}

// hole is what may be another one in each record, behind a literal text.
type hole struct {
	literal string
	kind    holeKind
	text    string // that stood there first, but of the record
	differs bool   // another text was seen there, or it is the record
}

// opened is the layout whose holes are those that differ.
func (l *layout) opened() (open layout) {
	literal := ""
	for _, h := range l.holes {
		literal += h.literal
		if !h.differs {
			literal += h.text
			continue
		}
		open.holes = append(open.holes, hole{literal: literal, kind: h.kind})
		literal = ""
	}
	open.end = literal + l.end
	return open
}

// isLike reports whether two layouts have the same holes between the same literals.
func (l *layout) isLike(other *layout) bool {
	return l.end == other.end && slices.EqualFunc(l.holes, other.holes, func(h, o hole) bool { return h.literal == o.literal && h.kind == o.kind })
}

// widen opens the holes in which something else stands in another record of the layout.
// It reports whether there are any.
func (a *around) widen(other *layout) (wider bool) {
	for i := range a.whole.holes {
		if h := &a.whole.holes[i]; !h.differs && h.text != other.holes[i].text {
			h.differs, wider = true, true
		}
	}
	if wider {
		a.open = a.whole.opened()
	}
	return wider
}

type holeKind uint8

const (
	holeText     holeKind = iota // what stands between the quotes of a string
	holeNumber                   // a number
	holeRecord                   // the record
	holeInString                 // the record, written as a string
	holeEncoded                  // the record, in an encoding
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
	u.texts = u.texts[:0]
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
	l := &a.open
	if u.known.tries == maxAroundTries {
		l = &a.whole // nobody learns any more what differs
	}
	at := 0
	for i := range l.holes {
		h := &l.holes[i]
		rest, found := bytes.CutPrefix(text[at:], []byte(h.literal))
		if !found {
			return 0, false
		}
		n := 0
		switch h.kind {
		case holeText:
			n, ok = u.passText(text, at+len(h.literal))
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
		case holeEncoded:
			index, n, ok = u.decodeEncoded(rest, items)
		}
		if !ok {
			return 0, false
		}
		at += len(h.literal) + n
	}
	rest, found := bytes.CutPrefix(text[at:], []byte(l.end))
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

// decodeEncoded decodes the record that a text up to its quote is in an encoding.
func (u *Finder) decodeEncoded(text []byte, items *dialect.Items) (index, n int, ok bool) {
	if n = bytes.IndexByte(text, '"'); n < 0 {
		return 0, 0, false
	}
	body, _ := unpack(text[:n])
	index, end, ok := u.quick.DecodeInner(body, items)
	return index, n, ok && end == len(body)
}

// passText returns the length of the text of a string that begins at an index, and whether
// a search would find no record in it.
func (u *Finder) passText(data []byte, start int) (n int, ok bool) {
	end := jsontree.StringEnd(data, start)
	if end < 0 {
		return 0, false
	}
	text := data[start:end]
	if len(text) == 0 {
		return 0, true
	}
	if bytes.IndexByte([]byte(" {["), text[0]) < 0 && bytes.IndexByte(text, '\\') < 0 { // no JSON, as nearly all
		if !mayBeEncoded(text) {
			return len(text), true
		}
		if _, may := unpack(text); !may {
			return len(text), true
		}
	}
	return len(text), !u.finds(data[start-1 : end+1])
}

// finds reports whether there is a record in a string of JSON.
func (u *Finder) finds(quoted []byte) (found bool) {
	root, ok := u.nested.parse(jsontree.Value{}, quoted, nil)
	if !ok {
		return false
	}
	items, first := u.items, u.first
	u.items = new(dialect.Items)
	found = u.descend(root, 0)
	u.items, u.first = items, first
	u.nested.close()
	return found
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
	for _, a := range *list {
		if a.whole.isLike(&l.learnt) {
			if a.widen(&l.learnt) {
				k.tries-- // when all holes are open, that ends
			}
			return
		}
	}
	if len(*list) == maxArounds {
		*list = (*list)[:maxArounds-1] // one that was hardly met makes room
	}
	*list = append(*list, &around{whole: l.learnt, open: l.learnt.opened()})
}

// aroundLesson is the learning of one layout.
type aroundLesson struct {
	finder *Finder
	data   []byte
	record jsontree.Value
	learnt layout
	at     int // where the last hole ends
}

// hole adds a hole.
func (l *aroundLesson) hole(kind holeKind, start, end int) {
	h := hole{literal: string(l.data[l.at:start]), kind: kind, differs: kind >= holeRecord}
	if !h.differs {
		h.text = string(l.data[start:end])
	}
	l.learnt.holes = append(l.learnt.holes, h)
	l.at = end
}

// value learns what is around the record in v. It reports whether that can be told.
func (l *aroundLesson) value(v jsontree.Value) bool {
	switch start, end := v.Offset(), v.End(); {
	case v == l.record && v.Tag() != 0:
		l.hole(holeRecord, start, end)
	case v == l.record && l.data[start+1] == '{':
		l.hole(holeInString, start+1, end-1)
	case v == l.record:
		l.hole(holeEncoded, start+1, end-1)
	case v.Kind() == jsontree.String && v.Tag() == 0:
		if _, ok := l.finder.passText(l.data, start+1); ok {
			l.hole(holeText, start+1, end-1)
		} // else nothing was found in what is literal then
	case v.Kind() == jsontree.Number:
		l.hole(holeNumber, start, end)
	case v.Kind() == jsontree.Array:
		if e := v.First(); !e.Next().OK() && (l.has(v) || e.Kind() == jsontree.String) {
			return l.value(e)
		}
		return !l.has(v) && bytes.IndexByte(l.data[start:end], '{') < 0
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
	if !l.isNone(v, l.has(v)) {
		return false
	}
	if isForm(v) {
		nested := &l.finder.nested
		root, ok := nested.parse(v, appendFirsts(nil, v), nil)
		if !ok {
			return false
		}
		ok = !l.has(v) && !isHyphened(root) && l.isNone(root, false)
		if nested.close(); !ok {
			return false
		}
	}
	for m := v.First(); m.OK(); m = m.Next() {
		if !l.value(m) {
			return false
		}
	}
	return true
}

// isNone reports whether no more than the keys of an object tells that it is no record,
// nor a piece of one unless it holds one.
func (l *aroundLesson) isNone(v jsontree.Value, holds bool) bool {
	u := l.finder
	offered := u.shapes.of(v, u.dialects)
	for i := nextIn(offered, 0); i < len(u.dialects); i = nextIn(offered, i+1) {
		d, ok := u.dialects[i].(dialect.Shaped)
		if !ok || d.MayBe(v) || !holds && d.MayBePiece(v) {
			return false
		}
	}
	if isTyped(v) || isRenamed(v) {
		return false
	}
	id, time := false, false
	for m := v.First(); m.OK(); m = m.Next() {
		key := m.Key()
		switch {
		case isHistoryKey(key), key == "schema", key == dialect.WrapperKey, isWABAKey(key), isNumberKey(key):
			return false
		case isSpelt(key, "id"):
			id = id || key != "id"
		case isSpelt(key, "timestamp"):
			time = true
		}
	}
	return !id || !time // whether they are those of a message, their texts tell
}
