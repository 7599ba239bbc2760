package ingest

import (
	"archive/zip"
	"errors"

	"waudit/ingest/source"
)

// Loss says what is missing of an input that was not read, or not to its end.
type Loss uint8

// The losses.
const (
	Nothing  Loss = iota // none of its records, as far as anybody can tell
	Tail                 // what lies behind all that was read
	Anywhere             // any part
	Corrupt              // any part, and what was read may be wrong
)

// loss tells what is missing of the input.
func (in *input) loss() Loss {
	problem, ok := errors.AsType[*source.Error](in.err)
	switch {
	case ok && problem.Problem == source.Corrupt, errors.Is(in.err, zip.ErrChecksum):
		return Corrupt
	case ok && problem.Problem == source.Changed, in.err == nil && (in.marked || in.unreadable()):
		return Anywhere
	case in.err != nil, errors.Is(in.damage.err, errCut):
		return Tail
	case in.damage.err != nil:
		return Anywhere
	}
	return Nothing
}
