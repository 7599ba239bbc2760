// Package source finds the files of a run and opens them: paths, folders,
// patterns, object storage and standard input become one ordered list of
// inputs, and an input becomes a stream of plain bytes, whatever it was
// compressed with.
package source

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Stdin is the path that stands for standard input.
const Stdin = "-"

// OpenFunc opens an input's raw bytes. It is called at most once per input.
type OpenFunc func(ctx context.Context) (io.ReadCloser, error)

// Input is one thing to be read.
type Input struct {
	Path  string `json:"path"`            // as reports show it, cleaned; "-" for standard input
	Size  int64  `json:"size"`            // raw bytes, -1 if not known beforehand, 0 if Err is set
	Err   error  `json:"-"`               // a *Error if it is known that nothing can be read here, else nil
	Named bool   `json:"named,omitempty"` // a path names this very file, not a folder or a pattern that it is found by
	Rows  string `json:"-"`               // the kind of server whose rows these are, a line of JSON each; "" of a file
	Skip  string `json:"skip,omitempty"`  // why it is not to be read though nothing is wrong with it, "" if it is

	// Ranges is in how many ranges of its bytes it is read, each of which has a number of
	// its own in places; 0: it is read at once.
	Ranges int `json:"-"`

	// Within is the path of the archive that it is a file of, "" if it is of none.
	Within string `json:"within,omitempty"`

	Ledger bool    `json:"ledger,omitempty"` // Path is the folder of a ledger, which package ledger opens, not Opener
	Folder *Folder `json:"-"`                // of a ledger

	open OpenFunc // nil: Path is a regular file
	turn int      // in its archive
	real string   // what tells two names of one file apart from two files, as long as they are looked for; of a ledger for ever
}

// Turn orders inputs as they are best opened: the files of an archive as they lie in it.
func Turn(a, b *Input) int {
	if a.Within == "" || a.Within != b.Within {
		return cmp.Compare(cmp.Or(a.Within, a.Path), cmp.Or(b.Within, b.Path))
	}
	return cmp.Compare(a.turn, b.turn)
}

// NewInput returns an input that is none of the file system's, as an object
// in a store is. Size is in raw bytes, -1 if not known.
func NewInput(path string, size int64, open OpenFunc) Input {
	return Input{Path: path, Size: size, open: open, real: path}
}

// A folder with a manifest of this schema is a ledger: it is one input, and its
// files are none.
const (
	LedgerManifest = "manifest.json"
	LedgerSchema   = "waudit.ledger/v1"
)

// Folder opens the files of a folder by their names, in the file system or in an
// object store.
type Folder struct {
	Path  string
	store *store      // nil: in the file system
	place objectPlace // of the folder, its key ending with /
}

// OpenFolder returns the folder of a path. What is in an object store is asked
// for nothing yet but, where a role has them, for credentials.
func OpenFolder(ctx context.Context, path string) (Folder, error) {
	service := serviceOf(path)
	if service == nil {
		return Folder{Path: path}, nil
	}
	s, err := service.open(ctx, service)
	if err != nil {
		return Folder{}, systemError(path, err)
	}
	bucket, key, _ := strings.Cut(strings.TrimPrefix(path, service.scheme), "/")
	return folderIn(s, objectPlace{bucket, key}), nil
}

func folderIn(s *store, at objectPlace) Folder {
	at.key = strings.TrimSuffix(at.key, "/") + "/"
	return Folder{Path: strings.TrimSuffix(s.path(at), "/"), store: s, place: at}
}

// File returns the path of a file of the folder, as messages show it.
func (f Folder) File(name string) string {
	if f.store == nil {
		return filepath.Join(f.Path, name)
	}
	return f.Path + "/" + name
}

// Open opens a file of the folder, and returns its size in bytes, -1 if that is not
// known. Of an object store the reader can be read at random too.
func (f Folder) Open(ctx context.Context, name string) (io.ReadCloser, int64, error) {
	if f.store == nil {
		file, err := os.Open(f.File(name))
		if err != nil {
			return nil, 0, err
		}
		info, err := file.Stat()
		if err != nil {
			_ = file.Close()
			return nil, 0, err
		}
		return file, info.Size(), nil
	}
	r, err := storedObject{store: f.store, objectPlace: objectPlace{f.place.bucket, f.place.key + name}, size: -1}.open(ctx)
	if err != nil {
		return nil, 0, f.store.problem(ctx, err, f.store.reading())
	}
	size := int64(-1)
	if o, ok := r.(*objectReader); ok {
		size = o.version.size
	}
	return r, size, nil
}

// IsLedger reports whether the folder is a ledger, of whatever version.
func (f Folder) IsLedger(ctx context.Context) bool {
	file, _, err := f.Open(ctx, LedgerManifest)
	if err != nil {
		return false
	}
	defer func() { _ = file.Close() }()
	const enough = 512 // bytes; the schema comes first
	head := make([]byte, enough)
	n, _ := io.ReadFull(file, head)
	return bytes.Contains(head[:n], []byte(`"waudit.ledger/`))
}

// IsLedger reports whether the folder of the file system is a ledger.
func IsLedger(dir string) bool { return Folder{Path: dir}.IsLedger(context.Background()) }

// ledger adds a ledger. Its size is told by who opens it.
func (f *inputFinder) ledger(folder Folder, real string) {
	f.found = append(f.found, Input{Path: folder.Path, Size: -1, Ledger: true, Folder: &folder, real: real})
}
