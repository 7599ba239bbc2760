package container

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

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

// Of a file, the rows are read that are asked for, whatever row groups and pages they lie in.
func TestParquetRows(t *testing.T) {
	const nested = "testdata/parquet/nested.parquet"
	for _, path := range []string{"testdata/parquet/bloom.parquet", "testdata/parquet/flat_small_pages.parquet", nested} {
		all, err := readTable(t, openInput(t, path), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		end := int64(len(all.Rows))
		for _, ranges := range [][]RowRange{
			{}, {{0, 1}}, {{end / 3, end/3 + 1}, {end - 1, end}}, {{1, end / 2}, {end/2 + 1, 2 * end}}, {{0, end}}, {{end, end + 5}},
		} {
			got := map[int64]bool{}
			for n := range readSome(t, path, Limits{Rows: ranges}, &all) {
				got[n] = true
			}
			for n := range end {
				want := slices.ContainsFunc(ranges, func(r RowRange) bool { return r.From <= n && n < r.To })
				if want != got[n] && (want || path != nested) {
					t.Errorf("%s: %v: row %d was read: %v", path, ranges, n, got[n])
				}
			}
		}
	}
}

// Rows alike that follow one another come once, each with how many they are.
func TestParquetDistinct(t *testing.T) {
	alike := 0
	for _, path := range []string{"testdata/parquet/bloom.parquet", "testdata/parquet/flat_small_pages.parquet", "testdata/parquet/nested.parquet", flatSample} {
		for _, column := range []string{"event", "wa_id", "message_id", "timestamp", "billable", "amount", "conversation_id"} {
			limits := Limits{Distinct: true, Wanted: func(all []string) []bool {
				chosen := make([]bool, len(all))
				for i, name := range all {
					chosen[i] = name == column || path == "testdata/parquet/nested.parquet"
				}
				return chosen
			}}
			all, err := readTable(t, openInput(t, path), Limits{Wanted: limits.Wanted})
			if err != nil {
				continue // it has no such column
			}
			next, records := int64(0), 0
			for n, times := range readSome(t, path, limits, &all) {
				if n != next {
					t.Errorf("%s, %s: row %d comes behind row %d", path, column, n, next-1)
				}
				for i := n; i < n+times; i++ {
					if diff := cmp.Diff(all.Rows[n], all.Rows[i]); diff != "" {
						t.Errorf("%s, %s: row %d is not like row %d: %s", path, column, i, n, diff)
					}
				}
				next, records = n+max(times, 1), records+1
			}
			if next != int64(len(all.Rows)) {
				t.Errorf("%s, %s: up to row %d of %d", path, column, next, len(all.Rows))
			}
			alike += len(all.Rows) - records
		}
	}
	if alike == 0 {
		t.Error("no row was left out")
	}
}

// readSome goes through the numbers of the rows that are read, each of which is as it is
// among all, with how many it stands for.
func readSome(t *testing.T, path string, limits Limits, all *sampleTable) iter.Seq2[int64, int64] {
	return func(yield func(int64, int64) bool) {
		limits.MaxRecord, limits.BlockSize = 1<<20, 1<<10
		o := Sniffer{Format: &parquet, Limits: limits}
		reader, _, err := o.Open(openInput(t, path))
		if err != nil {
			t.Fatal(err)
		}
		for b := new(Block); reader.Next(b) == nil; {
			for rec := range b.Records() {
				n := rec.Line - 1
				for i, c := range rec.Row.Cells {
					if got := sampleCellOf(c); !got.same(all.Rows[n][i]) {
						t.Errorf("%s: row %d: %q, want %q", path, n, got, all.Rows[n][i])
					}
				}
				if !yield(n, rec.Times) {
					return
				}
			}
			if b.Err() != nil {
				t.Error(b.Err())
			}
		}
	}
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
