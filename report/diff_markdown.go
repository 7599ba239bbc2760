package report

import (
	"fmt"
	"io"
	"strings"

	"waudit/audit/result"
	"waudit/report/page"
)

// mostInComment is how many rows of a table a comment has: GitHub takes 65,536
// characters.
const mostInComment = 50

// diffMarkdown is a comment of a pull request: the summary, the money, and folded
// below it the findings.
func diffMarkdown(w io.Writer, d *result.Diff, _ Options) error {
	var b strings.Builder
	b.WriteString("### waudit diff\n\n")
	for _, text := range diffSummary(d) {
		b.WriteString(text + "\n\n")
	}
	for _, part := range diffParts(d) {
		if part.long {
			fmt.Fprintf(&b, "<details><summary>%s (%s)</summary>\n\n", part.title, count(int64(len(part.rows))))
		} else {
			fmt.Fprintf(&b, "**%s**\n\n", part.title)
		}
		rows := make([][]string, min(len(part.rows), mostInComment))
		for i := range rows {
			for _, cell := range part.rows[i] {
				rows[i] = append(rows[i], markdown(cell))
			}
		}
		page.MarkdownTable(&b, part.columns, rows)
		if n := len(part.rows) - mostInComment; n > 0 {
			fmt.Fprintf(&b, "\n… and %s more: -f json lists all\n", count(int64(n)))
		}
		if part.long {
			b.WriteString("\n</details>\n")
		}
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, strings.TrimRight(b.String(), "\n")+"\n")
	return err
}

// markdown writes a cell so that it is shown as it is. What is not plain words and
// numbers becomes code, in which neither Markdown nor the pages that show it make
// links, mentions of people, references to issues, images or HTML of anything.
func markdown(s string) string {
	s = page.Clean(s)
	if isPlain(s) {
		return s
	}
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if fence != "`" || strings.HasPrefix(s, " ") && strings.HasSuffix(s, " ") {
		s = " " + s + " " // one space at each end belongs to the fence
	}
	return fence + strings.ReplaceAll(s, "|", `\|`) + fence // a table is cut at its bars first
}

// isPlain reports whether Markdown has no other meaning for any part of s.
func isPlain(s string) bool {
	for _, r := range s {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune(" .,+-%→·", r)) {
			return false
		}
	}
	return !strings.Contains(strings.ToLower(s), "www.")
}
