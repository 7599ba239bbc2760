package provider

import (
	"strings"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
)

// kaleyra reads the callbacks of Kaleyra, whose fields come in the address or
// in a form.
type kaleyra struct {
	logged jsontree.Value // when what is around the record says that it was written
}

func (*kaleyra) Name() string { return "kaleyra" }

func (d *kaleyra) Surround(s dialect.Surroundings) { d.logged = s.Logged }

func (*kaleyra) Recognise(record jsontree.Value) bool {
	return isKaleyraStatus(record) || isKaleyraInbound(record)
}

// isKaleyraStatus knows {"id": "<uuid>:0", "status": "delivered", "price": …}
// by the form of the id, and by what else may stand beside items.
func isKaleyraStatus(record jsontree.Value) bool {
	id, status := false, false
	for m := record.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "id":
			id = isKaleyraID(m.Str())
		case "status":
			status = dialect.StatusKind(event.Word(m.Str())) != 0
		case "recipient_id", "recipient", "pricing", "conversation", "to":
			return false
		}
	}
	return id && status
}

// isKaleyraID knows an id with the number of its part: "5f0c…:0".
func isKaleyraID(id string) bool {
	i := strings.LastIndexByte(id, ':')
	return i > 0 && i < len(id)-1 && strings.Trim(id[i+1:], "0123456789") == ""
}

// isKaleyraInbound knows {"created_at", "type", "from", "name", "body"}.
func isKaleyraInbound(record jsontree.Value) bool {
	fields := 0
	for m := record.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "created_at", "type", "from", "name", "body":
			if m.Kind() != jsontree.String && m.Kind() != jsontree.Number {
				return false
			}
			fields++
		case "id", "to", "event":
			return false
		}
	}
	return fields == 5
}

func (d *kaleyra) Decode(record jsontree.Value, items *dialect.Items) {
	switch {
	case isKaleyraStatus(record):
		kaleyraStatus(items, record, d.logged)
	case isKaleyraInbound(record):
		kaleyraInbound(items, record)
	default:
		items.Foreign("Kaleyra")
	}
	d.logged = jsontree.Value{}
}

// kaleyraStatus reads a status. Kaleyra sends no time with it: one that whoever
// logged it has written beside or around it is used. The price stands on the
// message that opens a conversation, also of the first 1,000 free ones of a
// month, so that it proves no charge where a free tier may have paid.
func kaleyraStatus(items *dialect.Items, v, logged jsontree.Value) {
	n := dialect.NewNotice("Kaleyra", v)
	n.Event.Message = dialect.Text(v.Get("id"))
	if !n.SetStatus(items, dialect.Text(v.Get("status"))) {
		return
	}
	n.WhenLogged(v, logged)
	if n.SetPrice(v.Get("price"), v.Get("currency")); dialect.HasContent(n.Amount) {
		n.Event.PriceKind = event.ListPrice
	}
	n.AddTo(items)
}

func kaleyraInbound(items *dialect.Items, v jsontree.Value) {
	n := dialect.NewNotice("Kaleyra", v)
	n.Event.Kind = event.Inbound
	n.When(v, "created_at")
	n.SetParties(v.Get("from"), jsontree.Value{})
	n.Event.Type = items.MessageType(dialect.Text(v.Get("type")))
	n.AddTo(items)
}
