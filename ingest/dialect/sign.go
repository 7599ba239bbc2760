package dialect

import "bytes"

// signs are what a record of WhatsApp has in it in whatever notation it is
// written: the beginning of its message ids, and the names by which webhooks say
// what they are. Where one stands and nothing can be read, something is lost.
var signs = [...]string{MessageIDPrefix, "whatsapp_business_account", "messaging_product"}

// IsMarked reports whether there is a sign of a record in the text.
func IsMarked(text []byte) bool {
	for _, sign := range signs {
		if bytes.Contains(text, []byte(sign)) {
			return true
		}
	}
	return false
}
