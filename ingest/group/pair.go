package group

import (
	"cmp"
	"strings"

	"waudit/audit/event"
)

// name says by which of its names a pair's other side is known. Its order is
// of use only to tell apart a user and a group of the same name.
type name uint8

const (
	byPhone name = iota + 1
	byUserID
	byGroup
)

// key is what makes a pair one: two keys are equal if their pairs are.
type key struct {
	number string
	other  string // phone, user id or group id
	by     name
}

// keyOf returns the pair that the event names, and false if it names none.
func keyOf(e *event.Event) (key, bool) {
	switch {
	case e.Group != "":
		return key{number: e.Number, other: e.Group, by: byGroup}, true
	case e.User != "":
		return key{number: e.Number, other: e.User, by: byPhone}, true
	case e.UserID != "":
		return key{number: e.Number, other: e.UserID, by: byUserID}, true
	}
	return key{}, false
}

// compare orders pairs as reports list them: by number and name, byte by byte.
func (k key) compare(l key) int {
	if c := cmp.Compare(k.number, l.number); c != 0 {
		return c
	}
	if c := cmp.Compare(k.other, l.other); c != 0 {
		return c
	}
	return cmp.Compare(k.by, l.by)
}

// clone returns the key with strings of its own.
func (k key) clone() key {
	return key{number: strings.Clone(k.number), other: strings.Clone(k.other), by: k.by}
}

// pair returns the pair with that key and those events.
func (k key) pair(events []event.Event) Pair {
	p := Pair{Number: k.number, Events: events}
	switch k.by {
	case byGroup:
		p.Group = k.other
	case byUserID:
		p.UserID = k.other
	case byPhone:
		p.User = k.other
		for i := range events {
			if id := events[i].UserID; id != "" && (p.UserID == "" || id < p.UserID) {
				p.UserID = id
			}
		}
	}
	return p
}
