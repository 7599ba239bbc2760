package simulate

import (
	"slices"
	"time"
)

// habit is one kind of avoidable spend: a way of sending that costs money, and what would
// have been otherwise without it.
type habit struct {
	check string
	sure  bool // what it saves hangs on nothing that the log does not show
	fits  func(c *calendar, at int64) bool
	// begin plants it at an instant, and returns when the last of it happened.
	begin func(s *script, h *habit, at int64) int64
	// change makes a message what it would have been; nil: it would not have been sent.
	change  func(p *pair, m *message)
	late    bool                                // it begins near the end of the log
	country func(w *world, a *account) *country // that the user must be from; nil: any
}

// habits lists every kind, in the order in which they are taken from the traffic: what is
// certain first, and of that what is not sent at all.
func habits() []*habit {
	always := func(*calendar, int64) bool { return true }
	charged := func(c *calendar, at int64) bool { return c.era(at) >= perMessage }
	windowFree := func(c *calendar, at int64) bool { return c.era(at) == perMessage }
	serviceDue := func(c *calendar, at int64) bool { return c.era(at) == servicePriced }
	paused := func(_ *calendar, at int64) bool { return at >= marketingPausedFrom }
	home := func(_ *world, a *account) *country { return a.country }
	unitedStates := func(*world, *account) *country { return &country{"US", "1212555", 4} }
	return []*habit{
		{"WA604", true, charged, (*script).offerTwice, nil, false, nil},
		{"WA609", true, charged, (*script).codeTwice, nil, false, home},
		{"WA603", true, always, (*script).unreachable, nil, false, nil},
		{"WA607", true, serviceDue, (*script).twoTexts, nil, true, nil},
		{"WA601", true, windowFree, (*script).windowClosed, moved, false, nil},
		{"WA601", true, windowFree, (*script).userAboutToWrite, moved, false, nil},
		{"WA602", true, charged, (*script).offerInWindow, freeForm, false, nil},
		{"WA611", false, paused, (*script).offerAbroad, nil, false, unitedStates},
		{"WA604", false, charged, (*script).orderTwice, nil, false, nil},
		{"WA603", false, always, (*script).unreadAtLast, nil, false, nil},
		{"WA603", false, always, (*script).neverRead, nil, false, nil},
		{"WA601", false, windowFree, (*script).userWroteToo, moved, false, nil},
		{"WA605", false, charged, (*script).recategorised, categoryBefore, true, nil},
		{"WA606", false, serviceDue, nil, nil, false, nil}, // the units of numbers, which are many messages'
		{"WA608", false, charged, (*script).codeAbroad, atHome, false, abroadOf},
		{"WA610", false, charged, (*script).clickIgnored, answered, false, nil},
	}
}

// marketingPausedFrom is when 2025-04-01 had begun everywhere.
var marketingPausedFrom = utc(2025, time.April, 2)

// plantedEvery is in how many pairs one has a habit.
const plantedEvery = 4

// plantedIn returns the habit of the i-th pair, nil if it has none.
func (w *world) plantedIn(i int) *habit {
	k := i / plantedEvery
	if i%plantedEvery != 0 || k >= w.opt.Avoidable*len(w.habits) {
		return nil
	}
	return w.habits[k%len(w.habits)]
}

// plantable are the habits that can be in the traffic at its dates.
func (w *world) plantable() []*habit {
	a := w.accounts[0]
	return slices.DeleteFunc(habits(), func(h *habit) bool {
		return h.begin == nil || !h.fits(a.cal, a.from()) && !h.fits(a.cal, a.end())
	})
}

// silence is how long before and after an episode nothing happens: longer than any window.
const silence = 8 * day

// thriftyLife is what a careful business does. Nothing of it could have been cheaper, and
// no two episodes have to do with each other; but the first has the habit, if there is one.
func (s *script) thriftyLife(h *habit) {
	at := s.officeHours(s.a.from() + s.between(day, 6*day))
	if h != nil {
		if h.late {
			at = s.officeHours(s.a.end() - 4*day)
		}
		if h.fits(s.a.lived, at) {
			at = h.begin(s, h, at) + silence
		}
	}
	for ; at < s.a.end()-4*day; at += silence + s.between(0, 3*day) {
		at = s.thriftyEpisode(s.officeHours(at))
	}
}

func (s *script) thriftyEpisode(at int64) int64 {
	switch draw := s.rng.IntN(100); {
	case draw < 40:
		return s.answers(at, 1+s.rng.IntN(4))
	case draw < 60:
		s.now(at, s.of(s.a.orders[0]))
		s.now(at+s.between(3*hour, 20*hour), s.of(s.a.orders[1]))
		return s.now(at+s.between(26*hour, 50*hour), s.of(s.a.orders[2])).sent
	case draw < 75 && s.p.country == s.a.country:
		return s.now(at, s.of(s.a.code)).sent
	case draw < 85:
		return s.clickAnswered(at)
	case draw < 95 && s.p.country.iso != "US":
		return s.now(at, s.of(s.pick(s.a.offers))).sent
	}
	return s.now(at, s.of(s.a.care)).sent
}

// of is a message of a template.
func (s *script) of(t *template) message { return message{kind: "template", template: t} }

// now sends a message that arrives in seconds, and is read in minutes.
func (s *script) now(at int64, m message) *message {
	m.sent, m.delivered, m.announced = at, at+1+s.rng.Int64N(4), true
	m.read = m.delivered + s.between(20, 9*minute)
	if m.template != nil {
		m.category = m.template.categoryAt(at)
	}
	return s.send(at, m)
}

// answers lets the user write some times, and be answered once each time.
func (s *script) answers(at int64, turns int) int64 {
	for range turns {
		s.user(at)
		s.now(at+s.between(40, 20*minute), message{kind: "text"})
		at += s.between(25*minute, 3*hour)
	}
	return at
}

// clickAnswered is an ad click with an answer, and an offer while all is free.
func (s *script) clickAnswered(at int64) int64 {
	s.p.inbound = append(s.p.inbound, s.fromAd(at))
	s.now(at+s.between(2*minute, 5*hour), message{kind: "text"})
	return s.now(at+s.between(26*hour, 60*hour), s.of(s.a.offers[0])).sent
}

// by is the message with its habit.
func (m message) by(h *habit) message {
	m.habit = h
	return m
}

func (s *script) offerAbroad(h *habit, at int64) int64 {
	return s.now(at, s.of(s.pick(s.a.offers)).by(h)).sent
}

func (s *script) offerTwice(h *habit, at int64) int64 { return s.twice(h, at, s.a.offers[0]) }
func (s *script) orderTwice(h *habit, at int64) int64 { return s.twice(h, at, s.a.orders[0]) }

func (s *script) twice(h *habit, at int64, t *template) int64 {
	s.now(at, s.of(t))
	return s.now(at+s.between(10, 9*minute), s.of(t).by(h)).sent
}

func (s *script) codeTwice(h *habit, at int64) int64 {
	s.now(at, s.of(s.a.code))
	return s.now(at+s.between(10, 55), s.of(s.a.code).by(h)).sent
}

// unreadRun sends offers that are not read; those after the fifth are avoidable.
func (s *script) unreadRun(h *habit, at int64) int64 {
	for i := range 7 {
		m := s.of(s.a.offers[i%len(s.a.offers)])
		if i >= 5 {
			m.habit = h
		}
		s.now(at, m).read = 0
		at += s.between(26*hour, 40*hour)
	}
	return at
}

// unreachable: five offers fail before one arrives.
func (s *script) unreachable(h *habit, at int64) int64 {
	for range 5 {
		m := s.now(at, s.of(s.pick(s.a.offers)))
		m.fate, m.errorCode, m.failed, m.delivered, m.read = fails, codeUndeliverable, m.delivered, 0, 0
		at += s.between(26*hour, 40*hour)
	}
	m := s.now(at, s.of(s.pick(s.a.offers)).by(h))
	m.read = 0
	return m.sent
}

// unreadAtLast: the user reads the first, and none after that.
func (s *script) unreadAtLast(h *habit, at int64) int64 {
	s.now(at, s.of(s.a.offers[0]))
	return s.unreadRun(h, at+s.between(26*hour, 40*hour))
}

// neverRead: whether the user has receipts on, nobody knows.
func (s *script) neverRead(h *habit, at int64) int64 { return s.unreadRun(h, at) }

// twoTexts are two where one would do; they cost something once the free units are spent.
func (s *script) twoTexts(h *habit, at int64) int64 {
	s.user(at)
	at += s.between(minute, 20*minute)
	s.now(at, message{kind: "text"})
	return s.now(at+s.between(8, 29), message{kind: "text"}.by(h)).sent
}

func (s *script) windowClosed(h *habit, at int64) int64 {
	s.answers(at, 1)
	last := s.p.inbound[len(s.p.inbound)-1].at
	m := s.now(last+serviceWindow+s.between(12*minute, 55*minute), s.of(s.a.care).by(h))
	m.instead = last + serviceWindow - 2*minute
	return m.sent
}

// userAboutToWrite: the user writes some minutes after the template, and reads it only
// then.
func (s *script) userAboutToWrite(h *habit, at int64) int64 {
	m := s.now(at, s.of(s.a.orders[1]).by(h))
	wrote := at + s.between(2*minute, 13*minute)
	m.instead, m.read = wrote+1, wrote+s.between(2*minute, 9*minute)
	s.user(wrote)
	return s.now(wrote+s.between(30*minute, 50*minute), message{kind: "text"}).sent
}

// userWroteToo is the same where the user had read it, so that it may be what was answered.
func (s *script) userWroteToo(h *habit, at int64) int64 {
	m := s.now(at, s.of(s.a.orders[1]).by(h))
	m.read = m.delivered + 10
	wrote := at + s.between(2*minute, 13*minute)
	m.instead = wrote + 1
	s.user(wrote)
	return s.now(wrote+s.between(30*minute, 50*minute), message{kind: "text"}).sent
}

func (s *script) offerInWindow(h *habit, at int64) int64 {
	s.answers(at, 1)
	return s.now(at+s.between(4*hour, 20*hour), s.of(s.pick(s.a.offers)).by(h)).sent
}

func (s *script) recategorised(h *habit, at int64) int64 {
	m := s.of(s.a.drifting)
	if t := s.a.drifting; t.changed != 0 && at > t.changed+2*day && s.a.end()-t.changed < 50*day {
		m.habit = h
	}
	return s.now(at, m).sent
}

func (s *script) codeAbroad(h *habit, at int64) int64 {
	m := s.of(s.a.code).by(h)
	m.abroad = true
	return s.now(at, m).sent
}

// abroadOf is a country to which codes of an account cost more.
func abroadOf(w *world, a *account) *country {
	if a.country.iso == "ID" {
		return w.country("IN")
	}
	return w.country("ID")
}

// abroad is what the configuration says of authentication abroad.
func (w *world) abroad(a *account) string {
	if w.opt.Avoidable == 0 {
		return "{}"
	}
	return "{" + abroadOf(w, a).iso + `: "2024-06-01"}`
}

// clickIgnored is a click that nobody answers, and templates on the two days after that.
func (s *script) clickIgnored(h *habit, at int64) int64 {
	s.p.inbound = append(s.p.inbound, s.fromAd(at))
	answer := at + minute
	for _, t := range []*template{s.a.orders[1], s.a.offers[0]} {
		m := s.of(t).by(h)
		m.instead = answer
		at += s.between(26*hour, 33*hour)
		s.now(at, m)
	}
	return at
}

func moved(_ *pair, m *message) {
	m.delivered += m.instead - m.sent
	m.sent = m.instead
}

func freeForm(_ *pair, m *message) { m.kind, m.template, m.category = "text", nil, "" }

func categoryBefore(_ *pair, m *message) { m.category = m.template.category }

func atHome(_ *pair, m *message) { m.abroad = false }

// answered lets the business answer the click, once.
func answered(p *pair, m *message) {
	if !slices.ContainsFunc(p.out, func(o message) bool { return o.sent == m.instead }) {
		p.out = append(p.out, message{ordinal: len(p.out), kind: "text", sent: m.instead, delivered: m.instead + 1})
	}
}
