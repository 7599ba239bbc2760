// Package schema holds the JSON Schemas (draft 2020-12) of what waudit writes
// as JSON. They are the contract with programs that read it: keys may be added
// within a version, never renamed or removed. A key that is added later is not
// required, so that what older programs wrote stays valid.
package schema

import "embed"

//go:embed *-v1.json
var files embed.FS

// Of returns the schema of waudit.NAME/v1, for "replay" that of one line; nil if there
// is none.
func Of(name string) []byte {
	text, err := files.ReadFile(name + "-v1.json")
	if err != nil {
		return nil
	}
	return text
}
