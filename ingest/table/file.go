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

// The keys of the file, and of each of its records.
const (
	keyName    = "name"
	keyColumns = "columns"
	keyEvents  = "events"
	keyLists   = "lists"
	keyWhen    = "when"
	keySkip    = "skip"
	keyRecords = "records"
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
	all := f.Only(f.Entries(root, "the file"), "key", append(f.sectionKeys(), keyRecords)...)
	parts, i := sectionOf(all), slices.IndexFunc(all, func(e mapfile.Entry) bool { return e.Key == keyRecords })
	if f.own {
		m.provider, _ = f.Scalar(parts.of(keyProvider), keyProvider)
	}
	if n := parts.of(keyName); n != nil {
		if name, ok := f.Scalar(n, keyName); ok {
			m.name = f.mappingName(n, name)
		}
	}
	if i < 0 {
		delete(parts, keyName)
		m.sections = []section{f.section(parts, nil)}
		return
	}
	for _, key := range [...]string{keyEvents, keyLists, keyWhen} {
		if n := parts.of(key); n != nil && !f.own {
			f.Fault(n, "%s: stands beside records:, and belongs into each of them", key)
		}
	}
	records := all[i].Value
	if records.Kind != yaml.SequenceNode || len(records.Content) == 0 {
		f.Fault(records, "records takes a list, with columns: and when: for each shape of record")
		return
	}
	for _, n := range records.Content {
		own := f.Only(f.Entries(mapfile.Content(n), "a record"), "key", f.sectionKeys()...)
		m.sections = append(m.sections, f.section(sectionOf(own), parts))
	}
}

func (f *mappingFile) sectionKeys() []string {
	keys := []string{keyName, keyColumns, keyEvents, keyLists, keyWhen, keySkip, keyChannel, mapfile.KeyZone, mapfile.KeyTime, mapfile.KeyDecimal}
	if f.own {
		keys = append(keys, providerKeys()...)
	}
	return keys
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

// sectionParts are the entries of a section by key.
type sectionParts map[string]mapfile.Entry

func sectionOf(all []mapfile.Entry) sectionParts {
	parts := sectionParts{}
	for _, e := range all {
		parts[e.Key] = e
	}
	return parts
}

// of returns the value of a key, nil if it is not there.
func (p sectionParts) of(key string) *yaml.Node { return p[key].Value }

// section reads a section, for which holds what is said around it.
func (f *mappingFile) section(own, around sectionParts) section {
	s := section{}
	s.record.exact, s.item.exact = f.own, f.own
	if n := own.of(keyName); n != nil {
		s.name, _ = f.Scalar(n, keyName)
	}
	c := columnReader{file: &f.File, section: &s, named: f.own}
	for _, parts := range [...]sectionParts{around, own} {
		for _, e := range parts {
			c.scope.Read(&f.File, e)
		}
	}
	if n := own.of(keyLists); n != nil {
		if path, ok := f.Scalar(n, keyLists); ok {
			s.list = &field{}
			*s.list = s.newField(path, true, true)
		}
	}
	if n := own.of(keyWhen); n != nil {
		s.when = s.conditions(&f.File, n, keyWhen, true)
		if f.own {
			s.gate = s.commonKey()
		}
	}
	for _, parts := range [...]sectionParts{around, own} {
		if n := parts.of(keySkip); n != nil {
			s.skip = append(s.skip, s.conditions(&f.File, n, keySkip, false)...)
		}
	}
	for _, parts := range [...]sectionParts{around, own} {
		if n := parts.of(keyChannel); n != nil {
			s.channel = nil
			for _, path := range f.Scalars(n, keyChannel) {
				s.channel = append(s.channel, s.newField(path, false, false))
			}
		}
	}
	if f.own {
		s.readProvider(&f.File, own, around)
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
		first := in.keys[s.when[i].tests[0].field.first]
		if i > 0 && first != key {
			return ""
		}
		key = first
	}
	return key
}

// conditions reads one condition, or a list of which any may hold.
func (s *section) conditions(f *mapfile.File, n *yaml.Node, what string, ofRecord bool) (all conditions) {
	for _, c := range f.Conditions(n, what) {
		made := condition{reason: c.Reason}
		for _, t := range c.Tests {
			found := test{Test: t, field: s.newField(t.Path, false, ofRecord)}
			for text := range t.Values {
				if prefix, ok := strings.CutSuffix(text, "*"); ok && s.item.exact {
					found.prefixes = append(found.prefixes, prefix)
				}
			}
			made.tests = append(made.tests, found)
		}
		all = append(all, made)
	}
	return all
}
