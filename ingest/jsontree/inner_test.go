package jsontree_test

import (
	"encoding/json"
	"testing"

	"waudit/ingest/jsontree"
)

// A string in a string ends where it ends when the outer one is read first.
func TestInnerStringEnd(t *testing.T) {
	for text, want := range map[string]int{
		`a\"`: 1, `\"`: 0, `0123456789\" `: 10, `a\/b\"`: 4, `a\\n\"`: 4, `a\\u00e9\"`: 8, `a\u00e9\"`: 7, `a\\\"b\"`: 6, `a\\\\\"`: 5, `a\\\/\"`: 5, `ü\"`: 2, `\\ud83d\"`: 7,
		`a`: -1, `a"`: -1, `a\`: -1, `a\\`: -1, `a\n\"`: -1, `a\\x\"`: -1, `a\u0022\"`: -1, `a\u0001\"`: -1, `a\u005c\"`: -1, `a\\"`: -1, `a\\\n\"`: -1, "a\x01\\\"": -1, "a\xff\\\"": -1, `\\u00g0\"`: -1, `a\\\`: -1,
	} {
		if got := jsontree.InnerStringEnd([]byte(text), 0); got != want {
			t.Errorf("%s: %d, want %d", text, got, want)
		}
	}
}

func FuzzInnerStringEnd(f *testing.F) {
	for _, seed := range []string{`a\\\"b\\u00e9 \u00e9 ü\/\" rest`, `\\\\\\\"\"`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		end := jsontree.InnerStringEnd([]byte(text), 0)
		if end < 0 {
			return
		}
		var inner, value string
		if err := json.Unmarshal([]byte(`"\"`+text[:end]+`\""`), &inner); err != nil {
			t.Fatalf("%v: %q", err, text[:end])
		}
		if err := json.Unmarshal([]byte(inner), &value); err != nil {
			t.Fatalf("%v: %q", err, inner)
		}
	})
}
