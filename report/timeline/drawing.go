package timeline

import (
	"cmp"
	"strings"

	"waudit/report/page"
)

// canvas is what a drawing is put on: places are in CSS pixels, of texts the left end of
// the baseline. Kinds are those of windows.
type canvas interface {
	text(x, y int, s style, text string)
	// fits reports whether a text is no wider; a canvas that does not know says yes.
	fits(text string, s style, width int) bool
	dot(x, y int)                     // an event
	sign(x, y int, r ChargeRuling)    // a charge
	bar(x, from, to int, kind string) // a window, from top to bottom
	knot(x, y int, kind string)       // where it opens or begins again
	cap(x, y int, kind string)        // where it closes
}

// style is how a text looks.
type style uint8

const (
	plain style = iota
	faint
	strong
)

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

// drawing is a picture in the making.
type drawing struct {
	canvas
	*layout
	width       int
	left, right int // where the lanes begin, and the text
	y           int
	shown       string          // the day of the row before
	tops        []int           // upper edges of the rows
	spoken      strings.Builder // all of it, to be read out
}

// compose puts a timeline on a canvas of a width, which is at least 320; 0 is 720.
func compose(t *Timeline, on canvas, width int) *drawing {
	d := &drawing{canvas: on, layout: lay(t), width: max(cmp.Or(width, 720), 320), left: timeWidth}
	if d.zone.String() != "UTC" {
		d.left += utcWidth
	}
	d.right = d.left + d.lanes*laneWidth + 22
	d.y += lineHeight
	d.text(0, d.y-4, faint, d.heading())
	d.spoken.WriteString(d.heading())
	for i := range d.rows {
		d.row(i)
	}
	d.windows()
	return d
}

// row adds a row, with its day if that is another one than before.
func (d *drawing) row(i int) {
	r := &d.rows[i]
	d.tops = append(d.tops, d.y)
	if day := d.day(r.at); day != d.shown {
		d.shown = day
		d.y += lineHeight + 2*rowGap
		d.text(0, d.y-rowGap, strong, day)
		d.spoken.WriteString(" " + day + ".")
	}
	baseline := d.y + lineHeight - 4
	local, utc := d.clock(r.at)
	d.text(0, baseline, plain, local)
	if utc != "" {
		d.text(timeWidth, baseline, faint, utc)
	}
	look := plain
	switch {
	case r.ruling != "": // by a letter too: colour alone tells not everybody
		look = strong
		d.sign(d.right-14, baseline, r.ruling)
	case r.kind != "":
		d.dot(d.right-10, baseline-4)
	}
	for n, line := range d.wrapped(r.text, look) {
		d.text(d.right, baseline+n*lineHeight, look, line)
		d.y += lineHeight
	}
	d.spoken.WriteString(" " + local + " " + spokenRuling(r.ruling) + r.text + ".")
	d.y += rowGap
}

// wrapped cuts a text into lines that fit beside the lanes.
func (d *drawing) wrapped(text string, s style) []string {
	room := d.width - d.right
	for columns := max(room/charWidth, 12); ; columns -= max(columns/10, 1) {
		lines := page.Wrap(text, columns)
		all := true
		for _, line := range lines {
			all = all && d.fits(line, s, room)
		}
		if all || columns <= 2 {
			return lines
		}
	}
}

// spokenRuling says a ruling in words.
func spokenRuling(r ChargeRuling) string {
	if r == "" {
		return ""
	}
	return string(r) + ": "
}

// windows draws the windows, each from the row in which it opens to that in which it
// closes.
func (d *drawing) windows() {
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
	if i == 0 || d.day(d.rows[i].at) != d.day(d.rows[i-1].at) {
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
