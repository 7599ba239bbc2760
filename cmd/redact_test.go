package cmd

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestRedactedOutputsNameNobody: what any command writes of a simulated month with
// --redact, on standard output, standard error and in files, holds no phone of a
// customer: plain, in base64 or inside an id; also where paths hold them.
func TestRedactedOutputsNameNobody(t *testing.T) {
	dir, _ := simulated(t, "2026-10-01", 3, 700, "--errors", "3%", "--invoice", "lines", "--invoice-errors", "3%")
	config := filepath.Join(dir, "waudit.yaml")
	text, err := os.ReadFile(filepath.Join(dir, "log.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	phones := phonesOf(t, text)
	hostile := filepath.Join(dir, "of-"+phones[0]) // a folder named after a customer, with records that are rejected
	if err := os.Mkdir(hostile, 0o700); err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(hostile, "+"+phones[1]+".ndjson")
	broken := []byte("{\"wa_id\":\"" + phones[2] + "\",\"event\":\"sent\",\"timestamp\":\"never\",\"text\":\"I am " + phones[2] + "\"}\n{\"" + phones[3] + "\n")
	if err := os.WriteFile(log, append(broken, text...), 0o600); err != nil {
		t.Fatal(err)
	}
	key := filepath.Join(dir, "key")
	if err := os.WriteFile(key, []byte("a secret of this test\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	bill := filepath.Join(dir, "invoice-lines.csv")
	var all bytes.Buffer
	for _, args := range [][]string{
		{"audit", "--top", "0"}, {"audit", "-f", "json"}, {"replay"}, {"replay", "-f", "csv"}, {"bill"}, {"bill", "-f", "json"}, {"bill", "-f", "csv"},
		{"reconcile", "--invoice", bill, "--top", "0"}, {"reconcile", "--invoice", bill, "-f", "json"}, {"reconcile", "--invoice", bill, "-f", "csv"},
		{"inspect"}, {"inspect", "-f", "json"}, {"replay", "--user", phones[4]}, {"audit", "--user-is-no-flag"}, {"audit", "--max-rejected", "0%"},
		{"audit", "-f", "html"}, {"audit", "-f", "markdown"}, {"audit", "-f", "sarif"}, {"audit", "-f", "junit"},
		{"explain", "--user", "+" + phones[4]}, {"explain", "--user", phones[6], "-f", "html"}, {"explain", "--user", phones[7], "-f", "json", "--invoice", bill},
		{"explain", "--user", "nobody-" + phones[8]},
		{"audit", filepath.Join(hostile, "nothing-"+phones[5])},
	} {
		for _, redact := range [][]string{{"--redact"}, {"--redact-key", key}} {
			code, stdout, stderr := run(t, "", append(append(append([]string{args[0]}, redact...), args[1:]...), "-v", "-c", config, log)...)
			if code == exitInternal {
				t.Fatalf("%v: %s", args, stderr)
			}
			if args[0] != "bill" && args[len(args)-1] != "--user-is-no-flag" && !strings.Contains(stdout+stderr, "p-") {
				t.Errorf("%v %v: no pseudonym in %s", args, redact, stdout+stderr)
			}
			all.WriteString(stdout + stderr)
		}
	}
	early, late := filepath.Join(dir, "early.json"), filepath.Join(dir, "late.json")
	run(t, "", "audit", "-q", "-f", "json", "--to", "2026-10-15", "-o", early, "-c", config, log)
	run(t, "", "audit", "-q", "-f", "json", "--from", "2026-10-15", "-o", late, "-c", config, log)
	for _, format := range []string{"table", "json", "csv", "html", "sarif", "junit", "markdown", "ndjson", "github"} {
		code, stdout, stderr := run(t, "", "convert", "--redact-key", key, "--top", "0", "-f", format, early)
		if code != exitClean || !strings.Contains(stdout, "p-") {
			t.Errorf("convert -f %s: no pseudonym in %s", format, stdout+stderr)
		}
		all.WriteString(stdout + stderr)
	}
	for _, format := range []string{"table", "json", "markdown"} {
		_, stdout, stderr := run(t, "", "diff", "--redact-key", key, "-f", format, early, late)
		if !strings.Contains(stdout, "p-") {
			t.Errorf("diff -f %s: no pseudonym in %s", format, stdout+stderr)
		}
		all.WriteString(stdout + stderr)
	}
	tokens := map[string]bool{}
	for _, token := range regexp.MustCompile(`[0-9A-Za-z+/_-]{8,}`).FindAllString(all.String(), -1) {
		tokens[token] = true
	}
	for token := range tokens {
		plain := strings.NewReplacer("-", "+", "_", "/").Replace(token)
		for skip := range 4 {
			if decoded, err := base64.RawStdEncoding.DecodeString(plain[skip : skip+(len(plain)-skip)&^3]); err == nil {
				all.WriteByte('\n')
				all.Write(decoded)
			}
		}
	}
	out := all.String()
	if _, plain, _ := run(t, "", "replay", "-c", config, log); !strings.Contains(plain, phones[6]) {
		t.Errorf("%s is not found where nothing is redacted", phones[6])
	}
	for _, phone := range phones {
		if at := strings.Index(out, phone); at >= 0 {
			t.Fatalf("%s stands in: %.200q", phone, out[max(0, at-100):])
		}
	}
}

// phonesOf lists the customers' phones of a log of Meta's webhooks.
func phonesOf(t *testing.T, text []byte) []string {
	t.Helper()
	seen := map[string]bool{}
	var phones []string
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if !json.Valid(lines.Bytes()) {
			t.Fatalf("no JSON: %s", lines.Text())
		}
		for _, m := range regexp.MustCompile(`"(?:wa_id|recipient_id|from)":"([0-9]{9,15})"`).FindAllStringSubmatch(lines.Text(), -1) {
			if !seen[m[1]] {
				seen[m[1]] = true
				phones = append(phones, m[1])
			}
		}
	}
	if len(phones) < 20 {
		t.Fatalf("%d phones", len(phones))
	}
	return phones
}
