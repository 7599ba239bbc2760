package mapfile

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

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

func (f *Parser) section(n *yaml.Node, what string, known []string) Section {
	s := Section{}
	for _, e := range f.Only(f.Entries(n, what), "key", known...) {
		s[e.Key] = e
	}
	return s
}

// Sections reads the shapes of record that a file describes: one by its own keys, or
// several below records:, and what stands around those and holds for each. The keys
// of one shape alone belong into it.
func (f *Parser) Sections(root *yaml.Node, known []string, ofOne ...string) (around Section, all []Section) {
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
	Scope      Notation
}

// Shape reads what a section says of its records, and what is said around it.
func (f *Parser) Shape(own, around Section) (s Shape) {
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
		if n := in.Of(KeyTime); n != nil {
			s.Scope.Times.Forms = f.timeForms(n)
		}
		if n := in.Of(KeyZone); n != nil {
			s.Scope.Times.Zone = f.timeZone(n)
		}
		if n := in.Of(KeyDecimal); n != nil {
			s.Scope.Mark = f.decimalMark(n)
		}
	}
	return s
}

// EachColumn calls take with the columns that are named around a section, and then
// with its own.
func (f *Parser) EachColumn(own, around Section, known []string, take func(Entry)) {
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

// Notation is how the times and amounts of a file are written, for all columns that
// do not say otherwise.
type Notation struct {
	Times notation.Times
	Mark  byte // what parts the decimals; 0: to be told from each amount
}

func (f *Parser) timeForms(n *yaml.Node) (forms []notation.TimeForm) {
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

func (f *Parser) timeZone(n *yaml.Node) *notation.Zone {
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

func (f *Parser) decimalMark(n *yaml.Node) byte {
	return map[string]byte{"comma": ',', "dot": '.'}[f.Word(n, KeyDecimal, "comma", "dot")]
}

// Condition holds if all its tests do.
type Condition struct {
	Tests  []Test
	Reason string // why a row is skipped for which it holds
}

// Test compares what is at a path with texts.
type Test struct {
	Path     string
	Values   map[string]bool // folded; "" is for what has no value
	Patterns []Pattern       // of the values that begin or end so: "message.*"
	Any      bool            // any value will do
	Object   bool            // any object will do
	Empty    bool            // a list without items will do
}

// Pattern is how a text begins and ends, folded.
type Pattern struct{ Begin, End string }

// fits reports whether a text that is folded is so.
func (p Pattern) fits(folded string) bool {
	return len(folded) >= len(p.Begin)+len(p.End) && strings.HasPrefix(folded, p.Begin) && strings.HasSuffix(folded, p.End)
}

// patternOf is the pattern that a text with an asterisk stands for.
func patternOf(text string) (p Pattern, ok bool) {
	begin, end, ok := strings.Cut(text, "*")
	return Pattern{notation.Fold(begin), notation.Fold(end)}, ok
}

// Holds reports whether a text passes.
func (t *Test) Holds(text string) bool {
	var buf [notation.FoldSize]byte
	folded := notation.AppendFold(buf[:0], text)
	return t.Any && text != "" || t.Values[string(folded)] ||
		slices.ContainsFunc(t.Patterns, func(p Pattern) bool { return p.fits(string(folded)) })
}

// Conditions reads one condition, or a list of which any may hold.
func (f *Parser) Conditions(n *yaml.Node, what string) (all []Condition) {
	nodes := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		nodes = n.Content
	}
	for _, n := range nodes {
		c := Condition{Reason: "the mapping skips it: "}
		for i, e := range f.Entries(Content(n), what) {
			t := Test{Path: e.Key, Values: map[string]bool{}}
			texts := f.Scalars(e.Value, what+" "+e.Key)
			for _, text := range texts {
				switch p, isPattern := patternOf(text); {
				case text == "*":
					t.Any = true
				case text == "{}":
					t.Object = true
				case text == "[]":
					t.Empty = true
				case isPattern:
					t.Patterns = append(t.Patterns, p)
				default:
					t.Values[notation.Fold(text)] = true
				}
			}
			if i > 0 {
				c.Reason += ", "
			}
			c.Reason += fmt.Sprintf("%s is %s", e.Key, describeTexts(texts))
			c.Tests = append(c.Tests, t)
		}
		if len(c.Tests) == 0 && Content(n).Kind == yaml.MappingNode {
			f.Fault(n, "%s names no column", what)
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
			words[i] = strconv.Quote(notation.Clip(text))
		}
	}
	return strings.Join(words, " or ")
}

// Bound is a condition whose columns have been found in records of a shape, at
// places P.
type Bound[P any] struct {
	Tests  []BoundTest[P]
	Reason string
}

// BoundTest is a test, and the place of what it is of.
type BoundTest[P any] struct {
	*Test
	At P
}

// Bind finds the columns of conditions.
func Bind[P any](all []Condition, find func(path string) P) []Bound[P] {
	bound := make([]Bound[P], len(all))
	for i, c := range all {
		bound[i].Reason = c.Reason
		for j := range c.Tests {
			bound[i].Tests = append(bound[i].Tests, BoundTest[P]{&c.Tests[j], find(c.Tests[j].Path)})
		}
	}
	return bound
}

// First returns the first of the conditions of which all tests pass, nil if there is
// none.
func First[P any](all []Bound[P], passes func(BoundTest[P]) bool) *Bound[P] {
next:
	for i := range all {
		for _, t := range all[i].Tests {
			if !passes(t) {
				continue next
			}
		}
		return &all[i]
	}
	return nil
}

// BoundTemplate is a template whose columns have been found likewise.
type BoundTemplate[P any] []BoundPiece[P]

// BoundPiece is a text, or the place of one.
type BoundPiece[P any] struct {
	text string
	at   *P
}

// BindTemplate finds the columns of a template, false if one is not there: half an id
// is the id of something else.
func BindTemplate[P any](template []Piece, find func(path string) (P, bool)) (bound BoundTemplate[P], ok bool) {
	for _, p := range template {
		b := BoundPiece[P]{text: p.Text}
		if p.Path != "" {
			at, ok := find(p.Path)
			if !ok {
				return nil, false
			}
			b.at = &at
		}
		bound = append(bound, b)
	}
	return bound, true
}

// Fill joins the pieces, "" if one has no text.
func (t BoundTemplate[P]) Fill(textAt func(P) string) string {
	var buf [2 * notation.FoldSize]byte
	text := buf[:0]
	for _, p := range t {
		piece := p.text
		if p.at != nil {
			if piece = textAt(*p.at); piece == "" {
				return ""
			}
		}
		text = append(text, piece...)
	}
	return string(text)
}
