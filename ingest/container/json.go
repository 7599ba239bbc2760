package container

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
)

// json is arrays of records, and records one after another however they are
// laid out, with or without commas between them.
var json = Format{
	name:  "json",
	sniff: Head.startsLikeJSON,
	reader: func(s stream, limits Limits) Reader {
		return &valueReader{stream: s, limits: limits, line: 1, first: -1, leading: true}
	},
}

const (
	maxFound  = 16 << 10 // records in a block; only tiny ones come to so many
	maxScalar = 64       // bytes in a number or word between records; anything longer is junk
)

// valueReader finds every record while it reads.
type valueReader struct {
	stream
	limits Limits

	window []byte // what is read and still needed: the record being read, if it is not too long, and what is behind it
	base   int64  // offset of the window in the stream
	pos    int    // where reading is in the window

	state   state
	scan    scanner
	inArray bool
	mended  bool // the last record was broken: a bracket may have gone with it

	// The record being read.
	start  int    // where it begins in the window
	within int64  // indent of the line on which it begins
	record Record // its place
	long   bool   // it is too long: its text is a copy of its beginning, and the window does not hold it

	// The line on which counted lies.
	counted   int   // index in the window up to which lines were counted
	line      int64 // number, from 1
	lineStart int64 // offset in the stream
	first     int64 // offset in the stream of the first record that begins on it, -1: none yet
	leading   bool  // nothing but white space and "[" was on it so far
	indent    int64 // how far it is indented: bytes of white space, or of all before a record that comes first on it

	reread int64 // bytes that were gone over twice, in search of a record behind a broken one
}

// state says what the next byte belongs to.
type state uint8

const (
	between state = iota // the space between records
	inside               // a record
	lost                 // what comes behind a broken record, until another begins
)

func (r *valueReader) Next(b *Block) error {
	b.begin(r.line, r.limits)
	b.data = append(b.data, r.rest...)
	r.window, r.rest = b.data, r.rest[:0]
	for {
		r.window = r.fill(r.window)
		for len(b.found) < maxFound && r.step(b) {
		}
		if len(b.found) > 0 {
			break
		}
		if r.err != nil {
			b.data = r.window
			if r.inArray && !r.mended && errors.Is(r.err, io.EOF) {
				return errArrayOpen
			}
			return r.err
		}
		r.makeRoom()
	}
	needed := r.needed()
	r.rest = append(r.rest, r.window[needed:]...)
	b.data = r.window
	r.shift(needed)
	return nil
}

// errArrayOpen is told of a file in which nothing but the end is missing.
var errArrayOpen = errors.New("the array does not end: the file may be cut; copy or export it again")

// needed is the index in the window of the first byte that is still needed.
func (r *valueReader) needed() int {
	if r.state == between || r.long {
		return r.pos
	}
	return r.start
}

// makeRoom makes room behind the window. No record lies in what it drops.
func (r *valueReader) makeRoom() {
	needed := r.needed()
	if needed == 0 {
		r.window = slices.Grow(r.window, max(len(r.window), r.limits.BlockSize))
		return
	}
	r.window = r.window[:copy(r.window, r.window[needed:])]
	r.shift(needed)
}

// shift lets the window begin n bytes later.
func (r *valueReader) shift(n int) {
	r.base += int64(n)
	r.pos -= n
	r.start -= n
	r.counted -= n
}

// step goes on by a record or by a part of it. It returns false if there is
// nothing more to do in the window.
func (r *valueReader) step(b *Block) bool {
	switch r.state {
	case between:
		return r.findRecord()
	case inside:
		return r.readRecord(b)
	default:
		return r.resync(b)
	}
}

// findRecord goes to where the next record begins.
func (r *valueReader) findRecord() bool {
	for ; r.pos < len(r.window); r.pos++ {
		switch c := r.window[r.pos]; c {
		case '\n':
			r.line++
			r.lineStart = r.base + int64(r.pos) + 1
			r.first, r.leading = -1, true
		case ' ', '\t', '\r', 0xef, 0xbb, 0xbf: // a byte order mark stands where files were joined
		case ',':
			r.leading = false
		case '[':
			if r.inArray {
				r.beginRecord()
				return true
			}
			r.inArray = true
		case ']':
			if !r.inArray {
				r.beginRecord()
				return true
			}
			r.inArray, r.leading = false, false
		default:
			r.beginRecord()
			return true
		}
	}
	return false
}

func (r *valueReader) beginRecord() {
	at := r.base + int64(r.pos)
	if r.first < 0 {
		r.first = at
	}
	if r.leading {
		r.indent = at - r.lineStart
	}
	r.state, r.start, r.counted, r.long = inside, r.pos, r.pos, false
	r.within, r.record = r.indent, Record{Line: r.line, Offset: at - r.first}
	r.scan = scanner{objects: r.scan.objects[:0]}
}

// readRecord goes on to the record's end.
func (r *valueReader) readRecord(b *Block) bool {
	switch out := r.scanRecord(); {
	case out == closed:
		r.endRecord(b, r.pos)
	case out == broken:
		r.record.Lost = true
		r.goBack()
	case !r.long && int64(r.pos-r.start) == r.limits.MaxRecord:
		r.tooLong()
	case r.err == nil:
		if r.long {
			r.count(r.pos)
		}
		return false
	case r.long:
		r.endRecord(b, r.pos)
	default: // cut off; but if only a bracket is missing, there are records in it
		r.goBack()
	}
	return true
}

func (r *valueReader) scanRecord() scanOutcome {
	if r.long {
		return r.scanTo(len(r.window))
	}
	if isScalar(r.window[r.start]) {
		return r.scanScalar()
	}
	return r.scanTo(int(min(int64(len(r.window)), int64(r.start)+r.limits.MaxRecord)))
}

func (r *valueReader) scanTo(end int) scanOutcome {
	n, out := r.scan.scan(r.window[r.pos:end])
	r.pos += n
	return out
}

// scanScalar goes over a number or a word. These are no records, but what
// they are is for others to say.
func (r *valueReader) scanScalar() scanOutcome {
	end := r.start
	for end < len(r.window) && isScalar(r.window[end]) {
		end++
	}
	token := r.window[r.start:end]
	if end == len(r.window) && r.err == nil && len(token) <= maxScalar {
		return more
	}
	if len(token) > maxScalar || !stdjson.Valid(token) {
		return broken
	}
	r.pos = end
	return closed
}

// isScalar reports whether c may be part of a number or a word, or of anything
// else that ends at a bracket, a quote, a comma or white space.
func isScalar(c byte) bool {
	return !isSpace(c) && strings.IndexByte(`{}[]",`, c) < 0
}

// tooLong gives up to hold the record.
func (r *valueReader) tooLong() {
	r.long = true
	r.record.TooLong = true
	r.record.Text = bytes.Clone(r.limits.sample(r.window[r.start:]))
	r.count(r.pos)
}

// endRecord hands out the record that ends before index end.
func (r *valueReader) endRecord(b *Block, end int) {
	r.mended = r.state == lost || r.long
	switch {
	case r.long:
	case int64(end-r.start) > r.limits.MaxRecord:
		r.tooLong()
	case r.state == lost:
		r.record.Text = bytes.TrimRight(r.window[r.start:end], " \t\r\n,")
	default:
		r.record.Text = r.window[r.start:end]
	}
	r.count(end)
	if r.long {
		r.indent = 0 // its last line may not have been in one window
	}
	b.found = append(b.found, r.record)
	r.state, r.pos, r.long = between, end, false
}

// count counts the lines before index end, which lies in or behind a record.
func (r *valueReader) count(end int) {
	text := r.window[r.counted:end]
	r.counted = end
	r.leading = false
	if feeds := bytes.Count(text, []byte{'\n'}); feeds > 0 {
		last := bytes.LastIndexByte(text, '\n')
		r.line += int64(feeds)
		r.lineStart = r.base + int64(end-len(text)+last+1)
		r.first = -1
		r.indent = indentation(text[last+1:])
	}
}

func indentation(line []byte) int64 {
	return int64(len(line) - len(bytes.TrimLeft(line, " \t\r")))
}

// A broken record does not say where it ends. Reading goes on at the next line
// that begins with a record and is indented no further than the line on which
// the broken one began: what is indented further is a part of it. Closing
// brackets may stand in front, as in "}, {".

// maxPrefix is how many bytes of white space and brackets a line may begin with
// to be looked at, so that it need not be held if there is nothing else on it.
const maxPrefix = 1 << 10

// goBack chooses where the search for the next record begins: after the first byte
// of the broken one, because with a bracket or quote missing it may have swallowed
// others before the fault was found. To bound the work for hostile files, bytes are
// read four times on average at most; beyond that the search begins on the line of
// the fault.
func (r *valueReader) goBack() {
	r.state = lost
	if r.long {
		return
	}
	back := int64(r.pos - r.start)
	if r.reread+back <= 4*(r.base+int64(r.pos)) {
		r.reread += back
		r.pos = r.start
	} else if feed := bytes.LastIndexByte(r.window[r.start:r.pos], '\n'); feed >= 0 {
		r.pos = r.start + feed
	}
}

// resync goes on to the next record and hands out what comes before it as one.
// It returns false if that takes more than the window holds.
func (r *valueReader) resync(b *Block) bool {
	for {
		feed := bytes.IndexByte(r.window[r.pos:], '\n')
		if feed < 0 {
			r.pos = len(r.window)
			break
		}
		line := r.pos + feed + 1
		next, ok := r.recordOnLine(line)
		if ok {
			r.resume(b, line, next)
			return true
		}
		if next == len(r.window) && r.err == nil {
			r.pos += feed // the line is not known in full
			break
		}
		r.pos = line
	}
	switch {
	case r.err != nil:
		r.record.Unended = true
		r.endRecord(b, len(r.window))
		return true
	case r.long:
		r.count(r.pos)
	case int64(r.pos-r.start) > r.limits.MaxRecord:
		r.tooLong()
	}
	return false
}

// resume ends the broken record where the next one begins, on the line that
// begins at index line.
func (r *valueReader) resume(b *Block, line, next int) {
	if r.window[next] == '[' {
		r.inArray = false
	}
	r.record.Lost = false
	r.endRecord(b, next)
	r.indent = indentation(r.window[line:next])
}

// recordOnLine returns the index of the first byte of the line that begins at
// index line, white space and closing brackets aside, and whether it begins a
// record.
func (r *valueReader) recordOnLine(line int) (next int, ok bool) {
	for next = line; next < len(r.window) && next-line <= maxPrefix; next++ {
		switch c := r.window[next]; c {
		case ' ', '\t', '\r', '}', ']', ',':
			continue
		case '{':
			return next, indentation(r.window[line:next]) <= r.within
		case '[':
			// In an array only one at the very beginning of a line is taken
			// for a record; it is then an array of its own.
			return next, next == line || !r.inArray && indentation(r.window[line:next]) <= r.within
		}
		return next, false
	}
	return next, false
}
