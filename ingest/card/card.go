// Package card reads rate cards as they are published: Meta's lists and volume
// tiers in CSV and XLSX, and what a provider agreed to. What it reads becomes
// rows of the program's own card.
//
//	card.go       files to tables, which layout a table has, and its prices and counts
//	list.go       Meta's lists: what stands above a header, a row a market, a column a category
//	tiers.go      Meta's volume tiers
//	pricelist.go  a provider's list, by the columns that a contract names
//	contract.go   what a contract says
//	assemble.go   one card of Meta's tables, or of mark-ups on Meta's card
package card

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"waudit/audit/rate"
	"waudit/ingest/container"
	"waudit/ingest/notation"
	"waudit/ingest/row"
)

// Options say what a file cannot tell of itself.
type Options struct {
	Markets   *rate.Markets
	Base      *rate.Card // Meta's card, to compare with and to mark up
	Effective rate.Day   // from when the rates hold; 0: as the title says
	Contract  *Contract  // how to read a provider's list; nil: Meta's layouts
}

// SourceFile is a file that was read. Its name and hash are the source of its figures.
type SourceFile struct {
	Name   string // path or address
	SHA256 string // in hex, of the file as it lies there
	Data   []byte // without compression
}

// Sheet is what was read from one table.
type Sheet struct {
	Title    string
	Currency string
	Day      rate.Day // from when the rates hold, the earliest if they differ
	Markets  int
	Rows     []rate.ListedRate
	Notes    []string // what is odd, and what was left out
}

// CellError says which cell is wrong.
type CellError struct {
	Row, Column int // from 0
	Reason      string
}

// Error names the cell as spreadsheets do, C12.
func (e *CellError) Error() string { return "cell " + cellName(e.Row, e.Column) + ": " + e.Reason }

// cellName is what spreadsheets call a cell; both counts are from 0.
func cellName(row, column int) string {
	letters := ""
	for n := column + 1; n > 0; n = (n - 1) / 26 {
		letters = string(rune('A'+(n-1)%26)) + letters
	}
	return letters + strconv.Itoa(row+1)
}

// fail ends the reading of a table, for what is wrong with a cell: sheet returns it.
func fail(row, column int, format string, args ...any) {
	panic(&CellError{row, column, fmt.Sprintf(format, args...)})
}

// MaxFile is how large a card may be, in bytes: the largest of Meta's has some
// 30 kB.
const MaxFile = 8 << 20

// Parse reads the tables of a file. The error names the sheet if there are
// several, the cell, and what to do.
func Parse(f SourceFile, o Options) ([]*Sheet, error) {
	if len(f.Data) > MaxFile {
		return nil, fmt.Errorf("more than %d MB are too much for a rate card; is it the right file?", MaxFile>>20)
	}
	grids, err := container.Grids(f.Data)
	if err != nil {
		return nil, err
	}
	var sheets []*Sheet
	for _, g := range grids {
		read := reader{Options: o, cells: g.Rows, source: filepath.Base(f.Name) + " sha256:" + f.SHA256}
		s, err := read.sheet()
		if err != nil {
			if len(grids) > 1 {
				return nil, fmt.Errorf("sheet %q: %w", g.Name, err)
			}
			return nil, err
		}
		if s != nil {
			sheets = append(sheets, s)
		}
	}
	if len(sheets) == 0 {
		return nil, errors.New(o.nothing())
	}
	return sheets, nil
}

// nothing says what a file would have to have.
func (o *Options) nothing() string {
	if o.Contract.hasColumns() {
		var names []string
		for _, l := range o.Contract.named() {
			names = append(names, l.name)
		}
		slices.Sort(names)
		return "no row has the columns that the mapping names: " + strings.Join(slices.Compact(names), ", ")
	}
	return `no rate card: no row begins with "Market" and "Currency", nor with the "From" and "To" of volume tiers; for a provider's list write a mapping`
}

// reader reads one table.
type reader struct {
	Options
	cells  [][]row.Cell
	source string
	status string // of the figures; "" for verified
}

// at returns the text of a cell without the space around it, "" beyond the end
// of its row.
func (r *reader) at(row, column int) string {
	return strings.TrimSpace(r.cell(row, column).Text)
}

func (r *reader) cell(y, x int) row.Cell {
	if y >= len(r.cells) || x >= len(r.cells[y]) {
		return row.Cell{}
	}
	return r.cells[y][x]
}

// texts returns the texts of the cells of a row, none beyond the end of the table.
func (r *reader) texts(row int) (texts []string) {
	if row < len(r.cells) {
		for column := range r.cells[row] {
			texts = append(texts, r.at(row, column))
		}
	}
	return texts
}

// line is the text of a row.
func (r *reader) line(row int) string { return oneLine(strings.Join(r.texts(row), " ")) }

// filled counts the cells of a row that have a text.
func (r *reader) filled(row int) int {
	return len(slices.DeleteFunc(r.texts(row), func(text string) bool { return text == "" }))
}

// sheet reads the table by the layout that it has; nil if it is none.
func (r *reader) sheet() (s *Sheet, err error) {
	defer func() {
		switch failed := recover().(type) {
		case nil:
		case *CellError:
			s, err = nil, failed
		default:
			panic(failed)
		}
	}()
	if r.Contract.hasColumns() {
		return r.priceList(), nil
	}
	for row := range r.cells {
		// The headers of volume tiers may begin like those of lists.
		isList := isWord(r.at(row, 0), "market") && isWord(r.at(row, 1), "currency")
		switch {
		case r.froms(row) > 0:
			return r.tiers(row), nil
		case isList && r.froms(row+1) == 0 && r.froms(row+2) == 0:
			return r.list(row), nil
		}
	}
	return nil, nil
}

// froms counts the cells of a row that head the first numbers of tiers.
func (r *reader) froms(row int) (n int) {
	for _, text := range r.texts(row) {
		if isWord(text, "from") {
			n++
		}
	}
	return n
}

// isWord reports whether a cell says a word, in any case and however the words
// in it are parted.
func isWord(cell, word string) bool { return oneLine(strings.ToLower(cell)) == word }

// oneLine is a text with one blank between its words.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// note adds what is to be said of the table.
func (s *Sheet) note(text string) {
	if text != "" {
		s.Notes = append(s.Notes, text)
	}
}

// Meta's lists have four decimals. Workbooks hold the binary number that is next
// to a price, and sums of such; nine decimals are all that money has.
const (
	listDecimals = 4
	allDecimals  = 9
)

// amounts is how the numbers of a table are written.
func (r *reader) amounts() notation.AmountForm {
	if r.Contract.hasColumns() && r.Contract.Decimal == "," {
		return notation.AmountForm{Mark: ','}
	}
	return notation.AmountForm{Mark: '.'}
}

// price reads a rate in a currency, or that there is none.
func (r *reader) price(y, x int, currency string) rate.Rate {
	figure, problem := r.figure(y, x, currency)
	if problem != "" {
		fail(y, x, "%s", problem)
	}
	return figure
}

// figure reads a rate in a currency, which it may carry, or that there is none. A
// number of a workbook is rounded, halves up; a text is taken as it is. problem says
// what is wrong with it.
func (r *reader) figure(y, x int, currency string) (figure rate.Rate, problem string) {
	c := r.cell(y, x)
	if isWord(c.Text, "n/a") {
		return rate.Rate{State: rate.NotOffered, Status: rate.Verified, Source: r.source}, "" // the card's form knows no other status for it
	}
	text, places, isNumber := strings.TrimSpace(c.Text), listDecimals, c.Kind == row.Float
	if r.Contract.hasColumns() {
		places = allDecimals
	}
	switch {
	case isNumber:
		text = notation.Rounded(text, places)
	case r.Contract.hasColumns() && r.Contract.Decimal == "" && strings.Contains(text, ","):
		return figure, fmt.Sprintf(`%q has a comma; say decimal: "," or decimal: "." in the mapping`, text)
	default:
		text = r.withoutCurrency(text, currency)
	}
	form := r.amounts()
	amount, problem := form.Read(text, isNumber)
	nano, ok := notation.Price(amount)
	if problem != "" || !ok || nano < 0 {
		return figure, fmt.Sprintf("%q is no price in %s, such as 0.0068, nor n/a", r.at(y, x), currency)
	}
	return rate.Rate{State: rate.Known, Amount: nano, Status: cmp.Or(r.status, rate.Verified), Source: r.source}, ""
}

// withoutCurrency takes its currency off a price, "" for what is written with anything
// else.
func (r *reader) withoutCurrency(text, currency string) string {
	isDigit := func(c rune) bool { return '0' <= c && c <= '9' }
	begin, end := strings.IndexFunc(text, isDigit), strings.LastIndexFunc(text, isDigit)+1
	if begin < 0 {
		return ""
	}
	before, behind := text[:begin], text[end:]
	if before != "" && behind != "" || before+behind != "" && r.currencyOf(before+behind) != currency {
		return ""
	}
	return text[begin:end]
}

// count reads a number of messages.
func (r *reader) count(y, x int) (int64, bool) {
	c, form := r.cell(y, x), r.amounts()
	amount, problem := form.Read(strings.TrimSpace(c.Text), c.Kind == row.Float)
	n, ok := notation.Whole(amount)
	return n, ok && problem == "" && n >= 0
}
