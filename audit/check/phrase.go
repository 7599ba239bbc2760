package check

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"waudit/audit/category"
	"waudit/audit/era"
	"waudit/audit/event"
	"waudit/audit/message"
	"waudit/audit/money"
	"waudit/audit/price"
	"waudit/audit/reading"
	"waudit/audit/result"
	"waudit/audit/verdict"
)

// Text is an explanation. It is made of phrases and nothing else, so that every
// statement that a user may read can be held to the facts of its finding.
type Text struct{ words string }

// String returns the explanation as users read it.
func (t Text) String() string { return t.words }

// MarshalBinary returns the words.
func (t Text) MarshalBinary() ([]byte, error) { return []byte(t.words), nil }

// UnmarshalBinary takes over words that MarshalBinary has returned.
func (t *Text) UnmarshalBinary(words []byte) error {
	t.words = string(words)
	return nil
}

// Then returns the text followed by others, without those that are empty.
func (t Text) Then(others ...Text) Text {
	for _, o := range others {
		switch {
		case t.words == "":
			t = o
		case o.words != "":
			t.words += " " + o.words
		}
	}
	return t
}

// Phrase is a sentence of explanations. A name in braces stands for a fact.
type Phrase string

// Say makes a text of the phrase; the facts take the places of its names, in their
// order.
func (p Phrase) Say(facts ...string) Text {
	rest := string(p)
	var b strings.Builder
	for _, fact := range facts {
		before, after, _ := strings.Cut(rest, "{")
		_, rest, _ = strings.Cut(after, "}")
		b.WriteString(before)
		b.WriteString(fact)
	}
	b.WriteString(rest)
	return Text{b.String()}
}

// The phrases. What each of them claims, and when that is true, stands beside it
// in the test that holds explanations to their facts.
const (
	// How a message is charged.
	ChargedAs Phrase = "Charged as {category}."
	Charged   Phrase = "This {what} was charged."
	BilledAs  Phrase = "The bill charges this {what} as {category}."
	Billed    Phrase = "The bill charges this {what}."
	OpenedAs  Phrase = "Opened a new conversation, reported as {category}."
	Opened    Phrase = "Opened a new conversation."
	ListPrice Phrase = "The log states the list price of this {what}."

	// Why it should have cost nothing.
	CoveredByCategory    Phrase = "A {category} conversation was already open, from {instant} to {instant}, and covered it."
	CoveredByAny         Phrase = "A conversation was already open, from {instant} to {instant}, and covered it."
	CoveredByUtility     Phrase = "A utility conversation from before 2025-07-01 was open until {instant} and covered it."
	InFreeEntry          Phrase = "It was delivered inside a free entry point window, {instant} to {instant}, in which everything is free."
	AnswersFreeEntry     Phrase = "It is the answer that opened a free entry point window, and is free like everything in that window."
	SaidFreeEntry        Phrase = "Its own status says that it lies in a free entry point window, in which everything is free."
	InServiceWindow      Phrase = "It was sent and delivered inside the customer service window, in which utility was free."
	ServiceFree          Phrase = "It is not a template, so it counts as service, which was free from 2024-11-01 to 2026-09-30."
	OnlyTemplatesCharged Phrase = "Before 2022-02-01 only templates were charged."
	InNumberTier         Phrase = "It was within the 1,000 service messages that were free for this number in {month}."
	InAccountTier        Phrase = "It was within the 1,000 conversations that were free for this account in {month}."
	Failed               Phrase = "It failed, and the log shows no delivery."
	FailedWith           Phrase = "It failed (error {code}), and the log shows no delivery."
	NeverDelivered       Phrase = "The log is complete and shows no delivery in the 30 days after it was sent."
	Reaction             Phrase = "It is a reaction, and reactions are free."
	AppMessage           Phrase = "It was written in the WhatsApp Business app, which is free."
	ExemptAccount        Phrase = "The account is exempt from charges for service messages."
	FreeEitherWay        Phrase = "It costs nothing, whichever rule applies: {outcomes}."

	// Why it may have cost nothing.
	MayBeCovered             Phrase = "A conversation that was already open may cover it."
	MayBeFreeEntry           Phrase = "It may lie inside a free entry point window, in which everything is free."
	MayBeInServiceWindow     Phrase = "It may lie inside the customer service window, in which utility was free."
	MayBeServiceFree         Phrase = "Service may have been free at that time."
	MayBeInTier              Phrase = "It may lie within the free tier of {month}."
	MayBeUndelivered         Phrase = "It may not have been delivered, and only delivered messages are charged."
	SentInServiceWindow      Phrase = "It was sent inside the customer service window and delivered outside it; Meta does not say which counts, so it may be free or chargeable."
	DeliveredInServiceWindow Phrase = "It was sent outside the customer service window and delivered inside it; Meta does not say which counts, so it may be free or chargeable."
	SentInFreeEntry          Phrase = "It was sent inside a free entry point window and delivered after it ended; Meta does not say which counts, so it may be free or chargeable."
	DeliveredInFreeEntry     Phrase = "It was sent before a free entry point window began and delivered inside it; Meta does not say which counts, so it may be free or chargeable."
	LateFreeEntry            Phrase = "It was delivered {duration} after the first 72 hours of a free entry point window. Since 2026-09-28 such a window can last up to 7 days; Meta does not say when, so it may be free or chargeable."
	DoubtfulOpener           Phrase = "All that the customer sent in the 24 hours before is of type {type}; Meta does not say whether that opens the customer service window."
	TemplateInWindow2022     Phrase = "Meta does not say whether templates inside the customer service window were charged before 2022-02-01."

	// What keeps that open.
	ShowsNoEnd           Phrase = "The log shows neither its delivery nor its failure."
	PricedBeforeFailure  Phrase = "Its price comes from the sent status, from before it failed."
	NoDeliveriesInLog    Phrase = "The log has no delivered status of this number's messages, though some were read: this one may have arrived before it failed."
	PricingDisagrees     Phrase = "Its statuses disagree on the pricing."
	DeliveredAndFailed   Phrase = "The log shows it both as delivered and as failed."
	OtherContradicts     Phrase = "It depends on another message to this customer, whose statuses contradict each other."
	SentPricingOnly      Phrase = "Only its sent status carries pricing, which is a forecast."
	KindUnknown          Phrase = "The log does not say what kind of message it is, or of which category."
	TemplateMayBe        Phrase = "What is known of its template leaves open whether it was {categories} when it was sent."
	MayBeLite            Phrase = "It depends on whether a marketing template was sent as marketing_lite, then a category of its own, which the log does not show."
	MayBeDirectSend      Phrase = "By its type it is no template, yet it is reported as {category}: it may have been sent in that category (Direct Send)."
	CountryUnknown       Phrase = "It depends on the customer's country, which is not known."
	OtherCategoryUnknown Phrase = "It depends on another message to this customer, whose category is not known."
	WindowBeginUnknown   Phrase = "The log does not show when that window began."
	ZoneNotSet           Phrase = "The account's time zone is not known."
	ZoneNotStated        Phrase = "Meta does not say in which time zone a change of the rules took effect."
	DeliveryTimeUnknown  Phrase = "The log shows when it was read, but not when it was delivered."
	OtherDeliveryUnknown Phrase = "It depends on when other messages to this customer were delivered, which the log does not settle."
	SentTimeUnknown      Phrase = "The log does not show when it was sent."
	SentAfterDelivery    Phrase = "By the log it was sent after it was delivered, so a clock is wrong."
	OtherSendingUnknown  Phrase = "It depends on when another message to this customer was sent, which the log does not show."
	NearWindowEnd        Phrase = "It lies too close to the end of the {window} ({instant}) to tell."
	ReceiptTimes         Phrase = "The log says when events of this customer were received, and not when they happened, which may be up to an hour before."
	NearSomeEdge         Phrase = "It is decided by a time too close to the end of a window or month, to a change of the rules, or to another message."
	Undocumented         Phrase = "Meta does not document this case."
	TierMayBeUsed        Phrase = "Messages of that month that the log lacks, or whose delivery it does not show, may have used up the free tier."
	OpenBeforeUnknown    Phrase = "The log does not prove what was open at that time."
	ChangeUnseen         Phrase = "Since the first such charge the template has never been charged in its own category: Meta may have changed it, and the log, which is not said to be complete, may lack the notice. WhatsApp Manager shows the template's category."
	DamageMayTell        Phrase = "A file of the log is damaged: what it shows may be wrong, and what is missing may say otherwise."
	ClickUnproven        Phrase = "The log does not prove that a click of the customer opened that window (clicks on a desktop do not)."
	TierMayHavePaid      Phrase = "A free tier may have paid for it, so that it was not charged."
	OneOf                Phrase = "It may be {outcomes}."
	MaySettle            Phrase = "Setting {key} may settle it."

	// Bill lines of one message (WA109).
	SeveralLines      Phrase = "The bill charges this {what} {times}{lines}: {money} more than one charge."
	PartCertain       Phrase = "Of that, {money} is certain."
	ConversationAgain Phrase = "The bill already charges its conversation on a line for another message, and a conversation is charged once."
	SameLineID        Phrase = "Lines with one id may be one line stated twice."
	LinesWithoutIDs   Phrase = "Lines of different files, not all of which have an id, may be one line stated twice."
	LineOfSomeMember  Phrase = "The bill's lines do not say for which member of the group they are."
	LineMayBeFee      Phrase = "The line of category {word} may be a fee."

	// In what the charge is wrong (WA111, WA201 to WA207).
	NoAIMarket           Phrase = "AI providers did not pay for messages to this customer's country at that time."
	NoAIProvider         Phrase = "Only AI providers are charged in that category, and the account is configured as none."
	TemplateWas          Phrase = "The template was {category} when it was sent, according to {source}."
	DearerUnknown        Phrase = "Which of the two costs more in this market is not known."
	OtherModel           Phrase = "Reported with pricing model {model}, but {model} was in force when it was delivered."
	RegularNotBillable   Phrase = "The pricing contradicts itself: its type is regular, which is charged, but billable is false."
	BillableNotRegular   Phrase = "The pricing contradicts itself: its type is {type}, which is free, but billable is true."
	FreeServiceNever     Phrase = "The pricing contradicts itself: free_customer_service never applies to {category}."
	FreeServiceNoUtility Phrase = "The pricing contradicts itself: free_customer_service does not apply to utility since 2026-10-01."
	RegularService       Phrase = "The pricing contradicts itself: service was not charged as regular before 2026-10-01."
	WrongRate            Phrase = "Charged {money}, but {category} to this customer costs {rate}."
	WrongMarket          Phrase = "Charged {money}, which is the {category} rate of {market}; to this customer it is {rate}."
	WrongAuth            Phrase = "Charged {money}, which is the {scope} authentication rate; the {scope} rate applies and is {rate}."
	AuthAbroad           Phrase = "The international rate applies: the business is abroad, and its international rate had begun in the customer's country."
	AuthNoRate           Phrase = "The domestic rate applies: the customer's country had no international rate at that time."
	AuthAtHome           Phrase = "The domestic rate applies: the customer is in the business' own country (primary_location)."
	AuthNotBegun         Phrase = "The domestic rate applies: the account's international rate had not begun in the customer's country (auth_international)."
	RateUnverified       Phrase = "That rate is not verified."
	PricesRounded        Phrase = "Not sure: the log rounds what messages cost. Give a log that has all decimals."
	PricesScaled         Phrase = "Not sure: most prices of the account are {how}, as with a mark-up, a fee or a tax in them. Import the contract's card and set the account's rates to it."
	PricesTaxed          Phrase = "Not sure: most prices of the account are {how}, as with tax in them. Compare the bill with the log (waudit reconcile), which tells the tax apart."
	PricesInOtherUnit    Phrase = "Not sure: most prices of the account are {how}, as if they were in another unit. Give the unit as scale in a mapping."
	TiersExceeded        Phrase = "{messages} to {market} in {month} cost {money} by the bill or log; by the volume tiers they cost at most {money}."
	TiersUnverified      Phrase = "The volume tiers are not verified."

	// What is free and should not be (WA301, WA302).
	DueButFree           Phrase = "Should have been charged as {charge} but was reported as free ({type})."
	DueButRides          Phrase = "Should have been charged as {charge} but was reported as part of a conversation that was already open."
	DueButNotBillable    Phrase = "Should have been charged as {charge} but was reported as not billable."
	DueButZero           Phrase = "Should have been charged as {charge} but was reported with a price of zero."
	DueButUnpriced       Phrase = "Should have been charged as {charge} but carries no pricing, while other messages of the number do."
	FreeAfterWindow      Phrase = "Reported as free ({type}), but the customer service window had closed at {instant}. Should have been charged as {charge}."
	FreeWithoutFreeEntry Phrase = "Reported as free ({type}), but no free entry point window was open. Should have been charged as {charge}."

	// What is doubtful in the log (WA401 to WA502).
	NoFinalPricing      Phrase = "Delivered, but neither a delivered nor a read status carries pricing. Check that the log keeps every status webhook."
	BothEnds            Phrase = "Reported both as delivered and as failed."
	StatusesDisagree    Phrase = "Reported by statuses that disagree on the pricing."
	BothEndsOrDisagree  Phrase = "Reported both as delivered and as failed, or by statuses that disagree on the pricing."
	DeliveredBeforeSent Phrase = "Delivered before it was sent, by more than the tolerance. Check the clocks and time zones of the log."
	ReadBeforeDelivered Phrase = "Read before it was delivered, by more than the tolerance. Check the clocks and time zones of the log."
	ReadBeforeSent      Phrase = "Read before it was sent, by more than the tolerance. Check the clocks and time zones of the log."
	OutOfOrder          Phrase = "Delivered before being sent, or read before being sent or delivered, by more than the tolerance. Check the clocks and time zones of the log."
	NoUserSide          Phrase = "The log has no message and no call from a customer to this number, so it cannot show whether a customer service window was open. Add the inbound webhooks."
	WindowNotShown      Phrase = "Meta reports messages as free in a customer service window that the log does not show, so messages from customers are missing. Add the inbound webhooks."
	Silent              Phrase = "The log has nothing of this number from {instant} to {instant}; what decides a charge may be missing."
	IDShared            Phrase = "This conversation id is also used with another customer or business number."
	IDTooLong           Phrase = "This conversation id is used for longer than a conversation lasts."
	OtherExpiry         Phrase = "The window of the first example was published to end at {instant}; by the rules it ends at {instant}."
	OutsideWindow       Phrase = "Sent and delivered with no customer service window open, which Meta does not allow for messages that are not templates. The log may lack messages from customers."
	CategoryChanged     Phrase = "Template {name} changed from {category} to {category} at {instant}; {messages} delivered since."
	CategoryCosts       Phrase = "This costs {money} {more} by the rate card, about {money} a month."
	Appealable          Phrase = "The change can be appealed until {day}."

	// What was sent on Messenger or Instagram (WA503, WA504).
	SentOutside     Phrase = "Sent with no messaging window open and without anything that allows it, such as a message tag, which Meta does not allow."
	NoWindowShown   Phrase = "Sent with no messaging window open that lasts for certain."
	SentAsUnknown   Phrase = "Only its echo is in the log: a tag such as HUMAN_AGENT, a utility template, a reply to a comment or a person in Meta's inbox would allow it. The log of the send requests, with their responses, would settle it."
	SentLateUnknown Phrase = "Only its echo is in the log, more than 7 days after all that the customer wrote or did: HUMAN_AGENT does not allow it, a utility template or an opt-in would. The log of the send requests, with their responses, would settle it."
	AfterAdUnknown  Phrase = "The customer wrote after a click on an ad, after which the window may last up to 7 days; Meta does not say when it does."
	OpeningUnknown  Phrase = "Meta does not say whether what the customer did last opens a window, or it was too near its end."
	AdBeforeUnknown Phrase = "The log begins less than 7 days before, and the customer may have come by an ad, after which the window may last up to 7 days."
	SeveralUnknown  Phrase = "What would settle it differs from message to message: explain tells it."
	HumanAgentLate  Phrase = "Sent with the tag HUMAN_AGENT more than 7 days after all that the customer wrote or did, which Meta does not allow."
	TagNotThere     Phrase = "Sent with the tag {word}, which Instagram does not have."
	TagRetired      Phrase = "Sent with the tag {word}, which Meta has no longer taken since 2026-04-27 by what its users report."
	TagsMisused     Phrase = "Sent with message tags that do not allow it, for several reasons."
)

// charge says how the message is charged.
func (c *MessageView) charge() Text {
	r := &c.Message.Reported
	word := r.CategoryWord
	switch {
	case r.Bill().Lines > 0:
		if word = cmp.Or(c.lineCategory(), word); word != "" {
			return BilledAs.Say(c.what(), word)
		}
		return Billed.Say(c.what())
	case c.Charging == verdict.Opened && r.Listed():
		return ListPrice.Say(c.what())
	case c.Charging == verdict.Opened && word != "":
		return OpenedAs.Say(word)
	case c.Charging == verdict.Opened:
		return Opened.Say()
	case word != "":
		return ChargedAs.Say(word)
	}
	return Charged.Say(c.what())
}

// lineCategory is the category that a line of the bill names, "" if none does.
func (c *MessageView) lineCategory() string {
	for _, i := range c.Message.Events {
		if e := c.Pair.Events.At(int(i)); e.BillLine() && e.Category != "" {
			return e.Category
		}
	}
	return ""
}

// what names the message in a sentence.
func (c *MessageView) what() string {
	m := c.Message
	switch {
	case m.Template == reading.Yes:
		return strings.TrimLeft(m.Category.String()+" template", " ")
	case m.Type == "reaction":
		return "reaction"
	case m.Type != "":
		return m.Type + " message"
	case m.Template == reading.No:
		return "service message"
	}
	return "message"
}

// undelivered says why the message did not arrive.
func (c *MessageView) undelivered() Text {
	switch m := c.Message; {
	case m.FailedAt == 0:
		return NeverDelivered.Say()
	case m.Error != "":
		return FailedWith.Say(m.Error)
	}
	return Failed.Say()
}

// exemption says why the message is free beyond the free tier.
func (c *MessageView) exemption() Text {
	switch {
	case c.Message.Type == "reaction":
		return Reaction.Say()
	case c.Message.App:
		return AppMessage.Say()
	case c.Pair.Facts.Exempt == reading.Yes:
		return ExemptAccount.Say()
	}
	return Text{}
}

// source says where the template's category is known from.
func (c *MessageView) source() string {
	switch c.Message.Source {
	case message.CategoryFromSend:
		return "the record of its sending"
	case message.CategoryConfigured:
		return "the configuration"
	}
	return "the announced changes of its category"
}

// month is the calendar month in which the message is counted.
func (c *MessageView) month() era.Month { return price.Month(c.Pair, c.Judgement) }

// chargedOnce writes the amount that one charge of the message takes.
func (c *MessageView) chargedOnce() string {
	return Cash(c.Worth.Currency, c.Message.Reported.Amount.Sub(c.Worth.Extra))
}

// due names the category that is due.
func (c *MessageView) due() string { return category.Category(c.Code).String() }

// dueCharge names the charge that is due, with its unit.
func (c *MessageView) dueCharge() string {
	unit, article := "message", "a"
	if c.Era.Conversational() {
		unit = "conversation"
	}
	if strings.HasPrefix(c.due(), "authentication") {
		article = "an"
	}
	return article + " " + c.due() + " " + unit
}

// dueRate writes the rate of the charge that is due.
func (c *MessageView) dueRate() string {
	text := Cash(c.Worth.Due.Currency, money.Of(c.Worth.Due.Amount))
	if c.Worth.Due.AtMost {
		return "at most " + text
	}
	return text
}

// rateHit makes the finding of an amount that the account's card does not allow.
func (c *MessageView) rateHit(why Text) *Hit {
	switch c.Verdict {
	case result.Undercharge:
		return &Hit{Explanation: why, Severity: result.Info}
	case result.Uncertain:
		return &Hit{Explanation: why.Then(c.rateDoubt()), Severity: result.Warning}
	}
	return &Hit{Explanation: why}
}

// rateDoubt says why the charge may be right, or no more than is due.
func (c *MessageView) rateDoubt() Text {
	switch c.Doubt {
	case reading.Certain:
		return RateUnverified.Say()
	case reading.FactUnknown:
		return DearerUnknown.Say()
	}
	return c.doubt(c.Doubt)
}

// billLines are the lines of bills above zero that name the message.
func (c *MessageView) billLines() (lines []event.Event) {
	for _, i := range c.Message.Events {
		if e := c.Pair.Events.At(int(i)); e.BillLine() && e.Amount > 0 {
			lines = append(lines, *e)
		}
	}
	return lines
}

// stamp writes an instant for a person, in UTC.
func stamp(ms int64) string { return time.UnixMilli(ms).UTC().Format("2006-01-02 15:04:05Z") }

// duration writes a length of time for a person, rounded down.
func duration(ms int64) string {
	if ms < era.Hour {
		return Counted(ms/(era.Hour/60), "minute")
	}
	return Counted(ms/era.Hour, "hour")
}

// Times says how often: "once", "twice", "3 times".
func Times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return fmt.Sprint(n, " times")
}

// Cash writes money as explanations have it: "USD 0.0068".
func Cash(currency string, a money.Amount) string { return currency + " " + a.String() }

// Counted writes a number of things: "1 message", "14 messages".
func Counted(n int64, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprint(n, " ", thing)
}

// List joins words: "a", "a or b", "a, b or c".
func List(words []string, last string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	n := len(words) - 1
	return strings.Join(words[:n], ", ") + " " + last + " " + words[n]
}
