package container

import (
	"os"
	"testing"

	"waudit/ingest/source"
)

// BenchmarkParquet decodes the file that WAUDIT_BENCH_PARQUET names into cells.
func BenchmarkParquet(b *testing.B) {
	path := os.Getenv("WAUDIT_BENCH_PARQUET")
	if path == "" {
		b.Skip("WAUDIT_BENCH_PARQUET names no file")
	}
	inputs, err := source.Find(b.Context(), []string{path}, nil)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(inputs[0].Size)
	b.ReportAllocs()
	var rows, texts int64
	for b.Loop() {
		rows = 0
		var opener source.Opener
		stream, err := opener.Open(b.Context(), inputs[0])
		if err != nil {
			b.Fatal(err)
		}
		cutter := Sniffer{Limits: Limits{MaxRecord: 1 << 20, BlockSize: 1 << 20}, Format: &parquet}
		reader, _, err := cutter.Open(stream)
		if err != nil {
			b.Fatal(err)
		}
		for block := new(Block); reader.Next(block) == nil; {
			for rec := range block.Records() {
				rows++
				texts += int64(len(rec.Row.Cells[0].Text))
			}
			if block.Err() != nil {
				b.Fatal(block.Err())
			}
		}
		stream.Close()
	}
	b.ReportMetric(float64(rows*int64(b.N))/b.Elapsed().Seconds(), "rows/s")
	if rows == 0 || texts == 0 {
		b.Fatal("nothing was read")
	}
}
