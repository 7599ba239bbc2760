package quick

import (
	"math"
	"strconv"
	"unicode/utf8"
	"unsafe"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/flat"
	"waudit/ingest/row"
)

// DecodeRow is Decode for a row of a table: it reads flat records from their
// cells. Of a row that it accepts it gives the very items that the dialects
// give of the JSON object that the row stands for.
func (q *Reader) DecodeRow(r *row.Row, items *dialect.Items) (dialect int, ok bool) {
	items.Reset()
	if q.flat < 0 {
		return 0, false
	}
	if q.rows.columns != r.Columns {
		q.rows.bind(r.Columns)
	}
	q.items = items
	if ok = q.rows.ordinary && q.rows.fill(r); ok {
		ok = q.useRow(q.addEvent(&layout{event: q.rows.event}), &q.rows.texts)
	}
	if !ok || items.Len() != 1 || len(items.Unknown) > 0 {
		items.Reset()
		return 0, false
	}
	return q.flat, true
}

// isForeign reports whether a row with that column is no flat record, or is one
// in the wrapper of a rejection.
func isForeign(key string) bool { return rowMembers[key].kind == memberOdd }

// useRow makes the event of the row. It reports whether it is one.
func (q *Reader) useRow(e *event.Event, row *flat.Texts) bool {
	e.Kind = flat.KindOf(row[event.ColEvent])
	if e.Kind == 0 || !readTimes(e, row[event.ColTimestamp], row[event.ColExpires]) {
		return false
	}
	row.TakeWords(q.items, e)
	if !readPrice(e, row[event.ColAmount]) {
		return false
	}
	row.TakeUser(q.items, e)
	return flat.NamesUser(e)
}

// rowReader reads the rows of one layout.
type rowReader struct {
	columns  *row.Columns
	ordinary bool // the layout is that of a flat record, each column once
	cells    []boundCell

	event   event.Event // what cells are read into
	texts   flat.Texts
	numbers []byte // texts of cells that are numbers
}

// boundCell is a cell that is read, and where it belongs.
type boundCell struct {
	index  int
	column event.Column
}

// bind looks for the columns of the flat record. That one is there twice is for
// the dialects to sort out, and so are columns that other formats have.
func (b *rowReader) bind(columns *row.Columns) {
	b.columns, b.ordinary, b.cells = columns, true, b.cells[:0]
	seen := map[string]bool{}
	for i, name := range columns.Names {
		column, ok := flat.ColumnOf(name)
		switch {
		case isForeign(name), ok && seen[name]:
			b.ordinary = false
		case ok:
			b.cells = append(b.cells, boundCell{i, column})
		}
		seen[name] = true
	}
}

// fill reads the cells. It reports whether all are of a kind that is ordinary
// where they are.
func (b *rowReader) fill(r *row.Row) bool {
	b.event, b.texts, b.numbers = event.Event{}, flat.Texts{}, b.numbers[:0]
	for _, bound := range b.cells {
		if bound.index >= len(r.Cells) {
			continue
		}
		c := &r.Cells[bound.index]
		switch {
		case c.Kind == row.Null:
		case c.Kind == row.Bool && bound.column == event.ColBillable:
			b.event.Billable = event.FlagOf(c.Int != 0)
		case c.Kind == row.Nano && bound.column == event.ColAmount && c.Int != math.MinInt64:
			b.event.HasAmount, b.event.Amount = true, c.Int
		default:
			text, ok := b.text(c, r.UTF8 || c.UTF8)
			if !ok && !isTimeCell(c, bound.column) {
				return false
			}
			b.texts[bound.column] = text
		}
	}
	return true
}

// isTimeCell reports whether the cell is an instant in a column of such, in the
// range in which Unix milliseconds are told from seconds.
func isTimeCell(c *row.Cell, column event.Column) bool {
	return c.Kind == row.Time && flat.IsTimeColumn(column) &&
		event.MinTime <= c.Int && c.Int < event.MaxTime
}

// text is a cell as a dialect reads it from JSON: a text, or a number as it is
// written. An instant becomes one too; whether it may stand where it does is
// for isTimeCell to say. That a text is valid may be known.
func (b *rowReader) text(c *row.Cell, valid bool) (text string, ok bool) {
	switch c.Kind {
	case row.Text, row.Float:
		return c.Text, valid || utf8.ValidString(c.Text)
	case row.Int, row.Time:
		from := len(b.numbers)
		b.numbers = strconv.AppendInt(b.numbers, c.Int, 10)
		return unsafe.String(&b.numbers[from], len(b.numbers)-from), c.Kind == row.Int
	}
	return "", false
}
