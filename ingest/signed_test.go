package ingest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"waudit/ingest/signature"
)

// Secrets of the tests: the one in use, the one before it, and somebody else's.
const (
	secretNow  = "0123456789abcdef0123456789abcdef"
	secretOld  = "fedcba9876543210fedcba9876543210"
	secretEvil = "ffffffffffffffffffffffffffffffff"
)

func secrets(t testing.TB) *signature.Secrets {
	t.Helper()
	s, err := signature.Parse([]byte("# this year's\n" + secretNow + "\r\n\n" + secretOld))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// signedBy is the header of a body.
func signedBy(secret, body string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

// metaBody is a webhook as Meta writes it: other letters than ASCII and slashes with escapes.
func metaBody(message string) string {
	return `{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550001111","phone_number_id":"106540352242922"},"contacts":[{"profile":{"name":"Jos\u00e9 \/ \ud83d\ude00"},"wa_id":"15551230001"}],"messages":[{"from":"15551230001","id":"` +
		message + `","timestamp":"1754280000","text":{"body":"x-hub-signature-256: sha256=00000000"},"type":"text"}]},"field":"messages"}]}]}`
}

func quoted(text string) string {
	b, _ := json.Marshal(text)
	return string(b)
}

// rewritten is a body as a program writes it that has parsed it.
func rewritten(t testing.TB, body string) string {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// keepers are the ways in which people keep headers and the raw body.
var keepers = []struct {
	name, file string
	keep       func(header, body string) string
}{
	{"gateway", "a.ndjson", gatewayEvent},
	{"gateway, first version", "a.ndjson", func(h, b string) string {
		return `{"headers":null,"multiValueHeaders":{"X-Hub-Signature-256":[` + quoted(h) + `]},"body":` + quoted(b) + `}`
	}},
	{"gateway, base64", "a.ndjson", func(h, b string) string {
		return `{"headers":{"X-HUB-SIGNATURE-256":` + quoted(h) + `},"body":"` + base64.StdEncoding.EncodeToString([]byte(b)) + `","isBase64Encoded":true}`
	}},
	{"HAR", "a.ndjson", func(h, b string) string {
		return `{"request":{"method":"POST","headers":[{"name":"Host","value":"x"},{"name":"x-hub-signature-256","value":` + quoted(h) + `}],"postData":{"text":` + quoted(b) + `}},"response":{"status":200}}`
	}},
	{"webhook.site", "a.ndjson", func(h, b string) string {
		return `{"uuid":"1","headers":{"host":["webhook.site"],"x-hub-signature-256":[` + quoted(h) + `]},"content":` + quoted(b) + `}`
	}},
	{"nginx, JSON", "a.ndjson", func(h, b string) string {
		return `{"time":"2026-10-02T00:00:00Z","http_x_hub_signature_256":` + quoted(h) + `,"request_body":` + quoted(b) + `}`
	}},
	{"nginx", "access.log", func(h, b string) string {
		escaped := strings.NewReplacer(`"`, `\x22`, `\`, `\x5C`).Replace(b)
		return `192.0.2.7 - - [02/Oct/2026:00:00:00 +0000] "POST /hook HTTP/1.1" 200 2 "` + h + `" "` + escaped + `"`
	}},
	{"nginx, unescaped", "access.log", func(h, b string) string {
		return `192.0.2.7 - - [02/Oct/2026:00:00:00 +0000] "POST /hook HTTP/1.1" 200 ` + b + ` ` + h
	}},
	{"requests", "dump.http", func(h, b string) string {
		return "POST /hook HTTP/1.1\r\nHost: x\r\nX-Hub-Signature-256: " + h + "\r\nContent-Length: 1\r\n\r\n" + b + "\r\n"
	}},
	{"request as a text", "a.ndjson", func(h, b string) string {
		return `{"raw":` + quoted("POST /hook HTTP/1.1\r\nX-Hub-Signature-256: "+h+"\r\n\r\n"+b) + `}`
	}},
	{"Node", "a.ndjson", func(h, b string) string {
		return `{"rawHeaders":["Host","x","X-Hub-Signature-256",` + quoted(h) + `],"rawBody":` + quoted(b) + `}`
	}},
	{"pairs", "a.ndjson", func(h, b string) string {
		return `{"headers":[["host","x"],["x-hub-signature-256",` + quoted(h) + `]],"body":` + quoted(b) + `}`
	}},
	{"headers as a text", "a.ndjson", func(h, b string) string {
		return `{"headers":` + quoted(`{"Host":"x","X-Hub-Signature-256":`+quoted(h)+`}`) + `,"body":` + quoted(b) + `}`
	}},
	{"headers beside the request", "a.ndjson", func(h, b string) string {
		return `{"request":{"headers":{"x-hub-signature-256":` + quoted(h) + `}},"body":` + quoted(b) + `}`
	}},
	{"attributes in a queue", "a.ndjson", func(h, b string) string {
		return `{"Records":[{"messageAttributes":{"X-Hub-Signature-256":{"stringValue":` + quoted(h) + `,"dataType":"String"}},"body":` + quoted(b) + `}]}`
	}},
	{"gateway in a queue", "a.ndjson", func(h, b string) string {
		return `{"Records":[{"messageId":"1","body":` + quoted(gatewayEvent(h, b)) + `}]}`
	}},
	{"gateway in a stream", "a.ndjson", func(h, b string) string {
		return `{"Records":[{"kinesis":{"data":"` + base64.StdEncoding.EncodeToString([]byte(gatewayEvent(h, b))) + `"}}]}`
	}},
	{"table", "a.csv", func(h, b string) string { return `7;` + h + `;"` + strings.ReplaceAll(b, `"`, `""`) + `"` }},
	{"beside what was parsed", "a.ndjson", func(h, b string) string {
		return `{"headers":{"x-hub-signature-256":` + quoted(h) + `},"body":` + b + `,"rawBody":` + quoted(b) + `}`
	}},
}

func gatewayEvent(header, body string) string {
	return `{"version":"2.0","headers":{"content-type":"application/json","x-hub-signature-256":` + quoted(header) + `},"body":` + quoted(body) + `,"isBase64Encoded":false}`
}

// Whatever keeps headers and bodies, every webhook that does not fit its signature is
// rejected, and no other one.
func TestSignatures(t *testing.T) {
	for _, k := range keepers {
		t.Run(k.name, func(t *testing.T) {
			var text strings.Builder
			if k.file == "a.csv" {
				text.WriteString("id;x-hub-signature-256;payload\n")
			}
			want := map[string]string{}
			add := func(what, header, body string) {
				text.WriteString(k.keep(header, body) + "\n")
				want["wamid."+what] = map[string]string{"good": signature.Valid, "old": signature.Valid, "masked": signature.Absent, "none": signature.Absent}[what]
			}
			body := func(what string) string { return metaBody("wamid." + what) }
			add("good", signedBy(secretNow, body("good")), body("good"))
			add("forged", signedBy(secretEvil, body("forged")), body("forged"))
			add("none", "", body("none"))
			add("altered", signedBy(secretNow, body("altered")), strings.Replace(body("altered"), "1754280000", "1754290000", 1))
			add("rewritten", signedBy(secretNow, body("rewritten")), rewritten(t, body("rewritten")))
			add("short", "sha256=deadbeef", body("short"))
			add("masked", "sha256=***", body("masked"))
			add("old", signedBy(secretOld, body("old")), body("old"))

			path := filepath.Join(files(t, map[string]string{k.file: text.String()}), k.file)
			result, c := mustRead(t, Options{Paths: []string{path}, Secrets: secrets(t)})
			if got, want := result.Inputs[0].Signatures, (signature.Counts{Valid: 2, Invalid: 4, Absent: 2}); got != want {
				t.Errorf("counts are %+v, want %+v", got, want)
			}
			got := map[string]string{}
			for _, e := range c.events {
				got[e.Message] = result.Signature(e.Place)
			}
			for message, want := range want {
				if got[message] != want {
					t.Errorf("%s is %q, want %q", message, got[message], want)
				}
			}
			if len(result.Rejected) != 4 {
				t.Fatalf("rejected are %+v", result.Rejected)
			}
			for _, r := range result.Rejected {
				if r.Place.Line == 0 || !strings.Contains(r.Reason, "signature") || strings.Contains(fmt.Sprint(r), secretNow) {
					t.Errorf("rejected: %+v", r)
				}
			}

			unverified, all := mustRead(t, Options{Paths: []string{path}})
			if len(all.events) != 8 || unverified.Inputs[0].Signatures != (signature.Counts{}) || unverified.Signature(all.events[0].Place) != "" {
				t.Errorf("without secrets %d events, %+v", len(all.events), unverified.Inputs[0].Signatures)
			}
		})
	}
}

// What cannot be checked has no signature, and is never called invalid; nor is a signature
// taken for that of a body that it does not belong to.
func TestSignaturesThatCannotBeChecked(t *testing.T) {
	body := metaBody("wamid.a")
	header := signedBy(secretNow, body)
	for name, text := range map[string]string{
		"parsed":             `{"headers":{"x-hub-signature-256":"` + header + `"},"body":` + body + `}`,
		"bare":               body,
		"Python":             `INFO headers: sha256=` + header[7:] + ` payload={'object': 'whatsapp_business_account', 'entry': [{'id': '102290129340398', 'changes': [{'field': 'messages', 'value': {'messaging_product': 'whatsapp', 'metadata': {'phone_number_id': '106540352242922'}, 'messages': [{'from': '15551230001', 'id': 'wamid.a', 'timestamp': '1754280000', 'type': 'text'}]}}]}]}`,
		"a list":             `{"headers":{"x-hub-signature-256":"` + header + `"},"bodies":[` + quoted(metaBody("wamid.b")) + `]}`,
		"the other's":        `{"events":[{"name":"X-Hub-Signature-256","value":"` + header + `"},{"body":` + quoted(metaBody("wamid.b")) + `}]}`,
		"of another request": "POST /hook HTTP/1.1\r\nX-Hub-Signature-256: " + header + "\r\n\r\nPOST /hook HTTP/1.1\r\nHost: x\r\n\r\n" + metaBody("wamid.b") + "\n",
		"of an earlier line": "INFO got X-Hub-Signature-256: " + header + "\nINFO body: " + metaBody("wamid.b") + "\n",
		"other algorithm":    `{"headers":{"x-hub-signature":"sha1=0123456789"},"body":` + quoted(body) + `}`,
		"of the customer":    `{"headers":{"host":"x"},"body":` + quoted(body) + `}`,
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(files(t, map[string]string{"a": text}), "a")
			result, c := mustRead(t, Options{Paths: []string{path}, Secrets: secrets(t)})
			if got := result.Inputs[0].Signatures; got != (signature.Counts{Absent: 1}) || len(c.events) != 1 || result.Signature(c.events[0].Place) != signature.Absent {
				t.Errorf("%+v, %d events, rejected %+v", got, len(c.events), result.Rejected)
			}
		})
	}
}

// Of several webhooks in one record each has its own signature.
func TestSignaturesOfABatch(t *testing.T) {
	event := func(secret, message string) string {
		return gatewayEvent(signedBy(secret, metaBody(message)), metaBody(message))
	}
	batch := func(events ...string) string { return `{"Records":[` + strings.Join(events, ",") + `]}` }
	text := batch(event(secretNow, "wamid.1"), event(secretOld, "wamid.2")) + "\n" +
		batch(event(secretNow, "wamid.3"), event(secretEvil, "wamid.4"), event(secretNow, "wamid.5")) + "\n" +
		batch(event(secretNow, "wamid.6"), `{"body":`+quoted(metaBody("wamid.7"))+`}`) + "\n"
	result, c := mustRead(t, Options{Paths: []string{filepath.Join(files(t, map[string]string{"a.ndjson": text}), "a.ndjson")}, Secrets: secrets(t)})
	if got, want := result.Inputs[0].Signatures, (signature.Counts{Valid: 5, Invalid: 1, Absent: 1}); got != want {
		t.Errorf("counts are %+v, want %+v", got, want)
	}
	if len(result.Rejected) != 1 || result.Rejected[0].At != "Records[1].body" || result.Rejected[0].Place.Line != 2 {
		t.Errorf("rejected are %+v", result.Rejected)
	}
	for _, e := range c.events {
		want := signature.Valid
		if e.Message == "wamid.7" {
			want = signature.Absent
		}
		if got := result.Signature(e.Place); got != want {
			t.Errorf("%s is %q, want %q", e.Message, got, want)
		}
	}
}

// However many workers read how many blocks, every record keeps what is known of it.
func TestSignaturesInManyBlocks(t *testing.T) {
	var text strings.Builder
	want := map[string]string{}
	for i := range 3000 {
		message := fmt.Sprintf("wamid.%d", i)
		body := metaBody(message)
		if want[message] = signature.Valid; i%1000 < 400 {
			want[message] = signature.Absent
			text.WriteString(body + "\n")
			continue
		}
		text.WriteString(gatewayEvent(signedBy(secretNow, body), body) + "\n")
	}
	path := filepath.Join(files(t, map[string]string{"a.ndjson": text.String()}), "a.ndjson")
	result, c := mustRead(t, Options{Paths: []string{path}, Secrets: secrets(t), Workers: 3})
	if n := len(result.signed[0]); n != 6 {
		t.Errorf("%d runs, want 6", n)
	}
	for _, e := range c.events {
		if got := result.Signature(e.Place); got != want[e.Message] {
			t.Fatalf("%s is %q, want %q", e.Message, got, want[e.Message])
		}
	}
	if len(c.events) != len(want) {
		t.Errorf("%d events, want %d", len(c.events), len(want))
	}
}
