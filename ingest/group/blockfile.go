package group

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/cespare/xxhash/v2"
	"github.com/klauspost/compress/s2"
)

// SpillError says that temporary files cannot be used as they must: no room is
// left, say, or what was read is not what was written.
type SpillError struct {
	Op   string // "create", "write", "read" or "remove"
	Path string
	Err  error
}

func (e *SpillError) Error() string {
	return fmt.Sprintf("temporary file: %s %s: %v", e.Op, e.Path, e.Err)
}

// Unwrap returns the cause, such as syscall.ENOSPC.
func (e *SpillError) Unwrap() error { return e.Err }

// spillError returns err as a *SpillError, nil if there is none.
func spillError(op, path string, err error) error {
	if err == nil {
		return nil
	}
	if inner := (*fs.PathError)(nil); errors.As(err, &inner) {
		err = inner.Err // which repeats neither operation nor path
	}
	return &SpillError{Op: op, Path: path, Err: err}
}

var (
	errChecksum  = errors.New("checksum differs")
	errTruncated = errors.New("the file is shorter than it was")
)

// blockFile is a temporary file of compressed chunks, each a block of
//
//	checksum   8 bytes, little endian: xxhash of what follows
//	length     4 bytes, little endian: of the data
//	data       a chunk, compressed by s2
//
// s2, as the ids that events consist of hardly shrink, and memory is limited on
// behalf of logs that are read at the speed of the disk.
type blockFile struct {
	path string
	size int64 // bytes in the file that count; what is behind was never finished
	raw  int64 // bytes of the chunks in it
}

const blockHead = 12

// append adds the chunks to the file, all or none of them.
func (f *blockFile) append(chunks [][]byte) error {
	if len(chunks) == 0 {
		return nil
	}
	w, err := f.writer()
	if err != nil {
		return err
	}
	for _, chunk := range chunks {
		if err := w.write(chunk); err != nil {
			return errors.Join(err, w.file.Close())
		}
	}
	return w.commit()
}

// remove deletes the file, if there is one.
func (f *blockFile) remove() error {
	if f.size == 0 {
		return nil
	}
	f.size, f.raw = 0, 0
	return spillError("remove", f.path, os.Remove(f.path))
}

// blockWriter appends to a block file, to which nothing is added before commit.
type blockWriter struct {
	to    *blockFile
	file  *os.File
	size  int64
	raw   int64
	block []byte
}

func (f *blockFile) writer() (*blockWriter, error) {
	file, err := os.OpenFile(f.path, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return nil, spillError("create", f.path, err)
	}
	return &blockWriter{to: f, file: file, size: f.size, raw: f.raw}, nil
}

func (w *blockWriter) write(chunk []byte) error {
	if need := blockHead + s2.MaxEncodedLen(len(chunk)); cap(w.block) < need {
		w.block = make([]byte, need)
	}
	data := s2.Encode(w.block[blockHead:cap(w.block)], chunk)
	block := w.block[:blockHead+len(data)]
	binary.LittleEndian.PutUint32(block[8:], uint32(len(data)))
	binary.LittleEndian.PutUint64(block, xxhash.Sum64(block[8:]))
	if _, err := w.file.WriteAt(block, w.size); err != nil {
		return spillError("write", w.to.path, err)
	}
	w.size += int64(len(block))
	w.raw += int64(len(chunk))
	return nil
}

// commit closes the writer and adds to the file what was written.
func (w *blockWriter) commit() error {
	if err := w.file.Close(); err != nil {
		return spillError("write", w.to.path, err)
	}
	w.to.size, w.to.raw = w.size, w.raw
	return nil
}

// blockReader reads a block file from its beginning.
type blockReader struct {
	path string
	file *os.File
	buf  *bufio.Reader
	left int64
	data []byte
}

func (f *blockFile) open() (*blockReader, error) {
	file, err := os.Open(f.path)
	if err != nil {
		return nil, spillError("read", f.path, err)
	}
	return &blockReader{path: f.path, file: file, buf: bufio.NewReaderSize(file, 256<<10), left: f.size}, nil
}

// next returns the next chunk, made from the arena's memory, and io.EOF behind
// the last.
func (r *blockReader) next(a *arena) ([]byte, error) {
	if r.left == 0 {
		return nil, io.EOF
	}
	chunk, err := r.block(a)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errTruncated
	}
	return chunk, spillError("read", r.path, err)
}

func (r *blockReader) block(a *arena) ([]byte, error) {
	r.data = append(r.data[:0], make([]byte, blockHead)...)
	if _, err := io.ReadFull(r.buf, r.data); err != nil {
		return nil, err
	}
	sum := binary.LittleEndian.Uint64(r.data)
	length := int64(binary.LittleEndian.Uint32(r.data[8:]))
	r.left -= blockHead + length
	if r.left < 0 {
		return nil, errTruncated
	}
	r.data = append(r.data, make([]byte, length)...)
	if _, err := io.ReadFull(r.buf, r.data[blockHead:]); err != nil {
		return nil, err
	}
	if xxhash.Sum64(r.data[8:]) != sum {
		return nil, errChecksum
	}
	n, err := s2.DecodedLen(r.data[blockHead:])
	if err != nil {
		return nil, err
	}
	chunk := a.get(n)
	return s2.Decode(chunk[:n], r.data[blockHead:])
}

func (r *blockReader) close() error {
	return spillError("read", r.path, r.file.Close())
}
