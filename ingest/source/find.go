package source

import (
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
)

// Find lists the inputs that paths name, ordered by path, each file once even if
// several paths or links lead to it. A path is a file, a folder, a pattern in which
// ** matches any folders, "-" for stdin, or one of these in an object store. Hidden
// files, and anything that is neither file nor folder, are read only if named.
//
// What cannot be listed becomes an input with its Err set, so that the others are
// still read. The error joins one *Error for each path that names
// nothing, with Problem NotFound, NoMatch or Misconfigured. A long
// listing takes minutes: when the context ends, its cause is the error.
//
// s3://BUCKET/PREFIX, and so gs:// and az://, stands for the object of that name, else for the folder of
// that name, else for all objects whose keys begin with it; it may be a pattern.
// The environment says where the store is and who asks, by the variables that
// the services' own tools read.
//
// postgres://USER@HOST/DATABASE#TABLE and mysql://... are tables of databases, with a
// query in place of the table what that gives.
func Find(ctx context.Context, paths []string, stdin io.Reader) ([]Input, error) {
	f := inputFinder{ctx: ctx, readDir: os.ReadDir, walked: map[string]bool{}, stores: map[*service]*store{}}
	defer f.opener.Close()
	var wrong []error
	for _, path := range paths {
		if err := f.path(ctx, path, stdin); err != nil {
			wrong = append(wrong, err)
		}
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return f.inputs(), errors.Join(wrong...)
}

// KeepApart returns a *Error with Problem Overwritten for each output that is one of
// the inputs, by whatever names, or lies in a ledger that is one.
func KeepApart(inputs []Input, outputs []string) error {
	var wrong []error
	for _, output := range outputs {
		info, err := os.Stat(output)
		if err != nil || !info.Mode().IsRegular() {
			continue // there is nothing that could be lost
		}
		real := realPath(output)
		for i := range inputs {
			if in := &inputs[i]; in.isFile(info, real) {
				wrong = append(wrong, &Error{Path: output, Problem: Overwritten})
				break
			}
		}
	}
	return errors.Join(wrong...)
}

// isFile reports whether the input is that file, or a ledger that holds it.
func (in *Input) isFile(file fs.FileInfo, real string) bool {
	if in.Ledger {
		return strings.HasPrefix(real, in.real+string(filepath.Separator))
	}
	if in.Within == "" && in.Size != file.Size() {
		return false
	}
	info, err := os.Stat(cmp.Or(in.Within, in.Path))
	return err == nil && os.SameFile(info, file)
}

type inputFinder struct {
	ctx     context.Context // of all that is looked into; nil: it does not end
	readDir func(folder string) ([]os.DirEntry, error)
	found   []Input
	folders []string        // folders still to be walked
	opener  Opener          // looks for archives
	head    [tarBlock]byte  // of a file
	links   []string        // links to folders, to be walked when there are no others
	walked  map[string]bool // real paths of the folders that were walked

	stores map[*service]*store // of all paths that lead to one
}

// inputs returns what was found in order of the paths. Of several names of one
// file its own is kept, not that of a link, else the first.
func (f *inputFinder) inputs() []Input {
	slices.SortFunc(f.found, func(a, b Input) int { return cmp.Compare(a.Path, b.Path) })
	f.found = slices.CompactFunc(f.found, func(a, b Input) bool { return a.Path == b.Path })
	names := make(map[string]string, len(f.found))
	for _, in := range f.found {
		if name, again := names[in.real]; !again || absolute(name) != in.real && absolute(in.Path) == in.real {
			names[in.real] = in.Path
		}
	}
	f.found = slices.DeleteFunc(f.found, func(in Input) bool { return names[in.real] != in.Path })
	for i := range f.found {
		if in := &f.found[i]; !in.Ledger {
			in.real = "" // there may be a hundred thousand
		}
	}
	return f.found
}

// path adds what one path of the user names.
func (f *inputFinder) path(ctx context.Context, path string, stdin io.Reader) error {
	switch {
	case path == Stdin:
		f.found = append(f.found, stdinInput(stdin))
		f.found[len(f.found)-1].Named = true
		return nil
	case serviceOf(path) != nil && !strings.Contains(path, inArchive):
		return f.objects(ctx, path)
	case InDatabase(path):
		return f.database(ctx, path)
	case onTheWeb(path):
		return systemError(Shown(path), misconfigured("it is an address of the web", "download it, and read the copy"))
	}
	// What exists under that very name is no pattern, even with brackets in it.
	info, err := os.Stat(path)
	switch {
	case err == nil:
		clean := filepath.Clean(path)
		f.existing(clean, info)
		if n := len(f.found); n > 0 && f.found[n-1].Path == clean && !info.IsDir() {
			f.found[n-1].Named = true
		}
		return nil
	case errors.Is(err, fs.ErrNotExist) && strings.Contains(path, inArchive):
		archive, name, _ := strings.Cut(path, inArchive)
		return f.within(ctx, path, archive, name)
	case errors.Is(err, fs.ErrNotExist) && strings.ContainsAny(path, metaCharacters):
		return f.pattern(path)
	case errors.Is(err, fs.ErrNotExist):
		return &Error{Path: path, Problem: NotFound}
	}
	f.unreadable(filepath.Clean(path), err)
	return nil
}

func (f *inputFinder) existing(path string, info fs.FileInfo) {
	if info.IsDir() {
		f.folder(path)
		return
	}
	if endless(path, info.Mode()) {
		f.found = append(f.found, Input{Path: path, Err: &Error{Path: path, Problem: Endless}, real: path})
		return
	}
	if !info.Mode().IsRegular() { // a pipe, as the shell's <(command) is
		f.found = append(f.found, Input{Path: path, Size: -1, real: realPath(path), open: func(context.Context) (io.ReadCloser, error) { return os.Open(path) }})
		return
	}
	f.file(path, realPath(path), info.Size())
}

// endless reports whether a path leads to a device that gives bytes for ever, as
// /dev/zero does. Standard input may be a device as well, and ends.
func endless(path string, mode fs.FileMode) bool {
	const char = fs.ModeDevice | fs.ModeCharDevice
	return mode&char == char && !slices.Contains([]string{os.DevNull, "/dev/stdin", "/dev/fd/0", "/dev/tty"}, path)
}

// pattern adds the files that match, and those in the folders that match.
func (f *inputFinder) pattern(pattern string) error {
	// Links are not followed while ** is expanded: two folders that link to
	// each other would match for ever. The folder walk follows them safely.
	options := []doublestar.GlobOption{doublestar.WithNoFollow(), doublestar.WithNoHidden()}
	matches, err := doublestar.FilepathGlob(pattern, append(options, doublestar.WithFailOnIOErrors())...)
	switch {
	case errors.Is(err, doublestar.ErrBadPattern), err == nil && len(matches) == 0:
		return &Error{Path: pattern, Problem: NoMatch, Err: err}
	case err != nil:
		f.unreadable(pattern, err)
		// What else there is, is read nevertheless: only a bad pattern is an
		// error without that option.
		matches, _ = doublestar.FilepathGlob(pattern, options...)
	}
	for _, path := range matches {
		info, err := os.Stat(path)
		switch {
		case err != nil:
			f.unreadable(path, err)
		case info.IsDir() || info.Mode().IsRegular():
			f.existing(filepath.Clean(path), info)
		}
	}
	return nil
}

// folder adds the files below root. A folder is walked once, whatever links
// lead to it.
func (f *inputFinder) folder(root string) {
	f.folders = append(f.folders, root)
	for len(f.folders) > 0 || len(f.links) > 0 {
		if len(f.folders) == 0 {
			f.folders, f.links = append(f.folders, f.links[0]), f.links[1:]
		}
		last := len(f.folders) - 1
		folder := f.folders[last]
		f.folders = f.folders[:last]

		real := realPath(folder)
		if f.walked[real] {
			continue
		}
		f.walked[real] = true
		if IsLedger(folder) {
			f.ledger(Folder{Path: folder}, real)
			continue
		}
		entries, err := f.readDir(folder)
		if err != nil {
			f.unreadable(folder, err)
		}
		f.found = slices.Grow(f.found, len(entries))
		for _, entry := range entries {
			if !strings.HasPrefix(entry.Name(), ".") {
				f.entry(filepath.Join(folder, entry.Name()), filepath.Join(real, entry.Name()), entry)
			}
		}
	}
}

// entry adds an entry of a folder, known by its path and by its real one.
func (f *inputFinder) entry(path, real string, entry os.DirEntry) {
	switch mode := entry.Type(); {
	case mode.IsDir():
		f.folders = append(f.folders, path)
	case mode.IsRegular():
		f.file(path, real, -1)
	case mode&fs.ModeSymlink != 0:
		info, err := os.Stat(path)
		switch {
		case err != nil:
			f.unreadable(path, err)
		case info.IsDir():
			f.links = append(f.links, path)
		case info.Mode().IsRegular():
			f.file(path, realPath(path), info.Size())
		}
	}
}

// file adds a regular file. If its size is not known, -1, it is looked up.
func (f *inputFinder) file(path, real string, size int64) {
	f.add(cmp.Or(f.ctx, context.Background()), Input{Path: path, Size: size, real: real})
}

// raw opens the input's raw bytes.
func (in *Input) raw(ctx context.Context) (io.ReadCloser, error) {
	if in.open != nil {
		return in.open(ctx)
	}
	file, err := openFile(in.Path)
	if err != nil {
		return nil, err // and no file, which would be no nil reader
	}
	return file, nil
}

// add adds an input or, if it is an archive, the files in it. A pipe can be read but
// once.
func (f *inputFinder) add(ctx context.Context, in Input) {
	if in.Skip == "" {
		if list, ok := f.members(ctx, &in); ok {
			f.found = append(f.found, list...)
			return
		}
	}
	if in.open == nil && in.Size < 0 { // it cannot be opened, as whoever reads it will tell
		if info, err := os.Lstat(in.Path); err == nil {
			in.Size = info.Size()
		}
	}
	f.found = append(f.found, in)
}

func (f *inputFinder) unreadable(path string, err error) {
	f.found = append(f.found, Input{Path: Shown(path), Err: systemError(path, err), real: path})
}

func stdinInput(stdin io.Reader) Input {
	if stdin == nil {
		stdin = strings.NewReader("")
	}
	return NewInput(Stdin, -1, func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(stdin), nil
	})
}

// realPath resolves links. What cannot be resolved, as the name of a pipe in
// /proc cannot, is told apart by its name.
func realPath(path string) string {
	path = absolute(path)
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}
