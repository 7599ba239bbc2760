package resolve

import (
	"maps"
	"slices"

	"waudit/ingest/dialect"
)

// maxListed is how many phones a conflict lists, so that a placeholder used as
// everyone's id does not collect the whole phone book.
const maxListed = 8

// facts are links without their repetitions. What they say does not depend on
// the order in which links were added.
type facts struct {
	phones    map[string]string   // an id's only phone
	conflicts map[string][]string // the lowest phones, in order, of an id that has several
	follows   map[step]struct{}
}

// step says that the user's earlier id became the later one.
type step struct{ earlier, later string }

func newFacts() facts {
	return facts{
		phones:    make(map[string]string),
		conflicts: make(map[string][]string),
		follows:   make(map[step]struct{}),
	}
}

// size is how many facts there are.
func (f *facts) size() int { return len(f.phones) + len(f.conflicts) + len(f.follows) }

func (f *facts) clear() {
	clear(f.phones)
	clear(f.conflicts)
	clear(f.follows)
}

// has reports whether adding the link would change nothing.
func (f *facts) has(l dialect.Link) bool {
	if l.Phone != "" && f.phones[l.UserID] != l.Phone && !slices.Contains(f.conflicts[l.UserID], l.Phone) {
		return false
	}
	if l.Previous == "" || l.Previous == l.UserID {
		return true
	}
	_, known := f.follows[step{earlier: l.Previous, later: l.UserID}]
	return known
}

// add takes up a link and keeps its strings.
func (f *facts) add(l dialect.Link) {
	if l.Phone != "" {
		f.addPhone(l.UserID, l.Phone)
	}
	if l.Previous != "" && l.Previous != l.UserID {
		f.follows[step{earlier: l.Previous, later: l.UserID}] = struct{}{}
	}
}

func (f *facts) addPhone(id, phone string) {
	if known, ok := f.conflicts[id]; ok {
		phones := insert(known, phone)
		f.conflicts[id] = phones[:min(len(phones), maxListed)]
		return
	}
	switch known, ok := f.phones[id]; {
	case !ok:
		f.phones[id] = phone
	case known != phone:
		delete(f.phones, id)
		f.conflicts[id] = insert([]string{known}, phone)
	}
}

// merge adds what g says and keeps its strings.
func (f *facts) merge(g *facts) {
	for id, phone := range g.phones {
		f.addPhone(id, phone)
	}
	for id, phones := range g.conflicts {
		for _, phone := range phones {
			f.addPhone(id, phone)
		}
	}
	maps.Copy(f.follows, g.follows)
}

// insert adds v to the sorted list unless it is there.
func insert(list []string, v string) []string {
	i, found := slices.BinarySearch(list, v)
	if found {
		return list
	}
	return slices.Insert(list, i, v)
}

// clone copies the link's strings into memory of its own, all of them into one
// piece: a table may hold millions. At least two of them are not empty, so that
// joining them cannot but copy.
func clone(l dialect.Link) dialect.Link {
	all := l.UserID + l.Phone + l.Previous
	id, rest := all[:len(l.UserID)], all[len(l.UserID):]
	return dialect.Link{UserID: id, Phone: rest[:len(l.Phone)], Previous: rest[len(l.Phone):]}
}
