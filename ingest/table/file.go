package table

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/mapfile"
)

// defaultMappingName is the name of the dialect of a mapping that gives itself none.
const defaultMappingName = "mapping"

// Parse reads a mapping file. The error names the file and the line of
// everything that is wrong, a line each.
//
// A mapping may not have the name of any of the known dialects.
func Parse(file string, data []byte, known []func() dialect.Dialect) (*Mapping, error) {
	f := &mappingFile{File: mapfile.File{Name: file}, known: append(slices.Clip(known), New)}
	return f.read(data)
}

// ParseProvider reads a mapping file of a provider's records, which is one of
// waudit's own. Unlike a user's, such a file takes keys only as they are spelt,
// finds none by itself, and asks with "*" only whether a key is there; and what its
// records lack is said as of every provider's, see Notice.
func ParseProvider(file string, data []byte) (*Mapping, error) {
	f := &mappingFile{File: mapfile.File{Name: file}, own: true}
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

// mappingFile is the file of a mapping.
type mappingFile struct {
	mapfile.File
	own   bool                     // it is one of waudit's own, of a provider
	known []func() dialect.Dialect // whose names it may not have
}

// mapping reads the whole file.
func (f *mappingFile) mapping(m *Mapping, root *yaml.Node) {
	known, ofOne := mapfile.SectionKeys(keyEvents, keyChannel), []string{keyEvents, mapfile.KeyLists, mapfile.KeyWhen}
	if f.own {
		known, ofOne = append(known, providerKeys()...), nil
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
	if shape.List != "" {
		s.list = &field{}
		*s.list = s.newField(shape.List, true, true)
	}
	s.when, s.skip = s.conditions(shape.When, true), s.conditions(shape.Skip, false)
	if f.own && len(s.when) > 0 {
		s.gate = s.commonKey()
	}
	for _, in := range [...]mapfile.Section{around, own} {
		if n := in.Of(keyChannel); n != nil {
			s.channel = s.fieldsAt(f.Scalars(n, keyChannel))
		}
	}
	if f.own {
		s.readProvider(&f.File, own, around)
	}
	c := columnReader{file: &f.File, section: &s, scope: shape.Scope, named: f.own}
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
	s.direction = s.item.slot("direction", false)
}

// commonKey is the key that all conditions for the section's records test first,
// "" if they differ.
func (s *section) commonKey() (key string) {
	in := &s.item
	if s.list != nil {
		in = &s.record
	}
	for i := range s.when {
		first := in.keys[s.when[i].Tests[0].At.first]
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
