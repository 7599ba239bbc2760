package invoice

import (
	"strconv"
	"strings"

	"waudit/audit/money"
	"waudit/ingest/jsontree"
	"waudit/ingest/row"
)

// cell is one value of a record, as text.
type cell struct {
	text   string
	number bool  // it is a number of its own, whose decimals are parted by a dot
	time   bool  // it is an instant of its own
	ms     int64 // that instant, Unix milliseconds
}

// fromRow appends the cells of a row of a table, one for each column. ok is false
// if a column holds JSON: then the row is read as an object.
func fromRow(dst []cell, r *row.Row) (cells []cell, ok bool) {
	for i := range r.Cells {
		in := &r.Cells[i]
		var c cell
		switch in.Kind {
		case row.Null:
		case row.Text:
			c.text = strings.TrimSpace(in.Text)
		case row.Float:
			c.text, c.number = in.Text, true
		case row.Int:
			c.text, c.number = strconv.FormatInt(in.Int, 10), true
		case row.Nano:
			c.text, c.number = money.Format(money.Of(in.Int), 0), true
		case row.Bool:
			c.text = strconv.FormatBool(in.Int != 0)
		case row.Time:
			c.text, c.time, c.ms = instantText(in.Int), true, in.Int
		case row.JSON:
			if in.Text != "" {
				return dst, false
			}
		}
		dst = append(dst, c)
	}
	return dst, true
}

// most is how many values of an object are looked at, and mostItems how many of a
// list in it: columns of a bill are few.
const (
	most      = 512
	mostItems = 16
)

// object is a JSON object as names and cells: "price.amount", "errors[0].code".
type object struct {
	names []string
	cells []cell
	path  []byte
}

func (o *object) reset() { o.names, o.cells, o.path = o.names[:0], o.cells[:0], o.path[:0] }

// add adds the members of an object, with prefix before their names.
func (o *object) add(v jsontree.Value, prefix string) {
	o.path = append(o.path[:0], prefix...)
	o.members(v)
}

func (o *object) members(v jsontree.Value) {
	base := len(o.path)
	for m := v.First(); m.OK() && len(o.names) < most; m = m.Next() {
		o.path = append(o.path[:base], m.Key()...)
		o.value(m)
	}
	o.path = o.path[:base]
}

func (o *object) value(v jsontree.Value) {
	base := len(o.path)
	switch v.Kind() {
	case jsontree.Object:
		o.path = append(o.path, '.')
		o.members(v)
	case jsontree.Array:
		n := 0
		for e := v.First(); e.OK() && n < mostItems; e = e.Next() {
			o.path = strconv.AppendInt(append(o.path[:base], '['), int64(n), 10)
			o.path = append(o.path, ']')
			o.value(e)
			n++
		}
	case jsontree.String:
		o.put(cell{text: strings.TrimSpace(v.Str())})
	case jsontree.Number:
		o.put(cell{text: v.Num(), number: true})
	case jsontree.Bool:
		o.put(cell{text: strconv.FormatBool(v.Bool())})
	}
	o.path = o.path[:base]
}

func (o *object) put(c cell) {
	o.names = append(o.names, string(o.path))
	o.cells = append(o.cells, c)
}
