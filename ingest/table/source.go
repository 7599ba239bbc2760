package table

import (
	"strings"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
	"waudit/ingest/mapfile"
	"waudit/ingest/notation"
)

// columnSources say where each column comes from.
type columnSources [event.NumFlat]columnSource

// source is where the text of a column comes from. The zero source has none.
type columnSource struct {
	mapfile.Column
	column   event.Column
	fields   []field // the first with a value counts
	asked    bool    // the mapping names it; else it is looked for by its synonyms
	template mapfile.BoundTemplate[*field]
}

// cell is the text of a column, and where it was found.
type cell struct {
	text    string
	value   jsontree.Value // absent for constants and templates
	field   *field         // nil likewise
	number  bool           // it is a JSON number, as it is written
	ignore  bool           // its value says to ignore the row
	isMeant bool           // the mapping says what its value means
}

// cell finds the text of a column for an event of that kind; 0 is any.
func (r *rowReading) cell(s *columnSource, kind event.Kind) cell {
	var c cell
	switch {
	case s.IsConst:
		c.text = s.Const
		return c
	case len(s.template) > 0:
		c.text = s.template.Fill(func(f *field) string { return cellText(r.value(f)) })
	default:
		return r.firstField(s, kind)
	}
	s.translate(&c)
	return c
}

// firstField is the first of a source's fields that has a text, and one that its
// values leave.
func (r *rowReading) firstField(s *columnSource, kind event.Kind) (c cell) {
	for i := range s.fields {
		f := &s.fields[i]
		if kind != 0 && !f.kinds.has(kind) {
			continue
		}
		text := r.text(f)
		if text == "" || r.mapping.isTable && !r.isCell(s.column, f, text) {
			continue
		}
		if f.party {
			text = dialect.IdentityOf(text, "", "").Any()
		}
		v := r.value(f)
		c = cell{text: text, value: v, field: f, number: v.Kind() == jsontree.Number}
		if !s.translate(&c) && v.Kind() == jsontree.Bool && s.column != event.ColBillable {
			c = cell{}
		}
		if c.text != "" || c.ignore {
			break
		}
	}
	switch {
	case r.mapping.isTable && s.column == event.ColMessage:
		return r.findMessage(s, c)
	case c.field == nil:
		s.translate(&c) // what "" stands for
	}
	return c
}

// cellText is the text of a value without the blanks around it; "" for lists
// and objects.
func cellText(v jsontree.Value) string {
	switch v.Kind() {
	case jsontree.Bool:
		if v.Bool() {
			return "true"
		}
		return "false"
	case jsontree.String:
		return strings.TrimSpace(v.Str())
	}
	return v.Num()
}

// translate replaces a text by what it stands for, and reports whether it
// stands for anything else than itself.
func (s *columnSource) translate(c *cell) bool {
	v, ok := s.Translate(c.text)
	if ok {
		c.text, c.ignore, c.number, c.isMeant = v.Text, v.Ignore, false, true
	}
	return ok
}

// describe names the column in a rejection: as the record has it if it was
// found there, else as the mapping does.
func (r *rowReading) describe(s *columnSource, c cell) string {
	switch {
	case c.field != nil:
		return quoteColumn(c.field.text)
	case len(s.template) > 0:
		return "the template of " + s.column.String()
	case s.IsConst:
		return "the constant of " + s.column.String()
	}
	return s.wanted()
}

// wanted says which fields a source looks for.
func (s *columnSource) wanted() string {
	const most = 3
	if !s.asked {
		return "a column " + s.column.String()
	}
	var names []string
	for i := range s.fields {
		if i == most {
			names = append(names, "…")
			break
		}
		names = append(names, s.fields[i].text)
	}
	return quoteColumn(strings.Join(names, ", "))
}

func quoteColumn(name string) string { return `column "` + notation.Clip(name) + `"` }

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
		return t.Any || t.Object && v.Kind() == jsontree.Object || t.Empty && v.Kind() == jsontree.Array && !v.First().OK()
	}
	return t.Holds(cellText(v))
}
