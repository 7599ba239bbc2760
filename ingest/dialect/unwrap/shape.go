package unwrap

import (
	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
)

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

// has reports whether the dialect is in the set, as all beyond the first 64 are.
func has(set uint64, dialect int) bool { return dialect >= 64 || set&(1<<dialect) != 0 }
