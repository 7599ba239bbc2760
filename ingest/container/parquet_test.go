package container

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waudit/ingest/row"
)

// sampleTable is a file as it was read.
type sampleTable struct {
	Columns []string
	Rows    [][]sampleCell
}

// sampleCell is the kind of a cell and what it holds, as the samples write it.
type sampleCell [2]string

var kindNames = map[row.CellKind]string{
	row.Null: "Null", row.Text: "Text", row.Int: "Int", row.Bool: "Bool",
	row.Time: "Time", row.Nano: "Nano", row.Float: "Float", row.JSON: "JSON",
}

func sampleCellOf(c row.Cell) sampleCell {
	text := c.Text
	switch c.Kind {
	case row.Null:
		text = ""
	case row.Int, row.Bool, row.Time, row.Nano:
		text = strconv.FormatInt(c.Int, 10)
	}
	return sampleCell{kindNames[c.Kind], text}
}

// same reports whether two cells hold the same number or JSON, however it is
// written.
func (c sampleCell) same(d sampleCell) bool {
	if c[0] == d[0] && (c[0] == "Float" || c[0] == "JSON") {
		var a, b any
		return stdjson.Unmarshal([]byte(c[1]), &a) == nil && stdjson.Unmarshal([]byte(d[1]), &b) == nil && cmp.Equal(a, b)
	}
	return c == d
}

// readTable reads a Parquet file as a run does.
func readTable(t testing.TB, file io.Reader, limits Limits) (sampleTable, error) {
	t.Helper()
	limits.MaxRecord, limits.BlockSize = 1<<20, 1<<12
	o := Sniffer{Limits: limits, Format: &parquet}
	reader, _, err := o.Open(file)
	if err != nil {
		return sampleTable{}, err
	}
	var all sampleTable
	var damage error
	for b := new(Block); ; {
		if err = reader.Next(b); err != nil {
			break
		}
		for rec := range b.Records() {
			if rec.Line != int64(len(all.Rows)+1) && damage == nil {
				t.Fatalf("line %d behind %d rows", rec.Line, len(all.Rows))
			}
			all.Columns = rec.Row.Columns.Names
			var cells []sampleCell
			for _, c := range rec.Row.Cells {
				cells = append(cells, sampleCellOf(c))
			}
			all.Rows = append(all.Rows, cells)
		}
		damage = errors.Join(damage, b.Err())
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return all, errors.Join(damage, err)
}

// stripesSample has so many rows that a formula says what is in them.
const stripesSample = "testdata/parquet/stripes.parquet"

// samples returns the paths of the other files that other programs wrote.
func samples(t testing.TB) []string {
	paths, err := filepath.Glob("testdata/parquet/*.parquet")
	if err != nil || len(paths) == 0 {
		t.Fatal(err, "no samples")
	}
	return slices.DeleteFunc(paths, func(p string) bool { return p == stripesSample })
}

// expected returns what pyarrow reads in the sample.
func expected(t testing.TB, path string) sampleTable {
	t.Helper()
	name, _, _ := strings.Cut(strings.TrimSuffix(path, ".parquet"), "-")
	data, err := os.ReadFile(name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var want sampleTable
	if err := stdjson.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	return want
}

func TestParquetSamples(t *testing.T) {
	for _, path := range samples(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got, err := readTable(t, bytes.NewReader(data), Limits{})
			if err != nil {
				t.Fatal(err)
			}
			want := expected(t, path)
			if len(want.Rows) == 0 {
				want = sampleTable{}
			}
			if diff := cmp.Diff(want, got, cmp.Comparer(sampleCell.same)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// However the rows of a group are divided, each comes once, with the values of
// its own row.
func TestParquetStripes(t *testing.T) {
	file, err := os.Open(stripesSample)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	reader, _, err := (&Sniffer{Limits: limits(1<<20, 1<<10), Format: &parquet}).Open(file)
	if err != nil {
		t.Fatal(err)
	}
	blocks, rows := 0, int64(0)
	for b := new(Block); reader.Next(b) == nil; blocks++ {
		for rec := range b.Records() {
			if diff := cmp.Diff(stripesRow(rows), rec.Row.Cells); diff != "" || rec.Line != rows+1 {
				t.Fatal(rec.Line, diff)
			}
			rows++
		}
		if b.Err() != nil {
			t.Fatal(b.Err())
		}
	}
	if rows != 22_000 || blocks < 2 {
		t.Errorf("%d rows in %d blocks", rows, blocks)
	}
}

// stripesRow returns row i of the sample, from 0.
func stripesRow(i int64) []row.Cell {
	cells := []row.Cell{
		{Kind: row.Int, Int: i},
		{Kind: row.Text, Text: fmt.Sprint("text ", i%7), UTF8: true},
		{Kind: row.JSON, Text: []string{"[]", "[null]", "[null,null]"}[i%3]},
		{Kind: row.Bool},
	}
	if i%3 == 0 {
		cells[1] = row.Cell{}
		cells[3].Int = 1
	}
	if i/900%2 == 1 {
		cells[3] = row.Cell{}
	}
	return cells
}

// A footer that was kept is not read again.
func TestParquetFooter(t *testing.T) {
	data, err := os.ReadFile("testdata/parquet/deltas.parquet")
	if err != nil {
		t.Fatal(err)
	}
	var footer Footer
	want, err := readTable(t, bytes.NewReader(data), Limits{Footer: &footer})
	if err != nil || len(want.Rows) == 0 {
		t.Fatal(err)
	}
	clear(data[footer.file.end:])
	if _, err := readTable(t, bytes.NewReader(data), Limits{}); err == nil {
		t.Error("the footer was not needed")
	}
	got, err := readTable(t, bytes.NewReader(data), Limits{Footer: &footer})
	if diff := cmp.Diff(want, got, cmp.Comparer(sampleCell.same)); diff != "" || err != nil {
		t.Error(err, diff)
	}
}
