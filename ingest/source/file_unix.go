//go:build unix

package source

import (
	"io"
	"io/fs"

	"golang.org/x/sys/unix"
)

// file is a regular file, which is read by the system's own calls: a log may be in a
// hundred thousand of a few kilobytes, and package os makes three of its own for each.
type file struct {
	fd   int // -1: it is closed
	path string
}

// openFile opens a regular file. Should it be something else by now, it does not wait.
func openFile(path string) (*file, error) {
	fd, err := again(func() (int, error) { return unix.Open(path, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0) })
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	return &file{fd, path}, nil
}

// again does once more what a signal has interrupted.
func again(call func() (int, error)) (n int, err error) {
	for n, err = call(); err == unix.EINTR; n, err = call() { //nolint:errorlint // it is never wrapped
	}
	return n, err
}

// read makes of what a call has read what a Reader returns.
func (f *file) read(n int, err error) (int, error) {
	switch {
	case err != nil:
		return 0, &fs.PathError{Op: "read", Path: f.path, Err: err}
	case n == 0:
		return 0, io.EOF
	}
	return n, nil
}

// Read implements io.Reader.
func (f *file) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	return f.read(again(func() (int, error) { return unix.Read(f.fd, p) }))
}

// ReadAt implements io.ReaderAt.
func (f *file) ReadAt(p []byte, offset int64) (n int, err error) {
	for n < len(p) && err == nil {
		var more int
		more, err = f.read(again(func() (int, error) { return unix.Pread(f.fd, p[n:], offset+int64(n)) }))
		n += more
	}
	return n, err
}

// Seek implements io.Seeker.
func (f *file) Seek(offset int64, whence int) (int64, error) { return unix.Seek(f.fd, offset, whence) }

// Close closes the file, once.
func (f *file) Close() error {
	if f.fd < 0 {
		return fs.ErrClosed
	}
	fd := f.fd
	f.fd = -1
	return unix.Close(fd)
}

// state implements stater.
func (f *file) state() (fileState, bool) {
	var s unix.Stat_t
	_, err := again(func() (int, error) { return 0, unix.Fstat(f.fd, &s) })
	return fileState{s.Size, s.Mtim.Nano()}, err == nil && s.Mode&unix.S_IFMT == unix.S_IFREG
}
