package ingest

import (
	"strings"
	"testing"

	"waudit/ingest/container"
)

// In a log of JSON most lines are no webhooks. Those are ignored, and what may be a record
// in a form that is not known is not.
func TestLogLines(t *testing.T) {
	lines := []string{
		`{"level":30,"time":1754280000123,"pid":1,"msg":"request completed","res":{"statusCode":200}}`,
		`{"level":"info","ts":1754280000.12,"caller":"hook/serve.go:12","msg":"started"}`,
		`{"@t":"2025-08-04T04:00:00Z","@mt":"Now listening on {Address}","Address":"http://[::]:80"}`,
		`{"log":"GET /health 200\n","stream":"stdout","time":"2025-08-04T04:00:00Z"}`,
		`{"MESSAGE":"Started hook.","PRIORITY":"6","_HOSTNAME":"h","__MONOTONIC_TIMESTAMP":"123456789012"}`,
		`{"insertId":"x","severity":"INFO","timestamp":"2025-08-04T04:00:00Z","jsonPayload":{"message":"up"}}`,
		`{"@timestamp":"2025-08-04 04:00:00.000","@message":"START RequestId: 1"}`,
	}
	others := []string{
		`{"level":"info","msg":"callback","time":1754280000,"body":{"recipient":"15551230001","state":"done"}}`,
		`{"message":"hello","timestamp":1754280000,"name":"Ana"}`,
		`{"level":"info","msg":"hook map[id:wamid.A]","time":1754280000}`,
		`{"level":"info","msg":"<Buffer 7b 22 69 64 22 3a 22 77 61 6d 69 64 2e 41 22 2c 22 73 74 61 74 75 73 22 3a 22 73 65 6e 74 22 ... 40 more bytes>","time":1754280000}`,
		`{"level":"info","msg":"delivered","time":1754280000,"chat":"15551230001@c.us"}`,
		`{"level":"info","msg":"delivered","time":1754280000,"data":{"telefono":"+1 (555) 123-0001"}}`,
		`{"level":"gold","points":3}`,
		other,
	}
	result, c := readText(t, sent("a")+"\n"+strings.Join(append(lines, others...), "\n")+"\n")
	if in := result.Inputs[0]; len(c.events) != 1 || in.Ignored != int64(len(lines)) || in.Rejected != int64(len(others)) {
		t.Errorf("got %+v, %+v", in.Counts, result.Rejected)
	}
	if len(result.Ignored) != 1 || result.Ignored[0].Reason != container.WithoutBody {
		t.Errorf("ignored by %+v", result.Ignored)
	}
	if result, _ := readText(t, strings.Join(lines, "\n")); !result.Inputs[0].IsForeign() {
		t.Errorf("of lines alone: %+v", result.Inputs[0])
	}
}
