package audit_test

import (
	"path/filepath"
	"testing"
)

// TestScenarios runs every published or derived example of what messages cost.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("../testdata/scenarios/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scenarios: %v", err)
	}
	for _, file := range files {
		for _, tl := range loadTimelines(t, file) {
			t.Run(tl.ID, func(t *testing.T) { tl.check(t) })
		}
	}
}
