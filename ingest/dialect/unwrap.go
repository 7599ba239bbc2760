package dialect

import (
	"encoding/base64"
	"strings"

	"waudit/ingest/jsontree"
)

// maxWraps bounds how many objects, arrays and strings may be wrapped around a
// part. An SNS notice that a queue hands to a function nests nine deep.
const maxWraps = 12

// descend looks for parts of webhooks in v and decodes them. It reports
// whether there are any.
//
// Wrappers are not known by name: house-made ones ("body", "payload",
// "rawBody", "json"), gateways, queues, traces and table rows all differ, and
// the parts are telling enough. So every object that is no part itself is
// searched, and every string that is JSON is taken for what it says.
func (d *metaCloud) descend(v jsontree.Value, depth int) (found bool) {
	if depth > maxWraps {
		return false
	}
	switch v.Kind() {
	case jsontree.Array:
		for e := v.First(); e.OK(); e = e.Next() {
			if d.descend(e, depth+1) {
				found = true
			}
			if found && d.probing {
				break
			}
		}
	case jsontree.String:
		found = d.unescape(v, depth)
	case jsontree.Object:
		if p := partOf(v); p != noPart {
			if !d.probing {
				d.decode(p, v)
			}
			return true
		}
		outside := d.scope
		d.adoptScope(v)
		found = d.search(v, depth)
		d.scope = outside
	}
	return found
}

// search looks for parts in the members of an object. Wrappers often hold one
// body twice, parsed and as text, or as text and in base64: strings are only
// looked at where no object holds a part, base64 where no text does.
func (d *metaCloud) search(v jsontree.Value, depth int) (found bool) {
	for m := v.First(); m.OK() && !(found && d.probing); m = m.Next() {
		if m.Kind() == jsontree.Object || m.Kind() == jsontree.Array {
			found = d.descend(m, depth+1) || found
		}
	}
	read := [...]func(*metaCloud, jsontree.Value, int) bool{(*metaCloud).unescape, (*metaCloud).unbase64}
	for i := 0; i < len(read) && !found; i++ {
		for m := v.First(); m.OK() && !(found && d.probing); m = m.Next() {
			if m.Kind() == jsontree.String {
				found = read[i](d, m, depth+1) || found
			}
		}
	}
	return found || d.sendCall(v)
}

// adoptScope takes the ids that providers put beside a part into its scope, and
// the time that loggers do.
func (d *metaCloud) adoptScope(v jsontree.Value) {
	for m := v.First(); m.OK(); m = m.Next() {
		key := m.Key()
		switch id := text(m); {
		case id == "":
		case key == "waba_id":
			d.scope.waba = id
		case key == "phone_number_id":
			d.scope.number = id
		case isTimeKey(key) && isTime(m):
			d.scope.logged = m
		}
	}
}

// unescape searches a string whose text is JSON, or a JSON string of JSON.
func (d *metaCloud) unescape(v jsontree.Value, depth int) bool {
	return mayBeJSON(v) && d.reparse(v, v.AppendStr(nil), depth)
}

// mayBeJSON looks at how the string begins.
func mayBeJSON(v jsontree.Value) bool {
	raw := v.Raw()
	return len(raw) >= len(`"{}"`) && strings.IndexByte(`{[ \`, raw[1]) >= 0
}

// unbase64 searches a string whose base64 is JSON.
func (d *metaCloud) unbase64(v jsontree.Value, depth int) bool {
	if !mayBeBase64(v) {
		return false
	}
	body, err := base64.StdEncoding.DecodeString(v.Str())
	return err == nil && d.reparse(v, body, depth)
}

// mayBeBase64 looks for how objects and arrays begin in base64, also with white
// space behind the bracket.
func mayBeBase64(v jsontree.Value) bool {
	raw := v.Raw()
	if len(raw) < 3 {
		return false
	}
	switch string(raw[1:3]) {
	case "ey", "ew", "Wy", "Ww", "W3":
		return true
	}
	return false
}

// reparse searches the JSON that was found in the string v.
func (d *metaCloud) reparse(v jsontree.Value, body []byte, depth int) bool {
	level := len(d.outer)
	tree := d.tree(level)
	if !parses(tree, body) {
		return false
	}
	d.outer = append(d.outer, v)
	found := d.descend(tree.Root(), depth+1)
	d.outer = d.outer[:level]
	return found
}

// tree is the tree for strings at that level of nesting.
func (d *metaCloud) tree(level int) *jsontree.Tree {
	for level >= len(d.nested) {
		d.nested = append(d.nested, new(jsontree.Tree))
	}
	return d.nested[level]
}

func parses(tree *jsontree.Tree, body []byte) bool {
	_, err := tree.Parse(body)
	return err == nil
}

// path is where v stands in the record, through the strings around it.
func (d *metaCloud) path(v jsontree.Value) string {
	path := ""
	for _, outer := range d.outer {
		path = joinPath(path, outer.Path())
	}
	return joinPath(path, v.Path())
}

func joinPath(path, step string) string {
	if path == "" || step == "" || step[0] == '[' {
		return path + step
	}
	return path + "." + step
}
