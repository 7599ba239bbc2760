package reconcile

import (
	"cmp"
	"slices"
)

// memberKey is one member's copy of a group's message, as a line of a bill names
// it: by the message, with the member as customer.
type memberKey struct {
	message  string
	customer uint64
}

// matchMembers gives lines of messages to groups the member's copy that they
// charge. The log has it under the group, so that the line was not joined to it.
func (w *Watcher) matchMembers() {
	if len(w.members) == 0 {
		return
	}
	slices.SortFunc(w.members, func(x, y logMessage) int {
		return cmp.Or(cmp.Compare(x.id, y.id), cmp.Compare(x.participant, y.participant))
	})
	lines := map[memberKey][]int{}
	for n := range w.members {
		lines[memberKey{w.members[n].id, w.members[n].customer()}] = nil
	}
	for n := range w.notSeen {
		l := &w.notSeen[n]
		k := memberKey{l.Message, customerKey(l.User, "")}
		if of, wanted := lines[k]; wanted {
			lines[k] = append(of, n)
		}
	}
	taken := make([]bool, len(w.notSeen))
	for n := range w.members {
		s := &w.members[n]
		of := lines[memberKey{s.id, s.customer()}]
		if len(of) == 0 {
			w.miss(s)
			continue
		}
		first := slices.MinFunc(of, func(x, y int) int { return w.notSeen[x].Place.Compare(w.notSeen[y].Place) })
		lines[memberKey{s.id, s.customer()}] = slices.DeleteFunc(of, func(x int) bool { return x == first })
		taken[first] = true
		w.bookMatch(&w.notSeen[first], s)
	}
	n := 0
	w.notSeen = slices.DeleteFunc(w.notSeen, func(LooseLine) bool { n++; return taken[n-1] })
}
