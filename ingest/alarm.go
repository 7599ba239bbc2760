package ingest

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"waudit/ingest/jsontree"
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

// reasonOwn is why what waudit writes itself is ignored.
const reasonOwn = "waudit's own report, or the truth about a simulated log"

// ownKeys tell what waudit writes itself: findings, decisions, lines of made-up bills
// and the truth about them. They have ids of messages in them, lie beside logs, and
// are no evidence.
var ownKeys = [...][]string{
	{"verdict", "severity", "check"}, {"verdict", "outcome", "era"}, {"line_id", "unit_price", "quantity"}, {"line_id", "items_check"},
	{"$schema", "version", "runs"}, // SARIF
}

// isOwn reports whether a record is of waudit's own making, in whatever format.
func isOwn(v jsontree.Value) bool {
	for _, keys := range ownKeys {
		if !slices.ContainsFunc(keys, func(key string) bool { return !v.Get(key).OK() }) {
			return true
		}
	}
	return strings.HasPrefix(string(v.Get("schema").AppendStr(nil)), "waudit.")
}

// ownTexts are in what waudit writes for people and for CI.
var ownTexts = [...]string{"<testsuites name=\"waudit\"", "# WhatsApp charges that should not have occurred", "::error file=", "<title>WhatsApp charges, audited", "<title>WhatsApp bill", "<title>waudit: "}

// isOwnText reports whether a file that begins so is a report of waudit.
func isOwnText(head []byte) bool {
	const near = 2 << 10
	head = head[:min(len(head), near)]
	return slices.ContainsFunc(ownTexts[:], func(sign string) bool { return bytes.Contains(head, []byte(sign)) })
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
