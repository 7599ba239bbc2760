// Package verdict lays what was reported beside what should have been.
package verdict

import (
	"waudit/audit/category"
	"waudit/audit/era"
	"waudit/audit/event"
	"waudit/audit/message"
	"waudit/audit/money"
	"waudit/audit/outcome"
	"waudit/audit/reading"
	"waudit/audit/replay"
	"waudit/audit/result"
	"waudit/audit/window"
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
	case r.Priced() && r.Listed() && !(m.Template == reading.Yes && facts.Calendar.Surely(era.Categories, m.Delivered, 0)):
		return Opened // a free tier may have paid for it, as since then for no template
	case r.Priced() && (due || !r.WithFee()):
		return Charged
	case m.Arrived && r.Source != 0:
		return statedCharging(d, facts, opens)
	case r.Any():
		return Free // pricing on a message that did not arrive is never a charge by itself
	}
	return Nothing
}

// statedCharging tells what the pricing of a delivered message says, where no price does.
func statedCharging(d *replay.Decision, facts *era.Profile, opens bool) Charging {
	m := d.Message
	r := &m.Reported
	switch {
	case m.FreeEntryProof && r.Type != "regular" && (r.Billable != event.True || !alwaysCharged(r, m.Delivered, facts)):
		return Free
	case conversational(d, facts, opens):
		return conversationCharging(m, facts, opens)
	case r.Type == "regular", r.Type == "" && r.Billable == event.True:
		return Charged
	case r.Type != "", r.Billable == event.False:
		return Free
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

// alwaysCharged tells whether no allowance can pay for a conversation of that
// category opened at that instant.
func alwaysCharged(r *message.Reported, at reading.Span, facts *era.Profile) bool {
	after := func(change era.RuleChange) bool { return facts.Calendar.Surely(change, at, 0) }
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

// Extra is what lines of bills charge a message beyond the one charge that it
// has, where nothing else says that it should have cost nothing (WA109).
type Extra struct {
	Amount money.Amount   // in the bill's currency; 0: nothing
	Sure   money.Amount   // the part of it that no reading of the lines takes away
	Doubt  reading.Reason // why the rest is not sure
	// Again is set if the conversation of the message is charged on another one,
	// decision Keeper: then the whole of its lines is too much.
	Again  bool
	Keeper int32
}

// Any reports whether there is anything.
func (e *Extra) Any() bool { return !e.Amount.IsZero() }

// Verdict returns the verdict on the extra charges alone.
func (e *Extra) Verdict() (result.Verdict, reading.Reason) {
	switch {
	case !e.Any():
		return result.OK, reading.Certain
	case e.Sure.Sign() > 0:
		return result.Overcharge, reading.Certain
	}
	return result.Uncertain, e.Doubt
}

// Overall returns the verdict on all that the message is charged.
func (j *Judgement) Overall() (result.Verdict, reading.Reason) {
	if !j.Extra.Any() || j.Verdict == result.Overcharge {
		return j.Verdict, j.Doubt
	}
	return j.Extra.Verdict()
}

// extra finds what lines of bills charge too often. Whatever a message should
// have cost, no rule charges it twice, nor its conversation; where it should have
// cost nothing that is said already.
func (p *JudgedPair) extra(j *Judgement) Extra {
	bill := j.Message.Reported.Bill()
	if bill.Amount.Sign() <= 0 || accused(j) {
		return Extra{}
	}
	e := Extra{Amount: bill.Excess, Sure: bill.Sure, Doubt: reading.CategoryUnknown}
	if bill.Restated {
		e.Doubt = reading.EqualLines
	}
	switch keeper, again := p.again(j); {
	case again:
		e.Amount, e.Sure, e.Again, e.Keeper = bill.Amount, bill.Amount.Sub(bill.Excess).Add(bill.Sure), true, keeper
		if m, first := j.Message, p.first(j.Message.Reported.Conversation); !p.surelyWithin(m, first) || !p.surelyWithin(p.Decisions[keeper].Message, first) {
			e.Sure, e.Doubt = money.Amount{}, reading.DeliveryTimeUnknown
		}
	case bill.MemberUnknown:
		e.Sure, e.Doubt = money.Amount{}, reading.MemberUnknown
	case j.Message.Conflict: // it may be two messages under one id
		e.Sure, e.Doubt = money.Amount{}, reading.ConflictingStatuses
	}
	if p.Coverage.CorruptAt(j.Message.Instant()) {
		e.Sure, e.Doubt = money.Amount{}, reading.LogDamaged
	}
	return e
}

// accused tells whether the message should have cost nothing, for sure.
func accused(j *Judgement) bool { return j.Verdict == result.Overcharge && j.Outcome != outcome.Charge }

// again tells whether the conversation that the message rides on is charged by
// lines that name another of its messages, and by which. A message that opens a conversation by
// the rules is charged for that, whatever its id.
func (p *JudgedPair) again(j *Judgement) (keeper int32, again bool) {
	id := j.Message.Reported.Conversation
	span := p.ids[id]
	if span.billed < 2 || j.Outcome == outcome.Charge || !p.chargesConversation(j, &span) {
		return 0, false
	}
	keeper, found := p.keepers[id]
	if !found {
		keeper = p.keeper(id, &span)
		if p.keepers == nil {
			p.keepers = map[string]int32{}
		}
		p.keepers[id] = keeper
		p.turn(j.Index)
	}
	return keeper, int(keeper) != j.Index && alike(j, &p.Decisions[keeper])
}

// alike tells whether the lines of a message may charge the conversation that
// those of another one do: in its currency, and from June 2023 in its category.
func alike(j *Judgement, other *replay.Decision) bool {
	m, o := j.Message, other.Message
	if m.Reported.Bill().Currency != o.Reported.Bill().Currency {
		return false
	}
	return j.Era.OneConversation || m.Template != reading.Yes || o.Template != reading.Yes || j.Category.Base() == other.Category.Base()
}

// keeper returns the message whose charge is the one of its conversation: one
// that opened it by the rules, else any, of several the dearest and earliest. It
// leaves the pair turned to another message.
func (p *JudgedPair) keeper(id string, span *idSpan) int32 {
	keeper, due, dearest := span.first, false, money.Of(-1)
	for i := span.first; i <= span.last; i++ {
		if p.Decisions[i].Message.Reported.Conversation != id {
			continue
		}
		p.turn(int(i))
		j := p.judge(int(i))
		if accused(&j) || !p.chargesConversation(&j, span) {
			continue
		}
		bill := j.Message.Reported.Bill()
		opens, once := j.Outcome == outcome.Charge, bill.Amount.Sub(bill.Excess)
		if opens && !due || opens == due && once.Cmp(dearest) > 0 {
			keeper, due, dearest = i, opens, once
		}
	}
	return keeper
}

// chargesConversation tells whether lines that name the message charge the
// conversation of its id, which is one for all of its messages.
func (p *JudgedPair) chargesConversation(j *Judgement, span *idSpan) bool {
	m := j.Message
	return m.Arrived && !m.Conflict && m.Reported.Bill().Amount.Sign() > 0 && NamesConversation(m, j.Era) &&
		!p.Settle.Shared(m.Reported.Conversation) && p.Within(m, p.Decisions[span.first].Message.Delivered.Hi)
}

// NamesConversation tells whether the message's conversation id is one per
// conversation, not one per message (rules 5).
func NamesConversation(m *message.Message, e *era.Era) bool {
	if m.Reported.Conversation == "" {
		return false
	}
	return m.FreeEntryProof || m.Reported.Model == "CBP" || m.Reported.Model == "" && e.Conversational()
}

// first is when the first message of a conversation was delivered.
func (p *JudgedPair) first(id string) reading.Span {
	return p.Decisions[p.ids[id].first].Message.Delivered
}

// Within tells whether a message may belong to the conversation of its id, the
// first message of which was delivered at an instant, Unix milliseconds.
func (p *JudgedPair) Within(m *message.Message, first int64) bool {
	longest := window.ConversationLength
	if m.FreeEntryProof {
		longest = window.FreeEntryLongest
		if !p.Facts.Calendar.Perhaps(era.FreeEntry7d, reading.At(first), p.Tolerance) {
			longest = window.FreeEntryLength
		}
	}
	return m.Delivered.Lo-first <= longest+p.Tolerance
}

// surelyWithin tells whether a message belongs to the conversation of its id, the first
// message of which was delivered within a span: its delivered status says so, or it was
// delivered within 24 hours, for which any conversation lasts. What its sent status says is
// the conversation that was open then.
func (p *JudgedPair) surelyWithin(m *message.Message, first reading.Span) bool {
	return m.DeliveredAt != 0 || m.Delivered.Hi-first.Lo <= window.ConversationLength-p.Tolerance
}
