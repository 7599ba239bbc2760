package container

import (
	"bytes"
	stdjson "encoding/json"
	"iter"
	"slices"
)

// ndjson is one record per line. A line with several values is split by the parser.
var ndjson = Format{
	name:   "ndjson",
	sniff:  isLines,
	reader: func(s stream, limits Limits) Reader { return &lineReader{stream: s, line: 1, limits: limits} },
}

func isLines(head Head) bool {
	if head.blank() {
		return !head.Whole // what follows so much white space will show; lines are the safer guess
	}
	if !head.startsLikeJSON() {
		return head.secondLineIsRecord() // log rotation cut the first record
	}
	return head.text[0] == '{' && head.recordEndsItsLine()
}

// lineReader ends a block after the last line feed that was read. The worker that
// gets the block finds the lines in it.
type lineReader struct {
	stream
	line    int64 // of the next byte
	limits  Limits
	carrier string // see Block; "" as long as it is not known
	looked  int    // at so many lines, to know it
}

func (r *lineReader) Next(b *Block) error {
	b.begin(r.line, r.limits)
	b.search = lines
	b.data = append(b.data, r.rest...)
	data := b.data
	r.rest = r.rest[:0]
	for searched := 0; ; {
		data = r.fill(data)
		b.data = data
		if end := bytes.LastIndexByte(data[searched:], '\n'); end >= 0 {
			if end = r.endOfBlock(data, searched+end+1); end > 0 {
				b.data = data[:end]
				r.rest = append(r.rest, data[end:]...)
				break
			}
		}
		if r.err != nil {
			if len(data) == 0 {
				return r.err
			}
			break
		}
		if int64(len(data)) > r.limits.MaxRecord {
			r.tooLong(b)
			return nil
		}
		searched = len(data)
		data = growWithin(data, r.limits.MaxRecord)
	}
	if b.carrier = r.carrier; b.carrier != "" {
		b.search = carriedLines
	}
	r.line += int64(bytes.Count(b.data, []byte{'\n'}))
	return nil
}

// endOfBlock is where a block ends of which the last line does at end. What is carried
// in parts must be in one block, as long as that is no longer than any body; it is 0 if
// more must be read for that.
func (r *lineReader) endOfBlock(data []byte, end int) int {
	for rest := data[:end]; len(rest) > 0 && r.carrier == "" && r.looked < maxLooked; r.looked++ {
		line, more, _ := bytes.Cut(rest, []byte{'\n'})
		r.carrier, rest = carrierKey(line), more
	}
	if r.carrier == "" || r.err != nil {
		return end
	}
	closed := closedEnd(data[:end], r.carrier)
	if closed == 0 && int64(len(data)) > min(r.limits.MaxRecord, longestCarried) {
		return end
	}
	return closed
}

// tooLong makes b a block of its first line, and skips the rest of that line.
func (r *lineReader) tooLong(b *Block) {
	b.search = nil
	b.found = append(b.found, Record{Text: r.limits.sample(b.data), Line: r.line, TooLong: true})
	r.line++
	r.skipTo('\n')
}

// lines goes through the lines of a block, without blank ones.
func lines(b *Block) iter.Seq[Record] {
	return func(yield func(Record) bool) {
		rest, unended := b.data, false
		for line := b.line; len(rest) > 0; line++ {
			if rest[0] == '\n' {
				rest = rest[1:]
				continue
			}
			text := rest
			if end := bytes.IndexByte(rest, '\n'); end >= 0 {
				text, rest = rest[:end], rest[end+1:]
			} else {
				rest, unended = nil, true
			}
			rec := Record{Text: trimLine(text), Line: line, Unended: unended}
			if int64(len(text)) > b.limits.MaxRecord {
				rec = Record{Text: b.limits.sample(text), Line: line, TooLong: true}
			}
			if len(rec.Text) > 0 && !yield(rec) {
				return
			}
		}
	}
}

// trimLine removes white space, a byte order mark, which may also be in the middle
// of a file if files were concatenated, and a hole: zero bytes in front, as a
// failing disk leaves them.
func trimLine(line []byte) []byte {
	for len(line) > 0 && isSpace(line[len(line)-1]) {
		line = line[:len(line)-1]
	}
	line = bytes.TrimPrefix(line, []byte(utf8BOM))
	for len(line) > 0 && (isSpace(line[0]) || line[0] == 0) {
		line = line[1:]
	}
	return line
}

// carrierKeys are under which collectors of logs keep a line that a program has
// written, each in an object of its own: Docker and Fluent Bit, most others, journald,
// Google. A body that is laid out over lines, and one that was cut for its length, is
// then several records.
var carrierKeys = [...]string{"log", "message", "MESSAGE", "msg", "line", "textPayload"}

// maxLooked is how many lines of a file are looked at for the key: the first may be
// broken, as the file was rotated.
const maxLooked = 4

// carrierKey returns the key under which a line carries another, "" if it carries none: of
// several the first of carrierKeys. It goes from colon to colon, for all of them at once.
func carrierKey(line []byte) (key string) {
	keys := carrierKeys[:]
	for at := 0; len(keys) > 0; {
		colon := bytes.IndexByte(line[at:], ':')
		if colon < 0 {
			break
		}
		end := at + colon
		at = end + 1
		for end > 0 && isBlank(line[end-1]) {
			end--
		}
		for at < len(line) && isBlank(line[at]) {
			at++
		}
		if at == len(line) || line[at] != '"' {
			continue
		}
		if i := slices.IndexFunc(keys, func(key string) bool { return isKey(line[:end], key) }); i >= 0 {
			key, keys = keys[i], keys[:i]
		}
	}
	return key
}

// isKey reports whether text ends with a key and its quotes.
func isKey(text []byte, key string) bool {
	end := len(text) - 1
	start := end - len(key)
	return start > 0 && text[end-1] == key[len(key)-1] && text[end] == '"' && text[start-1] == '"' && string(text[start:end]) == key
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// member finds the string that a line of JSON has under a key: where it begins, behind
// its quote. Inside of strings no quote stands without a backslash before it.
func member(line []byte, key string) (start int, ok bool) {
	for at := 0; ; {
		i := bytes.Index(line[at:], []byte(key))
		if i < 0 {
			return 0, false
		}
		start, at = at+i, at+i+len(key)
		if start == 0 || line[start-1] != '"' || at == len(line) || line[at] != '"' {
			continue
		}
		value := bytes.TrimLeft(line[at+1:], " \t")
		if len(value) == 0 || value[0] != ':' {
			continue
		}
		if value = bytes.TrimLeft(value[1:], " \t"); len(value) > 0 && value[0] == '"' {
			return len(line) - len(value) + 1, true
		}
	}
}

// stringAt returns the string that begins at an index, as it is written.
func stringAt(line []byte, start int) []byte {
	var s scanner
	return line[start:s.skipString(line, start)]
}

// piece is the text that a line carries, and whether others go on with it.
type piece struct {
	line  []byte
	start int    // of the text in the line
	text  []byte // as it is written, with its escapes
}

func pieceOf(line []byte, key string) (p piece, ok bool) {
	start, ok := member(line, key)
	if !ok {
		return piece{}, false
	}
	return piece{line, start, stringAt(line, start)}, true
}

// longestCarried is how many bytes of lines are read for one text that they carry in
// parts: no webhook is as long.
const longestCarried = 8 << 20

// dockerCut is at how many bytes Docker cuts a line. All but the last part of it are
// without the line feed that ends every other.
const dockerCut = 16 << 10

// isPart reports whether the next line of the stream has the rest of this one.
func (p *piece) isPart() bool {
	switch {
	case p.says("partial_message", "true"):
		return !p.says("partial_last", "true")
	case p.says("logtag", "P"), p.says("_p", "P"), p.says("_LINE_BREAK", "line-max"):
		return true
	}
	return len(p.text) >= dockerCut && p.says("stream", "std") && !bytes.HasSuffix(p.text, []byte(`\n`))
}

// says reports whether the collector has written a value that begins so.
func (p *piece) says(key, value string) bool {
	start, ok := member(p.line, key)
	return ok && bytes.HasPrefix(p.line[start:], []byte(value))
}

// opens reports whether a body that is laid out over lines begins at the end of the text.
func (p *piece) opens() bool {
	text := bytes.TrimSuffix(p.text, []byte(`\n`))
	return len(text) > 0 && (text[len(text)-1] == '{' || text[len(text)-1] == '[')
}

// isInside reports whether the text is one of the lines of such a body, but for the last.
func (p *piece) isInside() bool {
	return len(p.text) > 0 && p.text[0] == ' ' || bytes.HasPrefix(p.text, []byte(`\t`))
}

// closes reports whether the text is the last of them.
func (p *piece) closes() bool {
	return len(p.text) > 0 && (p.text[0] == '}' || p.text[0] == ']')
}

// isSameStream reports whether two lines come from one stream of one program.
func (p *piece) isSameStream(o *piece) bool {
	for _, key := range [...]string{"stream", "source", "container_id", "container_name", "pod_name", "partial_id", "_PID", "_TRANSPORT"} {
		start, ok := member(p.line, key)
		other, also := member(o.line, key)
		if ok != also || ok && !bytes.Equal(stringAt(p.line, start), stringAt(o.line, other)) {
			return false
		}
	}
	return true
}

// carriedLines goes through the lines of a block that carry others, and makes one record
// of those that are parts of one text.
func carriedLines(b *Block) iter.Seq[Record] {
	return func(yield func(Record) bool) {
		var held []Record // what may be parts of one text
		var pieces []piece
		release := func() bool {
			for _, rec := range held {
				if !yield(rec) {
					return false
				}
			}
			held, pieces = held[:0], pieces[:0]
			return true
		}
		for rec := range lines(b) {
			p, ok := pieceOf(rec.Text, b.carrier)
			ok = ok && !rec.TooLong
			if len(held) > 0 && !(ok && p.goesOn(pieces)) && !release() {
				return
			}
			if !ok || len(held) == 0 && !p.isPart() && !p.opens() {
				if !yield(rec) {
					return
				}
				continue
			}
			held, pieces = append(held, rec), append(pieces, p)
			if len(held) > 1 && isWhole(pieces) {
				if !yield(joinPieces(held, pieces, b.limits)) {
					return
				}
				held, pieces = held[:0], pieces[:0]
			}
		}
		release()
	}
}

// goesOn reports whether a piece goes on with those before it.
func (p *piece) goesOn(before []piece) bool {
	last := &before[len(before)-1]
	return p.isSameStream(last) && (last.isPart() || before[0].opens() && (p.isInside() || p.closes()))
}

// isWhole reports whether nothing goes on with the last of the pieces.
func isWhole(pieces []piece) bool {
	last := &pieces[len(pieces)-1]
	return !last.isPart() && (pieces[len(pieces)-2].isPart() || last.closes())
}

// pieceBroken is the fault of a text of which a part is damaged.
const pieceBroken = "a line that has a part of the record is no JSON, as where a file is damaged: copy it again"

// joinPieces makes of several lines the one that would be there had their text not been
// cut.
func joinPieces(held []Record, pieces []piece, limits Limits) Record {
	first, rec := &pieces[0], held[0]
	text := bytes.Clone(first.line[:first.start])
	for i := range pieces {
		p := &pieces[i]
		text = append(text, p.text...)
		if !p.isPart() && !bytes.HasSuffix(p.text, []byte(`\n`)) {
			text = append(text, `\n`...)
		}
	}
	text = append(text, first.line[first.start+len(first.text):]...)
	rec.Text = text
	if slices.ContainsFunc(pieces, func(p piece) bool { return !stdjson.Valid(p.line) }) {
		rec.Fault = pieceBroken // of which the whole may be JSON all the same
	}
	rec.Unended = held[len(held)-1].Unended
	if int64(len(rec.Text)) > limits.MaxRecord {
		rec.Text, rec.TooLong = limits.sample(rec.Text), true
	}
	return rec
}

// closedEnd is where the last line of the data ends that nothing goes on with, 0 if
// there is none. The data ends with a line feed.
func closedEnd(data []byte, key string) int {
	for end := len(data); end > 0; {
		start := bytes.LastIndexByte(data[:end-1], '\n') + 1
		if p, ok := pieceOf(data[start:end-1], key); !ok || !p.isPart() && !p.opens() && !p.isInside() {
			return end
		}
		end = start
	}
	return 0
}
