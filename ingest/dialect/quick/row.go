package quick

import (
	"math"
	"strconv"
	"strings"
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
	b := &q.rows
	if b.columns != r.Columns {
		b.bind(r.Columns)
	}
	items.Events = append(items.Events, event.Event{})
	e := &items.Events[0]
	if !b.ordinary || !b.fill(r, e, items) || !b.complete(e, items) || items.Len() != 1 || len(items.Unknown) > 0 {
		items.Reset()
		return 0, false
	}
	return q.flat, true
}

// isForeign reports whether a row with that column is no flat record, or is one
// in the wrapper of a rejection.
func isForeign(key string) bool { return rowMembers[key].kind == memberOdd }

// rowReader reads the rows of one layout.
type rowReader struct {
	columns  *row.Columns
	ordinary bool // the layout is that of a flat record, each column once
	cells    []boundCell

	texts   flat.Texts // of the columns that are read with others
	numbers []byte     // texts of cells that are numbers
}

// boundCell is a cell that is read, and where it belongs.
type boundCell struct {
	index  int
	column event.Column
	use    cellUse
	known  []*meaning // of a column of words
}

// cellUse is what is made of the text of a cell.
type cellUse uint8

const (
	useTogether cellUse = iota // it is read when all cells are there
	useText                    // it stands for itself
	useWord                    // it is one of a few words
)

// usesOf says of the columns what is made of them.
var usesOf = func() (uses [event.NumFlat]cellUse) {
	for c := range event.NumFlat {
		if c.Text(new(event.Event)) != nil {
			uses[c] = useText
		}
	}
	for _, c := range [...]event.Column{event.ColUser, event.ColUserID, event.ColParticipant, event.ColReferral} {
		uses[c] = useTogether
	}
	for _, c := range [...]event.Column{
		event.ColEvent, event.ColType, event.ColTemplateCategory, event.ColOrigin, event.ColBillable, event.ColModel,
		event.ColPricing, event.ColCategory, event.ColSubtype, event.ColCurrency,
	} {
		uses[c] = useWord
	}
	return uses
}()

// meaning is what the text of a column says of an event. A column of words has few
// texts, so that each is looked into once.
type meaning struct {
	text string
	says event.Event
}

// maxMeanings is how many are remembered of a column.
const maxMeanings = 16

// bind looks for the columns of the flat record. That one is there twice is for
// the dialects to sort out, and so are columns that other formats have.
func (b *rowReader) bind(columns *row.Columns) {
	b.columns, b.ordinary, b.cells, b.texts = columns, true, b.cells[:0], flat.Texts{}
	seen := map[string]bool{}
	for i, name := range columns.Names {
		column, ok := flat.ColumnOf(name)
		switch {
		case isForeign(name), ok && seen[name]:
			b.ordinary = false
		case ok:
			b.cells = append(b.cells, boundCell{index: i, column: column, use: usesOf[column]})
		}
		seen[name] = true
	}
}

// fill reads the cells into the event, but for those that are read together. It reports
// whether all are of a kind that is ordinary where they are.
func (b *rowReader) fill(r *row.Row, e *event.Event, items *dialect.Items) bool {
	b.numbers = b.numbers[:0]
	for i := range b.cells {
		bound := &b.cells[i]
		if bound.use == useTogether {
			b.texts[bound.column] = ""
		}
		if bound.index < len(r.Cells) && !b.cell(bound, &r.Cells[bound.index], r.UTF8, e, items) {
			return false
		}
	}
	return true
}

// cell reads a cell. That its text is valid may be known.
func (b *rowReader) cell(bound *boundCell, c *row.Cell, valid bool, e *event.Event, items *dialect.Items) bool {
	switch {
	case c.Kind == row.Null:
		return true
	case c.Kind == row.Bool && bound.column == event.ColBillable:
		e.Billable = event.FlagOf(c.Int != 0)
		return true
	case c.Kind == row.Nano && bound.column == event.ColAmount && c.Int != math.MinInt64:
		e.HasAmount, e.Amount = true, c.Int
		return true
	case c.Kind == row.Time && bound.column == event.ColTimestamp && event.InRange(c.Int):
		e.Time = c.Int
		return true
	case c.Kind == row.Time && bound.column == event.ColExpires && event.InRange(c.Int):
		e.Expires = c.Int
		return true
	}
	text, ok := c.Text, true
	if c.Kind != row.Text || bound.use != useWord {
		text, ok = b.text(c, valid || c.UTF8)
	}
	switch {
	case !ok:
		return false
	case bound.use == useTogether:
		b.texts[bound.column] = text
	case bound.use == useText:
		*bound.column.Text(e) = text
	default:
		return bound.read(text, e, items)
	}
	return true
}

// read fills in what a word says. It reports whether it is one that is known.
func (bound *boundCell) read(text string, e *event.Event, items *dialect.Items) bool {
	if text == "" {
		return true
	}
	for n, m := range bound.known {
		if m.text == text {
			if n > 0 {
				bound.known[n-1], bound.known[n] = m, bound.known[n-1]
			}
			m.fill(e, bound.column)
			return true
		}
	}
	var row flat.Texts
	row[bound.column] = text
	m := meaning{text: strings.Clone(text), says: event.Event{Kind: flat.KindOf(row[event.ColEvent])}}
	row.TakeWords(items, &m.says)
	if len(items.Unknown) > 0 || !utf8.ValidString(text) {
		return false
	}
	m.says = m.says.Clone()
	m.fill(e, bound.column)
	bound.known = append(bound.known[:min(len(bound.known), maxMeanings-1)], &m)
	return true
}

// fill fills in what the text says in that column.
func (m *meaning) fill(e *event.Event, c event.Column) {
	switch c {
	case event.ColEvent:
		e.Kind = m.says.Kind
	case event.ColBillable:
		e.Billable = m.says.Billable
	case event.ColSubtype:
		e.Subtype, e.PriceKind = m.says.Subtype, m.says.PriceKind
	default:
		*c.Text(e) = *c.Text(&m.says)
	}
}

// complete makes the event of what is read together. It reports whether it is one.
func (b *rowReader) complete(e *event.Event, items *dialect.Items) bool {
	if e.Kind == 0 || !readTimes(e, b.texts[event.ColTimestamp], b.texts[event.ColExpires]) || !readPrice(e, b.texts[event.ColAmount]) {
		return false
	}
	b.texts.TakeUser(items, e)
	return flat.NamesUser(e)
}

// text is a cell as a dialect reads it from JSON: a text, or a number as it is
// written. That a text is valid may be known.
func (b *rowReader) text(c *row.Cell, valid bool) (text string, ok bool) {
	switch c.Kind {
	case row.Text, row.Float:
		return c.Text, valid || utf8.ValidString(c.Text)
	case row.Int:
		from := len(b.numbers)
		b.numbers = strconv.AppendInt(b.numbers, c.Int, 10)
		return unsafe.String(&b.numbers[from], len(b.numbers)-from), true
	}
	return "", false
}
