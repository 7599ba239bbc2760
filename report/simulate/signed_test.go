package simulate

import (
	"encoding/json"
	"testing"
)

// What is signed is the body as Meta escapes it, and it says what the body says.
func TestGatewayEvent(t *testing.T) {
	var signed string
	text := gatewayEvent([]byte(`{"object":"a/é😀"}`), func(raw []byte) string { signed = string(raw); return "sha256=00" })
	var event struct {
		Headers map[string]string
		Body    string
	}
	if err := json.Unmarshal(text, &event); err != nil {
		t.Fatal(err)
	}
	if want := `{"object":"a\/\u00e9\ud83d\ude00"}`; event.Body != want || signed != want || event.Headers["x-hub-signature-256"] != "sha256=00" {
		t.Errorf("%s, signed %s", text, signed)
	}
}
