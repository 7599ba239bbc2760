package provider_test

import (
	"testing"

	"waudit/ingest/dialect"
	"waudit/ingest/dialect/dialecttest"
	"waudit/ingest/jsontree"
)

func benchmarkDecode(b *testing.B, d dialect.Dialect, record string) {
	data := []byte(record)
	var tree jsontree.Tree
	var items dialect.Items
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := tree.Parse(data); err != nil {
			b.Fatal(err)
		}
		items.Reset()
		if d.Recognise(tree.Root()) {
			d.Decode(tree.Root(), &items)
		}
	}
	if len(items.Events) != 1 {
		b.Fatalf("%+v", items)
	}
}

// The benchmarks parse, recognise and decode.
func BenchmarkMeta(b *testing.B) {
	benchmarkDecode(b, dialecttest.Of("meta-cloud")(), dialecttest.Webhook)
}
func BenchmarkFlat(b *testing.B) {
	benchmarkDecode(b, dialecttest.Of("flat")(), dialecttest.FlatRecord)
}

func TestDecodeReusesMemory(t *testing.T) {
	for _, c := range []struct {
		dialect dialect.Dialect
		record  string
	}{{dialecttest.Of("meta-cloud")(), dialecttest.Webhook}, {dialecttest.Of("flat")(), dialecttest.FlatRecord}} {
		var tree jsontree.Tree
		var items dialect.Items
		if _, err := tree.Parse([]byte(c.record)); err != nil {
			t.Fatal(err)
		}
		if n := testing.AllocsPerRun(100, func() {
			items.Reset()
			c.dialect.Decode(tree.Root(), &items)
		}); n != 0 {
			t.Errorf("%s: %v allocations per record, want none", c.dialect.Name(), n)
		}
	}
}
