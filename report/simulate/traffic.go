package simulate

import "fmt"

// meanGap is the mean time between what a user has to do with a business.
const meanGap = 6 * day

// userLife fills the calendar with what a business and its customer do.
func (s *script) userLife() {
	span := float64(meanGap)
	for at := s.a.from() + int64(s.rng.ExpFloat64()*span); at < s.a.end(); at += hour + int64(s.rng.ExpFloat64()*span) {
		s.episode(s.officeHours(at))
	}
	for _, c := range s.a.campaigns {
		if s.chance(0.3) {
			s.campaign(c)
		}
	}
}

// officeHours moves an instant into the waking hours of its day.
func (s *script) officeHours(at int64) int64 {
	d := min((at-s.a.from())/day, int64(len(s.a.days)-2))
	return s.a.days[d] + s.between(8*hour, 22*hour)
}

func (s *script) episode(at int64) {
	switch draw := s.rng.IntN(100); {
	case draw < 36:
		s.support(at)
	case draw < 60:
		s.order(at)
	case draw < 74:
		s.login(at)
	case draw < 88 && at-s.lastClick > 12*day && at-s.lastEcho > 2*day:
		s.lastClick = at
		s.click(at)
	case draw < 94 && at >= callsFrom:
		s.call(at)
	// Whether an answer by phone would use up a click is not documented.
	case draw < 98 && at >= echoesFrom && at-s.lastClick > 2*day:
		s.lastEcho = at
		s.phoneApp(at)
	default:
		s.support(at)
	}
}

// support is a talk: the user asks, agents answer, at times the next day.
func (s *script) support(at int64) {
	s.user(at)
	last := s.talk(at, 1+s.rng.IntN(4))
	switch draw := s.rng.Float64(); {
	case draw < 0.18: // the service window is still open
		s.free(last + s.between(10*hour, 23*hour))
	case draw < 0.42: // it has closed, which takes a template
		s.template(last+s.between(26*hour, 43*hour), s.a.care)
	case draw < 0.45: // an agent tries all the same
		late := s.free(last + s.between(24*hour+20*minute, 30*hour))
		late.fate, late.errorCode = fails, codeWindowClosed
	case draw < 0.50:
		s.userReacts(last + s.between(hour, 5*hour))
	}
}

// talk goes on for some turns after the user wrote, and returns when the user
// wrote last.
func (s *script) talk(at int64, turns int) int64 {
	for turn := range turns {
		if turn > 0 {
			at += s.between(2*minute, 40*minute)
			s.user(at)
		}
		answer := at + s.between(30, 25*minute)
		s.free(answer)
		if s.chance(0.3) {
			s.free(answer + s.between(20, 3*minute))
		}
		if s.chance(0.12) {
			s.reaction(answer + s.between(11*minute, 30*minute))
		}
		if s.chance(0.12) {
			s.template(answer+s.between(12*minute, 5*hour), s.pick(s.a.orders))
		}
		at = max(at, answer)
	}
	return s.p.inbound[len(s.p.inbound)-1].at
}

// order is a delivery, told step by step.
func (s *script) order(at int64) {
	s.template(at, s.a.orders[0])
	if s.chance(0.3) {
		question := at + s.between(10*minute, 3*hour)
		s.user(question)
		s.talk(question, 1)
	}
	shipped := at + s.between(3*hour, 30*hour)
	s.template(shipped, s.a.orders[1])
	arriving := shipped + s.between(2*hour, 44*hour)
	if s.chance(0.7) {
		s.template(arriving, s.a.orders[2])
	}
	if s.chance(0.5) {
		s.template(arriving+s.between(6*hour, 40*hour), s.a.drifting)
	}
}

// login is a one-time code, asked for again at times.
func (s *script) login(at int64) {
	s.template(at, s.a.code)
	if s.chance(0.3) {
		s.template(at+s.between(40, 4*minute), s.a.code)
	}
	if s.chance(0.4) {
		s.template(at+s.between(30*minute, 30*hour), s.a.code)
	}
}

// campaign reaches the user, who may answer, or be reminded: within the day,
// or just when a day has passed.
func (s *script) campaign(c campaign) {
	at := c.at + s.between(0, 40*minute)
	s.template(at, c.template)
	switch draw := s.rng.Float64(); {
	case draw < 0.15:
		reply := at + s.between(10*minute, 6*hour)
		s.user(reply)
		s.talk(reply, 1+s.rng.IntN(2))
	case draw < 0.35:
		s.template(at+s.between(40*minute, 20*hour), c.reminder)
	case draw < 0.40:
		s.template(at+day+15*minute, c.reminder)
	}
}

// click is a user who comes through an ad or a post.
func (s *script) click(at int64) {
	in := s.fromAd(at)
	switch draw := s.rng.Float64(); {
	case draw < 0.08: // on a desktop
		in.qualifies = false
	case draw < 0.12:
		in.referral, in.clickID, in.qualifies = "post", "", false
	}
	if s.p.world.opt.Unproven > 0 && s.chance(s.p.world.opt.Unproven) {
		s.unprovenClick(in)
		return
	}
	s.p.inbound = append(s.p.inbound, in)
	if s.chance(0.12) { // nobody answers in time
		s.template(at+s.between(24*hour+20*minute, 40*hour), s.a.offers[0])
		return
	}
	s.lead(at)
}

// fromAd is what a user writes who comes through an ad.
func (s *script) fromAd(at int64) inbound {
	in := inbound{at: at, referral: "ad", qualifies: true}
	if at >= clickIDsFrom {
		in.clickID = fmt.Sprintf("ARx%016x", s.rng.Uint64())
	}
	return in
}

// lead follows up on a click, within the free time and after it.
func (s *script) lead(at int64) {
	last := s.talk(at, 1+s.rng.IntN(3))
	for range s.rng.IntN(3) {
		t := s.pick(s.a.offers)
		if s.chance(0.5) {
			t = s.pick(s.a.orders)
		}
		s.template(last+s.between(hour, 69*hour), t)
	}
	switch draw := s.rng.Float64(); {
	case draw < 0.15: // soon after the free time
		s.template(last+s.between(74*hour, 96*hour), s.pick(s.a.offers))
	case draw < 0.30:
		s.template(last+s.between(170*hour, 200*hour), s.pick(s.a.offers))
	}
}

// call is a call that nobody takes; it opens the service window.
func (s *script) call(at int64) {
	s.p.inbound = append(s.p.inbound, inbound{at: at, kind: called})
	s.template(at+s.between(20*minute, 20*hour), s.a.care)
}

// phoneApp is a talk that the business holds on its phone, beside the API.
func (s *script) phoneApp(at int64) {
	for range 1 + s.rng.IntN(3) {
		s.user(at)
		at += s.between(minute, 20*minute)
		s.p.echoes = append(s.p.echoes, inbound{at: at})
		at += s.between(minute, 20*minute)
	}
}

// groupLife is what passes in a group: talk, and news of a delivery.
func (s *script) groupLife() {
	const gap = float64(3 * day)
	start := max(s.a.from(), groupsFrom+day)
	for at := start + int64(s.rng.ExpFloat64()*gap); at < s.a.end(); at += hour + int64(s.rng.ExpFloat64()*gap) {
		t := s.officeHours(at)
		if t < start {
			continue
		}
		if s.chance(0.4) {
			s.toMembers(t, message{kind: "template", template: s.a.orders[1], category: s.a.orders[1].categoryAt(t)})
			continue
		}
		for range 1 + s.rng.IntN(3) {
			member := s.p.members[s.rng.IntN(len(s.p.members))]
			s.p.inbound = append(s.p.inbound, inbound{at: t, member: member})
			t += s.between(minute, 20*minute)
			s.toMembers(t, message{kind: "text"})
			t += s.between(minute, 20*minute)
		}
	}
}

// toMembers sends one message to each member of the group.
func (s *script) toMembers(at int64, m message) {
	for i, member := range s.p.members {
		m.member, m.repeats = member, i > 0
		s.send(at, m)
	}
}
