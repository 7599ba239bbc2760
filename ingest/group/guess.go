package group

import (
	"cmp"
	"strconv"
	"strings"

	"waudit/audit/event"
	"waudit/ingest/phone"
)

// guesses are, by business number and by who wrote, the users that events only guess:
// the phone is that of the customer, or the business's own.
type guesses map[direction]guess

// direction is what is sent by a business number, or what it gets.
type direction struct {
	number   string
	outbound bool
}

// guess is what is known of the users of a side.
type guess struct {
	user, message string // of one of its events; where that has no message, its time
	users         bool   // there is another user
	messages      bool   // there is another message
}

// see takes note of an event whose user is a guess.
func (g guesses) see(e *event.Event) {
	at := direction{e.Number, e.Kind.Outbound()}
	known, ok := g[at]
	switch message := cmp.Or(e.Message, strconv.FormatInt(e.Time, 10)); {
	case !ok:
		at.number = strings.Clone(at.number)
		known = guess{user: strings.Clone(e.User), message: strings.Clone(message)}
	case known.users:
		return
	default:
		known.users = !phone.Same(known.user, e.User)
		known.messages = known.messages || message != known.message
	}
	g[at] = known
}

// merge adds what another worker saw.
func (g guesses) merge(o guesses) {
	for at, other := range o {
		if known, ok := g[at]; ok {
			other.users = other.users || known.users || !phone.Same(other.user, known.user)
			other.messages = other.messages || known.messages || other.message != known.message
		}
		g[at] = other
	}
}

// credible reports whether the event's user is the customer: a business has one phone,
// which stands in all that it sends, or all that it gets. Where there is but one message,
// it is enough that the other side has another phone.
func (g guesses) credible(e *event.Event) bool {
	this := g[direction{e.Number, e.Kind.Outbound()}]
	other, ok := g[direction{e.Number, !e.Kind.Outbound()}]
	return this.users || !this.messages && ok && (other.users || !phone.Same(other.user, this.user))
}

// HasGuesses reports whether the users of some events are guesses.
func (s *Set) HasGuesses() bool { return len(s.guesses) > 0 }

// takeGuesses takes over what a writer saw.
func (s *Set) takeGuesses(g guesses) {
	if g == nil {
		return
	}
	s.guessed.Lock()
	defer s.guessed.Unlock()
	s.guesses.merge(g)
}
