package page

import (
	"strings"

	"github.com/clipperhouse/displaywidth"
)

// ruler measures text as terminals show it. It takes no notice of the locale,
// so that the same report is the same bytes everywhere.
func ruler() displaywidth.Options { return displaywidth.Options{ControlSequences: true} }

// Width returns how many columns s takes; colours take none.
func Width(s string) int { return ruler().String(s) }

// Wrap cuts text into lines of at most room columns: between words, and inside
// a word only if it does not fit on a line of its own. There is always a line.
func Wrap(text string, room int) []string {
	return pack(strings.Split(text, " "), " ", room)
}

// pack puts items on lines of at most room columns, joined by a separator. An
// item that does not fit on a line is wrapped. There is always a line.
func pack(items []string, separator string, room int) []string {
	var lines []string
	line, used := "", 0
	for _, item := range items {
		if item == "" {
			continue
		}
		width := Width(item)
		if line != "" && used+Width(separator)+width <= room {
			line, used = line+separator+item, used+Width(separator)+width
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		if width > room {
			parts := fit(item, room)
			lines, item = append(lines, parts[:len(parts)-1]...), parts[len(parts)-1]
		}
		line, used = item, Width(item)
	}
	return append(lines, line)
}

// fit cuts an item that is too long for a line: at its spaces, then at the
// spaces that hold a phrase together, at last anywhere.
func fit(item string, room int) []string {
	for _, space := range []string{" ", NoBreak} {
		if strings.Contains(item, space) {
			return pack(strings.Split(item, space), space, room)
		}
	}
	var parts []string
	for item != "" {
		head, tail := cut(item, room)
		parts, item = append(parts, head), tail
	}
	return parts
}

// cut splits s after as many columns as fit, but after one character at least.
func cut(s string, columns int) (head, tail string) {
	end, used := 0, 0
	for g := ruler().StringGraphemes(s); g.Next(); {
		if used += g.Width(); used > columns && end > 0 {
			break
		}
		end += len(g.Value())
	}
	return s[:end], s[end:]
}

// Shorten leaves the middle of s out where it takes more columns than that. It
// keeps more of the end: ids of messages begin alike and end differently.
func Shorten(s string, columns int) string {
	if Width(s) <= columns {
		return s
	}
	head, rest := cut(s, max(columns/3, 1))
	excess := Width(rest) - (columns - Width(head) - 1)
	for g := ruler().StringGraphemes(rest); excess > 0 && g.Next(); {
		excess -= g.Width()
		rest = rest[len(g.Value()):]
	}
	return head + "…" + rest
}
