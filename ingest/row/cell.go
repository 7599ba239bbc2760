package row

import "strings"

// AppendJSON appends the value of the cell to dst as it stands in the JSON of
// its row, null if it has none.
func (c *Cell) AppendJSON(dst []byte) []byte { return c.appendJSON(dst) }

// AppendString appends s to dst as a JSON string.
func AppendString(dst []byte, s string) []byte { return appendString(dst, s) }

// AppendUndoubled appends a text in which each quote stands twice, with each once.
func AppendUndoubled(dst []byte, text string) []byte {
	for {
		n := strings.IndexByte(text, '"')
		if n < 0 {
			return append(dst, text...)
		}
		dst, text = append(dst, text[:n+1]...), text[n+2:]
	}
}
