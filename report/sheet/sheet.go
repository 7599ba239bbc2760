// Package sheet writes tables for spreadsheets and for tools that read tables:
// XLSX, CSV, Markdown and Parquet, all of the same table.
package sheet

import (
	"strconv"
	"strings"
	"time"

	"waudit/audit/money"
)

// ColumnKind says what the cells of a column hold. A cell is text in every kind; "" is an
// empty cell.
type ColumnKind uint8

// The kinds.
const (
	Text    ColumnKind = iota // words, or an id of a log
	Count                     // whole number
	Money                     // decimal number, of the currency that the row has in its column "currency"
	Instant                   // RFC 3339, or a day
	Truth                     // "true" or "false"
	Link                      // address of a page
)

// Column is a column of a table.
type Column struct {
	Name  string // of lower-case words joined by _
	Kind  ColumnKind
	Width int  // characters that a spreadsheet shows; 0: as the kind needs
	Brief bool // is one of those that a page of text has room for
}

// Table is rows under columns.
type Table struct {
	Name    string
	Columns []Column
	// Rows hands the rows to each, one after the other, until it returns an error. Each
	// has a cell for every column, and is used again for the next.
	Rows func(each func(row []string) error) error
}

// Of returns a table of rows that are there.
func Of(name string, columns []Column, rows [][]string) Table {
	return Table{Name: name, Columns: columns, Rows: func(each func([]string) error) error {
		for _, row := range rows {
			if err := each(row); err != nil {
				return err
			}
		}
		return nil
	}}
}

// isDecimal reports whether s is a plain decimal number, which may be a percentage.
func isDecimal(s string) bool {
	_, err := money.Parse(strings.TrimSuffix(s, "%"))
	return err == nil
}

// exact returns the number that a cell of a spreadsheet can hold, if it shows the
// same digits as the text: those have about fifteen.
func exact(text string) (float64, bool) {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || !isDecimal(text) {
		return 0, false
	}
	shown := text
	if strings.Contains(shown, ".") {
		shown = strings.TrimRight(strings.TrimRight(shown, "0"), ".")
	}
	return f, strconv.FormatFloat(f, 'f', -1, 64) == shown && len(strings.Trim(shown, "-0.")) <= 16
}

// moment reads an instant or a day.
func moment(text string) (at time.Time, isDay, ok bool) {
	if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return at.UTC(), false, true
	}
	at, err := time.Parse(time.DateOnly, text)
	return at, true, err == nil
}
