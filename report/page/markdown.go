package page

import "strings"

// Markdown writes a text of a log so that Markdown shows it as it is: no mark-up, no
// HTML, no link, no mention of an account, and no end of a table's cell.
func Markdown(s string) string {
	return plain.Replace(Clean(s))
}

// plain escapes what means something in Markdown inside a line.
var plain = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "|", `\|`, "~", `\~`, "#", `\#`, "$", `\$`,
	"<", "&lt;", ">", "&gt;", "&", "&amp;",
	"://", `:\/\/`, "www.", `www\.`,
	"@", "@\u2060", // a joiner that nobody sees: with it no name follows
)
