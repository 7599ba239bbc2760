package check

import (
	"cmp"
	"slices"
	"strings"

	"waudit/audit/category"
	"waudit/audit/era"
	"waudit/audit/outcome"
	"waudit/audit/price"
	"waudit/audit/reading"
	"waudit/audit/result"
	"waudit/audit/verdict"
	"waudit/audit/window"
)

// Accusation is what a check says of a charge that should not have been. Of all
// checks that have one, one speaks of a charge, see MessageView.Accused.
type Accusation struct {
	Of      []outcome.Code // what the message is instead of charged
	If      func(*MessageView) bool
	Why     func(*MessageView) Text // why it should not have been charged
	Perhaps func(*MessageView) Text // what would make it free, where that is not certain
	// WithoutInbound is set where the doubt is told of each message though the log
	// lacks the users' side.
	WithoutInbound bool
}

// precedence is the order of the outcomes in which a charge that may be one of
// several is called wrong.
var precedence = [...]outcome.Code{
	outcome.UndeliveredFailed, outcome.UndeliveredNever, outcome.FreeEntryPoint, outcome.CoveredFreeEntry, outcome.CoveredOpen,
	outcome.FreeServiceWindow, outcome.FreeService, outcome.FreeTier, outcome.FreeReaction, outcome.FreeExempt, outcome.FreeAppEcho,
}

// Set is every check, whether or not it is chosen: between them they share out the
// money of a message. It is safe for concurrent use.
type Set struct {
	accusers       [outcome.NumCodes][]*Check
	first, tellers []*Check
}

// NewSet returns the set of all checks.
func NewSet() *Set {
	s, all := &Set{}, All()
	for i := range all {
		c := &all[i]
		switch {
		case c.GoesFirst():
			s.first = append(s.first, c)
		case c.Tells != nil:
			s.tellers = append(s.tellers, c)
		}
		if c.Accuses == nil {
			continue
		}
		for _, code := range c.Accuses.Of {
			s.accusers[code] = append(s.accusers[code], c)
		}
	}
	return s
}

// Accused returns the check that accuses or doubts the charge, nil if none does.
// Of the checks with an Accusation, only that one speaks.
func (c *MessageView) Accused() *Check {
	switch {
	case c.Charging != verdict.Charged && c.Charging != verdict.Opened, c.Extra.Again:
		return nil
	case c.Verdict == result.Overcharge && c.Outcome != outcome.Charge:
		return c.accuser()
	case c.Verdict != result.Uncertain:
		return nil
	}
	if of := c.accuser(); of != nil && (!systemic.Has(c.Doubt) || c.Doubt == reading.InboundMissing && of.Accuses.WithoutInbound) {
		return of
	}
	return nil
}

// accuser returns the check of what the message may be instead of charged.
func (c *MessageView) accuser() *Check {
	for _, code := range precedence {
		if !c.Final.Has(code) {
			continue
		}
		for _, of := range c.Checks.accusers[code] {
			if of.Accuses.If == nil || of.Accuses.If(c) {
				return of
			}
		}
	}
	return nil
}

// systemic reasons are told once for a number or an account, not again for
// each message.
const systemic = reading.Reasons(1<<reading.InboundMissing | 1<<reading.FactUnknown | 1<<reading.PricingOnSentOnly)

// Hit puts into words that the charge should not have been, or may not.
func (a *Accusation) Hit(c *MessageView) Hit {
	switch {
	case c.Verdict == result.Uncertain:
		return Hit{Explanation: c.charge().Then(a.unsure(c)), Severity: result.Warning}
	case c.Outcome == outcome.Uncertain:
		return Hit{Explanation: c.charge().Then(FreeEitherWay.Say(c.outcomes()))}
	}
	return Hit{Explanation: c.charge().Then(a.Why(c))}
}

// unsure says why a charge may be none, or should have been none, and what keeps
// that open.
func (a *Accusation) unsure(c *MessageView) Text {
	if c.Outcome != outcome.Uncertain && !takenAtWord.Has(c.Code) {
		return a.Why(c).Then(c.doubt(c.Doubt))
	}
	if c.Doubt == reading.OpenRule {
		if text := c.undocumented(); text != (Text{}) {
			return text
		}
	}
	return a.Perhaps(c).Then(c.doubt(c.Doubt))
}

// takenAtWord are the outcomes that the log need not prove, though an accusation does (rules 3.3, 4.3).
var takenAtWord = outcome.Of(outcome.FreeEntryPoint, outcome.CoveredFreeEntry, outcome.CoveredOpen, outcome.FreeTier, outcome.UndeliveredNever)

// Teller returns the check that tells the message's money but for what further
// bill lines charge, nil if none does.
func (c *MessageView) Teller() *Check {
	if c.Extra.Again {
		return nil
	}
	tells := func(of *Check) bool { return of.Tells(c) }
	if i := slices.IndexFunc(c.Checks.first, tells); i >= 0 {
		return c.Checks.first[i]
	}
	if of := c.Accused(); of != nil {
		return of
	}
	if i := slices.IndexFunc(c.Checks.tellers, tells); i >= 0 {
		return c.Checks.tellers[i]
	}
	return nil
}

// ToldBy reports whether a check is the one that tells the money of the charge.
func (c *MessageView) ToldBy(of *Check) bool {
	teller := c.Teller()
	return teller != nil && teller.ID == of.ID
}

// MoneyOf returns the part of the message's money that a check tells, false if
// it tells none. No money is told twice: what further bill lines charge is told by
// the check of those, the rest by the one check that accuses or doubts the charge.
func (c *MessageView) MoneyOf(of *Check) (price.Sums, bool) {
	if of.TellsLines {
		return price.Extra(c.Judgement), c.Extra.Any()
	}
	return c.Worth.Once(c.Judgement), c.ToldBy(of)
}

// undocumented says which open point of the rules the message falls under, as far
// as it is one with a sentence of its own.
func (c *MessageView) undocumented() Text {
	m, w := c.Message, &c.Window
	switch w.Kind {
	case era.ServiceWindow:
		if c.Era.Notifications {
			return TemplateInWindow2022.Say()
		}
		tolerance := c.Pair.Tolerance
		sent, _, _ := c.Pair.Service.Open(m.Sent, tolerance)
		delivered, _, _ := c.Pair.Service.Open(m.Delivered, tolerance)
		switch opener := c.Pair.Events.At(int(max(w.ByEvent, 0))); {
		case sent == reading.Yes && delivered == reading.No:
			return SentInServiceWindow.Say()
		case sent == reading.No && delivered == reading.Yes:
			return DeliveredInServiceWindow.Say()
		case w.ByEvent >= 0 && window.Opens(opener) == reading.Maybe && sent != reading.Yes && delivered != reading.Yes:
			return DoubtfulOpener.Say(cmp.Or(opener.Type, "unknown"))
		}
	case era.FreeEntryWindow:
		return c.undocumentedEntry()
	}
	return Text{}
}

func (c *MessageView) undocumentedEntry() Text {
	m, w := c.Message, &c.Window
	s, d, length := m.Sent, m.Delivered, window.FreeEntryLength
	if !c.Era.PerMessage() || w.ByMessage == int32(c.Index) || w.ByMessage == window.NoMessage {
		return Text{}
	}
	longer := c.Pair.Facts.Calendar.Surely(era.FreeEntry7d, reading.At(w.Start), 0)
	switch late := d.Lo - w.Start - length; {
	case longer && late >= 0 && d.Lo >= w.End:
		return LateFreeEntry.Say(duration(late))
	case s.Lo >= w.Start && s.Hi < w.End && d.Lo >= w.End:
		return SentInFreeEntry.Say()
	case s.Hi < w.Start && d.Lo >= w.Start && d.Hi < w.End:
		return DeliveredInFreeEntry.Say()
	}
	return Text{}
}

// doubts are the reasons for which there is one sentence, whatever the message.
var doubts = map[reading.Reason]Phrase{
	reading.PricingOnSentOnly: SentPricingOnly, reading.InboundMissing: WindowBeginUnknown, reading.LogDamaged: DamageMayTell, reading.MemberUnknown: LineOfSomeMember,
	reading.ChangeUnseen: ChangeUnseen,
}

// doubt says what keeps a verdict from being certain.
func (c *MessageView) doubt(why reading.Reason) Text {
	if phrase, ok := doubts[why]; ok {
		return phrase.Say()
	}
	switch why {
	case reading.ConflictingStatuses:
		return c.contradicted()
	case reading.CategoryUnknown:
		return c.categoryUnknown()
	case reading.ZoneUnknown:
		if c.Pair.Facts.Calendar.ZoneKnown() {
			return ZoneNotStated.Say()
		}
		return ZoneNotSet.Say().Then(c.settle(why))
	case reading.DeliveryTimeUnknown:
		if c.Message.Arrived && c.Message.DeliveredAt == 0 {
			return DeliveryTimeUnknown.Say()
		}
		return OtherDeliveryUnknown.Say()
	case reading.SentTimeUnknown:
		return c.sentUnknown()
	case reading.Edge:
		return c.edge()
	case reading.OpenRule:
		return Undocumented.Say().Then(OneOf.Say(c.outcomes()))
	case reading.FreeTierCount:
		return TierMayBeUsed.Say().Then(c.settle(why))
	case reading.LogStart:
		return OpenBeforeUnknown.Say().Then(c.settle(why))
	case reading.PricesDiffer:
		return logBeside.say(c.Worth.Scale)
	case reading.FreeEntryUnproven:
		if c.Charging == verdict.Opened && c.Pair.Proven(c.Judgement) {
			return TierMayHavePaid.Say()
		}
		return ClickUnproven.Say()
	}
	if c.Final.Len() > 1 {
		return OneOf.Say(c.outcomes())
	}
	return Text{}
}

// contradicted says how the statuses of the message, or of one that it depends on,
// contradict each other.
func (c *MessageView) contradicted() Text {
	m := c.Message
	switch {
	case m.Conflict:
		return PricingDisagrees.Say()
	case m.Arrived && m.FailedAt != 0:
		return DeliveredAndFailed.Say()
	case !m.Arrived && m.FailedAt != 0 && m.Reported.Forecast():
		return PricedBeforeFailure.Say()
	case !m.Arrived && m.FailedAt != 0:
		return NoDeliveriesInLog.Say()
	case !m.Arrived:
		return ShowsNoEnd.Say()
	}
	return OtherContradicts.Say()
}

func (c *MessageView) categoryUnknown() Text {
	m := c.Message
	switch {
	case m.Possible != 0:
		return TemplateMayBe.Say(possible(m.Possible))
	case m.Type == "" && m.Template != reading.Yes, m.Template == reading.Yes && m.Category == category.None:
		return KindUnknown.Say()
	case m.Template == reading.No && m.Reported.Category.Template():
		return MayBeDirectSend.Say(m.Reported.CategoryWord)
	case c.Pair.Recipient(m) == "":
		return CountryUnknown.Say()
	}
	if !c.Pair.Facts.Calendar.Perhaps(era.MarketingLite, m.Delivered, 0) || c.Era.PerMessage() || c.otherUnknown() {
		return OtherCategoryUnknown.Say()
	}
	return MayBeLite.Say()
}

// otherUnknown reports whether the category of another message of the pair is not
// known.
func (c *MessageView) otherUnknown() bool {
	for i := range c.Pair.Decisions {
		o := c.Pair.Decisions[i].Message
		known := o.Category != category.None || o.Template == reading.No && !o.Reported.Category.Template()
		if i != c.Index && !known {
			return true
		}
	}
	return false
}

func possible(cats category.Set) string {
	words := make([]string, cats.Len())
	for i := range words {
		words[i] = cats.Nth(i).String()
	}
	return List(words, "or")
}

func (c *MessageView) sentUnknown() Text {
	m := c.Message
	switch {
	case m.SentAt == 0:
		return SentTimeUnknown.Say().Then(c.settle(reading.SentTimeUnknown))
	case m.Arrived && m.SentAt > m.Delivered.Hi:
		return SentAfterDelivery.Say()
	}
	return OtherSendingUnknown.Say()
}

// edge names the end of the window that the message is too close to, if it is
// that one.
func (c *MessageView) edge() Text {
	if c.Pair.Received {
		return ReceiptTimes.Say().Then(c.nearest())
	}
	return c.nearest()
}

func (c *MessageView) nearest() Text {
	w, tolerance := &c.Window, c.Pair.Tolerance
	near := func(t reading.Span) bool { return t.Hi >= w.End-tolerance && t.Lo <= w.End+tolerance }
	if w.Kind != era.NoWindow && w.ByMessage != int32(c.Index) && (near(c.Message.Delivered) || near(c.Message.Sent)) {
		return NearWindowEnd.Say(windowNames[w.Kind], stamp(w.End))
	}
	return NearSomeEdge.Say()
}

var windowNames = [...]string{
	era.ServiceWindow: "customer service window", era.Conversation: "conversation", era.FreeEntryWindow: "free entry point window",
}

// outcomes lists in words what may be.
func (c *MessageView) outcomes() string {
	words := make([]string, 0, c.Final.Len())
	for _, code := range c.Final.Codes() {
		if w := outcomeWords(code); !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	return List(words, "or")
}

func outcomeWords(code outcome.Code) string {
	if name := outcomeNames[code]; name != "" {
		return name
	}
	return "chargeable as " + category.Category(code).String()
}

var outcomeNames = [outcome.NumCodes]string{
	outcome.FreeEntryPoint: "free in a free entry point window", outcome.CoveredFreeEntry: "free in a free entry point window",
	outcome.FreeTier: "free within the free tier", outcome.FreeService: "free as service", outcome.FreeServiceWindow: "free in the customer service window",
	outcome.FreeReaction: "free as a reaction", outcome.FreeExempt: "free for an exempt account", outcome.FreeAppEcho: "free as a message of the WhatsApp Business app",
	outcome.CoveredOpen: "covered by an open conversation", outcome.UndeliveredFailed: "not delivered", outcome.UndeliveredNever: "not delivered",
}

// Unset names the key of an account's configuration that may settle what is
// uncertain for a reason, "" if it is set or none does.
func Unset(why reading.Reason, v *verdict.JudgedPair, j *verdict.Judgement) string {
	a := v.Account
	switch {
	case why == reading.ZoneUnknown && !a.Facts.Calendar.ZoneKnown():
		return "timezone"
	case (why == reading.LogStart || why == reading.InboundMissing) && !a.Complete:
		return "complete_from"
	case why == reading.SentTimeUnknown && a.AssumeSentWithin == 0:
		return "assume_sent_within"
	case why == reading.FreeTierCount:
		return freeUsedKey(v, j)
	}
	return ""
}

// freeUsedKey names the key of the free tier's units that the log lacks: of the
// number since October 2026, of the account before (rules 3.3, 4.2.6).
// Where the log has the month from its beginning, it lacks none.
func freeUsedKey(v *verdict.JudgedPair, j *verdict.Judgement) string {
	a := v.Account
	month := a.Facts.Calendar.Month(j.Message.Instant())
	if a.CompleteBefore(a.Facts.Calendar.MonthStart(month)) {
		return ""
	}
	if j.Era.FreeTier.ByNumber {
		if _, ok := a.NumberFreeUsed(v.Number, month); !ok {
			return "numbers." + strings.Clone(v.Number) + ".free_used"
		}
	} else if _, ok := a.FreeUsed(month); !ok {
		return "free_used"
	}
	return ""
}

// settle names the key that may settle a doubt.
func (c *MessageView) settle(why reading.Reason) Text {
	key := Unset(why, c.Pair, c.Judgement)
	if key == "" {
		return Text{}
	}
	return MaySettle.Say("accounts." + cmp.Or(c.Pair.Account.ID, "ID") + "." + key)
}
