package dialect

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// mappingFile reads a mapping file strictly, and collects what is wrong with
// it, so that all is told at once.
type mappingFile struct {
	name   string
	faults []mappingFault
}

// mappingFault is something wrong, and its line.
type mappingFault struct {
	line int
	text string
}

// fault notes what is wrong at a node, once.
func (f *mappingFile) fault(n *yaml.Node, format string, args ...any) {
	fault := mappingFault{n.Line, fmt.Sprintf(format, args...)}
	if !slices.Contains(f.faults, fault) {
		f.faults = append(f.faults, fault)
	}
}

// err is all that is wrong, a line each in the order of the file; nil if
// nothing is.
func (f *mappingFile) err() error {
	slices.SortStableFunc(f.faults, func(a, b mappingFault) int { return cmp.Compare(a.line, b.line) })
	errs := make([]error, len(f.faults))
	for i, fault := range f.faults {
		errs[i] = fmt.Errorf("%s:%d: %s", f.name, fault.line, fault.text)
	}
	return errors.Join(errs...)
}

// parse reads the file's only document, nil if that is no mapping.
func (f *mappingFile) parse(data []byte) *yaml.Node {
	var document yaml.Node
	dec := yaml.NewDecoder(strings.NewReader(string(data)))
	if err := dec.Decode(&document); err != nil {
		f.syntax(err)
		return nil
	}
	var more yaml.Node
	if err := dec.Decode(&more); err == nil {
		f.fault(&more, "another document begins; a mapping file has one")
		return nil
	} else if !errors.Is(err, io.EOF) {
		f.syntax(err)
		return nil
	}
	if root := content(document.Content[0]); root.Kind == yaml.MappingNode {
		return root
	}
	f.fault(document.Content[0], "the file holds no keys; begin with columns:")
	return nil
}

// syntax notes why the file is no YAML.
func (f *mappingFile) syntax(err error) {
	if errors.Is(err, io.EOF) {
		f.fault(&yaml.Node{Line: 1}, "the file is empty; begin with columns:")
		return
	}
	line, text := 1, strings.TrimPrefix(err.Error(), "yaml: ")
	if m := regexp.MustCompile(`^line (\d+): (?s)(.*)`).FindStringSubmatch(text); m != nil {
		line, _ = strconv.Atoi(m[1]) // digits, and few
		text = m[2]
	}
	f.fault(&yaml.Node{Line: line}, "not YAML: %s", text)
}

// content is the node that a node stands for.
func content(n *yaml.Node) *yaml.Node {
	const most = 100 // an alias of an alias, and so on
	for i := 0; n.Kind == yaml.AliasNode && i < most; i++ {
		n = n.Alias
	}
	return n
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// entry is a key of a mapping, and its value.
type entry struct {
	key   string
	at    *yaml.Node // the key
	value *yaml.Node
}

// entries returns the keys of a node, each once.
func (f *mappingFile) entries(n *yaml.Node, what string) []entry {
	if n.Kind != yaml.MappingNode {
		f.fault(n, "%s takes keys and values", what)
		return nil
	}
	var all []entry
	lines := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := content(n.Content[i])
		if key.Kind != yaml.ScalarNode {
			f.fault(n.Content[i], "a key of %s is no single value", what)
			continue
		}
		if line := lines[key.Value]; line > 0 {
			f.fault(n.Content[i], "%q stands there twice; it is on line %d as well", key.Value, line)
			continue
		}
		lines[key.Value] = n.Content[i].Line
		all = append(all, entry{key.Value, n.Content[i], content(n.Content[i+1])})
	}
	return all
}

// only returns the entries whose keys are known; the others are faults. What
// names them: "key", "column".
func (f *mappingFile) only(all []entry, what string, known ...string) []entry {
	return slices.DeleteFunc(all, func(e entry) bool {
		if slices.Contains(known, e.key) {
			return false
		}
		f.fault(e.at, "there is no %s %q%s", what, e.key, didYouMean(e.key, known))
		return true
	})
}

// scalar returns a single value as it is written.
func (f *mappingFile) scalar(n *yaml.Node, what string) (text string, ok bool) {
	if n.Kind != yaml.ScalarNode || isNull(n) {
		f.fault(n, "%s takes a single value", what)
		return "", false
	}
	return n.Value, true
}

// scalars returns a single value, or several.
func (f *mappingFile) scalars(n *yaml.Node, what string) (texts []string) {
	if n.Kind != yaml.SequenceNode {
		if n.Kind != yaml.ScalarNode || isNull(n) {
			f.fault(n, "%s takes a value, or a list of them", what)
			return nil
		}
		return []string{n.Value}
	}
	if len(n.Content) == 0 {
		f.fault(n, "%s is an empty list", what)
	}
	for _, e := range n.Content {
		if text, ok := f.scalar(content(e), "each value of "+what); ok {
			texts = append(texts, text)
		}
	}
	return texts
}

// word returns a single value that is one of a few words.
func (f *mappingFile) word(n *yaml.Node, what string, words ...string) string {
	text, ok := f.scalar(n, what)
	if ok && !slices.Contains(words, text) {
		f.fault(n, "%s is %q; it takes %s%s", what, text, oneOfWords(words), didYouMean(text, words))
		return ""
	}
	return text
}

func oneOfWords(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// didYouMean names the word that is meant, if one is near.
func didYouMean(word string, known []string) string {
	best, least := "", 1+max(1, (len(word)+2)/3)
	for _, k := range known {
		if n := editDistance(fold(word), fold(k)); n < least {
			best, least = k, n
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

// editDistance is how many letters are to be added, taken out or replaced to
// make one word of another. Long words are far from all.
func editDistance(a, b string) int {
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
