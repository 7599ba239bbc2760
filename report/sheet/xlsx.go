package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"waudit/report/page"
)

// XLSX writes a workbook with a sheet for each table: numbers as numbers, money in the
// format of its currency, instants as dates in UTC, filters, and a header that stays.
// The same tables give the same bytes. What is too much for memory is gathered in
// tempDir, the system's folder for "".
func XLSX(w io.Writer, tables []Table, tempDir string) (err error) {
	b := &workbook{File: excelize.NewFile(excelize.Options{TmpDir: tempDir}), formats: map[string]int{}}
	defer func() { err = errors.Join(err, b.Close()) }()
	if err := b.fixedStyles(); err != nil {
		return err
	}
	for i := range tables {
		if err := b.add(&tables[i]); err != nil {
			return err
		}
	}
	text, err := b.WriteToBuffer()
	if err != nil {
		return err
	}
	return writeSorted(w, text.Bytes())
}

// workbook is a file on its way. Formats are styles by the format of numbers.
type workbook struct {
	*excelize.File
	formats map[string]int
	header  int
	link    int
	begun   bool // it has a sheet of ours
}

func (b *workbook) fixedStyles() (err error) {
	b.header, err = b.NewStyle(&excelize.Style{
		Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E7E6E6"}},
		Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"},
	})
	if err != nil {
		return err
	}
	b.link, err = b.NewStyle(&excelize.Style{Font: &excelize.Font{Color: "0563C1", Underline: "single"}})
	return err
}

// mostFormats is how many formats of numbers a workbook gets: a report that is not
// ours may name any number of currencies.
const mostFormats = 500

// format returns the style of a format of numbers.
func (b *workbook) format(code string) (int, error) {
	if style, ok := b.formats[code]; ok {
		return style, nil
	}
	if len(b.formats) >= mostFormats {
		return 0, nil
	}
	style, err := b.NewStyle(&excelize.Style{CustomNumFmt: &code})
	b.formats[code] = style
	return style, err
}

// mostLinks is how many rows of a sheet have a link that can be clicked: a workbook
// takes some ten thousand, and looks at all of them for each. The rows with the most
// money come first.
const mostLinks = 2000

// sheetWriter is a sheet of a table on its way.
type sheetWriter struct {
	*excelize.StreamWriter
	book  *workbook
	table *Table
	name  string
	row   int // the last that was written
	cells []any
}

// add adds a table, on as many sheets as its rows need.
func (b *workbook) add(t *Table) error {
	s, err := b.begin(t, 1)
	if err != nil {
		return err
	}
	n, currency := 1, slices.IndexFunc(t.Columns, func(c Column) bool { return c.Name == "currency" })
	err = t.Rows(func(row []string) error {
		if s.row == excelize.TotalRows {
			if err := s.end(); err != nil {
				return err
			}
			n++
			if s, err = b.begin(t, n); err != nil {
				return err
			}
		}
		of := ""
		if currency >= 0 {
			of = row[currency]
		}
		return s.add(row, of)
	})
	if err != nil {
		return err
	}
	return s.end()
}

// begin begins the nth sheet of a table with its header.
func (b *workbook) begin(t *Table, n int) (*sheetWriter, error) {
	s := &sheetWriter{book: b, table: t, name: t.Name, row: 1, cells: make([]any, len(t.Columns))}
	if n > 1 {
		s.name += " " + strconv.Itoa(n)
	}
	var err error
	if b.begun {
		_, err = b.NewSheet(s.name)
	} else {
		err = b.SetSheetName("Sheet1", s.name) // with which a workbook begins
	}
	if b.begun = true; err != nil {
		return nil, err
	}
	if s.StreamWriter, err = b.NewStreamWriter(s.name); err != nil {
		return nil, err
	}
	for i, c := range t.Columns {
		if err := s.SetColWidth(i+1, i+1, float64(c.width())); err != nil {
			return nil, err
		}
		title := page.Words(c.Name)
		if c.Kind == Instant {
			title += " (UTC)"
		}
		s.cells[i] = excelize.Cell{StyleID: b.header, Value: title}
	}
	top := &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}
	return s, errors.Join(s.SetPanes(top), s.SetRow("A1", s.cells))
}

// end ends the sheet with a filter over all of its rows.
func (s *sheetWriter) end() error {
	last, err := excelize.CoordinatesToCellName(len(s.table.Columns), s.row)
	if err != nil {
		return err
	}
	return errors.Join(s.book.AutoFilter(s.name, "A1:"+last, nil), s.Flush())
}

func (c *Column) width() int {
	switch {
	case c.Width > 0:
		return c.Width
	case c.Kind == Instant:
		return 19
	case c.Kind == Text:
		return 16
	}
	return 12
}

// add writes a row, whose money is of that currency.
func (s *sheetWriter) add(row []string, currency string) error {
	s.row++
	for i, text := range row {
		cell, err := s.book.cell(text, s.table.Columns[i].Kind, currency)
		if err != nil {
			return err
		}
		s.cells[i] = cell
		if s.table.Columns[i].Kind == Link && isAddress(text) && s.row <= mostLinks {
			ref, err := excelize.CoordinatesToCellName(i+1, s.row)
			if err != nil {
				return err
			}
			if err := s.book.SetCellHyperLink(s.name, ref, text, "External"); err != nil {
				return err
			}
			s.cells[i] = excelize.Cell{StyleID: s.book.link, Value: text}
		}
	}
	at, err := excelize.CoordinatesToCellName(1, s.row)
	if err != nil {
		return err
	}
	return s.SetRow(at, s.cells)
}

// cell is a text as its column's kind wants it: as a number only if all of its digits
// are kept, as a date only if it is one, else as text, which is never a formula.
func (b *workbook) cell(text string, kind ColumnKind, currency string) (any, error) {
	if text == "" {
		return nil, nil
	}
	switch kind {
	case Count:
		if n, ok := exact(text); ok {
			style, err := b.format("#,##0")
			return excelize.Cell{StyleID: style, Value: n}, err
		}
	case Money:
		if n, ok := exact(text); ok {
			style, err := b.format(moneyFormat(text, currency))
			return excelize.Cell{StyleID: style, Value: n}, err
		}
	case Instant:
		if at, isDay, ok := moment(text); ok && at.Year() >= 1900 {
			code := "yyyy-mm-dd hh:mm:ss"
			if isDay {
				code = "yyyy-mm-dd"
			}
			style, err := b.format(code)
			return excelize.Cell{StyleID: style, Value: at}, err
		}
	case Truth:
		if text == "true" || text == "false" {
			return text == "true", nil
		}
	}
	return page.Clean(text), nil
}

// moneyFormat shows as many decimals as the text has, and the currency.
func moneyFormat(text, currency string) string {
	code := "#,##0"
	if _, fraction, _ := strings.Cut(text, "."); fraction != "" {
		code += "." + strings.Repeat("0", len(fraction))
	}
	if len(currency) == 3 && strings.Trim(currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" {
		return fmt.Sprintf("[$%s] %s;[$%s] -%s", currency, code, currency, code)
	}
	return code
}

// isAddress reports whether a link leads to a page, and to nothing else.
func isAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && len(s) <= excelize.MaxFieldLength && page.Clean(s) == s
}

// writeSorted writes an archive with its parts in the order of their names: excelize
// writes its sheets in that of a map.
func writeSorted(w io.Writer, archive []byte) error {
	r, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return err
	}
	slices.SortFunc(r.File, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	out := zip.NewWriter(w)
	for _, part := range r.File {
		if err := out.Copy(part); err != nil {
			return err
		}
	}
	return out.Close()
}
