package textlog

import (
	"encoding/json"
	"testing"
)

func TestLine(t *testing.T) {
	for text, want := range map[string]string{
		`{"object":"x"}`: `{"object":"x"}`,
		`2026-03-14 07:38:44,123 - INFO - Raw JSON payload: {'object': 'x', 'entry': [{'id': '1'}]}`: `{"object":"x","entry":[{"id":"1"}]}`,
		`[2026-03-14 07:38:44] local.INFO: Webhook {"object":"x"} []`:                                `{"object":"x"}`,
		`2026-03-14T07:38:44Z INFO payload: {"a":1}`:                                                 `{"payload":{"a":1},"@timestamp":"2026-03-14T07:38:44Z"}`,
		`2026-03-14 07:38:44,5+0530 got {"a":1}`:                                                     `{"body":{"a":1},"@timestamp":"2026-03-14T07:38:44.5+05:30"}`,
		`[2026-03-14 07:38:44.500 UTC] got {"a":1}`:                                                  `{"body":{"a":1},"@timestamp":"2026-03-14T07:38:44.5Z"}`,
		`Task hook[1] args headers={'Host': 'x', 'N': None} payload={'object': 'x'} retries=0`:       `{"headers":{"Host":"x","N":null},"payload":{"object":"x"}}`,
		`once {"a":1} and again: {"a":1}`:                                                            `{"body":{"a":1},"again":{"a":1}}`,
		`batch: [{"a":1}, {"a":2}] done`:                                                             `[{"a":1}, {"a":2}]`,
		`request.data = b'{"object":"x","t":"caf\xc3\xa9 \\"q\\""}'`:                                 `{"object":"x","t":"café \"q\""}`,
		`request.data = b'{\n  "object": "x"\n}'`:                                                    "{\n  \"object\": \"x\"\n}",
		`level=info msg="{\"object\":\"x\",\"n\":{\"a\":1}}" ok`:                                     `{"object":"x","n":{"a":1}}`,
		`"POST /hook HTTP/1.1" 200 "{\x22object\x22:\x22x\x22}"`:                                     `{"object":"x"}`,
		`got "\"{\\\"object\\\": \\\"x\\\"}\"" once`:                                                 `{"object": "x"}`,
		`body="{'object': 'x'}"`:                                                                     `{"object":"x"}`,
		`MessageSid=SM1&MessageStatus=delivered&To=whatsapp%3A%2B15550177001&ErrorCode=`:             `{"MessageSid":"SM1","MessageStatus":"delivered","To":"whatsapp:+15550177001","ErrorCode":""}`,
		`2026-03-14 07:38 body=MessageSid=SM1&SmsStatus=sent`:                                        `{"MessageSid":"SM1","SmsStatus":"sent"}`,
		`?id=1%3A0&status=read`:                                                                      `{"id":"1:0","status":"read"}`,
		`GET /hook?id=1:0&status=delivered&price=0.0068 HTTP/1.1`:                                    `{"id":"1:0","status":"delivered","price":"0.0068"}`,
		`192.0.2.7 - - [14/Mar/2026:07:38:44 +0000] "GET /hook?id=1&status=read HTTP/1.1" 200 2`:     `{"body":{"id":"1","status":"read"},"@timestamp":"2026-03-14T07:38:44Z"}`,
		`price[amount]=0.1&name=Zo%C3%AB+Z&bad=%ff`:                                                  `{"price[amount]":"0.1","name":"Zoë Z","bad":"` + "\ufffd" + `"}`,
		`started in 3 s {ok}`:                                                                        ``,
		`7,App,"Hook: {""object"":""x"",""t"":""\""q\"" "",""n"":""""}"`:                             `{"object":"x","t":"\"q\" ","n":""}`,
		`"7,""{""""object"""":""""x""""}"""`:                                                         `{"object":"x"}`,
		`<b>7</b><i>{&quot;object&quot;:&quot;x &amp; y&quot;}</i><i>{&#34;a&#34;:1}</i>`:            `{"body":{"object":"x & y"},"body":{"a":1}}`,
		"7\t" + `{"object":"x","t":"\\"q\\" \\n"}` + "\t\\N":                                         `{"object":"x","t":"\"q\" \n"}`,
		`7|{\n  "object": "x"\n}`:                                                                    "{\n  \"object\": \"x\"\n}",
		`Mar 14 07:38:44 h app[1]: got {#012#011"object": "x"#012}`:                                  "{\n\t\"object\": \"x\"\n}",
		`Mar 14 07:38:44 h app[1]: {'object': 'x',#012 'n': None}`:                                   `{"object":"x","n":null}`,
		`&quot;{&quot; is no body, nor is {""} or {""ok}`:                                            ``,
		`GET /health?full=1 HTTP/1.1`:                                                                ``,
		`if a == b && c != d {`:                                                                      ``,
		`said "a & b" = c`:                                                                           ``,
		`1 {'a': 1} 2 {'at': range(1, 2)}`:                                                           `{"a":1}`,
	} {
		var line LogLine
		line.Read([]byte(text))
		if string(line.JSON) != want || line.Used != len(text) {
			t.Errorf("%s\ngot  %s (%d of %d bytes)\nwant %s", text, line.JSON, line.Used, len(text), want)
		}
		if len(line.JSON) > 0 && !json.Valid(line.JSON) {
			t.Errorf("%s is no JSON", line.JSON)
		}
	}
}

func TestLineFlaws(t *testing.T) {
	for text, want := range map[string]struct {
		body   string
		reason SyntaxError
		open   bool
	}{
		`payload: {'at': range(1, 2)} sent`: {`{'at': range(1, 2)}`, notPlain, false},
		`payload: {"a": [1, 2`:              {`{"a": [1, 2`, NotClosed, true},
		`payload: {"a": "x`:                 {`{"a": "x`, NotClosed, false},
		`payload: {"a": ]} {"b":1}`:         {`{"a": ]} {"b":1}`, notLiteral, false},
	} {
		var line LogLine
		line.Read([]byte(text + "\n"))
		if len(line.Flaws) != 1 || len(line.JSON) > 0 {
			t.Errorf("%s: got %+v", text, line)
			continue
		}
		f := line.Flaws[0]
		if got := (text + "\n")[f.Start:f.End]; got != want.body && got != want.body+"\n" || f.Reason != want.reason || line.Open != want.open {
			t.Errorf("%s: %q, %v, open %v", text, got, f.Reason, line.Open)
		}
	}
}

// A body may go on over lines, and the line ends where the last of it does.
func TestLineOfManyLines(t *testing.T) {
	text := "payload: {\n  'a': 1,\n} and {'b':\n 2} end\nnext {\"c\":3}\n"
	var line LogLine
	line.Read([]byte(text))
	if got := string(line.JSON); got != `{"payload":{"a":1},"and":{"b":2}}` && got != `{"payload":{"a":1},"body":{"b":2}}` || text[line.Used:] != "next {\"c\":3}\n" {
		t.Errorf("got %s, %d used", got, line.Used)
	}
}
