package unwrap

import (
	"bytes"
	"encoding/json"
	"math"
	"math/bits"
	"slices"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/quick"
	"waudit/ingest/jsontree"
	"waudit/ingest/row"
)

// quickly is what quick.Reader has found of the records in a text, while it was parsed.
// Which of them count, those say who look at what is around them.
type quickly struct {
	items   dialect.Items
	records []quickRecord
	bodies  []row.Body // of the text, if it is a row, that are still to come
}

// quickRecord is a record that was found, and where its events and links end among
// those of all.
type quickRecord struct{ dialect, events, links int }

// Limits of what is looked at while a text is parsed.
const (
	maxQuickDepth = 128
	unknownText   = math.MaxUint16 // tag of a body of a row that quick.Reader does not know
)

// Use lets ordinary records be read by q, and q learn of all others.
func (u *Finder) Use(q *quick.Reader) { u.quick = q }

// skipper is what knows the records of a text that is parsed; nil if there is none.
func (u *Finder) skipper() jsontree.Skipper {
	if u.quick == nil || u.secrets != nil {
		return nil
	}
	return u
}

// Parse parses a text whose records Decode is to find. What was parsed before is
// void, and so are the items of it.
func (u *Finder) Parse(tree *jsontree.Tree, text []byte) (n int, err error) {
	return u.ParseRow(tree, text, nil)
}

// ParseRow is Parse for a row whose bodies stand in the text without quotes and
// escapes.
func (u *Finder) ParseRow(tree *jsontree.Tree, text []byte, bodies []row.Body) (n int, err error) {
	u.found.items.Reset()
	u.found.records, u.found.bodies, u.texts = u.found.records[:0], bodies, u.texts[:0]
	n, err = tree.ParseAround(text, u.skipper())
	u.found.bodies = nil
	return n, err
}

// Skip implements jsontree.Skipper: ordinary records get no tree.
func (u *Finder) Skip(data []byte, at, depth int) (end int, tag uint16, isText bool) {
	f, body := &u.found, 0
	if len(f.bodies) > 0 && f.bodies[0].Start == at {
		body, f.bodies = f.bodies[0].End, f.bodies[1:]
	}
	if depth <= maxQuickDepth && len(f.records) < unknownText-1 {
		text := data[at:]
		if body > 0 {
			text = data[at:body]
		}
		if i, n, ok := u.quick.DecodeInner(text, &f.items); ok {
			f.records = append(f.records, quickRecord{i, len(f.items.Events), len(f.items.Links)})
			if f.items.Links != nil {
				// Not even a link like the last of this record is left out of the next
				// one: of the two, that one alone may count.
				f.items.Links = append(f.items.Links, dialect.Link{})
			}
			end, tag = at+n, uint16(len(f.records))
		}
	}
	switch {
	case body > 0 && tag == 0:
		return body, unknownText, true
	case body > 0:
		return body, tag, true
	}
	return end, tag, false
}

// isFound takes a record that quick.Reader has found. It reports whether v is one.
func (u *Finder) isFound(v jsontree.Value) bool {
	tag := int(v.Tag())
	if tag == 0 || tag == unknownText {
		return false
	}
	from, to := quickRecord{}, u.found.records[tag-1]
	if tag > 1 {
		from = u.found.records[tag-2]
	}
	events := u.found.items.Events[from.events:to.events]
	if u.lacks(to.dialect, events) {
		return false
	}
	u.items.Events = append(u.items.Events, events...)
	for _, l := range u.found.items.Links[from.links:to.links] {
		u.items.Link(l)
	}
	u.first = first(u.first, to.dialect)
	u.noteFound(v)
	return true
}

// readQuickly reads the text of a string v that is an ordinary record. It reports whether it is.
func (u *Finder) readQuickly(v jsontree.Value, text []byte) bool {
	if u.quick == nil || u.secrets != nil {
		return false
	}
	events, links := len(u.items.Events), len(u.items.Links)
	i, _, ok := u.quick.DecodeInner(text, u.items)
	if ok && u.lacks(i, u.items.Events[events:]) {
		u.items.Events, u.items.Links, ok = u.items.Events[:events], u.items.Links[:links], false
	}
	if ok {
		u.first = first(u.first, i)
		u.noteFound(v)
	}
	return ok
}

// first is the dialect of the first record, if i is that of one more.
func first(before, i int) int {
	if before < 0 {
		return i
	}
	return before
}

// lacks reports whether what is around the record says what its events leave out.
func (u *Finder) lacks(index int, events []event.Event) bool {
	if _, ok := u.dialects[index].(dialect.Surrounded); !ok || u.around.WABA == "" && u.around.Number == "" {
		return false
	}
	for i := range events {
		if events[i].WABA == "" || events[i].Number == "" {
			return true
		}
	}
	return false
}

// text is what the string v says. It is kept until the next text is begun with.
func (u *Finder) text(v jsontree.Value) []byte {
	if u.quick == nil {
		return v.AppendStr(nil) // nobody says when the next text begins
	}
	if v.Tag() == 0 {
		if raw := v.Raw(); bytes.IndexByte(raw, '\\') < 0 {
			return raw[1 : len(raw)-1]
		}
	}
	start := len(u.texts)
	u.texts = v.AppendStr(u.texts)
	return u.texts[start:len(u.texts):len(u.texts)]
}

// behind is the items that were added to those before.
func behind(before, it *dialect.Items) dialect.Items {
	return dialect.Items{
		Events: it.Events[len(before.Events):], Changes: it.Changes[len(before.Changes):], Ignored: it.Ignored[len(before.Ignored):],
		Rejected: it.Rejected[len(before.Rejected):], Unknown: it.Unknown[len(before.Unknown):],
	}
}

// DecodeFaulty is Decode for a record that is no JSON for faults in the text of its
// strings alone: ordinary records may have them where nobody reads. What becomes of
// it does not depend on what was learned before.
func DecodeFaulty(record []byte, dialects []dialect.Dialect, items *dialect.Items) (dialect int, ok bool) {
	var tree jsontree.Tree
	mended := withoutTextFaults(record)
	if n, err := tree.Parse(mended); err != nil || n == 0 {
		return 0, false
	}
	items.Reset()
	q := quick.New(dialects)
	q.Learn(tree.Root(), New(dialects).Decode(tree.Root(), items), items)
	return q.Decode(record, items)
}

// withoutTextFaults is the record with blanks for what must not stand in strings:
// control characters, and escapes that JSON does not have.
func withoutTextFaults(record []byte) []byte {
	mended, inside := slices.Clone(record), false
	for i := 0; i < len(mended); i++ {
		switch c := mended[i]; {
		case c == '"':
			inside = !inside
		case inside && c < ' ':
			mended[i] = ' '
		case inside && c == '\\' && i+1 < len(mended):
			if !json.Valid([]byte(`"`+string(mended[i:min(i+6, len(mended))])+`"`)) && !json.Valid([]byte(`"`+string(mended[i:i+2])+`"`)) {
				mended[i], mended[i+1] = ' ', ' '
			}
			i++
		}
	}
	return mended
}

// shapes remembers which dialects may know an object, by its keys.
type shapes struct {
	known map[string]uint64 // sets of the first 64 dialects
	keys  []byte
}

// maxShapes bounds how many shapes are remembered.
const maxShapes = 1 << 10

// of returns the set of dialects to which the object is to be offered.
func (s *shapes) of(object jsontree.Value, dialects []dialect.Dialect) uint64 {
	s.keys = s.keys[:0]
	for m := object.First(); m.OK(); m = m.Next() {
		s.keys = append(append(s.keys, m.Key()...), '"')
	}
	if set, ok := s.known[string(s.keys)]; ok {
		return set
	}
	set := ^uint64(0)
	if len(s.known) == maxShapes {
		return set
	}
	for i, d := range dialects[:min(len(dialects), 64)] {
		if k, ok := d.(dialect.Keyed); ok && !k.MayKnow(object) {
			set &^= 1 << i
		}
	}
	if s.known == nil {
		s.known = map[string]uint64{}
	}
	s.known[string(s.keys)] = set
	return set
}

// nextIn is the first dialect of the set from there on, to which all beyond the first
// 64 belong.
func nextIn(set uint64, from int) int {
	if from >= 64 {
		return from
	}
	return min(from+bits.TrailingZeros64(set>>from), 64)
}

// has reports whether the dialect is in the set, as all beyond the first 64 are.
func has(set uint64, dialect int) bool { return dialect >= 64 || set&(1<<dialect) != 0 }
