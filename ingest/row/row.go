// Package row is the vocabulary of tables: what CSV, spreadsheets and Parquet
// files hand to the dialects. A row is named cells; it can be read cell by cell,
// or as the JSON object that it stands for.
package row

// CellKind says what a cell holds.
type CellKind uint8

// The kinds of cell.
const (
	Null    CellKind = iota // no value: an empty CSV cell, a null
	Text                    // Cell.Text, as it stands in the file, unquoted
	Int                     // Cell.Int
	Bool                    // Cell.Int, 0 or 1
	Time                    // Cell.Int, Unix milliseconds UTC
	Nano                    // Cell.Int, a decimal number in billionths
	Float                   // Cell.Text, the shortest decimal that is the number
	JSON                    // Cell.Text, a JSON value: nested groups and lists
	Doubled                 // Cell.Text, a text as it stands between quotes in CSV, each quote in it twice
)

// Cell is one value. Text may share memory with the block that it was read from.
type Cell struct {
	Kind CellKind
	UTF8 bool // Text is known to be valid; else nobody has looked
	Int  int64
	Text string
}

// Columns are the names of the cells of all rows of a file, as the file has
// them, in its order. Rows of one layout share a pointer.
type Columns struct {
	Names []string
}

// Row is one record of a table. It is valid as long as the block it is from.
type Row struct {
	Columns *Columns
	Cells   []Cell // one for each name; a short row of a CSV file is filled up with Null
	UTF8    bool   // the texts of all cells are known to be valid; else Cell.UTF8 says which

	// Of a table that is text: its columns, even if this row has more cells, and what
	// separates the cells. Else nil and 0.
	Header    *Columns
	Delimiter byte
}
