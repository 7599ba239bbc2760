package quick

// What tests look at: the indexes of the dialects that are read, -1 if none, how many
// records were learned, and how many were of a known layout.
func (q *Reader) Reads() (flat, webhook int) { return q.flat, q.webhook }
func (q *Reader) Tries() int                 { return q.tries }
func (q *Reader) Found() int                 { return q.found }

// Limits of learning.
const (
	MaxTries = maxTries
	PerTry   = perTry
)
