package cmd

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSuggestionChangesNothing: the configuration that is suggested for a log
// loads as it stands, and the audit with it is the audit without, in every era.
func TestSuggestionChangesNothing(t *testing.T) {
	for _, from := range []string{"2022-03-01", "2023-03-20", "2024-10-15", "2026-09-15"} {
		t.Run(from, func(t *testing.T) {
			dir, _ := simulated(t, from, 1, 600)
			log, none := filepath.Join(dir, "log.ndjson"), filepath.Join(t.TempDir(), "none.yaml")
			if err := os.WriteFile(none, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			suggested := filepath.Join(dir, "suggested.yaml")
			if code, _, stderr := run(t, "", "inspect", "--suggest-config", "-c", none, "-o", suggested, log); code != exitClean {
				t.Fatalf("inspect: exit %d: %s", code, stderr)
			}
			_, without, _ := run(t, "", "audit", "-f", "json", "-c", none, log)
			_, with, stderr := run(t, "", "audit", "-f", "json", "-c", suggested, log)
			if diff := cmp.Diff(withoutConfig(without), withoutConfig(with)); diff != "" {
				t.Errorf("%s\n%s", stderr, diff)
			}
		})
	}
}

// withoutConfig takes from a report what it says of the configuration file.
func withoutConfig(report string) string {
	return regexp.MustCompile(`(?s)\n    "config": \{.*?\n    \},`).ReplaceAllString(report, "")
}
