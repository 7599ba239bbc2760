// Package resolve finds one id for a user whom a log knows by several: by the
// phone, by a business-scoped id, and by the ids that this one followed.
package resolve

import (
	"iter"
	"sync"

	"github.com/cespare/xxhash/v2"

	"waudit/ingest/dialect"
)

// Table holds every link of a run. It answers the same whatever the order in
// which the links came and however they were divided among the collectors.
//
// Its memory grows with the number of distinct user ids, not with that of
// links. Fill it first: once Phone or Canonical was called, a
// further Merge is lost on them.
type Table struct {
	mu     sync.Mutex
	facts  facts
	chains func() map[string]person // of the ids that follow one another; built on first use
}

// person is what all ids of one chain have in common.
type person struct {
	current string // the id that no other follows
	phone   string // for those ids that have none of their own; "" if not known
}

// NewTable returns a table without links.
func NewTable() *Table {
	t := &Table{facts: newFacts()}
	t.chains = sync.OnceValue(func() map[string]person { return chains(&t.facts) })
	return t
}

// Phone returns the phone (wa_id digits) of the user with that business-scoped
// id. That is the phone that links give the id itself; where they give none,
// the one of the user's current id, else the only one that any of the user's
// ids has. An id with more than one phone of its own has none; forms of one
// phone are one, of which it is the lowest.
func (t *Table) Phone(userID string) (phone string, ok bool) {
	if phone, ok = t.facts.phones[userID]; ok {
		return phone, true
	}
	if _, conflict := t.facts.conflicts[userID]; conflict {
		return "", false
	}
	phone = t.chains()[userID].phone
	return phone, phone != ""
}

// Canonical returns the id by which a user without a phone is known: the last
// of the chain of ids that followed userID, or userID itself. Where a chain
// has several ends, or none, its lowest id is taken.
func (t *Table) Canonical(userID string) string {
	if p, ok := t.chains()[userID]; ok {
		return p.current
	}
	return userID
}

// Chained goes through the ids that follow another one or are followed.
func (t *Table) Chained() iter.Seq[string] {
	return func(yield func(string) bool) {
		for step := range t.facts.follows {
			if !yield(step.earlier) || !yield(step.later) {
				return
			}
		}
	}
}

// batchSize is how many ids a collector gathers before it takes the table's
// lock: enough that workers hardly meet there, little enough that their
// memory does not count.
const batchSize = 1 << 14

// Collector gathers links for a table. It is for one goroutine.
type Collector struct {
	table *Table
	last  dialect.Link // most links repeat the one before
	seen  [seenSize]uint64
	facts facts
}

// seenSize is how many hashes of links a collector remembers, a power of two.
// With 64 bits two links do not share one by chance.
const seenSize = 1 << 13

// Collector returns a new collector of links for the table. Whoever asked for
// it hands it to Merge in the end.
func (t *Table) Collector() *Collector {
	return &Collector{table: t, facts: newFacts()}
}

// Add takes up a link. It keeps no string of it.
func (c *Collector) Add(l dialect.Link) {
	if l.UserID == "" || l == c.last || c.repeats(l) || c.facts.has(l) {
		return
	}
	c.last = clone(l)
	c.facts.add(c.last)
	if c.facts.size() >= batchSize {
		c.table.Merge(c)
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

// Merge moves to the table what the collector gathered, and leaves the
// collector empty. Collectors may be merged concurrently.
func (t *Table) Merge(c *Collector) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.facts.merge(&c.facts)
	c.facts.clear()
}
