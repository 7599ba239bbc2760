package resolve

import "waudit/ingest/phone"

// chains finds the ids that belong to one user because each follows another,
// and what they have in common.
func chains(f *facts) map[string]person {
	u := union{at: make(map[string]int)}
	followed := make(map[string]bool)
	for s := range f.follows {
		u.join(s.earlier, s.later)
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
	current := c.current
	if current == "" {
		current = c.lowest
	}
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

func (u *union) join(a, b string) {
	u.parent[u.root(u.index(a))] = u.root(u.index(b))
}
