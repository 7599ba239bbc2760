package container

import (
	"bytes"
	"fmt"
)

// notRead is the fault of a text in which a record seems to be, and none was found.
func notRead(text []byte) string {
	const fault = "a record of WhatsApp seems to be in this text, and none can be read%s; log the body as JSON, a body a line"
	for _, n := range [...]struct{ sign, name string }{
		{"%{", "Elixir's notation"},
		{"=>", "the notation of Ruby, Perl or PHP"},
		{"map[", "Go's notation of maps, which does not tell where a value ends"},
		{"Array\n", "PHP's print_r"},
	} {
		if bytes.Contains(text, []byte(n.sign)) {
			return fmt.Sprintf(fault, " ("+n.name+")")
		}
	}
	return fmt.Sprintf(fault, "")
}
