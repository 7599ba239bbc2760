package dialect

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"waudit/audit/event"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
)

// Notice is what a provider's record says of one message, on its way to become
// an event. Providers name and nest things each in their own way; what makes
// an event usable is the same for all of them.
type Notice struct {
	provider string         // who sent it, for rejections
	Item     jsontree.Value // where the message stands in the record
	Event    event.Event    // without time, user and amount
	User     Identity
	Time     jsontree.Value
	TimeKey  string // the key that the time stands under, or would
	At       int64  // the time where it was worked out, Unix milliseconds; 0 where it is to be read
	Amount   jsontree.Value
	Nameless bool // a message of the business may have no id, if it has a user
}

// NewNotice returns a notice of what stands in the item, by that provider.
func NewNotice(provider string, item jsontree.Value) Notice {
	return Notice{provider: provider, Item: item}
}

// When takes the time from the first of the keys that has one, unless there is
// a time already. Times of the same thing come first, less exact ones after.
func (n *Notice) When(v jsontree.Value, keys ...string) {
	for _, key := range keys {
		if HasContent(n.Time) {
			return
		}
		n.TimeKey = cmp.Or(n.TimeKey, key)
		if m := v.Get(key); HasContent(m) {
			n.Time, n.TimeKey = m, key
		}
	}
}

// WhenLogged takes the time that a logger has written into the record or, where
// there is none, around it: for what its provider sends without any.
func (n *Notice) WhenLogged(record, around jsontree.Value) {
	if !HasContent(n.Time) {
		n.TimeKey = "timestamp, neither of its own nor of when it was logged"
	}
	for m := record.First(); m.OK() && !HasContent(n.Time); m = m.Next() {
		if IsTimeKey(m.Key()) && IsTime(m) {
			n.Time, n.TimeKey = m, m.Key()
		}
	}
	if !HasContent(n.Time) {
		n.Time = around
	}
}

// HasContent reports whether there is a value other than null and "".
func HasContent(v jsontree.Value) bool {
	return v.Kind() > jsontree.Null && (v.Kind() != jsontree.String || Text(v) != "")
}

// SetPrice takes what the provider says that the message costs.
func (n *Notice) SetPrice(amount, currency jsontree.Value) {
	n.Amount = amount
	if HasContent(amount) {
		n.Event.Currency = strings.ToUpper(Text(currency))
	}
}

// AddTo ends the notice: it becomes an event, or is rejected.
func (n *Notice) AddTo(items *Items) {
	if n.At == 0 {
		at, fault := ReadTime(n.Time)
		if fault != notation.TimeGood {
			n.Reject(items, "has no place in time: "+TimeProblem(n.TimeKey, n.Time, fault))
			return
		}
		n.At = at
	}
	if problem := n.Complete(); problem != "" {
		n.Reject(items, problem)
		return
	}
	n.Event.Time = n.At
	items.LinkUser(n.User)
	items.Events = append(items.Events, n.Event)
}

// Complete fills in user and amount. It returns what makes the event unusable,
// "" if nothing does.
func (n *Notice) Complete() (problem string) {
	e := &n.Event
	e.User, e.UserID = n.User.Phone, n.User.ID()
	switch {
	case e.Kind.Outbound() && e.Message == "" && !(n.Nameless && n.User.Known()):
		return "has no id, so that no message can be told; " + n.again()
	case !e.Kind.Outbound() && !n.User.Known() && e.Group == "":
		return "names no user; " + n.again()
	case !HasContent(n.Amount):
		return ""
	}
	written := Text(n.Amount)
	nano, problem := notation.ParsePrice(written)
	if problem != "" {
		return "has the price " + strconv.Quote(notation.Clip(written)) + ", which is " + problem
	}
	e.HasAmount, e.Amount = true, nano
	if problem := TakeCurrency(e, written); problem != "" {
		return "has the price " + strconv.Quote(notation.Clip(written)) + " " + problem
	}
	return ""
}

// Earlier is the notice of what came before on the message's way: of that kind,
// without pricing and error, which are of what came last.
func (n *Notice) Earlier(kind event.Kind) Notice {
	e := *n
	e.Amount, e.At = jsontree.Value{}, 0
	e.Event.Kind, e.Event.Error = kind, ""
	e.Event.HasAmount, e.Event.Amount, e.Event.Currency, e.Event.PriceKind = false, 0, "", ""
	e.Event.Billable, e.Event.Model, e.Event.Pricing, e.Event.Category, e.Event.Subtype = event.Absent, "", "", "", ""
	return e
}

// AddEarlier adds what came before the notice, of that kind, if the record has a
// time for it that does not stand under the notice's own key.
func (n *Notice) AddEarlier(items *Items, kind event.Kind, at jsontree.Value, key string) {
	if n.TimeKey == key || !HasContent(at) {
		return
	}
	e := n.Earlier(kind)
	e.Time, e.TimeKey = at, key
	e.AddTo(items)
}

// Reject gives up the message.
func (n *Notice) Reject(items *Items, problem string) {
	items.Reject(n.Item.Path(), n.provider+" "+n.Event.Kind.String()+" of "+NameOf(n.Event.Message)+" "+problem)
}

// again is what helps against a record that is not as its provider sends it.
func (n *Notice) again() string { return "export it again as " + n.provider + " sends it" }

// SetStatus reads the kind of a message of the business from a status. If it
// is none, it ends the item and reports false.
func (n *Notice) SetStatus(items *Items, status string) bool {
	word := event.Word(status)
	n.Event.Kind = StatusKind(word)
	switch {
	case n.Event.Kind != 0:
		return true
	case word == "":
		items.Reject(n.Item.Path(), n.provider+" status of "+NameOf(n.Event.Message)+" says nothing; "+n.again())
	case IsIdleStatus(word):
		items.Ignore("status " + notation.Clip(word))
	case isPrice(n.Amount):
		n.Reject(items, "has the status "+notation.Clip(word)+", which is not known, and a price; "+mapIt)
	default:
		items.ReportUnknown("status", status)
		items.Ignore("status " + notation.Clip(word))
	}
	return false
}

// mapIt is what helps with what a provider has that is not known.
const mapIt = "describe it with --mapping, or leave it out"

// IgnoreEvent ends an item that tells nothing of a message, by what it is called. If it
// does, by a status or a price in it, its provider has a new event.
func (it *Items) IgnoreEvent(v jsontree.Value, name string) {
	if sign := signOfMessage(v, 0); sign != "" {
		it.Reject(v.Path(), name+" is not known, and has a "+sign+" of a message; "+mapIt)
		return
	}
	it.Ignore(name)
}

// signOfMessage is what in an item says what became of a message, or what it costs: a
// status or a price; "" if nothing does. Words that templates and numbers have for
// their own states are none.
func signOfMessage(v jsontree.Value, depth int) string {
	const deepest = 6
	for m := v.First(); m.OK() && depth < deepest; m = m.Next() {
		switch key := strings.ToLower(m.Key()); {
		case m.Kind() == jsontree.Object || m.Kind() == jsontree.Array:
			if key == "pricing" && m.First().OK() {
				return "price"
			}
			if sign := signOfMessage(m, depth+1); sign != "" {
				return sign
			}
		case strings.HasSuffix(key, "status"):
			switch event.Word(Text(m)) {
			case "sent", "delivered", "read", "played", "failed", "undelivered":
				return "status"
			}
		case strings.HasSuffix(key, "price") && isPrice(m):
			return "price"
		}
	}
	return ""
}

// isPrice reports whether a value is a number other than zero.
func isPrice(v jsontree.Value) bool {
	nano, problem := notation.ParsePrice(Text(v))
	return problem == "" && nano != 0
}

// StatusKind is what a provider's word for a status means, 0 if it is not
// known or says nothing of the message's way.
func StatusKind(word string) event.Kind {
	switch word {
	case "queued", "accepted", "dispatched", "enqueued", "submitted", "pending", "queued_on_channel":
		return event.Request
	case "sent":
		return event.Sent
	case "delivered", "delivered_to_device", "delivrd":
		return event.Delivered
	case "read", "played", "seen":
		return event.Read
	case "failed", "undelivered", "undeliv", "not_sent", "undeliverable", "rejected", "expired",
		"delivery_failed", "sent_failed", "sending_failed", "delivered_failed":
		return event.Failed
	}
	return 0
}

// IsIdleStatus reports whether the status is known to say nothing of the
// message's way to the user.
func IsIdleStatus(word string) bool {
	return slices.Contains([]string{"deleted", "warning", "clicked", "switching_channel", "unknown"}, word)
}

// EachObject calls read for every element of a list. What is no list, and
// elements that are no objects, are rejected; an empty list has no items.
func (it *Items) EachObject(provider string, list jsontree.Value, read func(jsontree.Value)) {
	if list.Kind() > jsontree.Null && list.Kind() != jsontree.Array {
		it.Reject(list.Path(), "this is no list; export it again as "+provider+" sends it")
		return
	}
	for e := list.First(); e.OK(); e = e.Next() {
		if e.Kind() != jsontree.Object {
			it.Reject(e.Path(), "this is no object; export it again as "+provider+" sends it")
			continue
		}
		read(e)
	}
}

// Foreign ends a record that is not of the provider though it was said to be.
func (it *Items) Foreign(provider string) { it.Ignore("no record of " + provider) }

// IsWhatsApp reports whether the channel is WhatsApp or not named.
func IsWhatsApp(channel string) bool {
	return channel == "" || strings.EqualFold(channel, "wa") || strings.Contains(strings.ToLower(channel), "whatsapp")
}

// SetReferral reads where a user came from, if the message says so.
func (n *Notice) SetReferral(items *Items, referral jsontree.Value) {
	if referral.First().OK() && n.Event.Kind == event.Inbound {
		source := FirstOf(referral.Get("source_type"), referral.Get("sourceType"))
		click := FirstOf(referral.Get("ctwa_clid"), referral.Get("ctwaClid"), referral.Get("ctwaClickId"))
		n.Event.Referral = items.ReferralSource(Text(source), Text(click))
	}
}

// ReadPricing fills in what the objects conversation and pricing say. Group samples of
// the documentation have the pricing inside the conversation.
func (it *Items) ReadPricing(e *event.Event, conversation, pricing jsontree.Value) {
	for m := conversation.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "id":
			e.Conversation = Text(m)
		case "origin":
			origin := m
			if m.Kind() == jsontree.Object {
				origin = m.Get("type")
			}
			e.Origin = it.Category("conversation.origin.type", Text(origin))
		case "expiration_timestamp", "expirationTimestamp":
			if at, fault := ReadTime(m); fault == notation.TimeGood {
				e.Expires = at
			}
		case "pricing":
			if pricing.Kind() != jsontree.Object {
				pricing = m
			}
		}
	}
	for m := pricing.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "billable":
			e.Billable = it.Flag("pricing.billable", m)
		case "pricing_model", "pricingModel":
			e.Model = it.PricingModel(Text(m))
		case "type":
			e.Pricing = it.PricingType(Text(m))
		case "category":
			e.Category = it.Category("pricing.category", Text(m))
		case "subtype":
			e.SetSubtype(it.PricingSubtype(Text(m)))
		}
	}
}

// ErrorCode is the code of the first error.
func ErrorCode(errors jsontree.Value) string {
	if errors.Kind() == jsontree.Array {
		errors = errors.First()
	}
	return Text(errors.Get("code"))
}

// Language reads {"code": "en_US"}, or the code alone.
func Language(v jsontree.Value) string {
	if v.Kind() == jsontree.Object {
		v = v.Get("code")
	}
	return Text(v)
}

// AddTemplateChange adds the change of a template's category. new_category is what
// the template is now; correct_category, which some bodies add, is to come.
func (it *Items) AddTemplateChange(c event.Change, v jsontree.Value) {
	correct := it.TemplateCategory(Text(v.Get("correct_category")))
	if correct == "" || correct == c.New {
		it.Changes = append(it.Changes, c)
		return
	}
	if c.Previous != "" && c.Previous != c.New {
		it.Changes = append(it.Changes, c)
	}
	c.Kind, c.Previous, c.New = event.TemplateToCome, c.New, correct
	if start, fault := ReadTime(v.Get("category_update_timestamp")); fault == notation.TimeGood {
		c.Start = start
	}
	it.Changes = append(it.Changes, c)
}
