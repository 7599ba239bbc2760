package cmd

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/klauspost/compress/gzip"

	"waudit/audit/result"
)

// TestDamagedInputs: of an input that breaks off, only what was read before accuses, and
// nothing that needs what came behind; one whose checksum is wrong accuses nobody.
func TestDamagedInputs(t *testing.T) {
	for _, from := range []string{"2023-07-01", "2024-06-01", "2026-09-20"} {
		dir, _ := simulated(t, from, 3, 400, "--dialect", "flat", "--errors", "8%")
		config, log := filepath.Join(dir, "waudit.yaml"), filepath.Join(dir, "log.ndjson")
		whole := overcharged(audited(t, "-c", config, log))
		if len(whole) == 0 {
			t.Fatalf("%s: nothing is charged wrongly", from)
		}
		text, err := os.ReadFile(log)
		if err != nil {
			t.Fatal(err)
		}
		for name, data := range map[string][]byte{
			"cut":      text[:len(text)*2/3],
			"gzip cut": gzipped(t, text)[:len(gzipped(t, text))*2/3],
		} {
			for id := range overcharged(audited(t, "-c", config, saved(t, data))) {
				if !whole[id] {
					t.Errorf("%s: %s: %s is accused, and was not in the whole log", from, name, id)
				}
			}
		}
		corrupt := gzipped(t, text)
		corrupt[len(corrupt)-8] ^= 1
		damaged := saved(t, corrupt)
		if accused := overcharged(audited(t, "-c", config, damaged)); len(accused) > 0 {
			t.Errorf("%s: a wrong checksum, and still accused: %v", from, accused)
		}
		ledger := filepath.Join(t.TempDir(), "ledger")
		if code, _, stderr := run(t, "", "pack", "-q", "-c", config, damaged, "-o", ledger); code != exitIncomplete {
			t.Fatalf("pack: exit %d: %s", code, stderr)
		}
		for _, path := range [][]string{{ledger}, {ledger, "--from", from}} {
			if accused := overcharged(audited(t, append([]string{"-c", config}, path...)...)); len(accused) > 0 {
				t.Errorf("%s: packed, and still accused: %v", from, accused)
			}
		}
	}
}

// TestFailureThatMayHaveArrived: that a message failed, and was charged all the same, is
// no proof where the log breaks off before it can have arrived.
func TestFailureThatMayHaveArrived(t *testing.T) {
	const charged = `{"event":"sent","timestamp":"2026-03-02T10:00:00Z","waba_id":"7001","phone_number_id":"8001","wa_id":"15550107001","message_id":"wamid.F1","category":"marketing"}
{"event":"failed","timestamp":"2026-03-02T10:00:09Z","waba_id":"7001","phone_number_id":"8001","wa_id":"15550107001","message_id":"wamid.F1","pricing":{"billable":true,"pricing_model":"PMP","category":"marketing","type":"regular"},"amount":"0.03","currency":"USD"}
`
	const after = `{"event":"deliv`
	if r := audited(t, saved(t, []byte(charged))); r.Totals.Verdicts.Overcharge != 1 {
		t.Errorf("whole: %+v", r.Totals.Verdicts)
	}
	if r := audited(t, saved(t, []byte(charged+after))); r.Totals.Verdicts.Overcharge != 0 || r.Totals.Verdicts.Uncertain != 1 {
		t.Errorf("cut: %+v", r.Totals.Verdicts)
	}
}

func overcharged(r *result.Report) map[string]bool {
	ids := map[string]bool{}
	for i := range r.Findings {
		if f := &r.Findings[i]; f.Verdict == result.Overcharge {
			ids[f.Check+" "+f.Message] = true
		}
	}
	return ids
}

func gzipped(t *testing.T, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func saved(t *testing.T, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
