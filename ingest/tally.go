package ingest

import (
	"strings"

	"waudit/audit/event"
)

// maxNames is how many different names a tally tells apart. Beyond it only
// their sum is kept: names come from the input, and memory must not.
const maxNames = 1000

// Tally counts names in one worker. Tallies of several workers come to the
// same when merged, whatever part of the input each has seen.
type Tally struct {
	Names map[string]*NameCount
	All   NameCount
	Many  bool // there are more than maxNames
}

// NameCount is how often a name was seen, and where first.
type NameCount struct {
	Items, Records int64
	First          event.Place
	record         int64 // the last record that was counted
}

// add counts items of one name in one record. Records are numbered from 1 by
// the worker.
func (t *Tally) add(name string, items int, record int64, place event.Place) {
	t.All.add(items, record, place)
	if t.Many {
		return
	}
	s := t.Names[name]
	if s == nil {
		if s = t.insert(strings.Clone(name)); s == nil {
			return
		}
	}
	s.add(items, record, place)
}

// insert adds a name that is new, unless there are too many.
func (t *Tally) insert(name string) *NameCount {
	if len(t.Names) == maxNames {
		t.Many, t.Names = true, nil
		return nil
	}
	if t.Names == nil {
		t.Names = map[string]*NameCount{}
	}
	s := new(NameCount)
	t.Names[name] = s
	return s
}

func (s *NameCount) add(items int, record int64, place event.Place) {
	if s.Records == 0 || place.Compare(s.First) < 0 {
		s.First = place
	}
	s.Items += int64(items)
	if s.record != record {
		s.record = record
		s.Records++
	}
}

// merge adds what another worker counted.
func (t *Tally) merge(u *Tally) {
	t.All.merge(&u.All)
	t.Many = t.Many || u.Many
	for name, from := range u.Names {
		s := t.Names[name]
		if s == nil && !t.Many {
			s = t.insert(name)
		}
		if s != nil {
			s.merge(from)
		}
	}
	if t.Many {
		t.Names = nil
	}
}

func (s *NameCount) merge(from *NameCount) {
	if from.Records > 0 && (s.Records == 0 || from.First.Compare(s.First) < 0) {
		s.First = from.First
	}
	s.Items += from.Items
	s.Records += from.Records
}
