package invoice

import (
	"math"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"

	"waudit/audit/event"
	"waudit/ingest/container"
	"waudit/ingest/jsontree"
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
		if path := d.shared.mapping.parts[i].List; path != "" {
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
	o.reset()
	o.add(v, "")
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
