package textlog

import (
	"encoding/json"
	"strings"
	"testing"
)

// rows reads a statement and all of its rows.
func rows(t *testing.T, text string) (got []string) {
	t.Helper()
	s, size, found := ReadStatement([]byte(text), true)
	if found != Whole {
		t.Fatalf("no statement: %s", text)
	}
	for text = strings.TrimLeft(text[size:], " \n"); strings.HasPrefix(text, "("); text = strings.TrimLeft(text, ", \n") {
		row, size, found := s.AppendRow(nil, []byte(text), true)
		if found != Whole || !json.Valid(row) {
			t.Fatalf("got %s, %d, %v of %s", row, size, found, text)
		}
		got = append(got, string(row))
		text = text[size:]
	}
	return got
}

func TestInsert(t *testing.T) {
	for text, want := range map[string]string{
		`INSERT INTO webhook_debug VALUES("3","{\"object\":\"x\"}","2026-03-14 07:38:44"),("4","","");`:                  `{"column1":"3","column2":"{\"object\":\"x\"}","column3":"2026-03-14 07:38:44"} {"column1":"4","column2":"","column3":""}`,
		"INSERT INTO `hook` (`id`, `payload`) VALUES\n(3, '{\\\"t\\\":\\\"it\\'s \\\\\\\"ok\\\\\\\"\\\"}'),\n(4, NULL);": `{"id":3,"payload":"{\"t\":\"it's \\\"ok\\\"\"}"} {"id":4,"payload":null}`,
		`insert ignore into hook values ('a''b', 'tab\t\0', TRUE, -1.5)`:                                                 `{"column1":"a'b","column2":"tab\u0009\u0000","column3":true,"column4":-1.5}`,
		`INSERT INTO public."Hook" ("Id", body) VALUES (1, '{"t":"it''s \"ok\"\n"}'::jsonb), (2, E'a\'b');`:              `{"Id":1,"body":"{\"t\":\"it's \\\"ok\\\"\\n\"}"} {"Id":2,"body":"a'b"}`,
		`REPLACE INTO t VALUES (_binary '{\"a\":1}', 0x7B7D, X'7B7D', x'ff', NOW(), CAST('a,b)' AS JSON), 007);`:         `{"column1":"{\"a\":1}","column2":"{}","column3":"{}","column4":"ff","column5":"NOW()","column6":"CAST('a,b)' AS JSON)","column7":"007"}`,
		"INSERT INTO t VALUES ('{\n  \"a\": \"\\n\"\n}');":                                                               `{"column1":"{\n  \"a\": \"\\n\"\n}"}`,
		`INSERT INTO t VALUES ('\x7b7d'::bytea, E'\\x7b7d', 1);`:                                                         `{"column1":"\\x7b7d","column2":"\\x7b7d","column3":1}`,
		`INSERT INTO t (a) VALUES (1, 2)`:                                                                                `{"a":1,"column2":2}`,
		"INSERT INTO t VALUES ('\xff\xfe')":                                                                              `{"column1":"` + "\ufffd" + `"}`,
	} {
		if got := strings.Join(rows(t, text), " "); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", text, got, want)
		}
	}
}

func TestCopy(t *testing.T) {
	const statement = "COPY public.hook (id, \"Body\", note) FROM stdin;\n"
	s, size, found := ReadStatement([]byte(statement+"1\t"), true)
	if found != Whole || size != len(statement) || !s.Copy {
		t.Fatalf("got %+v, %d, %v", s, size, found)
	}
	got := string(s.AppendLine(nil, []byte(`1	{"t":"a\\nb \\"q\\""}	\N`)))
	if want := `{"id":"1","Body":"{\"t\":\"a\\nb \\\"q\\\"\"}","note":null}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestNoStatement(t *testing.T) {
	for _, text := range []string{
		"Insert failed for user 7\nnext line\n", "COPY that; and so on\n", "INSERT INTO a SELECT * FROM b;", "INSERT INTO a SET b = 1;",
		"Creating pool", "", "COPY t FROM stdin WITH (FORMAT csv);\n",
	} {
		if _, _, found := ReadStatement([]byte(text), true); found != None {
			t.Errorf("%q is taken for a statement", text)
		}
	}
	for _, text := range []string{"INS", "INSERT INTO t (a", "INSERT INTO t VALUES", "COPY t (a) FROM stdin;"} {
		if _, _, found := ReadStatement([]byte(text), false); found != More {
			t.Errorf("%q: %v, want more", text, found)
		}
	}
}

func TestRowIsCut(t *testing.T) {
	const row = `(1, '{"a":"b"}', X'00', "c")`
	var s Insert
	for i := 1; i < len(row); i++ {
		if _, _, found := s.AppendRow(nil, []byte(row[:i]), false); found != More {
			t.Errorf("%s: %v, want more", row[:i], found)
		}
		if _, _, found := s.AppendRow(nil, []byte(row[:i]), true); found != None {
			t.Errorf("%s: %v, want none", row[:i], found)
		}
	}
}
