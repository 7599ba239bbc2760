package dialect

import (
	"slices"
	"strings"
	"testing"
	"waudit/ingest/jsontree"
)

// of returns the constructor of the dialect of that name.
func of(name string) func() Dialect {
	for _, construct := range All() {
		if construct().Name() == name {
			return construct
		}
	}
	panic("no dialect " + name)
}

func allDialects() (all []Dialect) {
	for _, construct := range All() {
		all = append(all, construct())
	}
	return all
}

func decode(t *testing.T, d Dialect, record string) *Items {
	t.Helper()
	tree, items := new(jsontree.Tree), new(Items)
	if _, err := tree.Parse([]byte(record)); err != nil {
		t.Fatalf("%v in %s", err, record)
	}
	d.Decode(tree.Root(), items)
	checkSays(t, d.Name(), items)
	return items
}

// decodeWrapped decodes a record, or those in it, by the first dialects that
// know them, and names the first of these.
func decodeWrapped(t *testing.T, record string) (items *Items, dialect string) {
	t.Helper()
	tree, items := new(jsontree.Tree), new(Items)
	if _, err := tree.Parse([]byte(record)); err != nil {
		t.Fatalf("%v in %s", err, record)
	}
	u := newUnwrapper()
	u.compare(t, record) // whatever a test decodes, decodes so quickly too
	u.compare(t, record)
	dialects := allDialects()
	if i := NewUnwrap(dialects).Decode(tree.Root(), items); i >= 0 {
		dialect = dialects[i].Name()
	}
	return items, dialect
}

// decodeMeta also sees that the record is one of Meta's, bare or wrapped.
func decodeMeta(t *testing.T, record string) *Items {
	t.Helper()
	items, dialect := decodeWrapped(t, record)
	if dialect != "meta-cloud" {
		t.Errorf("recognised by %q: %s", dialect, record)
	}
	return items
}

// recognisedBy names all dialects that recognise the record, else the one that
// knows what is wrapped in it.
func recognisedBy(t *testing.T, record string) string {
	t.Helper()
	var tree jsontree.Tree
	if _, err := tree.Parse([]byte(record)); err != nil {
		t.Fatalf("%v in %s", err, record)
	}
	var names []string
	for _, dialect := range All() {
		if d := dialect(); d.Recognise(tree.Root()) {
			names = append(names, d.Name())
		}
	}
	if len(names) > 0 {
		return strings.Join(names, ", ")
	}
	_, dialect := decodeWrapped(t, record)
	return dialect
}

func recognises(t *testing.T, d Dialect, record string) bool {
	t.Helper()
	var tree jsontree.Tree
	if _, err := tree.Parse([]byte(record)); err != nil {
		t.Fatalf("%v in %s", err, record)
	}
	return d.Recognise(tree.Root())
}

// decodeOnly decodes a record of the dialect, and sees that no other takes it for
// its own, but for Meta's, which looks into all that is like a webhook.
func decodeOnly(t *testing.T, d Dialect, record string) *Items {
	t.Helper()
	others := slices.DeleteFunc(allDialects(), func(d Dialect) bool { return d.Name() == "meta-cloud" })
	if got := recognisedOf(t, others, record); !slices.Equal(got, []string{d.Name()}) {
		t.Errorf("recognised by %q: %s", got, record)
	}
	return decode(t, d, record)
}

// wantForeign wants a record not to be of the dialect.
func wantForeign(t *testing.T, d Dialect, record string) {
	t.Helper()
	if names := recognisedOf(t, []Dialect{d}, record); len(names) > 0 {
		t.Errorf("recognised by %q: %s", names, record)
	}
}

// recognisedOf names those of the dialects that recognise the record.
func recognisedOf(t *testing.T, dialects []Dialect, record string) (names []string) {
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

// loggedAt is a time that stands around a record.
func loggedAt(t *testing.T, at string) jsontree.Value {
	t.Helper()
	tree := new(jsontree.Tree)
	if _, err := tree.Parse([]byte(at)); err != nil {
		t.Fatal(err)
	}
	return tree.Root()
}
