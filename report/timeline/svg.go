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

// Sizes in CSS pixels.
const (
	textSize   = 13
	lineHeight = 18
	rowGap     = 6
	laneWidth  = 14
	charWidth  = 7 // of an average character of the text; a line breaks rather too early
	timeWidth  = 64
	utcWidth   = 110
)

// inks are the colours without a style: each can be read on white and on black.
var inks = map[string]string{
	"customer_service": "#1a73c7", "conversation": "#8a4bc9", "free_entry": "#00897b",
	string(Right): "#24803a", string(Wrong): "#d93025", string(Uncertain): "#8f6a00",
}

// SVG draws the timeline as a picture without scripts and links: it is read out by its
// title and description, which hold all of it as text.
func SVG(w io.Writer, t *Timeline, o Options) error {
	l := lay(t)
	width := max(cmp.Or(o.Width, 720), 320)
	d := &drawing{layout: l, left: timeWidth}
	if l.zone.String() != "UTC" {
		d.left += utcWidth
	}
	d.text = d.left + l.lanes*laneWidth + 22
	d.columns = max((width-d.text)/charWidth, 12)
	d.heading(0)
	for i := range l.rows {
		d.row(i)
	}
	d.bars()
	id := html.EscapeString(cmp.Or(o.ID, "timeline"))
	title := cmp.Or(page.Clean(t.Title), "Timeline")
	style := ""
	if o.Own {
		style = "<style>" + CSS + ownCSS + "</style>"
	}
	_, err := fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="%[1]s-t" aria-describedby="%[1]s-d" viewBox="0 0 %[2]d %[3]d" width="%[2]d" height="%[3]d" font-family="system-ui,sans-serif" font-size="%[4]d" fill="currentColor">`+
		`<title id="%[1]s-t">%[5]s</title><desc id="%[1]s-d">%[6]s</desc>%[7]s%[8]s%[9]s</svg>`+"\n",
		id, width, d.y+rowGap, textSize, html.EscapeString(title), html.EscapeString(d.spoken.String()), style, d.lines.String(), d.out.String())
	return err
}

// drawing is a picture in the making.
type drawing struct {
	*layout
	left, text int // where the lanes begin, and the text
	columns    int // of the text
	y          int
	day        string
	tops       []int // upper edges of the rows
	out, lines strings.Builder
	spoken     strings.Builder // all of it, to be read out
}

// write adds a line of text.
func (d *drawing) write(x, y int, attributes, text string) {
	fmt.Fprintf(&d.out, `<text x="%d" y="%d"%s>%s</text>`, x, y, attributes, html.EscapeString(text))
}

// heading says in which zone the times are.
func (d *drawing) heading(x int) {
	d.y += lineHeight
	d.write(x, d.y-4, ` opacity="0.75"`, d.layout.heading())
	d.spoken.WriteString(d.layout.heading())
}

// row adds a row, with its day if that is another one than before.
func (d *drawing) row(i int) {
	r := &d.rows[i]
	d.tops = append(d.tops, d.y)
	if day := d.layout.day(r.at); day != d.day {
		d.day = day
		d.y += lineHeight + 2*rowGap
		d.write(0, d.y-rowGap, ` font-weight="600"`, day)
		d.spoken.WriteString(" " + day + ".")
	}
	baseline := d.y + lineHeight - 4
	local, utc := d.clock(r.at)
	d.write(0, baseline, "", local)
	if utc != "" {
		d.write(timeWidth, baseline, ` opacity="0.75"`, utc)
	}
	d.sign(r, baseline)
	for n, line := range page.Wrap(r.text, d.columns) {
		d.write(d.text, baseline+n*lineHeight, weight(r), line)
		d.y += lineHeight
	}
	d.spoken.WriteString(" " + local + " " + spokenRuling(r.ruling) + r.text + ".")
	d.y += rowGap
}

func weight(r *row) string {
	if r.ruling != "" {
		return ` font-weight="600"`
	}
	return ""
}

// spokenRuling says a ruling in words.
func spokenRuling(r Ruling) string {
	if r == "" {
		return ""
	}
	return string(r) + ": "
}

// sign marks a row: a charge by a letter in its colour, which is not told by the colour
// alone; an event by a dot.
func (d *drawing) sign(r *row, baseline int) {
	x := d.text - 14
	switch r.ruling {
	case "":
		if r.kind != "" {
			fmt.Fprintf(&d.out, `<circle cx="%d" cy="%d" r="3"/>`, x+4, baseline-4)
		}
		return
	case Right:
		d.write(x-1, baseline, inked("fill", string(r.ruling)), "✓")
	case Wrong:
		d.write(x-1, baseline, inked("fill", string(r.ruling)), "✗")
	case Uncertain:
		d.write(x, baseline, inked("fill", string(r.ruling)), "?")
	}
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

// bars draws the windows, each from the row in which it opens to that in which it
// closes.
func (d *drawing) bars() {
	for lane := range d.lanes {
		x := d.left + lane*laneWidth + laneWidth/2
		for i := range d.rows {
			switch d.markAt(i, lane) {
			case opens:
				d.bar(x, d.middle(i), d.end(i, lane), d.kinds[i][lane])
				d.knot(x, d.middle(i), d.kinds[i][lane])
			case again:
				d.knot(x, d.middle(i), d.kinds[i][lane])
			case closes:
				d.cap(x, d.middle(i), d.kinds[i][lane])
			}
		}
	}
}

func (d *drawing) markAt(i, lane int) mark {
	if lane >= len(d.rows[i].marks) {
		return none
	}
	return d.rows[i].marks[lane]
}

// middle is the height of the first line of text of a row.
func (d *drawing) middle(i int) int {
	top := d.tops[i]
	if i == 0 || d.layout.day(d.rows[i].at) != d.layout.day(d.rows[i-1].at) {
		top += lineHeight + 2*rowGap
	}
	return top + lineHeight/2
}

// end is where the bar that begins in row i is over: at the bottom if nobody knows.
func (d *drawing) end(i, lane int) int {
	for ; i < len(d.rows); i++ {
		if d.markAt(i, lane) == closes {
			return d.middle(i)
		}
	}
	return d.y
}

func (d *drawing) bar(x, from, to int, kind string) {
	fmt.Fprintf(&d.lines, `<path d="M%d %dV%d" stroke-width="4"%s/>`, x, from, to, inked("stroke", kind))
}

// knot marks where a window opens or begins again.
func (d *drawing) knot(x, y int, kind string) {
	fmt.Fprintf(&d.lines, `<circle cx="%d" cy="%d" r="4" stroke-width="3"%s/>`, x, y, inked("stroke", kind))
}

// cap marks where a window closes.
func (d *drawing) cap(x, y int, kind string) {
	fmt.Fprintf(&d.lines, `<path d="M%d %dh10" stroke-width="4"%s/>`, x-5, y, inked("stroke", kind))
}
