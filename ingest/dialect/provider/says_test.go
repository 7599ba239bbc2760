package provider_test

import (
	"slices"
	"testing"

	"waudit/ingest/dialect/dialecttest"
	"waudit/ingest/dialect/provider"
)

// Every dialect says what it can tell.
func TestCapabilities(t *testing.T) {
	var names []string
	for _, c := range provider.Capabilities() {
		names = append(names, c.Dialect)
	}
	if slices.Sort(names); len(slices.Compact(slices.Clone(names))) != len(names) || len(names) != len(dialecttest.All()) {
		t.Errorf("a name stands twice, or a dialect has none: %q", names)
	}
	if got := provider.SaysAll.Names(); len(got) != len(provider.Sayings()) || provider.SaysAll != provider.SaysAmount<<1-1 {
		t.Errorf("all that can be told is %q", got)
	}
}
