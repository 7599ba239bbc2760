package channel

import (
	"sort"

	"waudit/audit/event"
	"waudit/audit/reading"
	"waudit/audit/window"
)

// Lengths in milliseconds (rules 8.1, 8.2).
const (
	// StandardLength is how long the messaging window stays open after an act of the user.
	StandardLength = window.ServiceLength
	// LongLength is how long after it a person may answer by HUMAN_AGENT, and how long the
	// window may stay open after an ad.
	LongLength = 7 * window.ServiceLength
)

// Dates from which rules hold, at 00:00 UTC in Unix milliseconds: in which zone, Meta does
// not say, so that Anywhere around them either may hold.
const (
	AdFrom   int64 = 1790553600_000 // 2026-09-28: the window may last 7 days after an ad
	TagsEnd  int64 = 1777248000_000 // 2026-04-27: of the message tags HUMAN_AGENT alone is left
	Anywhere int64 = 14 * 3_600_000
)

// What messages are sent as (Message.As): without anything that allows them outside the
// window, with a message tag, or with what else allows them.
const (
	Response      = "response"
	Update        = "update"
	HumanAgent    = "human_agent"
	EventUpdate   = "confirmed_event_update"
	Purchase      = "post_purchase_update"
	AccountUpdate = "account_update"
	Utility       = "utility"
	Notification  = "notification_message"
	PrivateReply  = "private_reply"
)

// IsRetired reports whether a tag was for Messenger alone, and is no more.
func IsRetired(as string) bool { return as == EventUpdate || as == Purchase || as == AccountUpdate }

// Standing is what a message is by the rules.
type Standing uint8

// The standings.
const (
	Unseen  Standing = iota // the log does not show enough to say anything
	Inside                  // sent inside the messaging window
	Allowed                 // outside it, and something allows it
	Outside                 // outside it, and nothing does
	Misused                 // sent with a tag that does not allow it
)

// Ground says what a judgement rests on, or why it is not certain.
type Ground uint8

// The reasons. Those of Outside but the first say what keeps it open.
const (
	Certain    Ground = iota
	SentAs            // Outside: the log does not say what it was sent as
	SentLate          // Outside: nor does it, and HUMAN_AGENT does not allow it any more
	AfterAd           // Outside: the window may last so long after an ad
	Doubtful          // Outside: of what the user did, Meta does not say whether it opens the window; or it is too near its end
	LogStart          // Outside: the log begins less than 7 days before, and an ad may lie there
	TooLate           // Misused: HUMAN_AGENT more than 7 days after the user's latest act
	NotThere          // Misused: the tag is none of Instagram's
	Retired           // Misused: the tag is no more
	ByPerson          // Allowed: written by a person in Meta's inbox
	ByTag             // Allowed
	ByTemplate        // Allowed: a utility or notification message, or a private reply
)

// Judgement is a message and what the rules say of it.
type Judgement struct {
	*Message
	Standing Standing
	Why      Ground
	Opening  *Opening // that opened the window, or the latest that may have; nil for none
	Latest   *Opening // the latest act of the user before, whether or not it opens one; nil for none
}

// IsSure reports whether a message that is outside, or whose tag is misused, surely is.
func (r *Judgement) IsSure() bool { return r.Why == Certain || r.Why == TooLate || r.Why == NotThere }

// Judge judges a message (rules 8).
func (c *Conversation) Judge(m *Message) Judgement {
	r := Judgement{Message: m, Latest: c.latest(m.Sent + c.Tolerance)}
	open, by := c.window(m.Sent)
	r.Opening = by
	switch {
	case m.Failed != 0:
		return r
	case m.Person:
		r.Standing, r.Why = Allowed, ByPerson
	case IsRetired(m.As) && c.Channel == event.Instagram:
		r.Standing, r.Why = Misused, NotThere
	case IsRetired(m.As) && m.Sent >= TagsEnd-Anywhere:
		r.Standing, r.Why = Misused, Retired
	case open == reading.Yes:
		r.Standing = Inside
		return r
	case IsRetired(m.As):
		r.Standing, r.Why = Allowed, ByTag
	case m.As == HumanAgent:
		switch c.late(m, r.Latest) {
		case reading.No:
			r.Standing, r.Why = Allowed, ByTag
		case reading.Yes:
			r.Standing, r.Why = Misused, TooLate
		}
	case m.As == Utility, m.As == Notification, m.As == PrivateReply:
		r.Standing, r.Why = Allowed, ByTemplate
	case m.As != "" && m.As != Response && m.As != Update:
		return r // a tag that the rules do not know
	default:
		r.Standing, r.Why = c.outside(m, open, by)
		if r.Why == SentAs && c.late(m, r.Latest) == reading.Yes {
			r.Why = SentLate
		}
	}
	if open == reading.Yes && r.Standing == Allowed {
		r.Standing, r.Why = Inside, Certain
	}
	return r
}

// late tells whether HUMAN_AGENT allows no answer any more, by the latest act of the user.
func (c *Conversation) late(m *Message, latest *Opening) reading.Tri {
	switch {
	case latest != nil && m.Sent-latest.Time < LongLength+c.Tolerance:
		return reading.No
	case !c.shows(m.Sent-LongLength-c.Tolerance, m.Sent):
		return reading.Maybe
	}
	return reading.Yes
}

// outside judges a message that nothing in the log allows outside the window.
func (c *Conversation) outside(m *Message, open reading.Tri, by *Opening) (Standing, Ground) {
	switch {
	case !c.shows(m.Sent-StandardLength-c.Tolerance, m.Sent):
		return Unseen, Certain
	case m.As == "":
		return Outside, SentAs
	case open == reading.Maybe && by.Ad && m.Sent-by.Time >= StandardLength+c.Tolerance:
		return Outside, AfterAd
	case open == reading.Maybe:
		return Outside, Doubtful
	case m.Sent >= AdFrom-Anywhere && !c.shows(m.Sent-LongLength-c.Tolerance, m.Sent):
		return Outside, LogStart
	}
	return Outside, Certain
}

// window tells whether the window is open at an instant, and by which act. By that of
// the acts which opens it surely, else by the latest that may.
func (c *Conversation) window(at int64) (open reading.Tri, by *Opening) {
	open = reading.No
	n := sort.Search(len(c.Openings), func(i int) bool { return c.Openings[i].Time > at+c.Tolerance })
	for i := n - 1; i >= 0 && at-c.Openings[i].Time < LongLength+c.Tolerance; i-- {
		o := &c.Openings[i]
		since, may := at-o.Time, o.May
		if o.Ad && at < AdFrom-Anywhere {
			may = StandardLength
		}
		switch {
		case since >= 0 && since+c.Tolerance < o.Sure:
			return reading.Yes, o
		case since < may+c.Tolerance && by == nil:
			open, by = reading.Maybe, o
		}
	}
	return open, by
}

// latest is the last act of the user up to an instant, nil if there is none.
func (c *Conversation) latest(at int64) *Opening {
	n := sort.Search(len(c.Openings), func(i int) bool { return c.Openings[i].Time > at })
	if n == 0 {
		return nil
	}
	return &c.Openings[n-1]
}

// shows reports whether the log has all that users did between two instants.
func (c *Conversation) shows(from, to int64) bool {
	begins := c.Coverage.First <= from || c.Account.CompleteBefore(from)
	return begins && !c.Coverage.InboundMissing() && !c.Coverage.GapIn(from, to)
}
