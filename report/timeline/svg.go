package timeline

import (
	"cmp"
	"fmt"
	"html"
	"io"
	"strings"

	"waudit/report/page"
)

// Options says how a drawing looks.
type Options struct {
	Width int    // of the picture, in CSS pixels; 0 is 720, and less than 320 is 320
	ID    string // begins the ids inside, which are unique on a page; "" is "timeline"
	// Own gives the picture its own colours for light and dark, as a file of its own
	// needs. Inside a page, whose Content-Security-Policy may forbid styles in it, the
	// page has them: CSS. Without either the colours can be read on white and on black.
	Own bool
}

// CSS is the style of the pictures on a page. Text has the colour of what is around
// it.
const CSS = `.tl-customer_service{stroke:var(--tl-service,#1a73c7)}
.tl-conversation{stroke:var(--tl-conversation,#8a4bc9)}
.tl-free_entry{stroke:var(--tl-entry,#00796b)}
.tl-right{fill:var(--tl-right,#24803a)}
.tl-wrong{fill:var(--tl-wrong,#c62828)}
.tl-uncertain{fill:var(--tl-uncertain,#8f6200)}
@media (prefers-color-scheme:dark){.tl-customer_service{stroke:var(--tl-service,#7ab8ff)}
.tl-conversation{stroke:var(--tl-conversation,#c79bff)}
.tl-free_entry{stroke:var(--tl-entry,#4fd1c0)}
.tl-right{fill:var(--tl-right,#6bd186)}
.tl-wrong{fill:var(--tl-wrong,#ff8a80)}
.tl-uncertain{fill:var(--tl-uncertain,#f0c14b)}}
`

// ownCSS is what a file of its own needs beside CSS.
const ownCSS = "svg{color:#1b1b1b;background:#fff}@media (prefers-color-scheme:dark){svg{color:#eee;background:#161616}}"

// SVG draws the timeline as a picture without scripts and links: it is read out by its
// title and description, which hold all of it as text.
func SVG(w io.Writer, t *Timeline, o Options) error {
	var c svg
	d := compose(t, &c, o.Width)
	id := html.EscapeString(cmp.Or(o.ID, "timeline"))
	title := cmp.Or(page.Clean(t.Title), "Timeline")
	style := ""
	if o.Own {
		style = "<style>" + CSS + ownCSS + "</style>"
	}
	_, err := fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="%[1]s-t" aria-describedby="%[1]s-d" viewBox="0 0 %[2]d %[3]d" width="%[2]d" height="%[3]d" font-family="system-ui,sans-serif" font-size="%[4]d" fill="currentColor">`+
		`<title id="%[1]s-t">%[5]s</title><desc id="%[1]s-d">%[6]s</desc>%[7]s%[8]s%[9]s</svg>`+"\n",
		id, d.width, d.y+rowGap, textSize, html.EscapeString(title), html.EscapeString(d.spoken.String()), style, c.windows.String(), c.rows.String())
	return err
}

// svg is a canvas. Windows are drawn below the rows.
type svg struct{ windows, rows strings.Builder }

// styles are attributes of texts.
var styles = [...]string{plain: "", faint: ` opacity="0.75"`, strong: ` font-weight="600"`}

func (c *svg) text(x, y int, s style, text string) {
	fmt.Fprintf(&c.rows, `<text x="%d" y="%d"%s>%s</text>`, x, y, styles[s], html.EscapeString(text))
}

func (c *svg) fits(string, style, int) bool { return true }

func (c *svg) dot(x, y int) { fmt.Fprintf(&c.rows, `<circle cx="%d" cy="%d" r="3"/>`, x, y) }

func (c *svg) sign(x, y int, r ChargeRuling) {
	letter := map[ChargeRuling]string{Right: "✓", Wrong: "✗", Uncertain: "?"}[r]
	if r != Uncertain {
		x--
	}
	fmt.Fprintf(&c.rows, `<text x="%d" y="%d"%s>%s</text>`, x, y, inked("fill", string(r)), letter)
}

// inked is a class and its colour without a style. A kind that is not known has the
// colour of the text.
func inked(property, class string) string {
	ink, known := inks[class]
	if !known {
		return fmt.Sprintf(` %s="currentColor"`, property)
	}
	return fmt.Sprintf(` class="tl-%s" %s="%s" font-weight="700"`, class, property, ink)
}

func (c *svg) bar(x, from, to int, kind string) {
	fmt.Fprintf(&c.windows, `<path d="M%d %dV%d" stroke-width="4"%s/>`, x, from, to, inked("stroke", kind))
}

func (c *svg) knot(x, y int, kind string) {
	fmt.Fprintf(&c.windows, `<circle cx="%d" cy="%d" r="4" stroke-width="3"%s/>`, x, y, inked("stroke", kind))
}

func (c *svg) cap(x, y int, kind string) {
	fmt.Fprintf(&c.windows, `<path d="M%d %dh10" stroke-width="4"%s/>`, x-5, y, inked("stroke", kind))
}
