package dispute

import (
	"bytes"
	"fmt"
	"html"
	"slices"
	"strings"

	"waudit/report/page"
)

// markdown writes the page as Markdown.
func (s *summary) markdown() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s\n", page.Markdown(s.title))
	for i := range s.sections {
		x := &s.sections[i]
		if x.heading != "" {
			fmt.Fprintf(&b, "\n## %s\n", page.Markdown(x.heading))
		}
		if len(x.rows) > 0 {
			b.WriteString("\n")
			x.markdownRows(&b)
		}
		for n, text := range x.text {
			if n == 0 {
				b.WriteString("\n")
			}
			fmt.Fprintf(&b, "- %s\n", page.Markdown(text))
		}
	}
	return b.Bytes()
}

func (x *section) markdownRows(b *bytes.Buffer) {
	rows := x.rows
	if !x.isHeaded {
		rows = append([][]string{make([]string, len(rows[0]))}, rows...)
	}
	for i, row := range rows {
		cells := make([]string, len(row))
		for n, cell := range row {
			cells[n] = page.Markdown(cell)
			if n == x.link && n > 0 {
				cells[n] = page.Link(cell)
			}
		}
		fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
		if i > 0 {
			continue
		}
		for n := range row {
			if slices.Contains(x.money, n) {
				b.WriteString("| ---: ")
			} else {
				b.WriteString("| --- ")
			}
		}
		b.WriteString("|\n")
	}
}

// style is that of the page, which needs nothing from elsewhere.
const style = `body{font:14px/1.45 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.05rem;margin:1.2rem 0 .3rem}table{border-collapse:collapse}td,th{padding:.15rem .8rem .15rem 0;text-align:left;vertical-align:top}td:last-child{overflow-wrap:anywhere}section{overflow-x:auto}
thead th{border-bottom:1px solid}.n{text-align:right}.alarm{border-left:4px solid #c62828;padding-left:.8rem}ul{margin:.3rem 0;padding-left:1.2rem}
@media (prefers-color-scheme:dark){body{color:#eee;background:#161616}}@media print{body{margin:0;font-size:11px}}`

// page writes the page as one file for a browser.
func (s *summary) html() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>%[1]s</title><style>%[2]s</style></head><body><main>
<h1>%[1]s</h1>
`, plain(s.title), style)
	for i := range s.sections {
		s.sections[i].html(&b)
	}
	b.WriteString("</main></body></html>\n")
	return b.Bytes()
}

func (x *section) html(b *bytes.Buffer) {
	class := ""
	if x.isAlarm {
		class = ` class="alarm"`
	}
	fmt.Fprintf(b, "<section%s>\n", class)
	if x.heading != "" {
		fmt.Fprintf(b, "<h2>%s</h2>\n", plain(x.heading))
	}
	if len(x.rows) > 0 {
		b.WriteString("<table>\n")
		for i, row := range x.rows {
			x.htmlRow(b, row, i == 0 && x.isHeaded)
		}
		b.WriteString("</tbody></table>\n")
	}
	if len(x.text) > 0 {
		b.WriteString("<ul>\n")
		for _, text := range x.text {
			fmt.Fprintf(b, "<li>%s</li>\n", plain(text))
		}
		b.WriteString("</ul>\n")
	}
	b.WriteString("</section>\n")
}

func (x *section) htmlRow(b *bytes.Buffer, row []string, isHeader bool) {
	if isHeader {
		b.WriteString("<thead>")
	}
	b.WriteString("<tr>")
	for n, cell := range row {
		tag, attributes := "td", ""
		switch {
		case isHeader:
			tag, attributes = "th", ` scope="col"`
		case !x.isHeaded && n == 0:
			tag, attributes = "th", ` scope="row"`
		}
		if slices.Contains(x.money, n) {
			attributes += ` class="n"`
		}
		fmt.Fprintf(b, "<%[1]s%[2]s>%[3]s</%[1]s>", tag, attributes, plain(cell))
	}
	b.WriteString("</tr>\n")
	if isHeader {
		b.WriteString("</thead><tbody>\n")
	}
}

// plain writes a text so that a page shows it as it is.
func plain(s string) string { return html.EscapeString(page.Clean(s)) }
