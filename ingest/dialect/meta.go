package dialect

import (
	"waudit/audit/event"
	"waudit/ingest/jsontree"
)

// metaCloud reads the webhooks of Meta's Cloud API, and what people keep of
// them when they store them: whole bodies or inner parts.
//
//	meta.go            the dialect
//	meta_parts.go      which part of a webhook an object is
//	meta_envelope.go   envelope, entry, change, value: down to the items
//	meta_status.go     statuses of messages
//	meta_inbound.go    messages of users
//	meta_calls.go      calls and their statuses
//	meta_echoes.go     messages sent from the app or by Meta's agent; history
//	meta_account.go    webhooks about accounts, templates and user ids
//	meta_send.go       the send call and its answer, as houses log them
type metaCloud struct {
	items  *Items
	scope  scope
	opened []*jsontree.Tree // of the pieces of a send call that stand in strings
}

// scope is what the surroundings of an item say about it.
type scope struct {
	waba     string
	number   string         // phone_number_id
	display  string         // digits of the business number itself
	time     jsontree.Value // entry.time
	logged   jsontree.Value // when a wrapper says that it was written
	contact  identity       // the only contact of the value
	contacts int            // how many contacts the value has
	alone    bool           // the value holds one item
	standby  bool           // the value is one of a standby webhook
}

func (d *metaCloud) Name() string { return "meta-cloud" }

// Recognise takes every part of a webhook for a record.
func (d *metaCloud) Recognise(record jsontree.Value) bool {
	return record.Kind() == jsontree.Object && partOf(record) != noPart
}

// surround lets what wrappers say stand for what the record leaves out.
func (d *metaCloud) surround(s surroundings) {
	d.scope = scope{waba: s.waba, number: s.number, logged: s.logged}
}

func (d *metaCloud) Decode(record jsontree.Value, items *Items) {
	d.items = items
	if d.Recognise(record) {
		d.decode(partOf(record), record)
	} else {
		items.ignore("no part of a webhook")
	}
	d.items, d.scope = nil, scope{}
}

// assemble reads the pieces of a send call.
func (d *metaCloud) assemble(v jsontree.Value, items *Items) bool {
	d.items = items
	found := d.sendCall(v)
	d.items, d.scope = nil, scope{}
	return found
}

// exportAgain is what helps against a body that is not as Meta sends it.
const exportAgain = "the body is not as Meta sends it: export it again unchanged"

// reject gives up an item, whose place in the record goes into the report.
func (d *metaCloud) reject(item jsontree.Value, reason string) {
	d.items.reject(item.Path(), reason)
}

// user fills in the user of an item, with the help of the only contact.
func (s *scope) user(items *Items, e *event.Event, who identity) {
	if s.contacts == 1 {
		who = who.complete(s.contact, s.alone)
	}
	e.User, e.UserID = who.phone, who.id()
	items.linkUser(who)
}

// isOwn reports whether the sender is the business number itself, as some
// partners name it for what its users sent: then the contact tells who it was.
// Where the contact is the same number, it is a business that tests with itself.
func (s *scope) isOwn(who identity) bool {
	return who.phone != "" && who.phone == s.display && who.phone != s.contact.phone
}

// decodeLists adds what lists of statuses and messages hold that stand in records of
// others, who say what is around them.
func (d *metaCloud) decodeLists(items *Items, around scope, statuses, messages jsontree.Value) {
	d.items, d.scope = items, around
	d.eachItem(statuses, (*metaCloud).status)
	d.eachItem(messages, (*metaCloud).inbound)
	d.items, d.scope = nil, scope{}
}
