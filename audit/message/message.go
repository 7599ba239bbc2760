// Package message joins the events of one message: its sending, its statuses
// and what they say of its price.
package message

import (
	"waudit/audit/category"
	"waudit/audit/event"
	"waudit/audit/money"
	"waudit/audit/reading"
)

// CategorySource says what the category of a message is known from, the best
// source first.
type CategorySource uint8

// The sources of a category.
const (
	CategoryNone       CategorySource = iota
	CategoryHistory                   // template_category_update webhooks
	CategoryFromSend                  // the send request, or a record that names the template's category
	CategoryConfigured                // the configured templates
	CategoryReported                  // the pricing itself: good to replay, not to contradict
)

// Message is one message of the business to one user, or to one member of a
// group. It is valid as long as the pair's events it was made from. What is small
// stands together: a customer may have a million messages.
type Message struct {
	ID          string
	Participant string
	WABA        string
	Type        string // message type, "" if the log does not say
	Name        string // template name
	Language    string
	Error       string // error code of the failure

	Group      bool
	Template   reading.Tri       // is it a template (or Direct Send)?
	Category   category.Category // None: not known, or not for sure
	Source     CategorySource
	DirectSend bool         // a non-template message that was sent with a category
	App        bool         // sent from the WhatsApp Business app
	Possible   category.Set // what it may be, if only some are possible

	Arrived        bool // delivered or read
	charges        bool // there are bill lines or statements of pricing
	Conflict       bool // statuses of one kind contradict each other (WA402)
	FreeEntryProof bool // its pricing proves a free entry window at its arrival

	// Instants of the earliest event of each kind, Unix milliseconds, 0 where
	// the log has none.
	RequestedAt, SentAt, DeliveredAt, ReadAt, FailedAt int64

	Sent      reading.Span // when it was sent, as far as the log tells
	Delivered reading.Span // the charge instant, if Arrived
	Expires   int64        // expiry that one of its statuses published, later than its own time; 0 none

	Reported Reported
	Events   []int32 // its events among the pair's, in time order
}

// Reported is what the log says of a message's price.
type Reported struct {
	Source       event.Kind // what carries the pricing: a Delivered, Read or Sent status, or a Charge that states it; 0 nothing does
	Billable     event.Flag
	Category     category.Category
	HasAmount    bool
	amountOn     event.Kind // status that carries the amount
	namedOn      event.Kind // status that names the conversation, if those with the pricing do not
	Model        string     // CBP, PMP, NBP
	Type         string     // regular, free_customer_service, ...
	CategoryWord string     // as reported, normalised
	Subtype      string
	PriceKind    string // see event.Event
	Conversation string
	Origin       string
	Currency     string
	Amount       money.Amount // of its bill lines together or else of the message's own price
	charged      *charged     // nil: no line of a bill or statement of pricing names it
}

// charged is what few messages of most logs have.
type charged struct {
	bill BillLines
	own  OwnPrice
}

// Bill returns what the lines of bills that name the message say, which nobody
// else changes.
func (r *Reported) Bill() *BillLines {
	if r.charged == nil {
		return &noLines
	}
	return &r.charged.bill
}

var noLines BillLines

// Own returns what the log itself says that the message costs.
func (r *Reported) Own() OwnPrice {
	if r.charged == nil {
		return OwnPrice{r.HasAmount, r.Amount, r.Currency}
	}
	return r.charged.own
}

// OwnPrice is what the log itself says that the message costs, whatever the bill
// beside it says: on a status, else by its own lines of bills.
type OwnPrice struct {
	OK       bool
	Amount   money.Amount
	Currency string
}

// Any reports whether the log says anything of the price.
func (r *Reported) Any() bool { return r.Source != 0 || r.HasAmount || r.Bill().Lines > 0 }

// Final reports whether the pricing is that of a message that arrived, and no
// forecast: on a delivered or read status, or stated by the provider.
func (r *Reported) Final() bool { return r.Source != 0 && r.Source != event.Sent }

// Priced reports whether an explicit price above zero, or a bill line, charges
// the message (rules 5).
func (r *Reported) Priced() bool {
	return r.HasAmount && r.Amount.Sign() > 0 || r.Bill().Amount.Sign() > 0
}

// Listed reports whether the only price is one that is stated also where a free
// tier pays.
func (r *Reported) Listed() bool { return r.PriceKind == event.ListPrice && r.Bill().Lines == 0 }

// WithFee reports whether the only price holds the provider's own fee, so that it
// proves no charge of Meta's.
func (r *Reported) WithFee() bool {
	return r.PriceKind == event.WithFee && r.Amount.Sign() > 0 && r.Bill().Lines == 0
}

// Foretold reports whether only the sent status names the conversation, though a later
// one carries the pricing: the message may have arrived in another.
func (r *Reported) Foretold() bool { return r.namedOn == event.Sent && r.Source != event.Sent }

// Forecast reports whether the only price is one on the sent status.
func (r *Reported) Forecast() bool { return r.amountOn == event.Sent && r.Bill().Lines == 0 }

// Instant is the charge instant, or for a message that never arrived the
// sending: what messages are ordered and selected by. Unix milliseconds.
func (m *Message) Instant() int64 {
	if m.Arrived {
		return m.Delivered.Hi
	}
	return m.Sent.Hi
}
