package container

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hamba/avro/v2/ocf"
)

const avroTestSchema = `{"type":"record","name":"r","fields":[
	{"name":"id","type":"long"},
	{"name":"payload","type":["null","string"]},
	{"name":"raw","type":"bytes"},
	{"name":"at","type":{"type":"long","logicalType":"timestamp-micros"}},
	{"name":"local","type":{"type":"long","logicalType":"local-timestamp-millis"}},
	{"name":"day","type":{"type":"int","logicalType":"date"}},
	{"name":"price","type":{"type":"bytes","logicalType":"decimal","precision":38,"scale":9}},
	{"name":"ok","type":"boolean"},
	{"name":"rate","type":"double"},
	{"name":"state","type":{"type":"enum","name":"e","symbols":["sent","read"]}},
	{"name":"tags","type":{"type":"array","items":"string"}},
	{"name":"more","type":{"type":"map","values":"int"}},
	{"name":"next","type":["null","r"]}]}`

func avroTestRecord(i int) map[string]any {
	return map[string]any{
		"id": int64(i), "payload": fmt.Sprintf(`{"n":%d}`, i), "raw": []byte("\xff\x00"), "at": time.UnixMicro(1_790_856_000_123_456),
		"local": time.UnixMilli(1_790_856_000_500).UTC(), "day": time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC), "price": big.NewRat(-68, 10_000), "ok": true, "rate": 1.5,
		"state": "read", "tags": []any{"a", "b\n"}, "more": map[string]any{"x": 1}, "next": nil,
	}
}

const avroTestText = `{"id":%d,"payload":"{\"n\":%d}","raw":"/wA=","at":"2026-10-01T12:00:00.123456Z","local":"2026-10-01T12:00:00.5","day":"2026-10-01",` +
	`"price":"-0.006800000","ok":true,"rate":1.5,"state":"read","tags":["a","b\n"],"more":{"x":1},"next":null}`

func avroOf(t testing.TB, schema string, codec ocf.CodecName, records ...any) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := ocf.NewEncoder(schema, &out, ocf.WithCodec(codec), ocf.WithBlockLength(3), ocf.WithSyncBlock([16]byte{1, 2, 3}))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		if err := w.Encode(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func avroSample(t testing.TB, codec ocf.CodecName) []byte {
	var records []any
	for i := range 10 {
		records = append(records, avroTestRecord(i))
	}
	return avroOf(t, avroTestSchema, codec, records...)
}

func TestAvro(t *testing.T) {
	var want []got
	for i := range 10 {
		want = append(want, got{int64(i + 1), 0, fmt.Sprintf(avroTestText, i, i)})
	}
	for _, codec := range []ocf.CodecName{ocf.Null, ocf.Deflate, ocf.Snappy, ocf.ZStandard} {
		for _, block := range []int{64, 1 << 20} {
			name, all, err := read(t, bytes.NewReader(avroSample(t, codec)), Sniffer{Limits: limits(1<<20, block)})
			if diff := cmp.Diff(want, all); diff != "" || name != "avro" || err != nil {
				t.Errorf("%s: %s, %v: %s", codec, name, err, diff)
			}
		}
	}
}

// What is damaged ends the file with an error behind what was read; nothing passes for
// a record that is none.
func TestAvroDamage(t *testing.T) {
	whole := avroSample(t, ocf.Null)
	sync := bytes.LastIndex(whole[:len(whole)-16], []byte{1, 2, 3, 0, 0})
	flipped := bytes.Clone(whole)
	flipped[sync] = 9
	long := avroOf(t, `"string"`, ocf.Null, "short", strings.Repeat("x", 500), "short")
	const recursive = `{"type":"record","name":"r","fields":[{"name":"a","type":"r"},{"name":"b","type":"r"}]}`
	hostile := bytes.Replace(avroOf(t, `{"type":"record","name":"r","fields":[{"name":"a","type":"int"},{"name":"bcdefg","type":"int"}]}`, ocf.Null, map[string]any{"a": 1, "bcdefg": 2}),
		[]byte(`"a","type":"int"},{"name":"bcdefg","type":"int"}`), []byte(`"a","type":"r"  },{"name":"bcdefg","type":"r"  }`), 1)
	for name, tt := range map[string]struct {
		data    []byte
		records int
		err     string
	}{
		"cut in a block":      {whole[:len(whole)-20], 9, "the Avro file is cut behind record 9"},
		"cut in its head":     {whole[:100], 0, "the Avro file is cut behind record 0"},
		"a wrong mark":        {flipped, 6, "the Avro file is damaged behind record 6: a block does not end where it says"},
		"too long":            {long, 3, ""},
		"endless":             {hostile, 0, "too deep or too many"},
		"endless schema":      {avroOf(t, recursive, ocf.Null), 0, ""},
		"an unknown codec":    {bytes.Replace(avroSample(t, "null"), []byte("\x08null"), []byte("\x08lzma"), 1), 0, "packed with"},
		"a size that is none": {append(bytes.Clone(whole[:bytes.Index(whole, []byte{1, 2, 3, 0, 0})+16]), 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f), 0, "a size that cannot be"},
	} {
		t.Run(name, func(t *testing.T) {
			_, all, err := read(t, bytes.NewReader(tt.data), Sniffer{Limits: limits(400, 1<<20)})
			if len(all) != tt.records || tt.err == "" && err != nil || tt.err != "" && (err == nil || !strings.Contains(err.Error(), tt.err)) {
				t.Errorf("got %d records, %v", len(all), err)
			}
		})
	}
}

// readAvro reads whatever there is, and fails only if that ends with no reason.
func readAvro(t *testing.T, data []byte) {
	o := Sniffer{Limits: limits(1<<16, 1<<16), Format: &avro}
	reader, _, err := o.Open(bytes.NewReader(data))
	if err != nil {
		return
	}
	for b := new(Block); err == nil; err = reader.Next(b) {
		for rec := range b.Records() {
			if len(rec.Text) > 1<<20 {
				t.Fatalf("a record of %d bytes", len(rec.Text))
			}
		}
	}
	if err == nil || errors.Is(err, io.ErrNoProgress) {
		t.Fatal(err)
	}
}

func FuzzAvro(f *testing.F) {
	for _, codec := range []ocf.CodecName{ocf.Null, ocf.Deflate, ocf.Snappy, ocf.ZStandard} {
		f.Add(avroSample(f, codec))
	}
	f.Fuzz(readAvro)
}

// FuzzAvro finds few files that open at all.
func TestAvroMutations(t *testing.T) {
	sample := avroSample(t, ocf.Null)
	rng := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		readAvro(t, mutate(rng, sample))
	}
}
