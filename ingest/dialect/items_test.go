package dialect_test

import (
	"slices"
	"testing"

	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
)

// What a provider names twice, or in no known way, costs no other item.
func TestProviderLists(t *testing.T) {
	var items dialect.Items
	var tree jsontree.Tree
	if _, err := tree.Parse([]byte(`{"rows":[{"a":1},7,{"a":2}],"text":"x"}`)); err != nil {
		t.Fatal(err)
	}
	var read []string
	items.EachObject("X", tree.Root().Get("rows"), func(v jsontree.Value) { read = append(read, v.Path()) })
	items.EachObject("X", tree.Root().Get("text"), func(jsontree.Value) { t.Error("a text is no list") })
	items.EachObject("X", jsontree.Value{}, func(jsontree.Value) { t.Error("nothing is no list") })
	if !slices.Equal(read, []string{"rows[0]", "rows[2]"}) {
		t.Errorf("read %q", read)
	}
	if len(items.Rejected) != 2 || items.Rejected[0].At != "rows[1]" || items.Rejected[1].At != "text" {
		t.Errorf("rejected %+v", items.Rejected)
	}
}
