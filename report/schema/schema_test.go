package schema_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"waudit/report/schema"
)

// schemas are the schemas by file. The file of that name in testdata is an
// output as it was when the version was published.
func schemas() map[string][]byte {
	all := map[string][]byte{}
	for _, name := range []string{"report", "inspect", "replay", "capabilities", "bill", "explain", "dispute"} {
		all[name+"-v1.json"] = schema.Of(name)
	}
	return all
}

func parse(t *testing.T, text []byte) any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func compile(t *testing.T, text []byte) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("schema.json", parse(t, text)); err != nil {
		t.Fatal(err)
	}
	return c.MustCompile("schema.json")
}

// What was valid when the version was published stays valid.
func TestPublishedStaysValid(t *testing.T) {
	for file, text := range schemas() {
		t.Run(file, func(t *testing.T) {
			if err := compile(t, text).Validate(published(t, file)); err != nil {
				t.Error(err)
			}
		})
	}
}

func published(t *testing.T, file string) any {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", file))
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, text)
}

// No published key may go, and none may change its type.
func TestMutationIsInvalid(t *testing.T) {
	for file, text := range schemas() {
		t.Run(file, func(t *testing.T) {
			s, root := compile(t, text), published(t, file)
			mutate("", root, func(where, how string) {
				if s.Validate(root) == nil {
					t.Errorf("valid though %s %s", where, how)
				}
			})
		})
	}
}

// mutate goes through a JSON value and calls check while one of its keys is
// missing, or of another type.
func mutate(path string, v any, check func(where, how string)) {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			where := path + "/" + key
			delete(v, key)
			check(where, "is missing")
			v[key] = wrongType(value)
			check(where, "is of another type")
			v[key] = value
			mutate(where, value, check)
		}
	case []any:
		for i, value := range v {
			v[i] = wrongType(value)
			check(path, "holds another type")
			v[i] = value
			mutate(path, value, check)
		}
	}
}

func wrongType(v any) any {
	if _, isList := v.([]any); isList {
		return "a string"
	}
	return []any{1}
}

func TestWrongValuesAreInvalid(t *testing.T) {
	s := compile(t, schema.Of("report"))
	for _, c := range []struct {
		path  []any
		value string
	}{
		{[]any{"schema"}, "waudit.report/v2"},
		{[]any{"totals", "amounts", 0, "reported"}, "1"},
		{[]any{"totals", "amounts", 0, "reported"}, "1,204.00"},
		{[]any{"findings", 0, "id"}, "0123456789ABCDEF"},
		{[]any{"findings", 0, "verdict"}, "fine"},
		{[]any{"findings", 0, "severity"}, "ERROR"},
		{[]any{"findings", 0, "charged_at"}, "yesterday"},
		{[]any{"findings", 0, "expected", "outcome"}, "cheap"},
	} {
		root := published(t, "report-v1.json")
		set(root, c.path, c.value)
		if s.Validate(root) == nil {
			t.Errorf("valid though %v is %q", c.path, c.value)
		}
	}
}

// set replaces the value at a path.
func set(v any, path []any, value string) {
	for _, step := range path[:len(path)-1] {
		v = child(v, step)
	}
	v.(map[string]any)[path[len(path)-1].(string)] = value
}

func child(v, step any) any {
	if i, ok := step.(int); ok {
		return v.([]any)[i]
	}
	return v.(map[string]any)[step.(string)]
}

// Keys that a reader does not know are no fault.
func TestMoreKeysAreValid(t *testing.T) {
	for file, text := range schemas() {
		root := published(t, file).(map[string]any)
		root["added_later"] = 1
		if err := compile(t, text).Validate(root); err != nil {
			t.Error(err)
		}
	}
}

// Callers get bytes of their own.
func TestSchemasAreCopies(t *testing.T) {
	clear(schema.Of("report"))
	if slices.Contains(schema.Of("report"), 0) {
		t.Error("a caller changed the schema")
	}
}
