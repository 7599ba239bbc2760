package advise

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Merge adds the accounts of the draft that a configuration does not have, and changes
// nothing else in it: neither values nor comments, nor their order. It returns the
// text as it is if there is nothing to add. The error says why the text cannot be
// added to.
func (g *Draft) Merge(text []byte) ([]byte, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, err
	}
	if len(doc.Content) == 0 {
		return append(text, g.YAML()...), nil
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode || root.Style&yaml.FlowStyle != 0 {
		return nil, errors.New("it is not written as keys, each on a line of its own")
	}
	key, value := accountsIn(root)
	added := g.missing(value)
	if added == "" {
		return text, nil
	}
	lines := strings.SplitAfter(string(text), "\n")
	switch {
	case key == nil:
		return []byte(ended(string(text)) + "accounts:\n" + added), nil
	case len(value.Content) == 0:
		lines[key.Line-1] = ended(emptyMap.ReplaceAllString(lines[key.Line-1], ":"))
		return insert(lines, key.Line, added), nil
	case value.Kind != yaml.MappingNode || value.Style&yaml.FlowStyle != 0 || value.Content[0].Line == key.Line:
		return nil, fmt.Errorf("line %d: accounts are not written each on lines of its own", key.Line)
	}
	indent := strings.Repeat(" ", value.Content[0].Column-1)
	added = regexp.MustCompile(`(?m)^  `).ReplaceAllString(added, indent)
	return insert(lines, endOf(lines, key), added), nil
}

// emptyMap is an empty value, with the colon before it.
var emptyMap = regexp.MustCompile(`: *(?:\{ *\}|null|~)`)

// accountsIn returns the key of the accounts and its value, nil if there is none.
func accountsIn(root *yaml.Node) (key, value *yaml.Node) {
	for i := 0; i+1 < len(root.Content); i += 2 {
		if root.Content[i].Value == "accounts" {
			return root.Content[i], root.Content[i+1]
		}
	}
	return nil, nil
}

// missing writes the accounts that are not among those of a configuration.
func (g *Draft) missing(accounts *yaml.Node) string {
	known := map[string]bool{}
	if accounts != nil {
		for i := 0; i < len(accounts.Content); i += 2 {
			known[accounts.Content[i].Value] = true
		}
	}
	w := &yamlWriter{}
	for _, a := range g.ordered() {
		if !known[a.id] {
			g.writeAccount(w, a)
		}
	}
	return w.String()
}

// endOf returns the number of the last line of the value of a key, counted from 1.
func endOf(lines []string, key *yaml.Node) int {
	end := key.Line
	for i := key.Line; i < len(lines); i++ {
		trimmed := strings.TrimSpace(lines[i])
		indented := len(lines[i])-len(strings.TrimLeft(lines[i], " ")) >= key.Column
		switch {
		case trimmed == "":
		case indented:
			end = i + 1
		case !strings.HasPrefix(trimmed, "#"):
			return end
		}
	}
	return end
}

// insert puts a text behind a line, with the line ends of the others.
func insert(lines []string, behind int, text string) []byte {
	if strings.HasSuffix(lines[0], "\r\n") {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	var b bytes.Buffer
	for i, line := range lines {
		if i+1 == behind {
			line = ended(line) + text
		}
		b.WriteString(line)
	}
	return b.Bytes()
}

// ended ends a text with a line end, if it has none.
func ended(text string) string {
	if text == "" || strings.HasSuffix(text, "\n") {
		return text
	}
	return text + "\n"
}
