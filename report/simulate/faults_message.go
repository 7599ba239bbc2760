package simulate

// Faults of the message eras. In each the message decides alone, so a false
// statement has no consequences for others.

// isFree reports whether the message is free by itself, not by free entry. A
// unit of the free tier counts only where it is far below the limit.
func (s *site) isFree() bool {
	b := s.bill()
	return b.era >= perMessage && b.outcome == free && b.conv == nil &&
		(!b.tiered || s.tiers.wellBelow(s.p, s.index, &b.decision))
}

// isDue reports whether the message is a template that is charged.
func (s *site) isDue(categories ...string) bool {
	return s.bill().era >= perMessage && s.bill().outcome == due && s.isTemplate(categories...)
}

// charged replaces the statement by that of a message charged in a category.
func charged(category string) func(*site, []statement) {
	return func(s *site, st []statement) { st[s.index] = s.p.byMessage(s.message(), category) }
}

// billable says whether the message is charged, and nothing else.
func billable(is bool) func(*site, []statement) {
	return func(s *site, st []statement) { st[s.index].billable = is }
}

// unbilled says that the message is free, for a reason or for none.
func unbilled(kind string) func(*site, []statement) {
	return func(s *site, st []statement) { st[s.index].billable, st[s.index].kind = false, kind }
}

// onBill puts the message on so many lines of a bill.
func onBill(lines int) func(*site, []statement) {
	return func(s *site, st []statement) { st[s.index].lines = lines }
}

// messageFaults are charges that should not be, or not so.
func messageFaults() []fault {
	isDue := func(s *site) bool { return s.isDue() }
	return append(overcharges(), []fault{
		{"WA201", calm, func(s *site) bool { return s.isDue(utility, authentication) }, charged(marketing)},
		// Some days on, no conversation from before can be meant.
		{"WA202", calm, func(s *site) bool { return s.isDue() && s.bill().at >= s.cal().perMessage+4*day }, func(s *site, st []statement) {
			it := &st[s.index]
			it.model, it.kind, it.conversation = modelConversation, "", s.rival()
			it.expires = fullMinute(s.bill().at + conversation24)
		}},
		{"WA203", calm, isDue, billable(false)},                                                 // charged by its type
		{"WA203", calm, func(s *site) bool { return s.isFree() && s.isText() }, billable(true)}, // free by its type
		{"WA301", calm, isDue, unbilled("")},
		{"WA302", calm, windowJustClosed, unbilled(typeFreeService)},
	}...)
}

func overcharges() []fault {
	return []fault{
		{"WA104", calm, inFreeEntry, func(s *site, st []statement) { charged(s.message().category)(s, st) }},
		{"WA105", calm, func(s *site) bool {
			sent := s.message().sent
			return s.isFree() && s.isTemplate(utility) && sent-s.windows.since(sent) >= edge
		}, charged(utility)},
		{"WA106", calm, func(s *site) bool { return s.bill().era == perMessage && s.isFree() && s.isText() }, charged(service)},
		{"WA110", calm, func(s *site) bool { return s.bill().era == servicePriced && s.isFree() && s.bill().reaction }, charged(service)},
		// No account here is an AI provider.
		{"WA111", calm, func(s *site) bool {
			return s.bill().at >= aiProvidersFrom+changeGrace && s.isFree() && s.isText()
		}, charged(aiPurpose)},
	}
}

// inFreeEntry: within a window that the status of the answer proves.
func inFreeEntry(s *site) bool {
	b := s.bill()
	return b.era >= perMessage && b.outcome == free && b.conv != nil && !b.opens &&
		b.at-b.conv.start >= edge && s.isTemplate()
}

// windowJustClosed: the user wrote, but the window ended 2 to 20 hours ago.
func windowJustClosed(s *site) bool {
	if s.bill().era != perMessage || !s.isDue(utility) {
		return false
	}
	last, ok := s.windows.last(s.message().sent)
	closed := s.message().sent - (last + serviceWindow)
	return ok && closed >= 2*hour && closed <= 20*hour
}

// tierFaults charge what the free tier pays, or the reverse. In the
// conversation eras a status cannot show it, since it calls every
// conversation billable: a line of a bill does.
func tierFaults() []fault {
	return []fault{
		{"WA106", calm, func(s *site) bool {
			b := s.bill()
			return b.era == perCategory && b.opens && b.outcome == free && b.conv.kind == service && !b.tiered
		}, onBill(1)},
		{"WA107", calm, func(s *site) bool { return s.bill().era < perMessage && s.inTier() }, onBill(1)},
		{"WA107", calm, func(s *site) bool { return s.bill().era == servicePriced && s.inTier() && s.isText() }, charged(service)},
		{"WA301", calm, func(s *site) bool { // reported free well past the tier
			b := s.bill()
			return b.era == servicePriced && b.tiered && b.outcome == due && s.isText() && s.tiers.wellAbove(s.p, s.index, &b.decision)
		}, unbilled(typeFreeService)},
	}
}

// inTier reports whether a unit well below the limit made the message free.
func (s *site) inTier() bool {
	b := s.bill()
	return b.tiered && b.outcome == free && s.tiers.wellBelow(s.p, s.index, &b.decision)
}

// evidenceFaults are statements that cannot be true together.
func evidenceFaults() []fault {
	return []fault{
		{"WA108", lost, func(*site) bool { return true }, onBill(1)},
		{"WA109", calm, func(s *site) bool { return s.bill().outcome == due && s.isTemplate() }, onBill(2)}, // due once
		{"WA402", calm, func(s *site) bool { return s.isTemplate() && s.isLast() }, func(s *site, st []statement) { st[s.index].conflicts = true }},
		{"WA406", calm, func(s *site) bool {
			m, b := s.message(), s.bill()
			return b.era < perMessage && b.opens && b.conv.kind != referralConversion && b.at-m.sent < minute && s.p.pricedWhenSent(m)
		}, func(s *site, st []statement) { st[s.index].expires += day }},
	}
}

// isLast reports whether nothing that a doubt about this message could reach
// follows it.
func (s *site) isLast() bool {
	sent, until := s.message().sent, s.bill().at+8*day
	next := s.index + 1
	if next < len(s.p.out) && s.p.out[next].sent < until {
		return false
	}
	last, ok := s.windows.last(until)
	return !ok || last <= sent
}
