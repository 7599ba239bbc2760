package textlog

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

func TestAppendPython(t *testing.T) {
	for text, want := range map[string]string{
		`{'object': 'whatsapp_business_account', 'entry': []}`: `{"object":"whatsapp_business_account","entry":[]}`,
		`{'a': True, 'b': False, 'c': None}`:                   `{"a":true,"b":false,"c":null}`,
		`{"mixed": "it's", 'b': 'say "x"'}`:                    `{"mixed":"it's","b":"say \"x\""}`,
		`{'a': 'it\'s "x"\n\t\\', }`:                           `{"a":"it's \"x\"\n\u0009\\"}`,
		`{'a': (1, 2.5, -3e-05,), 'b': ('x',), 'c': ()}`:       `{"a":[1,2.5,-3e-05],"b":["x"],"c":[]}`,
		`('one string '` + "\n" + ` 'in two')`:                 `"one string in two"`,
		`{'caf\xe9': '\u65e5\U0001f642'}`:                      `{"café":"日🙂"}`,
		`'\ud83d\ude42 \ud83d \q \N'`:                          `"🙂 ` + "\ufffd" + ` \\q \\N"`,
		`b'caf\xc3\xa9'`:                                       `"café"`,
		`[u'a', B"b", r'\n', rb'\x']`:                          `["a","b","\\n","\\x"]`,
		`'\0\101'`:                                             `"\u0000A"`,
		`{1: 'a', -2.5: 'b'}`:                                  `{"1":"a","-2.5":"b"}`,
		`{'b', 'a'}`:                                           `["b","a"]`,
		`{}`:                                                   `{}`,
		`{"a": null, "b": [true, false]}`:                      `{"a":null,"b":[true,false]}`,
	} {
		got, err := AppendPython(nil, []byte(text))
		if err != nil || string(got) != want {
			t.Errorf("%s: got %s, %v, want %s", text, got, err, want)
		}
	}
}

func TestPythonFaults(t *testing.T) {
	for text, want := range map[string]SyntaxError{
		`{'at': range(1, 2)}`:           notPlain,
		`{'request': <Request 'POST'>}`: notPlain,
		`{'rate': nan}`:                 notPlain,
		`{'a': b'\xff'}`:                notText,
		`{None: 1}`:                     badKey,
		`{('a', 1): 1}`:                 badKey,
		`{'a': 1 'b': 2}`:               notLiteral,
		`{'a' 1}`:                       notLiteral,
		`{'a': }`:                       notLiteral,
		`{'a': 1} x`:                    notLiteral,
		`{'a': 'x`:                      NotClosed,
		`[01]`:                          notLiteral,
		`{'a': 1, **}`:                  notLiteral,
		strings.Repeat("[", 600):        tooDeep,
		``:                              notLiteral,
	} {
		if got, err := AppendPython(nil, []byte(text)); !errors.Is(err, want) {
			t.Errorf("%s: got %s, %v, want %v", text, got, err, want)
		}
	}
}

// What is accepted is JSON, and JSON is accepted as what it is.
func FuzzPythonRepr(f *testing.F) {
	for _, seed := range []string{
		`{'a': [True, False, None, (1,), ('x' "y"), -2.5e+10], "b": b'\x41\n', 3: {'x'}, }`,
		`'\ud83d\ude42\u0000\U0001f642\101\q'`, `{'a': range(1, 2)}`, `{"a":"\u00e9\/","b":[1,2,{}]}`, "rb'\\'", `((((1))))`, `{{}:1}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		got, err := AppendPython([]byte("x"), text)
		switch {
		case got[0] != 'x':
			t.Fatalf("what was there before is gone: %q", got)
		case err == nil && !json.Valid(got[1:]):
			t.Fatalf("%q became %q, which is no JSON", text, got[1:])
		case err == nil:
			again, err := AppendPython(nil, got[1:])
			if err != nil || !json.Valid(again) {
				t.Fatalf("%q, which was made of %q, became %q, %v", got[1:], text, again, err)
			}
		case err.Error() == "":
			t.Fatal("a fault without a reason")
		}
	})
}
