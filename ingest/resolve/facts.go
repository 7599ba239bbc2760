package resolve

import (
	"maps"
	"slices"

	"waudit/ingest/dialect"
	"waudit/ingest/phone"
)

// facts are links without their repetitions. What they say does not depend on
// the order in which links were added.
type facts struct {
	phones    map[string]string   // an id's only phone, in the lowest of its forms
	conflicts map[string]struct{} // ids with several phones
	follows   map[step]struct{}
}

// step says that the user's earlier id became the later one.
type step struct{ earlier, later string }

func newFacts() facts {
	return facts{
		phones:    make(map[string]string),
		conflicts: make(map[string]struct{}),
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
	if _, several := f.conflicts[l.UserID]; l.Phone != "" && !several {
		known := f.phones[l.UserID]
		if known != l.Phone && (known > l.Phone || !phone.Same(known, l.Phone)) {
			return false
		}
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

func (f *facts) addPhone(id, number string) {
	if _, several := f.conflicts[id]; several {
		return
	}
	switch known, ok := f.phones[id]; {
	case !ok:
		f.phones[id] = number
	case phone.Same(known, number):
		f.phones[id] = min(known, number)
	default:
		delete(f.phones, id)
		f.conflicts[id] = struct{}{}
	}
}

// merge adds what g says and keeps its strings.
func (f *facts) merge(g *facts) {
	for id, number := range g.phones {
		f.addPhone(id, number)
	}
	for id := range g.conflicts {
		delete(f.phones, id)
		f.conflicts[id] = struct{}{}
	}
	maps.Copy(f.follows, g.follows)
}

// Facts are all that a table holds, as plain data.
type Facts struct {
	Phones    map[string]string // an id's only phone
	Conflicts []string          // ids with several phones
	Follows   [][2]string       // an earlier id, and the one that it became
}

// Facts returns what the table holds.
func (t *Table) Facts() Facts {
	f := Facts{Phones: t.facts.phones, Conflicts: slices.Sorted(maps.Keys(t.facts.conflicts))}
	for s := range t.facts.follows {
		f.Follows = append(f.Follows, [2]string{s.earlier, s.later})
	}
	return f
}

// Add adds what another table holds.
func (t *Table) Add(f Facts) {
	t.mu.Lock()
	defer t.mu.Unlock()
	o := newFacts()
	maps.Copy(o.phones, f.Phones)
	for _, id := range f.Conflicts {
		o.conflicts[id] = struct{}{}
	}
	for _, s := range f.Follows {
		o.follows[step{s[0], s[1]}] = struct{}{}
	}
	t.facts.merge(&o)
}

// clone copies the link's strings into memory of its own, all of them into one
// piece: a table may hold millions. At least two of them are not empty, so that
// joining them cannot but copy.
func clone(l dialect.Link) dialect.Link {
	all := l.UserID + l.Phone + l.Previous
	id, rest := all[:len(l.UserID)], all[len(l.UserID):]
	return dialect.Link{UserID: id, Phone: rest[:len(l.Phone)], Previous: rest[len(l.Phone):]}
}
