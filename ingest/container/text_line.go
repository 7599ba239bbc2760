package container

import (
	"bytes"
	"regexp"

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
	r.found = textlog.LogLine{JSON: b.data, Flaws: r.found.Flaws[:0]}
	if r.limits.Signatures {
		r.found.Signature = r.signatures.Around
	}
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
	if r.hasHole(b, text[:used]) {
		r.advance(used)
		return
	}
	r.signatures.Pass(text[:used], len(r.found.JSON) > len(b.data))
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

// hasHole rejects a text with zero bytes in it, of which nobody can tell what stood there.
// Those around it are holes that rotation leaves, and cost nothing.
func (r *textReader) hasHole(b *Block, text []byte) bool {
	text = bytes.Trim(trimLine(text), "\x00")
	if bytes.IndexByte(text, 0) < 0 {
		return false
	}
	r.add(b, Record{Text: r.keep(b, text), Stray: true, Fault: holeWithin})
	return true
}

// passOver ignores lines without a body, but none with a sign of one.
func (r *textReader) passOver(b *Block, lines []byte) {
	text := trimLine(lines)
	if r.isMarked(text) {
		r.add(b, Record{Text: r.keep(b, text), Stray: true, Fault: notRead(text), Unended: r.isLast(lines)})
		return
	}
	rec := Record{Text: r.keep(b, r.limits.sample(text)), Ignore: WithoutBody}
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

// carrier is what collectors of logs put before each line: Docker Compose and pm2
// a name, the runtimes of Kubernetes a time, a stream and whether the line is a
// part of one, journald, syslog, Heroku and Fly.io a time, a host and a program,
// kubectl a pod or a time, the tools of Docker and AWS a time. A body that is laid out
// over lines, and one that was cut for its length, lies in the text behind.
var carrier = regexp.MustCompile(`^(?:` +
	`((?:\d+\|)?[\w./-]+ *\|) ?` +
	`|\d{4}-\d\d-\d\dT\S+ (std(?:out|err)) ([FP]) ` +
	`|(?:<\d+>)?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\S+) ((?:\S+ )?[\w./-]+\[[\w.-]+\](?::| \w+ \[\w+\])) ?` +
	`|<\d+>1 \S+ ((?:\S+ ){4})(?:-|\[[^\]]*\]) ?` +
	`|(\[pod/\S+\]) ` +
	`|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[\w.,:+-]* ((?:[\w.-]+/[\w./-]+ )?)` +
	`)`)

// carried is a line without what its collector has put before it.
type carried struct {
	stream  string // whose line it is
	text    []byte
	partial bool // the next line of the stream goes on with it
}

// longestCarrier is more than any collector puts before a line, in bytes.
const longestCarrier = 256

func carriedLine(line []byte) (c carried, ok bool) {
	if !mayBeCarried(line) {
		return carried{}, false // most lines: they need no expression
	}
	m := carrier.FindSubmatchIndex(line[:min(len(line), longestCarrier)])
	if m == nil {
		return carried{}, false
	}
	c.text = line[m[1]:]
	for i := 2; i < len(m); i += 2 {
		if m[i] < 0 {
			continue
		}
		if part := string(line[m[i]:m[i+1]]); part == "F" || part == "P" {
			c.partial = part == "P"
		} else {
			c.stream = part
		}
	}
	return c, true
}

// mayBeCarried tells by the first bytes of a line whether a collector may have put
// them there: a name, a time, a priority in angle brackets or a pod in square ones.
func mayBeCarried(line []byte) bool {
	if len(line) == 0 {
		return false
	}
	switch c := line[0]; c {
	case '_', '.', '/', '-':
		return true
	case '<':
		return len(line) > 1 && line[1]-'0' <= 9
	case '[':
		return bytes.HasPrefix(line, []byte("[pod/"))
	default:
		return c|0x20 >= 'a' && c|0x20 <= 'z' || c-'0' <= 9
	}
}

// joinCarried joins the line at the beginning of rest, of that length, with
// those of its stream that go on with it. It returns how much of rest they are;
// known is false if that is more than there is.
func (r *textReader) joinCarried(rest []byte, first int) (joined []byte, size int, known bool) {
	before, ok := carriedLine(rest[:first])
	if !ok {
		return nil, first, true
	}
	joined, size = bytes.Clone(rest[:first]), first
	for !r.exceeds(size) {
		line, whole := r.wholeLine(rest[size:])
		if !whole {
			return nil, size, false
		}
		next, ok := carriedLine(line)
		if !ok || next.stream != before.stream || len(next.text) == 0 || !before.partial && !goesOn(next.text[0]) {
			break
		}
		if before.partial {
			joined = bytes.TrimRight(joined, "\r\n")
		}
		joined = append(joined, next.text...)
		size += len(line)
		before = next
	}
	return joined, size, true
}

// readCarried reads the body that begins on the line at the beginning of rest
// and goes on behind what a collector has put before each line. It reports
// whether there is one; known is false if more of the text is needed.
func (r *textReader) readCarried(b *Block, rest []byte, first int) (read, known bool) {
	joined, size, known := r.joinCarried(rest, first)
	if !known || size == first {
		return false, known
	}
	r.find(b, joined)
	start := len(b.data)
	if len(r.found.JSON) == start || len(r.found.Flaws) > 0 || r.found.Used < len(joined) {
		r.deaf = size // its lines hold no other
		return false, true
	}
	b.data = r.found.JSON
	r.add(b, Record{Text: b.data[start:len(b.data):len(b.data)], Stray: true})
	r.advance(size)
	return true, true
}
