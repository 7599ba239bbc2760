package table

import (
	"cmp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/flat"
	"waudit/ingest/mapfile"
)

// defaultMappingName is the name of the dialect of a mapping that gives itself none.
const defaultMappingName = "mapping"

// Parse reads a mapping file. The error names the file and the line of
// everything that is wrong, a line each.
//
// A mapping may not have the name of any of the known dialects.
func Parse(file string, data []byte, known []func() dialect.Dialect) (*Mapping, error) {
	f := &mappingFile{Parser: mapfile.Parser{Name: file}, known: append(slices.Clip(known), New)}
	return f.read(data)
}

// ParseProvider reads a mapping file of a provider's records, which is one of
// waudit's own. Unlike a user's, such a file takes keys only as they are spelt,
// finds none by itself, and asks with "*" only whether a key is there; and what its
// records lack is said as of every provider's, see Notice.
func ParseProvider(file string, data []byte) (*Mapping, error) {
	f := &mappingFile{Parser: mapfile.Parser{Name: file}, own: true}
	return f.read(data)
}

func (f *mappingFile) read(data []byte) (*Mapping, error) {
	m := &Mapping{name: defaultMappingName}
	if root := f.Parse(data); root != nil {
		f.mapping(m, root)
	}
	if err := f.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

// The keys of a file beside those that all files of columns have.
const (
	keyEvents  = "events"
	keyChannel = "channel"
)

// theRecord is the path, among those of lists, of the record itself.
const theRecord = "$"

// mappingFile is the file of a mapping.
type mappingFile struct {
	mapfile.Parser
	own   bool                     // it is one of waudit's own, of a provider
	known []func() dialect.Dialect // whose names it may not have
}

func (f *mappingFile) mapping(m *Mapping, root *yaml.Node) {
	known, ofOne := mapfile.SectionKeys(keyEvents, keyChannel), []string{keyEvents, mapfile.KeyLists, mapfile.KeyWhen}
	if f.own {
		known, ofOne = append(known, keyProvider, keyItems, keyIgnore, keyUnusable, keyReferral, keyPricing, keyTimes, keyBefore, keyLogged, keyPrevious), nil
	}
	around, all := f.Sections(root, known, ofOne...)
	whole := around
	if whole == nil {
		whole = all[0]
	}
	if f.own {
		m.provider, _ = f.Scalar(whole.Of(keyProvider), keyProvider)
	}
	if n := whole.Of(mapfile.KeyName); n != nil {
		if name, ok := f.Scalar(n, mapfile.KeyName); ok {
			m.name = f.mappingName(n, name)
		}
		delete(whole, mapfile.KeyName) // it is none of a section's
	}
	for _, own := range all {
		m.sections = append(m.sections, f.section(own, around))
		m.isLogged = m.isLogged || m.sections[len(m.sections)-1].own.logged != 0
	}
}

// mappingName checks the name that reports are to show.
func (f *mappingFile) mappingName(n *yaml.Node, name string) string {
	taken := func(construct func() dialect.Dialect) bool { return construct().Name() == name }
	switch {
	case strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" || name == "":
		f.Fault(n, "name is %q; it takes small letters, digits, - and _", name)
	case slices.ContainsFunc(f.known, taken):
		f.Fault(n, "name is %q, which is a format that needs no mapping; choose another", name)
	}
	return name
}

// section reads a section, for which holds what is said around it.
func (f *mappingFile) section(own, around mapfile.Section) section {
	shape := f.Shape(own, around)
	s := section{name: shape.Name}
	s.record.exact, s.item.exact = f.own, f.own
	for _, path := range shape.Lists {
		if path == theRecord {
			s.bare = true
			continue
		}
		s.lists = append(s.lists, field{})
		s.lists[len(s.lists)-1] = s.newField(path, true, true)
	}
	s.when, s.skip = s.conditions(shape.When, true), s.conditions(shape.Skip, false)
	for _, in := range [...]mapfile.Section{around, own} {
		if n := in.Of(keyChannel); n != nil {
			s.channel = s.fieldsAt(f.Scalars(n, keyChannel))
		}
	}
	if f.own {
		s.readProvider(&f.Parser, own, around)
		s.gate = s.neededKeys()
	}
	c := columnParser{file: &f.Parser, section: &s, scope: shape.Scope, named: f.own}
	c.readColumns(own, around)
	if n := own.Of(keyEvents); n != nil {
		c.readRules(n)
	}
	s.finish()
	return s
}

// finish adds what every section looks for.
func (s *section) finish() {
	s.spread = len(s.rules) == 0 && !s.columns[event.ColEvent].asked && !s.columns[event.ColTimestamp].asked
	s.ways = s.wayFields()
}

// neededKeys are keys of which every record of the section has one: what its tests
// are for, or else its lists. There are none where that cannot be told.
func (s *section) neededKeys() []string {
	in := &s.item
	if len(s.lists) > 0 {
		in = &s.record
	}
	if key := cmp.Or(commonKey(s.own.around, in), commonKey(s.when, in)); key != "" {
		return []string{key}
	}
	var keys []string
	for i := range s.lists {
		keys = append(keys, in.keys[s.lists[i].first])
	}
	if s.bare {
		key := commonKey(s.own.items, &s.item)
		if key == "" {
			return nil
		}
		keys = append(keys, key)
	}
	return keys
}

// commonKey is the key that all conditions test first, "" if they differ.
func commonKey(all conditions, in *names) (key string) {
	for i := range all {
		first := in.keys[all[i].Tests[0].At.first]
		if i > 0 && first != key {
			return ""
		}
		key = first
	}
	return key
}

// conditions finds the fields of conditions.
func (s *section) conditions(all []mapfile.Condition, ofRecord bool) conditions {
	return mapfile.Bind(all, func(path string) *field {
		f := s.newField(path, false, ofRecord)
		return &f
	})
}

// columnParser reads the columns of a section.
type columnParser struct {
	file    *mapfile.Parser
	section *section
	scope   mapfile.Notation
	named   bool // only columns that are named are read
}

// keyEvent is the column that a rule of events is about.
const keyEvent = "event"

// readColumns reads the columns of a section, those around it first. What
// neither names is looked for by its synonyms.
func (c *columnParser) readColumns(own, around mapfile.Section) {
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
			col := event.Column(i) // by its own name and its synonyms
			*s = columnSource{ColumnSource: c.scope.Implicit(holds(col)), column: col, fields: c.section.fieldsOf(col, anywhere)}
		}
	}
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
func (c *columnParser) source(col event.Column, e mapfile.Entry) columnSource {
	s := columnSource{ColumnSource: c.file.Column(e, holds(col), c.scope), column: col, asked: true}
	for _, path := range s.Paths {
		s.fields = append(s.fields, c.section.newField(path, true, false))
	}
	s.template, _ = mapfile.BindTemplate(s.Template, func(path string) (*field, bool) {
		f := c.section.newField(path, true, false)
		return &f, true
	})
	if col == event.ColEvent {
		mapfile.EachValue(e, func(n *yaml.Node, text string) {
			if flat.KindOf(text) == 0 {
				c.noEvent(n, text)
			}
		})
	}
	return s
}

func (c *columnParser) noEvent(n *yaml.Node, word string) {
	words := []string{mapfile.WordIgnore}
	for k := range event.NumKinds {
		if name := event.Kind(k).String(); name != "" {
			words = append(words, name)
		}
	}
	c.file.Fault(n, "%q is no event; it takes %s%s", word, mapfile.OneOfWords(words), mapfile.DidYouMean(word, words))
}

// readRules reads which events an item yields.
func (c *columnParser) readRules(n *yaml.Node) {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		c.file.Fault(n, "events takes a list, with event: and timestamp: for each")
		return
	}
	for _, n := range n.Content {
		c.section.rules = append(c.section.rules, c.rule(mapfile.Content(n)))
	}
}

func (c *columnParser) rule(n *yaml.Node) rule {
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
			r.columns[event.ColEvent] = columnSource{ColumnSource: mapfile.ColumnSource{IsConst: true, Const: word}, column: event.ColEvent, asked: true}
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
	f := field{text: text, ofRecord: len(s.lists) > 0 && (fromRoot || ofRecord)}
	f.isUTC = strings.HasSuffix(strings.ToLower(strings.TrimSuffix(text, ")")), "utc")
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
