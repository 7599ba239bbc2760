package dialect

import (
	"slices"
	"testing"
)

// Every dialect says what it can tell.
func TestCapabilities(t *testing.T) {
	var names []string
	for _, c := range Capabilities() {
		names = append(names, c.Dialect)
	}
	var want []string
	for _, d := range allDialects() {
		want = append(want, d.Name())
	}
	if !slices.Equal(names, want) {
		t.Errorf("got %q, want %q", names, want)
	}
	if got := SaysAll.Names(); len(got) != len(Sayings()) || SaysAll != SaysAmount<<1-1 {
		t.Errorf("all that can be told is %q", got)
	}
}
