// Package provider reads what providers make of Meta's webhooks, and lists the
// dialects of all records that need no mapping: waudit's own, Meta's and the providers'.
//
//	all.go        the list, with what each can tell
//	mappings/     providers whose records a mapping file describes: all but Twilio, Kapso
//	              and conversation events, where something has to be worked out
package provider

import (
	"embed"
	"errors"
	"slices"
	"sync"

	"waudit/ingest/dialect"
	"waudit/ingest/dialect/flat"
	"waudit/ingest/dialect/meta"
	"waudit/ingest/notation"
	"waudit/ingest/table"
)

// What many dialects tell.
const (
	saysTimes = SaysSent | SaysDelivered | SaysRead | SaysFailed
	saysBasic = SaysNumber | SaysUser | SaysInbound | saysTimes            // nearly every provider
	saysMeta  = SaysPricing | SaysCategory | SaysConversation | SaysExpiry // Meta's own objects, passed on
	saysFlat  = SaysAccount | saysBasic | saysMeta | SaysReferral | SaysTemplate | SaysTemplateCategory | SaysAmount
	saysCloud = SaysAccount | saysBasic | saysMeta | SaysReferral | SaysTemplate | SaysTemplateCategory | SaysTemplateChange  // webhooks of the Cloud API
	saysTalk  = SaysAccount | SaysNumber | SaysUser | SaysInbound | SaysReferral | SaysSent | SaysRead | SaysTemplateCategory // Messenger and Instagram
)

// dialects are all dialects, in the order in which an object is offered to them: the
// flat record and Meta's own shapes, which most logs hold, come first, the loosest
// last.
var dialects = []struct {
	construct func() dialect.Dialect
	says      Says
}{
	{newOf[flat.Dialect], saysFlat},
	{newOf[flat.Truth], 0},
	{newOf[meta.OnPremises], SaysAccount | saysBasic | saysMeta | SaysReferral},
	{newOf[meta.Cloud], saysCloud},
	{newOf[meta.Messenger], saysTalk | SaysDelivered | SaysTemplate},
	{newOf[meta.Instagram], saysTalk},
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
	{mapped("analytics"), 0},
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

// Providers whose records differ only in their names and words are mapping
// files, which also serve as examples.
//
//go:embed mappings/*.yaml
var mappingFiles embed.FS

// mapped returns the constructor of the dialect that the mapping file of that name
// describes.
func mapped(name string) func() dialect.Dialect {
	return func() dialect.Dialect { return mappings()[name].Dialect() }
}

// mappings are those of the files, by the names of their dialects.
var mappings = sync.OnceValue(func() map[string]*table.Mapping {
	all := map[string]*table.Mapping{}
	files, err := mappingFiles.ReadDir("mappings")
	for _, file := range files {
		path := "mappings/" + file.Name()
		data, readErr := mappingFiles.ReadFile(path)
		m, parseErr := table.ParseProvider(path, data)
		if err = errors.Join(err, readErr, parseErr); err == nil {
			all[m.Name()] = m
		}
	}
	if err != nil {
		panic(err) // they are part of the program
	}
	return all
})

// IsKnownColumn reports whether a column of that name means something to one of
// the dialects that are also written as tables: the flat record, and the rows
// that providers export. It tells the header of a table from what stands above
// it, so that names that any note may hold, as "From", are left out.
func IsKnownColumn(name string) bool { return flat.IsColumn(name) || isProviderColumn(name) }

// isProviderColumn knows the columns of providers' exports, whatever stands
// between their words: "Date Sent", "DateSent" and "date_sent" are one.
func isProviderColumn(name string) bool {
	var buf [notation.FoldSize]byte
	switch string(notation.AppendFold(buf[:0], name)) {
	case "status", "direction", "price": // of several
	case "sid", "smsmessagesid", "accountsid", "datecreated", "datesent", "dateupdated", "sentdate", "messagesegments",
		"numsegments", "numbersegments", "priceunit", "errormessage", "apiversion", "body": // Twilio
	case "accountid", "messagebody", "countryname", "datereceived", "datefinalized", "latency", "totalprice": // Vonage
	case "conversationuuid", "deductiontype", "isbillable", "insertedat", "updatedat", "payload": // Glific
	case "createdat": // Kaleyra
	case "messageid", "sentat", "doneat", "seenat", "pricepermessage": // Infobip
	default:
		return false
	}
	return true
}
