package meta

import (
	"bytes"
	"cmp"
	"strings"

	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
)

// part is what an object is of a webhook.
type part uint8

const (
	noPart       part = iota
	partEnvelope      // {"object", "entry": [...]}
	partEntry         // {"id", "changes": [...]}
	partChange        // {"field", "value": {...}}
	partValue         // {"metadata", "contacts", "statuses": [...], "messages": [...]}
	partStatus        // one element of "statuses"
)

// partOf says what the object is, by its own members and a look at what they
// hold.
func partOf(v jsontree.Value) part {
	switch {
	case !mayBePart(v):
		return noPart // nearly all that is around a record
	case isEnvelope(v):
		return partEnvelope
	case isEntry(v):
		return partEntry
	case isChange(v):
		return partChange
	case isValue(v):
		return partValue
	case isStatus(v):
		return partStatus
	}
	return noPart
}

// mayBePart reports whether an object has a key without which it is no part.
func mayBePart(v jsontree.Value) bool {
	for m := v.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "object", "entry", "changes", "value", "field", "metadata", "statuses", "messages", "message_echoes", "status":
			return true
		}
	}
	return false
}

// isEnvelope tells Meta's envelope, also of its other products, from foreign
// objects with entries.
func isEnvelope(v jsontree.Value) bool {
	object, entry := v.Get("object"), v.Get("entry")
	if object.Kind() != jsontree.String {
		return dialect.AnyElement(entry, isEntryPart)
	}
	if object.Str() == pageObject || object.Str() == instagramObject {
		return false
	}
	if entry.Kind() == jsontree.String && dialect.MayBeJSON(entry) {
		return false // a row with a column for each: the entries are records of their own
	}
	first := entry.First()
	return object.Str() == WhatsApp || first.Get("changes").OK() || first.Get("messaging").OK()
}

func isEntryPart(v jsontree.Value) bool { return partOf(v) == partEntry }

// isEntry also takes an entry without changes, if it has nothing but an id.
func isEntry(v jsontree.Value) bool {
	changes := v.Get("changes")
	if changes.Kind() == jsontree.Array && !changes.First().OK() {
		return dialect.Text(v.Get("id")) != "" && !v.First().Next().Next().OK()
	}
	return dialect.AnyElement(changes, isChangePart)
}

func isChangePart(v jsontree.Value) bool { return partOf(v) == partChange }

// isChange also takes a change without a field, by its value.
func isChange(v jsontree.Value) bool {
	field, value := v.Get("field"), v.Get("value")
	return value.Kind() == jsontree.Object && (isField(field.Str()) || partOf(value) == partValue)
}

// isValue also takes a value that was merged with its field, and one without
// metadata, as the On-Premises API sends it.
func isValue(v jsontree.Value) bool {
	metadata := v.Get("metadata")
	if isField(v.Get("field").Str()) && !v.Get("value").OK() && (metadata.OK() || dialect.HasAny(v, "message_template_name", "message_template_id")) {
		return true
	}
	if dialect.HasAny(metadata, "phone_number_id", "phoneNumberId", "display_phone_number", "displayPhoneNumber") {
		return dialect.HasAny(v, "contacts", "statuses", "messages", "calls", "message_echoes", "history", "standby", "messaging_product", "messagingProduct")
	}
	return dialect.AnyElement(v.Get("statuses"), looksStatus) || dialect.AnyElement(v.Get("messages"), looksMessage) ||
		dialect.AnyElement(v.Get("message_echoes"), looksEcho)
}

// isStatus wants more of a lone status than of one in a list, as other
// objects have an id, a status and a timestamp too.
func isStatus(v jsontree.Value) bool {
	id, status := v.Get("id"), v.Get("status")
	if id.Kind() != jsontree.String || status.Kind() != jsontree.String || v.Get("timestamp").Kind() <= jsontree.Null {
		return false
	}
	switch strings.ToLower(status.Str()) {
	case "sent", "delivered", "read", "failed", "played", "accepted", "deleted", "warning":
		return strings.HasPrefix(id.Str(), dialect.MessageIDPrefix) || strings.HasPrefix(id.Str(), "gBEG") ||
			dialect.HasAny(v, "recipient_id", "recipientId", "recipient_user_id", "pricing", "conversation", "errors")
	}
	return false
}

func looksStatus(v jsontree.Value) bool {
	return v.Get("id").Kind() > jsontree.Null && v.Get("status").Kind() == jsontree.String
}

// looksMessage takes an inbound message; the elements of a send call's answer
// have no sender, those of other providers' requests no id and no time.
func looksMessage(v jsontree.Value) bool {
	return (v.Get("from").OK() || v.Get("from_user_id").OK()) && (v.Get("id").OK() || v.Get("timestamp").OK())
}

func looksEcho(v jsontree.Value) bool {
	return v.Get("id").OK() && v.Get("timestamp").OK() && (v.Get("to").OK() || v.Get("to_user_id").OK() || v.Get("message").OK())
}

// WhatsApp is the object of an envelope that is about WhatsApp.
const WhatsApp = "whatsapp_business_account"

// What Meta's Test button sends is no traffic. The ids are its own: no account,
// number or message has them.
const (
	TestWABA    = "0"
	TestNumber  = "123456123"
	TestMessage = "ABGGFlA5Fpa"
	TestPayload = "Meta's test payload"
)

// decode reads a part into items. Every part leaves at least one item, so that
// no record passes without a word.
func (d *Cloud) decode(p part, v jsontree.Value) {
	outside := d.scope
	switch p {
	case partEnvelope:
		d.envelope(v)
	case partEntry:
		d.entry(v)
	case partChange:
		d.change(v)
	case partValue:
		d.value(dialect.Text(v.Get("field")), v)
	case partStatus:
		d.scope.Alone = true
		d.status(v)
	}
	d.scope = outside
}

func (d *Cloud) envelope(v jsontree.Value) {
	if object := v.Get("object"); object.Kind() == jsontree.String && object.Str() != WhatsApp {
		d.items.Ignore("object " + notation.Clip(object.Str()))
		return
	}
	entries := v.Get("entry")
	switch {
	case isEmpty(entries):
		d.withoutList(v, "webhook without entries")
	case !d.each(entries, (*Cloud).entry):
		d.reject(entries, "entry is no list; "+exportAgain)
	}
}

// withoutList ignores what has none of the list that it is there for, unless ids of
// messages are elsewhere in it: then its keys are written in a way that is not read.
func (d *Cloud) withoutList(v jsontree.Value, name string) {
	if bytes.Contains(v.Raw(), []byte(dialect.MessageIDPrefix)) {
		d.reject(v, name+", and with ids of messages elsewhere in it; "+exportAgain)
		return
	}
	d.items.Ignore(name)
}

// isEmpty reports whether a list is missing, null or without elements.
func isEmpty(list jsontree.Value) bool {
	return list.Kind() <= jsontree.Null || list.Kind() == jsontree.Array && !list.First().OK()
}

func (d *Cloud) entry(v jsontree.Value) {
	outside := d.scope
	defer func() { d.scope = outside }()
	d.scope.waba, d.scope.time = cmp.Or(dialect.Text(v.Get("id")), d.scope.waba), v.Get("time")
	switch changes := v.Get("changes"); {
	case v.Kind() != jsontree.Object:
		d.reject(v, "the entry is no object; "+exportAgain)
	case isEmpty(changes):
		d.withoutList(v, "entry without changes")
	case !d.each(changes, (*Cloud).change):
		d.reject(changes, "changes is no list; "+exportAgain)
	}
}

// each calls f for every element of a list, or for the one object that stands
// in its place, and reports whether v is either.
func (d *Cloud) each(v jsontree.Value, f func(*Cloud, jsontree.Value)) bool {
	switch v.Kind() {
	case jsontree.Array:
		for e := v.First(); e.OK(); e = e.Next() {
			f(d, e)
		}
		return true
	case jsontree.Object:
		f(d, v)
		return true
	}
	return false
}

// eachItem is each for the lists of a value: what is neither list nor object
// is rejected, but for null.
func (d *Cloud) eachItem(v jsontree.Value, f func(*Cloud, jsontree.Value)) {
	if v.Kind() > jsontree.Null && !d.each(v, f) {
		d.reject(v, "this is no list; "+exportAgain)
	}
}

func (d *Cloud) change(v jsontree.Value) {
	value := v.Get("value")
	if value.Kind() > jsontree.Null && value.Kind() != jsontree.Object || v.Kind() != jsontree.Object {
		d.reject(v, "the change holds no object; "+exportAgain)
		return
	}
	d.value(dialect.Text(v.Get("field")), value)
}

// value reads the value of a change. The lists that it holds, not the field,
// say what it is: logs rename fields, and new fields bring the old lists.
func (d *Cloud) value(field string, v jsontree.Value) {
	outside, before := d.scope, d.items.Len()
	defer func() { d.scope = outside }()
	if field != "" && !isField(field) {
		d.items.ReportUnknown("field", field)
	}
	standby := v.Get("standby")
	d.readMetadata(v.Get("metadata"))
	switch {
	case d.scope.waba == TestWABA || d.scope.Number == TestNumber:
		d.testItems(v)
	case field == "history":
		d.history(v)
	case field == "template_category_update" || field == "account_update" || field == "user_id_update":
		d.account(field, v)
	default:
		d.scope.standby = field == "standby"
		d.lists(v)
		if standby.Kind() == jsontree.Object {
			d.scope.standby = true
			d.lists(standby)
		}
	}
	if d.items.Len() == before {
		d.items.IgnoreEvent(v, withoutItems(field))
	}
}

// withoutItems is why a value that holds none of the lists is ignored.
func withoutItems(field string) string {
	switch field {
	case "":
		return "value without items"
	case "messages", "calls", "message_echoes", "smb_message_echoes", "standby":
		return "field " + field + " without items"
	}
	return "field " + notation.Clip(field)
}

// testItems ignores what the Test button sent, item by item.
func (d *Cloud) testItems(v jsontree.Value) {
	before := d.items.Len()
	for _, list := range listsOf(v) {
		d.each(list, func(d *Cloud, _ jsontree.Value) { d.items.Ignore(TestPayload) })
	}
	if d.items.Len() == before {
		d.items.Ignore(TestPayload)
	}
}

func (d *Cloud) readMetadata(v jsontree.Value) {
	for m := v.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "phone_number_id", "phoneNumberId":
			d.scope.Number = dialect.Text(m)
		case "display_phone_number", "displayPhoneNumber":
			d.scope.Display = dialect.PhoneDigits(dialect.Text(m))
		}
	}
}

// itemLists are the keys of the lists that hold items of messages and calls, in the
// order in which they are read.
var itemLists = [...]string{"statuses", "messages", "calls", "message_echoes"}

// listsOf returns the lists under those keys.
func listsOf(v jsontree.Value) (lists [len(itemLists)]jsontree.Value) {
	for i, key := range itemLists {
		lists[i] = v.Get(key)
	}
	return lists
}

// lists reads the items that messages and standby webhooks share.
func (d *Cloud) lists(v jsontree.Value) {
	lists, contacts, errors := listsOf(v), v.Get("contacts"), v.Get("errors")
	d.scope.Contact, d.scope.Contacts = dialect.Identity{}, 0
	d.each(contacts, (*Cloud).contact)
	d.scope.Alone = isAlone(lists[:])
	for i, read := range [...]func(*Cloud, jsontree.Value){(*Cloud).status, (*Cloud).inbound, (*Cloud).call, (*Cloud).echo} {
		d.eachItem(lists[i], read)
	}
	d.eachItem(errors, func(d *Cloud, _ jsontree.Value) { d.items.Ignore("account error") })
}

// contact notes the ids of a contact. Only where it is the only one does it
// stand for the user of an item that names none.
func (d *Cloud) contact(v jsontree.Value) {
	who := dialect.NewIdentity(v.Get("wa_id"), v.Get("user_id"), v.Get("parent_user_id"))
	d.items.LinkUser(who)
	d.scope.Contacts++
	d.scope.Contact = who
	if d.scope.Contacts > 1 {
		d.scope.Contact = dialect.Identity{}
	}
}

// isAlone reports whether the lists hold one element together.
func isAlone(lists []jsontree.Value) bool {
	n := 0
	for _, list := range lists {
		for e := list.First(); e.OK() && n < 2; e = e.Next() {
			n++
		}
	}
	return n == 1
}

// isField reports whether Meta documents a webhook field of that name.
func isField(name string) bool {
	switch name {
	case "messages", "calls", "message_echoes", "smb_message_echoes", "smb_app_state_sync", "history",
		"standby", "messaging_handovers", "tracking_events", "automatic_events", "user_preferences",
		"user_id_update", "business_username_update", "business_username_updates",
		"group_lifecycle_update", "group_participants_update", "group_settings_update", "group_status_update",
		"message_template_status_update", "message_template_quality_update",
		"message_template_components_update", "template_category_update", "template_correct_category_detection",
		"account_update", "account_alerts", "account_review_update", "business_capability_update",
		"business_status_update", "phone_number_quality_update", "phone_number_name_update",
		"payment_configuration_update", "partner_solutions", "security", "flows":
		return true
	}
	return false
}
