package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"reflect"
)

// WriteRows writes rows, structs of strings and numbers with JSON names, as an
// array of JSON or as CSV with these names for a header.
func WriteRows[T any](w io.Writer, format string, rows []T) error {
	if format == "json" {
		return indented(w, "").Encode(list(rows))
	}
	out := csv.NewWriter(w)
	typ := reflect.TypeFor[T]()
	header := make([]string, typ.NumField())
	for i := range header {
		header[i] = typ.Field(i).Tag.Get("json")
	}
	if err := out.Write(header); err != nil {
		return err
	}
	for _, row := range rows {
		v := reflect.ValueOf(row)
		cells := make([]string, len(header))
		for i := range cells {
			cells[i] = fmt.Sprint(v.Field(i).Interface())
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
