package dialect

import (
	"strings"

	"waudit/audit/event"
)

// The enumerations of the format. What they do not name passes through and is
// reported.

// Category reads a pricing category or a conversation's origin, which share
// their words. Reports of the first conversation era call user-initiated
// conversations customer-initiated.
func (it *Items) Category(what, s string) string {
	switch word := event.Word(s); word {
	case "customer_initiated":
		return "user_initiated"
	case "marketing", "marketing_lite", "utility", "service", "referral_conversion",
		"authentication", "authentication_international",
		"group_marketing", "group_utility", "group_service", "general_purpose_ai",
		"business_initiated", "user_initiated", "notification":
		return word
	default:
		it.ReportUnknown(what, s)
		return word
	}
}

// TemplateCategory reads the category of a template.
func (it *Items) TemplateCategory(s string) string {
	word := event.Word(s)
	switch word {
	case "marketing", "utility", "authentication":
	default:
		it.ReportUnknown("template.category", s)
	}
	return word
}

// PricingType reads whether a message is charged as usual or free, and why.
func (it *Items) PricingType(s string) string {
	word := event.Word(s)
	switch word {
	case "regular", "free_customer_service", "free_entry_point", "free_group_customer_service":
	default:
		it.ReportUnknown("pricing.type", s)
	}
	return word
}

// PricingModel reads what is charged: conversations or messages.
func (it *Items) PricingModel(s string) string {
	model := strings.ToUpper(s)
	switch model {
	case "CBP", "PMP", "NBP":
	default:
		it.ReportUnknown("pricing.pricing_model", s)
	}
	return model
}

// PricingSubtype reads how a price came about.
func (it *Items) PricingSubtype(s string) string {
	word := event.Word(s)
	switch word {
	case "paid_exempt", event.MaxPrice, event.ListPrice, event.WithFee:
	default:
		it.ReportUnknown("pricing.subtype", s)
	}
	return word
}

// ReferralSource reads where a referral came from. An id of a click on an ad
// proves the ad, whatever the source is called.
func (it *Items) ReferralSource(source, click string) string {
	word := event.Word(source)
	switch {
	case click != "" || word == "ad":
		return "ad"
	case word == "post" || word == "page_cta":
		return word
	}
	it.ReportUnknown("referral.source_type", source)
	return "unknown"
}

// MessageType reads the type of a message.
func (it *Items) MessageType(s string) string {
	word := strings.ToLower(s)
	if !IsMessageType(word) {
		it.ReportUnknown("message.type", s)
	}
	return word
}

// IsMessageType reports whether the format has messages of that type.
func IsMessageType(word string) bool {
	switch word {
	case "text", "image", "audio", "voice", "video", "document", "sticker", "location", "contacts",
		"order", "interactive", "button", "reaction", "template", "system", "request_welcome",
		"unsupported", "unknown", "edit", "revoke", "errors":
		return true
	}
	return false
}
