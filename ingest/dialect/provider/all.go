// Package provider reads what providers make of Meta's webhooks, and lists the
// dialects of all records that need no mapping: waudit's own, Meta's and the providers'.
//
//	all.go     the list, with what each can tell
//	says.go    what can be told
//	mapped.go  providers whose records a mapping file describes: all but Twilio, Kapso
//	           and conversation events, where something has to be worked out
//	columns.go the columns of the tables that providers export
package provider

import (
	"slices"

	"waudit/ingest/dialect"
	"waudit/ingest/dialect/flat"
	"waudit/ingest/dialect/meta"
)

// What many dialects tell.
const (
	saysTimes = SaysSent | SaysDelivered | SaysRead | SaysFailed
	saysBasic = SaysNumber | SaysUser | SaysInbound | saysTimes            // nearly every provider
	saysMeta  = SaysPricing | SaysCategory | SaysConversation | SaysExpiry // Meta's own objects, passed on
	saysFlat  = SaysAccount | saysBasic | saysMeta | SaysReferral | SaysTemplate | SaysTemplateCategory | SaysAmount
	saysCloud = SaysAccount | saysBasic | saysMeta | SaysReferral | SaysTemplate | SaysTemplateCategory | SaysTemplateChange // webhooks of the Cloud API
)

// dialects are all dialects, in the order in which an object is offered to them: the
// flat record and Meta's own shapes, which most logs hold, come first, the loosest
// last.
var dialects = []struct {
	construct func() dialect.Dialect
	says      Says
}{
	{newOf[flat.Record], saysFlat},
	{newOf[flat.Truth], 0},
	{newOf[meta.OnPremises], SaysAccount | saysBasic | saysMeta | SaysReferral},
	{newOf[meta.Cloud], saysCloud},
	{newOf[twilio], saysBasic | SaysReferral | SaysAmount},
	{mapped("gupshup"), saysBasic | saysMeta | SaysReferral},
	{mapped("infobip"), saysBasic | SaysReferral | SaysTemplate | SaysAmount},
	{mapped("vonage"), SaysAccount | saysBasic | saysMeta | SaysReferral | SaysAmount},
	{mapped("ycloud"), SaysAccount | saysBasic | saysMeta | SaysReferral | SaysTemplate | SaysAmount},
	{mapped("wasapflow"), saysCloud},
	{newOf[kapso], saysBasic | saysMeta | SaysReferral},
	{mapped("interakt"), SaysUser | SaysInbound | saysTimes | SaysTemplate | SaysTemplateCategory},
	{mapped("wati"), SaysUser | SaysInbound | saysTimes | SaysTemplate},
	{mapped("8x8"), SaysUser | SaysInbound | saysTimes | SaysAmount},
	{mapped("engagelab"), SaysAccount | saysBasic | saysMeta | SaysReferral},
	{mapped("sinch"), saysBasic | SaysReferral | SaysCategory | SaysConversation | SaysExpiry},
	{mapped("messagebird"), saysBasic | SaysTemplate | SaysAmount},
	{mapped("azure"), saysBasic},
	{mapped("plivo"), saysBasic | SaysConversation | SaysExpiry | SaysAmount},
	{mapped("alibaba"), SaysAccount | saysBasic | SaysTemplate | SaysCategory | SaysConversation},
	{mapped("glific"), SaysNumber | SaysUser | SaysPricing | SaysCategory | SaysConversation},
	{mapped("chakra"), SaysUser | saysTimes},
	{mapped("connectly"), SaysNumber | SaysUser | saysTimes},
	{mapped("zenvia"), saysBasic | SaysTemplate},
	{mapped("heyy"), SaysUser | SaysInbound | saysTimes},
	{mapped("nifteem"), saysTimes},
	{mapped("msg91"), saysBasic | SaysTemplate | SaysConversation | SaysAmount},
	{mapped("telnyx"), saysBasic | SaysAmount},
	{mapped("brevo"), saysBasic},
	{mapped("aws"), SaysAccount | SaysNumber | saysTimes},
	{mapped("exotel"), saysBasic},
	{mapped("kaleyra-report"), SaysAccount | saysBasic | SaysTemplate},
	{mapped("braze"), 0},
	{mapped("frappe"), 0},
	{mapped("360dialog-usage"), 0},
	{mapped("twilio-usage"), 0},
	{mapped("aws-cost"), 0},
	{newOf[conversationEvents], SaysUser | SaysInbound | SaysDelivered | SaysFailed | SaysTemplate | SaysTemplateCategory | SaysPricing | SaysCategory | SaysExpiry},
	{newOf[meta.Analytics], 0},
	{mapped("kaleyra"), SaysUser | SaysInbound | saysTimes | SaysAmount},
}

// All returns the constructors of all dialects, in the order in which an object is
// offered to them.
func All() []func() dialect.Dialect {
	all := make([]func() dialect.Dialect, len(dialects))
	for i := range dialects {
		all[i] = dialects[i].construct
	}
	return all
}

// newOf returns a dialect of that type, each of which is ready for use as its zero
// value.
func newOf[D any, P interface {
	*D
	dialect.Dialect
}]() dialect.Dialect {
	return P(new(D))
}

// Names returns the names of the dialects that a log can be said to be of. The
// truth that simulate writes beside its log is none.
func Names(dialects []func() dialect.Dialect) []string {
	names := make([]string, len(dialects))
	for i, construct := range dialects {
		names[i] = construct().Name()
	}
	return slices.DeleteFunc(names, func(name string) bool { return name == flat.Truth{}.Name() })
}

// Capabilities lists what each dialect can tell, in the order of All.
func Capabilities() []Capability {
	all := make([]Capability, len(dialects))
	for i := range dialects {
		all[i] = Capability{Dialect: dialects[i].construct().Name(), Says: dialects[i].says}
	}
	return all
}

// SaidBy is what records of the dialects with these names can tell between
// them. One that is not listed reads what a mapping says, into flat records.
func SaidBy(names []string) (said Says) {
	all := Capabilities()
	for _, name := range names {
		i := slices.IndexFunc(all, func(c Capability) bool { return c.Dialect == name })
		if i < 0 {
			said |= saysFlat
			continue
		}
		said |= all[i].Says
	}
	return said
}
