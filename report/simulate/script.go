package simulate

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// script writes the timeline of one pair.
type script struct {
	rng       *rand.Rand
	p         *pair
	a         *account
	lastClick int64
	lastEcho  int64
}

// pair makes the i-th pair and its traffic.
func (w *world) pair(i int) *pair {
	p := w.meet(i)
	s := &script{rng: w.stream("traffic", i), p: p, a: p.number.account}
	switch {
	case w.opt.Avoidable > 0:
		s.thriftyLife(w.plantedIn(i))
		s.cut()
		for i := range p.out {
			p.out[i].ordinal = i
		}
	case p.group != "":
		s.groupLife()
		s.cut()
		s.deliver()
	default:
		s.userLife()
		s.cut()
		s.deliver()
	}
	return p
}

func (s *script) chance(share float64) bool { return s.rng.Float64() < share }

// between draws a number of seconds.
func (s *script) between(low, high int64) int64 { return low + s.rng.Int64N(high-low) }

func (s *script) pick(from []*template) *template { return from[s.rng.IntN(len(from))] }

// user lets the user write.
func (s *script) user(at int64) {
	s.p.inbound = append(s.p.inbound, inbound{at: at})
}

func (s *script) userReacts(at int64) {
	if at >= reactionsFrom {
		s.p.inbound = append(s.p.inbound, inbound{at: at, kind: reacted})
	}
}

// free sends a message that is no template; the caller sees to it that the
// service window is open.
func (s *script) free(at int64) *message {
	kinds := [...]string{"text", "text", "text", "text", "text", "text", "image", "interactive", "interactive", "document"}
	return s.send(at, message{kind: kinds[s.rng.IntN(len(kinds))]})
}

func (s *script) reaction(at int64) {
	if at >= reactionsFrom {
		s.send(at, message{kind: "reaction"})
	}
}

func (s *script) template(at int64, t *template) {
	s.send(at, message{kind: "template", template: t, category: t.categoryAt(at)})
}

// send returns the message for the caller to change until the next is sent.
func (s *script) send(at int64, m message) *message {
	m.sent = at
	s.p.out = append(s.p.out, m)
	return &s.p.out[len(s.p.out)-1]
}

// cut orders the timeline and ends it with the calendar.
func (s *script) cut() {
	p, end := s.p, s.a.end()
	late := func(in inbound) bool { return in.at >= end }
	p.inbound = slices.DeleteFunc(p.inbound, late)
	p.echoes = slices.DeleteFunc(p.echoes, late)
	p.out = slices.DeleteFunc(p.out, func(m message) bool { return m.sent >= end })
	p.inOrder()
}

// inOrder orders what passed by time.
func (p *pair) inOrder() {
	byTime := func(a, b inbound) int { return cmp.Compare(a.at, b.at) }
	slices.SortStableFunc(p.inbound, byTime)
	slices.SortStableFunc(p.echoes, byTime)
	slices.SortStableFunc(p.out, func(a, b message) int { return cmp.Compare(a.sent, b.sent) })
}

// deliver decides what becomes of each message.
func (s *script) deliver() {
	offline := int64(0) // the user's phone is off until then
	next := 0           // the first thing the user does after the message
	for i := range s.p.out {
		m := &s.p.out[i]
		m.ordinal = i
		if m.repeats {
			m.ordinal = s.p.out[i-1].ordinal
		}
		s.drawFate(m)
		if m.fate == fails || m.fate == neverArrives {
			continue
		}
		for next < len(s.p.inbound) && s.p.inbound[next].at <= m.sent {
			next++
		}
		s.arrive(m, &offline)
		if next < len(s.p.inbound) && s.p.inbound[next].at <= m.delivered {
			// Who writes is online: what waited came before.
			m.delivered = max(m.sent, s.p.inbound[next].at-2)
			offline = min(offline, m.delivered)
		}
		s.open(m)
	}
}

func (s *script) drawFate(m *message) {
	m.announced = true
	switch draw := s.rng.Float64(); {
	case m.fate != arrives: // the script wants it so
	case draw < 0.020 && s.p.group == "":
		m.fate = fails
	case draw < 0.028 && s.p.group == "":
		m.fate = neverArrives
	case draw < 0.034 && s.p.group == "":
		m.fate = arrivesUnseen
	case draw < 0.064:
		m.fate = arrivesLate
	}
	if m.fate == fails {
		s.fail(m)
	}
}

// arrive sets the delivery: in seconds where the phone is on, else when it is
// on again.
func (s *script) arrive(m *message, offline *int64) {
	delay := 1 + int64(s.rng.ExpFloat64()*3)
	if s.chance(0.04) {
		delay = s.between(minute, 9*minute)
	}
	m.delivered = m.sent + min(delay, 9*minute)
	if m.fate == arrivesLate {
		// Minutes as often as hours and days.
		wait := [...]int64{hour, 8 * hour, 2 * day}[s.rng.IntN(3)]
		m.delivered = m.sent + s.between(11*minute, wait)
		if !m.alone {
			*offline = max(*offline, m.delivered)
		}
	}
	if m.sent < *offline && m.delivered < *offline {
		m.delivered = *offline + s.rng.Int64N(3)
	}
}

// open lets the user read the message, as two of three do. A message whose
// delivery the log does not show is always read, or nothing would tell.
func (s *script) open(m *message) {
	switch {
	case m.fate == arrivesUnseen:
		m.read = m.delivered + s.between(5, 3*minute)
	case s.chance(0.66):
		m.read = m.delivered + 2 + int64(s.rng.ExpFloat64()*15*minute)
	}
}

// fail gives a reason that fits the message.
func (s *script) fail(m *message) {
	switch {
	case m.errorCode == codeWindowClosed:
		m.announced = false
	case m.category == marketing && m.sent >= s.a.lived.perCategory:
		m.errorCode = codeEcosystem
		m.announced = s.chance(0.3)
	default:
		m.errorCode = codeUndeliverable
		m.announced = s.chance(0.7)
	}
	m.failed = m.sent + s.between(1, 20)
}
