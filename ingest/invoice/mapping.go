package invoice

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"waudit/audit/category"
	"waudit/audit/event"
	"waudit/ingest/mapfile"
	"waudit/ingest/table"
)

// Mapping says how to read a bill whose columns have names or words of their own.
// It is never changed once it is read.
type Mapping struct {
	parts []part
	words map[string]bool // of headers that need no mapping
}

// part is how the rows of one shape are read.
type part struct {
	name    string
	columns [numNamed]mapfile.Column
	asked   [numNamed]bool // the mapping names it; else it is looked for by its synonyms
	when    []mapfile.Condition
	skip    []mapfile.Condition
	list    string // path of the rows in a JSON object
	order   table.DateOrder
	tax     taxRule
	mark    byte
}

// taxRule says whether amounts hold their tax.
type taxRule uint8

const (
	taxUnknown taxRule = iota
	taxAdded           // the amount is net
	taxIncluded
)

// The keys of a mapping beside those of how times and amounts are written.
const (
	keyColumns = "columns"
	keyWhen    = "when"
	keySkip    = "skip"
	keyLists   = "lists"
	keyDates   = "dates"
	keyTax     = "tax"
	keyRecords = "records"
	keyName    = "name"
)

// ParseMapping reads a mapping file. The error names the file and the line of
// everything that is wrong, a line each. docs/invoice.md has the words for users.
func ParseMapping(file string, data []byte) (*Mapping, error) {
	f := &mapfile.File{Name: file}
	m := &Mapping{words: knownWords()}
	if root := f.Parse(data); root != nil {
		m.read(f, root)
	}
	if err := f.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

func partKeys() []string {
	return []string{keyName, keyColumns, keyWhen, keySkip, keyLists, keyDates, keyTax, mapfile.KeyTime, mapfile.KeyZone, mapfile.KeyDecimal}
}

func (m *Mapping) read(f *mapfile.File, root *yaml.Node) {
	around := f.Only(f.Entries(root, "the file"), "key", append(partKeys(), keyRecords)...)
	i := slices.IndexFunc(around, func(e mapfile.Entry) bool { return e.Key == keyRecords })
	if i < 0 {
		m.parts = []part{readPart(f, around, nil)}
		return
	}
	for _, e := range around {
		if e.Key == keyWhen || e.Key == keyLists {
			f.Fault(e.At, "%s: stands beside records:, and belongs into each of them", e.Key)
		}
	}
	records := around[i].Value
	if records.Kind != yaml.SequenceNode || len(records.Content) == 0 {
		f.Fault(records, "records takes a list, with columns: and when: for each shape of row")
		return
	}
	for _, n := range records.Content {
		own := f.Only(f.Entries(mapfile.Content(n), "a record"), "key", partKeys()...)
		m.parts = append(m.parts, readPart(f, own, around))
	}
}

// readPart reads a part, for which holds what is said around it, too.
func readPart(f *mapfile.File, own, around []mapfile.Entry) (p part) {
	var scope mapfile.Scope
	all := append(slices.Clone(around), own...)
	for _, e := range all {
		if scope.Read(f, e) {
			continue
		}
		switch e.Key {
		case keyName:
			p.name, _ = f.Scalar(e.Value, keyName)
		case keyWhen:
			p.when = f.Conditions(e.Value, keyWhen)
		case keySkip:
			p.skip = append(p.skip, f.Conditions(e.Value, keySkip)...)
		case keyLists:
			p.list, _ = f.Scalar(e.Value, keyLists)
		case keyDates:
			p.order = map[string]table.DateOrder{"dmy": table.DayFirst, "mdy": table.MonthFirst}[f.Word(e.Value, keyDates, "dmy", "mdy")]
		case keyTax:
			p.tax = map[string]taxRule{"included": taxIncluded, "added": taxAdded}[f.Word(e.Value, keyTax, "included", "added")]
		}
	}
	p.mark = scope.Mark
	p.begin(scope)
	known := keys()
	for _, e := range all {
		if e.Key != keyColumns {
			continue
		}
		for _, c := range f.Only(f.Entries(e.Value, keyColumns), "column", known...) {
			i := field(slices.Index(known, c.Key))
			p.columns[i], p.asked[i] = f.Column(c, kinds[i].holds, scope), true
			if i == categoryField {
				mapfile.EachValue(c, func(n *yaml.Node, text string) { checkCategory(f, n, text) })
			}
		}
	}
	return p
}

// begin makes all columns those that nobody has named.
func (p *part) begin(scope mapfile.Scope) {
	for i := range p.columns {
		p.columns[i] = scope.Implicit(kinds[i].holds)
	}
}

// checkCategory sees that what a word is made to say is a category.
func checkCategory(f *mapfile.File, n *yaml.Node, text string) {
	if _, c := table.Category(text); c != category.Other && c != category.None {
		return
	}
	var words []string
	for c := category.Marketing; c < category.Other; c++ {
		words = append(words, c.String())
	}
	f.Fault(n, "%q is no category; it takes %s%s", text, mapfile.OneOfWords(words), mapfile.DidYouMean(event.Word(text), words))
}

// unmapped is how bills are read without a mapping.
func unmapped() *Mapping {
	m := &Mapping{parts: make([]part, 1), words: knownWords()}
	m.parts[0].begin(mapfile.Scope{})
	return m
}

// Knows reports whether a header means something, by the mapping or by itself: it
// tells the header of a table from what stands above it.
func (m *Mapping) Knows(name string) bool {
	const longest = 100
	if len(name) > longest {
		return false
	}
	if !strings.ContainsAny(name, "0123456789") { // no word has any, and most cells that are no header do
		if word, _ := table.HeaderWord(name); m.words[word] {
			return true
		}
	}
	return slices.ContainsFunc(m.parts, func(p part) bool { return p.names(name) })
}

// names reports whether the part looks for a column of that name.
func (p *part) names(name string) bool {
	for i := range p.columns {
		c := &p.columns[i]
		if slices.ContainsFunc(c.Paths, func(path string) bool { return samePath(path, name) }) ||
			slices.ContainsFunc(c.Template, func(t mapfile.Piece) bool { return t.Path != "" && samePath(t.Path, name) }) {
			return true
		}
	}
	for _, conditions := range [...][]mapfile.Condition{p.when, p.skip} {
		for _, c := range conditions {
			if slices.ContainsFunc(c.Tests, func(t mapfile.Test) bool { return samePath(t.Path, name) }) {
				return true
			}
		}
	}
	return false
}

// title begins what is said of the part.
func (p *part) title() string {
	if p.name == "" {
		return ""
	}
	return fmt.Sprintf("part %q: ", p.name)
}
