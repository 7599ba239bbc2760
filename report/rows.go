package report

import (
	"fmt"
	"io"
	"reflect"

	"waudit/report/sheet"
)

// WriteRows writes rows, structs of strings and numbers with JSON names, as an
// array of JSON or as CSV with these names for a header.
func WriteRows[T any](w io.Writer, format string, rows []T) error {
	if format == "json" {
		return indented(w, "").Encode(withLists(rows))
	}
	typ := reflect.TypeFor[T]()
	columns, cells := make([]sheet.Column, typ.NumField()), make([][]string, len(rows))
	for i := range columns {
		columns[i] = sheet.Column{Name: typ.Field(i).Tag.Get("json")}
	}
	for n, row := range rows {
		v := reflect.ValueOf(row)
		for i := range columns {
			cells[n] = append(cells[n], fmt.Sprint(v.Field(i).Interface()))
		}
	}
	return sheet.CSV(w, sheet.Of("rates", columns, cells), sheet.Comma)
}
