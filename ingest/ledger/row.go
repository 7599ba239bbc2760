package ledger

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"waudit/audit/event"
	"waudit/ingest/row"
)

// Rows makes events of the rows of parts. It is for one goroutine.
type Rows struct {
	// Restore takes out of events what was filled in when they were packed, so
	// that they are as the log has them. It needs all records of the ledger to
	// find their customers again.
	Restore bool
	// Adopted is the number, by account, of events that name none, if they are
	// not restored.
	Adopted map[string]string

	columns *row.Columns
	event   *event.Event // that is being made
	cells   []target
	missing string // a column without which there is no event
	kind    string
	numbers [numNumbers]int64
	present [numNumbers]bool
}

// numberColumn is a column that is no text.
type numberColumn uint8

const (
	_ numberColumn = iota // of a text
	timestamp
	expires
	billable
	amount
	resolved
	originInput
	originLine
	originItem
	numNumbers
)

// target is a column that is read, and where it belongs: into a text, else
// among the numbers.
type target struct {
	index  int
	text   *string
	number numberColumn
}

// numberNames are the names of the columns that are no texts.
var numberNames = [numNumbers]string{
	timestamp: "timestamp", expires: "conversation_expiration", billable: "billable", amount: "amount",
	resolved: "resolved", originInput: "origin_input", originLine: "origin_line", originItem: "origin_item",
}

// columnNames are the columns of a part.
func columnNames() (names []string) {
	for c := range event.NumColumns {
		if c != event.ColClick {
			names = append(names, c.String())
		}
	}
	return append(names, numberNames[resolved:]...)
}

// isLater reports whether the first ledgers do not have the column: they had no
// ids of bill lines, the kind of a price in the place of the subtype, and no kind of a time.
func isLater(column string) bool {
	return column == event.ColLine.String() || column == event.ColPriceKind.String() || column == event.ColTimeKind.String()
}

// WantedColumns chooses the columns of the ledger among those of a part.
func WantedColumns(names []string) []bool { return only(names, columnNames()...) }

// only tells which of the names are among the wanted ones.
func only(names []string, wanted ...string) []bool {
	chosen := make([]bool, len(names))
	for i, name := range names {
		chosen[i] = slices.Contains(wanted, name)
	}
	return chosen
}

// text is where a column that is a text belongs, nil for a number.
func (r *Rows) text(column string) *string {
	switch c, ok := event.ColumnOf(column); {
	case !ok:
		return nil
	case c == event.ColEvent:
		return &r.kind
	default:
		return c.Text(r.event)
	}
}

// bind looks for the columns, and for what they say of the event.
func (r *Rows) bind(columns *row.Columns, e *event.Event) {
	r.columns, r.event, r.cells, r.missing = columns, e, r.cells[:0], ""
	at := map[string]int{}
	for i, name := range columns.Names {
		at[name] = i
	}
	for _, name := range columnNames() {
		i, ok := at[name]
		if !ok {
			if !isLater(name) {
				r.missing = name
			}
			continue
		}
		r.cells = append(r.cells, target{index: i, text: r.text(name), number: numberColumn(max(0, slices.Index(numberNames[:], name)))})
	}
}

// Event sets e to the event of a row. Its place is where the log has it, the
// input being an index into the manifest's. Strings share memory with the row.
// After an error e is of no use. It is best called for the same e again.
func (r *Rows) Event(from *row.Row, e *event.Event) error {
	if r.columns != from.Columns || r.event != e {
		r.bind(from.Columns, e)
	}
	if r.missing != "" {
		return fmt.Errorf("it has no column %s", r.missing)
	}
	*e, r.kind, r.present = event.Event{}, "", [numNumbers]bool{}
	for i := range r.cells {
		c := &r.cells[i]
		v := &from.Cells[c.index]
		switch {
		case v.Kind == row.Null:
		case c.text != nil && v.Kind == row.Text:
			*c.text = v.Text
		case c.text == nil && v.Kind != row.Text && v.Kind != row.JSON && v.Kind != row.Float:
			r.numbers[c.number], r.present[c.number] = v.Int, true
		default:
			return fmt.Errorf("its column %s holds something else than a ledger's", from.Columns.Names[c.index])
		}
	}
	return r.finish()
}

// finish makes the event of what was read.
func (r *Rows) finish() error {
	e := r.event
	if e.Kind = event.KindOf(r.kind); e.Kind == 0 {
		return fmt.Errorf("it has the unknown event %q", r.kind)
	}
	for _, n := range [...]numberColumn{timestamp, resolved, originInput, originLine, originItem} {
		if !r.present[n] {
			return errors.New("a row lacks its time or its origin")
		}
	}
	for _, n := range [...]numberColumn{originInput, originLine, originItem} {
		if v := r.numbers[n]; v < 0 || v > math.MaxUint32 {
			return fmt.Errorf("a row has the impossible origin %d", v)
		}
	}
	e.SetSubtype(e.Subtype) // see isLater
	e.Time = r.numbers[timestamp]
	if e.Time < event.MinTime || e.Time >= event.MaxTime {
		return fmt.Errorf("a row has the impossible time %d", e.Time)
	}
	e.Place = event.Place{
		Input: uint32(r.numbers[originInput]), Line: uint32(r.numbers[originLine]), Item: uint32(r.numbers[originItem]),
	}
	if r.present[expires] {
		e.Expires = r.numbers[expires]
	}
	if r.present[billable] {
		e.Billable = event.FlagOf(r.numbers[billable] != 0)
	}
	if r.present[amount] {
		e.HasAmount, e.Amount = true, r.numbers[amount]
	}
	switch found := r.numbers[resolved]; {
	case r.Restore:
		unresolve(e, found)
	case found&adoptedNumber != 0:
		e.Number = r.Adopted[e.WABA]
	}
	return nil
}
