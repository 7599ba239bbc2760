package container

import (
	"bytes"
	"iter"
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
