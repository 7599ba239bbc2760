package ingest

import (
	"bytes"
	"io"
	"strings"
)

// signs are what a record of WhatsApp has in it in whatever notation it is
// written: the beginning of its message ids, and the names by which webhooks say
// what they are. Where one stands and nothing can be read, something is lost.
var signs = [...]string{"wamid.", "whatsapp_business_account", "messaging_product"}

// isMarked reports whether there is a sign of a record in the text.
func isMarked(text []byte) bool {
	for _, sign := range signs {
		if bytes.Contains(text, []byte(sign)) {
			return true
		}
	}
	return false
}

// readerIsMarked reads until it finds a sign of a record.
func readerIsMarked(r io.Reader) bool {
	const longest = len("whatsapp_business_account") - 1 // of what may lie across two readings
	buffer := make([]byte, longest, blockSize)
	for {
		n, err := r.Read(buffer[longest:cap(buffer)])
		read := buffer[:longest+n]
		if isMarked(read) {
			return true
		}
		if err != nil {
			return false
		}
		copy(buffer, read[n:])
	}
}

// lostRecords is why an input of which nothing is used is incomplete.
func lostRecords(why string) string {
	return strings.TrimSuffix(why, ".") + "; but records of WhatsApp seem to be in it: export them in a form that is read, or leave the file out"
}
