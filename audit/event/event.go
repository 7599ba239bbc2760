// Package event is the vocabulary that ingest and audit share: one Event is
// one thing that happened to one message, whatever file it was read from.
package event

import (
	"cmp"
	"slices"
	"strings"
)

// Kind says what happened.
type Kind uint8

// The kinds of event. Their names, as Kind.String gives them, are those of the
// flat record's column "event".
const (
	Inbound      Kind = iota + 1 // the user wrote
	Call                         // the user called, answered or not
	AcceptedCall                 // the user accepted a call of the business
	Request                      // the send call of the business, or what repeats it
	Sent                         // Meta's server took the message
	Delivered                    // the user's device got it
	Read                         // the user read it; implies delivered
	Failed                       // it will not be delivered
	Echo                         // sent from the WhatsApp Business app, not by the API
	Charge                       // a line of a bill that names the message
)

// kindNames are the names of the kinds in their order.
var kindNames = [...]string{
	Inbound: "inbound", Call: "call", AcceptedCall: "accepted_call", Request: "request",
	Sent: "sent", Delivered: "delivered", Read: "read", Failed: "failed", Echo: "echo", Charge: "charge",
}

// NumKinds is one more than the highest Kind, for tables indexed by kind.
const NumKinds = int(Charge) + 1

// String returns the flat record's name of the kind, "" for none.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return ""
}

// KindOf returns the kind with that name, 0 where there is none.
func KindOf(name string) Kind {
	return Kind(max(slices.Index(kindNames[:], name), 0))
}

// Outbound reports whether the kind speaks of a message of the business.
func (k Kind) Outbound() bool { return k >= Request }

// Flag is a boolean that may be absent.
type Flag uint8

// The values of a Flag.
const (
	Absent Flag = iota
	False
	True
)

// FlagOf returns True or False.
func FlagOf(b bool) Flag {
	if b {
		return True
	}
	return False
}

// Place is where an item stands in the input. Places of one input are ordered
// as its bytes are.
type Place struct {
	Input uint32 // index of the input in the run's list
	Line  uint32 // line on which the record begins (NDJSON: the record's line), from 1
	Item  uint32 // tells the items that begin on this line apart, in their order; not always dense

	// Of how many events and changes of its record the item is which, from 0; Of
	// is 0 where it is the only one. Both stop at 65,535.
	Nth, Of uint16
}

// Record returns the place of the first item of the same record.
func (p Place) Record() Place {
	return Place{Input: p.Input, Line: p.Line, Item: p.Item - uint32(p.Nth), Of: p.Of}
}

// Compare orders places by input, line and item.
func (p Place) Compare(q Place) int {
	return cmp.Or(cmp.Compare(p.Input, q.Input), cmp.Compare(p.Line, q.Line), cmp.Compare(p.Item, q.Item))
}

// Event is one thing that happened to one message. Strings are empty where the
// log says nothing. They may share memory with a buffer of whoever made the
// event; who keeps an event beyond the call that hands it over copies it.
type Event struct {
	Kind Kind
	// What is small stands together, which makes an event of a million 24 bytes smaller.
	Billable  Flag // of the pricing
	HasAmount bool // Amount is set
	// Guess is set where User may just as well be the business's own phone: only what
	// the rest of the log has there tells which.
	Guess bool
	Time  int64 // when it happened, Unix milliseconds UTC
	Place Place

	WABA        string // WhatsApp Business Account id
	Number      string // phone_number_id of the business number
	User        string // wa_id: digits of the user's phone, no "+"
	UserID      string // business-scoped user id, as written ("US.1000000001")
	Group       string // group id
	Participant string // member of the group that a status is about
	Message     string // wamid or the provider's id; of a call, its wacid

	Type             string // message type in lower case: template, text, reaction, ...
	Template         string // template name
	TemplateID       string // template id; on a status, the mark of a Direct Send
	TemplateCategory string // normalised (see Word), as when the message was sent
	Language         string // template language

	Conversation string // conversation id
	Origin       string // conversation origin type, normalised
	Expires      int64  // conversation expiration, Unix milliseconds; 0 absent

	Model     string // pricing model in upper case: CBP, PMP, NBP
	Pricing   string // pricing type, normalised: regular, free_customer_service, ...
	Category  string // pricing category, normalised
	Subtype   string // pricing subtype, normalised
	Amount    int64  // price in billionths of the currency's unit, if HasAmount; readers reject what 64 bits do not hold
	Currency  string // ISO 4217, upper case
	PriceKind string // what the price is if not simply what was charged: MaxPrice, ListPrice, WithFee
	TimeKind  string // what Time is if not when it happened: ReceiptTime

	Line     string // charge: the bill's own id of the line; "" where it has none
	Referral string // inbound: "ad", "page_cta", "post", "unknown"; "" without a referral
	Error    string // error code
}

// Pair is a business number and a user or group, with all its events. It is valid
// during the call that hands it over.
type Pair struct {
	Number string // phone_number_id, "" if the log does not say
	User   string // phone of the user (wa_id digits), in the form nearest to the wa_id; "" if not known
	UserID string // business-scoped id of the user, the lowest of several; "" if not known
	Group  string // group id; then User and UserID are empty
	// Events are in the order of time, without duplicates; those of one instant by
	// kind (the user's before those of the business), message, participant, and what
	// else they say. They are as the log has them: one that names the user by another
	// id, or not at all, or writes the phone in another form, is here nonetheless.
	// Only the number is filled in where it goes without saying.
	Events List
}

// HasPricing reports whether the event carries any part of a pricing object.
func (e *Event) HasPricing() bool {
	return e.Billable != Absent || e.Model != "" || e.Pricing != "" || e.Category != ""
}

// ChangeKind says what a Change is about.
type ChangeKind uint8

// The kinds of change.
const (
	TemplateCategory  ChangeKind = iota + 1 // a template's category changed from Previous to New
	AuthInternational                       // the authentication-international rate starts for Country ("" for all) at Start
	PrimaryLocation                         // the business' primary location is now Country
	TemplateToCome                          // a template's category, now Previous, will be New from Start on
)

// Change is a fact about an account or a template that a webhook announced.
type Change struct {
	Kind     ChangeKind
	Time     int64 // when it was announced, Unix milliseconds
	Place    Place
	WABA     string
	Template string // template name
	Language string
	Previous string // category before, normalised
	New      string // category after, normalised
	Country  string // ISO 3166 alpha-2
	Start    int64  // when what is announced begins, Unix milliseconds; TemplateToCome: 0 if that is not said
}

// BillLine reports whether the event is a line of a bill, and no mere statement
// of pricing.
func (e *Event) BillLine() bool { return e.Kind == Charge && e.HasAmount }

// ReceiptTime is the kind of a time at which the log received the event, where it has no
// other: the event may have happened before.
const ReceiptTime = "received"

// MaxPrice is the kind of a price that was bid for: it varies, and no card has
// it (rules 4.7).
const MaxPrice = "max_price"

// ListPrice is the kind of a price that the provider states for what it would
// take, also where a free tier pays and nothing is taken.
const ListPrice = "list_price"

// WithFee is the kind of a price that holds the provider's own fee beside
// Meta's: it is taken also where Meta takes nothing.
const WithFee = "with_fee"

// SetSubtype takes the word in the place of Meta's pricing subtype, where logs
// and the first ledgers may have the kind of a price instead.
func (e *Event) SetSubtype(word string) {
	e.Subtype = word
	switch word {
	case MaxPrice, ListPrice, WithFee:
		e.Subtype, e.PriceKind = "", word
	}
}

// Word normalises an enumeration value: lower case, with "_" for "-" and
// spaces, so that "Authentication-International" and
// "authentication_international" are one. It returns w itself where nothing
// is to change.
func Word(w string) string {
	for i := range len(w) {
		if c := w[i]; c == '-' || c == ' ' || 'A' <= c && c <= 'Z' {
			return strings.NewReplacer("-", "_", " ", "_").Replace(strings.ToLower(w))
		}
	}
	return w
}

// The earliest and the first too late instant that an event may carry,
// 2016-01-01 and 2037-01-01 in Unix milliseconds: what lies outside is a fault
// of the log, not a time.
const (
	MinTime int64 = 1451606400_000
	MaxTime int64 = 2114380800_000
)

// InRange reports whether an event may carry that instant, Unix milliseconds.
func InRange(ms int64) bool { return MinTime <= ms && ms < MaxTime }
