package mapfile

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"waudit/ingest/notation"
)

// Condition holds if all its tests do.
type Condition struct {
	Tests  []Test
	Reason string // why a row is skipped for which it holds
}

// Test compares what is at a path with texts.
type Test struct {
	Path     string
	Values   map[string]bool // folded; "" is for what has no value
	Prefixes []string        // folded, of the values that begin so: "message.*"
	Any      bool            // any value will do
}

// Holds reports whether a text passes.
func (t *Test) Holds(text string) bool {
	var buf [notation.FoldSize]byte
	folded := notation.AppendFold(buf[:0], text)
	return t.Any && text != "" || t.Values[string(folded)] ||
		slices.ContainsFunc(t.Prefixes, func(p string) bool { return strings.HasPrefix(string(folded), p) })
}

// Conditions reads one condition, or a list of which any may hold.
func (f *File) Conditions(n *yaml.Node, what string) (all []Condition) {
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
				switch begin, isPrefix := strings.CutSuffix(text, "*"); {
				case text == "*":
					t.Any = true
				case isPrefix:
					t.Prefixes = append(t.Prefixes, notation.Fold(begin))
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
