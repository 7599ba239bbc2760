package signature_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"waudit/ingest/signature"
)

const secret = "0123456789abcdef"

func parse(t *testing.T, text string) *signature.Secrets {
	t.Helper()
	s, err := signature.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The digits are those of: printf '{"a":1}' | openssl dgst -sha256 -hmac 0123456789abcdef.
func TestSigns(t *testing.T) {
	const digits = "1c76fbb930d3aa8b1633728fae212c68ca68a6752bb319b98be6fe17e86cf5b8"
	body := []byte(`{"a":1}`)
	if got := parse(t, secret).Sign(body); got != "sha256="+digits {
		t.Errorf("signed as %s", got)
	}
	s := parse(t, "\ufeff# old\nother\n\n  "+secret+" \r\n")
	for _, tt := range []struct {
		body, digits string
		want         bool
	}{
		{`{"a":1}`, digits, true}, {`{"a":1}`, strings.ToUpper(digits), true}, {`{"a": 1}`, digits, false}, {`{"a":1}`, digits[:62], false},
		{`{"a":1}`, digits + "00", false}, {`{"a":1}`, "", false}, {`{"a":1}`, "no digits", false},
	} {
		if got := s.Signs([]byte(tt.body), tt.digits); got != tt.want {
			t.Errorf("%s with %s: %v", tt.body, tt.digits, got)
		}
	}
	for _, text := range []string{"", "\n", "# " + secret + "\n"} {
		if _, err := signature.Parse([]byte(text)); !errors.Is(err, signature.ErrNone) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// However secrets are printed, they do not show.
func TestSecretsDoNotShow(t *testing.T) {
	s := parse(t, secret)
	holder := struct{ Secrets *signature.Secrets }{s}
	var logged strings.Builder
	slog.New(slog.NewTextHandler(&logged, nil)).Info("x", "secrets", s)
	text, err := json.Marshal(holder)
	all := fmt.Sprintf("%v %+v %#v %s %q %x %d %v %s %v %s", s, s, s, s, s, s, s, *s, logged.String(), err, text)
	if hidden := fmt.Sprintf("%x", secret); strings.Contains(all, secret) || strings.Contains(all, hidden) || strings.Contains(all, "48 49 50") {
		t.Errorf("it shows in %s", all)
	}
}

func TestRead(t *testing.T) {
	for value, want := range map[string]string{
		"sha256=0aF9": "0aF9", " sha256=00 ": "00", "sha256=": "", "sha256=***": "", "sha256=[redacted]": "", "sha1=00": "", "0aF9": "", "": "",
	} {
		if got := signature.Read(value); got != want {
			t.Errorf("%q: %q, want %q", value, got, want)
		}
	}
	for name, want := range map[string]bool{
		"X-Hub-Signature-256": true, "x_hub_signature_256": true, "HTTP_X_HUB_SIGNATURE_256": true, "headers.x-hub-signature-256": true, "xHubSignature256": true,
		"signature": true, "X-Hub-Signature": false, "x-twilio-signature": false, "signature_256_of_all": false, "": false,
	} {
		if got := signature.IsName(name); got != want {
			t.Errorf("%q: %v, want %v", name, got, want)
		}
	}
	for text, want := range map[string]string{
		"Host: x\r\nX-Hub-Signature-256: sha256=0011223344\r\n": "0011223344", `{"x_hub_signature_256":["sha256=0011223344"]}`: "0011223344",
		"X-Hub-Signature-256: ***\n" + strings.Repeat("Digest: x\n", 20) + "sha256=0011223344": "", "sha256=0011223344": "", "x-hub-signature-256: sha256=0011223344xyz": "",
	} {
		if got := signature.Named([]byte(text)); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// A head says what signature the next body has, and no other one.
func TestLog(t *testing.T) {
	var l signature.Scanner
	around := func() string { return l.Around(nil, nil) }
	l.Pass([]byte("POST /hook HTTP/1.1\r\nHost: x\r\nX-Hub-Signature-256: sha256=0011223344\r\n\r\n"), false)
	if got := around(); got != "0011223344" {
		t.Errorf("behind a head %q", got)
	}
	if got := l.Around([]byte(`200 "sha256=aabbccdd99" `), nil); got != "aabbccdd99" {
		t.Errorf("beside a signature %q", got)
	}
	l.Pass(nil, true)
	if got := around(); got != "" {
		t.Errorf("behind the body %q", got)
	}
	for _, line := range []string{"POST http://localhost:80/ HTTP/1.1\n", "HTTP/1.1 200 OK\n", "done\n", "2026-10-02 10:00:00 INFO next\n"} {
		l.Pass([]byte("> x-hub-signature-256: sha256=0011223344\n"), false)
		if l.Pass([]byte(line), false); around() != "" {
			t.Errorf("behind %q %q", line, around())
		}
	}
}
