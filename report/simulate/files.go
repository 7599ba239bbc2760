package simulate

import (
	"bufio"
	"errors"
	"os"
)

// files are files that are being written, all of them or none.
type files []*file

type file struct {
	*bufio.Writer
	file *os.File
}

func (f *files) create(path string) (*file, error) {
	to, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	created := &file{bufio.NewWriterSize(to, 1<<20), to}
	*f = append(*f, created)
	return created, nil
}

// close finishes the files, or removes them if something failed.
func (f *files) close(err error) error {
	for _, one := range *f {
		err = errors.Join(err, one.Flush(), one.file.Close())
	}
	if err == nil {
		return nil
	}
	for _, one := range *f {
		err = errors.Join(err, os.Remove(one.file.Name()))
	}
	return err
}
