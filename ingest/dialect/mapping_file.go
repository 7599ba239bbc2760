package dialect

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// defaultMappingName is the name of the dialect of a mapping that gives itself none.
const defaultMappingName = "mapping"

// ParseMapping reads a mapping file. The error names the file and the line of
// everything that is wrong, a line each.
func ParseMapping(file string, data []byte) (*Mapping, error) {
	f := &mappingFile{name: file}
	m := &Mapping{name: defaultMappingName}
	if root := f.parse(data); root != nil {
		f.mapping(m, root)
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	return m, nil
}

// The keys of the file, and of each of its records.
const (
	keyName    = "name"
	keyColumns = "columns"
	keyEvents  = "events"
	keyLists   = "lists"
	keyWhen    = "when"
	keySkip    = "skip"
	keyZone    = "zone"
	keyTime    = "time"
	keyDecimal = "decimal"
	keyRecords = "records"
)

// columnScope is what holds for all columns of a section.
type columnScope struct {
	times []timeForm
	zone  *timeZone
	mark  byte
}

// mapping reads the whole file.
func (f *mappingFile) mapping(m *Mapping, root *yaml.Node) {
	known := append(sectionKeys(), keyRecords)
	all := f.only(f.entries(root, "the file"), "key", known...)
	parts, i := sectionOf(all), slices.IndexFunc(all, func(e entry) bool { return e.key == keyRecords })
	if n := parts.of(keyName); n != nil {
		if name, ok := f.scalar(n, keyName); ok {
			m.name = f.mappingName(n, name)
		}
	}
	if i < 0 {
		delete(parts, keyName)
		m.sections = []section{f.section(parts, nil)}
		return
	}
	for _, key := range [...]string{keyEvents, keyLists, keyWhen} {
		if n := parts.of(key); n != nil {
			f.fault(n, "%s: stands beside records:, and belongs into each of them", key)
		}
	}
	records := all[i].value
	if records.Kind != yaml.SequenceNode || len(records.Content) == 0 {
		f.fault(records, "records takes a list, with columns: and when: for each shape of record")
		return
	}
	for _, n := range records.Content {
		own := f.only(f.entries(content(n), "a record"), "key", sectionKeys()...)
		m.sections = append(m.sections, f.section(sectionOf(own), parts))
	}
}

func sectionKeys() []string {
	return []string{keyName, keyColumns, keyEvents, keyLists, keyWhen, keySkip, keyZone, keyTime, keyDecimal}
}

// mappingName checks the name that reports are to show.
func (f *mappingFile) mappingName(n *yaml.Node, name string) string {
	taken := func(construct func() Dialect) bool { return construct().Name() == name }
	switch {
	case strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" || name == "":
		f.fault(n, "name is %q; it takes small letters, digits, - and _", name)
	case slices.ContainsFunc(append(All(), NewTable), taken):
		f.fault(n, "name is %q, which is a format that needs no mapping; choose another", name)
	}
	return name
}

// sectionParts are the entries of a section by key.
type sectionParts map[string]entry

func sectionOf(all []entry) sectionParts {
	parts := sectionParts{}
	for _, e := range all {
		parts[e.key] = e
	}
	return parts
}

// of returns the value of a key, nil if it is not there.
func (p sectionParts) of(key string) *yaml.Node { return p[key].value }

// section reads a section, for which holds what is said around it.
func (f *mappingFile) section(own, around sectionParts) section {
	s := section{}
	if n := own.of(keyName); n != nil {
		s.name, _ = f.scalar(n, keyName)
	}
	c := columnReader{file: f, section: &s}
	for _, parts := range [...]sectionParts{around, own} {
		f.readScope(&c.scope, parts)
	}
	if n := own.of(keyLists); n != nil {
		if path, ok := f.scalar(n, keyLists); ok {
			s.list = &field{}
			*s.list = s.newField(path, true, true)
		}
	}
	if n := own.of(keyWhen); n != nil {
		s.when = f.conditions(&s, n, keyWhen, true)
	}
	for _, parts := range [...]sectionParts{around, own} {
		if n := parts.of(keySkip); n != nil {
			s.skip = append(s.skip, f.conditions(&s, n, keySkip, false)...)
		}
	}
	c.readColumns(own.of(keyColumns), around.of(keyColumns), own.of(keyEvents) != nil)
	if n := own.of(keyEvents); n != nil {
		c.readRules(n)
	}
	s.finish()
	return s
}

// finish adds what every section looks for.
func (s *section) finish() {
	s.spread = len(s.rules) == 0 && !s.columns[colEvent].asked && !s.columns[colTimestamp].asked
	s.channel, s.direction = s.item.slot("channel", false), s.item.slot("direction", false)
}

// readScope reads what holds for all columns of a section.
func (f *mappingFile) readScope(s *columnScope, parts sectionParts) {
	if n := parts.of(keyTime); n != nil {
		s.times = f.timeForms(n)
	}
	if n := parts.of(keyZone); n != nil {
		s.zone = f.timeZone(n)
	}
	if n := parts.of(keyDecimal); n != nil {
		s.mark = f.decimalMark(n)
	}
}

func (f *mappingFile) timeForms(n *yaml.Node) (forms []timeForm) {
	for _, text := range f.scalars(n, keyTime) {
		form, problem := newTimeForm(text)
		if problem != "" {
			f.fault(n, "time: %s", problem)
			continue
		}
		forms = append(forms, form)
	}
	return forms
}

func (f *mappingFile) timeZone(n *yaml.Node) *timeZone {
	name, ok := f.scalar(n, keyZone)
	if !ok {
		return nil
	}
	zone, problem := newTimeZone(name)
	if problem != "" {
		f.fault(n, "zone: %s", problem)
	}
	return zone
}

func (f *mappingFile) decimalMark(n *yaml.Node) byte {
	switch f.word(n, keyDecimal, "comma", "dot") {
	case "comma":
		return ','
	case "dot":
		return '.'
	}
	return 0
}

// conditions reads one condition, or a list of which any may hold.
func (f *mappingFile) conditions(s *section, n *yaml.Node, what string, ofRecord bool) (all conditions) {
	nodes := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		nodes = n.Content
	}
	for _, n := range nodes {
		c := condition{reason: "the mapping skips it: "}
		for i, e := range f.entries(content(n), what) {
			t := test{field: s.newField(e.key, false, ofRecord), values: map[string]bool{}}
			texts := f.scalars(e.value, what+" "+e.key)
			for _, text := range texts {
				if text == "*" {
					t.any = true
				} else {
					t.values[fold(text)] = true
				}
			}
			if i > 0 {
				c.reason += ", "
			}
			c.reason += fmt.Sprintf("%s is %s", e.key, describeTexts(texts))
			c.tests = append(c.tests, t)
		}
		if len(c.tests) == 0 && content(n).Kind == yaml.MappingNode {
			f.fault(n, "%s names no column", what)
		}
		all = append(all, c)
	}
	return all
}

func describeTexts(texts []string) string {
	words := make([]string, len(texts))
	for i, text := range texts {
		switch text {
		case "":
			words[i] = "empty"
		case "*":
			words[i] = "not empty"
		default:
			words[i] = strconv.Quote(clip(text))
		}
	}
	return strings.Join(words, " or ")
}
