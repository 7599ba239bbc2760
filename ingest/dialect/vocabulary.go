package dialect

import (
	"strings"

	"waudit/audit/event"
)

// The enumerations of the format. What they do not name passes through and is
// reported.

// category reads a pricing category or a conversation's origin, which share
// their words. Reports of the first conversation era call user-initiated
// conversations customer-initiated.
func (it *Items) category(what, s string) string {
	switch word := event.Word(s); word {
	case "customer_initiated":
		return "user_initiated"
	case "marketing", "marketing_lite", "utility", "service", "referral_conversion",
		"authentication", "authentication_international",
		"group_marketing", "group_utility", "group_service", "general_purpose_ai",
		"business_initiated", "user_initiated", "notification":
		return word
	default:
		it.unknown(what, s)
		return word
	}
}

// templateCategory reads the category of a template.
func (it *Items) templateCategory(s string) string {
	word := event.Word(s)
	switch word {
	case "marketing", "utility", "authentication":
	default:
		it.unknown("template.category", s)
	}
	return word
}

func (it *Items) pricingType(s string) string {
	word := event.Word(s)
	switch word {
	case "regular", "free_customer_service", "free_entry_point", "free_group_customer_service":
	default:
		it.unknown("pricing.type", s)
	}
	return word
}

func (it *Items) pricingModel(s string) string {
	model := strings.ToUpper(s)
	switch model {
	case "CBP", "PMP", "NBP":
	default:
		it.unknown("pricing.pricing_model", s)
	}
	return model
}

func (it *Items) pricingSubtype(s string) string {
	word := event.Word(s)
	switch word {
	case "paid_exempt", event.MaxPrice, event.ListPrice, event.WithFee:
	default:
		it.unknown("pricing.subtype", s)
	}
	return word
}

// referralSource reads where a referral came from. An id of a click on an ad
// proves the ad, whatever the source is called.
func (it *Items) referralSource(source, click string) string {
	word := event.Word(source)
	switch {
	case click != "" || word == "ad":
		return "ad"
	case word == "post" || word == "page_cta":
		return word
	}
	it.unknown("referral.source_type", source)
	return "unknown"
}

// messageType reads the type of a message.
func (it *Items) messageType(s string) string {
	word := strings.ToLower(s)
	if !isMessageType(word) {
		it.unknown("message.type", s)
	}
	return word
}

func isMessageType(word string) bool {
	switch word {
	case "text", "image", "audio", "voice", "video", "document", "sticker", "location", "contacts",
		"order", "interactive", "button", "reaction", "template", "system", "request_welcome",
		"unsupported", "unknown", "edit", "revoke", "errors":
		return true
	}
	return false
}
