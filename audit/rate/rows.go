package rate

import (
	"encoding/csv"
	"io"
	"strings"
)

// rows reads the rows of a card, which is CSV, with comments. The embedded card is read at
// nearly every start of the program, so lines as it has them are split here; from the first
// other one on, or one in which something is wrong, encoding/csv reads.
type rows struct {
	text string
	rest string
	line int
	row  []string // is used again
	n    int      // rows that were read
	csv  *csv.Reader
}

func newRows(text string) *rows {
	return &rows{text: text, rest: text, row: make([]string, 0, 16)}
}

// next returns the next row, valid until the following call, and its line; io.EOF behind
// the last.
func (r *rows) next() (row []string, line int, err error) {
	for r.csv == nil && r.rest != "" {
		text, rest, _ := strings.Cut(r.rest, "\n")
		columns := len(r.row)
		isRow := text != "" && text[0] != '#'
		if isRow && (!r.split(text) || r.n > 0 && len(r.row) != columns) {
			break
		}
		r.rest = rest
		r.line++
		if isRow {
			r.n++
			return r.row, r.line, nil
		}
	}
	if r.csv == nil {
		if r.rest == "" {
			return nil, 0, io.EOF
		}
		r.csv = csv.NewReader(strings.NewReader(r.text))
		r.csv.Comment, r.csv.ReuseRecord = '#', true
		for range r.n {
			if _, err := r.csv.Read(); err != nil {
				return nil, 0, err
			}
		}
	}
	if row, err = r.csv.Read(); err == nil {
		line, _ = r.csv.FieldPos(0)
	}
	return row, line, err
}

// split makes fields of a line; false if it does not end them all, or has something else.
func (r *rows) split(text string) bool {
	r.row = r.row[:0]
	if strings.Contains(text, "\r") {
		return false
	}
	for {
		field, rest, more := strings.Cut(text, ",")
		if strings.HasPrefix(text, `"`) {
			n := quoted(text[1:])
			if n < 0 {
				return false
			}
			field, rest = strings.ReplaceAll(text[1:1+n], `""`, `"`), text[n+2:]
			if rest, more = strings.CutPrefix(rest, ","); !more && rest != "" {
				return false
			}
		} else if strings.Contains(field, `"`) {
			return false
		}
		r.row = append(r.row, field)
		if !more {
			return true
		}
		text = rest
	}
}

// quoted returns where the quote stands that ends a field, -1 if there is none. Two of
// them are one within it.
func quoted(text string) int {
	for i := 0; i < len(text); i++ {
		switch n := strings.IndexByte(text[i:], '"'); {
		case n < 0:
			return -1
		case !strings.HasPrefix(text[i+n+1:], `"`):
			return i + n
		default:
			i += n + 1
		}
	}
	return -1
}
