package table

import (
	"slices"
	"strings"
	"unicode"

	"waudit/ingest/dialect"
	"waudit/ingest/dialect/unwrap"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
)

// Sample is what the first records of a log hold, of which the draft of a
// mapping is made. It is for one goroutine at a time.
type Sample struct {
	most    int    // records to take
	full    func() // called when they are taken
	records int    // that no dialect can use
	known   int    // that need no mapping
	paths   []seenPath
	index   map[seenKey]int
	unwrap  *unwrap.Finder // of what needs no mapping
}

// seenKey is a path, and the list in whose items it begins; "" for the record.
type seenKey struct{ list, path string }

// seenPath is a path, and what was seen there.
type seenPath struct {
	seenKey
	leaf   string   // its last key
	values []string // different ones, a few
	isList bool     // it is a list of objects
}

// Bounds of a sample, so that records of any shape are sampled in little memory.
const (
	mostPaths  = 500
	mostValues = 40 // different values of a path
	mostItems  = 20 // of a list
	mostDepth  = 6
	mostText   = 200 // bytes of a value
)

// NewSample returns an empty sample that takes no record. Records of the dialects
// need no mapping.
func NewSample(dialects []func() dialect.Dialect) *Sample {
	s := &Sample{index: map[seenKey]int{}}
	all := make([]dialect.Dialect, len(dialects))
	for i, construct := range dialects {
		all[i] = construct()
	}
	s.unwrap = unwrap.New(all)
	return s
}

// Want makes the sample take so many records more. full is called for every
// record from the last of them on; nil: nobody wants to know.
func (s *Sample) Want(records int, full func()) { s.most, s.full = s.records+s.known+records, full }

// Dialect returns a dialect that takes every record for the sample, and reads
// none.
func (s *Sample) Dialect() dialect.Dialect { return sampler{s} }

type sampler struct{ sample *Sample }

func (sampler) Name() string { return "sample" }

func (sampler) Recognise(record jsontree.Value) bool { return record.Kind() == jsontree.Object }

func (d sampler) Decode(record jsontree.Value, items *dialect.Items) {
	s := d.sample
	s.add(record)
	items.Ignore("sampled")
	if s.full != nil && s.records+s.known >= s.most {
		s.full()
	}
}

// add takes a record, unless it needs no mapping. A row of a table needs one if a
// dialect knows it and can use nothing of it, as where its times name no zone.
func (s *Sample) add(record jsontree.Value) {
	if s.records+s.known >= s.most {
		return
	}
	var items dialect.Items
	known := s.unwrap.Decode(record, &items) >= 0
	if known && !(isRow(record) && len(items.Rejected) == items.Len()) {
		s.known++
		return
	}
	s.records++
	s.visit(record, seenKey{}, 0)
}

// isRow reports whether the object is what a row of a table becomes: one without
// lists and objects in it.
func isRow(record jsontree.Value) bool {
	for m := record.First(); m.OK(); m = m.Next() {
		if m.Kind() == jsontree.Object || m.Kind() == jsontree.Array {
			return false
		}
	}
	return true
}

// visit notes the members of an object.
func (s *Sample) visit(v jsontree.Value, at seenKey, depth int) {
	if depth == mostDepth {
		return
	}
	for m := v.First(); m.OK(); m = m.Next() {
		key := seenKey{at.list, m.Key()}
		if at.path != "" {
			key.path = at.path + "." + m.Key()
		}
		s.see(m, key, m.Key(), depth)
	}
}

func (s *Sample) see(v jsontree.Value, key seenKey, leaf string, depth int) {
	switch v.Kind() {
	case jsontree.Object:
		s.visit(v, key, depth+1)
		return
	case jsontree.Array:
		s.seeList(v, key, leaf, depth)
		return
	}
	seen := s.path(key, leaf)
	text := notation.Clip(cellText(v))
	if seen != nil && text != "" && len(seen.values) < mostValues && !slices.Contains(seen.values, text) {
		seen.values = append(seen.values, strings.Clone(text))
	}
}

// seeList notes what the items of a list hold. In the items of another, only
// the first counts.
func (s *Sample) seeList(v jsontree.Value, key seenKey, leaf string, depth int) {
	if first := v.First(); first.Kind() != jsontree.Object || key.list != "" {
		if first.OK() {
			key.path += "[0]"
			s.see(first, key, leaf, depth+1)
		}
		return
	}
	if seen := s.path(key, leaf); seen != nil {
		seen.isList = true
	}
	n := 0
	for e := v.First(); e.OK() && n < mostItems; e = e.Next() {
		s.visit(e, seenKey{list: key.path}, depth+1)
		n++
	}
}

// path returns what is known of a path, nil if there are too many.
func (s *Sample) path(key seenKey, leaf string) *seenPath {
	i, ok := s.index[key]
	if !ok {
		if len(s.paths) == mostPaths || len(key.path) > mostText {
			return nil
		}
		i = len(s.paths)
		key = seenKey{strings.Clone(key.list), strings.Clone(key.path)}
		s.index[key] = i
		s.paths = append(s.paths, seenPath{seenKey: key, leaf: strings.Clone(leaf)})
	}
	return &s.paths[i]
}

// of returns the paths in the items of a list, "" for those of the record, that
// hold values.
func (s *Sample) of(list string) (paths []*seenPath) {
	for i := range s.paths {
		if p := &s.paths[i]; p.list == list && !p.isList && p.path != "" {
			paths = append(paths, p)
		}
	}
	return paths
}

// example is a value to show. Phones and ids that hold one are masked, and so
// are addresses.
func (p *seenPath) example() string {
	if len(p.values) == 0 {
		return "(empty)"
	}
	const most = 40
	text := strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, p.values[0])
	switch {
	case strings.HasPrefix(text, "wamid."):
		return "wamid.…"
	case strings.Contains(text, "@"):
		return "…@…"
	case isPhoneLike(text):
		return text[:3] + "…" + text[len(text)-2:]
	}
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// isPhoneLike reports whether a text may be a phone as people write it.
func isPhoneLike(text string) bool {
	const fewest, most = 8, 17
	digits := dialect.PhoneDigits(strings.TrimSuffix(strings.TrimPrefix(text, "whatsapp:"), ".0"))
	return len(digits) >= fewest && len(digits) <= most
}
