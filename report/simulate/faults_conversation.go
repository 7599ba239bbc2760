package simulate

// rival is the id of a conversation that should not exist.
func (s *site) rival() string { return s.p.conversationID(idWrong, s.message().ordinal) }

// rides reports whether the message is covered by a conversation that is no
// free entry, and began long enough ago to leave no doubt about the order.
func (s *site) rides(e era) bool {
	b := s.bill()
	return b.era == e && b.outcome == covered && b.conv.kind != referralConversion && b.at-b.conv.start >= edge
}

// after calls visit for the messages delivered after this one, as long as a
// conversation opened by it would last, and reports whether all pass. They
// must be sent after it was delivered, lest they seem to precede it, and
// arrive promptly, and none may open or use free entry.
func (s *site) after(visit func(m *message, b *bill) bool) bool {
	from, until := s.bill().at, s.bill().at+conversation24+edge
	for i := range s.bills {
		m, b := &s.p.out[i], &s.bills[i]
		if i == s.index || b.outcome == undelivered || b.at < from || b.at >= until {
			continue
		}
		if m.sent <= from || !m.prompt() || (b.conv != nil && b.conv.kind == referralConversion) || !visit(m, b) {
			return false
		}
	}
	return true
}

// openingFaults open a conversation where one is open. The true one must not
// be needed, and no other may open, until the false one would end: then it is
// the only thing that is wrong.
func openingFaults() []fault {
	sameConversation := func(s *site) func(*message, *bill) bool {
		return func(_ *message, b *bill) bool { return b.conv == s.bill().conv }
	}
	return []fault{
		{"WA101", calm, secondOfCategory, func(s *site, st []statement) { s.reopen(st, "", sameConversation(s)) }},
		{"WA102", calm, secondOfAny, func(s *site, st []statement) {
			kind := businessInitiated
			if s.windows.open(s.message().sent) {
				kind = userInitiated
			}
			s.reopen(st, kind, sameConversation(s))
		}},
		{"WA102", calm, needlessService, func(s *site, st []statement) {
			s.reopen(st, service, func(m *message, _ *bill) bool { return m.template == nil })
		}},
		{"WA103", turning, func(s *site) bool { return s.bill().era == perMessage && s.bill().outcome == covered }, func(s *site, st []statement) {
			charged(utility)(s, st)
			st[s.index].conversation = s.rival()
		}},
	}
}

// reopen gives the message, and those after it that join, a conversation of
// their own, of the given kind or, for "", of the kind they had.
func (s *site) reopen(st []statement, kind string, joins func(*message, *bill) bool) {
	from := s.bill().at
	for i := range st {
		m, b := &s.p.out[i], &s.bills[i]
		if b.outcome == undelivered || b.at < from || b.at >= from+conversation24 || (i != s.index && !joins(m, b)) {
			continue
		}
		st[i].conversation = s.rival()
		st[i].expires = fullMinute(from + conversation24)
		if kind != "" {
			st[i].origin, st[i].category = kind, kind
		}
	}
}

func secondOfCategory(s *site) bool {
	conv := s.bill().conv
	return s.rides(perCategory) && s.isTemplate() && conv.kind == s.message().category &&
		s.after(func(m *message, b *bill) bool {
			return b.conv == conv || m.category != conv.kind
		})
}

func secondOfAny(s *site) bool {
	return s.rides(oneConversation) && s.after(func(_ *message, b *bill) bool {
		return b.conv == s.bill().conv
	})
}

func needlessService(s *site) bool {
	return s.rides(perCategory) && s.isText() && s.bill().at < s.cal().serviceFree &&
		s.after(func(m *message, b *bill) bool {
			return m.template != nil || b.outcome == covered
		})
}

// conversationFaults are about conversations that are charged for certain: a
// service conversation, and before April 2023 any, may be in the free tier.
func conversationFaults() []fault {
	return []fault{
		{"WA104", calm, inFreeConversation, func(s *site, st []statement) {
			kind := s.message().category
			if s.bill().era == oneConversation {
				kind = businessInitiated
			}
			st[s.index] = statement{
				conversation: s.rival(), origin: kind, expires: fullMinute(s.bill().at + conversation24),
				billable: true, model: modelConversation, category: kind,
			}
		}},
		{"WA201", calm, func(s *site) bool {
			return s.bill().era == perCategory && s.isTemplate(utility, authentication) && s.paidAlone() && !s.marketingNearby()
		}, func(s *site, st []statement) { st[s.index].origin, st[s.index].category = marketing, marketing }},
		{"WA301", calm, func(s *site) bool { return s.bill().era < perMessage && s.paidAlone() }, billable(false)},
	}
}

func inFreeConversation(s *site) bool {
	b := s.bill()
	return b.era < perMessage && b.at >= s.cal().userTier && b.outcome == covered &&
		b.conv.kind == referralConversion && b.at-b.conv.start >= edge && s.isTemplate()
}

// paidAlone reports whether the message opened a charged conversation that no
// other message is part of.
func (s *site) paidAlone() bool {
	b := s.bill()
	if b.outcome != due || !b.opens || b.tiered {
		return false
	}
	for i := range s.bills {
		if i != s.index && s.bills[i].conv == b.conv {
			return false
		}
	}
	return true
}

// marketingNearby reports whether a conversation of marketing could be taken
// for the one that this message opened.
func (s *site) marketingNearby() bool {
	for i := range s.bills {
		b := &s.bills[i]
		if b.conv != nil && b.conv.kind == marketing && distance(b.at, s.bill().at) < 2*day {
			return true
		}
	}
	return false
}
