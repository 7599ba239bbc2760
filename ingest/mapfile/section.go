package mapfile

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"waudit/ingest/notation"
)

// The keys of a file of columns, and of each of its records.
const (
	KeyName    = "name"
	KeyColumns = "columns"
	KeyLists   = "lists"
	KeyWhen    = "when"
	KeySkip    = "skip"
	KeyRecords = "records"
)

// SectionKeys are the keys that every file of columns has.
func SectionKeys(more ...string) []string {
	return append([]string{KeyName, KeyColumns, KeyLists, KeyWhen, KeySkip, KeyTime, KeyZone, KeyDecimal}, more...)
}

// Section is what a file says of the records of one shape, by key.
type Section map[string]Entry

// Of returns the value of a key, nil if it is not there.
func (s Section) Of(key string) *yaml.Node { return s[key].Value }

func (f *File) section(n *yaml.Node, what string, known []string) Section {
	s := Section{}
	for _, e := range f.Only(f.Entries(n, what), "key", known...) {
		s[e.Key] = e
	}
	return s
}

// Sections reads the shapes of record that a file describes: one by its own keys, or
// several below records:, and what stands around those and holds for each. The keys
// of one shape alone belong into it.
func (f *File) Sections(root *yaml.Node, known []string, ofOne ...string) (around Section, all []Section) {
	whole := f.section(root, "the file", append(slices.Clone(known), KeyRecords))
	records := whole.Of(KeyRecords)
	if records == nil {
		return nil, []Section{whole}
	}
	for _, key := range ofOne {
		if e, ok := whole[key]; ok {
			f.Fault(e.At, "%s: stands beside records:, and belongs into each of them", key)
		}
	}
	if records.Kind != yaml.SequenceNode || len(records.Content) == 0 {
		f.Fault(records, "records takes a list, with columns: and when: for each shape of record")
	}
	for _, n := range records.Content {
		all = append(all, f.section(Content(n), "a record", known))
	}
	return whole, all
}

// Shape is what every section says of its records.
type Shape struct {
	Name       string
	Lists      []string // paths of the rows in a JSON object
	When, Skip []Condition
	Scope      Scope
}

// Shape reads what a section says of its records, and what is said around it.
func (f *File) Shape(own, around Section) (s Shape) {
	if n := own.Of(KeyLists); n != nil {
		s.Lists = f.Scalars(n, KeyLists)
	}
	if n := own.Of(KeyWhen); n != nil {
		s.When = f.Conditions(n, KeyWhen)
	}
	for _, in := range [...]Section{around, own} {
		if n := in.Of(KeyName); n != nil {
			s.Name, _ = f.Scalar(n, KeyName)
		}
		if n := in.Of(KeySkip); n != nil {
			s.Skip = append(s.Skip, f.Conditions(n, KeySkip)...)
		}
		for _, e := range in {
			s.Scope.Read(f, e)
		}
	}
	return s
}

// EachColumn calls take with the columns that are named around a section, and then
// with its own.
func (f *File) EachColumn(own, around Section, known []string, take func(Entry)) {
	for _, in := range [...]Section{around, own} {
		if n := in.Of(KeyColumns); n != nil {
			for _, e := range f.Only(f.Entries(n, KeyColumns), "column", known...) {
				take(e)
			}
		}
	}
}

// The keys that say how what is in a column is written.
const (
	KeyTime    = "time"
	KeyZone    = "zone"
	KeyDecimal = "decimal"
)

// Scope is how the times and amounts of a file are written, for all columns that
// do not say otherwise.
type Scope struct {
	Times notation.Times
	Mark  byte // what parts the decimals; 0: to be told from each amount
}

// Read reads what a key of the scope says. It returns false for other keys.
func (s *Scope) Read(f *File, e Entry) bool {
	switch e.Key {
	case KeyTime:
		s.Times.Forms = f.timeForms(e.Value)
	case KeyZone:
		s.Times.Zone = f.timeZone(e.Value)
	case KeyDecimal:
		s.Mark = f.decimalMark(e.Value)
	default:
		return false
	}
	return true
}

func (f *File) timeForms(n *yaml.Node) (forms []notation.TimeForm) {
	for _, text := range f.Scalars(n, KeyTime) {
		form, problem := notation.NewTimeForm(text)
		if problem != "" {
			f.Fault(n, "time: %s", problem)
			continue
		}
		forms = append(forms, form)
	}
	return forms
}

func (f *File) timeZone(n *yaml.Node) *notation.Zone {
	name, ok := f.Scalar(n, KeyZone)
	if !ok {
		return nil
	}
	zone, problem := notation.NewZone(name)
	if problem != "" {
		f.Fault(n, "zone: %s", problem)
	}
	return zone
}

func (f *File) decimalMark(n *yaml.Node) byte {
	switch f.Word(n, KeyDecimal, "comma", "dot") {
	case "comma":
		return ','
	case "dot":
		return '.'
	}
	return 0
}
