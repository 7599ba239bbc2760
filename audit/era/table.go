// Package era knows what a message costs, era by era: the dated table of eras
// and changes, and for each era the rule by which a delivered message is
// decided.
package era

import (
	"cmp"
	"slices"

	"waudit/audit/message"
	"waudit/audit/outcome"
	"waudit/audit/rate"
	"waudit/audit/reading"
)

// Sureness says how well a rule is attested.
type Sureness string

// The degrees of sureness.
const (
	Official Sureness = "official" // Meta states it
	Derived  Sureness = "derived"  // it follows from what Meta states
	Provider Sureness = "provider" // a provider states it and Meta does not contradict it
	Open     Sureness = "open"     // nobody documents it: the engine answers uncertain
)

// Clause is one numbered rule of an era.
type Clause struct {
	Number string // "4.1.7"
	Text   string
	Sure   Sureness
	Of     outcome.Set // what it decides; nothing: see Era.Rest
}

// undelivered is what becomes of messages that do not arrive.
var undelivered = outcome.Of(outcome.UndeliveredFailed, outcome.UndeliveredNever)

// Era is a row of the table of eras: what its rule is, and what the rest of the
// program needs to know of it. Nothing else tells one era from another.
type Era struct {
	Name     string // as reports write it: "pmp-2025-07"
	From     RuleChange
	Country  string // ISO country of the users for whom it holds, "" for all
	Unit     string // what is charged: MessageUnit or ConversationUnit
	Model    string // pricing_model that statuses report, "" where it does not tell
	FreeTier FreeTier
	// OneConversation is set where a pair has one open conversation at most,
	// whatever the category.
	OneConversation bool
	// Notifications is set where only templates are charged, and in an open customer
	// service window perhaps not even those.
	Notifications bool
	// UtilityFree is set where utility costs nothing in an open customer service window.
	UtilityFree bool
	// ServiceCharged is set where service is charged by the message, beyond the free
	// tier and but for exempt organisations.
	ServiceCharged bool
	Summary        string
	Source         string // where Meta states it
	Clauses        []Clause
	// Rest is the number of the clause that decides what none of Clauses is of; but of
	// the message that itself opened its free entry window Answer is, and of what was not
	// delivered Undelivered, where they are set.
	Rest, Answer, Undelivered string

	decide func(*Case) RuleResult
}

// What an era charges for.
const (
	MessageUnit      = "message"
	ConversationUnit = "conversation"
)

// Conversational reports whether conversations are charged.
func (e *Era) Conversational() bool { return e.Unit == ConversationUnit }

// PerMessage reports whether each message of a category is charged by itself.
func (e *Era) PerMessage() bool { return e.Unit == MessageUnit && !e.Notifications }

// ClauseOf returns the number of the clause by which the era decides so; answer
// tells whether the message itself opened its window.
func (e *Era) ClauseOf(code outcome.Code, answer bool) string {
	if code == outcome.FreeEntryPoint && answer && e.Answer != "" {
		return e.Answer
	}
	if i := slices.IndexFunc(e.Clauses, func(c Clause) bool { return c.Of.Has(code) }); i >= 0 {
		return e.Clauses[i].Number
	}
	if undelivered.Has(code) {
		return cmp.Or(e.Undelivered, e.Rest)
	}
	return e.Rest
}

// FreeTier is the free tier of a calendar month.
type FreeTier struct {
	Counts Counted
	// ByNumber is set where each business number has one, else each account has. An
	// era without a tier says which the next one's is: near a change a message may
	// fall under that.
	ByNumber bool
}

// Counted is what uses a free tier.
type Counted uint8

// What free tiers count.
const (
	Nothing Counted = iota
	Service
	Everything
)

// Counts reports whether a delivered message may use the era's free tier.
func (e *Era) Counts(m *message.Message) bool {
	return e.FreeTier.Counts == Everything || e.FreeTier.Counts == Service && m.Template != reading.Yes
}

// RuleChange is a dated change of the rules.
type RuleChange uint8

// The changes, by date. BeforeAll stands for the era that nothing precedes.
const (
	BeforeAll RuleChange = iota
	MexicoConversations
	Conversations
	FreeEntry72h
	BusinessLeavesFreeTier
	Categories
	AuthIndonesia
	AuthIndia
	MarketingLite
	ServiceFree
	AuthSecondWave
	PerMessage
	GraphV24
	AIItaly
	AIEurope
	AIEnds
	DirectSend
	FreeEntry7d
	ServiceCharged
	ExemptSubtype
	ExemptEnds
	NumChanges
)

// ChangeRow is a row of the table of changes.
type ChangeRow struct {
	Change RuleChange
	Date   rate.Day // on which it takes effect, at 00:00
	// ZoneUnstated is set where Meta does not say in which zone the day begins.
	ZoneUnstated bool
	Text         string
	Source       string
	Sure         Sureness
}

const (
	docs          = "https://developers.facebook.com/documentation/business-messaging/whatsapp/"
	pricingDoc    = docs + "pricing"
	cbpDoc        = docs + "pricing/conversation-based-pricing"
	serviceDoc    = docs + "pricing/non-template-messages"
	authDoc       = docs + "pricing/authentication-international-rates"
	aiDoc         = docs + "pricing/ai-providers"
	changelogDoc  = docs + "changelog"
	directSendDoc = docs + "direct-send/api-reference"
	updatesDoc    = "https://developers.facebook.com/docs/whatsapp/updates-to-pricing"
	testDoc       = "https://developers.facebook.com/docs/whatsapp/pricing/conversationtest"
	componentsDoc = "https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components"
)

// table returns every era, oldest first.
func table() []*Era {
	return []*Era{nbpEra(), mexicoEra(), cbp2022Era(), cbp2023Era(), pmp2025Era(), pmp2026Era()}
}

// Eras returns the eras that hold for all users, oldest first. One that holds for
// the users of a country is a clause of the era beside it.
func Eras() []*Era {
	return slices.DeleteFunc(table(), func(e *Era) bool { return e.Country != "" })
}

// Named returns the era that reports call by that name, nil if none is.
func Named(name string) *Era {
	for _, e := range Eras() {
		if e.Name == name {
			return e
		}
	}
	return nil
}

// Changes returns the table of changes, by date.
func Changes() []ChangeRow {
	return []ChangeRow{
		{MexicoConversations, 2021_02_01, false, "users in Mexico are charged by conversation, with the free tier; all others by notification as before", testDoc, Official},
		{Conversations, 2022_02_01, true, "conversations replace notifications as the unit of charge", cbpDoc, Official},
		{FreeEntry72h, 2023_03_01, true, "a free entry point conversation lasts 72 hours; before, 24", cbpDoc, Official},
		{BusinessLeavesFreeTier, 2023_04_01, true, "business-initiated conversations no longer use the free tier (accounts served by a partner: from 2023-06-01)", cbpDoc, Official},
		{Categories, 2023_06_01, false, "conversations have a category, and one of each may be open", cbpDoc, Official},
		{AuthIndonesia, 2024_06_01, false, "authentication-international begins, in Indonesia", authDoc, Official},
		{AuthIndia, 2024_07_01, false, "authentication-international in India", authDoc, Official},
		{MarketingLite, 2024_10_15, false, "marketing_lite is a conversation category of its own, until 2025-06-30", docs + "marketing-messages/pricing", Official},
		{ServiceFree, 2024_11_01, true, "service conversations are free without limit", cbpDoc, Official},
		{AuthSecondWave, 2025_02_01, false, "authentication-international in Egypt, Malaysia, Nigeria, Pakistan, Saudi Arabia, South Africa and the United Arab Emirates", authDoc, Official},
		{PerMessage, 2025_07_01, false, "delivered template messages, not conversations, are charged; utility in an open customer service window is free", updatesDoc, Official},
		{GraphV24, 2025_10_08, false, "from Graph v24 statuses carry no conversation but in a free entry point window", changelogDoc, Official},
		{AIItaly, 2026_02_16, false, "AI providers pay for each non-template message to Italy", aiDoc, Official},
		{AIEurope, 2026_03_11, false, "AI providers pay for each non-template message to the EU, the EEA and Brazil", aiDoc, Official},
		{AIEnds, 2026_05_13, false, "the charge on AI providers ends everywhere but in Brazil", aiDoc, Official},
		{DirectSend, 2026_07_31, false, "Direct Send: a non-template message sent with a category is charged in it", directSendDoc, Official},
		{FreeEntry7d, 2026_09_28, false, "a free entry point window may stay open for up to 7 days; what decides its length beyond 72 hours is not documented", pricingDoc, Open},
		{ServiceCharged, 2026_10_01, false, "utility is always charged, and service beyond 1,000 messages per business number and month", serviceDoc, Official},
		{ExemptSubtype, 2026_10_12, false, "pricing.subtype paid_exempt marks the service messages of exempt governments and non-profits", serviceDoc, Official},
		{ExemptEnds, 2028_01_01, false, "the exemption of governments and non-profits ends", serviceDoc, Official},
	}
}
