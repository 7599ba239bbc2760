package provider

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
