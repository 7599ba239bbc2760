package dialect

import "slices"

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

const (
	saysTimes = SaysSent | SaysDelivered | SaysRead | SaysFailed
	saysBasic = SaysNumber | SaysUser | SaysInbound | saysTimes            // what nearly every provider tells
	saysMeta  = SaysPricing | SaysCategory | SaysConversation | SaysExpiry // Meta's own objects, passed on
	saysFlat  = SaysAccount | saysBasic | saysMeta | SaysReferral | SaysTemplate | SaysTemplateCategory | SaysAmount
)

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
