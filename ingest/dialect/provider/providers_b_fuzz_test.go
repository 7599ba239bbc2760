package provider_test

import (
	"slices"
	"strings"
	"testing"

	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
	"waudit/ingest/jsontree"
)

// FuzzProvidersB sees that no record makes a dialect panic or lose an item, and
// that what was recognised is not foreign.
func FuzzProvidersB(f *testing.F) {
	providers := providersB()
	dialects := make([]dialect.Dialect, len(providers))
	for i, p := range providers {
		dialects[i] = p.dialect()
		for _, name := range sortedNames(p.cases) {
			f.Add(uint8(i), []byte(p.cases[name].record))
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		d := dialects[int(which)%len(dialects)]
		items := dialecttest.CheckDecode(t, d, data)
		if items == nil {
			return
		}
		var tree jsontree.Tree
		_, _ = tree.Parse(data)
		isForeign := func(reason string) bool { return strings.HasPrefix(reason, "no record of ") }
		if d.Recognise(tree.Root()) && slices.ContainsFunc(items.Ignored, isForeign) {
			t.Fatalf("%s claims a record that it calls foreign", d.Name())
		}
	})
}
