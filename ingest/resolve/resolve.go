// Package resolve finds one id for a user whom a log knows by several: by the
// phone, by a business-scoped id, and by the ids that this one followed.
package resolve

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"sync"

	"github.com/cespare/xxhash/v2"

	"waudit/ingest/dialect"
	"waudit/ingest/phone"
)

// Links holds every link of a run. It answers the same whatever the order in
// which the links came and however they were divided among the collectors.
//
// Its memory grows with the number of distinct user ids, not with that of
// links. Fill it first: once Phone or Canonical was called, a
// further Merge is lost on them.
type Links struct {
	mu     sync.Mutex
	facts  facts
	chains func() map[string]person // of the ids that follow one another; built on first use
}

// person is what all ids of one chain have in common.
type person struct {
	current string // the id that no other follows
	phone   string // for those ids that have none of their own; "" if not known
}

// NewLinks returns one without links.
func NewLinks() *Links {
	l := &Links{facts: newFacts()}
	l.chains = sync.OnceValue(func() map[string]person { return chains(&l.facts) })
	return l
}

// Phone returns the phone (wa_id digits) of the user with that business-scoped
// id. That is the phone that links give the id itself; where they give none,
// the one of the user's current id, else the only one that any of the user's
// ids has. An id with more than one phone of its own has none; forms of one
// phone are one, of which it is the lowest.
func (l *Links) Phone(userID string) (phone string, ok bool) {
	if phone, ok = l.facts.phones[userID]; ok {
		return phone, true
	}
	if _, conflict := l.facts.conflicts[userID]; conflict {
		return "", false
	}
	phone = l.chains()[userID].phone
	return phone, phone != ""
}

// Canonical returns the id by which a user without a phone is known: the last
// of the chain of ids that followed userID, or userID itself. Where a chain
// has several ends, or none, its lowest id is taken.
func (l *Links) Canonical(userID string) string {
	if p, ok := l.chains()[userID]; ok {
		return p.current
	}
	return userID
}

// Chained goes through the ids that follow another one or are followed.
func (l *Links) Chained() iter.Seq[string] {
	return func(yield func(string) bool) {
		for step := range l.facts.follows {
			if !yield(step.earlier) || !yield(step.later) {
				return
			}
		}
	}
}

// batchSize is how many ids a collector gathers before it takes
// the lock: enough that workers hardly meet there, little enough that their
// memory does not count.
const batchSize = 1 << 14

// Collector gathers links. It is for one goroutine.
type Collector struct {
	links *Links
	last  dialect.Link // most links repeat the one before
	seen  [seenSize]uint64
	facts facts
}

// seenSize is how many hashes of links a collector remembers, a power of two.
// With 64 bits two links do not share one by chance.
const seenSize = 1 << 13

// Collector returns a new collector of links. Whoever asked for
// it hands it to Merge in the end.
func (l *Links) Collector() *Collector {
	return &Collector{links: l, facts: newFacts()}
}

// Add takes up a link. It keeps no string of it.
func (c *Collector) Add(l dialect.Link) {
	if l.UserID == "" || l == c.last || c.repeats(l) || c.facts.has(l) {
		return
	}
	c.last = clone(l)
	c.facts.add(c.last)
	if c.facts.size() >= batchSize {
		c.links.Merge(c)
	}
}

// repeats reports whether the collector has seen the link lately: customers
// come back again and again, and nearly every record names one.
func (c *Collector) repeats(l dialect.Link) bool {
	if l.Previous != "" {
		return false
	}
	h := xxhash.Sum64String(l.UserID)*31 ^ xxhash.Sum64String(l.Phone)
	slot := &c.seen[h%seenSize]
	if *slot == h {
		return true
	}
	*slot = h
	return false
}

// Merge adds what the collector gathered, and leaves the
// collector empty. Collectors may be merged concurrently.
func (l *Links) Merge(c *Collector) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.facts.merge(&c.facts)
	c.facts.clear()
}

// facts are links without their repetitions. What they say does not depend on
// the order in which links were added.
type facts struct {
	phones    map[string]string   // an id's only phone, in the lowest of its forms
	conflicts map[string]struct{} // ids with several phones
	follows   map[succession]struct{}
}

// succession says that the user's earlier id became the later one.
type succession struct{ earlier, later string }

func newFacts() facts {
	return facts{phones: map[string]string{}, conflicts: map[string]struct{}{}, follows: map[succession]struct{}{}}
}

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
	_, known := f.follows[succession{earlier: l.Previous, later: l.UserID}]
	return known
}

// add takes up a link and keeps its strings.
func (f *facts) add(l dialect.Link) {
	if l.Phone != "" {
		f.addPhone(l.UserID, l.Phone)
	}
	if l.Previous != "" && l.Previous != l.UserID {
		f.follows[succession{earlier: l.Previous, later: l.UserID}] = struct{}{}
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

// Snapshot are all links, as plain data.
type Snapshot struct {
	Phones    map[string]string // an id's only phone
	Conflicts []string          // ids with several phones
	Follows   [][2]string       // an earlier id, and the one that it became
}

// Snapshot returns all links.
func (l *Links) Snapshot() Snapshot {
	f := Snapshot{Phones: l.facts.phones, Conflicts: slices.Sorted(maps.Keys(l.facts.conflicts))}
	for s := range l.facts.follows {
		f.Follows = append(f.Follows, [2]string{s.earlier, s.later})
	}
	return f
}

// Add adds links.
func (l *Links) Add(f Snapshot) {
	l.mu.Lock()
	defer l.mu.Unlock()
	o := newFacts()
	maps.Copy(o.phones, f.Phones)
	for _, id := range f.Conflicts {
		o.conflicts[id] = struct{}{}
	}
	for _, s := range f.Follows {
		o.follows[succession{s[0], s[1]}] = struct{}{}
	}
	l.facts.merge(&o)
}

// clone copies the link's strings into memory of its own, all of them into one
// piece: there may be millions. At least two of them are not empty, so that
// joining them cannot but copy.
func clone(l dialect.Link) dialect.Link {
	all := l.UserID + l.Phone + l.Previous
	id, rest := all[:len(l.UserID)], all[len(l.UserID):]
	return dialect.Link{UserID: id, Phone: rest[:len(l.Phone)], Previous: rest[len(l.Phone):]}
}

// chains finds the ids that belong to one user because each follows another,
// and what they have in common.
func chains(f *facts) map[string]person {
	u := union{at: make(map[string]int)}
	followed := make(map[string]bool)
	for s := range f.follows {
		u.parent[u.root(u.index(s.earlier))] = u.root(u.index(s.later))
		followed[s.earlier] = true
	}
	found := make(map[int]*chain)
	for i, id := range u.ids {
		root := u.root(i)
		if found[root] == nil {
			found[root] = &chain{lowest: id}
		}
		found[root].add(id, followed[id], f)
	}
	persons := make(map[string]person, len(u.ids))
	for i, id := range u.ids {
		persons[id] = found[u.root(i)].person(f)
	}
	return persons
}

// chain is what is known of the ids of one user.
type chain struct {
	lowest  string // id
	current string // the lowest id that no other follows; "" if they go round in a circle
	phone   string
	phones  int // how many different ones the ids have; counting ends at 2
}

// add takes an id into account, in whatever order.
func (c *chain) add(id string, followed bool, f *facts) {
	c.lowest = min(c.lowest, id)
	if !followed && (c.current == "" || id < c.current) {
		c.current = id
	}
	number, known := f.phones[id]
	switch _, conflict := f.conflicts[id]; {
	case conflict, known && c.phones == 1 && !phone.Same(number, c.phone):
		c.phones = 2
	case known && c.phones == 0:
		c.phone, c.phones = number, 1
	case known:
		c.phone = min(c.phone, number)
	}
}

func (c *chain) person(f *facts) person {
	current := cmp.Or(c.current, c.lowest)
	number := f.phones[current]
	if number == "" && c.phones == 1 {
		number = c.phone
	}
	return person{current: current, phone: number}
}

// union is a set of ids in disjoint groups.
type union struct {
	at     map[string]int // place of an id in ids
	ids    []string
	parent []int
}

func (u *union) index(id string) int {
	i, ok := u.at[id]
	if !ok {
		i = len(u.ids)
		u.at[id] = i
		u.ids = append(u.ids, id)
		u.parent = append(u.parent, i)
	}
	return i
}

// root returns the index that stands for the group of i.
func (u *union) root(i int) int {
	for u.parent[i] != i {
		u.parent[i] = u.parent[u.parent[i]]
		i = u.parent[i]
	}
	return i
}
