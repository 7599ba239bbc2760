package group

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	"waudit/audit/event"
)

// Adopted says that events which name no business number were taken for those
// of the only one that they can be of.
type Adopted struct {
	WABA   string // the account that the events name, "" if none
	Number string
	Events int64 // repeated ones included
}

// numbers are the business numbers of a log, each with the accounts it is named
// with.
type numbers struct {
	accounts map[string][]string // by number; "" is no account
	many     bool                // there are too many to be told apart
}

// Limits of the numbers, and of the accounts of one, beyond which nothing is
// adopted: no log of a business has that many.
const (
	maxNumbers  = 1 << 16
	maxAccounts = 1 << 6
)

func newNumbers() numbers { return numbers{accounts: make(map[string][]string)} }

// see takes note of a number, whose strings can be kept. Those of other channels than
// WhatsApp adopt nothing: their ids tell their channel.
func (n *numbers) see(waba, number string) {
	known := n.accounts[number]
	c, _ := event.ChannelOf(number)
	switch {
	case number == "" || c != event.WhatsApp || n.many || slices.Contains(known, waba):
	case len(n.accounts) == maxNumbers || len(known) == maxAccounts:
		n.many = true
	default:
		n.accounts[number] = append(known, waba)
	}
}

// only returns the number that events of the account belong to, "" if there is
// none or may be another: of an account it is its only number, if no number
// lacks an account; of no account it is the only number of the log.
func (n *numbers) only(waba string) string {
	if n.many {
		return ""
	}
	only := ""
	for number, accounts := range n.accounts {
		loose := !slices.ContainsFunc(accounts, func(a string) bool { return a != "" })
		if waba != "" && !loose && !slices.Contains(accounts, waba) {
			continue
		}
		if only != "" {
			return ""
		}
		only = number
	}
	return only
}

// KnowNumber tells the set of a business number, and of an account it is named
// with ("" for none), that may occur in no event of the set: where only a part of
// a log is read, what names no number is to be taken for the same as in the
// whole. It must come before Seal.
func (s *Set) KnowNumber(number, waba string) {
	s.shapes.mu.Lock()
	defer s.shapes.mu.Unlock()
	s.shapes.numbers.see(strings.Clone(waba), strings.Clone(number))
}

// routeNumbers gives to the events that name a user but no business number the
// only number that they can be of, if there is one, and says to how many. The
// others stay without. Users that are guesses are settled.
func (s *Set) routeNumbers(ctx context.Context, o *SealOptions) ([]Adopted, error) {
	a := adopter{numbers: s.shapes.named(), only: make(map[string]*Adopted)}
	seen := o.seer()
	first := s.numberBin(0)
	err := s.route(ctx, o.Workers, first, first+pendingBins, func(w *Writer, e *event.Event) error {
		switch {
		case !e.Guess:
			e.Number = a.number(e.WABA)
		case s.guesses.credible(e):
			e.Guess = false
		default:
			e.User = ""
			return w.addNameless(e)
		}
		if k, _ := keyOf(e); k.by != byUserID { // which comes later
			seen(e, k)
		}
		return w.addNamed(e)
	})
	return a.list(), err
}

// named returns the numbers that were named so far. What is adopted afterwards
// is not among them.
func (s *shapes) named() numbers {
	s.mu.Lock()
	defer s.mu.Unlock()
	return numbers{accounts: maps.Clone(s.numbers.accounts), many: s.numbers.many}
}

// adopter finds the only number of each account, and counts.
type adopter struct {
	mu      sync.Mutex
	numbers numbers
	only    map[string]*Adopted // by account
}

// number returns the number for one more event of an account, "" for none.
func (a *adopter) number(waba string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	found := a.only[waba]
	if found == nil {
		waba = strings.Clone(waba)
		found = &Adopted{WABA: waba, Number: a.numbers.only(waba)}
		a.only[waba] = found
	}
	found.Events++
	return found.Number
}

// list returns what was adopted, in order.
func (a *adopter) list() []Adopted {
	var all []Adopted
	for _, waba := range slices.Sorted(maps.Keys(a.only)) {
		if a.only[waba].Number != "" {
			all = append(all, *a.only[waba])
		}
	}
	return all
}

// Numbers are the business numbers of the events in the set, each with the accounts
// that it is named with, "" for none, as KnowNumber takes them; nil and false if there
// are too many to be told apart.
func (s *Set) Numbers() (map[string][]string, bool) {
	n := s.shapes.named()
	if n.many {
		return nil, false
	}
	return n.accounts, true
}

// KnowManyNumbers tells the set that the log has more numbers than can be told apart,
// so that what names none is taken for none.
func (s *Set) KnowManyNumbers() {
	s.shapes.mu.Lock()
	defer s.shapes.mu.Unlock()
	s.shapes.numbers.many = true
}
