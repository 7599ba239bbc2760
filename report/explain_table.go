package report

import (
	"fmt"
	"strings"

	"waudit/audit/result"
	"waudit/report/page"
	"waudit/report/timeline"
)

// explainTable writes what a person reads in a terminal.
func explainTable(p *page.Page, e *result.Explanation, _ Options) {
	v := viewOf(e)
	for _, s := range v.Answer {
		p.Text(0, p.Paint(page.Bold, s))
	}
	p.Blank()
	for i := range v.Customers {
		printCustomer(p, &v.Customers[i], v.Log)
	}
}

func printCustomer(p *page.Page, c *customerView, log string) {
	p.Items("", append([]string{p.Paint(page.Bold, phrase(c.Heading))}, c.Facts...)...)
	p.Text(0, "Log: "+log)
	p.Blank()
	if c.Earlier > 0 {
		p.Text(0, "Not shown: "+counted(int64(c.Earlier), "message")+" outside these days; -f json has all.")
	}
	timeline.Print(p, c.Timeline)
	if len(c.Charges) > 0 {
		section(p, c.Section)
	}
	for i := range c.Charges[:min(len(c.Charges), maxListed)] {
		v := &c.Charges[i]
		lead := fmt.Sprintf("%3d  ", i+1)
		p.Items(lead, phrase(v.What), phrase(v.When), p.Paint(inkOf(v.Class), phrase(v.Ruling)))
		indent := strings.Repeat(" ", len(lead))
		for _, d := range v.Details {
			p.Hang(indent, d)
		}
		if v.Source != "" {
			p.Hang(indent, page.Clean(v.Source))
		}
	}
	more(p, "     ", len(c.Charges))
	if c.Free > 0 {
		p.Text(0, "Free: "+counted(int64(c.Free), "message")+" that cost nothing.")
	}
	p.Blank()
}

// inkOf is the colour of a ruling.
func inkOf(r timeline.ChargeRuling) page.Ink {
	switch r {
	case timeline.Right:
		return page.Green
	case timeline.Wrong:
		return page.Red
	case timeline.Uncertain:
		return page.Yellow
	}
	return page.Cyan
}
