package unwrap

import (
	"encoding/json"
	"slices"

	"waudit/ingest/dialect"
	"waudit/ingest/dialect/quick"
	"waudit/ingest/jsontree"
)

// DecodeFaulty is Decode for a record that is no JSON for faults in the text of its
// strings alone: ordinary records may have them where nobody reads. What becomes of
// it does not depend on what was learned before.
func DecodeFaulty(record []byte, dialects []dialect.Dialect, items *dialect.Items) (dialect int, ok bool) {
	var tree jsontree.Tree
	mended := withoutTextFaults(record)
	if n, err := tree.Parse(mended); err != nil || n == 0 {
		return 0, false
	}
	items.Reset()
	q := quick.New(dialects)
	q.Learn(tree.Root(), New(dialects).Decode(tree.Root(), items), items)
	return q.Decode(record, items)
}

// withoutTextFaults is the record with blanks for what must not stand in strings:
// control characters, and escapes that JSON does not have.
func withoutTextFaults(record []byte) []byte {
	mended, inside := slices.Clone(record), false
	for i := 0; i < len(mended); i++ {
		switch c := mended[i]; {
		case c == '"':
			inside = !inside
		case inside && c < ' ':
			mended[i] = ' '
		case inside && c == '\\' && i+1 < len(mended):
			if !json.Valid([]byte(`"`+string(mended[i:min(i+6, len(mended))])+`"`)) && !json.Valid([]byte(`"`+string(mended[i:i+2])+`"`)) {
				mended[i], mended[i+1] = ' ', ' '
			}
			i++
		}
	}
	return mended
}
