package page

import (
	"regexp"
	"strings"
)

// Markdown writes a text of a log so that Markdown shows it as it is: no mark-up, no
// HTML, no link, no mention of an account, and no end of a table's cell.
func Markdown(s string) string {
	return plain.Replace(Clean(s))
}

// plain escapes what means something in Markdown inside a line.
var plain = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "|", `\|`, "~", `\~`, "#", `\#`, "$", `\$`,
	"<", "&lt;", ">", "&gt;", "&", "&amp;",
	// A joiner that nobody sees: with it no address and no name follows.
	"://", ":\u2060//", "www.", "www\u2060.", "@", "@\u2060",
)

// Link writes the address of a page so that Markdown links to it. What is no plain
// address is shown as it is, and is no link.
func Link(s string) string {
	if !address.MatchString(s) {
		return Markdown(s)
	}
	return "<" + s + ">"
}

var address = regexp.MustCompile(`^https?://[0-9A-Za-z.-]+(?:[/?#][0-9A-Za-z._~/?#=%&;:+,-]*)?$`)

// MarkdownTable writes a table as Markdown. Cells are Markdown already.
func MarkdownTable(b *strings.Builder, columns []Column, rows [][]string) {
	rule := "|"
	b.WriteByte('|')
	for _, c := range columns {
		b.WriteString(" " + c.Name + " |")
		if c.Right {
			rule += " ---: |"
		} else {
			rule += " --- |"
		}
	}
	b.WriteString("\n" + rule + "\n")
	for _, row := range rows {
		b.WriteString("| " + strings.Join(row, " | ") + " |\n")
	}
}
