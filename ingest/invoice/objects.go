package invoice

import (
	"bytes"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"

	"waudit/audit/event"
	"waudit/audit/money"
	"waudit/ingest/container"
	"waudit/ingest/jsontree"
	"waudit/ingest/row"
)

// json reads the values of a text: one, but on lines that hold several.
func (d *decoder) json(rec container.Record, place event.Place) {
	text := rec.Text
	for at := 0; ; {
		for at < len(text) && strings.IndexByte(" ,\t\r\n", text[at]) >= 0 {
			at++
		}
		if at == len(text) {
			return
		}
		n, err := d.tree.Parse(text[at:])
		if err != nil {
			if !d.mended(text[at:], place) {
				d.reject(rec.Line, "broken JSON: "+err.Error()+"; mend it, or export it again")
			}
			return
		}
		place.Item = uint32(min(rec.Offset+int64(at), math.MaxUint32))
		d.value(d.tree.Root(), place)
		at += n
	}
}

// mended reads an answer of Meta's analytics as documents print it.
func (d *decoder) mended(text []byte, place event.Place) bool {
	if !strings.Contains(string(text), "_analytics") {
		return false
	}
	tidied, excerpt := tidy(text)
	if _, err := d.tree.Parse(tidied); err != nil {
		return false
	}
	if excerpt {
		d.out.note("the file says itself that data points are left out; export the whole answer")
	}
	d.value(d.tree.Root(), place)
	return true
}

// value reads a JSON value: an answer of Meta's analytics, a row, or a list of rows
// with what is said around them.
func (d *decoder) value(v jsontree.Value, place event.Place) {
	switch {
	case d.analytics(v, place, 0):
	case v.Kind() == jsontree.Array && v.First().OK():
		d.list(v, jsontree.Value{}, place)
	case v.Kind() != jsontree.Object:
		d.reject(int64(place.Line), "no JSON object; a bill has an object a line")
	default:
		if list := d.listIn(v); list.OK() {
			d.list(list, v, place)
			return
		}
		d.fromObject(v, jsontree.Value{}, place)
	}
}

// listIn returns the rows in an object: those that the mapping names, else its only
// list of objects.
func (d *decoder) listIn(v jsontree.Value) (list jsontree.Value) {
	for i := range d.shared.mapping.parts {
		for _, path := range d.shared.mapping.parts[i].Lists {
			if list := listAt(v, path); list.Kind() == jsontree.Array {
				return list
			}
		}
	}
	for m := v.First(); m.OK(); m = m.Next() {
		switch {
		case m.Kind() == jsontree.Array && m.First().Kind() == jsontree.Object:
			if list.OK() {
				return jsontree.Value{}
			}
			list = m
		case m.Kind() == jsontree.Object: // {"data": {"transactions": […]}}
			if inner := d.listIn(m); inner.OK() {
				if list.OK() {
					return jsontree.Value{}
				}
				list = inner
			}
		}
	}
	return list
}

// list reads the objects of a list, each a row.
func (d *decoder) list(list, around jsontree.Value, place event.Place) {
	first := place.Item
	if !list.First().OK() {
		d.ignore("an empty list")
	}
	for e := list.First(); e.OK(); e = e.Next() {
		place.Item = uint32(min(int64(first)+int64(e.Offset()), math.MaxUint32))
		if e.Kind() != jsontree.Object {
			d.reject(int64(place.Line), e.Path()+": no JSON object; a bill has an object a line")
			continue
		}
		d.fromObject(e, around, place)
	}
}

// fromObject reads an object as a row.
func (d *decoder) fromObject(v, around jsontree.Value, place event.Place) {
	o := &d.object
	o.names, o.cells, o.path = o.names[:0], o.cells[:0], o.path[:0]
	o.members(v)
	for m := around.First(); m.OK() && len(o.names) < most; m = m.Next() {
		if m.Kind() != jsontree.Array && m.Kind() != jsontree.Object {
			o.path = append(append(o.path[:0], aroundPrefix...), m.Key()...)
			o.value(m)
		}
	}
	if d.dataPoint.OK() {
		o.names, o.cells = append(o.names, isDataPoint), append(o.cells, cell{})
	}
	key := xxhash.New()
	for _, n := range o.names {
		_, _ = key.WriteString(n)
		_, _ = key.Write([]byte{0})
	}
	list := d.layouts[key.Sum64()]
	if list == nil || !slices.Equal(list[0].columns, o.names) {
		list = d.layoutsOf(o.names)
		if len(d.layouts) < 8*most {
			d.layouts[key.Sum64()] = list
		}
	}
	d.take(list, o.cells, place)
}

// listAt follows a path of keys into an object.
func listAt(v jsontree.Value, path string) jsontree.Value {
	for _, key := range strings.Split(path, ".") {
		v = v.Get(key)
	}
	return v
}

// The answers of Meta's Graph API that are bills: pricing_analytics, and
// conversation_analytics from before July 2025.
const (
	pricingAnalytics      = "pricing_analytics"
	conversationAnalytics = "conversation_analytics"
)

// deepest is how deep an answer may be wrapped.
const deepest = 12

// analytics reads the answers of Meta's analytics in a value, however they are
// wrapped. It reports whether there are any.
func (d *decoder) analytics(v jsontree.Value, place event.Place, depth int) (found bool) {
	if depth > deepest || !bytes.Contains(v.Raw(), []byte("_analytics")) {
		return false
	}
	if v.Kind() == jsontree.String {
		return d.analyticsInText(v, place, depth)
	}
	for m := v.First(); m.OK(); m = m.Next() {
		key := m.Key()
		if v.Kind() == jsontree.Object && (key == pricingAnalytics || key == conversationAnalytics) && m.Kind() == jsontree.Object {
			d.answer(v, m, place)
			found = true
			continue
		}
		found = d.analytics(m, place, depth+1) || found
	}
	return found
}

// analyticsInText reads an answer that was logged as a text.
func (d *decoder) analyticsInText(v jsontree.Value, place event.Place, depth int) bool {
	text := []byte(strings.TrimSpace(v.Str()))
	if len(text) == 0 || text[0] != '{' && text[0] != '[' {
		return false
	}
	var inner jsontree.Tree
	if _, err := inner.Parse(text); err != nil {
		return false
	}
	return d.analytics(inner.Root(), place, depth+1)
}

// answer reads the data points of an answer; around is the object that it stands in,
// which names account and currency.
func (d *decoder) answer(around, answer jsontree.Value, place event.Place) {
	n := 0
	for data := answer.Get("data").First(); data.OK(); data = data.Next() {
		for p := data.Get("data_points").First(); p.OK(); p = p.Next() {
			place.Item++
			n++
			d.point(around, p, place)
		}
	}
	if around.Get("paging").Get("next").OK() || answer.Get("paging").Get("next").OK() {
		d.out.note("the answer has a further page, which is not in the file; export all pages")
	}
	if n == 0 {
		d.ignore("an answer without data points")
	}
}

// point reads a data point as a row. Its bounds are instants at which days of the
// account begin, and its cost is approximate by Meta's own word.
func (d *decoder) point(around, p jsontree.Value, place event.Place) {
	d.dataPoint = p
	defer func() { d.dataPoint = jsontree.Value{} }()
	for _, key := range [...]string{"start", "end"} {
		if v := p.Get(key); v.Str() == "" && v.Num() == "" {
			d.reject(int64(place.Line), "it has no "+key+"; export the whole answer")
			return
		}
	}
	d.fromObject(p, around, place)
}

// What documents put into JSON, and the strings in which it is left alone.
var (
	extras = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|(?:#|//)[^\n]*|…|\.\.\.`)
	commas = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|[,\s]*,[,\s]*[\]}]`)
)

// tidy takes out of JSON what documents put into it: comments, commas before closing
// brackets, "…" for what is left out. excerpt says that they tell of more.
func tidy(text []byte) (out []byte, excerpt bool) {
	out = extras.ReplaceAllFunc(text, func(found []byte) []byte {
		if found[0] == '"' {
			return found
		}
		isComment := found[0] == '#' || found[0] == '/'
		excerpt = excerpt || !isComment || bytes.Contains(found, []byte("more")) || bytes.Contains(found, []byte("…"))
		return nil
	})
	return commas.ReplaceAllFunc(out, func(found []byte) []byte {
		if found[0] == '"' {
			return found
		}
		return found[len(found)-1:]
	}), excerpt
}

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
			c.text, c.time, c.ms = time.UnixMilli(in.Int).UTC().Format(time.RFC3339), true, in.Int
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

// flatObject is a JSON object as names and cells: "price.amount", "errors[0].code".
type flatObject struct {
	names []string
	cells []cell
	path  []byte
}

func (o *flatObject) members(v jsontree.Value) {
	base := len(o.path)
	for m := v.First(); m.OK() && len(o.names) < most; m = m.Next() {
		o.path = append(o.path[:base], m.Key()...)
		o.value(m)
	}
	o.path = o.path[:base]
}

func (o *flatObject) value(v jsontree.Value) {
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

func (o *flatObject) put(c cell) {
	o.names = append(o.names, string(o.path))
	o.cells = append(o.cells, c)
}
