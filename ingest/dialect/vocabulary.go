package dialect

import (
	"slices"
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

// known returns a word in its form, and reports one that is none of those.
func (it *Items) known(what, written, word string, words ...string) string {
	if !slices.Contains(words, word) {
		it.ReportUnknown(what, written)
	}
	return word
}

// TemplateCategory reads the category of a template.
func (it *Items) TemplateCategory(s string) string {
	return it.known("template.category", s, event.Word(s), "marketing", "utility", "authentication")
}

// PricingType reads whether a message is charged as usual or free, and why.
func (it *Items) PricingType(s string) string {
	return it.known("pricing.type", s, event.Word(s), "regular", "free_customer_service", "free_entry_point", "free_group_customer_service")
}

// PricingModel reads what is charged: conversations or messages.
func (it *Items) PricingModel(s string) string {
	return it.known("pricing.pricing_model", s, strings.ToUpper(s), "CBP", "PMP", "NBP")
}

// PricingSubtype reads how a price came about.
func (it *Items) PricingSubtype(s string) string {
	return it.known("pricing.subtype", s, event.Word(s), "paid_exempt", event.MaxPrice, event.ListPrice, event.WithFee)
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
