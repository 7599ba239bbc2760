package timeline

import (
	"strings"

	"waudit/report/page"
)

// glyphs draw the bars in a terminal.
var glyphs = [...]string{none: " ", through: "|", opens: "+", again: "*", closes: "+"}

// Print adds the timeline to a page: plain ASCII but for what the labels hold.
func Print(p *page.Page, t *Timeline) {
	l := lay(t)
	p.Text(0, l.heading())
	day, utcWidth := "", 0
	for i := range l.rows {
		_, utc := l.clock(l.rows[i].at)
		utcWidth = max(utcWidth, page.Width(utc))
	}
	for i := range l.rows {
		r := &l.rows[i]
		if d := l.day(r.at); d != day {
			day = d
			p.Blank()
			p.Text(0, p.Paint(page.Bold, d))
		}
		local, utc := l.clock(r.at)
		if utcWidth > 0 {
			utc = "  " + spaces(utcWidth-page.Width(utc)) + utc
		}
		lead := "  " + local + utc + "  "
		text := r.text
		if sign := r.ruling.sign(); sign != "" {
			text = p.Paint(ink(r.ruling), strings.TrimSpace(sign)) + " " + text
		}
		p.Lead(lead+l.bars(r.marks), spaces(page.Width(lead))+l.bars(below(r.marks)), text)
	}
}

func spaces(n int) string { return strings.Repeat(" ", max(n, 0)) }

// bars draws the lanes of one line.
func (l *layout) bars(marks []mark) string {
	var b strings.Builder
	for i := range l.lanes {
		m := none
		if i < len(marks) {
			m = marks[i]
		}
		b.WriteString(glyphs[m])
		b.WriteByte(' ')
	}
	return b.String()
}

// below is how the lanes go on under a row.
func below(marks []mark) []mark {
	out := make([]mark, len(marks))
	for i, m := range marks {
		if m != none && m != closes {
			out[i] = through
		}
	}
	return out
}

func ink(r ChargeRuling) page.Ink {
	switch r {
	case Right:
		return page.Green
	case Wrong:
		return page.Red
	}
	return page.Yellow
}
