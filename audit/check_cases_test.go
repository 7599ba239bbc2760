package audit_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"waudit/audit/check"
)

// TestChecks runs the cases of every check: testdata/checks has a file for
// each, with a charge that it must find and one that it must leave alone.
func TestChecks(t *testing.T) {
	files, err := filepath.Glob("../testdata/checks/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]bool{}
	for _, file := range files {
		id := strings.TrimSuffix(filepath.Base(file), ".yaml")
		documented[id] = true
		finds, leaves := false, false
		for _, tl := range loadTimelines(t, file) {
			t.Run(tl.ID, func(t *testing.T) {
				if tl.Findings == nil {
					t.Errorf("no findings: write [] where there are none")
				}
				tl.check(t)
			})
			if slices.ContainsFunc(tl.Findings, func(f string) bool { return strings.HasPrefix(f, id+" ") }) {
				finds = true
			} else {
				leaves = true
			}
		}
		if !finds || !leaves {
			t.Errorf("%s: needs a case that %s finds (%t) and one that it leaves alone (%t)", file, id, finds, leaves)
		}
	}
	for _, c := range check.All() {
		if !documented[c.ID] {
			t.Errorf("testdata/checks/%s.yaml is missing", c.ID)
		}
		delete(documented, c.ID)
	}
	for id := range documented {
		t.Errorf("testdata/checks/%s.yaml is of no check", id)
	}
}
