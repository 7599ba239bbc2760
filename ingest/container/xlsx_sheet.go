package container

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"time"

	"waudit/ingest/row"
)

// sheetReader reads the rows of a sheet one after another.
type sheetReader struct {
	book    *workbook
	name    string
	part    io.ReadCloser
	decoder *xml.Decoder
	number  int64 // of the last row
	columns int   // of the last row
	ended   bool  // there are no more rows
}

// sheetRow is a row with a value in it.
type sheetRow struct {
	number int64 // from 1
	cells  []row.Cell
	size   int    // bytes of text
	fault  string // what is wrong with a cell, "" if nothing is
}

// sheetCell is a cell as it is written.
type sheetCell struct {
	place string // its name, "C7"; "" if it follows the one before
	style int
	kind  string
	value string
}

func (w *workbook) openSheet(name string, maxText int64) (*sheetReader, error) {
	part, err := w.part(name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return &sheetReader{book: w, name: name, part: part, decoder: xml.NewDecoder(&tagged{r: part, most: maxText})}, nil
}

func (s *sheetReader) close() { s.part.Close() }

// next returns the next row that has a value in it, io.EOF behind the last.
func (s *sheetReader) next() (sheetRow, error) {
	if s.ended {
		return sheetRow{}, io.EOF
	}
	for {
		token, err := s.decoder.Token()
		if errors.Is(err, io.EOF) {
			return sheetRow{}, io.EOF
		}
		if err != nil {
			return sheetRow{}, s.fault(err)
		}
		if end, ok := token.(xml.EndElement); ok && end.Name.Local == "sheetData" {
			s.ended = true
			if err := readOut(s.part); err != nil {
				return sheetRow{}, s.fault(err)
			}
			return sheetRow{}, io.EOF
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "row" {
			continue
		}
		next, err := s.readRow(start)
		if err != nil {
			return sheetRow{}, s.fault(err)
		}
		if len(next.cells) > 0 {
			return next, nil
		}
	}
}

func (s *sheetReader) fault(err error) error { return fmt.Errorf("%s: %w", s.name, err) }

// readRow reads the cells of a row. Rows and cells may say where they are;
// those that do not follow the one before.
func (s *sheetReader) readRow(start xml.StartElement) (r sheetRow, err error) {
	s.number++
	for _, a := range start.Attr {
		if n, err := strconv.ParseInt(a.Value, 10, 32); a.Name.Local == "r" && err == nil && n >= s.number {
			s.number = n
		}
	}
	r.number = s.number
	s.columns = 0
	for {
		token, err := s.decoder.Token()
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return r, err
		}
		switch t := token.(type) {
		case xml.EndElement:
			return r, nil
		case xml.StartElement:
			if t.Name.Local != "c" {
				err = s.decoder.Skip()
			} else {
				err = s.readCell(&r, t)
			}
		}
		if err != nil {
			return r, err
		}
	}
}

// readCell adds a cell to its row, unless it has no value.
func (s *sheetReader) readCell(r *sheetRow, start xml.StartElement) error {
	c, err := s.scanCell(start)
	if err != nil {
		return err
	}
	s.columns++
	if n := columnOf(c.place); n >= s.columns {
		s.columns = n
	}
	if s.columns > maxCells {
		return errors.New("a cell lies beyond the last column")
	}
	cell := s.value(&c)
	if cell.Kind == row.Null {
		return nil
	}
	for len(r.cells) < s.columns-1 {
		r.cells = append(r.cells, row.Cell{})
	}
	r.cells = append(r.cells, cell)
	r.size += len(cell.Text)
	if cell.Kind == row.Float && r.fault == "" && isRounded(cell.Text) {
		r.fault = fmt.Sprintf("cell %s is a number of more than 15 digits, which spreadsheets round; format the column as text before the ids are put in", c.place)
	}
	return nil
}

// scanCell reads a cell as it is written: its value, or the text in it.
func (s *sheetReader) scanCell(start xml.StartElement) (c sheetCell, err error) {
	for _, a := range start.Attr {
		switch a.Name.Local {
		case "r":
			c.place = a.Value
		case "s":
			c.style, _ = strconv.Atoi(a.Value) // what is no number is no style
		case "t":
			c.kind = a.Value
		}
	}
	for within := ""; ; {
		token, err := s.decoder.Token()
		if err != nil {
			return c, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if within = t.Name.Local; within == "rPh" || within == "f" { // a reading, a formula
				if err := s.decoder.Skip(); err != nil {
					return c, err
				}
			}
		case xml.CharData:
			if within == "v" || within == "t" {
				c.value += string(t)
			}
		case xml.EndElement:
			if within = ""; t.Name.Local == "c" {
				return c, nil
			}
		}
	}
}

// columnOf returns the number of the column in the name of a cell, 3 in "C7", 0
// if there is none.
func columnOf(place string) (n int) {
	for i := range len(place) {
		c := place[i] - 'A' + 1
		if c < 1 || c > 26 || n > maxCells {
			break
		}
		n = 26*n + int(c)
	}
	return n
}

// value reads a cell. A date stays a text, as it is that of a clock on some
// wall: the sheet does not say in which zone.
func (s *sheetReader) value(c *sheetCell) row.Cell {
	switch c.kind {
	case "s":
		if i, err := strconv.Atoi(c.value); err == nil && 0 <= i && i < len(s.book.strings) {
			return cellOf(s.book.strings[i])
		}
		return row.Cell{}
	case "b":
		if c.value == "" {
			return row.Cell{}
		}
		return row.Cell{Kind: row.Bool, Int: int64(c.value[0] & 1)}
	case "", "n":
		return s.numeric(c)
	}
	return cellOf(c.value) // a text of its own or of a formula, an error, a date as text
}

// numeric reads a number. The text in the file has all digits of the binary
// number, 6.7999999999999996E-3 for 0.0068.
func (s *sheetReader) numeric(c *sheetCell) row.Cell {
	n, err := strconv.ParseFloat(c.value, 64)
	if err != nil || math.IsInf(n, 0) || math.IsNaN(n) {
		return cellOf(c.value)
	}
	if 0 <= c.style && c.style < len(s.book.dates) && s.book.dates[c.style] {
		if at, ok := clock(s.book.from, n); ok {
			return cellOf(at.Format(time.DateTime))
		}
	}
	return row.Cell{Kind: row.Float, Text: strconv.FormatFloat(n, 'f', -1, 64)}
}

// isRounded reports whether a whole number has more digits than spreadsheets
// keep.
func isRounded(number string) bool {
	const kept = 15
	digits := 0
	for i := range len(number) {
		switch c := number[i]; {
		case c == '.':
			return false
		case c-'0' <= 9:
			digits++
		}
	}
	return digits > kept
}

// epochOf returns the end of 1899, or 1904 for files of old Macs. That Excel
// takes 1900 for a leap year makes a difference before March 1900 only.
func epochOf(from1904 bool) time.Time {
	if from1904 {
		return time.Date(1904, time.January, 1, 0, 0, 0, 0, time.UTC)
	}
	return time.Date(1899, time.December, 30, 0, 0, 0, 0, time.UTC)
}

// clock is what the clock shows so many days after the epoch, to the second.
func clock(epoch time.Time, days float64) (at time.Time, ok bool) {
	const most, daySeconds = 2958466, 24 * 60 * 60 // the year 10000
	if days < 0 || days >= most {
		return at, false
	}
	return time.Unix(epoch.Unix()+int64(math.Round(days*daySeconds)), 0).UTC(), true
}

// texts is what the cells of a header say.
func (r *sheetRow) texts() []string {
	texts := make([]string, len(r.cells))
	for i, c := range r.cells {
		texts[i] = cleanName(c.Text)
	}
	return texts
}

// tagged bounds what lies between two tags: the decoder holds it.
type tagged struct {
	r    io.Reader
	most int64
	run  int64 // bytes since the last tag
}

func (t *tagged) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	for i, c := range p[:n] {
		if t.run++; c == '<' {
			t.run = 0
		}
		if t.run > t.most {
			return i, fmt.Errorf("a cell of more than %d bytes", t.most)
		}
	}
	return n, err
}
