package jsontree

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzParse holds the parser to encoding/json: both accept the same texts, but
// for invalid UTF-8 and nesting beyond MaxDepth, and both read the same from
// them.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		webhook, `{"a":[1,2.50,-0,1e9,"x\n\ud83d\ude42",null,true,false,{}],"a":[]}`,
		" [ ] ", `"\ud800"`, `{"\u0061":1}`, "\"\x7f\xc3\xa9\"", "01", "1 2", strings.Repeat("[", 600),
	} {
		f.Add([]byte(seed))
	}
	var tree Tree
	f.Fuzz(func(t *testing.T, data []byte) {
		n, err := tree.Parse(data)
		if err != nil && strings.Contains(err.Error(), tooDeep) {
			return
		}
		ours := err == nil && strings.Trim(string(data[n:]), " \t\r\n") == ""
		if std := json.Valid(data) && utf8.Valid(data); ours != std {
			t.Fatalf("accepted: %v (%v), by encoding/json: %v", ours, err, std)
		}
		if !ours {
			return
		}
		decoder := json.NewDecoder(strings.NewReader(string(data)))
		decoder.UseNumber()
		var want any
		if err := decoder.Decode(&want); err != nil {
			t.Skip(err) // encoding/json nests deeper, not endlessly
		}
		if got := decode(tree.Root()); !reflect.DeepEqual(got, want) {
			t.Fatalf("read %#v, encoding/json reads %#v", got, want)
		}
		if len(data) < 1000 { // every path is a search
			checkPaths(t, tree.Root())
		}
	})
}

// decode makes of a value what encoding/json makes of it.
func decode(v Value) any {
	switch v.Kind() {
	case Bool:
		return v.Bool()
	case Number:
		return json.Number(v.Num())
	case String:
		return v.Str()
	case Array:
		list := []any{}
		for c := v.First(); c.OK(); c = c.Next() {
			list = append(list, decode(c))
		}
		return list
	case Object:
		members := map[string]any{}
		for c := v.First(); c.OK(); c = c.Next() {
			members[c.Key()] = decode(v.Get(c.Key()))
		}
		return members
	}
	return nil
}

// checkPaths sees that every value's text stands within its parent's, and that
// it has a path.
func checkPaths(t *testing.T, v Value) {
	for c := v.First(); c.OK(); c = c.Next() {
		if c.Offset() <= v.Offset() || c.Offset()+len(c.Raw()) >= v.Offset()+len(v.Raw()) {
			t.Fatalf("%s lies outside of %s", c.Raw(), v.Raw())
		}
		if c.Path() == "" {
			t.Fatalf("%s has no path", c.Raw())
		}
		checkPaths(t, c)
	}
}
