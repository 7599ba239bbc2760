// Package card reads rate cards as they are published: Meta's lists and volume
// tiers in CSV and XLSX, and what a provider agreed to. What it reads becomes
// rows of the program's own card.
package card

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"waudit/audit/rate"
)

// Options say what a file cannot tell of itself.
type Options struct {
	Markets   *rate.Markets
	Base      *rate.Card // Meta's card, to compare with and to mark up
	Effective rate.Day   // from when the rates hold; 0: as the title says
	Contract  *Contract  // how to read a provider's list; nil: Meta's layouts
}

// Sheet is what was read from one table.
type Sheet struct {
	Title    string
	Currency string
	Day      rate.Day
	Markets  int
	Rows     []rate.Row
	Notes    []string // what is odd, and what was left out
}

// CellError says which cell is wrong.
type CellError struct {
	Row, Column int // from 0
	Reason      string
}

func (e *CellError) Error() string {
	name, err := excelize.CoordinatesToCellName(e.Column+1, e.Row+1)
	if err != nil {
		name = fmt.Sprintf("row %d", e.Row+1)
	}
	return "cell " + name + ": " + e.Reason
}

func wrong(row, column int, format string, args ...any) error {
	return &CellError{row, column, fmt.Sprintf(format, args...)}
}

// maxFile is how large a card may be, in bytes.
const maxFile = 32 << 20

// Parse reads the tables of a file. The error names the cell and what to do.
func Parse(path string, data []byte, o Options) ([]*Sheet, error) {
	if len(data) > maxFile {
		return nil, fmt.Errorf("%d bytes are too many for a rate card", len(data))
	}
	grids, err := gridsOf(data)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	source := filepath.Base(path) + " sha256:" + hex.EncodeToString(sum[:])
	var sheets []*Sheet
	for _, g := range grids {
		read := reader{Options: o, cells: g.cells, source: source}
		s, err := read.sheet()
		if err != nil {
			if g.name != "" {
				return nil, fmt.Errorf("sheet %q: %w", g.name, err)
			}
			return nil, err
		}
		if s != nil {
			sheets = append(sheets, s)
		}
	}
	if len(sheets) == 0 {
		return nil, errors.New(`no rate card: no row begins with "Market" and "Currency", nor with the "From" and "To" of volume tiers; for a provider's list write a mapping`)
	}
	return sheets, nil
}

// grid is a table as it lies in the file.
type grid struct {
	name  string
	cells [][]string
}

// gridsOf reads CSV, or the sheets of a workbook, told by the first bytes: cards
// that end in .csv may be either.
func gridsOf(data []byte) ([]grid, error) {
	if bytes.HasPrefix(data, []byte("PK")) {
		return sheetsOf(data)
	}
	text, err := io.ReadAll(transform.NewReader(bytes.NewReader(data), unicode.BOMOverride(unicode.UTF8.NewDecoder())))
	if err != nil {
		return nil, err
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	if bytes.Count(text, []byte(";")) > bytes.Count(text, []byte(",")) {
		r.Comma = ';'
	}
	var cells [][]string
	for next := 1; ; { // the line on which the next row begins
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return []grid{{"", cells}}, nil
		}
		if err != nil {
			return nil, err
		}
		line, _ := r.FieldPos(0)
		for ; next < line; next++ {
			cells = append(cells, nil) // the reader passes over empty lines, spreadsheets count them
		}
		cells = append(cells, row)
		next = line + 1
		for _, cell := range row {
			next += strings.Count(cell, "\n")
		}
	}
}

func sheetsOf(data []byte) ([]grid, error) {
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("not a workbook that can be read: %w", err)
	}
	defer func() { _ = f.Close() }()
	var grids []grid
	for _, name := range f.GetSheetList() {
		cells, err := f.GetRows(name, excelize.Options{RawCellValue: true})
		if err != nil {
			return nil, fmt.Errorf("sheet %q: %w", name, err)
		}
		grids = append(grids, grid{name, cells})
	}
	return grids, nil
}

// reader reads one table.
type reader struct {
	Options
	cells  [][]string
	source string
}

// at returns a cell without the space around it, "" beyond the end of its row.
func (r *reader) at(row, column int) string {
	if row >= len(r.cells) || column >= len(r.cells[row]) {
		return ""
	}
	return strings.TrimSpace(r.cells[row][column])
}

// sheet reads the table by the layout that it has; nil if it is none.
func (r *reader) sheet() (*Sheet, error) {
	if r.Contract != nil && len(r.Contract.Columns) > 0 {
		return r.priceList()
	}
	for row := range r.cells {
		switch {
		case isWord(r.at(row, 0), "market") && isWord(r.at(row, 1), "currency") && r.froms(row) == 0 && r.froms(row+1) == 0 && r.froms(row+2) == 0:
			return r.list(row)
		case r.froms(row) > 0:
			return r.tiers(row)
		}
	}
	return nil, nil
}

// froms counts the cells of a row that head the first numbers of tiers.
func (r *reader) froms(row int) (n int) {
	if row >= len(r.cells) {
		return 0
	}
	for column := range r.cells[row] {
		if isWord(r.at(row, column), "from") {
			n++
		}
	}
	return n
}

func isWord(cell, word string) bool { return word == strings.ToLower(strings.TrimSpace(cell)) }
