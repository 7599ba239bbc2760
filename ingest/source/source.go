// Package source finds the files of a run and opens them: paths, folders,
// patterns, object storage and standard input become one ordered list of
// inputs, and an input becomes a stream of plain bytes, whatever it was
// compressed with.
package source

import (
	"cmp"
	"context"
	"io"
)

// Stdin is the path that stands for standard input.
const Stdin = "-"

// OpenFunc opens an input's raw bytes. It is called at most once per input.
type OpenFunc func(ctx context.Context) (io.ReadCloser, error)

// Input is one thing to be read.
type Input struct {
	Path  string // as reports show it, cleaned; "-" for standard input
	Size  int64  // raw bytes, -1 if not known beforehand, 0 if Err is set
	Err   error  // a *Error if it is known that nothing can be read here, else nil
	Named bool   // a path names this very file, not a folder or a pattern that it is found by
	Rows  string // the kind of server whose rows these are, a line of JSON each; "" of a file
	Skip  string // why it is not to be read though nothing is wrong with it, "" if it is

	// Within is the path of the archive that it is a file of, "" if it is of none.
	Within string

	Ledger bool   // Path is the folder of a ledger, which package ledger opens, not Opener
	Folder Folder // of a ledger

	open OpenFunc
	turn int    // in its archive
	real string // what tells two names of one file apart from two files
}

// Turn orders inputs as they are best opened: the files of an archive as they lie in it.
func Turn(a, b Input) int {
	if a.Within == "" || a.Within != b.Within {
		return cmp.Compare(cmp.Or(a.Within, a.Path), cmp.Or(b.Within, b.Path))
	}
	return cmp.Compare(a.turn, b.turn)
}

// NewInput returns an input that is none of the file system's, as an object
// in a store is. Size is in raw bytes, -1 if not known.
func NewInput(path string, size int64, open OpenFunc) Input {
	return Input{Path: path, Size: size, open: open, real: path}
}
