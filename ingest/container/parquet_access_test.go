package container

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waudit/ingest/row"
	"waudit/ingest/source"
)

const flatSample = "testdata/parquet/flat-v1_snappy.parquet"

// openInput opens the input that a path names.
func openInput(t *testing.T, path string) *source.Stream {
	t.Helper()
	inputs, err := source.Find(t.Context(), []string{path}, nil)
	if err != nil {
		t.Fatal(err)
	}
	stream, err := new(source.Opener).Open(context.Background(), inputs[0])
	if err != nil {
		t.Fatal(err)
	}
	return stream
}

// A file is read as it lies there, or from a copy that leaves no trace.
func TestParquetAccess(t *testing.T) {
	data, err := os.ReadFile(flatSample)
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	w.Write(data)
	w.Close()
	zipped := filepath.Join(t.TempDir(), "a.parquet.gz")
	if err := os.WriteFile(zipped, packed.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		open func() io.Reader
	}{
		{"regular file", func() io.Reader { return openInput(t, flatSample) }},
		{"compressed file", func() io.Reader { return openInput(t, zipped) }},
		{"pipe", func() io.Reader { return io.MultiReader(bytes.NewReader(data)) }},
	}
	want := expected(t, flatSample)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			temp := t.TempDir()
			got, err := readTable(t, tt.open(), Limits{TempDir: temp})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, cmp.Comparer(sampleCell.same)); diff != "" {
				t.Error(diff)
			}
			if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
				t.Errorf("left %v, %v", left, err)
			}
		})
	}
}

// The blocks that are still to be decoded keep the file open.
func TestParquetOutlivesItsStream(t *testing.T) {
	stream := openInput(t, flatSample)
	reader, _, err := (&Sniffer{Limits: limits(1<<20, 1<<10), Format: &parquet}).Open(stream)
	if err != nil {
		t.Fatal(err)
	}
	var blocks []*Block
	for {
		b := new(Block)
		if err := reader.Next(b); err != nil {
			break
		}
		blocks = append(blocks, b)
	}
	if info, err := os.Stat(flatSample); err != nil || stream.BytesRead() != info.Size() {
		t.Errorf("read %d bytes", stream.BytesRead())
	}
	stream.Close()
	rows := 0
	for _, b := range blocks {
		for range b.Records() {
			rows++
		}
		if b.Err() != nil {
			t.Error(b.Err())
		}
	}
	if rows != 60 {
		t.Errorf("got %d rows", rows)
	}
	at, _, _ := stream.ReaderAt()
	if at != nil {
		t.Error("the file is still open")
	}
}

func TestParquetWanted(t *testing.T) {
	wanted := func(names ...string) func([]string) []bool {
		return func(all []string) []bool {
			var is []bool
			for _, name := range all {
				is = append(is, slices.Contains(names, name))
			}
			return is
		}
	}
	got, err := readTable(t, openInput(t, flatSample), Limits{Wanted: wanted("wa_id", "event", "other")})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"event", "wa_id"}, got.Columns); diff != "" || len(got.Rows) != 60 {
		t.Error(len(got.Rows), diff)
	}
	if diff := cmp.Diff([]sampleCell{{"Text", "delivered"}, {"Text", "15550007919"}}, got.Rows[1]); diff != "" {
		t.Error(diff)
	}
	_, err = readTable(t, openInput(t, flatSample), Limits{Wanted: wanted("other")})
	refused(t, err, `a Parquet file with none of the columns that are read; it has ["event" "timestamp"`)
}

// What is skipped is not read.
func TestParquetSkip(t *testing.T) {
	const path = "testdata/parquet/bloom.parquet" // row groups of 20 messages
	tests := []struct {
		name string
		id   string
		has  [2]bool
		rows int
	}{
		{"in the first", "wamid.T000003", [2]bool{true, false}, 20},
		{"in the second", "wamid.T000020", [2]bool{false, true}, 20},
		{"between what is there", "wamid.T000003x", [2]bool{false, false}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var answers []bool
			o := Sniffer{Format: &parquet, Limits: Limits{MaxRecord: 1 << 20, BlockSize: 1 << 10, Skip: func(s *RowGroupStats) bool {
				answers = append(answers, s.Has("message_id", tt.id))
				return !answers[len(answers)-1]
			}}}
			reader, _, err := o.Open(openInput(t, path))
			if err != nil {
				t.Fatal(err)
			}
			rows := 0
			for b := new(Block); reader.Next(b) == nil; {
				for range b.Records() {
					rows++
				}
			}
			if diff := cmp.Diff(tt.has[:], answers); diff != "" {
				t.Error(diff)
			}
			if rows != tt.rows {
				t.Errorf("read %d rows, want %d", rows, tt.rows)
			}
		})
	}
}

// Of a row group, the rows are decoded that are wanted by some columns, and those between.
func TestParquetPick(t *testing.T) {
	for _, path := range []string{"testdata/parquet/bloom.parquet", "testdata/parquet/flat_small_pages.parquet", "testdata/parquet/nested.parquet"} {
		all, err := readTable(t, openInput(t, path), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		last := len(all.Rows) - 1
		key := slices.Index(all.Columns, "message_id")
		by, isNested := "message_id", key < 0
		if isNested {
			key, by = 0, all.Columns[0]
		}
		tests := []struct {
			column string
			rows   []int
		}{
			{by, []int{last / 3}},
			{by, []int{0, 2, last}},
			{by, nil},
			{"other", nil},
		}
		for _, tt := range tests {
			wants := func(r *row.Row) bool {
				return slices.ContainsFunc(tt.rows, func(n int) bool { return sampleCellOf(r.Cells[0]) == all.Rows[n][key] })
			}
			seen := readPicked(t, path, &Pick{Columns: []string{tt.column}, Wants: wants}, &all)
			for _, n := range tt.rows {
				if !seen[n] {
					t.Errorf("%s: row %d is missing", path, n)
				}
			}
			if all := isNested || tt.column != by; all && len(seen) != last+1 || !all && len(tt.rows) < 2 && len(seen) != len(tt.rows) {
				t.Errorf("%s: of %d rows %d were read for %v", path, last+1, len(seen), tt.rows)
			}
		}
	}
}

// readPicked returns which rows are read, each of which is as it is among all.
func readPicked(t *testing.T, path string, pick *Pick, all *sampleTable) map[int]bool {
	t.Helper()
	o := Sniffer{Format: &parquet, Limits: Limits{MaxRecord: 1 << 20, BlockSize: 1 << 10, Pick: pick}}
	reader, _, err := o.Open(openInput(t, path))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[int]bool{}
	for b := new(Block); reader.Next(b) == nil; {
		for rec := range b.Records() {
			n := int(rec.Line) - 1
			seen[n] = true
			for i, c := range rec.Row.Cells {
				if got := sampleCellOf(c); !got.same(all.Rows[n][i]) {
					t.Errorf("%s: row %d: %q, want %q", path, n, got, all.Rows[n][i])
				}
			}
		}
		if b.Err() != nil {
			t.Error(b.Err())
		}
	}
	return seen
}

// The file tells nothing of a column that it does not have, or that is not of
// that kind.
func TestRowGroupStatsUnknown(t *testing.T) {
	ask := func(s *RowGroupStats) bool {
		_, _, unknown := s.Texts("none")
		_, _, number := s.Texts("timestamp")
		if unknown || number || !s.Has("none", "x") || !s.Has("timestamp", "x") {
			t.Errorf("%v %v", unknown, number)
		}
		if least, greatest, ok := s.Texts("wa_id"); !ok || least < "15550000000" || greatest < least {
			t.Errorf("%q %q %v", least, greatest, ok)
		}
		return true
	}
	if _, err := readTable(t, openInput(t, "testdata/parquet/bloom.parquet"), Limits{Skip: ask}); err != nil {
		t.Error(err)
	}
}
