package group

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/resolve"
)

// Where the events of a log lie in several sets, those whose pair is not known are
// routed in one of them, which asks the others. A set that has all of them asks itself
// in the same way.

// Question is what is to be known of a log for the events whose pair is not known: the
// phones of users, and in which pairs there are events of messages.
type Question struct {
	Users    []string
	Messages []string
}

// Ask adds what is to be known for an event whose pair is not known.
func (q *Question) Ask(e *event.Event) error {
	switch k, ok := keyOf(e); {
	case ok && k.by == byUserID:
		q.Users = append(q.Users, strings.Clone(k.other))
	case (!ok || e.Guess) && e.Message != "":
		q.Messages = append(q.Messages, strings.Clone(e.Message))
	}
	return nil
}

// Settle leaves each thing asked once. Of users who are asked for, all ids are.
func (q *Question) Settle(users *resolve.Links) {
	if len(q.Users) > 0 {
		q.Users = slices.AppendSeq(q.Users, users.Chained())
	}
	for _, list := range []*[]string{&q.Users, &q.Messages} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
}

// IsEmpty reports whether nothing is asked.
func (q *Question) IsEmpty() bool { return len(q.Users)+len(q.Messages) == 0 }

// Answer is what some events say to a question.
type Answer struct {
	Links []dialect.Link // phones of users
	Joins []Join
}

// Join says that a message has events in a pair.
type Join struct {
	Message string
	Number  string
	By      uint8 // by which of its names the other side is known
	Other   string
}

// Answerer looks for answers in blocks.
type Answerer struct {
	asked *askedIDs
	joins *joins
	links map[dialect.Link]struct{}
}

// Answerer returns one for the question.
func (q *Question) Answerer() *Answerer {
	a := &Answerer{asked: &askedIDs{ids: map[string]struct{}{}}, joins: &joins{at: map[string]int{}}, links: map[dialect.Link]struct{}{}}
	for _, id := range q.Users {
		a.asked.add(id)
	}
	for _, m := range q.Messages {
		a.joins.at[m] = len(a.joins.at)
	}
	a.joins.pairs = make([][]key, len(a.joins.at))
	return a
}

// See looks at the events of a block of a part.
func (a *Answerer) See(ctx context.Context, block []byte) error {
	var e event.Event
	return eachInBlock(ctx, block, func(rec record, shapes []event.Event) error {
		k, err := rec.decode(&e, shapes)
		if err != nil {
			return err
		}
		if a.asked.has(rec) && e.UserID != "" && e.User != "" {
			if _, ok := a.asked.ids[e.UserID]; ok {
				l := dialect.Link{UserID: e.UserID, Phone: e.User}
				if _, known := a.links[l]; !known {
					a.links[dialect.Link{UserID: strings.Clone(e.UserID), Phone: strings.Clone(e.User)}] = struct{}{}
				}
			}
		}
		a.joins.offer(e.Message, k)
		return nil
	})
}

// Answer returns what was found, in order.
func (a *Answerer) Answer() *Answer {
	found := &Answer{Links: slices.SortedFunc(maps.Keys(a.links), func(x, y dialect.Link) int {
		return cmp.Or(strings.Compare(x.UserID, y.UserID), strings.Compare(x.Phone, y.Phone))
	})}
	for m, i := range a.joins.at {
		for _, k := range a.joins.pairs[i] {
			found.Joins = append(found.Joins, Join{m, k.number, uint8(k.by), k.other})
		}
	}
	slices.SortFunc(found.Joins, func(x, y Join) int {
		return cmp.Or(strings.Compare(x.Message, y.Message), strings.Compare(x.Number, y.Number))
	})
	return found
}

// offerAll offers what another set has answered.
func (j *joins) offerAll(answers []Join) {
	for _, x := range answers {
		j.offer(x.Message, key{number: x.Number, other: x.Other, by: name(x.By)})
	}
}
