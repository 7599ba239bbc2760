package container

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"

	"waudit/ingest/row"
)

func TestDecimals(t *testing.T) {
	tests := []struct {
		digits int64
		scale  int
		want   row.Cell
	}{
		{12345, 4, row.Cell{Kind: row.Nano, Int: 1_234_500_000}},
		{-1, 9, row.Cell{Kind: row.Nano, Int: -1}},
		{1_000, 12, row.Cell{Kind: row.Nano, Int: 1}},
		{1_001, 12, row.Cell{Kind: row.Text, Text: "0.000000001001"}},
		{-5, 12, row.Cell{Kind: row.Text, Text: "-0.000000000005"}},
		{math.MaxInt64, 0, row.Cell{Kind: row.Text, Text: "9223372036854775807"}},
		{math.MinInt64, 2, row.Cell{Kind: row.Text, Text: "-92233720368547758.08"}},
	}
	for _, tt := range tests {
		typ := leafType{meaning: meansDecimal, scale: tt.scale}
		var made texts
		if diff := cmp.Diff(tt.want, typ.ofInt(tt.digits, &made)); diff != "" {
			t.Error(tt.digits, tt.scale, diff)
		}
		// The same digits as bytes, with as many in front as sixteen need.
		b := binary.BigEndian.AppendUint64(make([]byte, 8), uint64(tt.digits))
		if tt.digits < 0 {
			copy(b, "\xff\xff\xff\xff\xff\xff\xff\xff")
		}
		if diff := cmp.Diff(tt.want, typ.ofBytes(b, &made)); diff != "" {
			t.Error(tt.digits, tt.scale, "as bytes", diff)
		}
	}
	big := append([]byte{0xff}, make([]byte, 8)...) // -(2^64)
	if got := (&leafType{meaning: meansDecimal, scale: 1}).ofBytes(big, new(texts)); got.Text != "-1844674407370955161.6" {
		t.Errorf("got %+v", got)
	}
}

// A time before 1970 is in the millisecond, and on the day, that has begun.
func TestTimes(t *testing.T) {
	tests := []struct {
		meaning meaning
		unit    int64
		value   int64
		want    row.Cell
	}{
		{meansInstant, 1_000_000, -1, row.Cell{Kind: row.Time, Int: -1}},
		{meansInstant, 1_000, -1, row.Cell{Kind: row.Time, Int: -1}},
		{meansInstant, 1, 1_999_999, row.Cell{Kind: row.Time, Int: 1}},
		{meansLocalTime, 1_000, -1, row.Cell{Kind: row.Text, Text: "1969-12-31T23:59:59.999999"}},
		{meansLocalTime, 1_000_000, 1_754_272_800_000, row.Cell{Kind: row.Text, Text: "2025-08-04T02:00:00"}},
		{meansClock, 1, 3_723_000_000_001, row.Cell{Kind: row.Text, Text: "01:02:03.000000001"}},
		{meansDate, 0, -1, row.Cell{Kind: row.Text, Text: "1969-12-31"}},
	}
	for _, tt := range tests {
		typ := leafType{meaning: tt.meaning, unit: tt.unit}
		if diff := cmp.Diff(tt.want, typ.ofInt(tt.value, new(texts))); diff != "" {
			t.Error(tt.value, diff)
		}
	}
}

func TestFloats(t *testing.T) {
	tests := []struct {
		meaning meaning
		bits    uint64
		want    row.Cell
	}{
		{meansSingle, uint64(math.Float32bits(0.1)), row.Cell{Kind: row.Float, Text: "0.1"}},
		{meansDouble, math.Float64bits(15551230001), row.Cell{Kind: row.Float, Text: "15551230001"}},
		{meansDouble, math.Float64bits(1e-7), row.Cell{Kind: row.Float, Text: "1e-07"}},
		{meansDouble, math.Float64bits(math.NaN()), row.Cell{Kind: row.Text, Text: "NaN"}},
		{meansDouble, math.Float64bits(math.Inf(-1)), row.Cell{Kind: row.Text, Text: "-Inf"}},
		{meansHalf, 0x3c01, row.Cell{Kind: row.Float, Text: "1.0009766"}},
		{meansHalf, 0xfc00, row.Cell{Kind: row.Text, Text: "-Inf"}},
		{meansHalf, 0x7e00, row.Cell{Kind: row.Text, Text: "NaN"}},
		{meansHalf, 0x8001, row.Cell{Kind: row.Float, Text: "-5.9604645e-08"}},
	}
	for _, tt := range tests {
		typ := leafType{meaning: tt.meaning}
		got := typ.ofInt(int64(tt.bits), new(texts))
		if tt.meaning == meansHalf {
			got = typ.ofBytes(binary.LittleEndian.AppendUint16(nil, uint16(tt.bits)), new(texts))
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%x: %s", tt.bits, diff)
		}
	}
}

// What is no JSON does not become a part of the row's JSON.
func TestBrokenJSONIsText(t *testing.T) {
	typ := leafType{meaning: meansJSON}
	for text, want := range map[string]row.CellKind{`{"a":1}`: row.JSON, `1,"b":2`: row.Text, "": row.Text} {
		if got := typ.ofBytes([]byte(text), new(texts)); got.Kind != want || got.Text != text {
			t.Errorf("%s: got %+v", text, got)
		}
	}
}

// Runs of every width are read alike, however many of their numbers are.
func TestRuns(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for width := uint(1); width <= 32; width++ {
		var want []int32
		var data []byte
		for range 20 {
			if rng.IntN(2) == 0 {
				v, n := rng.Uint32()>>(32-width), 1+rng.IntN(100)
				data = binary.AppendUvarint(data, uint64(n)<<1)
				data = append(data, binary.LittleEndian.AppendUint32(nil, v)[:(width+7)/8]...)
				for range n {
					want = append(want, int32(v))
				}
				continue
			}
			groups := 1 + rng.IntN(10)
			data = binary.AppendUvarint(data, uint64(groups)<<1|1)
			bits := make([]byte, groups*int(width))
			for i := range 8 * groups {
				v := rng.Uint32() >> (32 - width)
				want = append(want, int32(v))
				for b := range int(width) {
					at := i*int(width) + b
					bits[at/8] |= byte(v>>b&1) << (at % 8)
				}
			}
			data = append(data, bits...)
		}
		page := append(append(make([]byte, 0, len(data)+1+padding), byte(width)), data...)
		for _, n := range []int{0, 1, rng.IntN(len(want)), len(want)} {
			got, err := readIndexes(nil, page, n)
			if err != nil || !slices.Equal(got, want[:n]) {
				t.Fatalf("width %d, %d numbers: %v", width, n, err)
			}
		}
		if _, err := readIndexes(nil, page, len(want)+1); err == nil {
			t.Errorf("width %d: no end", width)
		}
	}
}

// A few bytes that claim a lot are refused before the library takes room for it.
func TestRunsClaimTooMuch(t *testing.T) {
	const many = "\xfe\xff\xff\xff\x0f" // an even number beyond 4 billion: a run of 2 billion
	total := string(binary.AppendUvarint(nil, maxValues+1))
	tests := map[string]func(data []byte) error{
		many + "\x01":                   func(data []byte) error { _, err := readLevels(nil, data, 1, 10); return err },
		"\x08" + many + "\x01":          func(data []byte) error { _, err := readIndexes(nil, data, 10); return err },
		"\x21\x02\x01":                  func(data []byte) error { _, err := readIndexes(nil, data, 1); return err },
		"\x80\x01\x04" + total + "\x00": func(data []byte) error { _, _, err := readDeltas(nil, data, 10); return err },
	}
	for data, read := range tests {
		page := append(make([]byte, 0, len(data)+padding), data...)
		if err := read(page); err == nil {
			t.Errorf("%q: no error", data)
		}
	}
}

// groupElement is a part of a schema with n children.
func groupElement(name string, r format.FieldRepetitionType, n int32, annotation ...deprecated.ConvertedType) format.SchemaElement {
	e := format.SchemaElement{Name: name, RepetitionType: thrift.New(r), NumChildren: thrift.New(n)}
	if len(annotation) > 0 {
		e.ConvertedType = thrift.New(annotation[0])
	}
	return e
}

// leafElement is a column of integers.
func leafElement(name string, r format.FieldRepetitionType) format.SchemaElement {
	return format.SchemaElement{Name: name, RepetitionType: thrift.New(r), Type: thrift.New(format.Int32)}
}

// shape writes a node with the levels of its lists and leaves.
func shape(n *schemaNode) string {
	var children []string
	for _, c := range n.children {
		children = append(children, shape(c))
	}
	inner := strings.Join(children, " ")
	switch n.kind {
	case leafNode:
		return fmt.Sprintf("%s:%d/%d", n.name, n.maxDef, n.maxRep)
	case listNode:
		return fmt.Sprintf("%s[%s]", n.name, inner)
	case mapNode:
		return fmt.Sprintf("%s<%s>", n.name, inner)
	}
	return fmt.Sprintf("%s{%s}", n.name, inner)
}

// Lists and maps are known in all the ways in which they were ever written.
func TestSchemaShapes(t *testing.T) {
	const optional, required, repeated = format.Optional, format.Required, format.Repeated
	const list, mapped, keyValue = deprecated.List, deprecated.Map, deprecated.MapKeyValue
	root := groupElement("schema", required, 1)
	tests := []struct {
		name     string
		elements []format.SchemaElement
		want     string
	}{
		{"three levels", []format.SchemaElement{root, groupElement("a", optional, 1, list), groupElement("list", repeated, 1),
			leafElement("element", optional)}, "a[element:3/1]"},
		{"two levels", []format.SchemaElement{root, groupElement("a", optional, 1, list), leafElement("element", repeated)}, "a[element:2/1]"},
		{"two levels, of a group", []format.SchemaElement{root, groupElement("a", optional, 1, list), groupElement("element", repeated, 2),
			leafElement("x", required), leafElement("y", optional)}, "a[element{x:2/1 y:3/1}]"},
		{"two levels, by the name array", []format.SchemaElement{root, groupElement("a", required, 1, list), groupElement("array", repeated, 1),
			leafElement("x", required)}, "a[array{x:1/1}]"},
		{"two levels, by the name of the list", []format.SchemaElement{root, groupElement("a", required, 1, list),
			groupElement("a_tuple", repeated, 1), leafElement("x", required)}, "a[a_tuple{x:1/1}]"},
		{"list of lists in two levels", []format.SchemaElement{root, groupElement("a", optional, 1, list), groupElement("array", repeated, 1, list),
			leafElement("array", repeated)}, "a[array[array:3/2]]"},
		{"repeated without a list", []format.SchemaElement{root, leafElement("a", repeated)}, "a[a:1/1]"},
		{"repeated group without a list", []format.SchemaElement{root, groupElement("a", repeated, 1), leafElement("x", optional)}, "a[a{x:2/1}]"},
		{"map", []format.SchemaElement{root, groupElement("a", optional, 1, mapped), groupElement("key_value", repeated, 2),
			leafElement("key", required), leafElement("value", optional)}, "a<key:2/1 value:3/1>"},
		{"map, as old writers annotate it", []format.SchemaElement{root, groupElement("a", optional, 1, keyValue), groupElement("map", repeated, 2),
			leafElement("key", required), leafElement("value", required)}, "a<key:2/1 value:2/1>"},
		{"map without values", []format.SchemaElement{root, groupElement("a", optional, 1, mapped), groupElement("key_value", repeated, 1),
			leafElement("key", required)}, "a[key:2/1]"},
		{"list that is none", []format.SchemaElement{root, groupElement("a", optional, 1, list), leafElement("x", required)}, "a{x:1/0}"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := schemaBuilder{elements: tt.elements}
			node, err := b.build()
			if err != nil {
				t.Fatal(err)
			}
			if got := shape(node.children[0]); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestSchemaRefusal(t *testing.T) {
	root := groupElement("schema", format.Required, 1)
	deep := []format.SchemaElement{root}
	for range 2 * maxNesting {
		deep = append(deep, groupElement("a", format.Required, 1))
	}
	tests := map[string][]format.SchemaElement{
		"nothing":       nil,
		"no columns":    {groupElement("schema", format.Required, 0)},
		"too few":       {groupElement("schema", format.Required, 2), leafElement("a", format.Optional)},
		"too many":      {root, leafElement("a", format.Optional), leafElement("b", format.Optional)},
		"nested deep":   append(deep, leafElement("a", format.Optional)),
		"unknown type":  {root, {Name: "a", Type: thrift.New(format.Type(99))}},
		"empty group":   {root, groupElement("a", format.Optional, 0)},
		"no length":     {root, {Name: "a", Type: thrift.New(format.FixedLenByteArray)}},
		"endless scale": {root, {Name: "a", Type: thrift.New(format.Int32), ConvertedType: thrift.New(deprecated.Decimal), Scale: thrift.New(int32(1000))}},
	}
	for name, elements := range tests {
		b := schemaBuilder{elements: elements}
		if _, err := b.build(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
