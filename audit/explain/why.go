package explain

import (
	"fmt"
	"strings"

	"waudit/audit"
	"waudit/audit/category"
	"waudit/audit/era"
	"waudit/audit/event"
	"waudit/audit/outcome"
	"waudit/audit/reading"
	"waudit/audit/settle"
	"waudit/audit/window"
)

// reason says why a message is charged, or costs nothing, as a sentence that begins
// with "it" or stands alone. Reasons with one key are one sentence for all of their
// messages.
type reason struct{ key, text string }

// of is the reason for so many messages.
func (r reason) of(n int) string {
	if n > 1 {
		text, _, _ := strings.Cut(r.text, numbering)
		return text
	}
	return r.text
}

// numbering begins what is true of one message alone.
const numbering = ", as number "

// recent is how long ago, in milliseconds, what a customer may remember lies: an
// earlier window, a click on an ad, a change of rates.
const recent = 8 * era.Day

// teller says why, about the messages of one pair.
type teller struct {
	zoneClock
	x      *audit.Examined
	opened []windowSpan // conversations and free entry windows so far, in the order of their messages
}

// due says why a charge is due.
func (t *teller) due(j *audit.Judged) reason {
	if text := t.entryOver(j); text != "" {
		return reason{"", text}
	}
	cat := category.Category(j.Code)
	switch {
	case cat == category.GeneralPurposeAI:
		return reason{"ai", "the account is configured as an AI provider, and AI providers pay for each answer that is no template to customers in this country"}
	case cat == category.AuthInternational && j.Era.PerMessage():
		return reason{"", t.authInternational(j)}
	case j.Era.Conversational():
		return reason{"", t.conversation(j, cat)}
	case j.Era.Notifications:
		return reason{"nbp", "before February 2022 each delivered template was charged as a notification unless the customer had written in the 24 hours before"}
	case cat.Base() == category.Service:
		return reason{"service", t.tierOver(j)}
	case cat.Base() == category.Utility && j.Era.UtilityFree:
		return reason{"", t.outsideWindow(j)}
	case cat.Base() == category.Utility:
		return t.utilityCharged(j)
	}
	text := fmt.Sprintf("since 1 July 2025 each delivered %s template is charged on its own, however many are sent within 24 hours", spaced(cat.String()))
	if j.Era.UtilityFree && t.windowAt(j) {
		text += "; the open 24-hour window of the customer makes only utility templates free"
	}
	if t.justAfter(era.PerMessage, j) {
		text += "; until then a whole conversation of 24 hours was"
	}
	return reason{"each " + cat.String(), text}
}

// justAfter reports whether a message was delivered in the month after a change.
func (t *teller) justAfter(change era.RuleChange, j *audit.Judged) bool {
	return j.Message.Delivered.Lo-t.x.Facts.Calendar.Start(change) < 31*era.Day
}

// utilityCharged says why utility is charged since October 2026: most who ask have the
// window in mind, in which it was free before.
func (t *teller) utilityCharged(j *audit.Judged) reason {
	if t.windowAt(j) {
		return reason{"utility in window", "since 1 October 2026 utility templates are charged inside the customer's 24-hour window too; until then they were free in it"}
	}
	return reason{"utility", "each delivered utility template is charged on its own, and no 24-hour window of the customer was open"}
}

// windowAt reports whether the customer service window was surely open at the delivery.
func (t *teller) windowAt(j *audit.Judged) bool {
	open, _, _ := t.x.Service.Open(j.Message.Delivered, t.x.Tolerance)
	return open == reading.Yes
}

// outsideWindow says when the customer service window had closed.
func (t *teller) outsideWindow(j *audit.Judged) string {
	const rule = "a utility template is free only while the customer's 24-hour window is open"
	sent := j.Message.Sent.Lo
	end, over := t.x.Service.LastEnd(sent)
	if !over || sent-end > recent {
		return rule + ", and the customer had not written or called in the 24 hours before"
	}
	return fmt.Sprintf("it was sent %s after the customer's 24-hour window had closed (%s), and %s", lasting(sent-end), t.at(end), rule)
}

// conversation says why a message opened a conversation that is charged.
func (t *teller) conversation(j *audit.Judged, cat category.Category) string {
	at := j.Message.Delivered.Lo
	last, other := t.conversations(j, cat)
	text := "it opened a new " + spaced(cat.String()) + " conversation"
	switch {
	case last != nil && at-last.end <= recent:
		what := "conversation"
		if !j.Era.OneConversation {
			what = spaced(cat.String()) + " conversation"
		}
		text = fmt.Sprintf("it came %s after the 24-hour %s before it had ended (%s), so %s", lasting(at-last.end), what, t.at(last.end), text)
	case other == "":
		text += ", and none was open"
	}
	switch other {
	case "":
	case category.Service.String():
		text += "; the service conversation that was open covers no templates"
	default:
		text += fmt.Sprintf("; the %s conversation that was open covers other templates of its own category only", spaced(other))
	}
	if j.Era.Counts(j.Message) && (cat == category.Service || cat == category.UserInitiated || cat == category.BusinessInitiated) {
		if over := t.tierOver(j); over != "" {
			text += ", and " + over
		}
	}
	return text + t.trial(j)
}

// conversations returns the last conversation before a message that would have covered
// it, nil if there was none, and the category of an open one that does not, "" for none.
func (t *teller) conversations(j *audit.Judged, cat category.Category) (last *windowSpan, other string) {
	at := j.Message.Delivered.Lo
	for i := range t.opened {
		s := &t.opened[i]
		alike := j.Era.OneConversation || s.category == cat.String() || j.Message.Template != reading.Yes
		switch {
		case s.kind != era.Conversation:
		case alike && s.end <= at:
			last = s
		case !alike && s.end > at:
			other = s.category
		}
	}
	return last, other
}

// entryOver says of a charge soon after a free entry window, or after a click that opened
// none, why that does not make it free.
func (t *teller) entryOver(j *audit.Judged) string {
	at := j.Message.Delivered.Lo
	var last *windowSpan
	for i := range t.opened {
		if s := &t.opened[i]; s.kind == era.FreeEntryWindow && !s.assumed && s.end <= at {
			last = s
		}
	}
	if last != nil && at-last.end <= recent {
		text := fmt.Sprintf("the free %d hours after the click on %s ended at %s, and it came %s later", (last.end-last.start)/era.Hour, t.clicked(last.start), t.at(last.end), lasting(at-last.end))
		for _, r := range t.x.Referrals {
			if r.Time > last.start && r.Time < last.end {
				return text + fmt.Sprintf("; the second click (%s) does not extend them", t.at(r.Time))
			}
		}
		return text
	}
	return t.unanswered(j)
}

// clicked names what the customer clicked on last before an instant.
func (t *teller) clicked(before int64) string {
	what := "an ad or a page button"
	for _, r := range t.x.Referrals {
		if r.Time > before {
			break
		}
		switch t.x.Events.At(r.Index).Referral {
		case "ad":
			what = "an ad"
		case "page_cta":
			what = "a page button"
		case "post":
			what = "a post"
		}
	}
	return what
}

// unanswered says of a charge soon after a click, to which no answer opened a free
// window, how long nobody answered.
func (t *teller) unanswered(j *audit.Judged) string {
	var click int64
	for _, r := range t.x.Referrals {
		if r.Time <= j.Message.Sent.Lo {
			click = r.Time
		}
	}
	if click == 0 || j.Message.Delivered.Lo-click > recent {
		return ""
	}
	for i := range t.x.Decisions {
		m := t.x.Decisions[i].Message
		if !m.Arrived || m.Sent.Lo < click {
			continue
		}
		if m.Sent.Lo-click < window.AnswerWithin {
			return ""
		}
		return fmt.Sprintf("the customer came by %s (%s), but the first answer was sent %s later; only an answer within 24 hours opens the free window", t.clicked(click), t.at(click), lasting(m.Sent.Lo-click))
	}
	return ""
}

// inTier says which free tier a message used, and with what.
func (t *teller) inTier(j *audit.Judged) reason {
	f := t.x.FreeTier(j.Decision)
	text := "it was"
	if j.Era.Conversational() {
		text = "it opened a new " + spaced(j.DueCategory()) + " conversation, which was"
	}
	text += " within " + t.tier(&f)
	if f.Sure && f.Used < settle.FreeUnits {
		text += fmt.Sprint(numbering, f.Used+1)
	}
	text += t.trial(j)
	return reason{fmt.Sprint("tier ", f.Month, " ", j.DueCategory()), text}
}

// trial says of an answer in an era that one country had alone that conversations were
// charged there: who asks has the rules of all others in mind, by which it was free.
func (t *teller) trial(j *audit.Judged) string {
	if j.Era.Country == "" || j.Message.Template == reading.Yes {
		return ""
	}
	return "; in the customer's country 24-hour conversations were charged from " + t.day(t.x.Facts.Calendar.Start(j.Era.From)) + " on, and an answer opens one as a template does"
}

// tierOver says when the free tier was used up.
func (t *teller) tierOver(j *audit.Judged) string {
	f := t.x.FreeTier(j.Decision)
	what := t.tier(&f)
	switch {
	case f.UsedUp != 0:
		return what + " were used up at " + t.at(f.UsedUp)
	case f.Used >= settle.FreeUnits:
		return what + " were used up before (free_used in the configuration)"
	}
	return ""
}

// tier names a free tier.
func (t *teller) tier(f *audit.FreeTierUse) string {
	month := t.in(t.x.Facts.Calendar.MonthStart(f.Month) + 15*era.Day).Format("January 2006")
	if f.ByNumber {
		return "the 1,000 free service messages of this business number for " + month
	}
	return "the 1,000 free conversations of the account for " + month
}

// authInternational says why the international rate of authentication applies.
func (t *teller) authInternational(j *audit.Judged) string {
	country := t.x.Recipient(j.Message)
	text := "the international authentication rate applies, because the business (primary location " + t.x.Facts.PrimaryLocation + ") is not in the customer's country"
	if country != "" {
		text += " (" + country + ")"
	}
	if start := t.x.Facts.AuthInternational[country]; start != 0 {
		text += ", and that rate began there for the account on " + t.day(start)
	}
	return text
}

// costless says why a message costs nothing.
func (t *teller) costless(j *audit.Judged) reason {
	w := &j.Window
	switch j.Code {
	case outcome.FreeEntryPoint, outcome.CoveredFreeEntry:
		return t.inEntry(j)
	case outcome.FreeTier:
		return t.inTier(j)
	case outcome.FreeService:
		if j.Era.Notifications {
			return reason{"nbp", "before February 2022 only templates were charged"}
		}
		return reason{"service", "messages that are no templates were free from 1 November 2024 to 30 September 2026"}
	case outcome.FreeServiceWindow:
		const rule = "a utility template is free while the customer's 24-hour window is open"
		if w.Kind == era.ServiceWindow {
			return reason{fmt.Sprint("window ", w.End), t.until(w, rule)}
		}
		return reason{"window", rule}
	case outcome.FreeReaction:
		return reason{"reaction", "reactions are free"}
	case outcome.FreeExempt:
		return reason{"exempt", "the account is exempt from charges for service messages"}
	case outcome.FreeAppEcho:
		return reason{"echo", "messages written in the WhatsApp Business app are free"}
	case outcome.CoveredOpen:
		return t.covered(j)
	case outcome.UndeliveredFailed:
		code := j.Message.Error
		if code == "" {
			return reason{"failed ", "it failed, and only delivered messages are charged"}
		}
		return reason{"failed " + code, "it failed (error " + code + "), and only delivered messages are charged"}
	case outcome.UndeliveredNever:
		return reason{"", t.neverDelivered(j)}
	}
	return reason{}
}

// until says of a window when it ends.
func (t *teller) until(w *era.Window, what string) string {
	return what + " (until " + t.at(w.End) + ")"
}

// inEntry says in which free entry window a message lies.
func (t *teller) inEntry(j *audit.Judged) reason {
	w := &j.Window
	switch {
	case w.ByMessage == int32(j.Index):
		return reason{"", "it answered the customer's click on " + t.clicked(w.Start) + " within 24 hours and opened " + t.until(w, "a free window")}
	case w.Kind == era.FreeEntryWindow && w.ByMessage == window.NoMessage:
		return reason{"entry unseen", "WhatsApp itself reports the free window after a click on an ad or a page button, and the log does not show that click"}
	case w.Kind == era.FreeEntryWindow:
		return reason{fmt.Sprint("entry ", w.End), t.until(w, "everything is free in the window that the answer to the customer's click on "+t.clicked(w.Start)+" opened")}
	}
	return reason{"entry", "everything is free in the window that a click on an ad or a page button opens"}
}

// covered says which conversation covers a message.
func (t *teller) covered(j *audit.Judged) reason {
	w := &j.Window
	if w.Kind != era.Conversation {
		return reason{"covered", "a conversation that was open covers it, and a conversation is charged once"}
	}
	what := "conversation"
	if w.ByMessage != window.NoMessage && !j.Era.OneConversation {
		what = strings.TrimLeft(spaced(t.x.Decisions[w.ByMessage].Category.String())+" conversation", " ")
	}
	return reason{fmt.Sprint("covered ", w.End), t.until(w, "the "+what+" that had opened at "+t.at(w.Start)+" covers it") + ": a conversation is charged once"}
}

// neverDelivered says of a message that the log does not show arriving how sure that is.
func (t *teller) neverDelivered(j *audit.Judged) string {
	m := j.Message
	if t.x.NeverArrives(m) {
		return fmt.Sprintf("it was sent at %s and not delivered in the 30 days that WhatsApp tries (until %s), and only delivered messages are charged", t.at(m.Sent.Lo), t.day(m.Sent.Lo+30*era.Day))
	}
	return "the log shows no delivery so far, and only delivered messages are charged"
}

// templateCategory is the category of a template itself, where what is charged is of
// another kind.
func templateCategory(m *audit.Judged) category.Category {
	switch own := m.Message.Category; {
	case m.Category.Template():
		return m.Category
	case own.Template():
		return own
	}
	return category.None
}

// subject names a message in a sentence.
func subject(m *audit.Judged) string {
	d := m.Message
	switch {
	case d.App:
		return "the message written in the app"
	case d.Template == reading.Yes:
		return strings.Join(strings.Fields("the "+spaced(templateCategory(m).String())+" template "+d.Name), " ")
	case d.Type == "reaction":
		return "the reaction"
	case d.Type != "":
		return "the " + spaced(event.Word(d.Type)) + " message"
	}
	return "the message"
}
