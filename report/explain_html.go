package report

import (
	"bytes"
	_ "embed" // for the style
	"html/template"
	"io"
	"strconv"
	"strings"

	"waudit/audit/result"
	"waudit/report/html"
	"waudit/report/page"
	"waudit/report/timeline"
)

//go:embed explain.css
var explainCSS string

// explainHTML writes a page of its own: no script, no network, nothing but what is in it.
func explainHTML(w io.Writer, e *result.Explanation, _ Options) error {
	v := viewOf(e)
	style := explainCSS + timeline.CSS
	data := struct {
		*explained
		Policy   string
		Style    template.CSS
		Drawings []template.HTML
	}{explained: v, Style: template.CSS(style), Policy: "default-src 'none'; style-src " + html.Hash(style) + "; base-uri 'none'; form-action 'none'"}
	for i := range v.Customers {
		var b bytes.Buffer
		if err := timeline.SVG(&b, v.Customers[i].Timeline, timeline.Options{Width: 800, ID: "timeline-" + strconv.Itoa(i+1)}); err != nil {
			return err
		}
		data.Drawings = append(data.Drawings, template.HTML(b.String())) //nolint:gosec // SVG escapes every text
	}
	return explainPage().Execute(w, data)
}

// explainPage is the page; every text in it is escaped by html/template.
func explainPage() *template.Template {
	return template.Must(template.New("explain").Funcs(template.FuncMap{
		"plain":    func(s string) string { return strings.ReplaceAll(s, page.NoBreak, " ") },
		"messages": func(n int) string { return counted(int64(n), "message") },
	}).Parse(`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{{.Policy}}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>waudit: {{.Asked}}</title>
<style>{{.Style}}</style>
</head>
<body>
<main>
<h1>{{.Asked}}</h1>
<p class="answer">{{range .Answer}}{{.}} {{end}}</p>
{{range .Problems}}<p class="uncertain">Incomplete: {{.}}</p>
{{end}}{{range $i, $c := .Customers}}<section>
<h2>{{$c.Heading}}</h2>
<ul class="facts">{{range $c.Facts}}<li>{{plain .}}</li>{{end}}<li>log: {{plain $.Log}}</li></ul>
{{with $c.Earlier}}<p>Not shown: {{plain (messages .)}} outside these days.</p>
{{end}}<div class="scroll" tabindex="0" role="group" aria-label="Timeline">{{index $.Drawings $i}}</div>
{{range $c.Charges}}<article>
<h3>{{.What}} <span class="ruling {{.Class}}">{{.Ruling}}</span></h3>
<p>{{.When}}</p>
{{range .Details}}<p>{{plain .}}</p>
{{end}}{{with .Source}}<p><a href="{{.}}" rel="noreferrer">{{.}}</a></p>
{{end}}</article>
{{end}}{{with $c.Free}}<p>{{plain (messages .)}} cost nothing.</p>
{{end}}</section>
{{end}}</main>
</body>
</html>
`))
}
