// Package meta reads what Meta sends: the webhooks of the Cloud API and of the
// On-Premises API, and the send call.
//
//	meta.go       webhooks of the Cloud API and of the On-Premises API
//	parts.go      which part of a webhook an object is, and from there down to the items
//	status.go     statuses of messages, and messages of users
//	calls.go      calls; messages sent from the app or by Meta's agent; history; the send call and its
//	              answer, as houses log them
//	account.go    webhooks about accounts, templates and user ids
//	page.go       webhooks of Messenger and Instagram, and the send call of both
package meta

import (
	"bytes"
	"slices"
	"strings"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
)

// Cloud reads the webhooks of Meta's Cloud API, and what people keep of
// them when they store them: whole bodies or inner parts.
type Cloud struct {
	items  *dialect.Items
	scope  Envelope
	opened []*jsontree.Tree // of the pieces of a send call that stand in strings
}

// Envelope is what the surroundings of an item say about it.
type Envelope struct {
	waba     string
	Number   string           // phone_number_id
	Display  string           // digits of the business number itself
	time     jsontree.Value   // entry.time
	logged   jsontree.Value   // when a wrapper says that it was written
	Contact  dialect.Identity // the only contact of the value
	Contacts int              // how many contacts the value has
	Alone    bool             // the value holds one item
	standby  bool             // the value is one of a standby webhook
}

// Name implements dialect.Dialect.
func (d *Cloud) Name() string { return "meta-cloud" }

// Recognise takes every part of a webhook for a record.
func (d *Cloud) Recognise(record jsontree.Value) bool {
	return partOf(record) != noPart
}

// MayBe is what Recognise asks for at least.
func (*Cloud) MayBe(v jsontree.Value) bool { return mayBePart(v) }

// pieceKey is what both the request of a send call and its answer have.
const pieceKey = "messaging_product"

// MayBePiece implements dialect.Shaped.
func (*Cloud) MayBePiece(v jsontree.Value) bool { return v.Get(pieceKey).OK() }

// Surround lets what wrappers say stand for what the record leaves out.
func (d *Cloud) Surround(s dialect.Surroundings) {
	d.scope = Envelope{waba: s.WABA, Number: s.Number, logged: s.Logged}
}

// Decode implements dialect.Dialect.
func (d *Cloud) Decode(record jsontree.Value, items *dialect.Items) {
	d.items = items
	if p := partOf(record); p != noPart {
		d.decode(p, record)
	} else {
		items.Ignore("no part of a webhook")
	}
	d.items, d.scope = nil, Envelope{}
}

// Assemble reads the pieces of a send call.
func (d *Cloud) Assemble(v jsontree.Value, items *dialect.Items) bool {
	if !bytes.Contains(v.Raw(), []byte(pieceKey)) {
		return false // neither request nor answer, however deep
	}
	d.items = items
	found := d.sendCall(v)
	d.items, d.scope = nil, Envelope{}
	return found
}

// exportAgain is what helps against a body that is not as Meta sends it.
const exportAgain = "the body is not as Meta sends it: export it again unchanged"

// reject gives up an item, whose place in the record goes into the report.
func (d *Cloud) reject(item jsontree.Value, reason string) {
	d.items.Reject(item.Path(), reason)
}

// begin returns the event of an item that is called what, with its time and what is
// around it. An item without a time, which stands under that key, it rejects.
func (d *Cloud) begin(item jsontree.Value, kind event.Kind, what, id string, time jsontree.Value) (e event.Event, ok bool) {
	at, fault := dialect.ReadTime(time)
	if fault != notation.TimeGood {
		d.reject(item, what+" "+dialect.NameOf(id)+" has no place in time: "+dialect.TimeProblem("timestamp", time, fault))
		return e, false
	}
	return event.Event{Kind: kind, Time: at, WABA: d.scope.waba, Number: d.scope.Number, Message: id}, true
}

// setUser fills in the user of an item that is called what. One of nobody, whom the
// keys would name, it rejects.
func (d *Cloud) setUser(item jsontree.Value, e *event.Event, who dialect.Identity, what, keys string) bool {
	d.scope.SetUser(d.items, e, who)
	if e.User == "" && e.UserID == "" && e.Group == "" {
		d.reject(item, what+" "+dialect.NameOf(e.Message)+" names no user: it has neither "+keys+", and the webhook not one contact; add one of them")
		return false
	}
	return true
}

// SetUser fills in the user of an item, with the help of the only contact.
func (s *Envelope) SetUser(items *dialect.Items, e *event.Event, who dialect.Identity) {
	if s.Contacts == 1 {
		who = who.Complete(s.Contact, s.Alone)
	}
	e.User, e.UserID = who.Phone, who.ID()
	items.LinkUser(who)
}

// IsOwn reports whether the sender is the business number itself, as some
// partners name it for what its users sent: then the contact tells who it was.
// Where the contact is the same number, it is a business that tests with itself.
func (s *Envelope) IsOwn(who dialect.Identity) bool {
	return who.Phone != "" && who.Phone == s.Display && who.Phone != s.Contact.Phone
}

// DecodeLists adds what lists of statuses and messages hold that stand in records of
// others, who say what is around them.
func (d *Cloud) DecodeLists(items *dialect.Items, around Envelope, statuses, messages jsontree.Value) {
	d.items, d.scope = items, around
	d.eachItem(statuses, (*Cloud).status)
	d.eachItem(messages, (*Cloud).inbound)
	d.items, d.scope = nil, Envelope{}
}

// OnPremises reads the webhooks of Meta's On-Premises API, which is no more and
// whose logs live on, also in the camelCase of 360dialog's client library. They
// hold the lists of a Cloud API value without what stands around it, so that
// the rules for the lists are those of Cloud. Account and business number
// are known only where a wrapper names them.
type OnPremises struct {
	meta Cloud
}

// Name implements dialect.Dialect.
func (*OnPremises) Name() string { return "meta-on-premises" }

// Surround implements dialect.Surrounded.
func (d *OnPremises) Surround(s dialect.Surroundings) { d.meta.Surround(s) }

// Recognise wants a list with an item that only the On-Premises API can have
// sent. What could be a value of the Cloud API as well is left to its dialect,
// which reads it in the same way.
func (*OnPremises) Recognise(record jsontree.Value) bool {
	marked := false
	for m := record.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "object", "entry", "changes", "field", "metadata", "messaging_product", "messagingProduct":
			return false
		case "statuses", "messages":
			marked = marked || dialect.AnyElement(m, isOnPremItem)
		}
	}
	return marked
}

// Decode implements dialect.Dialect.
func (d *OnPremises) Decode(record jsontree.Value, items *dialect.Items) {
	before := items.Len()
	d.meta.items = items
	d.meta.lists(record)
	d.meta.items, d.meta.scope = nil, Envelope{}
	if items.Len() == before {
		items.Foreign("the On-Premises API")
	}
}

// isOnPremItem knows an item by its id, or by the members that the Cloud API
// writes otherwise.
func isOnPremItem(v jsontree.Value) bool {
	if isOnPremID(v.Get("id").Str()) {
		return true
	}
	return v.Get("status").Kind() == jsontree.String && (v.Get("recipientId").OK() || v.Get("message").Get("recipient_id").OK())
}

// isOnPremID knows the letters with which the API's ids begin, being base64.
func isOnPremID(id string) bool {
	return slices.ContainsFunc([]string{"gBEG", "gBGG", "ABEG", "ABGG"}, func(begin string) bool { return strings.HasPrefix(id, begin) })
}

// MayKnow is what Recognise asks for at least.
func (*OnPremises) MayKnow(v jsontree.Value) bool {
	return dialect.HasAny(v, "statuses", "messages")
}
