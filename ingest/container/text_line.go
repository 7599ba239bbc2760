package container

import (
	"bytes"

	"waudit/ingest/textlog"
)

// readLine reads what the line holds, and the lines that go on with it.
func (r *textReader) readLine(b *Block, rest []byte) bool {
	line, ok := r.wholeLine(rest)
	switch {
	case r.exceeds(len(bytes.TrimSuffix(line, []byte{'\n'}))):
		return r.tooLong(b, rest)
	case !ok:
		return false
	case len(trimLine(line)) == 0:
		r.advance(len(line))
		return true
	}
	text := line
	r.find(b, text)
	if r.deaf == 0 && (r.found.Open || r.found.Wants || len(r.found.Flaws) > 0) {
		if read, known := r.readOver(b, rest, line); read || !known {
			return read
		}
		r.find(b, text)
	}
	if r.found.Open {
		size, ok := r.runOf(rest, len(line))
		switch {
		case r.exceeds(size):
			return r.readLongRun(b, rest)
		case !ok:
			return false
		}
		text = rest[:size]
		r.find(b, text)
		r.joinRun(size)
	}
	r.take(b, text)
	return true
}

// joinRun makes what is broken in a run of lines of that size take all of them:
// the lines behind the fault are parts of it.
func (r *textReader) joinRun(size int) {
	if n := len(r.found.Flaws); n > 0 && r.found.Flaws[n-1].End >= r.found.Used-1 {
		r.found.Flaws[n-1].End, r.found.Used = size, size
	}
}

// readOver reads the body that begins on the line and goes on over others, behind
// what a collector has put before each, or as a literal. It reports whether there
// is one; known is false if more of the text is needed.
func (r *textReader) readOver(b *Block, rest, line []byte) (read, known bool) {
	wants := r.found.Wants && len(line) < textlog.MaxLiteral
	read, known = r.readCarried(b, rest, len(line))
	switch {
	case read || !known || !wants:
		return read, known
	case r.err == nil && len(rest) < textlog.MaxLiteral && !r.exceeds(len(rest)):
		return false, false
	}
	longer := rest[:min(len(rest), textlog.MaxLiteral, int(r.limits.MaxRecord))]
	if r.find(b, longer); len(r.found.JSON) > len(b.data) {
		r.take(b, longer)
		return true, true
	}
	r.deaf = max(r.deaf, textlog.MaxLiteral/8)
	return false, true
}

// wholeLine is the line with its line feed, and whether all of it is there.
func (r *textReader) wholeLine(rest []byte) (line []byte, ok bool) {
	if feed := bytes.IndexByte(rest, '\n'); feed >= 0 {
		return rest[:feed+1], true
	}
	return rest, r.err != nil
}

// find looks for the bodies in text. Their JSON goes where the block has room.
func (r *textReader) find(b *Block, text []byte) {
	r.found = textlog.Line{JSON: b.data, Flaws: r.found.Flaws[:0]}
	r.found.Read(text)
}

// runOf is the length of the lines that go on with the first, which has that
// length: those that are indented or begin with a closing bracket, as in JSON
// and Python that are laid out for people. It is known if ok.
func (r *textReader) runOf(rest []byte, first int) (size int, ok bool) {
	size = max(first, r.run-r.pos)
	for {
		switch {
		case size == len(rest):
			r.run = r.pos + size
			return size, r.err != nil
		case !goesOn(rest[size]):
			r.run = r.pos + size
			return size, true
		}
		feed := bytes.IndexByte(rest[size:], '\n')
		switch {
		case feed >= 0:
			size += feed + 1
		case r.err != nil:
			size = len(rest)
		case r.exceeds(len(rest)):
			return len(rest), false
		default:
			r.run = r.pos + size
			return size, false
		}
	}
}

func goesOn(first byte) bool {
	return first == ' ' || first == '\t' || first == '}' || first == ']' || first == ')'
}

// readLongRun reads from lines that are too many for one record. A body may end
// before they do.
func (r *textReader) readLongRun(b *Block, rest []byte) bool {
	text := rest[:r.limits.MaxRecord]
	r.find(b, text)
	if r.found.Open && len(r.found.Flaws) > 0 {
		return r.tooLong(b, rest)
	}
	r.take(b, text)
	return true
}

// take makes records of what was found in text.
func (r *textReader) take(b *Block, text []byte) {
	used := r.found.Used
	if start := len(b.data); len(r.found.JSON) > start {
		b.data = r.found.JSON
		body := b.data[start:len(b.data):len(b.data)]
		r.add(b, Record{Text: body, Stray: true})
		if whole := trimLine(text[:used]); len(r.found.Flaws) == 0 && r.isMarked(whole) && !r.isMarked(body) {
			r.add(b, Record{Text: r.keep(b, whole), Stray: true, Fault: notRead(whole), Unended: r.isLast(text[:used])})
		}
	} else if len(r.found.Flaws) == 0 {
		r.passOver(b, text[:used])
	}
	for _, flaw := range r.found.Flaws {
		r.add(b, Record{
			Text: r.keep(b, trimLine(text[flaw.Start:flaw.End])), Stray: true, Fault: string(flaw.Reason),
			Unended: r.isLast(text[:flaw.End]),
		})
	}
	r.advance(used)
}

// passOver ignores lines without a body, but none with a sign of one.
func (r *textReader) passOver(b *Block, lines []byte) {
	text := trimLine(lines)
	if r.isMarked(text) {
		r.add(b, Record{Text: r.keep(b, text), Stray: true, Fault: notRead(text), Unended: r.isLast(lines)})
		return
	}
	rec := Record{Text: r.keep(b, r.limits.sample(text)), Ignore: withoutBody}
	rec.Unended = !r.rows && r.isLast(lines) // the end of a dump need not end its line
	r.add(b, rec)
}

// isMarked reports whether there is a sign of a record in the text.
func (r *textReader) isMarked(text []byte) bool {
	return r.limits.Marked != nil && r.limits.Marked(text)
}

// isLast reports whether the file ends with that text, which begins here, and
// without a line feed.
func (r *textReader) isLast(text []byte) bool {
	return r.err != nil && len(text) == len(r.window)-r.pos && !bytes.HasSuffix(text, []byte{'\n'})
}
