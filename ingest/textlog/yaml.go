package textlog

import (
	"bytes"
	stdjson "encoding/json"

	"go.yaml.in/yaml/v3"
)

// noYAML is the fault of a document that is none, or holds what JSON cannot.
const noYAML SyntaxError = "the document is no YAML that JSON can hold; export the bodies as JSON"

// AppendYAML appends as JSON what a document of YAML says that is laid out over lines, an
// object or a list. What else stands in braces or on one line may be of any notation.
func AppendYAML(dst, text []byte) ([]byte, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(text, &root); err != nil || root.Kind != yaml.DocumentNode || !isLaidOut(root.Content[0]) {
		return dst, noYAML
	}
	const perByte = 16 // what aliases may come to, and signs of JSON
	y := documents{dst, len(dst) + perByte*len(text)}
	if !y.value(root.Content[0], 0) {
		return dst, noYAML
	}
	return y.out, nil
}

// isLaidOut reports whether a node is an object or a list, and not in brackets; of a list
// the elements may be.
func isLaidOut(n *yaml.Node) bool {
	return (n.Kind == yaml.MappingNode || n.Kind == yaml.SequenceNode) && n.Style&yaml.FlowStyle == 0
}

// documents writes nodes of YAML as JSON.
type documents struct {
	out  []byte
	most int // bytes of out
}

// value writes a node, and reports whether JSON can hold it.
func (y *documents) value(n *yaml.Node, depth int) bool {
	if depth > maxDepth || len(y.out) > y.most {
		return false
	}
	switch n.Kind {
	case yaml.AliasNode:
		return y.value(n.Alias, depth+1)
	case yaml.SequenceNode:
		y.out = append(y.out, '[')
		for i, e := range n.Content {
			if i > 0 {
				y.out = append(y.out, ',')
			}
			if !y.value(e, depth+1) {
				return false
			}
		}
		y.out = append(y.out, ']')
	case yaml.MappingNode:
		return y.object(n, depth)
	case yaml.ScalarNode:
		y.scalar(n)
	default:
		return false
	}
	return true
}

// object writes members. A key that comes twice hides a value.
func (y *documents) object(n *yaml.Node, depth int) bool {
	seen := map[string]bool{}
	y.out = append(y.out, '{')
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode || seen[key.Value] {
			return false
		}
		if seen[key.Value] = true; i > 0 {
			y.out = append(y.out, ',')
		}
		name := bytes.TrimPrefix([]byte(key.Value), []byte{':'}) // a symbol of Ruby
		y.out = append(appendJSONString(y.out, name), ':')
		if !y.value(n.Content[i+1], depth+1) {
			return false
		}
	}
	y.out = append(y.out, '}')
	return true
}

func (y *documents) scalar(n *yaml.Node) {
	text := []byte(n.Value)
	switch tag := n.ShortTag(); {
	case tag == "!!null":
		y.out = append(y.out, "null"...)
	case tag == "!!bool":
		y.out = append(y.out, bytes.ToLower(text)...)
	case (tag == "!!int" || tag == "!!float") && stdjson.Valid(text):
		y.out = append(y.out, text...)
	default:
		y.out = appendJSONString(y.out, valid(text))
	}
}
