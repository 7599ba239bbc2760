package table

import (
	"strings"

	"waudit/audit/event"
	"waudit/ingest/jsontree"
)

// way is who wrote a message, as its item says.
type way uint8

const (
	outboundWay way = iota // the business, or nothing is said
	inboundWay
	unknownWay
)

// wayColumns are the columns that say who wrote a message, the plainest first. What they
// say decides more than a status: of what users write, houses keep that an agent has read it.
var wayColumns = [...]struct {
	words  map[string]way
	strict bool // it is for nothing else, so that a word that is not known rejects the item
	names  []string
}{
	{ofWay, true, []string{"direction", "message_direction", "msg_direction", "dirección", "direccion", "direção", "direcao"}},
	{ofFlag(outboundWay, inboundWay), false, []string{"from_me", "is_from_me", "outgoing", "is_outgoing", "outbound", "is_outbound", "from_business", "is_from_business"}},
	{ofFlag(inboundWay, outboundWay), false, []string{"incoming", "is_incoming", "inbound", "is_inbound", "from_customer", "is_from_customer", "is_from_user", "is_from_contact"}},
	{ofWay, false, []string{"message_type", "type"}},
	{ofPerson, false, []string{"sender", "sender_type", "sent_by", "author", "author_type", "from_type"}},
}

var (
	ofWay = map[string]way{
		"inbound": inboundWay, "incoming": inboundWay, "in": inboundWay, "mo": inboundWay, "received": inboundWay, "receive": inboundWay,
		"outbound": outboundWay, "outgoing": outboundWay, "out": outboundWay, "mt": outboundWay, "sent": outboundWay, "send": outboundWay,
	}
	// A user is a customer in one house and an agent in the next.
	ofPerson = map[string]way{
		"customer": inboundWay, "contact": inboundWay, "client": inboundWay, "user": unknownWay,
		"agent": outboundWay, "bot": outboundWay, "business": outboundWay, "system": outboundWay, "api": outboundWay,
	}
)

func ofFlag(yes, no way) map[string]way {
	return map[string]way{"true": yes, "t": yes, "1": yes, "yes": yes, "y": yes, "false": no, "f": no, "0": no, "no": no, "n": no}
}

// wayField is a column of an item that may say who wrote.
type wayField struct{ slot, column int }

// wayFields are the columns that say who wrote, the plainest first.
func (s *section) wayFields() (fields []wayField) {
	for i := range wayColumns {
		for _, name := range wayColumns[i].names {
			fields = append(fields, wayField{s.item.slot(name, false), i})
		}
	}
	return fields
}

// wrote is who wrote the message of an item, and the column that says so.
type wrote struct {
	way  way
	said jsontree.Value
	read bool
}

// direction reads who wrote a message, and the column that says so. Where a mapping says
// itself what happened, none is looked at.
func (r *rowReading) direction() (way, jsontree.Value) {
	if !r.wrote.read {
		r.wrote.way, r.wrote.said = r.readDirection()
		r.wrote.read = true
	}
	return r.wrote.way, r.wrote.said
}

func (r *rowReading) readDirection() (w way, said jsontree.Value) {
	s := r.section
	if s.columns[event.ColEvent].asked || len(s.rules) > 0 {
		return outboundWay, said
	}
	for _, f := range s.ways {
		v := r.item.values[f.slot]
		if !v.OK() {
			continue
		}
		word := event.Word(cellText(v))
		if strings.HasPrefix(word, "outbound") {
			word = "outbound" // also outbound-api and outbound-reply
		}
		c := &wayColumns[f.column]
		if w, known := c.words[word]; known {
			return w, v
		}
		if c.strict && word != "" {
			return unknownWay, v
		}
	}
	return outboundWay, said
}

// inbound reports whether the item says that the user wrote it. A status of
// such a message tells nothing.
func (r *rowReading) inbound() bool {
	w, _ := r.direction()
	return w == inboundWay
}
