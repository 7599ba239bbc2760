package cmd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
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
		inTar := archives["tar.gz"](t, []string{"log.ndjson"}, [][]byte{text})
		inTar[len(inTar)-8] ^= 1
		damaged := saved(t, corrupt)
		for _, path := range []string{damaged, saved(t, inTar)} {
			if r := audited(t, "-c", config, path); len(overcharged(r)) > 0 || len(r.Run.Incomplete) == 0 {
				t.Errorf("%s: a wrong checksum, and still accused: %v", from, overcharged(r))
			}
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

// TestVolumeTiersOfADamagedLog: that a month costs more than its volume tiers allow is no
// proof where the log may be wrong. What it lacks would make the others cheaper still.
func TestVolumeTiersOfADamagedLog(t *testing.T) {
	const card = `# waudit rate card
# name: acme
effective_from,currency,market,category,unit,tier_from,tier_to,rate,status,source
2026-01-01,USD,Brazil,authentication,message,,,0.0100,verified,contract
2026-01-01,USD,Brazil,authentication,message,1,2,0.0100,verified,contract
2026-01-01,USD,Brazil,authentication,message,3,,0.0040,verified,contract
`
	dir := t.TempDir()
	config, bill := filepath.Join(dir, "waudit.yaml"), filepath.Join(dir, "bill.csv")
	log, lines := "", "line_id,message_id,date,category,amount,currency"
	for i := range 3 {
		log += fmt.Sprintf(`{"event":"sent","timestamp":"2026-02-0%[1]dT10:00:00Z","waba_id":"7001","phone_number_id":"8001","wa_id":"5511987654321","message_id":"m%[1]d","message_type":"template","template_category":"authentication"}
{"event":"delivered","timestamp":"2026-02-0%[1]dT10:00:01Z","waba_id":"7001","phone_number_id":"8001","wa_id":"5511987654321","message_id":"m%[1]d","billable":true,"pricing_model":"PMP","pricing_type":"regular","pricing_category":"authentication","amount":"0.0100","currency":"USD"}
`, i+1)
		lines += fmt.Sprintf("\n%[1]d,m%[1]d,2026-02-0%[1]d,authentication,0.0100,USD", i+1)
	}
	write(t, filepath.Join(dir, "contract.csv"), []string{card})
	write(t, config, []string{`accounts: {"7001": {timezone: UTC, currency: USD, rates: contract.csv, complete_from: 2026-01-01T00:00:00Z}}`})
	write(t, bill, []string{lines})
	corrupt := gzipped(t, []byte(log))
	corrupt[len(corrupt)-8] ^= 1
	for name, tt := range map[string]struct {
		data []byte
		want result.Verdict
	}{
		"whole":          {[]byte(log), result.Overcharge},
		"cut":            {[]byte(log + `{"event":"deliv`), result.Overcharge},
		"wrong checksum": {corrupt, result.Uncertain},
	} {
		damaged := saved(t, tt.data)
		for _, args := range [][]string{{"audit"}, {"reconcile", "--invoice", bill}} {
			_, stdout, stderr := run(t, "", append(args, "-q", "-f", "json", "-c", config, damaged)...)
			var r struct{ Findings []result.Finding }
			if err := json.Unmarshal([]byte(stdout), &r); err != nil {
				t.Fatal(err, stderr)
			}
			i := slices.IndexFunc(r.Findings, func(f result.Finding) bool { return f.Check == "WA207" })
			if i < 0 || r.Findings[i].Verdict != tt.want {
				t.Errorf("%s: %s: want WA207 %s of %+v", name, args[0], tt.want, r.Findings)
			}
		}
	}
}
