package dialect

import "slices"

// Says is a set of what the records of a dialect can tell of messages.
type Says uint32

// What records can tell; Sayings says what each means.
const (
	SaysAccount Says = 1 << iota
	SaysNumber
	SaysUser
	SaysInbound
	SaysReferral
	SaysSent
	SaysDelivered
	SaysRead
	SaysFailed
	SaysTemplate
	SaysTemplateCategory
	SaysTemplateChange
	SaysPricing
	SaysCategory
	SaysConversation
	SaysExpiry
	SaysAmount

	// SaysAll is all of it.
	SaysAll Says = 1<<iota - 1
)

// Saying is one thing that records can tell.
type Saying struct {
	Says  Says
	Name  string
	Means string
}

// Sayings lists everything that records can tell, in the order of the
// constants.
func Sayings() []Saying {
	return []Saying{
		{SaysAccount, "account", "the WhatsApp Business Account"},
		{SaysNumber, "number", "the business number, or what stands for it"},
		{SaysUser, "user", "the user's phone or business-scoped id"},
		{SaysInbound, "inbound", "messages of users"},
		{SaysReferral, "referral", "that a user came through an ad or a page"},
		{SaysSent, "sent", "when a message was sent"},
		{SaysDelivered, "delivered", "when it was delivered"},
		{SaysRead, "read", "when it was read"},
		{SaysFailed, "failed", "that it will not be delivered"},
		{SaysTemplate, "template", "the template's name"},
		{SaysTemplateCategory, "template_category", "the template's category, as when it was sent"},
		{SaysTemplateChange, "template_change", "that a template changed its category"},
		{SaysPricing, "pricing", "whether it is charged, and by which model and type"},
		{SaysCategory, "category", "the category that it is charged in"},
		{SaysConversation, "conversation", "the id of the conversation"},
		{SaysExpiry, "expiry", "when the conversation expires"},
		{SaysAmount, "amount", "what it costs"},
	}
}

// Names names what is in the set, in the order of Sayings.
func (s Says) Names() []string {
	names := []string{}
	for _, saying := range Sayings() {
		if s&saying.Says != 0 {
			names = append(names, saying.Name)
		}
	}
	return names
}

// Capability is what the records of one dialect can tell. A single record tells
// less, and so may an account whose provider leaves something out.
type Capability struct {
	Dialect string
	Says    Says
}

const (
	saysTimes = SaysSent | SaysDelivered | SaysRead | SaysFailed
	saysBasic = SaysNumber | SaysUser | SaysInbound | saysTimes            // what nearly every provider tells
	saysMeta  = SaysPricing | SaysCategory | SaysConversation | SaysExpiry // Meta's own objects, passed on
	saysFlat  = SaysAccount | saysBasic | saysMeta | SaysReferral | SaysTemplate | SaysTemplateCategory | SaysAmount
)

// capabilities is what each dialect can tell, in the order of All.
var capabilities = []Capability{
	{"flat", saysFlat},
	{"simulate-truth", 0},
	{"meta-on-premises", SaysAccount | saysBasic | saysMeta | SaysReferral},
	{"meta-cloud", saysCloud},
	{"twilio", saysBasic | SaysReferral | SaysAmount},
	{"gupshup", saysBasic | saysMeta | SaysReferral},
	{"infobip", saysBasic | SaysReferral | SaysTemplate | SaysAmount},
	{"vonage", SaysAccount | saysBasic | saysMeta | SaysReferral | SaysAmount},
	{"ycloud", SaysAccount | saysBasic | saysMeta | SaysReferral | SaysTemplate | SaysAmount},
	{"wasapflow", saysCloud},
	{"kapso", saysBasic | saysMeta | SaysReferral},
	{"interakt", SaysUser | SaysInbound | saysTimes | SaysTemplate | SaysTemplateCategory},
	{"wati", SaysUser | SaysInbound | saysTimes | SaysTemplate},
	{"8x8", SaysUser | SaysInbound | saysTimes | SaysAmount},
	{"engagelab", SaysAccount | saysBasic | saysMeta | SaysReferral},
	{"sinch", saysBasic | SaysReferral | SaysCategory | SaysConversation | SaysExpiry},
	{"messagebird", saysBasic | SaysTemplate | SaysAmount},
	{"azure", saysBasic},
	{"plivo", saysBasic | SaysConversation | SaysExpiry | SaysAmount},
	{"alibaba", SaysAccount | saysBasic | SaysTemplate | SaysCategory | SaysConversation},
	{"glific", SaysNumber | SaysUser | SaysPricing | SaysCategory | SaysConversation},
	{"chakra", SaysUser | saysTimes},
	{"connectly", SaysNumber | SaysUser | saysTimes},
	{"zenvia", saysBasic | SaysTemplate},
	{"heyy", SaysUser | SaysInbound | saysTimes},
	{"nifteem", saysTimes},
	{"msg91", saysBasic | SaysTemplate | SaysConversation | SaysAmount},
	{"telnyx", saysBasic | SaysAmount},
	{"brevo", saysBasic},
	{"conversation-events", SaysUser | SaysInbound | SaysDelivered | SaysFailed | SaysTemplate | SaysTemplateCategory | SaysPricing | SaysCategory | SaysExpiry},
	{"analytics", 0},
	{"kaleyra", SaysUser | SaysInbound | saysTimes | SaysAmount},
}

// saysCloud is what webhooks of the Cloud API tell.
const saysCloud = SaysAccount | saysBasic | saysMeta | SaysReferral | SaysTemplate | SaysTemplateCategory | SaysTemplateChange

// Capabilities lists what each dialect can tell, in the order of All.
func Capabilities() []Capability { return slices.Clone(capabilities) }

// SaidBy is what records of the dialects with these names can tell between
// them. One that is not listed reads what a mapping says, into flat records.
func SaidBy(names []string) (said Says) {
	for _, name := range names {
		i := slices.IndexFunc(capabilities, func(c Capability) bool { return c.Dialect == name })
		if i < 0 {
			said |= saysFlat
			continue
		}
		said |= capabilities[i].Says
	}
	return said
}
