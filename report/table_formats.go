package report

import (
	"io"

	"waudit/report/format"
	"waudit/report/sheet"
)

// sheets are the formats for spreadsheets of a document that is made of tables, of
// which main is the one that formats of a single table have.
func sheets[T any](title string, tables func(T, Options) []sheet.Table, main int) format.List[T] {
	return format.List[T]{
		{Name: "csv", For: "any spreadsheet: a row each", Write: func(w io.Writer, doc T, o Options) error {
			return sheet.CSV(w, tables(doc, o)[main], sheet.Dialect(o.CSV))
		}},
		{Name: "xlsx", For: "Excel: a sheet for each part of the report", Binary: true, Write: func(w io.Writer, doc T, o Options) error {
			return sheet.XLSX(w, tables(doc, o), o.TempDir)
		}},
		{Name: "markdown", For: "wikis and tickets: the sums, and the rows with the most money", Write: func(w io.Writer, doc T, o Options) error {
			return sheet.Markdown(w, title, tables(doc, o))
		}},
		{Name: "parquet", For: "databases and notebooks: a row each", Binary: true, Write: func(w io.Writer, doc T, o Options) error {
			return sheet.Parquet(w, tables(doc, o)[main])
		}},
	}
}
