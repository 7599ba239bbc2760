package table

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"waudit/audit/event"
	"waudit/ingest/dialect/flat"
	"waudit/ingest/mapfile"
)

// columnReader reads the columns of a section.
type columnReader struct {
	file    *mapfile.File
	section *section
	scope   mapfile.Scope
	named   bool // only columns that are named are read
}

// keyEvent and keyTimestamp are the columns that a rule of events is about.
const (
	keyEvent     = "event"
	keyTimestamp = "timestamp"
)

// readColumns reads the columns of a section, those around it first. What
// neither names is looked for by its synonyms.
func (c *columnReader) readColumns(own, around mapfile.Section) {
	for i := range c.section.columns {
		c.section.columns[i].column = event.Column(i)
	}
	c.file.EachColumn(own, around, flat.Names(), func(e mapfile.Entry) {
		if e.Key == keyEvent && own.Of(keyEvents) != nil {
			c.file.Fault(e.At, "the column event stands beside events:, which says what happened; take one away")
		}
		col, _ := event.ColumnOf(e.Key)
		c.section.columns[col] = c.source(col, e)
	})
	for i := range c.section.columns {
		if s := &c.section.columns[i]; !s.asked && !c.named {
			*s = c.implicit(event.Column(i))
		}
	}
}

// implicit looks for a column by its own name and its synonyms.
func (c *columnReader) implicit(col event.Column) columnSource {
	return columnSource{Column: c.scope.Implicit(holds(col)), column: col, fields: c.section.fieldsOf(col, anywhere)}
}

// holds says what the column is for.
func holds(c event.Column) mapfile.Holds {
	switch {
	case flat.IsTimeColumn(c):
		return mapfile.Times
	case c == event.ColAmount:
		return mapfile.Amounts
	}
	return mapfile.Text
}

// source reads where a column comes from: a path, a list of them, keys, or
// nothing, which leaves the column out.
func (c *columnReader) source(col event.Column, e mapfile.Entry) columnSource {
	s := columnSource{Column: c.file.Column(e, holds(col), c.scope), column: col, asked: true}
	for _, path := range s.Paths {
		s.fields = append(s.fields, c.section.newField(path, true, false))
	}
	s.template, _ = mapfile.BindTemplate(s.Template, func(path string) (*field, bool) {
		f := c.section.newField(path, true, false)
		return &f, true
	})
	if col == event.ColEvent {
		c.checkEvents(e)
	}
	return s
}

// checkEvents sees that what a column is made to say are events.
func (c *columnReader) checkEvents(e mapfile.Entry) {
	mapfile.EachValue(e, func(n *yaml.Node, text string) {
		if flat.KindOf(text) == 0 {
			c.noEvent(n, text)
		}
	})
}

func (c *columnReader) noEvent(n *yaml.Node, word string) {
	words := []string{mapfile.WordIgnore}
	for k := range event.NumKinds {
		if name := event.Kind(k).String(); name != "" {
			words = append(words, name)
		}
	}
	c.file.Fault(n, "%q is no event; it takes %s%s", word, mapfile.OneOfWords(words), mapfile.DidYouMean(word, words))
}

// readRules reads which events an item yields.
func (c *columnReader) readRules(n *yaml.Node) {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		c.file.Fault(n, "events takes a list, with event: and timestamp: for each")
		return
	}
	for _, n := range n.Content {
		c.section.rules = append(c.section.rules, c.rule(mapfile.Content(n)))
	}
}

func (c *columnReader) rule(n *yaml.Node) rule {
	r := rule{columns: c.section.columns}
	for _, e := range c.file.Only(c.file.Entries(n, "each of events"), "column", append(flat.Names(), mapfile.KeyWhen)...) {
		switch e.Key {
		case mapfile.KeyWhen:
			r.when = c.section.conditions(c.file.Conditions(e.Value, mapfile.KeyWhen), false)
		case keyEvent:
			word, ok := c.file.Scalar(e.Value, keyEvent)
			if r.kind = flat.KindOf(word); ok && r.kind == 0 {
				c.noEvent(e.Value, word)
			}
			r.columns[event.ColEvent] = columnSource{Column: mapfile.Column{IsConst: true, Const: word}, column: event.ColEvent, asked: true}
		default:
			col, _ := event.ColumnOf(e.Key)
			r.columns[col], r.own[col] = c.source(col, e), true
		}
	}
	if !r.columns[event.ColEvent].IsConst {
		c.file.Fault(n, "a rule of events names no event:")
	}
	return r
}

// fieldsAt reads paths.
func (s *section) fieldsAt(paths []string) (fields []field) {
	for _, path := range paths {
		fields = append(fields, s.newField(path, false, false))
	}
	return fields
}

// newField reads a path: a key, and the keys and indexes behind it. A path that
// begins with "$." begins at the record, also for the items of a list.
func (s *section) newField(text string, asked, ofRecord bool) field {
	path, fromRoot := strings.CutPrefix(text, "$.")
	f := field{text: text, ofRecord: s.list != nil && (fromRoot || ofRecord)}
	in := &s.item
	if f.ofRecord {
		in = &s.record
	}
	first, steps, ok := mapfile.SplitPath(path)
	f.whole = in.slot(path, asked)
	f.first = f.whole
	if ok && len(steps) > 0 {
		f.first, f.steps = in.slot(first, asked), steps
	}
	return f
}
