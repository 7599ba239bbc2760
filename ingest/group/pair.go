package group

import (
	"cmp"
	"strings"

	"waudit/audit/event"
	"waudit/ingest/phone"
)

// name says by which of its names a pair's other side is known. Its order is
// of use only to tell apart a user and a group of the same name.
type name uint8

const (
	byPhone name = iota + 1
	byUserID
	byGroup
)

// key is what makes a pair one: two keys are the same if their pairs are.
type key struct {
	number string
	other  string // phone in whichever form, user id or group id
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

// TellsPair reports whether the event tells by itself which pair it is in. Else that is
// known only when all events are.
func TellsPair(e *event.Event) bool {
	return e.Number != "" && (e.Group != "" || e.User != "") && !e.Guess
}

// same reports whether both keys are of one pair: a phone may be written in
// several forms.
func (k key) same(l key) bool {
	return k == l || k.by == byPhone && l.by == byPhone && k.number == l.number && phone.Same(k.other, l.other)
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
func (k key) pair(events event.List) event.Pair {
	p := event.Pair{Number: k.number, Events: events}
	switch k.by {
	case byGroup:
		p.Group = k.other
	case byUserID:
		p.UserID = k.other
	case byPhone:
		p.User = shownUser(k.other, events)
		for i := range events.Len() {
			if id := events.At(i).UserID; id != "" && (p.UserID == "" || id < p.UserID) {
				p.UserID = id
			}
		}
	}
	return p
}

// shownUser returns the form in which a pair's phone is shown. Of several it is
// that of the user's own messages, whose sender Meta names by the wa_id; else
// that of statuses; else that of send calls and bills, where it is as the
// business has it: so a finding keeps its id when the send log is added. The
// first byte by byte decides between equals. own is the form of the pair's key,
// for pairs of which no event names the phone.
func shownUser(own string, events event.List) string {
	best, rank := phone.Bare(own), 0
	if !phone.Varies(own) {
		return best
	}
	for i := range events.Len() {
		e := events.At(i)
		if e.User == "" || e.User == best && rank == authority(e.Kind) {
			continue
		}
		user := phone.Bare(e.User)
		if r := authority(e.Kind); r > rank || r == rank && user < best {
			best, rank = user, r
		}
	}
	return best
}

// authority orders kinds by how surely their phone is the wa_id.
func authority(k event.Kind) int {
	switch k {
	case event.Inbound, event.Call, event.AcceptedCall:
		return 3
	case event.Sent, event.Delivered, event.Read, event.Failed:
		return 2
	}
	return 1
}
