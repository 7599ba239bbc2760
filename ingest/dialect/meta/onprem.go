package meta

import (
	"strings"

	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
)

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
	d.meta.items, d.meta.scope = nil, Scope{}
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
	for _, prefix := range [...]string{"gBEG", "gBGG", "ABEG", "ABGG"} {
		if strings.HasPrefix(id, prefix) {
			return true
		}
	}
	return false
}

// MayKnow is what Recognise asks for at least.
func (*OnPremises) MayKnow(v jsontree.Value) bool {
	return dialect.HasAny(v, "statuses", "messages")
}
