package container

import (
	"bytes"
	"iter"
)

// carrierKeys are under which collectors of logs keep a line that a program has
// written, each in an object of its own: Docker and Fluent Bit, most others, journald,
// Google. A body that is laid out over lines, and one that was cut for its length, is
// then several records.
var carrierKeys = [...]string{"log", "message", "MESSAGE", "msg", "line", "textPayload"}

// maxLooked is how many lines of a file are looked at for the key: the first may be
// broken, as the file was rotated.
const maxLooked = 4

// carrierKey returns the key under which a line carries another, "" if it carries none.
func carrierKey(line []byte) string {
	for _, key := range carrierKeys {
		if _, ok := member(line, key); ok {
			return key
		}
	}
	return ""
}

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
