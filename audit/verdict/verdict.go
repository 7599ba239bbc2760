package verdict

import (
	"waudit/audit/category"
	"waudit/audit/era"
	"waudit/audit/event"
	"waudit/audit/message"
	"waudit/audit/outcome"
	"waudit/audit/reading"
	"waudit/audit/replay"
	"waudit/audit/result"
)

// Judgement is the verdict on one message.
type Judgement struct {
	*replay.Decision
	Index      int
	Final      outcome.Set // possible outcomes, settled
	Outcome    outcome.Outcome
	Code       outcome.Code   // the only outcome; valid unless Outcome is Uncertain
	Why        reading.Reason // why the outcome is uncertain
	Unset      reading.Facts
	Charging   Charging
	Conclusion // on one charge of the message; Overall has regard to the Extra ones
	Extra      Extra
	opens      bool // first delivered message of its conversation id
}

// Conclusion is a verdict, with why it is uncertain.
type Conclusion struct {
	Verdict result.Verdict
	Doubt   reading.Reason
}

// DueCategory names the category charged, or for what costs nothing that of
// the message; "" if it is not known.
func (j *Judgement) DueCategory() string {
	if j.Outcome == outcome.Charge {
		return category.Category(j.Code).String()
	}
	return j.Category.String()
}

// judge gives the verdict on decision i, were it charged once.
func (p *JudgedPair) judge(i int) Judgement {
	d := &p.Decisions[i]
	j := Judgement{Decision: d, Index: i, Final: d.Codes, Why: d.Reasons.First(), Unset: d.Facts, opens: p.opens[i]}
	if d.Codes.HasTier() {
		final, reasons, facts := p.Settle.Settle(p, d)
		j.Final, j.Unset = final, d.Facts|facts
		j.Why = (d.Reasons | reasons).First()
	}
	if code, only := j.Final.Only(); only && !d.Forced {
		j.Code, j.Outcome, j.Why = code, code.Outcome(), reading.Certain
	}
	j.Charging = chargingOf(d, p.Facts, p.opens[i], j.Outcome == outcome.Charge)
	j.Verdict, j.Doubt = p.verdict(&j)
	if accuses := j.Verdict == result.Overcharge || j.Verdict == result.Undercharge; accuses {
		if doubt := p.Shaken(&j); doubt != reading.Certain {
			j.Verdict, j.Doubt = result.Uncertain, doubt
		}
	}
	return j
}

// Shaken says on what an accusation may wrongly rest, Certain for nothing: on an input whose
// checksum is wrong, or on a template's category, which differs from what is reported, where
// a record that cannot be read may have changed it, or the log may lack a notice of that.
func (p *JudgedPair) Shaken(j *Judgement) reading.Reason {
	if p.Coverage.CorruptAt(j.Message.Instant()) {
		return reading.LogDamaged
	}
	return p.shakenCategory(j.Decision)
}

func (p *JudgedPair) shakenCategory(d *replay.Decision) reading.Reason {
	switch {
	case !MismatchedCategory(d):
		return reading.Certain
	case p.Settle.HidesTemplates():
		return reading.LogDamaged
	case !p.Account.CompleteBefore(d.Message.Sent.Lo) && p.Settle.Recategorised(p.Account.ID, d.Message.Name):
		return reading.ChangeUnseen
	}
	return reading.Certain
}

func (p *JudgedPair) verdict(j *Judgement) (result.Verdict, reading.Reason) {
	m := j.Message
	paid := j.Charging == Charged || j.Charging == Opened
	switch {
	case j.Outcome == outcome.Undelivered:
		return p.undelivered(j)
	case m.Conflict:
		return result.Uncertain, reading.ConflictingStatuses
	case m.Reported.Source == event.Sent && (!m.Reported.Priced() || m.Reported.Forecast()) && (paid || j.Outcome == outcome.Charge && j.Charging == Free):
		return result.Uncertain, reading.PricingOnSentOnly
	}
	switch j.Outcome {
	case outcome.Charge:
		return p.due(j)
	case outcome.Free, outcome.Covered:
		return p.notDue(j)
	}
	switch {
	case paid && j.Final.Nothing() && !j.Forced:
		return p.nothingDue(j)
	case paid:
		return result.Uncertain, j.Why
	case j.Charging == Nothing:
		return result.Unreported, reading.Certain
	}
	return result.OK, reading.Certain
}

// undelivered judges a message that never arrived: only a price or an invoice
// line charges it.
func (p *JudgedPair) undelivered(j *Judgement) (result.Verdict, reading.Reason) {
	switch {
	case j.Charging != Charged:
		return result.OK, reading.Certain
	case j.Message.Reported.Forecast():
		return result.Uncertain, reading.ConflictingStatuses // a price at the sending, and then a failure
	case j.Code == outcome.UndeliveredFailed && (p.Coverage.DamagedBefore(j.Message.FailedAt+message.LongestDelivery) || p.Settle.Hides(j.Message.ID)):
		return result.Uncertain, reading.LogDamaged // a delivery may be missing
	case j.Code == outcome.UndeliveredFailed && p.Coverage.DeliveriesMissing():
		return result.Uncertain, reading.ConflictingStatuses
	case j.Code == outcome.UndeliveredFailed || p.NeverArrives(j.Message):
		return result.Overcharge, reading.Certain
	}
	return result.Uncertain, reading.ConflictingStatuses
}

// NeverArrives tells whether a message that the log shows being sent surely never
// arrives: the log is complete for as long as the platform delivers, 30 days
// (4.7). A message that arrived with its conversation id may speak for it.
func (p *JudgedPair) NeverArrives(m *message.Message) bool {
	if m.SentAt == 0 && m.RequestedAt == 0 {
		return false
	}
	if _, arrived := p.ids[m.Reported.Conversation]; arrived {
		return false
	}
	return !p.Settle.Hides(m.ID) && p.Settle.Whole(p, m.Sent.Lo, m.Sent.Hi+message.LongestDelivery+p.Tolerance)
}

// due judges a message that should have been charged.
func (p *JudgedPair) due(j *Judgement) (result.Verdict, reading.Reason) {
	switch j.Charging {
	case Charged:
		return p.category(j)
	case Opened:
		return result.OK, reading.Certain
	case Nothing:
		if !j.Message.Reported.Any() && p.Coverage.Priced > 0 && (!j.Era.Conversational() || p.NothingOpenBefore(j.Message.Delivered.Lo)) {
			return result.Undercharge, reading.Certain
		}
		return result.Unreported, reading.Certain
	}
	switch {
	case j.Category == category.GroupMarketing && p.inServiceWindow(j.Message):
		// Meta's pages contradict each other (rules 4.7).
		return result.Uncertain, reading.OpenRule
	case j.Era.Conversational() && !p.NothingOpenBefore(j.Message.Delivered.Lo):
		return result.Uncertain, reading.LogStart
	case j.Era.Conversational() && p.openedInDoubt(j.Message):
		return result.Uncertain, reading.FreeEntryUnproven
	}
	return result.Undercharge, reading.Certain
}

// openedInDoubt tells whether the conversation that the message is reported to
// ride on opened inside a free entry window that nothing proves: then it was
// Meta's conversation that was real, and not the window.
func (p *JudgedPair) openedInDoubt(m *message.Message) bool {
	span, ok := p.ids[m.Reported.Conversation]
	if !ok {
		return false
	}
	opener := &p.Decisions[span.first]
	return (opener.Codes.Has(outcome.CoveredFreeEntry) || opener.Codes.Has(outcome.FreeEntryPoint)) && !opener.Message.FreeEntryProof
}

// category judges a due charge by its category: what the template had when it
// was sent, if that is known from elsewhere than the pricing (WA201).
func (p *JudgedPair) category(j *Judgement) (result.Verdict, reading.Reason) {
	reported := j.Message.Reported.Category
	switch {
	case reported == category.GeneralPurposeAI && j.Category.Base() == category.Service:
		return result.Overcharge, reading.Certain // WA111 says why
	case WrongAuth(j) && reported == category.AuthInternational:
		return result.Overcharge, reading.Certain // on every published card it is the dearer one
	case WrongAuth(j):
		return result.Undercharge, reading.Certain
	case !MismatchedCategory(j.Decision):
		return result.OK, reading.Certain
	}
	switch dearer(reported, j.Category) {
	case reading.Yes:
		return result.Overcharge, reading.Certain
	case reading.No:
		return result.Undercharge, reading.Certain
	}
	return result.Uncertain, reading.FactUnknown
}

// MismatchedCategory tells whether a due charge names another category than
// the template had at its sending (WA201). Direct Send and free entry are not
// compared, nor is a category known from the pricing alone.
func MismatchedCategory(d *replay.Decision) bool {
	m := d.Message
	reported := m.Reported.Category
	switch {
	case m.Source == message.CategoryNone || m.Source == message.CategoryReported || m.DirectSend:
		return false
	case !reported.Template() && reported != category.Service && reported != category.GeneralPurposeAI:
		return false
	case !d.Category.Template() || m.Possible != 0:
		return false
	}
	return reported.Base() != d.Category.Base()
}

// WrongAuth tells whether a due charge names the international category of
// authentication where the domestic one applies, or the reverse: that follows
// from market, day and account alone (4.6).
func WrongAuth(j *Judgement) bool {
	reported, due := j.Message.Reported.Category, category.Category(j.Code)
	return j.Outcome == outcome.Charge && j.Charging == Charged && reported != due &&
		reported.Base() == category.Authentication && due.Base() == category.Authentication
}

// dearer tells whether a charge in category a costs more than one in b. On
// every published card marketing costs at least what utility and authentication
// do; all else changes places from market to market and year to year.
func dearer(a, b category.Category) reading.Tri {
	cheaper := func(c category.Category) bool { return c.Base() == category.Utility || c == category.Authentication }
	switch {
	case a.Base() == category.Marketing && cheaper(b):
		return reading.Yes
	case b.Base() == category.Marketing && cheaper(a):
		return reading.No
	}
	return reading.Maybe
}

// notDue judges a message that should have cost nothing.
func (p *JudgedPair) notDue(j *Judgement) (result.Verdict, reading.Reason) {
	if j.Charging != Charged && j.Charging != Opened {
		return result.OK, reading.Certain
	}
	opened := j.Charging == Opened
	if opened && p.Facts.Calendar.Perhaps(era.ServiceFree, j.Message.Delivered, p.Tolerance) {
		return result.OK, reading.Certain // to open a service conversation may have cost nothing
	}
	// Two conversations of one category exclude each other, so that the covering
	// one suffices; a service conversation may have opened before the log.
	alike := j.Code == outcome.CoveredOpen && (j.Era.OneConversation || j.Message.Template == reading.Yes)
	if !alike && !p.openingSeen(j.Decision) {
		return result.Uncertain, reading.LogStart
	}
	doubt := reading.Certain
	switch j.Code {
	case outcome.FreeEntryPoint, outcome.CoveredFreeEntry:
		if doubt = reading.FreeEntryUnproven; !opened {
			doubt = p.entryDoubt(j)
		}
	case outcome.CoveredOpen:
		doubt = p.coverDoubt(j)
	default:
		if opened {
			return result.OK, reading.Certain
		}
		if j.Code == outcome.FreeTier && !p.Settle.Accusable(p, j.Decision) {
			doubt = reading.FreeTierCount
		}
	}
	switch {
	case doubt != reading.Certain:
		return result.Uncertain, doubt
	case p.openingLost(j.Decision):
		return result.Uncertain, reading.LogStart
	}
	return result.Overcharge, reading.Certain
}

// nothingDue judges a message of which it is open what it should have been, but
// that costs nothing in every reading.
func (p *JudgedPair) nothingDue(j *Judgement) (result.Verdict, reading.Reason) {
	entry := j.Final.FreeEntry()
	switch {
	case j.Charging == Opened && (!j.Final.Has(outcome.CoveredOpen) || !j.Final.OnlyCovered() || entry && !p.withoutEntry(j).OnlyCovered()):
		return result.Uncertain, j.Why // an allowance may have paid for it
	case !p.openingSeen(j.Decision) || p.openingLost(j.Decision):
		return result.Uncertain, reading.LogStart
	case j.Final.Has(outcome.FreeTier) && !p.Settle.Accusable(p, j.Decision):
		return result.Uncertain, reading.FreeTierCount
	}
	doubt := reading.Certain
	if j.Final.Has(outcome.CoveredOpen) {
		doubt = p.coverDoubt(j)
	}
	if doubt == reading.Certain && entry && !p.withoutEntry(j).Nothing() {
		doubt = p.entryDoubt(j)
	}
	if doubt != reading.Certain {
		return result.Uncertain, doubt
	}
	return result.Overcharge, reading.Certain
}

func (p *JudgedPair) inServiceWindow(m *message.Message) bool {
	open, _, _ := p.Service.Open(m.Delivered, p.Tolerance)
	return open != reading.No
}
