package container

import (
	"bytes"
	"regexp"
)

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
