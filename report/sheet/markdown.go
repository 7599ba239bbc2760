package sheet

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"waudit/report/page"
)

// mostRows is how many rows of a table a page of Markdown shows.
const mostRows = 50

// Markdown writes tables, each under its name: the brief columns of the first rows.
func Markdown(w io.Writer, title string, tables []Table) error {
	if _, err := fmt.Fprintf(w, "# %s\n", page.Markdown(title)); err != nil {
		return err
	}
	for _, t := range tables {
		if err := t.markdown(w); err != nil {
			return err
		}
	}
	return nil
}

func (t *Table) markdown(w io.Writer) error {
	var b strings.Builder
	places := t.brief()
	columns := make([]page.Column, len(places))
	for n, i := range places {
		c := &t.Columns[i]
		columns[n] = page.Column{Name: page.Markdown(page.Words(c.Name)), Right: c.Kind == Money || c.Kind == Count}
	}
	var rows [][]string
	n := 0
	err := t.Rows(func(row []string) error {
		if n++; n > mostRows {
			return nil
		}
		cells := make([]string, len(places))
		for k, i := range places {
			cells[k] = markdownCell(row[i], t.Columns[i].Kind)
		}
		rows = append(rows, cells)
		return nil
	})
	b.WriteString("\n## " + page.Markdown(t.Name) + "\n\n")
	page.MarkdownTable(&b, columns, rows)
	switch left := n - mostRows; {
	case left == 1:
		b.WriteString("\n1 more row is in the formats json, csv and xlsx.\n")
	case left > 1:
		b.WriteString("\n" + strconv.Itoa(left) + " more rows are in the formats json, csv and xlsx.\n")
	}
	if err != nil {
		return err
	}
	_, err = io.WriteString(w, b.String())
	return err
}

// brief are the places of the columns that a page has room for: all if none is brief.
func (t *Table) brief() (places []int) {
	all := make([]int, len(t.Columns))
	for i, c := range t.Columns {
		all[i] = i
		if c.Brief {
			places = append(places, i)
		}
	}
	if places == nil {
		return all
	}
	return places
}

func markdownCell(text string, kind ColumnKind) string {
	if kind == Instant {
		if at, isDay, ok := moment(text); ok && !isDay {
			return at.Format("2006-01-02 15:04:05") + " UTC"
		}
	}
	if kind == Link {
		return page.Link(text)
	}
	return page.Markdown(text)
}
