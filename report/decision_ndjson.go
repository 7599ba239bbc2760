package report

import (
	"encoding/json"
	"io"

	"waudit/audit/result"
)

// Decisions hands the decisions of a replay to each, one after the other, until it
// returns an error; there may be millions, and each keeps nothing of them.
type Decisions func(each func(*result.Decision) error) error

// decisionNDJSON is one JSON object a line.
func decisionNDJSON(w io.Writer, decisions Decisions, _ Options) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	var c result.Decision // for its memory
	return decisions(func(d *result.Decision) error {
		c = *d
		if c.Candidates == nil {
			c.Candidates = []string{}
		}
		return e.Encode(&c)
	})
}
