package dialect

import "waudit/ingest/jsontree"

// truth reads what simulate writes beside its log: which billing error it hid
// where. It is no traffic.
type truth struct{}

func (truth) Name() string { return "simulate-truth" }

func (truth) Recognise(record jsontree.Value) bool {
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

func (truth) Decode(_ jsontree.Value, items *Items) { items.ignore("simulate's truth") }

// mayKnow is what Recognise asks for at least.
func (truth) mayKnow(v jsontree.Value) bool { return hasKeys(v, "message_id", "check") }
