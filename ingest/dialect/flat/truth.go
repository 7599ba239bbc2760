package flat

import (
	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
)

// Truth reads what simulate writes beside its log: which billing error it hid
// where. It is no traffic.
type Truth struct{}

// Name implements dialect.Dialect.
func (Truth) Name() string { return "simulate-truth" }

// Recognise implements dialect.Dialect.
func (Truth) Recognise(record jsontree.Value) bool {
	messages, checks := 0, 0
	for m := record.First(); m.OK(); m = m.Next() {
		switch {
		case m.Kind() == jsontree.String && m.Key() == "message_id":
			messages++
		case m.Kind() == jsontree.String && m.Key() == "check":
			checks++
		default:
			return false
		}
	}
	return messages == 1 && checks == 1
}

// Decode implements dialect.Dialect.
func (Truth) Decode(_ jsontree.Value, items *dialect.Items) { items.Ignore("simulate's truth") }

// MayKnow is what Recognise asks for at least.
func (Truth) MayKnow(v jsontree.Value) bool { return dialect.HasKeys(v, "message_id", "check") }
