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
// sees half of it; what is no file, as /dev/null and pipes, is written to.
func writeOutput(path string, stdout io.Writer, write func(io.Writer) error) error {
	if path == "" || path == "-" {
		return writeBuffered(stdout, write)
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return usage("output %s: %v", path, err)
		}
		return errors.Join(writeBuffered(f, write), f.Close())
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return usage("output %s: %v", path, err)
	}
	err = errors.Join(writeBuffered(f, write), f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

func writeBuffered(w io.Writer, write func(io.Writer) error) error {
	b := bufio.NewWriterSize(w, 1<<16)
	if err := write(b); err != nil {
		return err
	}
	return b.Flush()
}

// checkOutput finds out before anything is read whether a file could be written
// there.
func checkOutput(flag, path string) error {
	if path == "" || path == "-" {
		return nil
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return usage("%s %s: is a folder; name a file in it", flag, path)
	}
	folder := filepath.Dir(path)
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return usage("%s %s: there is no folder %s", flag, path, folder)
	}
	return nil
}
