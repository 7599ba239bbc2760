package jsontree

import (
	"strconv"
	"strings"
	"testing"
)

func parse(t *testing.T, text string) Value {
	t.Helper()
	tree := new(Tree)
	if _, err := tree.Parse([]byte(text)); err != nil {
		t.Fatalf("Parse(%q): %v", text, err)
	}
	return tree.Root()
}

func TestKinds(t *testing.T) {
	v := parse(t, ` { "n" : null, "t":true,"f":false, "num":-1.5e+3, "s":"a", "a":[], "o":{} } `)
	want := map[string]ValueKind{
		"n": Null, "t": Bool, "f": Bool, "num": Number, "s": String, "a": Array, "o": Object, "none": Absent,
	}
	for key, kind := range want {
		if got := v.Get(key).Kind(); got != kind {
			t.Errorf("kind of %s = %d, want %d", key, got, kind)
		}
	}
	if !v.Get("t").Bool() || v.Get("f").Bool() || v.Get("n").Bool() {
		t.Error("Bool is true for true alone")
	}
	if got := v.Get("num").Num(); got != "-1.5e+3" {
		t.Errorf("Num = %q", got)
	}
	if got := v.Get("s").Str(); got != "a" {
		t.Errorf("Str = %q", got)
	}
	if got := string(v.Get("num").Raw()); got != "-1.5e+3" {
		t.Errorf("Raw = %q", got)
	}
}

// The zero Value, and every value of another kind, answers with nothing.
func TestAbsent(t *testing.T) {
	for _, v := range []Value{{}, parse(t, `[7]`), parse(t, `7`), new(Tree).Root()} {
		if v.Get("a").OK() || v.Str() != "" || v.Bool() || v.Key() != "" || v.Next().OK() {
			t.Errorf("%q answers as if it were something else", v.Raw())
		}
		if got := string(v.AppendStr([]byte("x"))); got != "x" {
			t.Errorf("AppendStr adds %q", got)
		}
	}
	var v Value
	if v.OK() || v.First().OK() || v.Num() != "" || v.Raw() != nil || v.Offset() != 0 || v.Path() != "" {
		t.Error("the zero Value is not absent")
	}
}

func TestIterate(t *testing.T) {
	var got []string
	for m := parse(t, `{"a":{"x":1},"b":[],"c":[[2],3],"d":""}`).First(); m.OK(); m = m.Next() {
		got = append(got, m.Key()+"="+string(m.Raw()))
	}
	if want := `a={"x":1} b=[] c=[[2],3] d=""`; strings.Join(got, " ") != want {
		t.Errorf("members %s, want %s", got, want)
	}
}

func TestGetTakesLastDuplicate(t *testing.T) {
	v := parse(t, `{"a":1,"\u0061":2,"aa":3}`)
	if got := v.Get("a").Num(); got != "2" {
		t.Errorf("a = %s, want the last, 2", got)
	}
}

func TestStr(t *testing.T) {
	for text, want := range map[string]string{
		`""`:                         "",
		`"12345678"`:                 "12345678",
		`"naïve – 日本語 🙂"`:            "naïve – 日本語 🙂",
		`"\"\\\/\b\f\n\r\t"`:         "\"\\/\b\f\n\r\t",
		`"\u00e9\u65E5\ud83d\ude42"`: "é日🙂",
		`"\ud83dx"`:                  "\ufffdx",
		`"\ud83d\u0041"`:             "\ufffdA",
		`"\ude42"`:                   "\ufffd",
		`"\u0000"`:                   "\x00",
	} {
		if got := parse(t, text).Str(); got != want {
			t.Errorf("Str of %s = %q, want %q", text, got, want)
		}
	}
}

func TestPath(t *testing.T) {
	v := parse(t, `{"entry":[1,{"changes":[{"@message":{"a b":[[9]]}}]}]}`)
	if got := v.Path(); got != "" {
		t.Errorf("path of the root = %q", got)
	}
	inner := v.Get("entry").First().Next().Get("changes").First().Get("@message").Get("a b").First().First()
	if got, want := inner.Path(), `entry[1].changes[0]["@message"]["a b"][0][0]`; got != want {
		t.Errorf("path = %s, want %s", got, want)
	}
}

// TestPathsOfLongList: the path of each of very many elements is right in whichever order
// they are asked for, and found without counting all that are before it.
func TestPathsOfLongList(t *testing.T) {
	const n = 1 << 18
	v := parse(t, `{"first":[`+strings.Repeat("0,", 99)+`0],"a":[`+strings.Repeat("[1],", n-1)+`[1]]}`)
	var all []Value
	for e := v.Get("a").First(); e.OK(); e = e.Next() {
		all = append(all, e.First())
	}
	expect := func(v Value, list string, i int, behind string) {
		if got, want := v.Path(), list+"["+strconv.Itoa(i)+"]"+behind; got != want {
			t.Fatalf("path %s, want %s", got, want)
		}
	}
	for i := range all {
		expect(all[i], "a", i, "[0]")
	}
	other := v.Get("first").First()
	for i := 0; other.OK(); i, other = i+1, other.Next() {
		expect(other, "first", i, "")
		expect(all[n/1000-i], "a", n/1000-i, "[0]")
	}
}

// Parse stops behind the value; what follows is its caller's.
func TestParseStopsBehindValue(t *testing.T) {
	var tree Tree
	for text, want := range map[string]int{
		` {"a":1} {"b":2}`: 8, `1,2`: 1, "\n\t\r \"x\"y": 7, `[[]]]`: 4, `nulls`: 4,
	} {
		if n, err := tree.Parse([]byte(text)); n != want || err != nil {
			t.Errorf("Parse(%q) = %d, %v, want %d", text, n, err, want)
		}
	}
}

func TestSyntaxErrors(t *testing.T) {
	for text, want := range map[string]string{
		``:                   "byte 0: expected a value, the data ends here",
		`{"a" 1}`:            `byte 5: expected ':', found "1"`,
		`[1,]`:               `byte 3: expected a value, found "]"`,
		`{"a":1,}`:           `byte 7: expected a quoted key, found "}"`,
		`[1}`:                `byte 2: expected ',' or a closing bracket, found "}"`,
		`{"a":tru`:           `byte 5: expected true, false or null, found "t"`,
		`"abc`:               "byte 4: unterminated string, the data ends here",
		"\"ab\ncdefghijkl\"": `byte 3: control characters in a string must be escaped, found "\n"`,
		`"abcdefghij\x"`:     `byte 11: no escape of JSON, found "\\"`,
		"\"abcdefgh\xff\"":   `byte 9: the text is not valid UTF-8, found "\xff"`,
		`[-]`:                `byte 2: expected a digit, found "]"`,
		`1.e5`:               `byte 2: expected a digit, found "e"`,
		`2e+`:                "byte 3: expected a digit, the data ends here",
	} {
		var tree Tree
		_, err := tree.Parse([]byte(text))
		if err == nil || err.Error() != want {
			t.Errorf("Parse(%q): %v, want %s", text, err, want)
		}
		if tree.Root().OK() {
			t.Errorf("Parse(%q) leaves a root behind", text)
		}
	}
}

func TestDepth(t *testing.T) {
	nest := func(n int) []byte {
		return []byte(strings.Repeat("[", n) + strings.Repeat("]", n))
	}
	var tree Tree
	if _, err := tree.Parse(nest(MaxDepth)); err != nil {
		t.Errorf("%d levels: %v", MaxDepth, err)
	}
	for _, n := range []int{MaxDepth + 1, 100_000} {
		if _, err := tree.Parse(nest(n)); err == nil || !strings.Contains(err.Error(), tooDeep) {
			t.Errorf("%d levels: %v, want %s", n, err, tooDeep)
		}
	}
}

func TestParseReusesMemory(t *testing.T) {
	data := []byte(webhook)
	var tree Tree
	if n := testing.AllocsPerRun(100, func() { _, _ = tree.Parse(data) }); n != 0 {
		t.Errorf("%v allocations per value, want none", n)
	}
}

// A tree lets go of what one huge value made it take.
func TestParseReleasesMemory(t *testing.T) {
	var tree Tree
	huge := []byte("[" + strings.Repeat("0,", 2*keptNodes) + "0]")
	for _, data := range [][]byte{huge, []byte("1"), []byte("1")} {
		if _, err := tree.Parse(data); err != nil {
			t.Fatal(err)
		}
	}
	if cap(tree.nodes) > keptNodes {
		t.Errorf("%d nodes are kept", cap(tree.nodes))
	}
}
