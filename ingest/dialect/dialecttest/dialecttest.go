// Package dialecttest has what the tests of all dialects share: records, the ways in
// which they are decoded, and what is wanted of the items.
package dialecttest

import (
	"slices"
	"strings"
	"testing"

	"waudit/ingest/dialect"
	"waudit/ingest/dialect/provider"
	"waudit/ingest/dialect/unwrap"
	"waudit/ingest/jsontree"
)

// Of returns the constructor of the dialect of that name.
func Of(name string) func() dialect.Dialect {
	for _, construct := range provider.All() {
		if construct().Name() == name {
			return construct
		}
	}
	panic("no dialect " + name)
}

// All are all dialects, in their order.
func All() (all []dialect.Dialect) {
	for _, construct := range provider.All() {
		all = append(all, construct())
	}
	return all
}

// Decode decodes a record by the dialect, and sees that it tells nothing that its
// dialect is said not to tell.
func Decode(t *testing.T, d dialect.Dialect, record string) *dialect.Items {
	t.Helper()
	tree, items := new(jsontree.Tree), new(dialect.Items)
	if _, err := tree.Parse([]byte(record)); err != nil {
		t.Fatalf("%v in %s", err, record)
	}
	d.Decode(tree.Root(), items)
	checkSays(t, d.Name(), items)
	return items
}

// DecodeWrapped decodes a record, or those in it, by the first dialects that
// know them, and names the first of these.
func DecodeWrapped(t *testing.T, record string) (items *dialect.Items, by string) {
	t.Helper()
	tree, items := new(jsontree.Tree), new(dialect.Items)
	if _, err := tree.Parse([]byte(record)); err != nil {
		t.Fatalf("%v in %s", err, record)
	}
	u := NewBoth()
	u.Compare(t, record) // whatever a test decodes, decodes so quickly too
	u.Compare(t, record)
	dialects := All()
	if i := unwrap.New(dialects).Decode(tree.Root(), items); i >= 0 {
		by = dialects[i].Name()
	}
	return items, by
}

// DecodeMeta also sees that the record is one of Meta's, bare or wrapped.
func DecodeMeta(t *testing.T, record string) *dialect.Items {
	t.Helper()
	items, by := DecodeWrapped(t, record)
	if by != "meta-cloud" {
		t.Errorf("recognised by %q: %s", by, record)
	}
	return items
}

// RecognisedBy names all dialects that recognise the record, else the one that
// knows what is wrapped in it.
func RecognisedBy(t *testing.T, record string) string {
	t.Helper()
	var tree jsontree.Tree
	if _, err := tree.Parse([]byte(record)); err != nil {
		t.Fatalf("%v in %s", err, record)
	}
	var names []string
	for _, construct := range provider.All() {
		if d := construct(); d.Recognise(tree.Root()) {
			names = append(names, d.Name())
		}
	}
	if len(names) > 0 {
		return strings.Join(names, ", ")
	}
	_, by := DecodeWrapped(t, record)
	return by
}

// Recognises reports whether the dialect takes the record for its own.
func Recognises(t *testing.T, d dialect.Dialect, record string) bool {
	t.Helper()
	var tree jsontree.Tree
	if _, err := tree.Parse([]byte(record)); err != nil {
		t.Fatalf("%v in %s", err, record)
	}
	return d.Recognise(tree.Root())
}

// DecodeOnly decodes a record of the dialect, and sees that no other takes it for
// its own, but for Meta's, which looks into all that is like a webhook.
func DecodeOnly(t *testing.T, d dialect.Dialect, record string) *dialect.Items {
	t.Helper()
	others := slices.DeleteFunc(All(), func(d dialect.Dialect) bool { return d.Name() == "meta-cloud" })
	if got := RecognisedOf(t, others, record); !slices.Equal(got, []string{d.Name()}) {
		t.Errorf("recognised by %q: %s", got, record)
	}
	return Decode(t, d, record)
}

// WantForeign wants a record not to be of the dialect.
func WantForeign(t *testing.T, d dialect.Dialect, record string) {
	t.Helper()
	if names := RecognisedOf(t, []dialect.Dialect{d}, record); len(names) > 0 {
		t.Errorf("recognised by %q: %s", names, record)
	}
}

// RecognisedOf names those of the dialects that recognise the record.
func RecognisedOf(t *testing.T, dialects []dialect.Dialect, record string) (names []string) {
	t.Helper()
	var tree jsontree.Tree
	if _, err := tree.Parse([]byte(record)); err != nil {
		t.Fatalf("%v in %s", err, record)
	}
	for _, d := range dialects {
		if d.Recognise(tree.Root()) {
			names = append(names, d.Name())
		}
	}
	return names
}

// LoggedAt is a time that stands around a record.
func LoggedAt(t *testing.T, at string) jsontree.Value {
	t.Helper()
	tree := new(jsontree.Tree)
	if _, err := tree.Parse([]byte(at)); err != nil {
		t.Fatal(err)
	}
	return tree.Root()
}
