package container

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go/format"
)

// refused fails the test if err is no refusal of a file with records, for a
// reason that begins so.
func refused(t *testing.T, err error, reason string) {
	t.Helper()
	refusal, ok := errors.AsType[*Refusal](err)
	if !ok || !strings.HasPrefix(refusal.Reason, reason) {
		t.Errorf("got %v, want %s", err, reason)
	}
}

func readSample(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestParquetRefusal(t *testing.T) {
	data := readSample(t, flatSample)
	footer := len(data) - 8 - int(binary.LittleEndian.Uint32(data[len(data)-8:]))
	tests := []struct {
		name   string
		data   []byte
		reason string
	}{
		{"cut at the end", data[:len(data)-100], "a damaged Parquet file: it does not end with PAR1; fetch"},
		{"only a head", data[:6], "a damaged Parquet file: it has 6 bytes; fetch"},
		{"length of the footer", append(bytes.Clone(data[:len(data)-8]), "\xff\xff\xff\x7fPAR1"...),
			"a damaged Parquet file: its footer would be 2147483647 bytes long; fetch"},
		{"a footer of zeros", slices.Concat(data[:footer], make([]byte, len(data)-8-footer), data[len(data)-8:]),
			"a damaged Parquet file: its footer cannot be read ("},
		{"encrypted", append(bytes.Clone(data[:len(data)-4]), "PARE"...), "an encrypted Parquet file; write it without encryption"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := readTable(t, bytes.NewReader(tt.data), Limits{})
			refused(t, err, tt.reason)
			if refusal, ok := errors.AsType[*Refusal](err); ok && !refusal.Records {
				t.Error("nothing would be missed")
			}
		})
	}
}

// A damaged page costs the rows around it, and the error says which.
func TestParquetDamagedPage(t *testing.T) {
	data := readSample(t, "testdata/parquet/flat-v2_zstd.parquet") // with checksums
	f, err := openParquet(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	data[f.meta.RowGroups[1].Columns[5].MetaData.DictionaryPageOffset-1] ^= 1 // the last byte of column 4
	got, err := readTable(t, bytes.NewReader(data), Limits{})
	if err == nil || len(got.Rows) != 35 ||
		!strings.HasPrefix(err.Error(), "row group 1, column wa_id: page at byte ") ||
		!strings.HasSuffix(err.Error(), ": its checksum is wrong; rows 26 to 50 are not read, write the file again") {
		t.Errorf("%d rows, %v", len(got.Rows), err)
	}
}

// A file that lost its middle tells what it has lost.
func TestParquetMissingPages(t *testing.T) {
	data := readSample(t, flatSample)
	f, err := openParquet(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	clear(data[f.meta.RowGroups[0].Columns[2].MetaData.DictionaryPageOffset:][:20])
	got, err := readTable(t, bytes.NewReader(data), Limits{})
	if err == nil || len(got.Rows) != 35 || !strings.HasPrefix(err.Error(), "row group 0, column waba_id: page at byte ") {
		t.Errorf("%d rows, %v", len(got.Rows), err)
	}
}

// A nested value that is too long is not held, and the next row is read.
func TestParquetTooLong(t *testing.T) {
	o := Sniffer{Limits: limits(300, 1<<10), Format: &parquet}
	reader, _, err := o.Open(bytes.NewReader(readSample(t, "testdata/parquet/webhook-v1.parquet")))
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for b := new(Block); reader.Next(b) == nil; {
		for rec := range b.Records() {
			switch {
			case rec.TooLong && rec.Row == nil:
				texts = append(texts, string(rec.Text[:14]))
			default:
				texts = append(texts, rec.Row.Cells[1].Text)
			}
		}
		if b.Err() != nil {
			t.Error(b.Err())
		}
	}
	want := []string{`[{"id":"100200`, `[]`, `[{"id":"1","changes":[{"field":"a"`, ``, ``}
	for i, w := range want {
		if len(texts) != len(want) || !strings.HasPrefix(texts[i], w) {
			t.Fatalf("got %q", texts)
		}
	}
}

// A header that promises more than the bytes can hold costs no memory.
func TestCheckExpansion(t *testing.T) {
	tests := []struct {
		codec              format.CompressionCodec
		size, uncompressed int
		ok                 bool
	}{
		{format.Uncompressed, 100, 100, true},
		{format.Uncompressed, 100, 101, false},
		{format.Snappy, 100, 2_000, true},
		{format.Snappy, 100, 4_000, false},
		{format.Gzip, 100, 1 << 20, false},
		{format.Lz4Raw, 100, 1 << 20, false},
		{format.Zstd, 100, 1 << 20, true},
		{format.Zstd, 100, maxPage + 1, false},
		{format.Zstd, 100, -1, false},
	}
	for _, tt := range tests {
		if err := checkExpansion(tt.codec, tt.size, tt.uncompressed); (err == nil) != tt.ok {
			t.Errorf("%s: %d bytes to %d: %v", tt.codec, tt.size, tt.uncompressed, err)
		}
	}
}

// Lists that are longer than the data, and nesting without end, are found before
// anything is decoded.
func TestThriftStruct(t *testing.T) {
	tests := []struct {
		name string
		data string
		n    int
	}{
		{"empty", "\x00", 1},
		{"what is behind is not read", "\x15\x04\x00rest", 3},
		{"booleans are in their kind", "\x11\x12\x00", 3},
		{"long list", "\x19\xfc\xff\xff\xff\x07\x00", 0},
		{"long text", "\x18\xff\xff\xff\x07\x00", 0},
		{"no end", "\x15\x04", 0},
		{"nested", strings.Repeat("\x1c", 1000) + strings.Repeat("\x00", 1001), 0},
		{"no kind", "\x1f\x00", 0},
	}
	for _, tt := range tests {
		if n, err := thriftStruct([]byte(tt.data)); n != tt.n || (err == nil) != (tt.n > 0) {
			t.Errorf("%s: %d, %v", tt.name, n, err)
		}
	}
}
