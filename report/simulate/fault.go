package simulate

import "slices"

// fault is one kind of billing error: where it can be hidden, and what it
// makes of the statements. It never changes what messages should have cost.
type fault struct {
	check string
	where place
	fits  func(*site) bool // whether it can be told from the log for certain
	hide  func(*site, []statement)
}

// Checks returns the ids of the errors that can be hidden, in order.
func Checks() []string {
	all := faults()
	ids := make([]string, len(all))
	for i := range all {
		ids[i] = all[i].check
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// faults lists every kind. A check may have several.
func faults() []fault {
	return slices.Concat(openingFaults(), conversationFaults(), messageFaults(), tierFaults(), evidenceFaults())
}

// place says for which errors a message is a place at all.
type place uint8

const (
	nowhere place = iota
	// calm is where an accusation can be certain: the message arrived
	// promptly, the log shows it, nothing before or soon after it is in
	// doubt, and no rule or template changes nearby.
	calm
	turning // calm, but for a change of the rules
	lost    // the message failed
)

// site is one message, seen as a place for an error.
type site struct {
	p       *pair
	bills   []bill
	windows windows
	tiers   *tiers

	index int
	place place
}

// sites calls visit for each message of a pair. The site is reused.
func sites(p *pair, bills []bill, t *tiers, visit func(*site)) {
	s := &site{p: p, bills: bills, windows: windowsOf(p), tiers: t}
	for i := range bills {
		s.index = i
		s.place = s.judge()
		visit(s)
	}
}

func (s *site) message() *message { return &s.p.out[s.index] }
func (s *site) bill() *bill       { return &s.bills[s.index] }
func (s *site) cal() *calendar    { return s.p.number.account.cal }

// isTemplate reports whether the message is a template of one of the
// categories, or of any where none is given.
func (s *site) isTemplate(categories ...string) bool {
	m := s.message()
	return m.template != nil && (len(categories) == 0 || slices.Contains(categories, m.category))
}

// isText reports whether the message is neither template nor reaction.
func (s *site) isText() bool {
	return s.message().template == nil && !s.bill().reaction
}

func (s *site) judge() place {
	m, b := s.message(), s.bill()
	if m.member != "" || m.sent < s.p.number.account.from()+edge || s.p.world.plantedIn(s.p.index) != nil {
		return nowhere
	}
	if m.failed != 0 {
		if s.cal().nearChange(m.sent) || s.cal().nearMidnight(m.sent, edge) {
			return nowhere
		}
		return lost
	}
	t := m.template
	if t != nil && t.changed != 0 && distance(m.sent, t.changed) < changeGrace {
		return nowhere
	}
	if !m.prompt() || !b.clean || !s.staysClean() {
		return nowhere
	}
	if s.cal().nearChange(b.at) {
		return turning
	}
	return calm
}

// staysClean reports whether the messages of the next two days are beyond
// doubt too.
func (s *site) staysClean() bool {
	until := s.bill().at + 2*day
	for i := s.index + 1; i < len(s.bills) && s.p.out[i].sent < until; i++ {
		if s.bills[i].outcome != undelivered && !s.bills[i].clean {
			return false
		}
	}
	return true
}
