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

// Find lists the inputs that paths name, ordered by path, each file once even
// if several paths or links lead to it. A path is a file, a folder, a pattern
// in which ** stands for any folders, or "-" for stdin. Hidden files, and what
// is neither file nor folder, are read only if a path names them.
//
// What cannot be listed is an input with its Err set, so that the others are
// read nevertheless. The error joins one *Error for each path that names
// nothing, with Problem NotFound or NoMatch.
func Find(paths []string, stdin io.Reader) ([]Input, error) {
	f := finder{readDir: os.ReadDir, walked: map[string]bool{}}
	var wrong []error
	for _, path := range paths {
		if err := f.path(path, stdin); err != nil {
			wrong = append(wrong, err)
		}
	}
	return f.inputs(), errors.Join(wrong...)
}

type finder struct {
	readDir func(folder string) ([]os.DirEntry, error)
	found   []Input
	walked  map[string]bool // real paths of the folders that were walked
}

// inputs returns what was found in order of the paths. Of several names of one
// file the first is kept.
func (f *finder) inputs() []Input {
	slices.SortStableFunc(f.found, func(a, b Input) int { return cmp.Compare(a.Path, b.Path) })
	seen := make(map[string]bool, len(f.found))
	return slices.DeleteFunc(f.found, func(in Input) bool {
		again := seen[in.real]
		seen[in.real] = true
		return again
	})
}

// path adds what one path of the user names.
func (f *finder) path(path string, stdin io.Reader) error {
	if path == Stdin {
		f.found = append(f.found, stdinInput(stdin))
		return nil
	}
	// What exists under that very name is no pattern, even with brackets in it.
	info, err := os.Stat(path)
	switch {
	case err == nil:
		f.existing(filepath.Clean(path), info)
		return nil
	case errors.Is(err, fs.ErrNotExist) && strings.ContainsAny(path, "*?[{"):
		return f.pattern(path)
	case errors.Is(err, fs.ErrNotExist):
		return &Error{Path: path, Problem: NotFound}
	}
	f.unreadable(filepath.Clean(path), err)
	return nil
}

func (f *finder) existing(path string, info fs.FileInfo) {
	if info.IsDir() {
		f.folder(path)
		return
	}
	size := info.Size()
	if !info.Mode().IsRegular() {
		size = -1 // a pipe, as the shell's <(command) is
	}
	f.file(path, realPath(path), size)
}

// pattern adds the files that match, and those in the folders that match.
func (f *finder) pattern(pattern string) error {
	// Links are not followed while ** is expanded: two folders that link to
	// each other would match for ever. The folder walk follows them safely.
	options := []doublestar.GlobOption{doublestar.WithNoFollow(), doublestar.WithNoHidden()}
	matches, err := doublestar.FilepathGlob(pattern, append(options, doublestar.WithFailOnIOErrors())...)
	if errors.Is(err, doublestar.ErrBadPattern) {
		return &Error{Path: pattern, Problem: NoMatch, Err: err}
	}
	if err != nil {
		f.unreadable(pattern, err)
		if matches, err = doublestar.FilepathGlob(pattern, options...); err != nil {
			return nil
		}
	} else if len(matches) == 0 {
		return &Error{Path: pattern, Problem: NoMatch}
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
// lead to it; linked folders come last, so that a file is known by its own
// path where it has one below root.
func (f *finder) folder(root string) {
	folders, links := []string{root}, []string(nil)
	for len(folders) > 0 || len(links) > 0 {
		if len(folders) == 0 {
			folders, links = links[:1:1], links[1:]
		}
		last := len(folders) - 1
		folder := folders[last]
		folders = folders[:last]

		real := realPath(folder)
		if f.walked[real] {
			continue
		}
		f.walked[real] = true
		entries, err := f.readDir(folder)
		if err != nil {
			f.unreadable(folder, err)
		}
		for _, entry := range entries {
			switch f.entry(folder, real, entry) {
			case isFolder:
				folders = append(folders, filepath.Join(folder, entry.Name()))
			case isLink:
				links = append(links, filepath.Join(folder, entry.Name()))
			}
		}
	}
}

// descent says what is still to be done about an entry of a folder.
type descent uint8

const (
	done     descent = iota
	isFolder         // to be walked
	isLink           // a link to a folder, to be walked
)

// entry adds the entry if it is a file.
func (f *finder) entry(folder, real string, entry os.DirEntry) descent {
	if strings.HasPrefix(entry.Name(), ".") {
		return done
	}
	path := filepath.Join(folder, entry.Name())
	switch mode := entry.Type(); {
	case mode.IsDir():
		return isFolder
	case mode.IsRegular():
		size := int64(-1)
		if info, err := entry.Info(); err == nil {
			size = info.Size()
		}
		f.file(path, filepath.Join(real, entry.Name()), size)
	case mode&fs.ModeSymlink != 0:
		info, err := os.Stat(path)
		switch {
		case err != nil:
			f.unreadable(path, err)
		case info.IsDir():
			return isLink
		case info.Mode().IsRegular():
			f.file(path, realPath(path), info.Size())
		}
	}
	return done
}

func (f *finder) file(path, real string, size int64) {
	f.found = append(f.found, Input{
		Path: path, Size: size, real: real,
		open: func(context.Context) (io.ReadCloser, error) { return os.Open(path) },
	})
}

func (f *finder) unreadable(path string, err error) {
	f.found = append(f.found, Input{Path: path, Size: -1, Err: systemError(path, err), real: path})
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
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real
	}
	return path
}
