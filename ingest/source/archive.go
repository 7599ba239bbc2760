package source

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/bmatcuk/doublestar/v4"
	"github.com/klauspost/compress/zstd"
)

const (
	// inArchive stands between the path of an archive and the name of a file in it.
	inArchive = "!/"
	// maxMembers is how many files of an archive are read: each is an input.
	maxMembers = 1 << 16

	smallestZip = 22  // bytes
	tarBlock    = 512 // bytes
	zipZstd     = 93  // the number of that method
)

// archive is a file of files: zip, or tar whatever it is compressed with. Its members
// are inputs of their own, which are streamed and never unpacked to a disk; what it is
// read with is kept for the next member, and let go behind the last.
type archive struct {
	Input             // the file itself
	regular bool      // it is a regular file
	listed  fileState // of that, when its files were listed
	corrupt error     // why any of its files may be wrong; nil: they are right as far as anybody can tell

	mu   sync.Mutex
	left int           // members that are still to be opened, if each is once
	file io.ReadCloser // of a zip; nil as long as it is not needed
	idle []*tarCursor  // of a tar
}

// members returns the files in an archive, false if in is none. What cannot be read of
// it is an input that says why.
func (f *inputFinder) members(ctx context.Context, in *Input) (list []Input, ok bool) {
	if in.open == nil && !f.mayBeArchive(in) || in.open != nil && in.Size < smallestZip {
		return nil, false
	}
	stream, err := f.opener.Open(ctx, *in)
	if err != nil {
		return nil, false // it is said when it is read
	}
	defer stream.Close()
	n, _ := io.ReadFull(stream, f.head[:])
	head := f.head[:n]
	a := &archive{Input: *in, regular: stream.regular, listed: stream.opened}
	switch {
	case stream.Compression == "" && isZip(head):
		if list, ok = a.zipped(ctx, ofOffice.Match(head)); !ok {
			return nil, false
		}
	case isTar(head):
		list = a.tarred(ctx)
	default:
		return nil, false
	}
	a.left = len(list)
	if len(list) == 0 {
		list = append(list, a.broken(&Error{Problem: Unreadable, Err: errors.New("an archive without a file")}))
	}
	names := map[string]int{}
	for i := range list {
		if names[list[i].Path]++; names[list[i].Path] > 1 { // all of the same name are read
			again := fmt.Sprintf(" (%d)", names[list[i].Path])
			list[i].Path += again
			list[i].real += again
		}
	}
	return list, true
}

// mayBeArchive reports whether a file is one, or compressed, by its first bytes: most are
// no more than that. It sees how large the file is as well.
func (f *inputFinder) mayBeArchive(in *Input) bool {
	file, err := openFile(in.Path)
	if err != nil {
		return false
	}
	defer func() { _ = file.Close() }()
	if now, ok := file.state(); ok {
		in.Size = now.size
	}
	if in.Size < smallestZip {
		return false
	}
	n, _ := file.Read(f.head[:])
	head := f.head[:n]
	return isGzip(head) || isZstd(head[:min(n, 4)]) || isZip(head) || isTar(head)
}

func isZip(head []byte) bool {
	return bytes.HasPrefix(head, []byte("PK\x03\x04")) || bytes.HasPrefix(head, []byte("PK\x05\x06"))
}

func isTar(head []byte) bool { return len(head) == tarBlock && string(head[257:262]) == "ustar" }

// broken is an input for what is missing of the archive.
func (a *archive) broken(problem *Error) Input {
	problem.Path = a.Path
	return Input{Path: a.Path, Err: problem, Named: a.Named, Within: a.Path, real: a.real}
}

// member adds an input for a file of the archive, if it is one that would be read in a
// folder.
func (a *archive) member(list []Input, name string, size int64, mode fs.FileMode, open OpenFunc) []Input {
	folder := strings.HasSuffix(name, "/")
	name = path.Join("/", name)
	if !mode.IsRegular() || folder || hidden(name, 0) || strings.HasPrefix(name, "/__MACOSX/") {
		return list
	}
	name = "!" + name
	in := NewInput(a.Path+name, size, open)
	in.Within, in.real, in.turn = a.Path, a.real+name, len(list)
	return append(list, in)
}

// ofOffice matches the names of parts of documents that are zip archives by themselves.
var ofOffice = regexp.MustCompile(`\[Content_Types\]\.xml|mimetypeapplication/|^mimetype$|xl/workbook`)

// zipped lists the members of a zip archive, false if it is a document of a program
// that happens to be one. Its directory stands at its end.
func (a *archive) zipped(ctx context.Context, document bool) (list []Input, ok bool) {
	z, err := zip.NewReader(zipFile{ctx, a}, a.Size)
	defer a.release(0)
	if err != nil {
		return []Input{a.broken(&Error{Problem: Truncated})}, !document
	}
	z.RegisterDecompressor(zipZstd, zstd.ZipDecompressor())
	for _, m := range z.File {
		if ofOffice.MatchString(m.Name) {
			return nil, false
		}
		if len(list) == maxMembers {
			return append(list, a.broken(tooMany())), true
		}
		before := len(list)
		list = a.member(list, m.Name, int64(m.UncompressedSize64), m.Mode(), func(context.Context) (io.ReadCloser, error) {
			r, err := m.Open()
			if err != nil {
				return nil, err
			}
			return &member{Reader: r, archive: a, close: func() { _ = r.Close() }}, nil
		})
		if encrypted := m.Flags&1 != 0; encrypted && len(list) > before {
			list[before].Err = &Error{Path: list[before].Path, Err: errors.New("it is encrypted")}
		}
	}
	return list, true
}

func tooMany() *Error {
	return &Error{Problem: Unreadable, Err: fmt.Errorf("an archive of more than %d files, of which the others are not read; unpack it first", maxMembers)}
}

// zipFile reads the archive anywhere, and opens it when it is asked for.
type zipFile struct {
	ctx context.Context
	*archive
}

func (z zipFile) ReadAt(p []byte, offset int64) (int, error) {
	z.mu.Lock()
	if z.file == nil {
		file, err := z.raw(z.ctx)
		if err != nil {
			z.mu.Unlock()
			return 0, err
		}
		if object, ok := file.(*objectReader); ok {
			object.disconnect() // it asks for parts
		}
		z.file = file
	}
	at, ok := z.file.(io.ReaderAt)
	z.mu.Unlock()
	if !ok {
		return 0, errors.ErrUnsupported
	}
	return at.ReadAt(p, offset)
}

// release notes that so many members are done with, and closes what nobody needs.
func (a *archive) release(members int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.left -= members; a.left > 0 {
		return
	}
	if a.file != nil {
		_ = a.file.Close()
		a.file = nil
	}
	for _, c := range a.idle {
		c.close()
	}
	a.idle = nil
}

// tarCursor reads a tar from its beginning to its end.
type tarCursor struct {
	opener Opener
	stream *Stream
	tape   tape
	tar    *tar.Reader
	next   int // the member that is read next, by its turn among all headers
}

func (a *archive) cursor(ctx context.Context) (*tarCursor, error) {
	c := new(tarCursor)
	in := a.Input
	var err error
	if c.stream, err = c.opener.Open(ctx, in); err != nil {
		return nil, err
	}
	c.tape.r = c.stream
	// What need not be read of a file is passed over.
	if file, ok := c.stream.raw.file.(io.ReadSeeker); ok && c.stream.Compression == "" {
		if _, err := file.Seek(0, io.SeekStart); err == nil {
			c.tape.r = file
		}
	}
	c.tar = tar.NewReader(&c.tape)
	return c, nil
}

// tape is the bytes of a tar. It knows whether what was read last are zero bytes, by
// which a tar that is whole ends.
type tape struct {
	r     io.Reader
	zeros int
}

func (t *tape) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	kept := len(bytes.TrimRight(p[:n], "\x00"))
	if kept > 0 {
		t.zeros = 0
	}
	t.zeros += n - kept
	return n, err
}

// Seek implements io.Seeker, where it can be done.
func (t *tape) Seek(offset int64, whence int) (int64, error) {
	s, ok := t.r.(io.Seeker)
	if !ok {
		return 0, errors.ErrUnsupported
	}
	t.zeros = 0
	return s.Seek(offset, whence)
}

func (c *tarCursor) close() {
	_ = c.stream.Close()
	c.opener.Close()
}

// header returns the header of the next member.
func (c *tarCursor) header() (*tar.Header, error) {
	h, err := c.tar.Next()
	c.next++
	return h, err
}

// tarred lists the members of a tar. It has no directory: all of it is gone through.
func (a *archive) tarred(ctx context.Context) (list []Input) {
	c, err := a.cursor(ctx)
	if err != nil {
		return []Input{a.broken(systemError(a.Path, err))}
	}
	defer c.close()
	for {
		h, err := c.header()
		switch {
		case errors.Is(err, io.EOF) && c.tape.zeros >= tarBlock:
			if _, err := io.Copy(io.Discard, c.stream); err != nil { // its checksum stands behind the tar
				a.corrupt = tarProblem(err)
			}
			return list
		case errors.Is(err, io.EOF):
			return append(list, a.broken(&Error{Problem: Truncated}))
		case err != nil:
			return append(list, a.broken(tarProblem(err)))
		case len(list) == maxMembers:
			return append(list, a.broken(tooMany()))
		case ctx.Err() != nil:
			return list
		}
		turn := c.next - 1
		if h.Typeflag != tar.TypeReg {
			continue // a link is another name of what is there anyway
		}
		list = a.member(list, h.Name, h.Size, h.FileInfo().Mode(), func(ctx context.Context) (io.ReadCloser, error) { return a.openTar(ctx, turn) })
	}
}

// tarProblem says why a tar cannot be read on.
func tarProblem(err error) *Error {
	if known, ok := errors.AsType[*Error](err); ok {
		return &Error{Problem: known.Problem, Err: known.Err}
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return &Error{Problem: Truncated}
	}
	return &Error{Problem: Corrupt, Err: err}
}

// openTar opens the member of that turn, with the cursor that is nearest before it.
func (a *archive) openTar(ctx context.Context, turn int) (io.ReadCloser, error) {
	a.mu.Lock()
	best := -1
	for i, c := range a.idle {
		if c.next <= turn && (best < 0 || c.next > a.idle[best].next) {
			best = i
		}
	}
	var c *tarCursor
	if best >= 0 {
		c = a.idle[best]
		a.idle = slices.Delete(a.idle, best, best+1)
	}
	a.mu.Unlock()
	var err error
	if c == nil {
		if c, err = a.cursor(ctx); err != nil {
			return nil, err
		}
	}
	for c.next <= turn && err == nil {
		_, err = c.header()
	}
	if err != nil {
		c.close()
		return nil, tarProblem(err)
	}
	return &member{Reader: c.tar, archive: a, close: func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.idle = append(a.idle, c)
	}}, nil
}

// member is an open file of an archive.
type member struct {
	io.Reader
	archive *archive
	close   func()
}

// Read ends with why the archive is not to be trusted, if it is not.
func (m *member) Read(p []byte) (int, error) {
	n, err := m.Reader.Read(p)
	if errors.Is(err, io.EOF) && m.archive.corrupt != nil {
		err = m.archive.corrupt
	}
	return n, err
}

// Close lets the next member be read.
func (m *member) Close() error {
	m.close()
	m.archive.release(1)
	return nil
}

// state implements stater: of the archive.
func (m *member) state() (fileState, bool) { return stateOf(os.Stat(m.archive.Path)) }

// within adds what a path names in an archive: a file, or those that match.
func (f *inputFinder) within(ctx context.Context, path, archive, name string) error {
	inner := inputFinder{ctx: ctx, readDir: f.readDir, walked: map[string]bool{}, stores: f.stores}
	if err := inner.path(ctx, archive, nil); err != nil {
		return err
	}
	found := 0
	for _, in := range inner.found {
		own, ok := strings.CutPrefix(in.Path, in.Within+inArchive)
		if ok && (own == name || doublestar.MatchUnvalidated(name, own)) {
			in.Named = own == name
			f.found = append(f.found, in)
			found++
		}
	}
	if found == 0 {
		return &Error{Path: path, Problem: NoMatch}
	}
	return nil
}
