// Package replay decides what each message of a pair should have cost. It is a
// pure function of the pair's events and the facts handed to it: no I/O, no
// clock, no goroutine.
package replay

import (
	"math"
	"slices"

	"waudit/audit/category"
	"waudit/audit/era"
	"waudit/audit/event"
	"waudit/audit/message"
	"waudit/audit/outcome"
	"waudit/audit/reading"
	"waudit/audit/window"
)

// Decision is what one message should have cost.
type Decision struct {
	Message  *message.Message
	Era      *era.Era
	Codes    outcome.Set     // every possible outcome; Tier codes wait for the free tier's count
	Forced   bool            // uncertain though the codes may agree: too many readings to list them all
	Reasons  reading.Reasons // why readings differ
	Facts    reading.Facts   // unset facts that were asked for
	Category category.Category
	Window   era.Window
	// Cover is the message that opened the conversation which covers this one, in
	// the first of the readings in which one does; window.NoMessage if none does.
	Cover int32
}

// CodesOf returns the codes of decisions, the empty set for one that is forced.
func CodesOf(decisions []Decision) []outcome.Set {
	codes := make([]outcome.Set, len(decisions))
	for i := range decisions {
		if d := &decisions[i]; !d.Forced {
			codes[i] = d.Codes
		}
	}
	return codes
}

// Params is what Replay needs to know beside the events.
type Params struct {
	Profile          *era.Profile
	ProfileOf        func(waba string) *era.Profile    // where several accounts send to the pair; nil: Profile for all
	Country          string                            // ISO country of the user, "" unknown
	CountryOf        func(phone, userID string) string // finds it for members of a group
	InboundMissing   bool                              // the log lacks the users' side of this business number
	NoEntry          bool                              // no click qualifies for a free entry point
	Tolerance        int64                             // milliseconds
	AssumeSentWithin int64                             // milliseconds, 0: the platform's 30 days
}

// maxStates is how many readings of a pair's past are kept apart; beyond it
// they merge into "anything may be open".
const maxStates = 8

// FreeEntryBears is how long after a free entry message, in milliseconds, the
// order of deliveries may decide what it opens: the platform delivers an answer
// for up to 30 days, and a window lasts up to 7 and is remembered for one more.
const FreeEntryBears = 40 * 24 * era.Hour

// maxInAir is how many messages of unknown delivery time may overlap before
// their order is given up.
const maxInAir = 4

// Engine replays pairs, keeping its memory from one to the next. An Engine is
// for one goroutine.
type Engine struct {
	joiner *message.Joiner

	in           Params
	setting, own era.Setting // own: with the facts of the message at hand, if they differ
	openers      []window.Opening
	referrals    era.Referrals
	proofs       era.Proofs
	messages     []*message.Message
	decisions    []Decision

	states, next []window.State
	why          reading.Reasons // why there are several states
	inAir        []int32         // messages whose delivery time is a span
	airFrom      []int64         // by index in inAir, the earliest delivery of it and of those after it
	slow         []int32         // messages that took longer than slow to arrive, or may have; empty: without a free entry point
	slowFrom     []int64         // by index in slow, the earliest sending of it and of those after it
	sentFrom     []int64         // by message, the earliest sending of it and of those after it; empty: without a free entry point
	passed       int64           // latest instant replayed

	// What a rule is handed, here because it would be allocated for each message.
	one  era.Case
	here window.State
	x    reading.Explorer
}

// New returns an engine that looks template categories up in templates.
// bill is the number of the first input of the bill that is laid beside the log,
// 0 if there is none.
func New(templates message.Templates, bill uint32) *Engine {
	e := &Engine{joiner: message.NewJoiner(templates)}
	e.joiner.Bill = bill
	return e
}

// Setting returns what the last Replay found out about the pair.
func (e *Engine) Setting() *era.Setting { return &e.setting }

// Replay decides every message of a pair whose events are given in time order.
// The decisions are ordered by charge instant, sending, message and
// participant; they are valid until the next call.
func (e *Engine) Replay(events event.List, in Params) []Decision {
	e.messages = e.joiner.Join(events, in.AssumeSentWithin)
	return e.replay(events, in)
}

// ReplayOf is Replay for the pair that another engine has replayed last, with other
// parameters but the same AssumeSentWithin. It uses the messages that the other joined, of
// which a customer may have very many.
func (e *Engine) ReplayOf(other *Engine, events event.List, in Params) []Decision {
	e.messages = other.messages
	return e.replay(events, in)
}

func (e *Engine) replay(events event.List, in Params) []Decision {
	e.in = in
	e.survey(events, in)
	e.decisions = slices.Grow(e.decisions[:0], len(e.messages))
	for i := range e.messages {
		m := e.messages[i]
		e.decisions = append(e.decisions, Decision{
			Message: m,
			Era:     in.facts(m).Calendar.Label(m.Instant(), in.Country),
			Window:  era.Window{ByMessage: window.NoMessage, ByEvent: -1},
			Cover:   window.NoMessage,
		})
	}
	e.states = append(e.states[:0], window.State{})
	e.why, e.passed = 0, 0
	for i := range e.messages {
		e.step(int32(i))
	}
	return e.decisions
}

// facts returns the facts of the account that sent a message.
func (in *Params) facts(m *message.Message) *era.Profile {
	if in.ProfileOf == nil {
		return in.Profile
	}
	return in.ProfileOf(m.WABA)
}

// receiptDelay is how long before its receipt an event may have happened, as far as a
// window's end or a change of the rules is as near, in milliseconds: Meta sends what was
// not taken again, within minutes at first.
const receiptDelay = era.Hour

// step decides one message.
func (e *Engine) step(i int32) {
	m, d := e.messages[i], &e.decisions[i]
	switch {
	case m.App:
		d.Codes, d.Category = outcome.Of(outcome.FreeAppEcho), category.Service
	case !m.Arrived && m.FailedAt != 0:
		d.Codes, d.Category = outcome.Of(outcome.UndeliveredFailed), m.Category
	case !m.Arrived:
		d.Codes, d.Category = outcome.Of(outcome.UndeliveredNever), m.Category
	default:
		at := m.Delivered
		if e.orderMatters(m) {
			e.landInAir(i)
			at.Lo = max(at.Lo, min(e.passed, at.Hi))
		}
		e.apply(i, at)
		e.passed = max(e.passed, at.Hi)
	}
}

// orderMatters tells whether the order of deliveries can change a decision
// around this message: while conversations are or may be open, and where the
// pair has a free entry point.
func (e *Engine) orderMatters(m *message.Message) bool {
	return len(e.inAir) > 0 && (m.Delivered.Lo < e.setting.Facts.Calendar.Start(era.PerMessage)+26*era.Hour || e.freeEntryNear(m.Delivered))
}

// freeEntryNear tells whether a free entry message or window of the pair may
// bear on what is delivered at an instant.
func (e *Engine) freeEntryNear(at reading.Span) bool {
	from := at.Lo - FreeEntryBears
	return len(e.referrals.Within(from, at.Hi)) > 0 || len(e.proofs.Within(from, at.Hi)) > 0
}

// landInAir lets each message of unknown delivery time that may have arrived
// before message i do so in some of the readings.
func (e *Engine) landInAir(i int32) {
	until, n := e.messages[i].Delivered.Hi, 0
	after, _ := slices.BinarySearch(e.inAir, i+1)
	for k := after; k < len(e.inAir) && e.airFrom[k] < until; k++ {
		j := e.inAir[k]
		if e.messages[j].Delivered.Lo >= until {
			continue
		}
		if n++; n > maxInAir || j-i >= 64 {
			e.why = e.why.With(reading.DeliveryTimeUnknown)
			e.giveUp(until)
			return
		}
		e.branch(j, reading.Span{
			Lo: max(e.messages[j].Delivered.Lo, min(e.passed, until)), Hi: until, Why: reading.DeliveryTimeUnknown,
		})
	}
}

// branch adds to the readings those in which message j has arrived by now.
func (e *Engine) branch(j int32, at reading.Span) {
	bit := uint64(1) << (j % 64)
	e.next = e.next[:0]
	for s := range e.states {
		st := &e.states[s]
		e.next = appendState(e.next, *st)
		if st.Applied&bit == 0 {
			e.explore(j, st, at, bit)
		}
	}
	e.why = e.why.With(reading.DeliveryTimeUnknown)
	e.adopt(at.Hi)
}

// apply decides message i in every reading of the past.
func (e *Engine) apply(i int32, at reading.Span) {
	bit := uint64(1) << (i % 64)
	e.next = e.next[:0]
	for s := range e.states {
		st := &e.states[s]
		if !e.messages[i].Delivered.Exact() && st.Applied&bit != 0 {
			landed := *st
			landed.Applied &^= bit
			e.next = appendState(e.next, landed)
			continue
		}
		e.explore(i, st, at, 0)
	}
	e.adopt(at.Hi)
}

// explore decides message i from one state, in every reading of what is open
// about the message itself.
func (e *Engine) explore(i int32, from *window.State, at reading.Span, applied uint64) {
	d := &e.decisions[i]
	if len(e.states) > 1 {
		d.Reasons |= e.why
	}
	sentFrom := int64(math.MaxInt64)
	if int(i)+1 < len(e.sentFrom) {
		sentFrom = e.sentFrom[i+1]
	}
	x, st := &e.x, &e.here
	tied, coming := e.tied(i), e.coming(i, at)
	for x.Start(); ; {
		*st = *from
		st.Applied |= applied
		e.one = era.Case{Message: d.Message, Index: i, At: at, Tied: tied, Coming: coming, State: st, X: x}
		e.decide(d)
		st.Drop(at.Lo, sentFrom, e.setting.Tolerance)
		e.next = appendState(e.next, *st)
		if !x.Next() {
			break
		}
	}
	d.Reasons |= x.Reasons()
	d.Facts |= x.Facts()
	d.Forced = d.Forced || x.Overflow()
	e.why |= x.Reasons()
}

// decide decides the message at hand.
func (e *Engine) decide(d *Decision) {
	if d.Message.FailedAt != 0 && e.one.X.Pick(2, reading.ConflictingStatuses) == 1 {
		d.Codes = d.Codes.With(outcome.UndeliveredFailed)
		return
	}
	e.one.Setting = &e.setting
	if e.in.ProfileOf != nil {
		e.own = e.setting
		e.own.Facts = e.in.facts(d.Message)
		e.one.Setting = &e.own
	}
	r := era.Decide(&e.one)
	if len(e.referrals) == 0 {
		e.one.State.LastSent = reading.Span{} // only free entry asks for it
	}
	if d.Codes == 0 {
		d.Category, d.Window = r.Category, r.Window
	}
	if r.Code == outcome.CoveredOpen && !d.Codes.Has(r.Code) {
		d.Cover = r.Window.ByMessage
	}
	d.Codes = d.Codes.With(r.Code)
}

// adopt makes the states in next the current ones.
func (e *Engine) adopt(now int64) {
	e.states, e.next = e.next, e.states
	switch {
	case len(e.states) > maxStates:
		e.giveUp(now)
	case len(e.states) == 1 && e.states[0].Unknown == 0:
		e.why = 0
	}
}

// giveUp merges all readings into one in which anything may be open.
func (e *Engine) giveUp(now int64) {
	longest := window.FreeEntryLength
	if e.setting.Facts.Calendar.Perhaps(era.FreeEntry7d, reading.At(now), e.setting.Tolerance) {
		longest = window.FreeEntryLongest
	}
	last := e.states[0].LastSent
	for _, st := range e.states[1:] {
		last.Lo, last.Hi = min(last.Lo, st.LastSent.Lo), max(last.Hi, st.LastSent.Hi)
		last.Why = reading.DeliveryTimeUnknown
	}
	e.states = append(e.states[:0], window.State{
		LastSent: last, Unknown: now + longest, UnknownWhy: max(e.why.First(), reading.ConflictingStatuses),
	})
}

func appendState(states []window.State, st window.State) []window.State {
	for i := range states {
		if states[i] == st {
			return states
		}
	}
	return append(states, st)
}
