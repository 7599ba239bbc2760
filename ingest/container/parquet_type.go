package container

import (
	"encoding/binary"
	stdjson "encoding/json"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unsafe"

	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/format"

	"waudit/ingest/row"
)

// meaning is what the values of a leaf stand for.
type meaning uint8

const (
	meansInteger  meaning = iota
	meansUnsigned         // of no more bits than leafType.bits
	meansBoolean
	meansSingle // float
	meansDouble
	meansHalf // a float of 16 bits
	meansText // also bytes of which nothing is said: as they stand
	meansJSON
	meansUUID
	meansDate          // days since 1970
	meansClock         // time of a day
	meansInstant       // time since 1970 UTC
	meansLocalTime     // time since 1970 in a zone that the file does not name
	meansLegacyInstant // nanoseconds of a Julian day, as Spark and Hive wrote them, in UTC
	meansDecimal
)

// leafType is how the values of a leaf are stored, and what they mean.
type leafType struct {
	physical format.Type
	length   int // bytes of a value if it is of fixed length, else 0
	meaning  meaning
	bits     uint  // of unsigned
	unit     int64 // of times: nanoseconds in one
	scale    int   // of decimal: digits behind the point
}

// maxScale bounds the digits behind the point of a decimal. Nobody writes more
// than 76.
const maxScale = 100

// leafTypes are the types of leaves of which no more is said than how they are stored.
var leafTypes = map[format.Type]leafType{
	format.Boolean:           {meaning: meansBoolean},
	format.Int32:             {length: 4},
	format.Int64:             {length: 8},
	format.Float:             {length: 4, meaning: meansSingle},
	format.Double:            {length: 8, meaning: meansDouble},
	format.Int96:             {length: 12, meaning: meansLegacyInstant},
	format.ByteArray:         {meaning: meansText},
	format.FixedLenByteArray: {meaning: meansText},
}

// leafTypeOf returns the type of a leaf. Annotations that do not go with the
// way in which it is stored, or are not known, are as good as none.
func leafTypeOf(e *format.SchemaElement) (leafType, error) {
	t, ok := leafTypes[e.Type.V]
	if !ok {
		return t, fmt.Errorf("its column %.100q is of the unknown type %d", e.Name, e.Type.V)
	}
	if t.physical = e.Type.V; t.isFixed() {
		if t.length = int(e.TypeLength.V); t.length <= 0 {
			return t, fmt.Errorf("its column %.100q has values of %d bytes", e.Name, t.length)
		}
	}
	t.annotate(logicalType(e))
	if t.meaning == meansDecimal && (t.scale < 0 || t.scale > maxScale) {
		return t, fmt.Errorf("its column %.100q has decimals with %d digits behind the point", e.Name, t.scale)
	}
	return t, nil
}

func (t *leafType) isInt() bool   { return t.physical == format.Int32 || t.physical == format.Int64 }
func (t *leafType) isBytes() bool { return t.physical == format.ByteArray || t.isFixed() }

// isNumber reports whether values are 4 or 8 bytes that are a number.
func (t *leafType) isNumber() bool {
	return t.isInt() || t.physical == format.Float || t.physical == format.Double
}

func (t *leafType) isFixed() bool { return t.physical == format.FixedLenByteArray }

// annotate takes in what the schema says of the leaf.
func (t *leafType) annotate(logical format.LogicalTypeValue) {
	switch l := logical.(type) {
	case *format.JsonType:
		t.mean(meansJSON, t.isBytes())
	case *format.UUIDType:
		t.mean(meansUUID, t.isFixed() && t.length == 16)
	case *format.Float16Type:
		t.mean(meansHalf, t.isFixed() && t.length == 2)
	case *format.DateType:
		t.mean(meansDate, t.isInt())
	case *format.IntType:
		t.bits = uint(l.BitWidth)
		t.mean(meansUnsigned, t.isInt() && !l.IsSigned && t.bits > 0)
	case *format.DecimalType:
		t.scale = int(l.Scale)
		t.mean(meansDecimal, t.isInt() || t.isBytes())
	case *format.TimestampType:
		what := meansLocalTime
		if l.IsAdjustedToUTC {
			what = meansInstant
		}
		t.time(what, l.Unit)
	case *format.TimeType:
		t.time(meansClock, l.Unit)
	}
}

// logicalType returns how a leaf is annotated, nil if it is not. Older files
// have other names for it.
func logicalType(e *format.SchemaElement) format.LogicalTypeValue {
	if e.LogicalType.Value != nil || !e.ConvertedType.Valid {
		return e.LogicalType.Value
	}
	switch kind := e.ConvertedType.V; kind {
	case deprecated.Decimal:
		return &format.DecimalType{Scale: e.Scale.V}
	case deprecated.Uint8, deprecated.Uint16, deprecated.Uint32, deprecated.Uint64:
		return &format.IntType{BitWidth: 8 << (kind - deprecated.Uint8)}
	default:
		return convertedTypes[kind]
	}
}

var millis, micros = format.TimeUnit{Value: &format.MilliSeconds{}}, format.TimeUnit{Value: &format.MicroSeconds{}}

// convertedTypes are the names that older files have.
var convertedTypes = map[deprecated.ConvertedType]format.LogicalTypeValue{
	deprecated.Json:            &format.JsonType{},
	deprecated.Date:            &format.DateType{},
	deprecated.TimeMillis:      &format.TimeType{Unit: millis},
	deprecated.TimeMicros:      &format.TimeType{Unit: micros},
	deprecated.TimestampMillis: &format.TimestampType{IsAdjustedToUTC: true, Unit: millis},
	deprecated.TimestampMicros: &format.TimestampType{IsAdjustedToUTC: true, Unit: micros},
}

func (t *leafType) mean(what meaning, applies bool) {
	if applies {
		t.meaning = what
	}
}

func (t *leafType) time(what meaning, unit format.TimeUnit) {
	if unit.Value == nil || !t.isInt() {
		return
	}
	t.meaning = what
	t.unit = int64(unit.Value.Duration() / time.Nanosecond)
}

// texts holds text that is made, not found, until it is emptied. What was cut
// from it stays as it is when it grows.
type texts []byte

// since returns what was appended behind start.
func (t texts) since(start int) string { return view(t[start:]) }

// view returns b as a string without copying it: a column of strings costs one
// header a value that way. It changes with b, which is why a page is read into
// the memory of another only when the rows of that are done with.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// ofInt returns the cell of a value that is stored in 32 or 64 bits.
func (t *leafType) ofInt(v int64, made *texts) row.Cell {
	start := len(*made)
	kind := row.Text
	switch t.meaning {
	case meansInteger:
		return row.Cell{Kind: row.Int, Int: v}
	case meansBoolean:
		return row.Cell{Kind: row.Bool, Int: v}
	case meansUnsigned:
		u := uint64(v)
		if t.bits < 64 {
			u &= 1<<t.bits - 1
		}
		if u <= math.MaxInt64 {
			return row.Cell{Kind: row.Int, Int: int64(u)}
		}
		*made = strconv.AppendUint(*made, u, 10)
	case meansInstant:
		return row.Cell{Kind: row.Time, Int: floorDiv(v, int64(time.Millisecond)/t.unit)}
	case meansLocalTime:
		*made = t.time1970(v).AppendFormat(*made, "2006-01-02T15:04:05.999999999")
	case meansClock:
		*made = t.time1970(v).AppendFormat(*made, "15:04:05.999999999")
	case meansDate:
		*made = time.Unix(v*24*60*60, 0).UTC().AppendFormat(*made, time.DateOnly)
	case meansDecimal:
		return t.ofDecimal(v, made)
	case meansSingle:
		kind = appendFloat(made, float64(math.Float32frombits(uint32(v))), 32)
	case meansDouble:
		kind = appendFloat(made, math.Float64frombits(uint64(v)), 64)
	}
	return row.Cell{Kind: kind, Text: made.since(start)}
}

// ofBytes returns the cell of a value that is stored as bytes.
func (t *leafType) ofBytes(b []byte, made *texts) row.Cell {
	start := len(*made)
	switch t.meaning {
	case meansJSON:
		if stdjson.Valid(b) {
			return row.Cell{Kind: row.JSON, Text: view(b)}
		}
	case meansUUID:
		*made = fmt.Appendf(*made, "%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
		return row.Cell{Kind: row.Text, Text: made.since(start)}
	case meansHalf:
		kind := appendFloat(made, halfFloat(binary.LittleEndian.Uint16(b)), 32)
		return row.Cell{Kind: kind, Text: made.since(start)}
	case meansLegacyInstant:
		return row.Cell{Kind: row.Time, Int: julianMillis(b)}
	case meansDecimal:
		return t.ofBigDecimal(b, made)
	}
	return row.Cell{Kind: row.Text, Text: view(b)}
}

func (t *leafType) time1970(v int64) time.Time {
	perSecond := int64(time.Second) / t.unit
	seconds := floorDiv(v, perSecond)
	return time.Unix(seconds, (v-seconds*perSecond)*t.unit).UTC()
}

// floorDiv divides and rounds down: a time before 1970 is in the millisecond
// that has begun.
func floorDiv(v, by int64) int64 {
	q := v / by
	if v%by < 0 {
		q--
	}
	return q
}

// julianMillis returns Unix milliseconds: b is nanoseconds of a day and the
// number of the day.
func julianMillis(b []byte) int64 {
	const unixEpoch = 2_440_588
	nanos := int64(binary.LittleEndian.Uint64(b))
	day := int64(int32(binary.LittleEndian.Uint32(b[8:])))
	return (day-unixEpoch)*24*60*60*1000 + floorDiv(nanos, int64(time.Millisecond))
}

// appendFloat appends the shortest decimal that is f, as JSON has it. What is
// no number is text. From where not every integer has a number of its own, that
// shows: an id of so many digits has lost some.
func appendFloat(made *texts, f float64, bits int) row.CellKind {
	exact := float64(1 << 53)
	if bits == 32 {
		exact = 1 << 24
	}
	layout := byte('f')
	if a := math.Abs(f); a != 0 && (a < 1e-6 || a >= exact) {
		layout = 'e'
	}
	*made = strconv.AppendFloat(*made, f, layout, -1, bits)
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return row.Text
	}
	return row.Float
}

// halfFloat returns the number of which the bits are in IEEE 754 binary16.
func halfFloat(bits uint16) float64 {
	const fraction = 1 << 10
	sign := 1.0
	if bits>>15 == 1 {
		sign = -1
	}
	exponent, rest := int(bits>>10&31), float64(bits&(fraction-1))
	switch {
	case exponent == 31 && rest == 0:
		return math.Inf(int(sign))
	case exponent == 31:
		return math.NaN()
	case exponent == 0:
		return math.Copysign(math.Ldexp(rest, -24), sign)
	}
	return sign * math.Ldexp(rest+fraction, exponent-25)
}

// nanoDigits is how many digits behind the point row.Nano has.
const nanoDigits = 9

// ofDecimal returns the decimal of which v is the digits: as billionths where
// it is a number of them exactly, else as text.
func (t *leafType) ofDecimal(v int64, made *texts) row.Cell {
	n, ok := v, true
	for s := t.scale; s < nanoDigits && ok; s++ {
		ok = n <= math.MaxInt64/10 && n >= math.MinInt64/10
		n *= 10
	}
	for s := t.scale; s > nanoDigits && ok; s-- {
		ok = n%10 == 0
		n /= 10
	}
	if ok {
		return row.Cell{Kind: row.Nano, Int: n}
	}
	return t.textDecimal(strconv.FormatInt(v, 10), made)
}

// ofBigDecimal returns the decimal of which b is the digits, as a number in two's
// complement with the highest byte first.
func (t *leafType) ofBigDecimal(b []byte, made *texts) row.Cell {
	if len(b) == 0 {
		return row.Cell{}
	}
	fill := byte(int8(b[0]) >> 7)
	for len(b) > 1 && b[0] == fill && (b[1]^fill)&0x80 == 0 {
		b = b[1:]
	}
	if len(b) <= 8 {
		v := int64(int8(fill))
		for _, c := range b {
			v = v<<8 | int64(c)
		}
		return t.ofDecimal(v, made)
	}
	v := new(big.Int).SetBytes(b)
	if fill != 0 {
		v.Sub(v, new(big.Int).Lsh(big.NewInt(1), uint(8*len(b))))
	}
	return t.textDecimal(v.String(), made)
}

// textDecimal puts the point into digits.
func (t *leafType) textDecimal(digits string, made *texts) row.Cell {
	start := len(*made)
	if digits[0] == '-' {
		*made = append(*made, '-')
		digits = digits[1:]
	}
	digits = strings.Repeat("0", max(0, t.scale+1-len(digits))) + digits
	point := len(digits) - t.scale
	*made = append(*made, digits[:point]...)
	if t.scale > 0 {
		*made = append(append(*made, '.'), digits[point:]...)
	}
	return row.Cell{Kind: row.Text, Text: made.since(start)}
}
