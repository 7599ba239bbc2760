package unwrap

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html"
	"net/url"
	"slices"
	"strings"

	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
	"waudit/ingest/signature"
	"waudit/ingest/textlog"
)

// readJSON looks for records in a string whose text is JSON, or a JSON string
// of JSON.
func (u *Finder) readJSON(v jsontree.Value, depth int) bool {
	if v.Tag() != 0 && depth < maxWraps && u.isFound(v) {
		return true
	}
	if !dialect.MayBeJSON(v) {
		return false
	}
	body := u.text(v)
	return depth < maxWraps && u.readQuickly(v, body) || u.readWhole(v, body, depth)
}

// readEncoded looks for records in a string that is JSON in an encoding, a form or
// text in which a body stands. JSON is none of these, and was looked at.
func (u *Finder) readEncoded(v jsontree.Value, depth int) bool {
	if v.Tag() == 0 && len(v.Raw()) < len(`"a=1&b=2"`) {
		return false
	}
	text := u.text(v)
	if !mayBeEncoded(text) {
		return false
	}
	body, may := unpack(text)
	if !may {
		return false
	}
	if body != nil {
		return depth < maxWraps && u.readQuickly(v, body) || u.readWhole(v, body, depth) || u.readText(v, body, depth)
	}
	return u.readText(v, text, depth)
}

// Signs of what a text may be, by byte.
const (
	ofBody   = 1 << iota // as textlog.MayHoldBody looks for them
	noBase64             // in no text of base64
)

var signs = func() (signs [256]uint8) {
	for c := range signs {
		if !isBase64([]byte{byte(c), 'A', 'A', 'A'}) && c != '=' {
			signs[c] = noBase64
		}
	}
	for _, c := range []byte("{(>&") {
		signs[c] |= ofBody
	}
	return signs
}()

// mayBeEncoded reports whether any of the encodings is worth a try: of what stands
// around records, as the headers of a gateway, one look at each byte tells that none is.
func mayBeEncoded(text []byte) bool {
	const shortest = 32 // bytes of digits or base64; no record is less than 24
	first := firstByte(text)
	if strings.IndexByte("{[\"\x1f%\\-", first) >= 0 {
		return true
	}
	var seen uint8
	for _, c := range text {
		seen |= signs[c]
	}
	if seen&ofBody != 0 {
		return true
	}
	isBase64 := seen&noBase64 == 0 && bytes.IndexByte(bytes.TrimRight(text, padding), '=') < 0
	return len(text) >= shortest && (isBase64 || strings.IndexByte("0157", first) >= 0) && !isUUID(text) || textlog.MayBeEncoded(text)
}

// isUUID reports whether a text has the hyphens of a UUID. In base64, the first of these
// makes a byte that is in no JSON, and on neither side of it is there room for a record.
func isUUID(text []byte) bool {
	return len(text) == 36 && text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-'
}

// unpack decodes a text that is no JSON, if it is in an encoding, and reports whether it is
// worth to look for records in it.
func unpack(text []byte) (body []byte, may bool) {
	body = decodeEscaped(text)
	if body == nil && bytes.HasPrefix(text, []byte("---")) { // as Ruby keeps objects in a column
		body, _ = textlog.AppendYAML(nil, text)
	}
	if body == nil {
		body = decodeBase64(text)
	}
	const ofJSON = `{["-0123456789tfn` // it takes time to say what is wrong with others
	if !mayHoldRecord(body) && !mayHoldRecord(text) || strings.IndexByte(ofJSON, firstByte(text)) >= 0 && json.Valid(text) {
		return nil, false
	}
	return textlog.Unpack(body), true
}

// mayHoldRecord reports whether it is worth to look for records in a text. Nearly
// all strings around a record are none of those that are.
func mayHoldRecord(text []byte) bool {
	const marks = "{[\"\x1fx" // JSON with its braces escaped; what is compressed
	return textlog.MayHoldBody(text) || bytes.IndexByte([]byte(marks), firstByte(text)) >= 0
}

// firstByte is the first byte behind white space, 0 if there is none.
func firstByte(text []byte) byte {
	for _, c := range text {
		if c > ' ' || c == 0x1f {
			return c
		}
	}
	return 0
}

// decodeEscaped decodes what is JSON in hexadecimal digits, as databases export bytes,
// with the escapes of HTML, or with those of addresses; nil if the text is none.
func decodeEscaped(text []byte) []byte {
	if len(text) == 0 || strings.IndexByte(`{[%\0157`, text[0]) < 0 {
		return nil
	}
	switch start := strings.ToLower(string(text[:min(len(text), len(`{&quot;`))])); {
	case strings.HasPrefix(start, "{&quot;"), strings.HasPrefix(start, "{&#34;"), strings.HasPrefix(start, "[{&"):
		return []byte(html.UnescapeString(string(text)))
	case strings.HasPrefix(start, "%7b%22"), strings.HasPrefix(start, "%5b%7b"):
		if body, err := url.QueryUnescape(string(text)); err == nil {
			return []byte(body)
		}
	case strings.Contains(start, "7b") || strings.Contains(start, "5b"), isPackedHex(start):
		digits := bytes.TrimPrefix(bytes.TrimPrefix(text, []byte(`\x`)), []byte("0x"))
		if len(digits) > 2 && digits[2] == ':' {
			digits = bytes.ReplaceAll(digits, []byte{':'}, nil)
		}
		if body, err := hex.AppendDecode(nil, digits); err == nil && len(body) > 0 && (body[0] == '{' || body[0] == '[' || isPackedHex(start)) {
			return body
		}
	}
	return nil
}

// isPackedHex reports whether hexadecimal digits begin as those of gzip or zlib.
func isPackedHex(digits string) bool {
	digits = strings.TrimPrefix(strings.TrimPrefix(digits, `\x`), "0x")
	return slices.ContainsFunc([]string{"1f8b", "7801", "785e", "789c", "78da"}, func(sign string) bool { return strings.HasPrefix(digits, sign) })
}

// padding is what may stand behind a text of base64.
const padding = "=\r\n"

// decodeBase64 decodes what is base64 of either alphabet, with or without
// padding; nil if the text is nothing of the sort. A word that happens to be
// base64 decodes to what holds no record.
func decodeBase64(text []byte) []byte {
	text = bytes.TrimRight(text, padding)
	const enough = 64 // bytes to tell what is not worth the memory
	if !isBase64(text[:min(len(text), enough)]) {
		return nil
	}
	encoding := base64.RawStdEncoding
	if bytes.IndexByte(text, '-') >= 0 || bytes.IndexByte(text, '_') >= 0 {
		encoding = base64.RawURLEncoding
	}
	body := make([]byte, encoding.DecodedLen(len(text)))
	n, err := encoding.Decode(body, text)
	if err != nil {
		return nil
	}
	return body[:n]
}

// isBase64 reports whether the text has none but the characters of base64.
func isBase64(text []byte) bool {
	for _, c := range text {
		if c-'0' > 9 && (c|0x20)-'a' > 25 && c != '+' && c != '/' && c != '-' && c != '_' && c != '\r' && c != '\n' {
			return false
		}
	}
	return len(text)%4 != 1 || bytes.ContainsAny(text, "\r\n")
}

// readText looks for the bodies in the lines of a text, as loggers write them
// into one string with a time and a level.
func (u *Finder) readText(v jsontree.Value, text []byte, depth int) (found bool) {
	if !textlog.MayHoldBody(text) {
		return false
	}
	if bytes.IndexByte(text, '\x1b') >= 0 {
		text, _ = textlog.AppendPlain(nil, text)
	}
	var log signature.Scanner
	for len(text) > 0 {
		var line textlog.LogLine // events keep strings of its JSON
		if u.secrets != nil {
			line.Signature = log.Around
		}
		line.Read(text)
		log.Pass(text[:line.Used], len(line.JSON) > 0)
		text = text[line.Used:]
		if len(line.JSON) > 0 {
			found = u.reparse(v, line.JSON, depth) || found
		}
	}
	return found
}

// readPieces looks for the bodies that elements of a list hold in pieces, as the lines of
// a body that is laid out are log events of their own.
func (u *Finder) readPieces(run []jsontree.Value, depth int) bool {
	var text []byte
	for _, e := range run {
		if line := carried(e); line.OK() {
			if text = line.AppendStr(text); !bytes.HasSuffix(text, []byte{'\n'}) {
				text = append(text, '\n')
			}
		}
	}
	return u.readText(run[0], text, depth)
}

// carried is the text of a line in an event of a log, as different stores have it.
func carried(v jsontree.Value) jsontree.Value {
	var line jsontree.Value
	switch v.Kind() {
	case jsontree.String:
		return v
	case jsontree.Array: // a time and a line
		line = v.First().Next()
	case jsontree.Object:
		line = dialect.FirstOf(v.Get("message"), v.Get("log"), v.Get("textPayload"), v.Get("line"), v.Get("msg"), v.Get("MESSAGE"))
	}
	if line.Kind() != jsontree.String {
		return jsontree.Value{}
	}
	return line
}

// reparse looks for records in the JSON that was found in the string v.
func (u *Finder) reparse(v jsontree.Value, body []byte, depth int) bool {
	root, ok := u.nested.parse(v, body, u.skipper())
	if !ok {
		return false
	}
	defer u.nested.close()
	if isHyphened(root) {
		return u.reparse(root, appendSnake(nil, root), depth+1)
	}
	return u.descend(root, depth+1)
}
