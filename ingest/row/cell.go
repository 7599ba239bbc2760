package row

// AppendJSON appends the value of the cell to dst as it stands in the JSON of
// its row, null if it has none.
func (c *Cell) AppendJSON(dst []byte) []byte { return c.appendJSON(dst) }

// AppendString appends s to dst as a JSON string.
func AppendString(dst []byte, s string) []byte { return appendString(dst, s) }
