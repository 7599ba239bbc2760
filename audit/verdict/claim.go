// Package verdict lays what was reported beside what should have been.
package verdict

import (
	"waudit/audit/category"
	"waudit/audit/era"
	"waudit/audit/event"
	"waudit/audit/message"
	"waudit/audit/reading"
	"waudit/audit/replay"
)

// Charging is what the log says was done on the bill.
type Charging uint8

// What there is (rules 5, "What counts as charged").
const (
	Nothing Charging = iota // the log says nothing of a price
	Free                    // free, or part of a conversation that was open
	Opened                  // opened a conversation that an allowance may have paid for
	Charged                 // charged
)

// chargingOf tells what the log says of a message. opens tells whether it is the
// first delivered message of its conversation id, due whether a charge is due:
// of a price that holds a provider's fee, only then some is surely Meta's.
func chargingOf(d *replay.Decision, facts *era.Profile, opens, due bool) Charging {
	m := d.Message
	r := &m.Reported
	switch {
	case r.WithFee() && !due && r.Source == 0:
		return Nothing
	case r.Priced() && r.Listed() && !tierless(m, facts):
		return Opened
	case r.Priced() && (due || !r.WithFee()):
		return Charged
	case !m.Arrived || r.Source == 0:
		// Pricing on a message that did not arrive is never a charge by itself.
		if r.Any() {
			return Free
		}
		return Nothing
	case m.FreeEntryProof && r.Type != "regular" && (r.Billable != event.True || !alwaysCharged(r, m.Delivered, facts)):
		return Free
	case conversational(d, facts, opens):
		return conversationCharging(m, facts, opens)
	}
	switch {
	case r.Type == "regular":
		return Charged
	case r.Type != "" || r.Billable == event.False:
		return Free
	case r.Billable == event.True:
		return Charged
	}
	return Nothing
}

// conversational tells whether the pricing speaks of a conversation: by its
// model, where that is missing by the era. For a day after the change to
// per-message pricing an id that was seen before still names a conversation.
func conversational(d *replay.Decision, facts *era.Profile, opens bool) bool {
	r := &d.Message.Reported
	switch {
	case d.Era.Conversational() && d.Era.Model == "":
		return true
	case r.Model != "":
		return r.Model == "CBP"
	case d.Era.Conversational():
		return true
	}
	return r.Type == "" && r.Conversation != "" && !opens && !facts.Calendar.Surely(era.PerMessage, d.Message.Delivered.Plus(-26*era.Hour), 0)
}

// conversationCharging applies what rules 5 says of conversations: an id
// with billable true and one delivered message was opened; it was charged only
// if no allowance can explain it.
func conversationCharging(m *message.Message, facts *era.Profile, opens bool) Charging {
	r := &m.Reported
	switch {
	case r.Conversation == "" || r.Billable == event.Absent:
		return Nothing
	case r.Billable == event.False || !opens:
		return Free
	case m.Template == reading.No && !m.DirectSend && r.Category.Template():
		return Free // it rides on a template's conversation, whose opening the log lacks
	case alwaysCharged(r, m.Delivered, facts):
		return Charged
	}
	return Opened
}

// tierless tells whether the message is a template of a time when no free tier
// paid for templates.
func tierless(m *message.Message, facts *era.Profile) bool {
	return m.Template == reading.Yes && facts.Calendar.Surely(era.Categories, m.Delivered, 0)
}

// alwaysCharged tells whether no allowance can pay for a conversation of that
// category opened at that instant.
func alwaysCharged(r *message.Reported, at reading.Span, facts *era.Profile) bool {
	after := func(change era.Change) bool { return facts.Calendar.Surely(change, at, 0) }
	cat := r.Category
	if cat == category.None {
		cat = category.Of(r.Origin)
	}
	switch {
	case cat.Template():
		return after(era.Categories)
	case cat == category.BusinessInitiated:
		return after(era.Categories) || after(era.BusinessLeavesFreeTier) && facts.PartnerServed == reading.No
	}
	return false
}
