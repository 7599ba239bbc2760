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

// partOf says what the object is, by its own members and a look at what they
// hold.
func partOf(v jsontree.Value) part {
	switch {
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

// isEnvelope tells Meta's envelope, also of its other products, from foreign
// objects with entries.
func isEnvelope(v jsontree.Value) bool {
	object, entry := v.Get("object"), v.Get("entry")
	if object.Kind() != jsontree.String {
		return dialect.AnyElement(entry, isEntryPart)
	}
	first := entry.First()
	return object.Str() == WhatsApp || first.Get("changes").OK() || first.Get("messaging").OK()
}

func isEntryPart(v jsontree.Value) bool { return v.Kind() == jsontree.Object && partOf(v) == partEntry }

// isEntry also takes an entry without changes, if it has nothing but an id.
func isEntry(v jsontree.Value) bool {
	changes := v.Get("changes")
	if changes.Kind() == jsontree.Array && !changes.First().OK() {
		return dialect.Text(v.Get("id")) != "" && !v.First().Next().Next().OK()
	}
	return dialect.AnyElement(changes, isChangePart)
}

func isChangePart(v jsontree.Value) bool {
	return v.Kind() == jsontree.Object && partOf(v) == partChange
}

// isChange also takes a change without a field, by its value.
func isChange(v jsontree.Value) bool {
	value := v.Get("value")
	return value.Kind() == jsontree.Object && (isField(v.Get("field").Str()) || partOf(value) == partValue)
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
