package container

import (
	"archive/zip"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"

	"waudit/ingest/row"
)

// xlsx is workbooks, as Excel and its like write them. A workbook is a zip
// archive, whose directory stands at its end, so that the file is held whole;
// its sheets are unpacked as they are read.
//
// It is read without a library: those that stream rows return either the number in
// a cell or the text that the sheet shows, but not whether it is a date, or take
// a hundred times the memory.
//
// The sheets are read as if they were one: the line of a record is the number of
// its row plus the rows of all sheets before. Each sheet has its own header. In a
// workbook with several sheets, one without a header, such as a cover, is skipped.
//
//	xlsx.go        the format, and reading in blocks of rows
//	xlsx_parts.go  the parts of a workbook beside its sheets
//	xlsx_sheet.go  rows and cells
var xlsx = Format{
	name: "xlsx",
	sniff: func(head Head) bool { // the sign of an archive, and the name of a part of a workbook
		hasPart := func(part string) bool { return bytes.Contains(head.Bytes, []byte(part)) }
		return bytes.HasPrefix(head.Bytes, []byte("PK\x03\x04")) &&
			slices.ContainsFunc([]string{"xl/workbook.xml", "xl/worksheets/", "xl/_rels/"}, hasPart)
	},
	reader: func(s stream, limits Limits) Reader { return &workbookReader{stream: s, limits: limits} },
}

const (
	defaultMaxWhole = 512 << 20
	cellSize        = 64 // bytes that a cell takes, about, beside its text
	maxTimes        = 8  // how often the limit of a file its cells may be, with a text counted wherever it is shown
)

// workbookReader reads the sheets of a workbook.
type workbookReader struct {
	stream
	limits Limits

	book   *workbook // nil before the first block
	sheets []string  // parts that are not read yet

	// Of the sheet that is read.
	sheet   *sheetReader // nil between sheets
	columns *row.Columns
	ahead   []sheetRow // rows that were read to find the header
	above   int64      // rows of the sheets before
	last    int64      // number of the last row
	text    int64      // bytes in the cells of all rows
}

func (r *workbookReader) Next(b *Block) error {
	b.begin(0, r.limits)
	if r.book == nil {
		if err := r.open(); err != nil {
			return err
		}
	}
	for size := 0; size < r.limits.BlockSize; {
		next, err := r.nextRow()
		if err != nil {
			if r.err = err; len(b.found) == 0 {
				return err
			}
			break
		}
		size += next.size + len(next.cells)*cellSize
		if r.text += int64(next.size); r.text > maxTimes*r.most() {
			r.err = damaged(fmt.Errorf("its cells come to more than %d GB of text", maxTimes*r.most()>>30))
			break
		}
		if rec, ok := r.record(next); ok {
			b.found = append(b.found, rec)
		}
	}
	return nil
}

// most is the most bytes of a file that are held.
func (r *workbookReader) most() int64 { return cmp.Or(r.limits.MaxWhole, defaultMaxWhole) }

// open reads the file and what the workbook says about its sheets.
func (r *workbookReader) open() error {
	most := r.most()
	data, err := io.ReadAll(io.LimitReader(r.all(), most+1))
	r.err = nil
	if err != nil {
		return err
	}
	if int64(len(data)) > most {
		return &Refusal{Reason: fmt.Sprintf("a spreadsheet of more than %d MB, which is not read, as it must be held whole; export it as CSV", most>>20), Records: true}
	}
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return damaged(err)
	}
	if r.book, err = openWorkbook(archive, most, r.limits.MaxRecord); err != nil {
		return damaged(err)
	}
	r.sheets = r.book.sheets
	return nil
}

// damaged is the error for a workbook that cannot be read because of err, if there is one.
func damaged(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("the spreadsheet is damaged: %w; open it in a spreadsheet program, and save it again or export it as CSV", err)
}

// nextRow returns the next row below a header.
func (r *workbookReader) nextRow() (sheetRow, error) {
	if r.err != nil {
		return sheetRow{}, r.err
	}
	for {
		if len(r.ahead) > 0 {
			next := r.ahead[0]
			r.ahead = r.ahead[1:]
			return next, nil
		}
		if r.sheet != nil {
			next, err := r.sheet.next()
			if !errors.Is(err, io.EOF) {
				return next, damaged(err)
			}
			r.endSheet()
		}
		if len(r.sheets) == 0 {
			return sheetRow{}, io.EOF
		}
		if err := r.beginSheet(); err != nil {
			return sheetRow{}, damaged(err)
		}
	}
}

// beginSheet opens the next sheet and reads to its header.
func (r *workbookReader) beginSheet() (err error) {
	part := r.sheets[0]
	r.sheets = r.sheets[1:]
	if r.sheet, err = r.book.openSheet(part, r.limits.MaxRecord); err != nil {
		return err
	}
	var sampled []sampledRow
	for len(sampled) < maxSampled {
		next, err := r.sheet.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		r.ahead = append(r.ahead, next)
		sampled = append(sampled, sampledRow{cells: next.texts(), quoted: true, end: len(r.ahead)})
	}
	found := table{syntax: syntax{delimiter: ','}}
	switch {
	case found.choose(sampled, r.limits.Known):
	case len(r.book.sheets) == 1 && len(sampled) > 0:
		found.use(sampled[0])
	default:
		for _, next := range r.ahead {
			r.last = next.number
		}
		return r.passOver()
	}
	r.columns, r.ahead = found.columns, r.ahead[found.end:]
	return nil
}

// passOver goes to the end of a sheet without a header.
func (r *workbookReader) passOver() error {
	r.ahead = nil
	for {
		next, err := r.sheet.next()
		if errors.Is(err, io.EOF) {
			r.endSheet()
			return nil
		}
		if err != nil {
			return err
		}
		r.last = next.number
	}
}

func (r *workbookReader) endSheet() {
	r.sheet.close()
	r.sheet, r.ahead = nil, nil
	r.above += r.last
	r.last = 0
}

// record makes a record of a row, unless it is the header again.
func (r *workbookReader) record(next sheetRow) (Record, bool) {
	r.last = next.number
	names := r.columns.Names
	if slices.EqualFunc(next.cells, names, func(c row.Cell, name string) bool { return cleanName(c.Text) == name }) {
		return Record{}, false
	}
	rec := Record{Line: r.above + next.number, Fault: next.fault}
	if int64(next.size) > r.limits.MaxRecord {
		rec.TooLong = true
		return rec, true
	}
	columns := r.columns
	if len(next.cells) > len(names) {
		further := tableRows{row: row.Row{Columns: columns}}
		columns = further.withFurther(len(next.cells))
		rec.Fault = cmp.Or(rec.Fault, fmt.Sprintf("the row has %d cells, and the header %d; name the further columns", len(next.cells), len(names)))
	}
	for len(next.cells) < len(names) {
		next.cells = append(next.cells, row.Cell{})
	}
	rec.Row = &row.Row{Columns: columns, Cells: next.cells}
	return rec, true
}
