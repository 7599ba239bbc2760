package advise

import (
	"strings"
	"testing"

	"waudit/audit/event"
)

// TestMerge: what a configuration lacks is added, and every byte of it stays.
func TestMerge(t *testing.T) {
	g := newDraft()
	for _, waba := range []string{"1", "2"} {
		g.see(&event.Pair{Number: "n" + waba, Events: event.ListOf(event.Event{Kind: event.Sent, Time: 1759300000_000, WABA: waba})})
	}
	for name, tt := range map[string]struct{ text, before, after string }{
		"behind the last account": {"# mine\naccounts:\n    '1': # one\n        name: A\n\n# end\nchecks: {}\n", "# mine\naccounts:\n    '1': # one\n        name: A\n", "\n# end\nchecks: {}\n"},
		"at the end":              {"accounts:\n  \"1\": {name: A}", "accounts:\n  \"1\": {name: A}\n", ""},
		"no accounts":             {"checks: {}\n", "checks: {}\naccounts:\n", ""},
		"empty":                   {"accounts: {} # were: null\nignore: x\n", "accounts: # were: null\n", "ignore: x\n"},
		"of Windows":              {"accounts:\r\n  \"1\":\r\n    name: A\r\n", "accounts:\r\n  \"1\":\r\n    name: A\r\n", ""},
	} {
		got, err := g.Merge([]byte(tt.text))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if text := string(got); !strings.HasPrefix(text, tt.before) || !strings.HasSuffix(text, tt.after) || !strings.Contains(text, `"2": #`) {
			t.Errorf("%s: got\n%s", name, text)
		}
		config, err := load(strings.ReplaceAll(strings.ReplaceAll(string(got), "checks: {}", ""), "ignore: x", ""))
		if err != nil || len(config.Accounts) != 2 {
			t.Errorf("%s: %v\n%s", name, err, got)
		}
		again, err := g.Merge(got)
		if err != nil || string(again) != string(got) {
			t.Errorf("%s: merged again, %v\n%s", name, err, again)
		}
	}
	for name, text := range map[string]string{"in braces": "accounts: {\"1\": {}}\n", "a list": "- a\n", "no YAML": "a: [\n"} {
		if got, err := g.Merge([]byte(text)); err == nil {
			t.Errorf("%s: got\n%s", name, got)
		}
	}
}
