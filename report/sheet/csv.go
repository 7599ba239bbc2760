package sheet

import (
	"encoding/csv"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"waudit/report/page"
)

// CSVStyle is how CSV is written.
type CSVStyle string

// The dialects.
const (
	Comma CSVStyle = "comma" // RFC 4180: commas, decimal points, RFC 3339
	Excel CSVStyle = "excel" // as Excel reads it where numbers have a decimal comma: with a byte order mark and semicolons
)

// Dialects are the names of all dialects.
func Dialects() []string { return []string{string(Comma), string(Excel)} }

// CSV writes a table with a header. No cell is taken for a formula.
func CSV(w io.Writer, t Table, d CSVStyle) error {
	out := csv.NewWriter(w)
	if d == Excel {
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return err
		}
		out.Comma = ';'
	}
	header := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		header[i] = c.Name
	}
	if err := out.Write(header); err != nil {
		return err
	}
	cells := make([]string, len(t.Columns))
	err := t.Rows(func(row []string) error {
		for i, text := range row {
			cells[i] = csvCell(text, t.Columns[i].Kind, d)
		}
		return out.Write(cells)
	})
	if err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}

func csvCell(text string, kind ColumnKind, d CSVStyle) string {
	if d == Excel {
		switch kind {
		case Money:
			if isDecimal(text) {
				return strings.ReplaceAll(text, ".", ",")
			}
		case Instant:
			if at, isDay, ok := moment(text); ok && !isDay {
				return at.Format(time.DateTime)
			}
		case Text:
			if isLongNumber(text) {
				return "'" + text
			}
		}
	}
	return harmless(page.Clean(text))
}

// isLongNumber reports whether Excel would take an id for a number and lose digits
// of it.
func isLongNumber(s string) bool {
	return strings.Trim(s, "0123456789") == "" && (len(s) > 15 || len(s) > 1 && s[0] == '0')
}

// starters begin a formula in one spreadsheet or another.
const starters = "=+-@＝＋－＠"

// harmless keeps spreadsheets from running a text of the log as a formula: one that
// begins like a formula, and is no number, gets an apostrophe in front; so does what
// would begin a cell where commas and semicolons are taken for each other.
func harmless(s string) string {
	first, _ := utf8.DecodeRuneInString(s)
	if !strings.ContainsRune(starters, first) && !strings.ContainsAny(s, ",;") || isDecimal(s) {
		return s
	}
	var b strings.Builder
	last := ';'
	for _, r := range s {
		if (last == ';' || last == ',') && strings.ContainsRune(starters, r) {
			b.WriteByte('\'')
		}
		b.WriteRune(r)
		last = r
	}
	return b.String()
}
