package container

import (
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"math"
	"math/big"
	"strconv"
	"time"
	"unicode/utf8"

	avroschema "github.com/hamba/avro/v2"

	"waudit/ingest/row"
)

// avroValues are the values of a block that are still to be read. Behind an error
// there are none.
type avroValues struct {
	data    []byte
	budget  int   // of values, many times as many as fit: some take no bytes, and a schema may multiply them
	most    int   // bytes of a record in JSON
	start   int   // of the record, in what is appended to
	tooLong bool  // it has more, which are left out
	err     error // why no more can be read
}

// fail notes the first error.
func (v *avroValues) fail(what avroError) {
	v.data, v.err = nil, cmp.Or[error](v.err, what)
}

const shortAvro avroError = "a value is longer than its block"

func (v *avroValues) long() int64 {
	n, size := binary.Varint(v.data)
	if size <= 0 {
		v.fail(shortAvro)
		return 0
	}
	v.data = v.data[size:]
	return n
}

// take returns the next n bytes, and fewer only behind an error.
func (v *avroValues) take(n int64) (taken []byte) {
	if n < 0 || n > int64(len(v.data)) {
		v.fail(shortAvro)
		return nil
	}
	taken, v.data = v.data[:n], v.data[n:]
	return taken
}

// append appends the next value as JSON.
func (v *avroValues) append(dst []byte, schema avroschema.Schema, depth int) []byte {
	if v.budget--; depth > maxAvroDepth || v.budget < 0 {
		v.fail("values within values, too deep or too many")
	}
	if v.err != nil {
		return dst
	}
	if len(dst)-v.start > v.most { // what follows is read, and not kept
		dst, v.tooLong = dst[:v.start+min(sampleSize, v.most)], true
	}
	switch s := schema.(type) {
	case *avroschema.RefSchema:
		return v.append(dst, s.Schema(), depth+1)
	case *avroschema.RecordSchema:
		dst = append(dst, '{')
		for i, field := range s.Fields() {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(row.AppendString(dst, field.Name()), ':')
			dst = v.append(dst, field.Type(), depth+1)
		}
		return append(dst, '}')
	case *avroschema.ArraySchema:
		return v.appendItems(dst, s.Items(), depth, "[]")
	case *avroschema.MapSchema:
		return v.appendItems(dst, s.Values(), depth, "{}")
	case *avroschema.UnionSchema:
		i := v.long()
		if v.err != nil || i < 0 || i >= int64(len(s.Types())) {
			v.err = avroError("a value of no type of its union")
			return dst
		}
		return v.append(dst, s.Types()[i], depth+1)
	}
	cell := v.cell(schema)
	return cell.AppendJSON(dst)
}

// appendItems appends the items of an array or, if they are named, of a map.
func (v *avroValues) appendItems(dst []byte, item avroschema.Schema, depth int, ends string) []byte {
	dst = append(dst, ends[0])
	first := true
	for count := v.long(); count != 0 && v.err == nil; count = v.long() {
		if count < 0 { // their size follows
			v.long()
			count = -count
		}
		if count < 0 || count > int64(len(v.data)) {
			v.fail(shortAvro)
		}
		for ; count > 0 && v.err == nil; count-- {
			if !first {
				dst = append(dst, ',')
			}
			first = false
			if ends == "{}" {
				dst = append(row.AppendString(dst, string(v.take(v.long()))), ':')
			}
			dst = v.append(dst, item, depth+1)
		}
	}
	return append(dst, ends[1])
}

// cell reads a value that is no group of others.
func (v *avroValues) cell(schema avroschema.Schema) row.Cell {
	switch schema.Type() {
	case avroschema.Null:
	case avroschema.Boolean:
		if data := v.take(1); v.err == nil {
			return row.Cell{Kind: row.Bool, Int: int64(data[0] & 1)}
		}
	case avroschema.Int, avroschema.Long:
		return avroInt(v.long(), avroLogical(schema))
	case avroschema.Float:
		if data := v.take(4); v.err == nil {
			return avroFloat(float64(math.Float32frombits(binary.LittleEndian.Uint32(data))), 32)
		}
	case avroschema.Double:
		if data := v.take(8); v.err == nil {
			return avroFloat(math.Float64frombits(binary.LittleEndian.Uint64(data)), 64)
		}
	case avroschema.Enum:
		n := v.long()
		symbols := schema.(*avroschema.EnumSchema).Symbols()
		if v.err == nil && 0 <= n && n < int64(len(symbols)) {
			return row.Cell{Kind: row.Text, Text: symbols[n]}
		}
		v.err = avroError("a value of no name of its enum")
	case avroschema.Fixed:
		return avroBytes(v.take(int64(schema.(*avroschema.FixedSchema).Size())), schema)
	case avroschema.String, avroschema.Bytes:
		return avroBytes(v.take(v.long()), schema)
	default:
		v.fail("a type that is not known")
	}
	return row.Cell{}
}

// avroLogical is what a schema says beside the type of a value, "" if it says no more.
func avroLogical(schema avroschema.Schema) avroschema.LogicalType {
	if s, ok := schema.(avroschema.LogicalTypeSchema); ok && s.Logical() != nil {
		return s.Logical().Type()
	}
	return ""
}

// avroInt is the cell of an integer that may be a time.
func avroInt(n int64, logical avroschema.LogicalType) row.Cell {
	const clock, local = "15:04:05.999999", "2006-01-02T15:04:05.999999"
	var at time.Time
	layout := local + "Z"
	switch logical {
	case avroschema.Date:
		at, layout = time.Unix(0, 0).UTC().AddDate(0, 0, int(min(max(n, -math.MaxInt32), math.MaxInt32))), time.DateOnly
	case avroschema.TimeMillis:
		at, layout = time.UnixMilli(n), clock
	case avroschema.TimeMicros:
		at, layout = time.UnixMicro(n), clock
	case avroschema.TimestampMillis:
		at = time.UnixMilli(n)
	case avroschema.TimestampMicros:
		at = time.UnixMicro(n)
	case avroschema.LocalTimestampMillis:
		at, layout = time.UnixMilli(n), local
	case avroschema.LocalTimestampMicros:
		at, layout = time.UnixMicro(n), local
	default:
		return row.Cell{Kind: row.Int, Int: n}
	}
	return row.Cell{Kind: row.Text, Text: at.UTC().Format(layout)}
}

func avroFloat(f float64, bits int) row.Cell {
	return row.Cell{Kind: row.Float, Text: strconv.FormatFloat(f, 'g', -1, bits)}
}

// avroBytes is the cell of a text, of a decimal number, which is exact, or of bytes.
func avroBytes(data []byte, schema avroschema.Schema) row.Cell {
	if s, ok := schema.(avroschema.LogicalTypeSchema); ok && avroLogical(schema) == avroschema.Decimal && len(data) <= maxDecimal {
		n := new(big.Int).SetBytes(data)
		if len(data) > 0 && data[0]&0x80 != 0 { // two's complement
			n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(data))))
		}
		scale := min(s.Logical().(*avroschema.DecimalLogicalSchema).Scale(), 8*maxDecimal)
		power := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(scale)), nil)
		return row.Cell{Kind: row.Text, Text: new(big.Rat).SetFrac(n, power).FloatString(scale)}
	}
	if utf8.Valid(data) {
		return row.Cell{Kind: row.Text, Text: string(data)}
	}
	return row.Cell{Kind: row.Text, Text: base64.StdEncoding.EncodeToString(data)}
}

// maxDecimal is more bytes than any number of money has.
const maxDecimal = 64
