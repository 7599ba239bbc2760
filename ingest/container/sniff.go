package container

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// Refusal is the error for a file that no format reads.
type Refusal struct {
	Reason string // what it is, and what to do about it
	// Records is set if the file does hold records, which are then missing.
	Records bool
}

// Error returns the reason.
func (r *Refusal) Error() string { return r.Reason }

// Sniffer opens files one after another and reuses its buffers. It is not for
// concurrent use.
type Sniffer struct {
	Limits Limits
	Format *Format // nil: the first that knows the file by its head

	head []byte
}

// headSize is how much of a file is examined to recognise its format: at most a
// block, at least leastHead.
const (
	headSize  = 1 << 20
	leastHead = 64
)

// Open returns the reader of a file, and the file's format. The reader is not
// to be used after the next call of Open. The error is a *Refusal or what
// reading the first bytes returned.
func (o *Sniffer) Open(file io.Reader) (Reader, *Format, error) {
	if o.head == nil {
		o.head = make([]byte, 0, max(min(headSize, o.Limits.BlockSize), leastHead))
	}
	s := stream{r: file}
	s.rest = s.fill(o.head[:0])
	if decoder, ok := decoderOf(s.rest); ok {
		s = stream{r: decoder.Reader(s.all())}
		s.rest = s.fill(o.head[:0])
	}
	s.skipHole()
	o.head = s.rest
	head := newHead(s.rest, s.err != nil)
	head.known, head.marked = o.Limits.Known, o.Limits.Marked
	if head.blank() && s.err != nil && !errors.Is(s.err, io.EOF) {
		return nil, nil, s.err
	}
	if head.blank() && head.Whole {
		return nil, nil, &Refusal{Reason: "empty file"}
	}
	format := o.Format
	if format == nil {
		if kind := foreign(s.rest); kind != nil {
			return nil, nil, kind
		}
		formats := Formats()
		i := slices.IndexFunc(formats, func(f *Format) bool { return f.sniff(head) })
		if i < 0 {
			return nil, nil, unreadable(s.rest)
		}
		format = formats[i]
	}
	return format.reader(s, o.Limits), format, nil
}

// Head returns the bytes with which the last file begins, as far as they were
// looked at.
func (o *Sniffer) Head() []byte { return o.head }

// Head is the beginning of a file.
type Head struct {
	Bytes []byte
	Whole bool // the file has no more

	text   []byte            // Bytes without byte order mark and leading white space
	known  func(string) bool // Limits.Known
	marked func([]byte) bool // Limits.Marked
}

func newHead(data []byte, whole bool) Head {
	return Head{Bytes: data, Whole: whole, text: bytes.TrimLeft(bytes.TrimPrefix(data, []byte(utf8BOM)), " \t\r\n")}
}

const utf8BOM = "\xef\xbb\xbf"

func (h Head) blank() bool { return len(h.text) == 0 }

// startsLikeJSON reports whether the file begins as an object or an array of
// records does: "{'a'" is Python, and "[2026-01-01" a line of a text log.
func (h Head) startsLikeJSON() bool {
	return startsLikeJSON(h.text)
}

func startsLikeJSON(text []byte) bool {
	if len(text) == 0 {
		return false
	}
	second := bytes.TrimLeft(text[1:], " \t\r\n")
	follow := `"}`
	switch text[0] {
	case '{':
		if key, ok := bytes.CutPrefix(second, []byte{'"'}); ok {
			_, behind, _ := bytes.Cut(key, []byte{'"'})
			return !bytes.HasPrefix(bytes.TrimLeft(behind, " "), []byte("=>")) // of Ruby
		}
	case '[':
		if bytes.HasPrefix(second, []byte{'{'}) {
			return startsLikeJSON(second)
		}
		follow = `["]`
	default:
		return false
	}
	return len(second) == 0 || strings.IndexByte(follow, second[0]) >= 0
}

// recordEndsItsLine reports whether the first record, and nothing else, is on
// the first line. If it is broken, the second line decides.
func (h Head) recordEndsItsLine() bool {
	if h.linesBeginAlike() {
		return true
	}
	var s scanner
	n, out := s.scan(h.text)
	text, behind := h.text[:n], bytes.TrimLeft(h.text[n:], " \t\r")
	oneLine := bytes.IndexByte(text, '\n') < 0
	switch {
	case out == broken:
		return h.secondLineIsRecord() || h.Whole && bytes.IndexByte(h.text, '\n') < 0
	case out == more:
		return oneLine && h.Whole
	case !oneLine:
		return false
	}
	return len(behind) == 0 || strings.IndexByte(",{[", behind[0]) < 0
}

// linesBeginAlike reports whether the first lines each begin as a record on one
// line does, whole or cut: `{"`. No pretty-printer writes so.
func (h Head) linesBeginAlike() bool {
	const enough = 4
	rest := h.text
	for n := 0; ; n++ {
		line, more, ended := bytes.Cut(rest, []byte("\n"))
		switch {
		case n == enough || n > 1 && !ended && len(line) == 0:
			return true
		case !bytes.HasPrefix(line, []byte(`{"`)) || !ended:
			return false
		}
		rest = more
	}
}

// secondLineIsRecord reports whether the next line that is not blank holds a
// whole object.
func (h Head) secondLineIsRecord() bool {
	feed := bytes.IndexByte(h.text, '\n')
	if feed < 0 {
		return false
	}
	second := bytes.TrimLeft(h.text[feed:], " \t\r\n")
	if end := bytes.IndexByte(second, '\n'); end >= 0 {
		second = second[:end]
	} else if !h.Whole {
		return false
	}
	if !startsLikeJSON(second) || second[0] != '{' {
		return false
	}
	var s scanner
	n, out := s.scan(second)
	return out == closed && len(trimLine(second[n:])) == 0
}

// unreadable says why no format reads a file: what it is, if its first bytes
// tell.
func unreadable(data []byte) error {
	known := []struct{ start, name, advice string }{
		{"PK\x03\x04", "a zip archive and no spreadsheet", "; unpack it first"},
		{"BZh", "bzip2 data", "; decompress it first"},
		{"\xfd7zXZ", "xz data", "; decompress it first"},
		{"%PDF", "a PDF document", ""},
	}
	for _, k := range known {
		if bytes.HasPrefix(data, []byte(k.start)) {
			// A document of an office has no records; any other archive may have.
			inner := k.start == "PK\x03\x04" && !bytes.Contains(data, []byte("[Content_Types].xml")) && !bytes.Contains(data, []byte("mimetype"))
			return &Refusal{Reason: k.name + k.advice, Records: inner}
		}
	}
	return &Refusal{Reason: "no JSON, no table, and no JSON in its text"}
}

// foreign says of a file of another tool, which may hold a log and would be taken for
// text with records in it, how to export it; nil of anything else.
func foreign(data []byte) error {
	known := []struct {
		at                 int // in bytes
		mark, name, advice string
	}{
		{0, "SQLite format 3\x00", "a SQLite database", `export its table: sqlite3 -json FILE 'SELECT * FROM table' > log.json`},
		{8, "DUCK", "a DuckDB database", `export its table: duckdb FILE "COPY table TO 'log.parquet'"`},
		{0, "ORC", "an ORC file", `convert it to Parquet: python -c "import pyarrow.orc as o, pyarrow.parquet as p; p.write_table(o.read_table('FILE'), 'log.parquet')"`},
		{257, "ustar", "a tar archive in another one, or from a pipe", "unpack it first, or name the file"},
	}
	if bytes.IndexByte(data, 0) < 0 { // it is text that begins so
		return nil
	}
	for _, k := range known {
		if len(data) > k.at && bytes.HasPrefix(data[k.at:], []byte(k.mark)) {
			return &Refusal{Reason: k.name + ", which is not read; " + k.advice, Records: true}
		}
	}
	return nil
}

// decoderOf returns what turns a file into UTF-8 of which these are the first bytes, if
// it is UTF-16, as spreadsheets and shells of Windows write it, or UTF-32. Their order is
// what the first mark says, if there is one.
func decoderOf(head []byte) (decoder *encoding.Decoder, ok bool) {
	if order, ok := orderOfUTF32(head); ok {
		return utf32.UTF32(order, utf32.UseBOM).NewDecoder(), true
	}
	if order, ok := orderOfUTF16(head); ok {
		return unicode.UTF16(order, unicode.UseBOM).NewDecoder(), true
	}
	return nil, false
}

// orderOfUTF32 tells UTF-32 by the zeros in its first two characters, of which the first
// may be a byte order mark.
func orderOfUTF32(data []byte) (order utf32.Endianness, ok bool) {
	if len(data) < 8 || len(data)%4 != 0 && len(data) < leastHead {
		return order, false
	}
	switch {
	case data[3] == 0 && data[2] == 0 && data[0] != 0 && data[4] != 0 && data[5] == 0 && data[6] == 0 && data[7] == 0:
		return utf32.LittleEndian, true
	case data[0] == 0 && data[1] == 0 && data[3] != 0 && data[4] == 0 && data[5] == 0 && data[6] == 0 && data[7] != 0:
		return utf32.BigEndian, true
	}
	return order, false
}

// orderOfUTF16 tells UTF-16 by its byte order mark, or by zeros in every second
// of its first bytes: a file begins with letters, brackets and white space,
// whatever alphabets follow.
func orderOfUTF16(data []byte) (order unicode.Endianness, ok bool) {
	const enough = 16
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}):
		return unicode.LittleEndian, true
	case bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		return unicode.BigEndian, true
	case len(data) < 4:
		return order, false
	}
	var zeros [2]int // at even and at odd indexes
	n := min(len(data), enough) / 2
	for i := range n {
		for half := range zeros {
			if data[2*i+half] == 0 {
				zeros[half]++
			}
		}
	}
	switch zeros {
	case [2]int{0, n}:
		return unicode.LittleEndian, true
	case [2]int{n, 0}:
		return unicode.BigEndian, true
	}
	return order, false
}
