package invoice

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"waudit/audit/category"
	"waudit/audit/event"
	"waudit/ingest/mapfile"
	"waudit/ingest/notation"
	"waudit/ingest/table"
)

// Mapping says how to read a bill whose columns have names or words of their own.
// It is never changed once it is read.
type Mapping struct {
	parts []part
	named map[string]bool // folded, of columns that the parts name
}

// part is how the rows of one shape are read.
type part struct {
	mapfile.Shape
	columns [numNamed]mapfile.Column
	asked   [numNamed]bool // the mapping names it; else it is looked for by its synonyms
	order   table.DateOrder
	tax     taxRule
}

// taxRule says whether amounts hold their tax.
type taxRule uint8

const (
	taxUnknown taxRule = iota
	taxAdded           // the amount is net
	taxIncluded
)

// The keys of a mapping beside those that all files of columns have.
const (
	keyDates = "dates"
	keyTax   = "tax"
)

// ParseMapping reads a mapping file. The error names the file and the line of
// everything that is wrong, a line each. docs/invoice.md has the words for users.
func ParseMapping(file string, data []byte) (*Mapping, error) {
	f := &mapfile.File{Name: file}
	m := &Mapping{named: map[string]bool{}}
	if root := f.Parse(data); root != nil {
		m.read(f, root)
	}
	if err := f.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

func (m *Mapping) read(f *mapfile.File, root *yaml.Node) {
	around, all := f.Sections(root, mapfile.SectionKeys(keyDates, keyTax), mapfile.KeyWhen, mapfile.KeyLists)
	for _, own := range all {
		p := readPart(f, own, around)
		m.parts = append(m.parts, p)
		m.learn(&p)
	}
}

// readPart reads a part, for which holds what is said around it, too.
func readPart(f *mapfile.File, own, around mapfile.Section) part {
	p := part{Shape: f.Shape(own, around)}
	for _, in := range [...]mapfile.Section{around, own} {
		if n := in.Of(keyDates); n != nil {
			p.order = map[string]table.DateOrder{"dmy": table.DayFirst, "mdy": table.MonthFirst}[f.Word(n, keyDates, "dmy", "mdy")]
		}
		if n := in.Of(keyTax); n != nil {
			p.tax = map[string]taxRule{"included": taxIncluded, "added": taxAdded}[f.Word(n, keyTax, "included", "added")]
		}
	}
	p.begin()
	names := keys()
	f.EachColumn(own, around, names, func(c mapfile.Entry) {
		i := field(slices.Index(names, c.Key))
		p.columns[i], p.asked[i] = f.Column(c, kinds[i].holds, p.Scope), true
		if i == categoryField {
			mapfile.EachValue(c, func(n *yaml.Node, text string) { checkCategory(f, n, text) })
		}
	})
	return p
}

// begin makes all columns those that nobody has named.
func (p *part) begin() {
	for i := range p.columns {
		p.columns[i] = p.Scope.Implicit(kinds[i].holds)
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
	m := &Mapping{parts: make([]part, 1)}
	m.parts[0].begin()
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
		if word, _ := table.HeaderWord(name); known[word] {
			return true
		}
	}
	return m.named[notation.Fold(name)]
}

// learn notes the columns that a part names.
func (m *Mapping) learn(p *part) {
	name := func(path string) { m.named[notation.Fold(path)] = true }
	for i := range p.columns {
		p.columns[i].EachPath(name)
	}
	for _, c := range slices.Concat(p.When, p.Skip) {
		for i := range c.Tests {
			name(c.Tests[i].Path)
		}
	}
}

// title begins what is said of the part.
func (p *part) title() string {
	if p.Name == "" {
		return ""
	}
	return fmt.Sprintf("part %q: ", p.Name)
}
