package container

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"waudit/ingest/row"
)

// How much of a table is looked at to find its header.
const (
	maxPreamble = 20        // the header is one of so many rows, blank ones aside
	maxSampled  = 60        // rows that are compared with it
	maxWidth    = 256 << 10 // bytes in each of them
)

// table is where a table begins and how it is written.
type table struct {
	syntax
	columns *row.Columns
	start   int // where the header begins, blank rows before it aside
	end     int // and ends, behind its feed

	known int // columns whose names are known
}

// sampledRow is one of the first rows of a file.
type sampledRow struct {
	cells  []string
	quoted bool // the first cell is in quotes
	start  int  // where it begins in the file
	end    int  // and ends, behind its feed
}

// findTable looks for the header of a table in the first bytes of a file. What
// stands above it, as a title or a note, is skipped. Of the delimiters that it
// may be written with, the one counts that makes the most known columns, or
// else the most columns.
func findTable(data []byte, whole bool, delimiters string, known func(string) bool) (best table, ok bool) {
	feed := feedOf(data)
	for i := range len(delimiters) {
		found := table{syntax: syntax{delimiters[i], feed}}
		rows := found.sample(data, whole)
		if !found.choose(rows, known) {
			continue
		}
		if !ok || found.known > best.known || found.known == best.known && len(found.columns.Names) > len(best.columns.Names) {
			best, ok = found, true
		}
	}
	return best, ok
}

// firstRow is the table of a file that has been called one and does not look
// like it: the first row that is not blank is the header.
func firstRow(data []byte, delimiters string) (best table) {
	feed := feedOf(data)
	best = table{syntax: syntax{delimiters[0], feed}, columns: &row.Columns{}, end: len(data)}
	for i := range len(delimiters) {
		found := table{syntax: syntax{delimiters[i], feed}}
		if rows := found.sample(data, true); len(rows) > 0 {
			found.use(rows[0])
			if len(found.columns.Names) > len(best.columns.Names) {
				best = found
			}
		}
	}
	return best
}

// sample reads the first rows that are not blank.
func (t *table) sample(data []byte, whole bool) (rows []sampledRow) {
	reading := tableRows{syntax: t.syntax}
	for at := 0; at < len(data) && len(rows) < maxSampled; {
		if c := data[at]; c == t.feed || c == '\r' {
			at++
			continue
		}
		n, state := t.scan(data[at:])
		if state != ended && !whole {
			break
		}
		if state == quoted { // as reading does, go on at the next line
			n = t.toFeed(data[at:], 0)
		}
		if n > maxWidth {
			break
		}
		text, start := reading.clean(data[at:at+n], true), at
		reading.split(text)
		at = min(at+n+1, len(data))
		if !slices.ContainsFunc(reading.cells, func(c row.Cell) bool { return c.Kind != row.Null }) {
			continue
		}
		next := sampledRow{quoted: text[0] == '"', start: start, end: at}
		for _, c := range reading.cells {
			next.cells = append(next.cells, cleanName(strings.Clone(c.Text)))
		}
		rows = append(rows, next)
	}
	return rows
}

// choose makes one of the rows the header.
func (t *table) choose(rows []sampledRow, known func(string) bool) bool {
	preamble := rows[:min(len(rows), maxPreamble)]
	header := t.knownHeader(preamble, known)
	if header < 0 {
		header = slices.IndexFunc(preamble, func(r sampledRow) bool { return isHeader(r.cells) })
		if header < 0 || !sameWidth(rows[header:]) {
			return t.chooseJSON(rows)
		}
	} else if !mostFit(rows[header:], known) {
		return false
	}
	t.use(rows[header])
	return true
}

// knownHeader returns the index of the first row with known names, two or more
// and half as many as in any other row: a note may mention a few, and a table
// that was joined to this one may have more columns. It is -1 if there is none.
func (t *table) knownHeader(rows []sampledRow, known func(string) bool) int {
	counts := make([]int, len(rows))
	for i := range rows {
		counts[i] = countKnown(rows[i].cells, known)
		t.known = max(t.known, counts[i])
	}
	return slices.IndexFunc(counts, func(n int) bool { return n > 1 && 2*n >= t.known })
}

// chooseJSON takes a table of one column if that is JSON in quotes: a word,
// and a row below that begins as JSON does.
func (t *table) chooseJSON(rows []sampledRow) bool {
	if t.delimiter != ',' || len(rows) < 2 || len(rows[0].cells) != 1 || len(rows[1].cells) != 1 {
		return false
	}
	name := rows[0].cells[0]
	if !isName(name) || strings.Contains(name, " ") || !rows[1].quoted || !startsLikeJSON([]byte(rows[1].cells[0])) {
		return false
	}
	t.use(rows[0])
	return true
}

func (t *table) use(header sampledRow) {
	t.columns, t.start, t.end = columnsOf(header.cells), header.start, header.end
}

// columnsOf names the columns, without those at the end that have no name.
func columnsOf(cells []string) *row.Columns {
	names := slices.Clone(trimEmpty(cells))
	for i := range names {
		names[i] = strings.Clone(names[i])
	}
	return &row.Columns{Names: names}
}

func trimEmpty(cells []string) []string {
	for len(cells) > 0 && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	return cells
}

// countKnown counts the names that are known, each once.
func countKnown(cells []string, known func(string) bool) (n int) {
	if known == nil {
		return 0
	}
	for i, c := range cells {
		if c != "" && known(c) && !slices.Contains(cells[:i], c) {
			n++
		}
	}
	return n
}

// isHeader reports whether the cells can be names of columns: two or more, all
// different.
func isHeader(cells []string) bool {
	cells = trimEmpty(cells)
	return len(cells) > 1 && !slices.Contains(cells, "") && areNames(cells)
}

// areNames reports whether all cells that are not empty can be names, all different.
func areNames(cells []string) bool {
	for i, c := range cells {
		if c != "" && (!isName(c) || slices.Contains(cells[:i], c)) {
			return false
		}
	}
	return true
}

// isName reports whether a text can be the name of a column: it begins with a
// letter, is short, and has none of the signs of which JSON and the lines of
// text logs are full. Those of paths, wa:status and entry[0].id, stand in one
// word.
func isName(s string) bool {
	const longest = 100
	first, _ := utf8.DecodeRuneInString(s)
	return len(s) <= longest && (unicode.IsLetter(first) || strings.ContainsRune("_#@$", first)) &&
		!strings.ContainsAny(s, "{}<>=;\"\\\n") && (!strings.ContainsAny(s, "[]:") || !strings.Contains(s, " "))
}

// sameWidth reports whether there are rows below the header, and all have as
// many cells.
func sameWidth(rows []sampledRow) bool {
	return len(rows) > 1 && !slices.ContainsFunc(rows, func(r sampledRow) bool { return len(r.cells) != len(rows[0].cells) })
}

// mostFit reports whether most rows below the header, up to another, have
// several cells, and no more than the header. A known header needs no further
// proof if there are none.
func mostFit(rows []sampledRow, known func(string) bool) bool {
	another := slices.IndexFunc(rows[1:], func(r sampledRow) bool { return countKnown(r.cells, known) > 1 })
	if another >= 0 {
		rows = rows[:another+1]
	}
	fit := 0
	for _, r := range rows[1:] {
		if n := len(trimEmpty(r.cells)); n > 1 && n <= len(rows[0].cells) {
			fit++
		}
	}
	return 2*fit >= len(rows)-1
}

// header returns the columns that the row names, nil if it is no header. In a
// table that was joined from several, each has brought its own. Few rows are
// looked at closely: those whose first cell names a column, and those without
// a digit near their beginning, of which times and ids are full.
func (r *tableReader) header(text []byte) *row.Columns {
	first := trimBOM(text)
	end := bytes.IndexByte(first, r.syntax.delimiter)
	if end >= 0 {
		first = first[:end]
	}
	if n := len(first); n > 0 && (first[0] <= '"' || first[n-1] <= '"') {
		first = bytes.Trim(first, "\" \r")
	}
	known := r.limits.Known
	switch {
	case len(r.columns.Names) > 0 && string(first) == r.columns.Names[0]:
	case known == nil, end < 0:
		return nil
	case len(first) > 0 && known(textCell(first).Text):
	case hasDigit(text):
		return nil
	}
	return r.columnsIn(text)
}

// hasDigit reports whether there is a digit near the beginning of a row.
func hasDigit(text []byte) bool {
	const near = 64
	for _, c := range text[:min(len(text), near)] {
		if c-'0' <= 9 {
			return true
		}
	}
	return false
}

// columnsIn returns the columns that the row names: those of the table again,
// or others if most of them are known. A row of values is never all names: a time
// or a phone is none.
func (r *tableReader) columnsIn(text []byte) *row.Columns {
	r.rows.syntax = r.syntax
	if r.rows.split(r.rows.clean(text, true)) != "" {
		return nil
	}
	r.names = r.names[:0]
	for _, c := range r.rows.cells {
		r.names = append(r.names, cleanName(c.Text))
	}
	cells := trimEmpty(r.names)
	if slices.Equal(cells, r.columns.Names) {
		return r.columns
	}
	if n := countKnown(cells, r.limits.Known); n > 1 && 2*n >= len(cells) && areNames(cells) {
		return columnsOf(cells)
	}
	return nil
}
