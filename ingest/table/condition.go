package table

import (
	"waudit/ingest/jsontree"
	"waudit/ingest/mapfile"
)

// conditions hold if any of them does.
type conditions []mapfile.Bound[*field]

// hold reports whether a condition holds, or there is none.
func (c conditions) hold(r *rowReading) bool { return len(c) == 0 || c.first(r) != nil }

// first returns the first condition that holds, nil if none does.
func (c conditions) first(r *rowReading) *mapfile.Bound[*field] { return mapfile.First(c, r.passes) }

// passes reports whether what a field holds passes a test.
func (r *rowReading) passes(t mapfile.BoundTest[*field]) bool {
	v := r.value(t.At)
	switch {
	case t.Any && r.mapping.provider != "":
		return v.OK()
	case v.Kind() == jsontree.Object || v.Kind() == jsontree.Array:
		return t.Any
	}
	return t.Holds(cellText(v))
}
