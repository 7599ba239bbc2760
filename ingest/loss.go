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

// Lack is what is missing of an input, and why, as the process that has read it says.
type Lack struct {
	Loss  Loss
	Why   string
	Block int64 // number of the block that is not whole, or its part; of the end 0
}

// Error says why.
func (l *Lack) Error() string { return l.Why }

// Is reports whether it is what errCut stands for.
func (l *Lack) Is(target error) bool { return target == errCut && l.Loss == Tail } //nolint:errorlint // it is asked for itself

// lacks tells what a process that reads a task has found to be missing: of the end of
// the input, and of its blocks.
func (in *input) lacks() (end, within *Lack) {
	if in.err != nil {
		end = &Lack{Loss: in.loss(), Why: in.incomplete()}
	}
	if err := in.damage.err; err != nil {
		within = &Lack{Loss: Anywhere, Why: err.Error(), Block: in.damage.seq}
		if errors.Is(err, errCut) {
			within.Loss = Tail
		}
	}
	return end, within
}

// loss tells what is missing of the input.
func (in *input) loss() Loss {
	problem, ok := errors.AsType[*source.Error](in.err)
	elsewhere, told := errors.AsType[*Lack](in.err)
	switch {
	case told:
		return elsewhere.Loss
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
