// Package page lays out text for a terminal: paragraphs, lists and tables that
// keep within a number of columns. Columns are what a terminal shows, so a
// Chinese character takes two.
//
// A page believes its caller: text that comes from a file goes through Clean
// first, or it could steer the reader's terminal.
package page

import "strings"

// DefaultWidth is how many columns a page has if nobody says otherwise. Below
// minWidth nothing sensible can be laid out.
const (
	DefaultWidth = 100
	minWidth     = 40
)

// NoBreak is a space at which no line is broken; it is shown as a space.
const NoBreak = "\u00a0"

// Ink is a colour or weight, as the numbers that ANSI gives it.
type Ink string

// The inks. The colours are of the 256 that themes leave alone, each about as far from
// black as from white, so that they can be read on both.
const (
	Bold   Ink = "1"
	Red    Ink = "38;5;196"
	Green  Ink = "38;5;28"
	Yellow Ink = "38;5;130"
	Cyan   Ink = "38;5;30"
)

// Page is a text in the making.
type Page struct {
	width int
	color bool
	text  strings.Builder
	inked bool // the last line is not empty
}

// New returns an empty page of that many columns, 0 for DefaultWidth. Without
// color, Paint does nothing.
func New(width int, color bool) *Page {
	if width <= 0 {
		width = DefaultWidth
	}
	return &Page{width: max(width, minWidth), color: color}
}

// String returns what was laid out so far.
func (p *Page) String() string { return p.text.String() }

// Paint returns s in that colour, s itself on a page without colours.
func (p *Page) Paint(ink Ink, s string) string {
	if !p.color || s == "" {
		return s
	}
	return "\x1b[" + string(ink) + "m" + s + "\x1b[0m"
}

// Blank adds an empty line, but never two, and none at the top.
func (p *Page) Blank() {
	if p.inked {
		p.line("")
	}
}

// Text adds a paragraph, every line of it indented.
func (p *Page) Text(indent int, text string) {
	p.Hang(strings.Repeat(" ", indent), text)
}

// Hang adds a paragraph that begins with lead and hangs from its end.
func (p *Page) Hang(lead, text string) {
	p.hang(lead, Wrap(text, p.room(lead)))
}

// Lead adds a paragraph of which the first line begins with first, and every other one
// with next, which is as wide.
func (p *Page) Lead(first, next, text string) {
	for _, line := range Wrap(text, p.room(first)) {
		p.line(first + line)
		first = next
	}
}

// Items adds a list to the page, separated by dots, that begins with lead and
// hangs from its end. Lines are broken between items; empty items are left out.
func (p *Page) Items(lead string, items ...string) {
	p.hang(lead, pack(items, " · ", p.room(lead)))
}

// Clip adds one line that begins with lead; what does not fit is left out.
func (p *Page) Clip(lead, text string) {
	if room := p.room(lead); Width(text) > room {
		text, _ = cut(text, room-1)
		text += "…"
	}
	p.line(lead + text)
}

// hang adds lines; the first begins with lead, the others are indented by it.
func (p *Page) hang(lead string, lines []string) {
	indent := strings.Repeat(" ", Width(lead))
	for _, line := range lines {
		p.line(lead + line)
		lead = indent
	}
}

// room is how many columns are left beside lead.
func (p *Page) room(lead string) int { return p.width - Width(lead) }

// line adds a line. Nothing else writes text to the page.
func (p *Page) line(s string) {
	s = strings.TrimRight(strings.ReplaceAll(s, NoBreak, " "), " ")
	p.text.WriteString(s)
	p.text.WriteByte('\n')
	p.inked = s != ""
}
