package container

import (
	"bytes"
	"iter"
	"slices"
)

// ndjson is one record a line. Several values on a line are left to whoever
// parses it.
type ndjson struct{}

func (ndjson) Name() string { return "ndjson" }

func (ndjson) Sniff(head Head) bool {
	if head.blank() {
		return !head.Whole // what follows so much white space will show; lines are the safer guess
	}
	if !head.startsLikeJSON() {
		return head.secondLineIsRecord() // the first line is what a rotation left of a record
	}
	return head.text[0] == '{' && head.recordEndsItsLine()
}

func (ndjson) reader(s stream, limits Limits) Reader {
	return &lineReader{stream: s, line: 1, limits: limits}
}

// lineReader cuts blocks behind the last line feed that was read; where the
// lines are inside a block is found by whoever works on it.
type lineReader struct {
	stream
	line   int64 // of the next byte
	limits Limits
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
			b.data = data[:searched+end+1]
			r.rest = append(r.rest, data[len(b.data):]...)
			break
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
		data = slices.Grow(data, int(min(int64(len(data)), r.limits.MaxRecord+1-int64(len(data)))))
	}
	r.line += int64(bytes.Count(b.data, []byte{'\n'}))
	return nil
}

// tooLong makes b a block of the one line that begins it, and reads to the
// line's end without keeping it.
func (r *lineReader) tooLong(b *Block) {
	b.search = nil
	b.found = append(b.found, Record{Text: r.limits.sample(b.data), Line: r.line, TooLong: true})
	r.line++
	for scrap := make([]byte, 0, scrapSize); r.err == nil; {
		scrap = r.fill(scrap[:0])
		if end := bytes.IndexByte(scrap, '\n'); end >= 0 {
			r.rest = append(r.rest, scrap[end+1:]...)
			return
		}
	}
}

// lines goes through the lines of a block, without blank ones.
func lines(b *Block) iter.Seq[Record] {
	return func(yield func(Record) bool) {
		rest, unended := b.data, false
		for line := b.line; len(rest) > 0; line++ {
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

// trimLine takes away white space, a byte order mark, which may also stand in the
// middle of a file if files were joined, and a hole: zero bytes in front, as a
// disk that fails leaves them.
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
