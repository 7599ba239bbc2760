package coverage

import (
	"bytes"
	"slices"

	"github.com/cespare/xxhash/v2"
)

// Hidden is what was rejected of a log and may be of WhatsApp: of the messages that it
// names the log may lack events, and what names none may be of any.
type Hidden struct {
	Messages map[uint64]bool `json:"messages,omitempty"` // hashes of their ids
	Nameless int64           `json:"nameless,omitempty"` // records without an id in their text
	// Templates are the records that may have changed the category of a template.
	Templates int64 `json:"templates,omitempty"`
}

// messageID begins the id of a message, wherever it stands in a text.
var messageID = []byte("wamid.")

// Add adds a rejected record.
func (h *Hidden) Add(record []byte) {
	named := false
	if mayChangeTemplate(record) {
		h.Templates++
	}
	for {
		at := bytes.Index(record, messageID)
		if at < 0 {
			break
		}
		n := len(messageID)
		for at+n < len(record) && isOfID(record[at+n]) {
			n++
		}
		if h.Messages == nil {
			h.Messages = map[uint64]bool{}
		}
		h.Messages[xxhash.Sum64(record[at:at+n])], named = true, true
		record = record[at+n:]
	}
	if !named {
		h.Nameless++
	}
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
		if h.Messages == nil {
			h.Messages = map[uint64]bool{}
		}
		h.Messages[id] = true
	}
}

// Len is how many messages may be behind it, if each record is of one.
func (h *Hidden) Len() int { return len(h.Messages) + int(h.Nameless) }

// May reports whether events of a message may be behind it; "" is a message that is not
// known by its id.
func (h *Hidden) May(message string) bool {
	return h.Nameless > 0 || message == "" && len(h.Messages) > 0 || h.Messages[xxhash.Sum64String(message)]
}
