package check

import "strings"

// Text is an explanation. It is made of phrases and nothing else, so that every
// statement that a user may read can be held to the facts of its finding.
type Text struct{ words string }

// String returns the explanation as users read it.
func (t Text) String() string { return t.words }

// then returns the text followed by others, without those that are empty.
func (t Text) then(others ...Text) Text {
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

// say makes a text of one phrase; the facts take the places of its names in
// braces, in their order.
func say(p Phrase, facts ...string) Text {
	var b strings.Builder
	rest := phrases[p]
	for _, fact := range facts {
		before, after, _ := strings.Cut(rest, "{")
		_, rest, _ = strings.Cut(after, "}")
		b.WriteString(before)
		b.WriteString(fact)
	}
	b.WriteString(rest)
	return Text{b.String()}
}

// Phrase is a sentence of explanations. A name in braces stands for a fact.
type Phrase uint8

// The phrases. What each of them claims, and when that is true, stands beside it
// in the test that holds explanations to their facts.
const (
	// How a message is charged.
	ChargedAs Phrase = iota
	Charged
	BilledAs
	Billed
	OpenedAs
	Opened
	ListPrice

	// Why it should have cost nothing.
	CoveredByCategory
	CoveredByAny
	CoveredByUtility
	InFreeEntry
	AnswersFreeEntry
	SaidFreeEntry
	InServiceWindow
	ServiceFree
	OnlyTemplatesCharged
	InNumberTier
	InAccountTier
	Failed
	FailedWith
	NeverDelivered
	Reaction
	AppMessage
	ExemptAccount
	FreeEitherWay

	// Why it may have cost nothing.
	MayBeCovered
	MayBeFreeEntry
	MayBeInServiceWindow
	MayBeServiceFree
	MayBeInTier
	MayBeUndelivered
	SentInServiceWindow
	DeliveredInServiceWindow
	SentInFreeEntry
	DeliveredInFreeEntry
	LateFreeEntry
	DoubtfulOpener
	TemplateInWindow2022

	// What keeps that open.
	ShowsNoEnd
	PricedBeforeFailure
	PricingDisagrees
	DeliveredAndFailed
	OtherContradicts
	SentPricingOnly
	KindUnknown
	TemplateMayBe
	MayBeLite
	MayBeDirectSend
	CountryUnknown
	OtherCategoryUnknown
	WindowBeginUnknown
	ZoneNotSet
	ZoneNotStated
	DeliveryTimeUnknown
	OtherDeliveryUnknown
	SentTimeUnknown
	SentAfterDelivery
	OtherSendingUnknown
	NearWindowEnd
	NearSomeEdge
	Undocumented
	TierMayBeUsed
	OpenBeforeUnknown
	ClickUnproven
	TierMayHavePaid
	OneOf
	MaySettle

	// Bill lines of one message (WA109).
	SeveralLines
	PartCertain
	ConversationAgain
	SameLineID
	LinesWithoutIDs
	LineMayBeFee

	// In what the charge is wrong (WA111, WA201 to WA207).
	NoAIMarket
	NoAIProvider
	TemplateWas
	DearerUnknown
	OtherModel
	RegularNotBillable
	BillableNotRegular
	FreeServiceNever
	FreeServiceNoUtility
	RegularService
	WrongRate
	WrongMarket
	WrongAuth
	AuthAbroad
	AuthNoRate
	AuthAtHome
	AuthNotBegun
	RateUnverified
	TiersExceeded
	TiersUnverified

	// What is free and should not be (WA301, WA302).
	DueButFree
	DueButRides
	DueButNotBillable
	DueButZero
	DueButUnpriced
	FreeAfterWindow
	FreeWithoutFreeEntry

	// What is doubtful in the log (WA401 to WA502).
	NoFinalPricing
	BothEnds
	StatusesDisagree
	BothEndsOrDisagree
	DeliveredBeforeSent
	ReadBeforeDelivered
	ReadBeforeSent
	OutOfOrder
	NoUserSide
	WindowNotShown
	Silent
	IDShared
	IDTooLong
	OtherExpiry
	OutsideWindow
	CategoryChanged
	CategoryCosts
	Appealable

	NumPhrases // how many there are
)

// String returns the phrase with its names in braces.
func (p Phrase) String() string { return phrases[p] }

var phrases = [NumPhrases]string{
	ChargedAs: "Charged as {category}.",
	Charged:   "This {what} was charged.",
	BilledAs:  "The bill charges this {what} as {category}.",
	Billed:    "The bill charges this {what}.",
	OpenedAs:  "Opened a new conversation, reported as {category}.",
	Opened:    "Opened a new conversation.",
	ListPrice: "The log states the list price of this {what}.",

	CoveredByCategory:    "A {category} conversation was already open, from {instant} to {instant}, and covered it.",
	CoveredByAny:         "A conversation was already open, from {instant} to {instant}, and covered it.",
	CoveredByUtility:     "A utility conversation from before 2025-07-01 was open until {instant} and covered it.",
	InFreeEntry:          "It was delivered inside a free entry point window, {instant} to {instant}, in which everything is free.",
	AnswersFreeEntry:     "It is the answer that opened a free entry point window, and is free like everything in that window.",
	SaidFreeEntry:        "Its own status says that it lies in a free entry point window, in which everything is free.",
	InServiceWindow:      "It was sent and delivered inside the customer service window, in which utility was free.",
	ServiceFree:          "It is a service {what}, and service was free from 2024-11-01 to 2026-09-30.",
	OnlyTemplatesCharged: "Before 2022-02-01 only templates were charged.",
	InNumberTier:         "It was within the 1,000 service messages that were free for this number in {month}.",
	InAccountTier:        "It was within the 1,000 conversations that were free for this account in {month}.",
	Failed:               "It failed, and the log shows no delivery.",
	FailedWith:           "It failed (error {code}), and the log shows no delivery.",
	NeverDelivered:       "The log is complete and shows no delivery in the 30 days after it was sent.",
	Reaction:             "It is a reaction, and reactions are free.",
	AppMessage:           "It was written in the WhatsApp Business app, which is free.",
	ExemptAccount:        "The account is exempt from charges for service messages.",
	FreeEitherWay:        "It costs nothing, whichever rule applies: {outcomes}.",

	MayBeCovered:             "A conversation that was already open may cover it.",
	MayBeFreeEntry:           "It may lie inside a free entry point window, in which everything is free.",
	MayBeInServiceWindow:     "It may lie inside the customer service window, in which utility was free.",
	MayBeServiceFree:         "Service may have been free at that time.",
	MayBeInTier:              "It may lie within the free tier of {month}.",
	MayBeUndelivered:         "It may not have been delivered, and only delivered messages are charged.",
	SentInServiceWindow:      "It was sent inside the customer service window and delivered outside it; Meta does not say which counts, so it may be free or chargeable.",
	DeliveredInServiceWindow: "It was sent outside the customer service window and delivered inside it; Meta does not say which counts, so it may be free or chargeable.",
	SentInFreeEntry:          "It was sent inside a free entry point window and delivered after it ended; Meta does not say which counts, so it may be free or chargeable.",
	DeliveredInFreeEntry:     "It was sent before a free entry point window began and delivered inside it; Meta does not say which counts, so it may be free or chargeable.",
	LateFreeEntry:            "It was delivered {duration} after the first 72 hours of a free entry point window. Since 2026-09-28 such a window can last up to 7 days; Meta does not say when, so it may be free or chargeable.",
	DoubtfulOpener:           "All that the customer sent in the 24 hours before is of type {type}; Meta does not say whether that opens the customer service window.",
	TemplateInWindow2022:     "Meta does not say whether templates inside the customer service window were charged before 2022-02-01.",

	ShowsNoEnd:           "The log shows neither its delivery nor its failure.",
	PricedBeforeFailure:  "Its price comes from the sent status, from before it failed.",
	PricingDisagrees:     "Its statuses disagree on the pricing.",
	DeliveredAndFailed:   "The log shows it both as delivered and as failed.",
	OtherContradicts:     "It depends on another message to this customer, whose statuses contradict each other.",
	SentPricingOnly:      "Only its sent status carries pricing, which is a forecast.",
	KindUnknown:          "The log does not say what kind of message it is, or of which category.",
	TemplateMayBe:        "What is known of its template leaves open whether it was {categories} when it was sent.",
	MayBeLite:            "It depends on whether a marketing template was sent as marketing_lite, then a category of its own, which the log does not show.",
	MayBeDirectSend:      "By its type it is no template, yet it is reported as {category}: it may have been sent in that category (Direct Send).",
	CountryUnknown:       "It depends on the customer's country, which is not known.",
	OtherCategoryUnknown: "It depends on another message to this customer, whose category is not known.",
	WindowBeginUnknown:   "The log does not show when that window began.",
	ZoneNotSet:           "The account's time zone is not known.",
	ZoneNotStated:        "Meta does not say in which time zone a change of the rules took effect.",
	DeliveryTimeUnknown:  "The log shows when it was read, but not when it was delivered.",
	OtherDeliveryUnknown: "It depends on when other messages to this customer were delivered, which the log does not settle.",
	SentTimeUnknown:      "The log does not show when it was sent.",
	SentAfterDelivery:    "By the log it was sent after it was delivered, so a clock is wrong.",
	OtherSendingUnknown:  "It depends on when another message to this customer was sent, which the log does not show.",
	NearWindowEnd:        "It lies too close to the end of the {window} ({instant}) to tell.",
	NearSomeEdge:         "It is decided by a time too close to the end of a window or month, to a change of the rules, or to another message.",
	Undocumented:         "Meta does not document this case.",
	TierMayBeUsed:        "Messages of that month that the log lacks, or whose delivery it does not show, may have used up the free tier.",
	OpenBeforeUnknown:    "The log does not prove what was open at that time.",
	ClickUnproven:        "The log does not prove that a click of the customer opened that window (clicks on a desktop do not).",
	TierMayHavePaid:      "A free tier may have paid for it, so that it was not charged.",
	OneOf:                "It may be {outcomes}.",
	MaySettle:            "Setting {key} may settle it.",

	SeveralLines:      "The bill charges this {what} {times}{lines}: {money} more than one charge.",
	PartCertain:       "Of that, {money} is certain.",
	ConversationAgain: "The bill already charges its conversation on a line for another message, and a conversation is charged once.",
	SameLineID:        "Lines with one id may be one line stated twice.",
	LinesWithoutIDs:   "Lines of different files, not all of which have an id, may be one line stated twice.",
	LineMayBeFee:      "The line of category {word} may be a fee.",

	NoAIMarket:           "AI providers did not pay for messages to this customer's country at that time.",
	NoAIProvider:         "The account is not an AI provider.",
	TemplateWas:          "The template was {category} when it was sent, according to {source}.",
	DearerUnknown:        "Which of the two costs more in this market is not known.",
	OtherModel:           "Reported with pricing model {model}, but {model} was in force when it was delivered.",
	RegularNotBillable:   "The pricing contradicts itself: its type is regular, which is charged, but billable is false.",
	BillableNotRegular:   "The pricing contradicts itself: its type is {type}, which is free, but billable is true.",
	FreeServiceNever:     "The pricing contradicts itself: free_customer_service never applies to {category}.",
	FreeServiceNoUtility: "The pricing contradicts itself: free_customer_service does not apply to utility since 2026-10-01.",
	RegularService:       "The pricing contradicts itself: service was not charged as regular before 2026-10-01.",
	WrongRate:            "Charged {money}, but {category} to this customer costs {rate}.",
	WrongMarket:          "Charged {money}, which is the {category} rate of {market}; to this customer it is {rate}.",
	WrongAuth:            "Charged {money}, which is the {scope} authentication rate; the {scope} rate applies and is {rate}.",
	AuthAbroad:           "The international rate applies: the business is abroad, and its international rate had begun in the customer's country.",
	AuthNoRate:           "The domestic rate applies: the customer's country had no international rate at that time.",
	AuthAtHome:           "The domestic rate applies: the customer is in the business' own country (primary_location).",
	AuthNotBegun:         "The domestic rate applies: the account's international rate had not begun in the customer's country (auth_international).",
	RateUnverified:       "That rate is not verified.",
	TiersExceeded:        "{messages} to {market} in {month} cost {money} by the bill or log; by the volume tiers they cost at most {money}.",
	TiersUnverified:      "The volume tiers are not verified.",

	DueButFree:           "Should have been charged as {charge} but was reported as free ({type}).",
	DueButRides:          "Should have been charged as {charge} but was reported as part of a conversation that was already open.",
	DueButNotBillable:    "Should have been charged as {charge} but was reported as not billable.",
	DueButZero:           "Should have been charged as {charge} but was reported with a price of zero.",
	DueButUnpriced:       "Should have been charged as {charge} but carries no pricing, while other messages of the number do.",
	FreeAfterWindow:      "Reported as free ({type}), but the customer service window had closed at {instant}. Should have been charged as {charge}.",
	FreeWithoutFreeEntry: "Reported as free ({type}), but no free entry point window was open. Should have been charged as {charge}.",

	NoFinalPricing:      "Delivered, but neither a delivered nor a read status carries pricing. Check that the log keeps every status webhook.",
	BothEnds:            "Reported both as delivered and as failed.",
	StatusesDisagree:    "Reported by statuses that disagree on the pricing.",
	BothEndsOrDisagree:  "Reported both as delivered and as failed, or by statuses that disagree on the pricing.",
	DeliveredBeforeSent: "Delivered before it was sent, by more than the tolerance. Check the clocks and time zones of the log.",
	ReadBeforeDelivered: "Read before it was delivered, by more than the tolerance. Check the clocks and time zones of the log.",
	ReadBeforeSent:      "Read before it was sent, by more than the tolerance. Check the clocks and time zones of the log.",
	OutOfOrder:          "Delivered before being sent, or read before being sent or delivered, by more than the tolerance. Check the clocks and time zones of the log.",
	NoUserSide:          "The log has no message and no call from a customer to this number, so it cannot show whether a customer service window was open. Add the inbound webhooks.",
	WindowNotShown:      "Meta reports messages as free in a customer service window that the log does not show, so messages from customers are missing. Add the inbound webhooks.",
	Silent:              "The log has nothing of this number from {instant} to {instant}; what decides a charge may be missing.",
	IDShared:            "This conversation id is also used with another customer or business number.",
	IDTooLong:           "This conversation id is used for longer than a conversation lasts.",
	OtherExpiry:         "The window of the first example was published to end at {instant}; by the rules it ends at {instant}.",
	OutsideWindow:       "Sent and delivered with no customer service window open, which Meta does not allow for messages that are not templates. The log may lack messages from customers.",
	CategoryChanged:     "Template {name} changed from {category} to {category} at {instant}; {messages} delivered since.",
	CategoryCosts:       "This costs {money} {more} by the rate card, about {money} a month.",
	Appealable:          "The change can be appealed until {day}.",
}
