package container

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"waudit/ingest/signature"
	"waudit/ingest/textlog"
)

// text is logs and dumps in which records stand among other text: behind a time
// and a level, in Python's repr, as forms, in the rows of SQL.
//
//	text.go       the format and its reader; rows of dumps, and the format of files that begin as dumps do
//	text_line.go  lines of logs, and what collectors put before them
var text = Format{name: "text", sniff: isText, reader: newTextReader}

// isText wants a record that can be read, or a line with the sign of one: nearly every
// file is text.
func isText(head Head) bool {
	if len(head.text) > 9 && strings.EqualFold(string(head.text[:9]), "<!doctype") {
		return false // a page has JSON for its scripts
	}
	const few = 1000 // bytes to each zero; a program or a picture has far more
	if few*bytes.Count(head.Bytes, []byte{0}) > len(head.Bytes) {
		return false
	}
	return head.holds(func(rec Record) bool {
		return rec.Fault == "" || rec.Fault == string(textlog.CutBytes) || head.marked != nil && head.marked(rec.Text)
	})
}

// holds reports whether there is such a record among the text of the head.
func (h Head) holds(is func(Record) bool) bool {
	r := textOf(h)
	for b := new(Block); r.Next(b) == nil; {
		for rec := range b.Records() {
			if rec.Stray && is(rec) {
				return true
			}
		}
	}
	return false
}

// textOf reads the head of a file as text.
func textOf(head Head) *textReader {
	return newTextReader(stream{r: bytes.NewReader(head.Bytes)}, Limits{MaxRecord: int64(len(head.Bytes)), BlockSize: scrapSize, Marked: head.marked}).(*textReader)
}

const (
	// WithoutBody is why a line is ignored.
	WithoutBody = "log lines with no webhook in them"
	// holeWithin is the fault of a text that is damaged.
	holeWithin = "there are zero bytes within the text, as where a file is damaged: copy it again"
	// rowRunsOn is the fault of a row that takes in others.
	rowRunsOn = "the row of the SQL dump does not end before the next one: a quote is missing in it, or one too many; dump the table again"
	// rowNotClosed is the fault of the last row of a dump that was cut.
	rowNotClosed = "the row of the SQL dump does not end: the file may be cut; dump the table again"
)

// textReader finds every record while it reads, and writes it as JSON into the
// block. What it does depends only on the bytes from pos on, never on how much
// of them is in the window: where that is not enough to tell, it reads on.
type textReader struct {
	stream
	limits Limits

	window []byte // what is read and not done with
	pos    int    // where reading is in the window
	line   int64  // its line, from 1
	offset int64  // what distance the next record has from the first on the line
	held   []byte // what is read and may be the beginning of a terminal's colour
	run    int    // index in the window up to which lines go on with the first of them; 0: not known

	deaf      int             // bytes in which no lines are joined, as that did not help before
	skipping  bool            // the rest of a line that is too long is not wanted
	statement *textlog.Insert // whose rows are read; nil outside of one
	rows      bool            // there was a row
	comma     bool            // another row must follow
	found     textlog.LogLine // memory

	signatures signature.Scanner // in the lines before
}

func newTextReader(s stream, limits Limits) Reader {
	window := make([]byte, 0, max(limits.BlockSize, len(s.rest)))
	r := &textReader{stream: s, limits: limits, line: 1, window: append(window, s.rest...)}
	r.plain(0)
	return r
}

// plain takes the colours of a terminal from what is in the window from an index on.
func (r *textReader) plain(from int) {
	if bytes.IndexByte(r.window[from:], '\x1b') < 0 {
		return
	}
	plain, open := textlog.AppendPlain(r.window[:from], r.window[from:])
	if r.err == nil {
		r.held = append(r.held[:0], plain[len(plain)-open:]...)
		plain = plain[:len(plain)-open]
	}
	r.window = plain
}

func (r *textReader) Next(b *Block) error {
	b.begin(r.line, r.limits)
	for len(b.found) < maxFound && len(b.data) < r.limits.BlockSize {
		if r.step(b) {
			continue
		}
		if r.err != nil {
			break
		}
		r.readOn()
	}
	if len(b.found) == 0 {
		return r.end()
	}
	return nil
}

// errDumpOpen is told of a dump in which nothing but the end is missing.
var errDumpOpen = errors.New("the last statement of the dump does not end: the file may be cut; copy it or dump the table again")

// end is why there is nothing more to read.
func (r *textReader) end() error {
	if s := r.statement; s != nil && (s.Copy || r.comma) && errors.Is(r.err, io.EOF) {
		return errDumpOpen
	}
	return r.err
}

// readOn drops what is done with and fills the window, which is made larger if
// it is full.
func (r *textReader) readOn() {
	r.run = max(0, r.run-r.pos)
	r.window = r.window[:copy(r.window, r.window[r.pos:])]
	r.pos = 0
	from := len(r.window)
	if r.window, r.held = append(r.window, r.held...), r.held[:0]; len(r.window) == cap(r.window) {
		larger := make([]byte, len(r.window), 2*cap(r.window)+1)
		copy(larger, r.window)
		r.window = larger
	}
	r.window = r.fill(r.window)
	r.plain(from)
}

// step goes on by a line, a row, or what is between rows. It returns false if
// the window does not hold enough for it.
func (r *textReader) step(b *Block) bool {
	rest := r.window[r.pos:]
	switch {
	case len(rest) == 0:
		return false
	case r.skipping:
		return r.skipLine(rest)
	case r.statement == nil:
		switch r.readStatement(rest) {
		case textlog.None:
			return r.readLine(b, rest)
		case textlog.More:
			return false
		}
		return true
	case r.statement.Copy:
		return r.readCopied(b, rest)
	}
	return r.readRow(b, rest)
}

func (r *textReader) advance(n int) {
	feeds := bytes.Count(r.window[r.pos:r.pos+n], []byte{'\n'})
	r.pos += n
	r.deaf = max(0, r.deaf-n)
	if r.line += int64(feeds); feeds > 0 {
		r.offset = 0
	}
}

// skipLine goes behind the next line feed.
func (r *textReader) skipLine(rest []byte) bool {
	feed := bytes.IndexByte(rest, '\n')
	if feed < 0 {
		r.advance(len(rest))
		return false
	}
	r.skipping = false
	r.advance(feed + 1)
	return true
}

// exceeds reports whether so many bytes are more than a record may have.
func (r *textReader) exceeds(size int) bool { return int64(size) > r.limits.MaxRecord }

// tooLong gives up a record that begins here, and the rest of the line that it
// is on when it becomes too long.
func (r *textReader) tooLong(b *Block, rest []byte) bool {
	r.add(b, Record{Text: r.keep(b, r.limits.sample(rest)), TooLong: true})
	r.advance(int(r.limits.MaxRecord))
	r.skipping = true
	return true
}

// keep copies text into the block.
func (r *textReader) keep(b *Block, text []byte) []byte {
	start := len(b.data)
	b.data = append(b.data, text...)
	return b.data[start:len(b.data):len(b.data)]
}

// add adds a record that begins on the line. JSON may be longer than what it
// was made of; the next record must come behind all of it.
func (r *textReader) add(b *Block, rec Record) {
	rec.Line, rec.Offset = r.line, r.offset
	r.offset += int64(len(rec.Text)) + 1
	b.found = append(b.found, rec)
}

// notRead is the fault of a text in which a record seems to be, and none was found.
func notRead(text []byte) string {
	const fault = "a record of WhatsApp seems to be in this text, and none can be read%s; log the body as JSON, a body a line"
	for _, n := range [...]struct{ sign, name string }{
		{"%{", "Elixir's notation"},
		{"map[", "Go's notation of maps, which does not tell where a value ends"},
		{"[Object", "what Node.js prints of objects that lie deep, without what is in them"},
		{"Map(", "Scala's notation, or a Map as Node.js prints it"},
		{"=>", "the notation of Ruby, Perl or PHP"},
		{"Array\n", "PHP's print_r"},
		{"={", "Java's notation of maps, which does not tell where a value ends"},
		{"(object=", "Kotlin's notation of classes, which does not tell where a value ends"},
		{"</", "XML"},
	} {
		if bytes.Contains(text, []byte(n.sign)) {
			return fmt.Sprintf(fault, " ("+n.name+")")
		}
	}
	return fmt.Sprintf(fault, "")
}

// sql is a dump that begins as dumps do. Its lines have commas between names,
// so that it must be known before it is taken for a table.
var sql = Format{name: "sql", sniff: isDump, reader: newTextReader}

// isDump wants SQL on the first line, and a row.
func isDump(head Head) bool {
	if !beginsDump(head.text) {
		return false
	}
	r := textOf(head)
	for b := new(Block); !r.rows && r.Next(b) == nil; {
	}
	return r.rows
}

// beginsDump reports whether the text begins with a comment of SQL or a
// statement.
func beginsDump(text []byte) bool {
	word, _, _ := bytes.Cut(text[:min(len(text), 16)], []byte{' '})
	isComment := func(sign string) bool { return bytes.HasPrefix(text, []byte(sign)) }
	return slices.ContainsFunc([]string{"--", "/*", "#"}, isComment) || slices.Contains([]string{
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
	if r.hasHole(b, rest[:size]) {
		r.advance(size)
		return true
	}
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
	if r.hasHole(b, text) {
		r.advance(len(line))
		return true
	}
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
