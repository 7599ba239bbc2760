package meta

import (
	"strings"

	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
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

// keys are the members by which a part is known. Of those that no rule reads
// apart, one stands for all: recipient for what only a status has.
type keys struct {
	object, entry, id, changes, field, value        jsontree.Value
	metadata, product, contacts                     jsontree.Value
	statuses, messages, calls, echoes, history      jsontree.Value
	standby, status, timestamp, recipient, template jsontree.Value
	members                                         int // how many there are, these and others
}

func keysOf(v jsontree.Value) (k keys) {
	for m := v.First(); m.OK(); m = m.Next() {
		k.members++
		switch m.Key() {
		case "object":
			k.object = m
		case "entry":
			k.entry = m
		case "id":
			k.id = m
		case "changes":
			k.changes = m
		case "field":
			k.field = m
		case "value":
			k.value = m
		case "metadata":
			k.metadata = m
		case "messaging_product", "messagingProduct":
			k.product = m
		case "contacts":
			k.contacts = m
		case "statuses":
			k.statuses = m
		case "messages":
			k.messages = m
		case "calls":
			k.calls = m
		case "message_echoes":
			k.echoes = m
		case "history":
			k.history = m
		case "standby":
			k.standby = m
		case "status":
			k.status = m
		case "timestamp":
			k.timestamp = m
		case "recipient_id", "recipientId", "recipient_user_id", "pricing", "conversation", "errors":
			k.recipient = m
		case "message_template_name", "message_template_id":
			k.template = m
		}
	}
	return k
}

// partOf says what the object is, by its own members and a look at what they
// hold.
func partOf(v jsontree.Value) part {
	k := keysOf(v)
	switch {
	case k.isEnvelope():
		return partEnvelope
	case k.isEntry():
		return partEntry
	case k.isChange():
		return partChange
	case k.isValue():
		return partValue
	case k.isStatus():
		return partStatus
	}
	return noPart
}

// isEnvelope tells Meta's envelope, also of its other products, from foreign
// objects with entries.
func (k *keys) isEnvelope() bool {
	if k.object.Kind() != jsontree.String {
		return dialect.AnyElement(k.entry, isEntryPart)
	}
	if k.object.Str() == WhatsApp {
		return true
	}
	first := k.entry.First()
	return first.Get("changes").OK() || first.Get("messaging").OK()
}

func isEntryPart(v jsontree.Value) bool { return v.Kind() == jsontree.Object && partOf(v) == partEntry }

// isEntry also takes an entry without changes, if it has nothing but an id.
func (k *keys) isEntry() bool {
	if k.changes.Kind() == jsontree.Array && !k.changes.First().OK() {
		return k.members == 2 && dialect.Text(k.id) != ""
	}
	return dialect.AnyElement(k.changes, isChangePart)
}

func isChangePart(v jsontree.Value) bool {
	return v.Kind() == jsontree.Object && partOf(v) == partChange
}

// isChange also takes a change without a field, by its value.
func (k *keys) isChange() bool {
	if k.value.Kind() != jsontree.Object {
		return false
	}
	return isField(k.field.Str()) || partOf(k.value) == partValue
}

// isValue also takes a value that was merged with its field, and one without
// metadata, as the On-Premises API sends it.
func (k *keys) isValue() bool {
	if isField(k.field.Str()) && !k.value.OK() && (k.metadata.OK() || k.template.OK()) {
		return true
	}
	if isMetadata(k.metadata) {
		return k.contacts.OK() || k.statuses.OK() || k.messages.OK() || k.calls.OK() || k.echoes.OK() ||
			k.history.OK() || k.standby.OK() || k.product.OK()
	}
	return dialect.AnyElement(k.statuses, looksStatus) || dialect.AnyElement(k.messages, looksMessage) || dialect.AnyElement(k.echoes, looksEcho)
}

func isMetadata(v jsontree.Value) bool {
	for m := v.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "phone_number_id", "phoneNumberId", "display_phone_number", "displayPhoneNumber":
			return true
		}
	}
	return false
}

// isStatus wants more of a lone status than of one in a list, as other
// objects have an id, a status and a timestamp too.
func (k *keys) isStatus() bool {
	if k.id.Kind() != jsontree.String || k.status.Kind() != jsontree.String || k.timestamp.Kind() <= jsontree.Null {
		return false
	}
	switch strings.ToLower(k.status.Str()) {
	case "sent", "delivered", "read", "failed", "played", "accepted", "deleted", "warning":
		return k.recipient.OK() || strings.HasPrefix(k.id.Str(), "wamid.") || strings.HasPrefix(k.id.Str(), "gBEG")
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
