package container

import (
	"bytes"
	"slices"

	"waudit/ingest/textlog"
)

// sql is a dump that begins as dumps do. Its lines have commas between names,
// so that it must be known before it is taken for a table.
var sql = Format{name: "sql", sniff: isDump, reader: newTextReader}

// isDump wants SQL on the first line, and a row.
func isDump(head Head) bool {
	if !beginsDump(head.text) {
		return false
	}
	r := newTextReader(stream{r: bytes.NewReader(head.Bytes)}, Limits{MaxRecord: int64(len(head.Bytes)), BlockSize: scrapSize}).(*textReader)
	for b := new(Block); !r.rows && r.Next(b) == nil; {
	}
	return r.rows
}

// beginsDump reports whether the text begins with a comment of SQL or a
// statement.
func beginsDump(text []byte) bool {
	for _, comment := range [...]string{"--", "/*", "#"} {
		if bytes.HasPrefix(text, []byte(comment)) {
			return true
		}
	}
	word, _, _ := bytes.Cut(text[:min(len(text), 16)], []byte{' '})
	return slices.Contains([]string{
		"INSERT", "REPLACE", "COPY", "SET", "DROP", "CREATE", "USE", "BEGIN", "BEGIN;", "START", "LOCK", "ALTER", "PRAGMA",
	}, string(bytes.ToUpper(word)))
}

// readStatement reads the beginning of a statement of SQL, if here is one, or
// goes over a byte order mark.
func (r *textReader) readStatement(rest []byte) textlog.Found {
	if mark := len(utf8BOM); rest[0] == utf8BOM[0] {
		switch {
		case len(rest) < mark && r.err == nil:
			return textlog.More
		case bytes.HasPrefix(rest, []byte(utf8BOM)):
			r.advance(mark)
			return textlog.Whole
		}
	}
	if word := bytes.TrimLeft(rest, " \t"); len(word) > 0 && bytes.IndexByte([]byte("IRCirc"), word[0]) < 0 {
		return textlog.None
	}
	statement, size, found := textlog.ReadStatement(rest, r.err != nil)
	if found == textlog.Whole {
		r.statement = &statement
		r.advance(size)
	}
	return found
}

// readRow reads the next row in brackets, or ends the statement where there is
// none.
func (r *textReader) readRow(b *Block, rest []byte) bool {
	if between := len(rest) - len(bytes.TrimLeft(rest, " \t\r\n,")); between > 0 {
		r.comma = r.comma || bytes.IndexByte(rest[:between], ',') >= 0
		r.advance(between)
		return true
	}
	r.comma = false
	if rest[0] != '(' {
		r.statement = nil
		if rest[0] == ';' {
			r.advance(1)
		}
		return true
	}
	row, size, found := r.statement.AppendRow(b.data, rest, r.err != nil)
	text := rest
	if found == textlog.Whole {
		text = rest[:size]
	}
	if next := beginOfNext(text[:min(int64(len(text)), r.limits.MaxRecord)]); next > 0 {
		r.add(b, Record{Text: r.keep(b, trimLine(text[:next])), Stray: true, Fault: rowRunsOn})
		r.advance(next)
		return true
	}
	switch {
	case r.exceeds(size) || found != textlog.Whole && r.exceeds(len(rest)):
		return r.tooLong(b, rest)
	case found == textlog.More:
		return false
	case found == textlog.None:
		r.add(b, Record{Text: r.keep(b, rest), Stray: true, Fault: rowNotClosed, Unended: true})
		r.advance(len(rest))
		return true
	}
	r.rows = true
	start := len(b.data)
	b.data = row
	r.add(b, Record{Text: row[start:len(row):len(row)], Stray: true})
	r.advance(size)
	return true
}

// readCopied reads the next line of the rows behind COPY.
func (r *textReader) readCopied(b *Block, rest []byte) bool {
	line, ok := r.wholeLine(rest)
	text := bytes.TrimSuffix(line, []byte{'\n'})
	switch {
	case r.exceeds(len(text)):
		return r.tooLong(b, rest)
	case !ok:
		return false
	}
	if string(bytes.TrimSpace(text)) == `\.` {
		r.statement = nil
		r.advance(len(line))
		return true
	}
	r.rows = true
	start := len(b.data)
	b.data = r.statement.AppendLine(b.data, text)
	r.add(b, Record{Text: b.data[start:len(b.data):len(b.data)], Stray: true})
	r.advance(len(line))
	return true
}

// beginOfNext returns where another row or statement begins in the text of a row,
// 0 if none does: a quote is missing in the row, or one too many, and it must not
// cost those behind it. Values hold such text hardly ever.
func beginOfNext(row []byte) int {
	next := 0
	for _, sign := range [...]string{"\nINSERT INTO ", "\nREPLACE INTO ", "\nCOPY ", "),\n("} {
		if at := bytes.Index(row, []byte(sign)); at >= 0 && (next == 0 || at < next) {
			next = at + bytes.IndexByte([]byte(sign), '\n')
		}
	}
	return next
}
