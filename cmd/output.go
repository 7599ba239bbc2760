package cmd

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"
)

// writeOutput lets write fill a file, or standard output if path is "". A file
// is written beside its place and renamed when it is whole, so that nobody ever
// sees half of it.
func writeOutput(path string, stdout io.Writer, write func(io.Writer) error) error {
	if path == "" || path == "-" {
		b := bufio.NewWriterSize(stdout, 1<<16)
		if err := write(b); err != nil {
			return err
		}
		return b.Flush()
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return usage("output %s: %v", path, err)
	}
	b := bufio.NewWriterSize(f, 1<<16)
	err = errors.Join(write(b), b.Flush(), f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
