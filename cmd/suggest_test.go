package cmd

import (
	"encoding/json"
	"os"
	"path/filepath"
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
			if diff := cmp.Diff(withoutConfig(t, without), withoutConfig(t, with)); diff != "" {
				t.Errorf("%s\n%s", stderr, diff)
			}
		})
	}
}

// withoutConfig is a report but for what names the configuration.
func withoutConfig(t *testing.T, report string) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(report), &m); err != nil {
		t.Fatal(err)
	}
	run, _ := m["run"].(map[string]any)
	if run["config"] == nil {
		t.Error("the report does not name its configuration")
	}
	delete(run, "config")
	return m
}
