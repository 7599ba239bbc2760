//go:build !unix

package source

import "os"

// file is a regular file.
type file struct{ *os.File }

func openFile(path string) (*file, error) {
	f, err := os.Open(path)
	return &file{f}, err
}

// state implements stater.
func (f *file) state() (fileState, bool) { return stateOf(f.Stat()) }
