package container

import (
	"bytes"
	"errors"
	"io"
	"os"
	"sync/atomic"
)

// randomAccess is a file that can be read anywhere, if ReaderAt says so; see
// source.Stream.
type randomAccess interface {
	ReaderAt() (at io.ReaderAt, size int64, ok bool)
	Retain()
	Close() error
	Passed(bytes int64)
}

// randomSource is the bytes of a file, to be read anywhere by any goroutine
// until everyone who retained it has closed it.
type randomSource struct {
	at   io.ReaderAt
	size int64 // in bytes

	file  randomAccess // the input itself, nil if at is a copy
	spool *os.File     // the temporary copy, nil if there is none
	users atomic.Int32 // of the copy, beside the first
}

// openRandom makes the bytes of s accessible, without reading them if the
// input allows. Of s nothing is to be used afterwards.
func openRandom(s stream, tempDir string) (*randomSource, error) {
	if errors.Is(s.err, io.EOF) {
		return &randomSource{at: bytes.NewReader(bytes.Clone(s.rest)), size: int64(len(s.rest))}, nil
	}
	if file, ok := s.r.(randomAccess); ok {
		if at, size, ok := file.ReaderAt(); ok {
			file.Retain()
			return &randomSource{at: at, size: size, file: file}, nil
		}
	}
	return spoolRandom(s, tempDir)
}

// spoolRandom copies s into a temporary file without a name.
func spoolRandom(s stream, tempDir string) (*randomSource, error) {
	file, err := os.CreateTemp(tempDir, "waudit-parquet-*")
	if err != nil {
		return nil, err
	}
	source := &randomSource{at: file, spool: file}
	_ = os.Remove(file.Name()) // what cannot be removed while it is open is removed by close
	_, err = file.Write(s.rest)
	source.size = int64(len(s.rest))
	if err == nil {
		err = s.err
	}
	if err == nil {
		var n int64
		n, err = io.Copy(file, s.r)
		source.size += n
	}
	if err != nil {
		return nil, errors.Join(err, source.close())
	}
	return source, nil
}

// passed reports progress.
func (s *randomSource) passed(bytes int64) {
	if s.file != nil {
		s.file.Passed(bytes)
	}
}

func (s *randomSource) retain() {
	if s.file != nil {
		s.file.Retain()
	}
	s.users.Add(1)
}

func (s *randomSource) close() error {
	if s.file != nil {
		return s.file.Close()
	}
	if s.users.Add(-1) >= 0 || s.spool == nil {
		return nil
	}
	err := s.spool.Close()
	_ = os.Remove(s.spool.Name()) // gone already, but where open files cannot be removed
	return err
}
