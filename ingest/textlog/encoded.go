package textlog

import (
	"bytes"
	"encoding/base64"
	stdjson "encoding/json"
	"io"
	"strconv"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
)

// beginnings are how the bracket of a body begins that is written byte by byte: in
// hexadecimal digits, as databases export bytes and Node.js, Go and dumps show them; in
// decimal ones, as Go and Rust print them; in base64, also of what is compressed.
var beginnings = [...]struct {
	sign string
	base int // of the digits
}{{"7b", 16}, {"7B", 16}, {"123", 10}, {"eyJ", 64}, {"H4sI", 64}}

// CutBytes is the fault of bytes that begin as a body does and are none.
const CutBytes SyntaxError = "the bytes that stand here begin as a body does and are none: they may be cut; log the body as JSON, a body a line"

// MayBeEncoded reports whether text may hold a body that is written as its bytes.
func MayBeEncoded(text []byte) bool {
	const fewest = 32 // bytes; a record has 24
	if len(text) < fewest || !hasBeginning(text) {
		return false
	}
	_, _, how := findEncoded(text)
	return how != spanBroken
}

// What a byte is to where a body may begin.
const (
	opensBody = 1 << iota // a beginning begins with it
	insideOf              // no body begins behind it
)

var roles = func() (roles [256]uint8) {
	for c := range roles {
		if isWordByte(byte(c)) && c|0x20 != 'x' {
			roles[c] = insideOf
		}
	}
	for _, begin := range beginnings {
		roles[begin.sign[0]] |= opensBody
	}
	return roles
}()

// hasBeginning reports whether one of the beginnings stands where a body may begin.
func hasBeginning(text []byte) bool {
	before := uint8(0)
	for i, c := range text {
		role := roles[c]
		if before&insideOf == 0 && role&opensBody != 0 {
			for _, begin := range beginnings {
				if bytes.HasPrefix(text[i:], []byte(begin.sign)) {
					return true
				}
			}
		}
		before = role
	}
	return false
}

// DecodeBytes returns the body that is written as its bytes in text, as far as it is there;
// nil if none is.
func DecodeBytes(text []byte) (body []byte, whole bool) {
	body, _, how := findEncoded(text)
	return body, how == spanWhole
}

// findEncoded looks for a body that is written as its bytes, and returns where it
// stands; spanBroken if there is none, spanCut if there is one that is not whole.
func findEncoded(text []byte) (body []byte, at int, how bodyEnd) {
	var cut []byte
	start := 0
	how = spanBroken
	for _, begin := range beginnings {
		for at := 0; ; at++ {
			next := bytes.Index(text[at:], []byte(begin.sign))
			if next < 0 {
				break
			}
			if at += next; at > 0 && isWordByte(text[at-1]) && (begin.base != 16 || text[at-1]|0x20 != 'x') {
				continue
			}
			const enough = 32 // bytes, for what is between the bracket and the first key
			if first, _ := decodeFrom(text[at:], begin.base, enough); !beginsRecord(first) && !isGzip(first) {
				continue
			}
			decoded, size := decodeFrom(text[at:], begin.base, len(text))
			decoded = Unpack(decoded)
			if stdjson.Valid(decoded) {
				return decoded, at, spanWhole
			}
			if cut, start = decoded, at; begin.base != 64 { // many an id begins like base64 of a body
				how = spanCut
			}
			at += size - 1
		}
	}
	return cut, start, how
}

// beginsRecord reports whether bytes begin as an object with a key in quotes does.
func beginsRecord(body []byte) bool {
	rest, ok := bytes.CutPrefix(body, []byte{'{'})
	rest = bytes.TrimLeft(rest, " \r\n\t")
	return ok && len(rest) > 1 && rest[0] == '"' && rest[1] != '"'
}

// decodeFrom decodes the bytes that text begins with, as far as they go on in the same way,
// but no more than that many, and returns how much of text they are.
func decodeFrom(text []byte, base, most int) (body []byte, size int) {
	if base == 64 {
		token := (&cursor{text: text[:min(len(text), most*4/3)]}).over(func(c byte) bool { return isWordByte(c) || bytes.IndexByte([]byte("+/-"), c) >= 0 })
		encoding := base64.RawStdEncoding
		if bytes.ContainsAny(token, "-_") {
			encoding = base64.RawURLEncoding
		}
		body, _ = encoding.AppendDecode(nil, token)
		return body, len(token)
	}
	rest := text
	for len(body) < most {
		digits := 2
		if base == 10 {
			digits = len((&cursor{text: rest}).over(func(c byte) bool { return c-'0' <= 9 }))
		}
		if digits > len(rest) {
			break
		}
		n, err := strconv.ParseUint(string(rest[:digits]), base, 8)
		if err != nil {
			break
		}
		body = append(body, byte(n))
		size = len(text) - len(rest) + digits
		rest = pastSeparator(rest[digits:])
	}
	return body, size
}

// pastSeparator goes over what stands between bytes: nothing, a colon, a comma, a space,
// and 0x before the next.
func pastSeparator(text []byte) []byte {
	rest := bytes.TrimLeft(text, ":, ")
	if len(text)-len(rest) > len(", ") {
		return text
	}
	if next, ok := bytes.CutPrefix(rest, []byte("0x")); ok {
		return next
	}
	return rest
}

// addEncoded adds the body that is written as its bytes in the line.
func (l *LogLine) addEncoded(line []byte) {
	body, at, how := findEncoded(line)
	switch how {
	case spanWhole:
		_ = l.addPart(nameBefore(line[:at]), func(dst []byte) ([]byte, error) { return append(dst, body...), nil })
		l.Flaws = l.Flaws[:0]
	case spanCut:
		if len(l.Flaws) == 0 {
			l.Flaws = append(l.Flaws, Flaw{at, len(line), CutBytes})
		}
	}
}

// Unpack is the text of what is compressed by gzip or zlib, as log subscriptions hand on
// their events and programs keep bodies, or else the body itself. What expands to more
// than any event is not read.
func Unpack(body []byte) []byte {
	const longest = 16 << 20
	var r io.Reader
	var err error
	switch {
	case len(body) < 18:
		return body
	case isGzip(body):
		r, err = gzip.NewReader(bytes.NewReader(body))
	case isZlib(body):
		r, err = zlib.NewReader(bytes.NewReader(body))
	default:
		return body
	}
	if err != nil {
		return body
	}
	text, err := io.ReadAll(io.LimitReader(r, longest+1))
	if err != nil || len(text) > longest {
		return body
	}
	return text
}

func isGzip(body []byte) bool { return bytes.HasPrefix(body, []byte{0x1f, 0x8b}) }

// isZlib reports whether bytes begin as zlib's do, with the usual window.
func isZlib(body []byte) bool {
	return len(body) > 2 && body[0] == 0x78 && (int(body[0])<<8+int(body[1]))%31 == 0
}
