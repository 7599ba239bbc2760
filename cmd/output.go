package cmd

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
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
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real // a link stays one
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return usage("output %s: %v", path, err)
		}
		return errors.Join(writeBuffered(f, write), f.Close())
	}
	// Not os.CreateTemp, whose files nobody else may read: the user's mask decides.
	temp := filepath.Join(filepath.Dir(path), fmt.Sprintf(".%s.%x", filepath.Base(path), rand.Uint64()))
	f, err := os.OpenFile(temp, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	if err != nil {
		return usage("output %s: %v", path, err)
	}
	err = errors.Join(writeBuffered(f, write), f.Close())
	if err == nil {
		err = os.Rename(temp, path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	return nil
}

// appendOutput lets write add to what writeOutput has written.
func appendOutput(path string, stdout io.Writer, write func(io.Writer) error) error {
	if path == "-" {
		return writeBuffered(stdout, write)
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return usage("output %s: %v", path, err)
	}
	return errors.Join(writeBuffered(f, write), f.Close())
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
		return usage("%s: %s is a folder; name a file in it", flag, path)
	}
	folder := filepath.Dir(path)
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return usage("%s %s: there is no folder %s", flag, path, folder)
	}
	return nil
}
