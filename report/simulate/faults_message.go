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

// messageFaults are charges that should not be, or not so.
func messageFaults() []fault {
	return append(overcharges(), []fault{
		{
			check: "WA201", where: calm,
			fits: func(s *site) bool { return s.isDue(utility, authentication) },
			hide: charged(marketing),
		},
		{
			check: "WA202", where: calm,
			fits: func(s *site) bool {
				// Some days on, no conversation from before can be meant.
				return s.isDue() && s.bill().at >= s.cal().perMessage+4*day
			},
			hide: func(s *site, st []statement) {
				it := &st[s.index]
				it.model, it.kind, it.conversation = modelConversation, "", s.rival()
				it.expires = fullMinute(s.bill().at + conversation24)
			},
		},
		{
			check: "WA203", where: calm, // charged by its type, yet not billable
			fits: func(s *site) bool { return s.isDue() },
			hide: func(s *site, st []statement) { st[s.index].billable = false },
		},
		{
			check: "WA203", where: calm, // free by its type, yet billable
			fits: func(s *site) bool { return s.isFree() && s.isText() },
			hide: func(s *site, st []statement) { st[s.index].billable = true },
		},
		{
			check: "WA301", where: calm,
			fits: func(s *site) bool { return s.isDue() },
			hide: func(s *site, st []statement) { st[s.index].billable, st[s.index].kind = false, "" },
		},
		{
			check: "WA302", where: calm, fits: windowJustClosed,
			hide: func(s *site, st []statement) { st[s.index].billable, st[s.index].kind = false, typeFreeService },
		},
	}...)
}

func overcharges() []fault {
	return []fault{
		{
			check: "WA104", where: calm, fits: inFreeEntry,
			hide: func(s *site, st []statement) { charged(s.message().category)(s, st) },
		},
		{
			check: "WA105", where: calm,
			fits: func(s *site) bool {
				sent := s.message().sent
				return s.isFree() && s.isTemplate(utility) && sent-s.windows.since(sent) >= edge
			},
			hide: charged(utility),
		},
		{
			check: "WA106", where: calm,
			fits: func(s *site) bool { return s.bill().era == perMessage && s.isFree() && s.isText() },
			hide: charged(service),
		},
		{
			check: "WA110", where: calm,
			fits: func(s *site) bool { return s.bill().era == servicePriced && s.isFree() && s.bill().reaction },
			hide: charged(service),
		},
		{
			check: "WA111", where: calm, // no account here is an AI provider
			fits: func(s *site) bool {
				return s.bill().at >= s.p.world.releases.aiProviders+changeGrace && s.isFree() && s.isText()
			},
			hide: charged(aiPurpose),
		},
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
		{
			check: "WA106", where: calm,
			fits: func(s *site) bool {
				b := s.bill()
				return b.era == perCategory && b.opens && b.outcome == free && b.conv.kind == service && !b.tiered
			},
			hide: billed,
		},
		{
			check: "WA107", where: calm,
			fits: func(s *site) bool { return s.bill().era < perMessage && s.inTier() },
			hide: billed,
		},
		{
			check: "WA107", where: calm,
			fits: func(s *site) bool { return s.bill().era == servicePriced && s.inTier() && s.isText() },
			hide: charged(service),
		},
		{
			check: "WA301", where: calm, // reported free well past the tier
			fits: func(s *site) bool {
				b := s.bill()
				return b.era == servicePriced && b.tiered && b.outcome == due && s.isText() &&
					s.tiers.wellAbove(s.p, s.index, &b.decision)
			},
			hide: func(s *site, st []statement) { st[s.index].billable, st[s.index].kind = false, typeFreeService },
		},
	}
}

func billed(s *site, st []statement) { st[s.index].lines = 1 }

// inTier reports whether a unit well below the limit made the message free.
func (s *site) inTier() bool {
	b := s.bill()
	return b.tiered && b.outcome == free && s.tiers.wellBelow(s.p, s.index, &b.decision)
}

// evidenceFaults are statements that cannot be true together.
func evidenceFaults() []fault {
	return []fault{
		{
			check: "WA108", where: lost,
			fits: func(*site) bool { return true },
			hide: billed,
		},
		{
			check: "WA109", where: calm, // a charge that is due, on two lines of the bill
			fits: func(s *site) bool { return s.bill().outcome == due && s.isTemplate() },
			hide: func(s *site, st []statement) { st[s.index].lines = 2 },
		},
		{
			check: "WA402", where: calm,
			fits: func(s *site) bool { return s.isTemplate() && s.isLast() },
			hide: func(s *site, st []statement) { st[s.index].conflicts = true },
		},
		{
			check: "WA406", where: calm,
			fits: func(s *site) bool {
				m, b := s.message(), s.bill()
				return b.era < perMessage && b.opens && b.conv.kind != referralConversion &&
					b.at-m.sent < minute && s.p.pricedWhenSent(m)
			},
			hide: func(s *site, st []statement) { st[s.index].expires += day },
		},
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
