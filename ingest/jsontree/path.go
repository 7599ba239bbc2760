package jsontree

import "strconv"

// Path is the way from the root to the value, as in
// "entry[0].changes[0].value.statuses[3]"; "" for the root itself. It is
// searched for when asked, so that parsing need not keep it.
func (v Value) Path() string {
	if v.tree == nil {
		return ""
	}
	path := []byte(v.tree.outer.Path())
	for c := v.tree.Root(); c.node != v.node; {
		child, index := c.First(), 0
		for next := child.Next(); next.OK() && next.node <= v.node; next = next.Next() {
			child = next
			index++
		}
		path = child.appendStep(path, c.Kind(), index)
		c = child
	}
	return string(path)
}

// appendStep appends the step from a parent of that kind to its child v.
func (v Value) appendStep(path []byte, parent Kind, index int) []byte {
	if parent == Array {
		path = append(path, '[')
		path = strconv.AppendInt(path, int64(index), 10)
		return append(path, ']')
	}
	key := v.Key()
	if !isName(key) {
		path = append(path, '[')
		path = strconv.AppendQuote(path, key)
		return append(path, ']')
	}
	if len(path) > 0 {
		path = append(path, '.')
	}
	return append(path, key...)
}

// isName reports whether the key can stand in a path without quotes.
func isName(key string) bool {
	for i := range len(key) {
		c := key[i]
		if c|0x20 < 'a' || c|0x20 > 'z' {
			if c != '_' && (i == 0 || !isDigit(c)) {
				return false
			}
		}
	}
	return key != ""
}
