package dialect

import (
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"waudit/audit/event"
)

// columnReader reads the columns of a section.
type columnReader struct {
	file    *mappingFile
	section *section
	scope   columnScope
}

// The keys of a column.
const (
	keyFrom     = "from"
	keyConst    = "const"
	keyTemplate = "template"
	keyValues   = "values"
	keySign     = "sign"
	keyScale    = "scale"
)

// keyEvent and keyTimestamp are the columns that a rule of events is about.
const (
	keyEvent     = "event"
	keyTimestamp = "timestamp"
)

// wordIgnore is the value that makes a row one that does not count.
const wordIgnore = "ignore"

// readColumns reads the columns of a section, those around it first. What
// neither names is looked for by its synonyms.
func (c *columnReader) readColumns(own, around *yaml.Node, hasRules bool) {
	names := columnNames()
	for i := range c.section.columns {
		c.section.columns[i].column = column(i)
	}
	for _, n := range [...]*yaml.Node{around, own} {
		if n == nil {
			continue
		}
		for _, e := range c.file.only(c.file.entries(n, keyColumns), "column", names[:]...) {
			if e.key == keyEvent && hasRules {
				c.file.fault(e.at, "the column event stands beside events:, which says what happened; take one away")
			}
			i := slices.Index(names[:], e.key)
			c.section.columns[i] = c.source(column(i), e)
		}
	}
	for i := range c.section.columns {
		if s := &c.section.columns[i]; !s.asked {
			*s = c.implicit(column(i))
		}
	}
}

// implicit looks for a column by its own name and its synonyms.
func (c *columnReader) implicit(col column) columnSource {
	s := columnSource{column: col}
	s.takeScope(c.scope)
	for _, other := range append(named(col.String()), synonymsOf(col)...) {
		f := c.section.newField(other.name, false, false)
		f.kinds, f.party = other.kinds, other.party
		s.fields = append(s.fields, f)
	}
	return s
}

func (s *columnSource) takeScope(scope columnScope) {
	switch {
	case s.column.isTime():
		s.times, s.zone = scope.times, scope.zone
	case s.column == colAmount:
		s.amount.mark = scope.mark
	}
}

// source reads where a column comes from: a path, a list of them, keys, or
// nothing, which leaves the column out.
func (c *columnReader) source(col column, e entry) columnSource {
	s := columnSource{column: col, asked: true}
	s.takeScope(c.scope)
	switch {
	case isNull(e.value):
	case e.value.Kind == yaml.MappingNode:
		c.readKeys(&s, e)
	default:
		c.readFields(&s, e.value, e.key)
	}
	return s
}

func (c *columnReader) readFields(s *columnSource, n *yaml.Node, what string) {
	for _, path := range c.file.scalars(n, what) {
		if path == "" {
			c.file.fault(n, "%s names no column; write ~ to leave it out", what)
			continue
		}
		s.fields = append(s.fields, c.section.newField(path, true, false))
	}
}

func (c *columnReader) readKeys(s *columnSource, e entry) {
	known := []string{keyFrom, keyConst, keyTemplate, keyValues}
	switch {
	case s.column.isTime():
		known = append(known, keyTime, keyZone)
	case s.column == colAmount:
		known = append(known, keyDecimal, keySign, keyScale)
	}
	origins := 0
	all := c.file.entries(e.value, e.key)
	written := len(all)
	all = c.file.only(all, "key", known...)
	for _, k := range all {
		switch k.key {
		case keyFrom, keyConst, keyTemplate:
			origins++
		}
		c.readKey(s, k)
	}
	if origins > 1 || origins == 0 && len(all) == written {
		c.file.fault(e.at, "%s takes one of from:, const: and template:", e.key)
	}
	if s.column == colEvent {
		c.checkEvents(s, e)
	}
}

func (c *columnReader) readKey(s *columnSource, k entry) {
	f := c.file
	switch k.key {
	case keyFrom:
		c.readFields(s, k.value, keyFrom)
	case keyConst:
		s.constant, s.isConst = f.scalar(k.value, keyConst)
	case keyTemplate:
		c.readTemplate(s, k.value)
	case keyValues:
		c.readValues(s, k.value)
	case keyTime:
		s.times = f.timeForms(k.value)
	case keyZone:
		s.zone = f.timeZone(k.value)
	case keyDecimal:
		s.amount.mark = f.decimalMark(k.value)
	case keySign:
		switch f.word(k.value, keySign, "keep", "negate", "drop") {
		case "negate":
			s.amount.sign = signNegated
		case "drop":
			s.amount.sign = signDropped
		}
	case keyScale:
		text, _ := f.scalar(k.value, keyScale)
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 1 || n > 1_000_000_000 {
			f.fault(k.value, "scale is %q; it takes how many units of the log make one of the currency, 100 for cents", text)
		}
		s.amount.scale = n
	}
}

// readTemplate reads a text with paths in braces.
func (c *columnReader) readTemplate(s *columnSource, n *yaml.Node) {
	text, ok := c.file.scalar(n, keyTemplate)
	if !ok {
		return
	}
	for rest := text; rest != ""; {
		before, behind, found := strings.Cut(rest, "{")
		if before != "" {
			s.template = append(s.template, piece{text: before})
		}
		if !found {
			break
		}
		path, after, closed := strings.Cut(behind, "}")
		if !closed || path == "" {
			c.file.fault(n, "template %q has a brace that is not closed, or nothing in it", text)
			return
		}
		f := c.section.newField(path, true, false)
		s.template = append(s.template, piece{field: &f})
		rest = after
	}
	if !slices.ContainsFunc(s.template, func(p piece) bool { return p.field != nil }) {
		c.file.fault(n, "template %q names no column in braces; a fixed text is a const:", text)
	}
}

func (c *columnReader) readValues(s *columnSource, n *yaml.Node) {
	s.values = map[string]mappedValue{}
	written := map[string]string{}
	for _, e := range c.file.entries(n, keyValues) {
		text := ""
		if !isNull(e.value) {
			var ok bool
			if text, ok = c.file.scalar(e.value, "values "+strconv.Quote(e.key)); !ok {
				continue
			}
		}
		value := mappedValue{text: text}
		if text == wordIgnore {
			value = mappedValue{ignore: true}
		}
		key := fold(strings.TrimSpace(e.key))
		other, there := written[key]
		switch {
		case e.key == "*":
			s.rest = &value
		case there && s.values[key] != value:
			c.file.fault(e.at, "%q and %q are compared without case, blanks, - and _, and are one", e.key, other)
		default:
			s.values[key], written[key] = value, e.key
		}
	}
}

// checkEvents sees that what a column is made to say are events.
func (c *columnReader) checkEvents(s *columnSource, e entry) {
	if s.isConst && flatKind(s.constant) == 0 {
		c.noEvent(e.value, s.constant)
	}
	for _, k := range c.file.entries(e.value, e.key) {
		if k.key != keyValues || k.value.Kind != yaml.MappingNode {
			continue
		}
		for i := 1; i < len(k.value.Content); i += 2 {
			n := content(k.value.Content[i])
			if n.Kind == yaml.ScalarNode && !isNull(n) && n.Value != "" && n.Value != wordIgnore && flatKind(n.Value) == 0 {
				c.noEvent(n, n.Value)
			}
		}
	}
}

func (c *columnReader) noEvent(n *yaml.Node, word string) {
	words := []string{wordIgnore}
	for k := range event.NumKinds {
		if name := event.Kind(k).String(); name != "" {
			words = append(words, name)
		}
	}
	c.file.fault(n, "%q is no event; it takes %s%s", word, oneOfWords(words), didYouMean(word, words))
}

// readRules reads which events an item yields.
func (c *columnReader) readRules(n *yaml.Node) {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		c.file.fault(n, "events takes a list, with event: and timestamp: for each")
		return
	}
	for _, n := range n.Content {
		c.section.rules = append(c.section.rules, c.rule(content(n)))
	}
}

func (c *columnReader) rule(n *yaml.Node) rule {
	r := rule{columns: c.section.columns}
	names := columnNames()
	for _, e := range c.file.only(c.file.entries(n, "each of events"), "column", append(names[:], keyWhen)...) {
		switch e.key {
		case keyWhen:
			r.when = c.file.conditions(c.section, e.value, keyWhen, false)
		case keyEvent:
			word, ok := c.file.scalar(e.value, keyEvent)
			if r.kind = flatKind(word); ok && r.kind == 0 {
				c.noEvent(e.value, word)
			}
			r.columns[colEvent] = columnSource{column: colEvent, asked: true, isConst: true, constant: word}
		default:
			i := slices.Index(names[:], e.key)
			r.columns[i], r.own[i] = c.source(column(i), e), true
		}
	}
	if !r.columns[colEvent].isConst {
		c.file.fault(n, "a rule of events names no event:")
	}
	return r
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
	first, steps, ok := splitPath(path)
	f.whole = in.slot(path, asked)
	f.first = f.whole
	if ok && len(steps) > 0 {
		f.first, f.steps = in.slot(first, asked), steps
	}
	return f
}

// splitPath splits "a.b[0].c" into its first key and the steps behind it. ok is
// false for what is no path, as a column named "price [USD]".
func splitPath(path string) (first string, steps []pathStep, ok bool) {
	for i, key := range strings.Split(path, ".") {
		key, indexes, _ := strings.Cut(key, "[")
		if key == "" {
			return "", nil, false
		}
		if i == 0 {
			first = key
		} else {
			steps = append(steps, pathStep{key: key, index: -1})
		}
		for indexes != "" {
			number, rest, closed := strings.Cut(indexes, "]")
			n, err := strconv.Atoi(number)
			if !closed || err != nil || n < 0 || rest != "" && rest[0] != '[' {
				return "", nil, false
			}
			steps = append(steps, pathStep{index: n})
			indexes = strings.TrimPrefix(rest, "[")
		}
	}
	return first, steps, true
}
