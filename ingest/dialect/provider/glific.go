package provider

import (
	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
)

// glific reads the rows of Glific's table message_conversations: what Gupshup
// deducted for a message, with Gupshup's own event in the column payload.
type glific struct {
	payload jsontree.Tree // of the event that a row holds as a text
}

func (*glific) Name() string { return "glific" }

func (*glific) Recognise(record jsontree.Value) bool {
	columns := 0
	for m := record.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "deduction_type", "is_billable", "message_id":
			columns++
		}
	}
	return columns == 3
}

// Decode makes of a row a line of a bill: of Gupshup's event where the row has
// it, else of its own columns. The time is that of the event, else that at
// which Glific wrote the row.
func (d *glific) Decode(record jsontree.Value, items *dialect.Items) {
	if !d.Recognise(record) {
		items.Foreign("Glific")
		return
	}
	told := d.parsed(record.Get("payload"))
	n := dialect.NewNotice("Glific", record)
	n.Event.Number = dialect.Text(told.Get("app"))
	n.When(told, "timestamp")
	n.When(record, "inserted_at")
	body := told
	if inner := told.Get("payload"); inner.Kind() == jsontree.Object {
		body = inner
	}
	if body.Get("deductions").Kind() == jsontree.Object && body.Get("references").Kind() == jsontree.Object {
		gupshup{}.billing(&n, body, items)
		return
	}
	n.Event.Kind, n.Event.Message = event.Charge, dialect.Text(record.Get("message_id"))
	n.Event.Conversation = dialect.Text(record.Get("conversation_id"))
	n.Event.Billable = items.Flag("is_billable", record.Get("is_billable"))
	setDeductionType(&n.Event, dialect.Text(record.Get("deduction_type")), items)
	n.AddTo(items)
}

// parsed is the JSON that the column payload holds as a text, or the column.
func (d *glific) parsed(v jsontree.Value) jsontree.Value {
	if v.Kind() == jsontree.String && dialect.MayBeJSON(v) {
		_, _ = d.payload.Parse(v.AppendStr(nil)) // what is no JSON leaves the tree empty
		return d.payload.Root()
	}
	return v
}

// MayKnow is what Recognise asks for at least.
func (*glific) MayKnow(v jsontree.Value) bool {
	return dialect.HasKeys(v, "deduction_type", "is_billable")
}
