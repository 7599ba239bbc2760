package container

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"waudit/ingest/row"
)

// Grid is a table as it is in its file: every cell in its place, with no row taken
// for a header. Numbers of a spreadsheet are in their shortest decimal form.
type Grid struct {
	Name string // of a spreadsheet's tab, "" of CSV
	Rows [][]row.Cell
}

// maxGridCells is how many cells a grid may have, including empty ones: grids are
// held in memory, and are for tables that people read.
const maxGridCells = 1 << 20

var errTooLarge = errors.New("larger than a table that people read: too many cells")

// Grids returns the tables of a file that is held whole: the sheets of a
// workbook, or the one of a CSV file with any delimiter and encoding. It is for
// documents with a layout; logs are read by a Sniffer.
func Grids(data []byte) ([]Grid, error) {
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		return gridsOfWorkbook(data)
	}
	if decoder, ok := decoderOf(data); ok {
		text, err := decoder.Bytes(data)
		if err != nil {
			return nil, err
		}
		data = text
	}
	g, err := gridOfText(trimBOM(data))
	return []Grid{g}, err
}

// gridsOfWorkbook reads the sheets of a workbook. Their unpacked size is bounded:
// a small file may hold a very large sheet.
func gridsOfWorkbook(data []byte) ([]Grid, error) {
	const most = 64 << 20
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, damaged(err)
	}
	book, err := openWorkbook(archive, most, most)
	if err != nil {
		return nil, damaged(err)
	}
	grids := make([]Grid, len(book.sheets))
	for i, part := range book.sheets {
		grids[i].Name = book.names[i]
		if err := grids[i].readSheet(book, part, most); err != nil {
			return nil, fmt.Errorf("sheet %q: %w", book.names[i], damaged(err))
		}
	}
	return grids, nil
}

// readSheet reads the rows of a sheet, each at its number.
func (g *Grid) readSheet(book *workbook, part string, most int64) error {
	s, err := book.openSheet(part, most)
	if err != nil {
		return err
	}
	defer s.close()
	for cells := 0; ; {
		next, err := s.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if cells += len(next.cells) + 1; cells > maxGridCells || next.number > maxGridCells {
			return errTooLarge
		}
		for int64(len(g.Rows)) < next.number-1 {
			g.Rows = append(g.Rows, nil)
		}
		g.Rows = append(g.Rows, next.cells)
	}
}

// gridOfText reads CSV with the delimiter by which most cells stand in rows of
// one width. Of equals it is not the comma, which decimals and texts have too.
func gridOfText(data []byte) (best Grid, err error) {
	most := 0
	for _, delimiter := range []byte(delimiters) {
		rows, err := splitText(data, delimiter)
		if err != nil {
			return Grid{}, err
		}
		widths := map[int]int{}
		for _, cells := range rows {
			widths[len(cells)]++
		}
		for width, n := range widths {
			if score := n * (width - 1); score >= most {
				most, best.Rows = score, rows
			}
		}
	}
	return best, nil
}

// splitText splits rows and cells. A row whose quote does not end is one line.
func splitText(data []byte, delimiter byte) ([][]row.Cell, error) {
	t := tableRows{syntax: syntax{delimiter: delimiter, feed: feedOf(data)}}
	latin := !utf8.Valid(data)
	var rows [][]row.Cell
	for all := 0; len(data) > 0; {
		n, state := t.syntax.scan(data)
		if state == quoted {
			n = t.syntax.toFeed(data, 0)
		}
		fault := t.split(t.clean(data[:n], latin))
		if all += len(t.cells) + 1; all > maxGridCells || fault == tooManyCells {
			return nil, errTooLarge
		}
		cells := slices.Clone(t.cells)
		for i := range cells { // their text lies in memory that the next row uses
			cells[i].Text = strings.Clone(cells[i].Text)
		}
		rows = append(rows, cells)
		data = data[min(n+1, len(data)):]
	}
	return rows, nil
}
