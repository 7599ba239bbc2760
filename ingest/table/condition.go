package table

import (
	"slices"
	"strings"

	"waudit/ingest/jsontree"
	"waudit/ingest/mapfile"
	"waudit/ingest/notation"
)

// conditions hold if any of them does.
type conditions []condition

// condition holds if all its tests do.
type condition struct {
	tests  []test
	reason string // why a row is skipped for which it holds
}

// test compares a field with texts.
type test struct {
	mapfile.Test
	field    field
	prefixes []string // folded, of a provider's file: "message.*"
}

// holds reports whether a text passes.
func (t *test) holds(text string) bool {
	return t.Holds(text) || slices.ContainsFunc(t.prefixes, func(p string) bool { return strings.HasPrefix(notation.Fold(text), p) })
}

// hold reports whether a condition holds, or there is none.
func (c conditions) hold(r *rowReading) bool { return len(c) == 0 || c.first(r) != nil }

// first returns the first condition that holds, nil if none does.
func (c conditions) first(r *rowReading) *condition {
	for i := range c {
		if c[i].holds(r) {
			return &c[i]
		}
	}
	return nil
}

func (c *condition) holds(r *rowReading) bool {
	for i := range c.tests {
		t := &c.tests[i]
		v := r.value(&t.field)
		if t.Any && r.mapping.provider != "" {
			if !v.OK() {
				return false
			}
			continue
		}
		if v.Kind() == jsontree.Object || v.Kind() == jsontree.Array {
			if !t.Any {
				return false
			}
			continue
		}
		if !t.holds(cellText(v)) {
			return false
		}
	}
	return true
}
