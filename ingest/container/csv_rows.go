package container

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"math/bits"
	"strconv"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"waudit/ingest/row"
)

// tableRows reads the rows of a block, and keeps its memory from block to block.
type tableRows struct {
	syntax  syntax
	columns *row.Columns // of the first row
	ends    []int        // of the rows in the block, before their feeds
	headers []header     // rows that are none, in their order
	doubled bool         // as Limits.Doubled
	fault   string       // what is wrong with the only row, "" if it is for the cells to say

	row     row.Row
	text    []byte // the row, if it had to be converted
	scratch []byte // the cells that do not stand in the block as they are
	cells   []row.Cell
	further row.Columns // for rows with more cells than columns
}

// maxCells is how many cells a row may have, as many as in a spreadsheet: cells
// take more memory than the commas between them.
const maxCells = 1 << 14

// header is a row that names the columns of those behind it.
type header struct {
	at      int // where it begins in the block
	columns *row.Columns
}

func (t *tableRows) begin(s syntax, columns *row.Columns, doubled bool) {
	t.syntax, t.columns, t.doubled, t.ends, t.headers, t.fault = s, columns, doubled, t.ends[:0], t.headers[:0], ""
}

// each goes through the rows of data, the first of which begins on that line.
// Rows without any value are left out.
func (t *tableRows) each(data []byte, line int64, yield func(Record) bool) {
	t.row.Columns, t.row.UTF8 = t.columns, true // as clean makes it
	headers, latin, zeros := t.headers, !utf8.Valid(data), bytes.IndexByte(data, 0) >= 0
	at := 0
	for _, end := range t.ends {
		text := data[at:end]
		rec := Record{Line: line, Fault: t.fault, Unended: end == len(data)}
		line += 1 + int64(bytes.Count(text, []byte{t.syntax.feed}))
		isHeader := len(headers) > 0 && headers[0].at == at
		at = end + 1
		if isHeader {
			t.row.Columns, headers = headers[0].columns, headers[1:]
			continue
		}
		if zeros {
			text = bytes.TrimLeft(text, "\x00") // a hole
			if bytes.IndexByte(text, 0) >= 0 {
				rec.Fault = cmp.Or(rec.Fault, zeroBytes)
			}
		}
		rec.Text = t.clean(text, latin)
		if t.read(&rec) && !yield(rec) {
			return
		}
	}
}

// ReadRow reads a row by itself, as it was rejected and may have been mended: its
// text, what parts its cells, the columns, and whether the file ended with it.
func ReadRow(text []byte, delimiter byte, columns *row.Columns, unended bool) Record {
	t := tableRows{syntax: syntax{delimiter: delimiter, feed: '\n'}, row: row.Row{Columns: columns}}
	rec := Record{Text: text, Unended: unended, Row: &t.row}
	if bytes.IndexByte(text, 0) >= 0 {
		rec.Fault = zeroBytes
	}
	if !t.read(&rec) {
		rec.Fault = "the row is empty"
	}
	return rec
}

// clean returns the row as UTF-8, without byte order mark and carriage return.
// Windows-1252 is what a row is taken for only if it is not valid UTF-8: text
// that is either is hardly ever anything but UTF-8.
func (t *tableRows) clean(text []byte, latin bool) []byte {
	if t.syntax.feed == '\n' {
		text = bytes.TrimSuffix(text, []byte{'\r'})
	}
	text = trimBOM(text)
	if !latin || utf8.Valid(text) {
		return text
	}
	t.text = t.text[:0]
	for _, c := range text {
		t.text = utf8.AppendRune(t.text, charmap.Windows1252.DecodeByte(c))
	}
	return t.text
}

// read reads the cells of a record. It reports whether there is a value in any.
func (t *tableRows) read(rec *Record) bool {
	names := t.row.Columns.Names
	fault := t.split(rec.Text)
	given := len(t.cells)
	for given > 0 && t.cells[given-1].Kind == row.Null {
		given--
	}
	if given == 0 && rec.Fault == "" || t.syntax.delimiter == '|' && isDrawn(rec.Text) {
		return false
	}
	t.row.Header, t.row.Delimiter = t.row.Columns, t.syntax.delimiter
	rec.Row = &t.row
	switch {
	case fault != "":
	case given > len(names):
		rec.Row = &row.Row{Columns: t.withFurther(given), Cells: t.cells[:given], Header: t.row.Columns, Delimiter: t.syntax.delimiter}
		fault = fmt.Sprintf("the row has %d cells, and the header %d; quote cells that hold the delimiter, or name the further columns", given, len(names))
	case rec.Unended && len(t.cells) < len(names):
		fault = fmt.Sprintf("the file ends in this row, which has %d of %d cells; it may be cut off: read the whole file, or end the row with a line feed", len(t.cells), len(names))
	}
	rec.Fault = cmp.Or(rec.Fault, fault)
	t.fill(len(names))
	return true
}

// isDrawn reports whether a line belongs to the drawing of a table by psql, and to no
// row: the rule below the header, or the number of rows at the end.
func isDrawn(text []byte) bool {
	text = bytes.TrimSpace(text)
	if count, ok := bytes.CutPrefix(text, []byte("(")); ok {
		count = bytes.TrimLeft(count, "0123456789")
		return bytes.Equal(count, []byte(" rows)")) || bytes.Equal(count, []byte(" row)"))
	}
	return bytes.HasPrefix(text, []byte("---")) && len(bytes.Trim(text, "-+")) == 0
}

// fill gives the row as many cells as there are columns.
func (t *tableRows) fill(columns int) {
	for len(t.cells) < columns {
		t.cells = append(t.cells, row.Cell{})
	}
	t.row.Cells = t.cells[:columns]
}

// withFurther returns columns for a row that has more cells than there are
// columns, so that none is lost where the row is shown.
func (t *tableRows) withFurther(cells int) *row.Columns {
	t.further.Names = append(t.further.Names[:0], t.row.Columns.Names...)
	for n := len(t.further.Names) + 1; n <= cells; n++ {
		t.further.Names = append(t.further.Names, "column "+strconv.Itoa(n))
	}
	return &t.further
}

// split reads the cells of a row. It returns what is wrong with them.
func (t *tableRows) split(text []byte) (fault string) {
	t.cells, t.scratch = t.cells[:0], t.scratch[:0]
	if bytes.IndexByte(text, '"') < 0 {
		return t.splitPlain(text)
	}
	for len(t.cells) < maxCells {
		end, problem := t.readCell(text)
		fault = cmp.Or(fault, problem)
		if end == len(text) {
			return fault
		}
		text = text[end+1:]
	}
	return tooManyCells
}

const tooManyCells = "the row has more cells than a table may have columns; it is no row of a table, or its quotes are missing"

// splitPlain is split for a row without quotes. It looks at eight bytes at
// once: as each that is the delimiter counts, and not the first alone, none may
// be marked by mistake.
func (t *tableRows) splitPlain(text []byte) (fault string) {
	const ones, lows = 0x0101010101010101, 0x7f7f7f7f7f7f7f7f
	pattern := ones * uint64(t.syntax.delimiter)
	cells, from, i := t.cells, 0, 0
	for ; i+8 <= len(text); i += 8 {
		w := binary.LittleEndian.Uint64(text[i:]) ^ pattern
		for m := ^((w&lows + lows) | w | lows); m != 0; m &= m - 1 {
			end := i + bits.TrailingZeros64(m)/8
			cells = append(cells, plainCell(text[from:end]))
			from = end + 1
		}
		if len(cells) >= maxCells {
			t.cells = cells
			return tooManyCells
		}
	}
	for ; i < len(text); i++ {
		if text[i] == t.syntax.delimiter {
			cells = append(cells, plainCell(text[from:i]))
			from = i + 1
		}
	}
	cells = append(cells, plainCell(text[from:]))
	t.cells = cells
	return ""
}

// readCell reads the cell that text begins with. It returns where it ends, at a
// delimiter or with the text, and what is wrong with it.
func (t *tableRows) readCell(text []byte) (end int, fault string) {
	start := 0
	for start < len(text) && text[start] == ' ' {
		start++
	}
	if start == len(text) || text[start] != '"' {
		end = t.toDelimiter(text, 0)
		t.cells = append(t.cells, plainCell(text[:end]))
		return end, ""
	}
	start++
	n, doubled := closing(text[start:])
	if n < 0 { // the row is broken, and known to be
		t.cells = append(t.cells, textCell(text[start:]))
		return len(text), unclosedQuote
	}
	cell := t.quoted(text[start:start+n], doubled)
	end = t.toDelimiter(text, start+n+1)
	if behind := text[start+n+1 : end]; len(behind) > 0 && len(bytes.TrimRight(behind, " ")) > 0 {
		fault = fmt.Sprintf("cell %d goes on behind the quote that ends it; double a quote inside a quoted cell", len(t.cells)+1)
		cell = textCell(text[:end])
	}
	t.cells = append(t.cells, cell)
	return end, fault
}

// toDelimiter returns the index of the first delimiter from i on, len(text) if
// there is none.
func (t *tableRows) toDelimiter(text []byte, i int) int {
	if i < len(text) && text[i] == t.syntax.delimiter { // most quoted and empty cells
		return i
	}
	if n := bytes.IndexByte(text[i:], t.syntax.delimiter); n >= 0 {
		return i + n
	}
	return len(text)
}

// quoted is the cell of a text that stands between quotes, and may have doubled ones.
func (t *tableRows) quoted(text []byte, doubled bool) row.Cell {
	switch {
	case !doubled:
		return textCell(text)
	case t.doubled && text[0] == '{':
		return row.Cell{Kind: row.Doubled, Text: view(text)}
	}
	start := len(t.scratch)
	t.scratch = row.AppendUndoubled(t.scratch, view(text))
	return textCell(t.scratch[start:])
}

// plainCell is a cell without quotes. Blanks around it come from those who
// write a blank behind each comma. The words for no value are those that
// databases and data frames export; inside quotes they are texts.
func plainCell(text []byte) row.Cell {
	if n := len(text); n > 0 && (text[0] == ' ' || text[n-1] == ' ') {
		text = bytes.Trim(text, " ")
	}
	if len(text) > 1 && len(text) < 5 {
		switch string(text) {
		case `\N`, "NULL", "null", "None", "nan", "NaN", "NaT", "<NA>":
			return row.Cell{}
		}
	}
	return textCell(text)
}

// textCell shares memory with text.
func textCell(text []byte) row.Cell {
	return cellOf(view(text))
}

// cellOf is a text. An empty one has no value.
func cellOf(text string) row.Cell {
	if text == "" {
		return row.Cell{}
	}
	return row.Cell{Kind: row.Text, Text: text}
}
