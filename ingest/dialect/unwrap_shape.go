package dialect

import "waudit/ingest/jsontree"

// keyed is a dialect that knows its records by their keys. What is around the
// records of a log has the same few shapes thousands of times.
type keyed interface {
	// mayKnow reports whether an object with these keys, whatever stands under them,
	// may be a record, or hold the pieces of one.
	mayKnow(object jsontree.Value) bool
}

// shapes remembers which dialects may know an object, by its keys.
type shapes struct {
	known map[string]uint64 // sets of the first 64 dialects
	keys  []byte
}

// maxShapes bounds how many shapes are remembered.
const maxShapes = 1 << 10

// of returns the set of dialects to which the object is to be offered.
func (s *shapes) of(object jsontree.Value, dialects []Dialect) uint64 {
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
		if k, ok := d.(keyed); ok && !k.mayKnow(object) {
			set &^= 1 << i
		}
	}
	if s.known == nil {
		s.known = map[string]uint64{}
	}
	s.known[string(s.keys)] = set
	return set
}

// has reports whether the dialect is in the set, as all beyond the first 64 are.
func has(set uint64, dialect int) bool { return dialect >= 64 || set&(1<<dialect) != 0 }

// mayKnow implements keyed. Tests look at nothing but what stands under the names of
// a section: without any of them, each has always the same answer.
func (d *mapped) mayKnow(object jsontree.Value) bool {
	for i := range d.rows {
		r := &d.rows[i]
		if gate := r.section.gate; gate != "" && !object.Get(gate).OK() {
			continue
		}
		r.root = object
		r.record.fill(object)
		r.item.fill(object)
		if r.record.any() || r.item.any() || r.fits() || r.mayFit() || r.isTable() {
			return true
		}
	}
	return false
}

// any reports whether any name was found.
func (f *found) any() bool {
	for _, v := range f.values {
		if v.OK() {
			return true
		}
	}
	return false
}

// hasKeys reports whether an object has all the keys.
func hasKeys(object jsontree.Value, keys ...string) bool {
	for _, key := range keys {
		if !object.Get(key).OK() {
			return false
		}
	}
	return true
}

// What the Recognise of each asks for at least.

func (flat) mayKnow(v jsontree.Value) bool      { return hasKeys(v, "event", "timestamp") }
func (truth) mayKnow(v jsontree.Value) bool     { return hasKeys(v, "message_id", "check") }
func (gupshup) mayKnow(v jsontree.Value) bool   { return hasKeys(v, "app", "payload", "type") }
func (wasapFlow) mayKnow(v jsontree.Value) bool { return hasKeys(v, "event", "data") }
func (*interakt) mayKnow(v jsontree.Value) bool { return hasKeys(v, "type", "data") }
func (*glific) mayKnow(v jsontree.Value) bool   { return hasKeys(v, "deduction_type", "is_billable") }
func (conversationEvents) mayKnow(v jsontree.Value) bool {
	return hasKeys(v, "event", "customer")
}
func (*onPrem) mayKnow(v jsontree.Value) bool {
	return hasKeys(v, "statuses") || hasKeys(v, "messages")
}
func (*kapso) mayKnow(v jsontree.Value) bool { return hasKeys(v, "message") || hasKeys(v, "data") }
func (*infobip) mayKnow(v jsontree.Value) bool {
	return hasKeys(v, "results") || hasKeys(v, "messages") || hasKeys(v, "messageId")
}
