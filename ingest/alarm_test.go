package ingest

import (
	"strings"
	"testing"
)

// TestReaderIsMarked: a sign of a record is found wherever it stands, also in a mainframe's
// text and across two readings.
func TestReaderIsMarked(t *testing.T) {
	for text, want := range map[string]bool{
		"nothing of the kind": false,
		"{'id': 'wamid.A'}":   true,
		strings.Repeat(".", blockSize-30) + "whatsapp_business_account": true,
		"\x7d\xa6\x81\x94\x89\x84\x4b\xc1\x7d":                          true, // 'wamid.A' in EBCDIC
		"\xa6\x81\x94\x89\x84":                                          false,
	} {
		if got := readerIsMarked(strings.NewReader(text)); got != want {
			t.Errorf("%.40q: %t", text, got)
		}
	}
}
