package source

import (
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"io/fs"
	"os"
	"sync/atomic"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

const (
	rawBuffer = 128 << 10 // bytes read at once from a compressed file

	// maxWindow bounds the memory that a zstd file may ask for, in bytes. The
	// command zstd needs --long to write, and to read, anything beyond it.
	maxWindow = 128 << 20
)

// The names of compressions, as in reports.
const (
	Gzip = "gzip"
	Zstd = "zstd"
)

// Opener opens inputs one after another and reuses its buffers. It is not for
// concurrent use.
type Opener struct {
	Hash hash.Hash // gets the raw bytes of each input; nil: nothing does

	raw    *bufio.Reader
	gunzip gzip.Reader
	unzstd *zstd.Decoder
}

// Open opens in and recognises its compression by its first bytes. The stream
// is to be closed, and is not to be used after the next call of Open. The error
// is a *Error.
func (o *Opener) Open(ctx context.Context, in Input) (*Stream, error) {
	if in.Err != nil {
		return nil, in.Err
	}
	if in.Skip != "" {
		return nil, &Error{Path: in.Path, Err: errors.New(in.Skip)}
	}
	file, err := in.raw(ctx)
	if err != nil {
		return nil, systemError(in.Path, err)
	}
	s := &Stream{path: in.Path}
	s.raw.file = file
	s.opened, s.regular = s.state()
	if m, ok := file.(*member); ok {
		s.opened, s.regular = m.archive.listed, m.archive.regular // where its files lie was read then
	} else if s.regular {
		s.raw.size = s.opened.size
	}
	s.shrunk = in.Within == "" && s.regular && s.opened.size < in.Size
	if o.Hash != nil {
		o.Hash.Reset()
		s.raw.hash = o.Hash
	}
	if o.raw == nil {
		o.raw = bufio.NewReaderSize(nil, rawBuffer)
	}
	o.raw.Reset(&s.raw)
	// An error of Peek, the end of a short file included, comes again when
	// the stream is read: raw keeps it.
	head, _ := o.raw.Peek(4)
	switch {
	case isGzip(head):
		s.Compression = Gzip
		s.plain, err = &o.gunzip, o.gunzip.Reset(o.raw)
	case isZstd(head):
		s.Compression = Zstd
		s.plain, err = o.openZstd()
	default:
		s.plain = o.raw
	}
	if err != nil {
		err = s.problem(err)
		file.Close()
		return nil, err
	}
	return s, nil
}

func (o *Opener) openZstd() (_ io.Reader, err error) {
	if o.unzstd != nil {
		return o.unzstd, o.unzstd.Reset(o.raw)
	}
	// Inputs are read in parallel as it is; one goroutine each is enough.
	o.unzstd, err = zstd.NewReader(o.raw, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
	return o.unzstd, err
}

// Close releases what the opener holds.
func (o *Opener) Close() {
	if o.unzstd != nil {
		o.unzstd.Close()
	}
}

func isGzip(head []byte) bool {
	return bytes.HasPrefix(head, []byte{0x1f, 0x8b})
}

// isZstd also takes a skippable frame, which some writers put first.
func isZstd(head []byte) bool {
	return bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}) ||
		len(head) == 4 && head[0]&0xf0 == 0x50 && bytes.Equal(head[1:], []byte{0x2a, 0x4d, 0x18})
}

// Stream is an open input: Read returns its bytes without compression. An
// error of Read other than io.EOF is a *Error.
type Stream struct {
	Compression string // Gzip, Zstd or ""

	path    string
	regular bool      // it is a regular file, or in one
	opened  fileState // of that, as it was then
	shrunk  bool      // it was larger when it was found
	raw     rawReader
	plain   io.Reader
	users   atomic.Int32 // who has retained it and not closed it yet
	passed  atomic.Int64 // bytes that are done with, as far as Passed was told
}

// Read reads plain bytes.
func (s *Stream) Read(p []byte) (int, error) {
	n, err := s.plain.Read(p)
	if err == nil || errors.Is(err, io.EOF) {
		return n, err
	}
	return n, s.problem(err)
}

// problem says what err means for the input. What failed below the
// decompressor is not its data's fault.
func (s *Stream) problem(err error) *Error {
	if known, ok := errors.AsType[*Error](s.raw.err); ok { // of the archive around it
		return &Error{Path: s.path, Problem: known.Problem, Err: known.Err}
	}
	if s.raw.err != nil && !errors.Is(s.raw.err, io.EOF) {
		return systemError(s.path, s.raw.err)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return &Error{Path: s.path, Problem: Truncated} // without the cause: it is no io.EOF to a caller
	}
	return &Error{Path: s.path, Problem: Corrupt, Err: err}
}

// ReaderAt returns what reads the plain bytes anywhere, without moving Read, and
// their number. It is ok only for a regular file, or an object of a store, that
// is not compressed: of everything else the bytes come one after the other.
func (s *Stream) ReaderAt() (at io.ReaderAt, size int64, ok bool) {
	if object, ok := s.raw.file.(*objectReader); ok && s.Compression == "" {
		// Without a name for its version the parts may be of several ones.
		return object, object.Size(), object.version.etag != ""
	}
	file, ok := s.raw.file.(io.ReaderAt)
	now, regular := s.state()
	if !ok || !regular || s.Compression != "" {
		return nil, 0, false
	}
	return file, now.size, true
}

// Passed says that the first so many raw bytes are done with, for BytesRead:
// what ReaderAt gives is not counted otherwise.
func (s *Stream) Passed(bytes int64) { s.passed.Store(bytes) }

// BytesRead is how many raw bytes were read so far. It may be called while
// another goroutine reads.
func (s *Stream) BytesRead() int64 { return max(s.raw.bytes.Load(), s.passed.Load()) }

// Drain reads the raw bytes that Read has left, so that Sum is of them all.
func (s *Stream) Drain() error {
	if _, err := io.Copy(io.Discard, &s.raw); err != nil {
		return systemError(s.path, err)
	}
	return nil
}

// fileState is by what it is told whether a file was written to.
type fileState struct {
	size     int64 // in bytes
	modified int64 // Unix nanoseconds
}

// stater tells what the file system says of a regular file, false of anything else.
type stater interface{ state() (fileState, bool) }

func stateOf(info fs.FileInfo, err error) (fileState, bool) {
	if err != nil || !info.Mode().IsRegular() {
		return fileState{}, false
	}
	return fileState{info.Size(), info.ModTime().UnixNano()}, true
}

func (s *Stream) state() (fileState, bool) {
	switch file := s.raw.file.(type) {
	case stater:
		return file.state()
	case *os.File: // standard input, or a part of a ledger
		return stateOf(file.Stat())
	}
	return fileState{}, false
}

// Changed returns a *Error if the file was written to since it was opened, or lost bytes
// since it was found, as a log does that is emptied where it is copied: what was read may
// be half of one state of it and half of another.
func (s *Stream) Changed() error {
	if !s.regular {
		return nil
	}
	if now, known := s.state(); s.shrunk || known && now != s.opened {
		return &Error{Path: s.path, Problem: Changed}
	}
	return nil
}

// Sum returns what Opener.Hash makes of the raw bytes, in hex, "" if there is none or
// not all of them were read.
func (s *Stream) Sum() string {
	if s.raw.hash == nil || !errors.Is(s.raw.err, io.EOF) {
		return ""
	}
	return hex.EncodeToString(s.raw.hash.Sum(nil))
}

// Retain keeps the file open, for who got its ReaderAt, until Close was called
// once more. It may be called, and Close as well, by any goroutine.
func (s *Stream) Retain() { s.users.Add(1) }

// Close closes the file when nobody retains it any more.
func (s *Stream) Close() error {
	if s.users.Add(-1) >= 0 {
		return nil
	}
	return s.raw.file.Close()
}

// rawReader counts and hashes what is read, and repeats its first error.
type rawReader struct {
	file  io.ReadCloser
	size  int64     // of a regular file, behind which it is not asked for more; 0: it is not known
	hash  hash.Hash // nil if not wanted
	bytes atomic.Int64
	err   error
}

func (r *rawReader) Read(p []byte) (int, error) {
	if r.err != nil {
		return 0, r.err
	}
	n, err := r.file.Read(p)
	r.bytes.Add(int64(n))
	if r.hash != nil {
		r.hash.Write(p[:n])
	}
	if r.err = err; err == nil && r.bytes.Load() == r.size {
		r.err = io.EOF
	}
	return n, err
}
