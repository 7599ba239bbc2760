package coverage

import (
	"bytes"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"
)

// Hidden is what was rejected of a log and may be of WhatsApp: of the messages that it
// names the log may lack events, and what names none may be of any.
type Hidden struct {
	Messages map[uint64]bool `json:"messages,omitempty"` // hashes of their ids
	Nameless int64           `json:"nameless,omitempty"` // records without a whole id in their text
	// Templates are the records that may have changed the category of a template.
	Templates int64 `json:"templates,omitempty"`
}

// messageID begins the id of a message, wherever it stands in a text.
var messageID = []byte("wamid.")

// Add adds a rejected record. name is what ids are called in the log, where pseudonyms
// stand for them; nil: as they are.
func (h *Hidden) Add(record []byte, name func(id string) string) {
	named := false
	if mayChangeTemplate(record) {
		h.Templates++
	}
	for {
		at := bytes.Index(record, messageID)
		if at < 0 {
			break
		}
		var id []byte
		if id, record = cutID(record[at:]); len(record) == 0 {
			continue // the record breaks off, and the id may too
		}
		text := string(id)
		if name != nil {
			text = name(text)
		}
		h.Name(HashOf(text))
		named = true
	}
	if !named {
		h.Nameless++
	}
}

// HashOf is the hash of a message's id.
func HashOf(message string) uint64 { return xxhash.Sum64String(message) }

// Name adds a message, by the hash of its id, of which an event belongs to nobody.
func (h *Hidden) Name(id uint64) {
	if h.Messages == nil {
		h.Messages = map[uint64]bool{}
	}
	h.Messages[id] = true
}

// cutID splits a text behind the id with which it begins. The id is returned as it is
// where nothing escapes its signs.
func cutID(text []byte) (id, rest []byte) {
	id = append(id, text[:len(messageID)]...)
	for rest = text[len(messageID):]; len(rest) > 0; {
		c, n := rest[0], 1
		for _, e := range escapes {
			if len(rest) >= len(e.text) && strings.EqualFold(string(rest[:len(e.text)]), e.text) {
				c, n = e.sign, len(e.text)
			}
		}
		if !isOfID(c) {
			break
		}
		id, rest = append(id, c), rest[n:]
	}
	return id, rest
}

// escapes are how JSON, some of whose writers escape more than they must, and URLs write
// the signs of base64 that are no letters and no digits.
var escapes = []struct {
	text string
	sign byte
}{
	{`\/`, '/'}, {`\u002f`, '/'}, {`\u002b`, '+'}, {`\u003d`, '='}, {`%2f`, '/'}, {`%2b`, '+'}, {`%3d`, '='},
	{`\\/`, '/'}, {`\\u002f`, '/'}, {`\\u002b`, '+'}, {`\\u003d`, '='}, // in a string in JSON
}

// AddLost adds a record of which too little is known to tell what it is.
func (h *Hidden) AddLost() {
	h.Nameless++
	h.Templates++
}

// mayChangeTemplate reports whether a record is the webhook of a template's category, or
// breaks off before it names a message, or says what was with it.
func mayChangeTemplate(record []byte) bool {
	has := func(sign string) bool { return bytes.Contains(record, []byte(sign)) }
	return has("template_category_update") || has("new_category") ||
		has("whatsapp_business_account") && !slices.ContainsFunc([]string{string(messageID), "status", "messages", "contacts", "field"}, has)
}

// isOfID reports whether a byte may stand in an id: those are in base64.
func isOfID(c byte) bool {
	return c-'0' <= 9 || (c|0x20)-'a' <= 25 || c == '+' || c == '/' || c == '=' || c == '-' || c == '_'
}

// Merge adds what was rejected elsewhere.
func (h *Hidden) Merge(o *Hidden) {
	h.Nameless += o.Nameless
	h.Templates += o.Templates
	for id := range o.Messages {
		h.Name(id)
	}
}

// Len is how many messages may be behind it, if each record is of one.
func (h *Hidden) Len() int { return len(h.Messages) + int(h.Nameless) }

// May reports whether events of a message may be behind it; "" is a message that is not
// known by its id.
func (h *Hidden) May(message string) bool {
	return h.Nameless > 0 || message == "" && len(h.Messages) > 0 || h.Messages[HashOf(message)]
}
