package mapfile

import (
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"waudit/ingest/notation"
)

// ColumnSource says where the text of a column comes from, and how it is read. The zero
// ColumnSource has no text.
type ColumnSource struct {
	Paths    []string // of keys or columns; the first with a value counts
	IsConst  bool
	Const    string
	Template []Piece
	Values   map[string]Replacement // by folded text, "" for no value; nil: as they are
	Patterns []ValuePattern         // in their order, for texts that have no value of their own
	Rest     *Replacement           // what all other texts are; nil: as they are
	Times    notation.Times         // of a column of times
	Amount   notation.AmountForm
}

// Replacement is what a text stands for.
type Replacement struct {
	Text   string
	Ignore bool // the row is none that counts
}

// ValuePattern is what all texts of a pattern stand for.
type ValuePattern struct {
	Pattern
	Replacement
}

// Piece is a part of a template: a text, or a path.
type Piece struct{ Text, Path string }

// Holds says what a column is for.
type Holds uint8

// What columns are for.
const (
	Text Holds = iota
	Times
	Amounts
)

// The keys of a column.
const (
	keyFrom     = "from"
	keyConst    = "const"
	keyTemplate = "template"
	keyValues   = "values"
	keySign     = "sign"
	keyScale    = "scale"
)

// WordIgnore is the value that makes a row one that does not count.
const WordIgnore = "ignore"

// Implicit returns a column that nobody has named, as the scope says.
func (s Notation) Implicit(holds Holds) (c ColumnSource) {
	switch holds {
	case Times:
		c.Times = s.Times
	case Amounts:
		c.Amount.Mark = s.Mark
	case Text:
	}
	return c
}

// Column reads a column: a path, a list of them, keys, or nothing, which leaves
// the column out.
func (f *Parser) Column(e Entry, holds Holds, scope Notation) ColumnSource {
	c := scope.Implicit(holds)
	switch {
	case IsNull(e.Value):
	case e.Value.Kind == yaml.MappingNode:
		f.columnKeys(&c, e, holds)
	default:
		c.Paths = f.paths(e.Value, e.Key)
	}
	return c
}

func (f *Parser) paths(n *yaml.Node, what string) (paths []string) {
	for _, path := range f.Scalars(n, what) {
		if path == "" {
			f.Fault(n, "%s names no column; write ~ to leave it out", what)
			continue
		}
		paths = append(paths, path)
	}
	return paths
}

func (f *Parser) columnKeys(c *ColumnSource, e Entry, holds Holds) {
	known := []string{keyFrom, keyConst, keyTemplate, keyValues}
	switch holds {
	case Times:
		known = append(known, KeyTime, KeyZone)
	case Amounts:
		known = append(known, KeyDecimal, keySign, keyScale)
	case Text:
	}
	origins := 0
	all := f.Entries(e.Value, e.Key)
	written := len(all)
	all = f.Only(all, "key", known...)
	for _, k := range all {
		if k.Key == keyFrom || k.Key == keyConst || k.Key == keyTemplate {
			origins++
		}
		f.columnKey(c, k)
	}
	if origins > 1 || origins == 0 && len(all) == written {
		f.Fault(e.At, "%s takes one of from:, const: and template:", e.Key)
	}
}

func (f *Parser) columnKey(c *ColumnSource, k Entry) {
	switch k.Key {
	case keyFrom:
		c.Paths = f.paths(k.Value, keyFrom)
	case keyConst:
		c.Const, c.IsConst = f.Scalar(k.Value, keyConst)
	case keyTemplate:
		c.Template = f.template(k.Value)
	case keyValues:
		f.values(c, k.Value)
	case KeyTime:
		c.Times.Forms = f.timeForms(k.Value)
	case KeyZone:
		c.Times.Zone = f.timeZone(k.Value)
	case KeyDecimal:
		c.Amount.Mark = f.decimalMark(k.Value)
	case keySign:
		signs := map[string]notation.Sign{"negate": notation.SignNegated, "drop": notation.SignDropped}
		c.Amount.Sign = signs[f.Word(k.Value, keySign, "keep", "negate", "drop")]
	case keyScale:
		text, _ := f.Scalar(k.Value, keyScale)
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 1 || n > 1_000_000_000 {
			f.Fault(k.Value, "scale is %q; it takes how many units of the log make one of the currency, 100 for cents", text)
		}
		c.Amount.Scale = n
	}
}

// template reads a text with paths in braces.
func (f *Parser) template(n *yaml.Node) (pieces []Piece) {
	text, ok := f.Scalar(n, keyTemplate)
	if !ok {
		return nil
	}
	for rest := text; rest != ""; {
		before, behind, found := strings.Cut(rest, "{")
		if before != "" {
			pieces = append(pieces, Piece{Text: before})
		}
		if !found {
			break
		}
		path, after, closed := strings.Cut(behind, "}")
		if !closed || path == "" {
			f.Fault(n, "template %q has a brace that is not closed, or nothing in it", text)
			return nil
		}
		pieces = append(pieces, Piece{Path: path})
		rest = after
	}
	if !slices.ContainsFunc(pieces, func(p Piece) bool { return p.Path != "" }) {
		f.Fault(n, "template %q names no column in braces; a fixed text is a const:", text)
	}
	return pieces
}

func (f *Parser) values(c *ColumnSource, n *yaml.Node) {
	c.Values = map[string]Replacement{}
	written := map[string]string{}
	for _, e := range f.Entries(n, keyValues) {
		text := ""
		if !IsNull(e.Value) {
			var ok bool
			if text, ok = f.Scalar(e.Value, "values "+strconv.Quote(e.Key)); !ok {
				continue
			}
		}
		value := Replacement{Text: text}
		if text == WordIgnore {
			value = Replacement{Ignore: true}
		}
		key := notation.Fold(strings.TrimSpace(e.Key))
		other, there := written[key]
		pattern, isPattern := patternOf(e.Key)
		switch {
		case e.Key == "*":
			c.Rest = &value
		case isPattern:
			c.Patterns = append(c.Patterns, ValuePattern{pattern, value})
		case there && c.Values[key] != value:
			f.Fault(e.At, "%q and %q are compared without case, blanks, - and _, and are one", e.Key, other)
		default:
			c.Values[key], written[key] = value, e.Key
		}
	}
}

// EachValue calls f with every text that the values of a column may become, and
// its node: who knows what they mean checks them.
func EachValue(e Entry, f func(n *yaml.Node, text string)) {
	if e.Value.Kind != yaml.MappingNode {
		return
	}
	for i := 0; i+1 < len(e.Value.Content); i += 2 {
		key, n := Content(e.Value.Content[i]).Value, Content(e.Value.Content[i+1])
		switch {
		case key == keyConst && n.Kind == yaml.ScalarNode && !IsNull(n):
			f(n, n.Value)
		case key == keyValues && n.Kind == yaml.MappingNode:
			for j := 1; j < len(n.Content); j += 2 {
				v := Content(n.Content[j])
				if v.Kind == yaml.ScalarNode && !IsNull(v) && v.Value != "" && v.Value != WordIgnore {
					f(v, v.Value)
				}
			}
		}
	}
}

// EachPath calls f with all paths of the column.
func (c *ColumnSource) EachPath(f func(path string)) {
	for _, path := range c.Paths {
		f(path)
	}
	for _, p := range c.Template {
		if p.Path != "" {
			f(p.Path)
		}
	}
}

// Translate returns what a text stands for, and whether that is anything else than
// itself.
func (c *ColumnSource) Translate(text string) (v Replacement, ok bool) {
	if c.Values == nil && c.Rest == nil {
		return Replacement{Text: text}, false
	}
	var buf [notation.FoldSize]byte
	folded := notation.AppendFold(buf[:0], text)
	if v, ok = c.Values[string(folded)]; ok {
		return v, true
	}
	for _, p := range c.Patterns {
		if p.fits(string(folded)) {
			return p.Replacement, true
		}
	}
	if c.Rest == nil || text == "" {
		return Replacement{Text: text}, false
	}
	return *c.Rest, true
}

// PathStep leads from a value to one in it.
type PathStep struct {
	Key   string
	Index int // of an element, -1 for a key
}

// SplitPath splits "a.b[0].c" into its first key and the steps behind it. ok is
// false for what is no path, as a column named "price [USD]".
func SplitPath(path string) (first string, steps []PathStep, ok bool) {
	for i, key := range strings.Split(path, ".") {
		key, indexes, _ := strings.Cut(key, "[")
		if key == "" {
			return "", nil, false
		}
		if i == 0 {
			first = key
		} else {
			steps = append(steps, PathStep{Key: key, Index: -1})
		}
		for indexes != "" {
			number, rest, closed := strings.Cut(indexes, "]")
			n, err := strconv.Atoi(number)
			if !closed || err != nil || n < 0 || rest != "" && rest[0] != '[' {
				return "", nil, false
			}
			steps = append(steps, PathStep{Index: n})
			indexes = strings.TrimPrefix(rest, "[")
		}
	}
	return first, steps, true
}
