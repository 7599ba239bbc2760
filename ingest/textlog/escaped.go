package textlog

import (
	"bytes"
	"html"
)

// readEscaped reads a line as it was before what it lies in escaped it, if a body is in it
// then. What it finds of nothing else it leaves.
func (l *LogLine) readEscaped(line []byte) bool {
	plain := unescaped(line)
	if plain == nil {
		return false
	}
	inner := LogLine{JSON: l.JSON, Signature: l.Signature}
	inner.Read(plain)
	if len(inner.JSON) == len(l.JSON) || len(inner.Flaws) > 0 {
		return false
	}
	l.JSON, l.Flaws, l.Open, l.Wants = inner.JSON, l.Flaws[:0], false, false
	return true
}

// unescaped is a line without one layer of escapes; nil if there is no sign of any:
//
//	{&quot;a&quot;: 1}    in XML and HTML
//	{#012  "a": 1}        what syslog makes of control characters
//	"hook: {""a"": 1}"    in a cell of CSV, whose header is of other cells, or of none
//	{"a": "\\"b\\""}      in rows of databases, as COPY, mysql and UNLOAD write them
func unescaped(line []byte) []byte {
	has := func(sign string) bool { return bytes.Contains(line, []byte(sign)) }
	switch {
	case bytes.IndexByte(line, '{') < 0:
		return nil
	case has("&quot;") || has("&#34;"):
		return []byte(html.UnescapeString(string(line)))
	case has("#012"):
		return bytes.ReplaceAll(bytes.ReplaceAll(line, []byte("#012"), []byte{'\n'}), []byte("#011"), []byte{'\t'})
	case has(`{""`):
		return bytes.ReplaceAll(line, []byte(`""`), []byte{'"'})
	case has(`\\"`) || has(`{\n`):
		return unescapeSQL(line, 0, true)
	}
	return nil
}
