package row

import (
	"encoding/json"
	"strconv"
	"time"
	"unicode/utf8"

	"waudit/audit/money"
)

// AppendJSON appends the row to dst as a JSON object of one line: a key for
// each cell that holds a value, in the order of the columns. Cells without a
// column are left out, and so are those without a value. An integer of many
// digits becomes a string, as it is an id and must not be rounded by whoever
// reads it; a Float that JSON has no number for ("NaN") does as well. What is
// not valid UTF-8 becomes U+FFFD.
func (r *Row) AppendJSON(dst []byte) []byte { return r.appendJSON(dst, nil, false) }

// Body is where a text that may be JSON itself stands in that of its row.
type Body struct {
	Start, End int
	Doubled    bool // each quote in it stands twice
}

// AppendAround is AppendJSON, but that texts that begin with a brace stand as they
// are, without quotes and escapes. They are added to bodies. Those that are Doubled
// stay so, if asWritten.
func (r *Row) AppendAround(dst []byte, bodies []Body, asWritten bool) ([]byte, []Body) {
	dst = r.appendJSON(dst, &bodies, asWritten)
	return dst, bodies
}

func (r *Row) appendJSON(dst []byte, bodies *[]Body, asWritten bool) []byte {
	dst = append(dst, '{')
	first := len(dst)
	for i := range min(len(r.Cells), len(r.Columns.Names)) {
		c := &r.Cells[i]
		if c.Kind == Null {
			continue
		}
		if len(dst) > first {
			dst = append(dst, ',')
		}
		dst = appendString(dst, r.Columns.Names[i])
		dst = append(dst, ':')
		if bodies == nil || !c.mayBeBody(r.UTF8) {
			dst = c.appendJSON(dst)
			continue
		}
		b := Body{Start: len(dst), Doubled: asWritten && c.Kind == Doubled}
		if c.Kind == Doubled && !asWritten {
			dst = AppendUndoubled(dst, c.Text)
		} else {
			dst = append(dst, c.Text...)
		}
		b.End = len(dst)
		*bodies = append(*bodies, b)
	}
	return append(dst, '}')
}

// mayBeBody reports whether the cell is a text that may be an object. That it is valid
// may be known.
func (c *Cell) mayBeBody(valid bool) bool {
	return (c.Kind == Text || c.Kind == Doubled) && c.Text != "" && c.Text[0] == '{' && (valid || c.UTF8 || utf8.ValidString(c.Text))
}

// timeLayout is RFC 3339 with milliseconds.
const timeLayout = "2006-01-02T15:04:05.000Z07:00"

// mostDigits is how many digits an integer may have to be written as a number:
// as many as every reader of JSON keeps exactly.
const mostDigits = 15

func (c *Cell) appendJSON(dst []byte) []byte {
	switch c.Kind {
	case Text:
		return appendString(dst, c.Text)
	case Doubled:
		return appendString(dst, string(AppendUndoubled(nil, c.Text)))
	case Int:
		return appendInt(dst, c.Int)
	case Bool:
		return strconv.AppendBool(dst, c.Int != 0)
	case Time:
		dst = time.UnixMilli(c.Int).UTC().AppendFormat(append(dst, '"'), timeLayout)
		return append(dst, '"')
	case Nano:
		return appendString(dst, money.Format(money.Of(c.Int), 0))
	case Float:
		if isNumber(c.Text) {
			return append(dst, c.Text...)
		}
		return appendString(dst, c.Text)
	case JSON:
		if c.Text != "" {
			return append(dst, c.Text...)
		}
	}
	return append(dst, "null"...)
}

func appendInt(dst []byte, n int64) []byte {
	start := len(dst)
	dst = strconv.AppendInt(append(dst, '"'), n, 10)
	digits := dst[start+1:]
	if n < 0 {
		digits = digits[1:]
	}
	if len(digits) > mostDigits {
		return append(dst, '"')
	}
	return append(dst[:start], dst[start+1:]...)
}

// isNumber reports whether JSON has a number that is written so.
func isNumber(s string) bool {
	return s != "" && (s[0] == '-' || s[0]-'0' <= 9) && json.Valid([]byte(s))
}

// appendString appends s as a JSON string.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	from := 0 // what lies before is appended
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		size := 1
		if c >= utf8.RuneSelf {
			var r rune
			if r, size = utf8.DecodeRuneInString(s[i:]); r != utf8.RuneError || size > 1 {
				i += size
				continue
			}
		}
		dst = appendEscape(append(dst, s[from:i]...), c)
		i += size
		from = i
	}
	return append(append(dst, s[from:]...), '"')
}

// appendEscape appends what stands for a byte that cannot stand for itself.
func appendEscape(dst []byte, c byte) []byte {
	const hex = "0123456789abcdef"
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	if c < ' ' {
		return append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
	}
	return append(dst, "\uFFFD"...)
}
