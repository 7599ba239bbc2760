package dialect

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"waudit/audit/event"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
)

// Text is a string, or a number as it is written: logs turn ids into numbers
// and numbers into strings, and exports of MongoDB and Firestore turn times and long
// numbers into objects: {"$date": "…"}, {"$numberLong": "1"}, {"_seconds": 1}. It is ""
// for everything else.
func Text(v jsontree.Value) string {
	switch v.Kind() {
	case jsontree.String:
		return v.Str()
	case jsontree.Number:
		return v.Num()
	case jsontree.Object:
		switch first := v.First(); first.Key() {
		case "$date", "$numberLong", "$numberInt", "$numberDouble", "$numberDecimal", "$oid", "_seconds":
			return Text(first)
		}
	}
	return ""
}

// Flag reads a boolean, also one that became a string. What is neither, as the
// documents' "IS_BILLABLE", is absent and reported as an unknown value.
func (it *Items) Flag(what string, v jsontree.Value) event.Flag {
	if v.Kind() == jsontree.Bool {
		return event.FlagOf(v.Bool())
	}
	return it.FlagText(what, Text(v))
}

// FlagText is flag for what is no boolean. Databases write 1 and t for true, and
// spreadsheets Yes.
func (it *Items) FlagText(what, s string) event.Flag {
	switch strings.ToLower(s) {
	case "true", "1", "t", "yes", "y":
		return event.True
	case "false", "0", "f", "no", "n":
		return event.False
	}
	it.ReportUnknown(what, s)
	return event.Absent
}

// FirstOf returns the first of the values that says anything: that is there,
// and neither null nor "".
func FirstOf(values ...jsontree.Value) jsontree.Value {
	for _, v := range values {
		if HasContent(v) {
			return v
		}
	}
	return jsontree.Value{}
}

// AnyElement reports whether v is a list with an element that is so.
func AnyElement(list jsontree.Value, is func(jsontree.Value) bool) bool {
	if list.Kind() != jsontree.Array {
		return false
	}
	for e := list.First(); e.OK(); e = e.Next() {
		if is(e) {
			return true
		}
	}
	return false
}

// MayBeJSON looks at how the string begins.
func MayBeJSON(v jsontree.Value) bool {
	if v.Tag() != 0 {
		return true // it begins with a brace
	}
	raw := v.Raw()
	return len(raw) >= len(`"{}"`) && strings.IndexByte(`{[ \`, raw[1]) >= 0
}

// HasKeys reports whether an object has all the keys.
func HasKeys(object jsontree.Value, keys ...string) bool {
	return !slices.ContainsFunc(keys, func(key string) bool { return !object.Get(key).OK() })
}

// HasAny reports whether an object has one of the keys.
func HasAny(object jsontree.Value, keys ...string) bool {
	return slices.ContainsFunc(keys, func(key string) bool { return object.Get(key).OK() })
}

// ReadTime reads a point in time, Unix milliseconds: Unix seconds or
// milliseconds, as a number or a string, or RFC 3339.
func ReadTime(v jsontree.Value) (int64, notation.TimeFault) {
	s := Text(v)
	if s == "" {
		if v.Kind() > jsontree.Null && v.Kind() != jsontree.String {
			return 0, notation.TimeJunk
		}
		return 0, notation.TimeMissing
	}
	return notation.ReadTime(s)
}

// TimeProblem words the fault of a time that stands under key.
func TimeProblem(key string, v jsontree.Value, fault notation.TimeFault) string {
	switch fault {
	case notation.TimeMissing:
		return fmt.Sprintf("it has no %s; add it", key)
	case notation.TimeNoZone:
		return fmt.Sprintf("%s %q has no time zone; write it with its offset or a Z", key, notation.Clip(Text(v)))
	case notation.TimeOutside:
		ms, _ := ReadTime(v)
		at := time.UnixMilli(ms).UTC().Format(time.RFC3339)
		return fmt.Sprintf("%s %q is %s, outside 2016 to 2036; correct it in the log", key, notation.Clip(Text(v)), at)
	}
	return fmt.Sprintf("%s %s is no time; write Unix seconds, Unix milliseconds or RFC 3339", key, notation.Clip(string(v.Raw())))
}

// IsTimeKey knows the names under which loggers write when they wrote.
func IsTimeKey(key string) bool {
	switch key {
	case "timestamp", "time", "ts", "date", "datetime", "sent_at", "sentAt", "created_at", "createdAt",
		"requested_at", "requestedAt", "started_at", "startedAt", "received_at", "receivedAt", "@timestamp",
		"logged_at", "loggedAt", "publish_time", "publishTime", "timeEpoch", "Timestamp":
		return true
	}
	return false
}

// IsTime reports whether v is a point in time.
func IsTime(v jsontree.Value) bool {
	_, fault := ReadTime(v)
	return fault == notation.TimeGood
}

// TakeCurrency takes the currency that is written with an amount, where nothing
// else names it: whoever reads the amount would take it for the account's. It
// returns what is wrong where something else names another.
func TakeCurrency(e *event.Event, amount string) (problem string) {
	_, sign, _ := notation.SplitCurrency(amount)
	stated := notation.Currency(sign)
	if stated == "" && isCode(sign) {
		stated = sign
	}
	if e.Currency = cmp.Or(e.Currency, stated); stated == "" || e.Currency == stated {
		return ""
	}
	return "in " + stated + " beside the currency " + notation.Clip(e.Currency) + "; correct one of them"
}

// isCode reports whether a text looks like a currency's code, be it one or not.
func isCode(s string) bool {
	return len(s) == 3 && s[0] <= 'Z' && s[1] <= 'Z' && s[2] <= 'Z' && s[2] >= 'A'
}

// signs are what a record of WhatsApp has in it in whatever notation it is
// written: the beginning of its message ids, and the names by which webhooks say
// what they are. Where one stands and nothing can be read, something is lost.
var signs = [...]string{MessageIDPrefix, "whatsapp_business_account", "messaging_product"}

// IsMarked reports whether there is a sign of a record in the text.
func IsMarked(text []byte) bool {
	return slices.ContainsFunc(signs[:], func(sign string) bool { return bytes.Contains(text, []byte(sign)) })
}

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
