package sheet

import (
	"io"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/parquet-go/parquet-go"

	"waudit/audit/money"
)

// Parquet writes a table. Every column is optional: text, instants in UTC with
// milliseconds, whole numbers, and money as DECIMAL(38, 9).
func Parquet(w io.Writer, t Table) error {
	columns := make([]parquet.Node, len(t.Columns))
	group := ordered{Group: parquet.Group{}}
	for i, c := range t.Columns {
		columns[i] = parquet.Optional(node(c.Kind))
		group.Group[c.Name] = columns[i]
		group.names = append(group.names, c.Name)
	}
	out := parquet.NewWriter(w, parquet.NewSchema(t.Name, group), parquet.Compression(&parquet.Zstd))
	row := make(parquet.Row, len(t.Columns))
	err := t.Rows(func(cells []string) error {
		for i, text := range cells {
			row[i] = value(text, t.Columns[i].Kind)
			level := 1
			if row[i].IsNull() {
				level = 0
			}
			row[i] = row[i].Level(0, level, i)
		}
		_, err := out.WriteRows([]parquet.Row{row})
		return err
	})
	if err != nil {
		return err
	}
	return out.Close()
}

// moneyBytes is how wide money is: 128 bits, as money.Amount.
const moneyBytes = 16

func node(kind ColumnKind) parquet.Node {
	switch kind {
	case Count:
		return parquet.Int(64)
	case Money:
		return parquet.Decimal(9, 38, parquet.FixedLenByteArrayType(moneyBytes))
	case Instant:
		return parquet.Timestamp(parquet.Millisecond)
	case Truth:
		return parquet.Leaf(parquet.BooleanType)
	}
	return parquet.String()
}

// value is a cell of a column, null if it is empty or not of the column's kind.
func value(text string, kind ColumnKind) parquet.Value {
	switch kind {
	case Count:
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return parquet.Int64Value(n)
		}
	case Money:
		if a, err := money.Parse(text); err == nil {
			return parquet.FixedLenByteArrayValue(twosComplement(a))
		}
	case Instant:
		if at, _, ok := moment(text); ok {
			return parquet.Int64Value(at.UnixMilli())
		}
	case Truth:
		if b, err := strconv.ParseBool(text); err == nil {
			return parquet.BooleanValue(b)
		}
	case Text, Link:
		if text != "" {
			return parquet.ByteArrayValue([]byte(strings.ToValidUTF8(text, "\ufffd")))
		}
	}
	return parquet.NullValue()
}

// twosComplement is an amount in billionths, highest byte first.
func twosComplement(a money.Amount) []byte {
	n, _ := new(big.Int).SetString(strings.Replace(money.Format(a, 9), ".", "", 1), 10)
	if n.Sign() < 0 {
		n.Add(n, new(big.Int).Lsh(big.NewInt(1), 8*moneyBytes))
	}
	return n.FillBytes(make([]byte, moneyBytes))
}

// ordered is a group whose columns stay in their order.
type ordered struct {
	parquet.Group
	names []string
}

// Fields returns the columns in the order of names.
func (o ordered) Fields() []parquet.Field {
	fields := o.Group.Fields()
	slices.SortFunc(fields, func(a, b parquet.Field) int {
		return slices.Index(o.names, a.Name()) - slices.Index(o.names, b.Name())
	})
	return fields
}
