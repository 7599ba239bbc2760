// Package html writes a result as one page for a browser: a file that needs
// nothing beside it, opens from a disk or a mail, and reaches for no network. The
// page's words and sums are its caller's; here they are laid out, and the findings
// packed so that tens of thousands of them can be searched in it.
//
// Everything in a page is harmless, whatever a log says: html/template escapes
// texts by where they stand, the findings are JSON without any < or &, the scripts
// set texts and never markup, and the page's own policy lets nothing run but them.
package html

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"io"
	"strconv"
	"strings"

	"waudit/audit/result"
	"waudit/report/page"
)

// Document is what a page shows, from top to bottom. Its texts are clean: they
// went through page.Clean.
type Document struct {
	Title      string                // what this is a report of
	Program    string                // and what made it
	About      []Detail              // the period, and the like
	Facts      []Detail              // what was looked at
	Incomplete []string              // why the report does not show everything
	Headline   []string              // sentences; the first is what the reader came for
	Money      []CurrencyMoney       // a currency each
	Charts     []Chart               // of no currency
	Missing    []TitledList          // what is missing, and how to fix it
	Run        []TitledList          // what else to know
	Accounts   []result.AccountLabel // of which a name or a zone is known
	Zones      Zones
	Findings   []result.Finding
}

// Zones are those of times: of each account its own.
type Zones struct {
	All     string                            // the zone of all times instead: "utc", "local" or a name; "": there is none
	Whole   string                            // the zone of what is of no account
	Instant func(waba, instant string) string // writes an RFC 3339 instant with its offset
	Text    func(waba, text string) string    // writes the instants of an explanation
}

// Detail is a thing known about a report: "Period", "October 2026".
type Detail struct{ Name, Text string }

// TitledList is a titled list of lines.
type TitledList struct {
	Title string
	Lines []string
}

// CurrencyMoney is all that is told in one currency.
type CurrencyMoney struct {
	Currency string
	Figures  []Headline
	Charts   []Chart
}

// Headline is a sum that stands at the top.
type Headline struct {
	Name, Amount string
	Ink          Tone
}

//go:embed page.gohtml style.css script
var files embed.FS

// view is a document with what only its template needs.
type view struct {
	*Document
	Policy        string
	Style, Script template.HTML
	First         []row
	Count, Packed string // how many findings there are, and are in the page
	PackedAll     bool
}

// Write writes the page.
func Write(w io.Writer, d *Document) error {
	t, err := template.New("").Funcs(template.FuncMap{"bars": bars, "days": days}).ParseFS(files, "page.gohtml")
	if err != nil {
		return err
	}
	order := byMoney(d.Findings)
	v := view{
		Document: d, First: rows(d, order[:min(len(order), firstRows)]),
		Count: page.Thousands(strconv.Itoa(len(d.Findings))), Packed: page.Thousands(strconv.Itoa(min(len(order), maxPacked))), PackedAll: len(order) <= maxPacked,
	}
	if err := v.embed(); err != nil {
		return err
	}
	if err := t.ExecuteTemplate(w, "head", &v); err != nil {
		return err
	}
	if err := pack(w, d, order[:min(len(order), maxPacked)]); err != nil {
		return err
	}
	return t.ExecuteTemplate(w, "tail", &v)
}

// embed puts style and scripts into the page, and a policy that allows these and
// nothing else.
func (v *view) embed() error {
	style, err := files.ReadFile("style.css")
	if err != nil {
		return err
	}
	script := "\"use strict\";\n(() => {\n"
	for _, name := range [...]string{"data", "timeline", "detail", "table", "main"} { // as they run
		text, err := files.ReadFile("script/" + name + ".js")
		if err != nil {
			return err
		}
		script += string(text)
	}
	script += "})();\n"
	// #nosec G203 -- both are this program's own files.
	v.Style, v.Script = template.HTML("<style>"+string(style)+"</style>"), template.HTML("<script>"+script+"</script>")
	v.Policy = strings.Join([]string{
		"default-src 'none'", "script-src " + Hash(script), "style-src " + Hash(string(style)), "img-src data:",
		"base-uri 'none'", "form-action 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
	}, "; ")
	return nil
}

// Hash names a text as a Content Security Policy does.
func Hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
