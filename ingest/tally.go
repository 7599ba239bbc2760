package ingest

import (
	"strings"

	"waudit/audit/event"
)

// maxNames is how many different names a tally tells apart. Beyond it only
// their sum is kept: names come from the input, and memory must not.
const maxNames = 1000

// tally counts names in one worker. Tallies of several workers come to the
// same when merged, whatever part of the input each has seen.
type tally struct {
	names map[string]*nameCount
	all   nameCount
	many  bool // there are more than maxNames
}

// nameCount is how often a name was seen, and where first.
type nameCount struct {
	items, records int64
	first          event.Place
	record         int64 // the last record that was counted
}

// add counts items of one name in one record. Records are numbered from 1 by
// the worker.
func (t *tally) add(name string, items int, record int64, place event.Place) {
	t.all.add(items, record, place)
	if t.many {
		return
	}
	s := t.names[name]
	if s == nil {
		if s = t.insert(strings.Clone(name)); s == nil {
			return
		}
	}
	s.add(items, record, place)
}

// insert adds a name that is new, unless there are too many.
func (t *tally) insert(name string) *nameCount {
	if len(t.names) == maxNames {
		t.many, t.names = true, nil
		return nil
	}
	if t.names == nil {
		t.names = map[string]*nameCount{}
	}
	s := new(nameCount)
	t.names[name] = s
	return s
}

func (s *nameCount) add(items int, record int64, place event.Place) {
	if s.records == 0 || place.Compare(s.first) < 0 {
		s.first = place
	}
	s.items += int64(items)
	if s.record != record {
		s.record = record
		s.records++
	}
}

// merge adds what another worker counted.
func (t *tally) merge(u *tally) {
	t.all.merge(&u.all)
	t.many = t.many || u.many
	for name, from := range u.names {
		s := t.names[name]
		if s == nil && !t.many {
			s = t.insert(name)
		}
		if s != nil {
			s.merge(from)
		}
	}
	if t.many {
		t.names = nil
	}
}

func (s *nameCount) merge(from *nameCount) {
	if from.records > 0 && (s.records == 0 || from.first.Compare(s.first) < 0) {
		s.first = from.first
	}
	s.items += from.items
	s.records += from.records
}
