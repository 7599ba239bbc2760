package page

import (
	"slices"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// Column is a column of a table.
type Column struct {
	Name   string
	Right  bool // numbers stand to the right
	Shrink bool // cells are shortened where the table would not fit otherwise
}

// minShrunk is how narrow a column may become by shortening its cells.
const minShrunk = 12

// Table adds a table, indented. A table that is wider than the page is written
// as a list, a row after the other.
func (p *Page) Table(indent int, columns []Column, rows [][]string) {
	lead := strings.Repeat(" ", indent)
	lines := render(columns, rows)
	if over := widest(lines) - p.room(lead); over > 0 {
		lines = render(columns, shrink(columns, rows, over))
	}
	if lines == nil || widest(lines) > p.room(lead) {
		p.list(lead, columns, rows)
		return
	}
	for _, line := range lines {
		p.line(lead + line)
	}
}

// shrink makes the first column that allows it narrower.
func shrink(columns []Column, rows [][]string, by int) [][]string {
	c := slices.IndexFunc(columns, func(c Column) bool { return c.Shrink })
	if c < 0 {
		return rows
	}
	var cells []string
	for _, row := range rows {
		cells = append(cells, row[c])
	}
	target := max(widest(cells)-by, minShrunk)
	shrunk := make([][]string, len(rows))
	for i, row := range rows {
		shrunk[i] = slices.Clone(row)
		shrunk[i][c] = Shorten(row[c], target)
	}
	return shrunk
}

// widest is the width of the widest line.
func widest(lines []string) int {
	width := 0
	for _, line := range lines {
		width = max(width, Width(line))
	}
	return width
}

// list adds the rows with the columns' names beside the cells.
func (p *Page) list(lead string, columns []Column, rows [][]string) {
	for _, row := range rows {
		items := make([]string, 0, len(row))
		for i, cell := range row {
			if cell != "" {
				items = append(items, columns[i].Name+NoBreak+cell)
			}
		}
		p.Items(lead, items...)
	}
}

// render lays out a table without rules or frames; nil if that fails, which a
// table of strings never does.
func render(columns []Column, rows [][]string) []string {
	align := make([]tw.Align, len(columns))
	header := make([]string, len(columns))
	for i, c := range columns {
		header[i], align[i] = c.Name, tw.AlignLeft
		if c.Right {
			align[i] = tw.AlignRight
		}
	}
	cells := tw.CellConfig{
		Formatting: tw.CellFormatting{AutoWrap: tw.WrapNone, AutoFormat: tw.Off},
		Alignment:  tw.CellAlignment{PerColumn: align},
		Padding:    tw.CellPadding{Global: tw.Padding{Right: "  ", Overwrite: true}},
	}
	plain := tw.Rendition{Borders: tw.BorderNone, Settings: tw.Settings{Lines: tw.LinesNone, Separators: tw.SeparatorsNone}}

	var text strings.Builder
	table := tablewriter.NewTable(&text,
		// Otherwise the locale would decide how wide some characters are.
		tablewriter.WithEastAsian(tw.Off),
		tablewriter.WithRenderer(renderer.NewBlueprint(plain)),
		tablewriter.WithConfig(tablewriter.Config{Header: cells, Row: cells, Behavior: tw.Behavior{TrimSpace: tw.Off}}),
	)
	table.Header(header)
	if table.Bulk(rows) != nil || table.Render() != nil {
		return nil
	}
	lines := strings.Split(strings.TrimRight(text.String(), "\n"), "\n")
	for i, line := range lines {
		// Behind the padding of a painted cell there is one more end of colour.
		lines[i] = strings.TrimRight(strings.ReplaceAll(line, " \x1b[0m", " "), " ")
	}
	return lines
}
