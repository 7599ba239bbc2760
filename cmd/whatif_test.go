package cmd

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"waudit/audit/result"
)

// TestWhatIfIsAsThen: a month under the rules and rates of another is what the same month
// would have cost, had everything in it happened then.
func TestWhatIfIsAsThen(t *testing.T) {
	for _, tt := range []struct{ from, then string }{
		{"2026-09-01", "2026-10-01"}, // service and utility become charged
		{"2026-10-01", "2026-08-01"}, // and back
		{"2025-08-01", "2026-10-01"},
		{"2024-08-01", "2025-08-01"}, // from conversations to messages
	} {
		t.Run(tt.from+" as "+tt.then, func(t *testing.T) {
			dir := t.TempDir()
			code, _, stderr := run(t, "", "simulate", "--seed", "7", "--messages", "2500", "--from", tt.from, "--days", "28", "--errors", "0", "--out", dir)
			if code != exitClean {
				t.Fatalf("simulate: exit %d: %s", code, stderr)
			}
			shifted := shift(t, dir, tt.from, tt.then)
			var then result.ExpectedBill
			auditJSON(t, &then, "bill", "-q", "-f", "json", "-c", filepath.Join(shifted, "waudit.yaml"), filepath.Join(shifted, "log.ndjson"))
			var what result.WhatIf
			auditJSON(t, &what, "whatif", "-q", "-f", "json", "-c", filepath.Join(dir, "waudit.yaml"), "--rules", tt.then, "--rates", tt.then, filepath.Join(dir, "log.ndjson"))
			if len(then.Sums) != len(what.Sums) || len(then.Sums) == 0 {
				t.Fatalf("%+v, want %+v", what.Sums, then.Sums)
			}
			for i, want := range then.Sums {
				got := what.Sums[i].After
				if got.Amount != want.Amount || got.Charges != want.Charges || got.Low != want.Low || got.High != want.High || got.Unvalued != want.Unvalued {
					t.Errorf("%s: %+v, want %+v", want.Currency, got, want)
				}
				if what.Sums[i].Before == got {
					t.Errorf("%s: nothing differs", want.Currency)
				}
			}
		})
	}
}

// instants are the times in simulated logs and configurations.
var instants = regexp.MustCompile(`(time(?:stamp)?": ?"?)(\d{10})\b|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`)

// shift copies a simulated month as if it had begun on another day, and returns the folder.
func shift(t *testing.T, dir, from, then string) string {
	t.Helper()
	a, errA := time.Parse(time.DateOnly, from)
	b, errB := time.Parse(time.DateOnly, then)
	if errA != nil || errB != nil {
		t.Fatal(errA, errB)
	}
	by, to := b.Sub(a), t.TempDir()
	for _, name := range []string{"log.ndjson", "waudit.yaml"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		text = instants.ReplaceAllFunc(text, func(m []byte) []byte {
			if parts := instants.FindSubmatch(m); len(parts[2]) > 0 {
				seconds, _ := strconv.ParseInt(string(parts[2]), 10, 64)
				return []byte(string(parts[1]) + strconv.FormatInt(seconds+int64(by/time.Second), 10))
			}
			at, err := time.Parse(time.RFC3339, string(m))
			if err != nil {
				t.Fatal(err)
			}
			return []byte(at.Add(by).Format(time.RFC3339))
		})
		if err := os.WriteFile(filepath.Join(to, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return to
}
