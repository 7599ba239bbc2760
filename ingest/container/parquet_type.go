package container

import (
	"fmt"
	"time"

	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/format"
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

// leafTypeOf returns the type of a leaf. Annotations that do not go with the
// way in which it is stored, or are not known, are as good as none.
func leafTypeOf(e *format.SchemaElement) (leafType, error) {
	t := leafType{physical: e.Type.V}
	switch e.Type.V {
	case format.Boolean:
		t.meaning = meansBoolean
	case format.Int32, format.Float:
		t.length = 4
	case format.Int64, format.Double:
		t.length = 8
	case format.Int96:
		t.length, t.meaning = 12, meansLegacyInstant
	case format.ByteArray:
		t.meaning = meansText
	case format.FixedLenByteArray:
		t.length, t.meaning = int(e.TypeLength.V), meansText
		if t.length <= 0 {
			return t, fmt.Errorf("its column %.100q has values of %d bytes", e.Name, t.length)
		}
	default:
		return t, fmt.Errorf("its column %.100q is of the unknown type %d", e.Name, e.Type.V)
	}
	switch t.physical {
	case format.Float:
		t.meaning = meansSingle
	case format.Double:
		t.meaning = meansDouble
	}
	if e.LogicalType.Value != nil {
		t.annotate(e.LogicalType.Value)
	} else if e.ConvertedType.Valid {
		t.annotateLegacy(e)
	}
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
		if !l.IsSigned {
			t.unsigned(uint(l.BitWidth))
		}
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

// annotateLegacy takes in what the schema of an older file says.
func (t *leafType) annotateLegacy(e *format.SchemaElement) {
	millis, micros := format.TimeUnit{Value: &format.MilliSeconds{}}, format.TimeUnit{Value: &format.MicroSeconds{}}
	switch e.ConvertedType.V {
	case deprecated.Json:
		t.mean(meansJSON, t.isBytes())
	case deprecated.Date:
		t.mean(meansDate, t.isInt())
	case deprecated.Decimal:
		t.scale = int(e.Scale.V)
		t.mean(meansDecimal, t.isInt() || t.isBytes())
	case deprecated.TimeMillis:
		t.time(meansClock, millis)
	case deprecated.TimeMicros:
		t.time(meansClock, micros)
	case deprecated.TimestampMillis:
		t.time(meansInstant, millis)
	case deprecated.TimestampMicros:
		t.time(meansInstant, micros)
	case deprecated.Uint8:
		t.unsigned(8)
	case deprecated.Uint16:
		t.unsigned(16)
	case deprecated.Uint32:
		t.unsigned(32)
	case deprecated.Uint64:
		t.unsigned(64)
	}
}

func (t *leafType) mean(what meaning, applies bool) {
	if applies {
		t.meaning = what
	}
}

func (t *leafType) unsigned(bits uint) {
	t.bits = bits
	t.mean(meansUnsigned, t.isInt() && bits > 0)
}

func (t *leafType) time(what meaning, unit format.TimeUnit) {
	if unit.Value == nil || !t.isInt() {
		return
	}
	t.meaning = what
	t.unit = int64(unit.Value.Duration() / time.Nanosecond)
}
