package row

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestAppendJSON(t *testing.T) {
	tests := []struct {
		name string
		cell Cell
		want string
	}{
		{"no value", Cell{}, `{}`},
		{"text", Cell{Kind: Text, Text: "a \"b\" \\ \n\r\t\x01 ü"}, `{"c":"a \"b\" \\ \n\r\t\u0001 ü"}`},
		{"empty text", Cell{Kind: Text}, `{"c":""}`},
		{"text that is not UTF-8", Cell{Kind: Text, Text: "Zo\xeb"}, `{"c":"Zo` + "\uFFFD" + `"}`},
		{"integer", Cell{Kind: Int, Int: 1754280000}, `{"c":1754280000}`},
		{"negative integer of 15 digits", Cell{Kind: Int, Int: -123456789012345}, `{"c":-123456789012345}`},
		{"id of 16 digits", Cell{Kind: Int, Int: 1234567890123456}, `{"c":"1234567890123456"}`},
		{"smallest integer", Cell{Kind: Int, Int: -1 << 63}, `{"c":"-9223372036854775808"}`},
		{"true", Cell{Kind: Bool, Int: 1}, `{"c":true}`},
		{"false", Cell{Kind: Bool}, `{"c":false}`},
		{"time", Cell{Kind: Time, Int: 1754280000007}, `{"c":"2025-08-04T04:00:00.007Z"}`},
		{"decimal", Cell{Kind: Nano, Int: 6_800_000}, `{"c":"0.0068"}`},
		{"negative decimal", Cell{Kind: Nano, Int: -1_500_000_000}, `{"c":"-1.5"}`},
		{"number", Cell{Kind: Float, Text: "1.5e-07"}, `{"c":1.5e-07}`},
		{"no number", Cell{Kind: Float, Text: "NaN"}, `{"c":"NaN"}`},
		{"group", Cell{Kind: JSON, Text: `{"a":[1]}`}, `{"c":{"a":[1]}}`},
		{"empty group", Cell{Kind: JSON}, `{"c":null}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := Row{Columns: &Columns{Names: []string{"c"}}, Cells: []Cell{tt.cell}}
			if got := string(r.AppendJSON(nil)); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestAppendJSONOfSeveral(t *testing.T) {
	r := Row{
		Columns: &Columns{Names: []string{"a", `"b"`, "c", "d", "e"}},
		Cells:   []Cell{{}, {Kind: Text, Text: "1"}, {}, {Kind: Int, Int: 2}},
	}
	if got, want := string(r.AppendJSON([]byte("> "))), `> {"\"b\"":"1","d":2}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Whatever names and texts are, the row is JSON, and says what they say.
func TestAppendJSONProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name, text := string(rapid.SliceOf(rapid.Byte()).Draw(t, "name")), rapid.String().Draw(t, "text")
		r := Row{Columns: &Columns{Names: []string{name}}, Cells: []Cell{{Kind: Text, Text: text}}}
		var got map[string]string
		if err := json.Unmarshal(r.AppendJSON(nil), &got); err != nil {
			t.Fatal(err)
		}
		name = strings.Map(func(r rune) rune { return r }, name) // what is no UTF-8 becomes utf8.RuneError
		if got[name] != text || !utf8.ValidString(name) {
			t.Fatalf("got %q for %q: %q", got, name, text)
		}
	})
}
