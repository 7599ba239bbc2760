package dispute

import (
	"bytes"
	"html/template"
	"strings"

	"waudit/report/page"
)

// markdown writes the page as Markdown.
func (s *summary) markdown() []byte {
	var b strings.Builder
	b.WriteString("# " + page.Markdown(s.title) + "\n")
	for i := range s.sections {
		x := &s.sections[i]
		if x.Heading != "" {
			b.WriteString("\n## " + page.Markdown(x.Heading) + "\n")
		}
		if len(x.Rows) > 0 {
			b.WriteString("\n")
			x.markdownRows(&b)
		}
		for n, text := range x.Text {
			if n == 0 {
				b.WriteString("\n")
			}
			b.WriteString("- " + page.Markdown(text) + "\n")
		}
	}
	return []byte(b.String())
}

func (x *section) markdownRows(b *strings.Builder) {
	columns := make([]page.Column, len(x.Rows[0]))
	rows := make([][]string, len(x.Rows))
	for i, row := range x.Rows {
		for n, cell := range row {
			if n == x.link && n > 0 {
				rows[i] = append(rows[i], page.Link(cell))
				continue
			}
			rows[i] = append(rows[i], page.Markdown(cell))
		}
	}
	for n := range columns {
		columns[n].Right = x.IsNumber(n)
	}
	if x.IsHeaded {
		for n := range columns {
			columns[n].Name = rows[0][n]
		}
		rows = rows[1:]
	}
	page.MarkdownTable(b, columns, rows)
}

// style is that of the page, which needs nothing from elsewhere.
const style = `body{font:14px/1.45 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}
h1{font-size:1.5rem}h2{font-size:1.05rem;margin:1.2rem 0 .3rem}table{border-collapse:collapse}td,th{padding:.15rem .8rem .15rem 0;text-align:left;vertical-align:top}td:last-child{overflow-wrap:anywhere}section{overflow-x:auto}
thead th{border-bottom:1px solid}.n{text-align:right}.alarm{border-left:4px solid #c62828;padding-left:.8rem}ul{margin:.3rem 0;padding-left:1.2rem}
@media (prefers-color-scheme:dark){body{color:#eee;background:#161616}}@media print{body{margin:0;font-size:11px}}`

// html writes the page as one file for a browser. The template escapes every text.
func (s *summary) html() ([]byte, error) {
	var b bytes.Buffer
	err := browserPage().Execute(&b, map[string]any{"Title": s.title, "Style": template.CSS(style), "Sections": s.sections})
	return b.Bytes(), err
}

func browserPage() *template.Template {
	return template.Must(template.New("summary").Funcs(template.FuncMap{"clean": page.Clean}).Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{{clean .Title}}</title><style>{{.Style}}</style></head><body><main>
<h1>{{clean .Title}}</h1>
{{range $x := .Sections}}<section{{if .IsAlarm}} class="alarm"{{end}}>
{{with .Heading}}<h2>{{clean .}}</h2>
{{end}}{{if .Rows}}<table>{{if not .IsHeaded}}<tbody>{{end}}
{{range $i, $row := .Rows}}{{if and $x.IsHeaded (not $i)}}<thead><tr>{{range $n, $cell := $row}}<th scope="col"{{if $x.IsNumber $n}} class="n"{{end}}>{{clean $cell}}</th>{{end}}</tr></thead><tbody>
{{else}}<tr>{{range $n, $cell := $row}}{{if or $x.IsHeaded $n}}<td{{if $x.IsNumber $n}} class="n"{{end}}>{{clean $cell}}</td>{{else}}<th scope="row">{{clean $cell}}</th>{{end}}{{end}}</tr>
{{end}}{{end}}</tbody></table>
{{end}}{{with .Text}}<ul>
{{range .}}<li>{{clean .}}</li>
{{end}}</ul>
{{end}}</section>
{{end}}</main></body></html>
`))
}
