package report

import (
	"io"
	"strings"

	"waudit/audit/result"
	"waudit/report/page"
	"waudit/report/timeline"
)

// explainMarkdown writes text for a ticket or a mail.
func explainMarkdown(w io.Writer, e *result.Explanation, _ Options) error {
	v := viewOf(e)
	var b strings.Builder
	line := func(text string) { b.WriteString(text + "\n") }
	for _, s := range v.Answer {
		line("**" + inMarkdown(s) + "**")
	}
	for i := range v.Customers {
		c := &v.Customers[i]
		line("\n## " + inMarkdown(c.Heading) + "\n")
		for _, f := range c.Facts {
			line("- " + inMarkdown(f))
		}
		line("- log: " + inMarkdown(v.Log))
		p := page.New(markdownWidth, false)
		timeline.Print(p, c.Timeline)
		fence := fenceFor(p.String())
		line("\n### Timeline\n\n" + fence + "text\n" + p.String() + fence)
		if len(c.Charges) > 0 {
			line("\n### " + c.Section + "\n")
		}
		for _, ch := range c.Charges {
			line("- **" + inMarkdown(ch.What) + "**, " + inMarkdown(ch.When) + ": **" + inMarkdown(ch.Ruling) + "**")
			for _, d := range ch.Details {
				line("  - " + inMarkdown(d))
			}
			if ch.Source != "" {
				line("  - " + page.Link(ch.Source))
			}
		}
		if c.Free > 0 {
			line("\n" + inMarkdown(counted(int64(c.Free), "message")) + " cost nothing.")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// markdownWidth is how wide the drawn timeline is.
const markdownWidth = 100

// inMarkdown takes a text as it is, with plain spaces.
func inMarkdown(text string) string {
	return page.Markdown(strings.ReplaceAll(text, page.NoBreak, " "))
}

// fenceFor is a fence that the text does not have.
func fenceFor(text string) string {
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	return fence
}
