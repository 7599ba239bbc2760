package simulate

import "slices"

// edge is how near to the end of a window, an era or a month a decision may
// come before a careful reader of the log must doubt it.
const edge = 10 * minute

// doubtful reports whether somebody who knows only the log could see the
// message, or what it leaves open, otherwise than the decision says. It is
// asked before the decision is committed, and errs on the side of doubt: no
// error is hidden where it says yes, nor later in the pair until everything
// has ended.
func (b *biller) doubtful(m *message, d *decision) bool {
	if m.fate == arrivesUnseen || b.clickInDoubt(m, d) || b.reactionInDoubt(m) {
		return true
	}
	for _, at := range [2]int64{m.sent, m.delivered} {
		_, same := slices.BinarySearch(b.windows, at)
		if same || b.windows.nearEnd(at, edge) || b.cal.nearMidnight(at, edge) || b.nearConversationEnd(at) {
			return true
		}
	}
	if d.era >= perMessage {
		return b.straddles(m, d) || b.inFreeWeek(d.at)
	}
	// What a business-initiated conversation covers beyond 2023-06-01 is open.
	return d.era == perCategory && d.conv.kind == businessInitiated
}

// clickInDoubt: a referral that the log shows, though it opened nothing or nothing
// that the log proves, and one answered while a conversation of 2022 was open (clause 3.1, at its end).
func (b *biller) clickInDoubt(m *message, d *decision) bool {
	in, inTime := b.click(m)
	if !inTime {
		return false
	}
	return !in.qualifies || in.unproven || !d.opens
}

// reactionInDoubt: whether the user's reaction opened the service window is
// not documented (clause 4.4), which matters where nothing else did.
func (b *biller) reactionInDoubt(m *message) bool {
	for _, at := range [2]int64{m.sent, m.delivered} {
		if b.windows.open(at) {
			continue
		}
		for _, r := range slices.Backward(b.reactHot) {
			if r > at {
				continue
			}
			if at < r+serviceWindow+edge {
				return true
			}
			break
		}
	}
	return false
}

func (b *biller) nearConversationEnd(at int64) bool {
	return b.recent(at, func(c *conversation) bool { return distance(at, c.end) < edge }) != nil
}

// straddles: sent and delivered on different sides of an edge, where Meta's
// pages say both that the one decides and the other.
func (b *biller) straddles(m *message, d *decision) bool {
	if b.windows.open(m.sent) != b.windows.open(d.at) {
		return true
	}
	isFree := ofKind(referralConversion)
	return b.latest(m.sent, isFree) != b.latest(d.at, isFree)
}

// inFreeWeek: since 2026-09-28 free entry may last up to 7 days. Here it never
// lasts beyond 72 h, but the log cannot tell.
func (b *biller) inFreeWeek(at int64) bool {
	return b.recent(at, func(c *conversation) bool {
		return c.kind == referralConversion && c.start >= b.cal.weekFreeEntry-freeEntry72 && at >= c.end && at < c.start+freeEntryWeek+edge
	}) != nil
}
