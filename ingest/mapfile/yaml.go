// Package mapfile reads what users write in YAML: strictly, with the line of
// everything that is wrong and the key that may be meant. Most of it is for the
// files that say what the columns of a table mean; what the columns are, and how
// they are found, is for who reads by them.
//
//	yaml.go       keys and values, with their lines; files whose keys are those of a struct
//	column.go     where the text of a column comes from
//	section.go    which records are meant, what holds for those of one shape, and how their times and
//	              amounts are written
package mapfile

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"waudit/ingest/notation"
)

// Parser reads a mapping file strictly, and collects what is wrong with
// it, so that all is told at once.
type Parser struct {
	Name string // in errors

	faults []fileError
}

// fileError is something wrong, and its line.
type fileError struct {
	line int
	text string
}

// Fault notes what is wrong at a node, once.
func (f *Parser) Fault(n *yaml.Node, format string, args ...any) {
	found := fileError{n.Line, fmt.Sprintf(format, args...)}
	if !slices.Contains(f.faults, found) {
		f.faults = append(f.faults, found)
	}
}

// Err is all that is wrong, a line each in the order of the file; nil if
// nothing is.
func (f *Parser) Err() error {
	slices.SortStableFunc(f.faults, func(a, b fileError) int { return cmp.Compare(a.line, b.line) })
	errs := make([]error, len(f.faults))
	for i, found := range f.faults {
		errs[i] = fmt.Errorf("%s:%d: %s", f.Name, found.line, found.text)
	}
	return errors.Join(errs...)
}

// Parse reads the file's only document, nil if that is no mapping.
func (f *Parser) Parse(data []byte) *yaml.Node {
	var document yaml.Node
	dec := yaml.NewDecoder(strings.NewReader(string(data)))
	if err := dec.Decode(&document); err != nil {
		f.syntax(err)
		return nil
	}
	var more yaml.Node
	if err := dec.Decode(&more); err == nil {
		f.Fault(&more, "another document begins; a mapping file has one")
		return nil
	} else if !errors.Is(err, io.EOF) {
		f.syntax(err)
		return nil
	}
	if root := Content(document.Content[0]); root.Kind == yaml.MappingNode {
		return root
	}
	f.Fault(document.Content[0], "the file holds no keys; begin with columns:")
	return nil
}

// syntax notes why the file is no YAML.
func (f *Parser) syntax(err error) {
	if errors.Is(err, io.EOF) {
		f.Fault(&yaml.Node{Line: 1}, "the file is empty; begin with columns:")
		return
	}
	line, text := 1, strings.TrimPrefix(err.Error(), "yaml: ")
	if m := regexp.MustCompile(`^line (\d+): (?s)(.*)`).FindStringSubmatch(text); m != nil {
		line, _ = strconv.Atoi(m[1]) // digits, and few
		text = m[2]
	}
	f.Fault(&yaml.Node{Line: line}, "not YAML: %s", text)
}

// Content is the node that a node stands for.
func Content(n *yaml.Node) *yaml.Node {
	const most = 100 // an alias of an alias, and so on
	for i := 0; n.Kind == yaml.AliasNode && i < most; i++ {
		n = n.Alias
	}
	return n
}

// IsNull reports whether a node says that there is nothing.
func IsNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// Entry is a key of a mapping, and its value.
type Entry struct {
	Key   string
	At    *yaml.Node // the key
	Value *yaml.Node
}

// Entries returns the keys of a node, each once.
func (f *Parser) Entries(n *yaml.Node, what string) []Entry {
	if n.Kind != yaml.MappingNode {
		f.Fault(n, "%s takes keys and values", what)
		return nil
	}
	var all []Entry
	lines := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := Content(n.Content[i])
		if key.Kind != yaml.ScalarNode {
			f.Fault(n.Content[i], "a key of %s is no single value", what)
			continue
		}
		if line := lines[key.Value]; line > 0 {
			f.Fault(n.Content[i], "%q stands there twice; it is on line %d as well", key.Value, line)
			continue
		}
		lines[key.Value] = n.Content[i].Line
		all = append(all, Entry{key.Value, n.Content[i], Content(n.Content[i+1])})
	}
	return all
}

// Only returns the entries whose keys are known; the others are faults. What
// names them: "key", "column".
func (f *Parser) Only(all []Entry, what string, known ...string) []Entry {
	return slices.DeleteFunc(all, func(e Entry) bool {
		if slices.Contains(known, e.Key) {
			return false
		}
		f.Fault(e.At, "there is no %s %q%s", what, e.Key, DidYouMean(e.Key, known))
		return true
	})
}

// Scalar returns a single value as it is written.
func (f *Parser) Scalar(n *yaml.Node, what string) (text string, ok bool) {
	if n.Kind != yaml.ScalarNode || IsNull(n) {
		f.Fault(n, "%s takes a single value", what)
		return "", false
	}
	return n.Value, true
}

// Scalars returns a single value, or several.
func (f *Parser) Scalars(n *yaml.Node, what string) (texts []string) {
	if n.Kind != yaml.SequenceNode {
		if n.Kind != yaml.ScalarNode || IsNull(n) {
			f.Fault(n, "%s takes a value, or a list of them", what)
			return nil
		}
		return []string{n.Value}
	}
	if len(n.Content) == 0 {
		f.Fault(n, "%s is an empty list", what)
	}
	for _, e := range n.Content {
		if text, ok := f.Scalar(Content(e), "each value of "+what); ok {
			texts = append(texts, text)
		}
	}
	return texts
}

// Word returns a single value that is one of a few words.
func (f *Parser) Word(n *yaml.Node, what string, words ...string) string {
	text, ok := f.Scalar(n, what)
	if ok && !slices.Contains(words, text) {
		f.Fault(n, "%s is %q; it takes %s%s", what, text, OneOfWords(words), DidYouMean(text, words))
		return ""
	}
	return text
}

// OneOfWords lists words of which one is to be taken.
func OneOfWords(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// DidYouMean names the word that is meant, if one is near.
func DidYouMean(word string, known []string) string {
	best, least := "", 1+max(1, (len(word)+2)/3)
	for _, k := range known {
		if n := EditDistance(notation.Fold(word), notation.Fold(k)); n < least {
			best, least = k, n
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

// EditDistance is how many letters are to be added, taken out or replaced to
// make one word of another. Long words are far from all.
func EditDistance(a, b string) int {
	const longest = 64
	if len(a) > longest || len(b) > longest {
		return longest
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

// Decode reads a file of keys that a struct has: strictly, as all files of users
// are read. An empty file leaves it as it is. The error has the line of everything
// that is wrong, in the words of the file.
func Decode(data []byte, into any) error {
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	err := dec.Decode(into)
	if err == nil || errors.Is(err, io.EOF) {
		return nil
	}
	keys := map[string][]string{}
	addKeys(keys, reflect.TypeOf(into))
	text := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "yaml: "), "unmarshal errors:\n")
	text = yamlUnknown.ReplaceAllStringFunc(text, func(fault string) string {
		m := yamlUnknown.FindStringSubmatch(fault)
		return `unknown key "` + m[1] + `"` + DidYouMean(m[1], keys[m[2]])
	})
	text = yamlType.ReplaceAllString(text, "does not take a $1 $2")
	return errors.New(strings.Join(strings.Fields(text), " "))
}

// How the YAML reader says that a struct lacks a key, or that its value is another.
var (
	yamlUnknown = regexp.MustCompile(`field (\S+) not found in type (.+)`)
	yamlType    = regexp.MustCompile(`cannot unmarshal !!(\w+) (.*) into \S+`)
)

// Keys returns the keys of a file that Decode reads into a pointer to a struct.
func Keys(into any) []string { return keysOf(reflect.TypeOf(into).Elem()) }

func keysOf(t reflect.Type) (keys []string) {
	for i := range t.NumField() {
		if key, _, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ","); key != "" {
			keys = append(keys, key)
		}
	}
	return keys
}

// addKeys adds the keys of the structs that a type is made of, by the type's name.
func addKeys(keys map[string][]string, t reflect.Type) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		addKeys(keys, t.Elem())
	case reflect.Struct:
		if _, done := keys[t.String()]; done {
			return
		}
		keys[t.String()] = keysOf(t)
		for i := range t.NumField() {
			addKeys(keys, t.Field(i).Type)
		}
	}
}
