package ingest

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"golang.org/x/text/encoding/charmap"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
	"waudit/ingest/table"
	"waudit/ingest/textlog"
)

// reasonOwn is why what waudit writes itself is ignored.
const reasonOwn = "waudit's own report"

// ownKeys tell what waudit writes itself of a log: findings, decisions, and findings
// as SARIF. They have ids of messages in them, lie beside logs, and are no evidence.
// billKeys tell the lines of a bill that it makes up, and the truth about them.
var (
	ownKeys  = [...][]string{{"verdict", "severity", "check"}, {"verdict", "outcome", "era"}, {"$schema", "version", "runs"}}
	billKeys = [...][]string{{"line_id", "unit_price", "quantity"}, {"line_id", "items_check"}}
)

// isOwn reports whether a record is of waudit's own making, in whatever format.
func isOwn(v jsontree.Value) bool {
	return hasAllOf(v, ownKeys[:]) || strings.HasPrefix(string(v.Get("schema").AppendStr(nil)), "waudit.")
}

// isBillLine reports whether a record says what something costs, in a currency, and not
// what became of it.
func isBillLine(v jsontree.Value) bool {
	var costs, isMoney, tells bool
	for m := v.First(); m.OK(); m = m.Next() {
		key := m.Key()
		costs = costs || table.IsName(event.ColAmount, key)
		isMoney = isMoney || table.IsName(event.ColCurrency, key)
		tells = tells || strings.Contains(strings.ToLower(key), "status") || key == "event"
	}
	return costs && isMoney && !tells
}

// hasAllOf reports whether a record has all keys of one of the sets.
func hasAllOf(v jsontree.Value, sets [][]string) bool {
	return slices.ContainsFunc(sets, func(keys []string) bool {
		return !slices.ContainsFunc(keys, func(key string) bool { return !v.Get(key).OK() })
	})
}

// ownTexts are how what waudit writes for people and for CI begins, and what stands
// near its beginning. Of a text that somebody has sent neither can be the beginning.
var ownTexts = [...]struct{ start, near string }{
	{"<?xml", "<testsuites name=\"waudit\""},
	{"# WhatsApp charges that should not have occurred", ""},
	{"::error file=", ""}, {"::warning file=", ""}, {"::notice file=", ""},
	{"<!doctype html>", "<title>WhatsApp charges, audited"}, {"<!doctype html>", "<title>WhatsApp bill, reconciled"}, {"<!doctype html>", "<title>waudit: "},
}

// isOwnText reports whether a file that begins so is a report of waudit.
func isOwnText(head []byte) bool {
	const near = 2 << 10
	head = head[:min(len(head), near)]
	for _, own := range ownTexts {
		if bytes.HasPrefix(head, []byte(own.start)) && bytes.Contains(head, []byte(own.near)) {
			return true
		}
	}
	return false
}

// isMarked reports whether there is a sign of a record in the text, or in a body that is
// written in it as its bytes, whole or cut, or of a mainframe's text.
func isMarked(text []byte) bool {
	if dialect.IsMarked(text) || isMarkedEBCDIC(text) {
		return true
	}
	body, _ := textlog.DecodeBytes(text)
	return dialect.IsMarked(body)
}

// messageIDs is how message ids begin in all code pages of EBCDIC.
var messageIDs = func() string {
	text, err := charmap.CodePage037.NewEncoder().String(dialect.MessageIDPrefix)
	if err != nil {
		panic(err)
	}
	return text
}()

func isMarkedEBCDIC(text []byte) bool { return bytes.Contains(text, []byte(messageIDs)) }

// readerIsMarked reads until it finds a sign of a record.
func readerIsMarked(r io.Reader) bool {
	const longest = len("whatsapp_business_account") - 1 // of what may lie across two readings
	buffer := make([]byte, longest, blockSize)
	for {
		n, err := r.Read(buffer[longest:cap(buffer)])
		read := buffer[:longest+n]
		if dialect.IsMarked(read) || isMarkedEBCDIC(read) {
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
