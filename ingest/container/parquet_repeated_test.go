package container

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	pq "github.com/parquet-go/parquet-go"
)

// Fields that repeat without a list around them, as Protocol Buffers and
// parquet-go store them, are arrays all the same.
func TestParquetRepeatedFields(t *testing.T) {
	type status struct {
		ID   string   `parquet:"id,dict"`
		Tags []string `parquet:"tags"`
		Cost *int64   `parquet:"cost,optional"`
	}
	type record struct {
		Object   string         `parquet:"object,enum,delta"`
		Key      [16]byte       `parquet:"key,uuid"`
		Price    int64          `parquet:"price,decimal(4:18)"`
		Statuses []status       `parquet:"statuses"`
		Labels   map[string]int `parquet:"labels"`
	}
	cost := int64(7)
	var file bytes.Buffer
	w := pq.NewGenericWriter[record](&file, pq.Compression(&pq.Lz4Raw), pq.DataPageVersion(2))
	_, err := w.Write([]record{
		{Object: "a", Key: [16]byte{1, 15: 255}, Price: 30_000, Statuses: []status{{"s1", []string{"x", "y"}, &cost}, {ID: "s2"}}},
		{Object: "b", Price: -1, Labels: map[string]int{"n": 5}},
		{Object: "b", Statuses: []status{{"s3", []string{"\"z\""}, nil}}},
	})
	if err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	got, err := readTable(t, &file, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	want := sampleTable{Columns: []string{"object", "key", "price", "statuses", "labels"}, Rows: [][]sampleCell{
		{{"Text", "a"}, {"Text", "01000000-0000-0000-0000-0000000000ff"}, {"Nano", "3000000000"},
			{"JSON", `[{"id":"s1","tags":["x","y"],"cost":7},{"id":"s2","tags":[]}]`}, {"JSON", `{}`}},
		{{"Text", "b"}, {"Text", "00000000-0000-0000-0000-000000000000"}, {"Nano", "-100000"}, {"JSON", `[]`}, {"JSON", `{"n":5}`}},
		{{"Text", "b"}, {"Text", "00000000-0000-0000-0000-000000000000"}, {"Nano", "0"},
			{"JSON", `[{"id":"s3","tags":["\"z\""]}]`}, {"JSON", `{}`}},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
