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
	case format.Int32:
		t.length = 4
	case format.Int64:
		t.length = 8
	case format.Float:
		t.length, t.meaning = 4, meansSingle
	case format.Double:
		t.length, t.meaning = 8, meansDouble
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
	millis, micros := format.TimeUnit{Value: &format.MilliSeconds{}}, format.TimeUnit{Value: &format.MicroSeconds{}}
	switch e.ConvertedType.V {
	case deprecated.Json:
		return &format.JsonType{}
	case deprecated.Date:
		return &format.DateType{}
	case deprecated.Decimal:
		return &format.DecimalType{Scale: e.Scale.V}
	case deprecated.TimeMillis:
		return &format.TimeType{Unit: millis}
	case deprecated.TimeMicros:
		return &format.TimeType{Unit: micros}
	case deprecated.TimestampMillis:
		return &format.TimestampType{IsAdjustedToUTC: true, Unit: millis}
	case deprecated.TimestampMicros:
		return &format.TimestampType{IsAdjustedToUTC: true, Unit: micros}
	case deprecated.Uint8, deprecated.Uint16, deprecated.Uint32, deprecated.Uint64:
		return &format.IntType{BitWidth: 8 << (e.ConvertedType.V - deprecated.Uint8)}
	}
	return nil
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
