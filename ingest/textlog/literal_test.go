package textlog

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// TestLiteral: what languages print of one value, within a line of a log.
func TestLiteral(t *testing.T) {
	const want = `{"id":"wamid.T1","n":[1,{"ok":true,"no":null}],"text":"it's \"ü\"\nx"}`
	for name, text := range map[string]string{
		"ruby":        `params: {"id"=>"wamid.T1", "n"=>[1, {"ok"=>true, "no"=>nil}], "text"=>"it's \"ü\"\nx"}`,
		"ruby 3.4":    `{id: "wamid.T1", n: [1, {ok: true, no: nil}], text: "it's \"\u{fc}\"\nx"}`,
		"symbols":     `{:id=>"wamid.T1", :n=>[1, {:ok=>true, :no=>nil}], :"text"=>"it's \"ü\"\nx"}`,
		"elixir":      `%{"id" => "wamid.T1", "n" => [1, %{ok: true, no: nil}], "text" => "it's \"ü\"\nx"}`,
		"javascript":  "got {\n  id: 'wamid.T1',\n  n: [ 1, { ok: true, no: undefined } ],\n  'text': `it's \"ü\"\\nx`\n}",
		"no class":    "[Object: null prototype] { id: 'wamid.T1', n: [ 1, [Object: null prototype] { ok: true, no: null } ], text: 'it\\'s \"ü\"\\nx' }",
		"rust":        `Hook { id: "wamid.T1", n: [1, Part { ok: Some(true), no: None }], text: "it's \"ü\"\nx" }`,
		"rust's json": `Object {"id": String("wamid.T1"), "n": Array [Number(1), Object {"ok": Bool(true), "no": Null}], "text": String("it's \"ü\"\nx")}`,
		"python":      `payload: Hook(id='wamid.T1', n=[1, Part(ok=True, no=None)], text='it\'s "ü"\nx')`,
		"forms":       `FormData([('id', 'wamid.T1'), ('n', [1, MultiDict([('ok', True), ('no', None)])]), ('text', 'it\'s "ü"\nx')])`,
		"var_export":  "array (\n  'id' => 'wamid.T1',\n  'n' => \n  array (\n    0 => 1,\n    1 => \n    array (\n      'ok' => true,\n      'no' => NULL,\n    ),\n  ),\n  'text' => 'it\\'s \"ü\"\nx',\n)",
		"awesome":     "{\n    \"id\" => \"wamid.T1\",\n     :n  => [\n    [0] 1,\n    [1] {\n    :ok => true,\n    :no => nil\n    }\n    ],\n  \"text\" => \"it's \\\"ü\\\"\\nx\"\n}",
		"var_dump":    "array(3) {\n  [\"id\"]=>\n  string(8) \"wamid.T1\"\n  [\"n\"]=>\n  array(2) {\n    [0]=>\n    int(1)\n    [1]=>\n    object(stdClass)#1 (2) {\n      [\"ok\"]=>\n      bool(true)\n      [\"no\":protected]=>\n      NULL\n    }\n  }\n  [\"text\"]=>\n  string(11) \"it's \"ü\"\nx\"\n}",
		"hex":         "0x" + hex.EncodeToString([]byte(want)),
		"Buffer":      fmt.Sprintf("<Buffer % x>", want),
		"Go's bytes":  fmt.Sprintf("%d", []byte(want)),
		"Go's syntax": fmt.Sprintf("%#v", []byte(want)),
		"base64":      base64.StdEncoding.EncodeToString([]byte(want)),
		"cell":        `"` + strings.ReplaceAll(want, `"`, `""`) + `",2`,
		"short array": `array('id' => 'wamid.T1', 'n' => array(1, array('ok' => true, 'no' => null)), 'text' => "it's \"ü\"\nx")`,
		"serialize":   `a:3:{s:2:"id";s:8:"wamid.T1";s:1:"n";a:2:{i:0;i:1;i:1;a:2:{s:2:"ok";b:1;s:2:"no";N;}}s:4:"text";s:11:"it's "ü"` + "\n" + `x";}`,
	} {
		var l LogLine
		l.Read([]byte("INFO " + text + " end\n"))
		if string(l.JSON) != want || len(l.Flaws) > 0 {
			t.Errorf("%s: got %s, %v", name, l.JSON, l.Flaws)
		}
	}
}

// What the shells of databases print is JSON but for classes. What is broken JSON is no
// such thing.
func TestShell(t *testing.T) {
	for text, want := range map[string]string{
		`{ "_id" : ObjectId("65a0"), "n" : [ NumberLong(1), 2 ] }`: `{"_id":"65a0","n":[1,2]}`,
		`{ _id: ObjectId('65a0'), at: ISODate('2026-03-26') }`:     `{"_id":"65a0","at":"2026-03-26"}`,
		`{"a":1}`: "", `{"a":"b}`: "", `{a:1}`: "", "{\"a\":Long(1),\"b\":\"\xff\"}": "", "{\"a\":Long(1),\"b\":\"\x01\"}": "", `{"a":Long(1)} x`: "",
	} {
		got, ok := AppendShell(nil, []byte(text))
		if string(got) != want || ok != (want != "") {
			t.Errorf("%s: got %s, %v", text, got, ok)
		}
	}
}

// print_r quotes nothing: a value goes on to the next key.
func TestPrinted(t *testing.T) {
	var l LogLine
	l.Read([]byte("[2026-03-26T10:00:00Z] Array\n(\n    [id] => wamid.T1\n    [n] => Array\n        (\n            [0] => 1\n            [1] => stdClass Object\n" +
		"                (\n                    [ok] => 1\n                    [no] => \n                )\n\n        )\n\n    [text] => two\nlines\n)\n\nnext\n"))
	const want = `{"body":{"id":"wamid.T1","n":["1",{"ok":"1","no":""}],"text":"two\nlines"},"@timestamp":"2026-03-26T10:00:00Z"}`
	if string(l.JSON) != want {
		t.Errorf("got %s", l.JSON)
	}
}

// Values of classes that are no JSON stand for texts.
func TestClasses(t *testing.T) {
	for text, want := range map[string]string{
		`{'at': datetime.datetime(2026, 3, 26, 10, 0, 5, 7, tzinfo=datetime.timezone.utc)}`:                                               `{"at":"2026-03-26T10:00:05.000007Z"}`,
		`{'at': datetime.datetime(2026, 3, 26, 10, 0)}`:                                                                                   `{"at":"2026-03-26T10:00:00"}`,
		`{'at': datetime.datetime(2026, 3, 26, 10, 0, tzinfo=datetime.timezone(datetime.timedelta(seconds=19800)))}`:                      `{"at":"2026-03-26T04:30:00Z"}`,
		`{'at': datetime.datetime(2026, 3, 26, 10, 0, tzinfo=datetime.timezone(datetime.timedelta(days=-1, seconds=68400)))}`:             `{"at":"2026-03-26T15:00:00Z"}`,
		`{'at': datetime.datetime(2026, 3, 26, 10, 0, tzinfo=<UTC>)}`:                                                                     `{"at":"2026-03-26T10:00:00Z"}`,
		`{'at': datetime.datetime(2026, 3, 26, 10, 0, tzinfo=zoneinfo.ZoneInfo(key='Asia/Tokyo'))}`:                                       `{"at":"2026, 3, 26, 10, 0, tzinfo=zoneinfo.ZoneInfo(key='Asia/Tokyo')"}`,
		`{'on': datetime.date(2026, 3, 26), 'id': UUID('0a'), 'cost': Decimal('0.0085'), 'raw': b'x\n', 'kind': <Kind.A: 'a'>, 'n': nan}`: `{"on":"2026-03-26","id":"0a","cost":"0.0085","raw":"x\n","kind":"\u003cKind.A: 'a'>","n":null}`,
		`{ _id: new ObjectId("65a0"), at: 2026-03-26T10:00:00.000Z, n: 1 }`:                                                               `{"_id":"65a0","at":"2026-03-26T10:00:00.000Z","n":1}`,
		`{:at=>2026-03-26 10:00:00.5 +0000, "on"=>2026-03-26 10:00:00 UTC}`:                                                               `{"at":"2026-03-26 10:00:00.5 +0000","on":"2026-03-26 10:00:00 UTC"}`,
	} {
		var l LogLine
		if l.Read([]byte("INFO " + text + "\n")); string(l.JSON) != strings.ReplaceAll(want, `\u003c`, "<") || len(l.Flaws) > 0 {
			t.Errorf("%s: got %s, %v", text, l.JSON, l.Flaws)
		}
	}
}

// YAML becomes JSON as far as that can hold it: no key twice, no end of aliases.
func TestAppendYAML(t *testing.T) {
	for text, want := range map[string]string{
		"a: 1\nb: [x, '1', 1.5, true, null, 2026-01-01, .inf]\n": `{"a":1,"b":["x","1",1.5,true,null,"2026-01-01",".inf"]}`,
		"- !ruby/hash:X\n  :a: &b {c: 1}\n  d: *b\n":             `[{"a":{"c":1},"d":{"c":1}}]`,
		"a: 1\na: 2\n": "", "? [1]\n: 2\n": "", "{a: 1}\n": "", "x\n": "", "": "", "a: 'x\n": "",
		"a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n": "",
	} {
		got, err := AppendYAML(nil, []byte(text))
		if (err != nil) != (want == "") || err == nil && string(got) != want {
			t.Errorf("%q: got %s, %v", text, got, err)
		}
	}
}

// Bytes that begin as a body and are none are a fault: they may be cut.
func TestCutBytes(t *testing.T) {
	var l LogLine
	if l.Read([]byte("got <Buffer 7b 22 69 64 22 3a 22 ... 9 more bytes>\n")); len(l.JSON) > 0 || len(l.Flaws) != 1 || l.Flaws[0].Reason != CutBytes {
		t.Errorf("got %s, %v", l.JSON, l.Flaws)
	}
}

// The colours of terminals say nothing.
func TestAppendPlain(t *testing.T) {
	for text, want := range map[string]struct {
		plain string
		open  int
	}{
		"a\x1b[32mb\x1b[0;1mc\x1b[m": {"abc", 0}, "\x1b7\x1b[1.2": {"\x1b7\x1b[1.2", 0}, "a\x1b[3": {"a\x1b[3", 3}, "\x1b": {"\x1b", 1},
		"\x1b[" + strings.Repeat("1;", 40) + "m": {"\x1b[" + strings.Repeat("1;", 40) + "m", 0},
	} {
		if plain, open := AppendPlain(nil, []byte(text)); string(plain) != want.plain || open != want.open {
			t.Errorf("%q: got %q, %d", text, plain, open)
		}
	}
}

// What does not say where a text ends, and what is no value, is not read.
func TestNoLiteral(t *testing.T) {
	for _, text := range []string{
		`map[id:wamid.T1 n:[1 2]]`, `{id=wamid.T1, n=[1, 2]}`, `Hook(id=wamid.T1, n=[1])`, `{id: wamid.T1}`, `{id: 'wamid.T1' n: 1}`,
		`{id: [Object]}`, `{at: range(1, 2)}`, `{at: datetime.date(1)}`, `{at: datetime.datetime(2026, x)}`, `Hook(at=Date(2026, 1))`, `a:1:{s:2:"id";s:99:"x";}`, `a:1:{s:2:"id";s:1:"xy";}`,
		`call(a, b)`, `Foo(bar)`, `{ }`, `std::vector{1}`, `{a::b}`, `(a=1)`, strings.Repeat(`{a:`, 500), `{a: 'x`,
	} {
		var l LogLine
		if l.Read([]byte(text + "\nnext\n")); len(l.JSON) > 0 {
			t.Errorf("%s: got %s", text, l.JSON)
		}
	}
	var l LogLine
	if l.Read([]byte("got {\n")); !l.Wants {
		t.Error("more of an open literal is not wanted")
	}
}

// What is read is JSON.
func FuzzLiteral(f *testing.F) {
	for _, seed := range []string{
		`{"a"=>:b, :c=>[nil, 1.5], d: 'x'}`, "{ a: `x`, b: [Object: null prototype] { c: 1n } }", `P(a='x', b=D([('c', {'d'})]))`,
		"Array\n(\n    [0] => x\n    [1] => Array\n        (\n        )\n\n)\n", "array (\n 0 => 'a\\'b',\n)", `a:1:{i:0;O:1:"x":1:{s:1:"y";N;}}`, `%{a: ~x}`, `"\u{110000}`,
		"array(1) {\n  [\"a\"]=>\n  object(X)#1 (1) {\n    [0]=>\n    string(2) \"b\n\"\n  }\n}\n", "{ \"a\" => [ [0] 1, [1] [ [0] :b ] ] }", "{a: [<K: 'x'>, datetime.datetime(2026, 1, 2, tzinfo=<UTC>), b'x']}",
		"<Buffer 7b 22 61 22 3a 31 7d>", "[]byte{0x7b, 0x22, 0x61, 0x22, 0x3a, 0x31, 0x7d}", "[123 34 97 34 58 49 125]", "got eyJhIjoxfQ", `"{""a"":1}"`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var l LogLine
		if l.Read(text); len(l.JSON) > 0 && !json.Valid(l.JSON) {
			t.Fatalf("%q became %q", text, l.JSON)
		}
		if got, end, how := readLiteral(text, 0); how == spanWhole && (!json.Valid(got) || end > len(text)) {
			t.Fatalf("%q became %q, up to %d", text, got, end)
		}
	})
}
