package provider_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waudit/ingest/dialect/dialecttest"
)

// The record that stands above each mapping file is an example of what it reads, or,
// where it has no columns, of what it ignores or says to be of no use.
func TestMappingFileSamples(t *testing.T) {
	files, err := filepath.Glob("mappings/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no mapping files: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, sample, found := strings.Cut(string(data), "\n# {")
		sample, _, _ = strings.Cut("{"+sample, "\n")
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		if !found {
			t.Errorf("%s has no sample", file)
			continue
		}
		got := dialecttest.DecodeOnly(t, dialecttest.Of(name)(), sample)
		var right bool
		switch {
		case strings.Contains(string(data), "columns:"):
			right = len(got.Events) > 0 && len(got.Rejected) == 0
		case strings.Contains(string(data), "unusable:"):
			right = len(got.Events) == 0 && len(got.Rejected) == 1
		default:
			right = len(got.Events)+len(got.Rejected) == 0 && len(got.Ignored) == 1
		}
		if !right || len(got.Unknown) > 0 {
			t.Errorf("%s: its sample gives %+v", file, *got)
		}
	}
}
