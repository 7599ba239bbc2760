package cmd

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// The flags that name files: those that a command writes, and those that it reads.
var (
	writtenFlags  = []string{"output", "rejects", "report", "write-claims"}
	readFileFlags = []string{"app-secret-file", "baseline", "card", "claims", "config", "ignore", "invoice", "invoice-mapping", "mapping", "redact-key", "templates", "volumes"}
)

// namedFile is a file as a message calls it.
type namedFile struct{ called, path string }

// filesOf are the files that the flags of those names name.
func filesOf(flags *pflag.FlagSet, names []string) (files []namedFile) {
	for _, name := range names {
		flag := flags.Lookup(name)
		if flag == nil {
			continue
		}
		values := []string{flag.Value.String()}
		if list, ok := flag.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		for _, path := range values {
			if name == "report" {
				_, path, _ = strings.Cut(path, "=")
			}
			if path != "" && path != "-" {
				files = append(files, namedFile{"--" + name, path})
			}
		}
	}
	return files
}

// keepApart refuses to write to a file that is read, or to one twice: what stood
// there would be lost. The files that arguments and the search for a configuration
// have found come beside those of flags. Logs are told apart when they are found.
// --write-claims may bring the file of --claims up to date, which it writes whole.
func keepApart(flags *pflag.FlagSet, read ...namedFile) error {
	written := filesOf(flags, writtenFlags)
	taken := append(filesOf(flags, readFileFlags), read...)
	for _, w := range written {
		for _, t := range taken {
			if isUpdate := w.called == "--write-claims" && t.called == "--claims"; !isUpdate && sameFile(w.path, t.path) {
				return usage("%s %s is the file of %s, which would be lost; name another", w.called, w.path, t.called)
			}
		}
		taken = append(taken, w)
	}
	return nil
}

// writtenPaths are the files that a command writes.
func writtenPaths(flags *pflag.FlagSet) (paths []string) {
	for _, f := range filesOf(flags, writtenFlags) {
		paths = append(paths, f.path)
	}
	return paths
}

// sameFile reports whether two paths lead to one regular file, or would: by its
// place on the disk, whatever links there are.
func sameFile(a, b string) bool {
	first, errA := os.Stat(a)
	second, errB := os.Stat(b)
	if errA == nil && errB == nil {
		return first.Mode().IsRegular() && os.SameFile(first, second)
	}
	absolute := func(path string) string {
		folder, err := filepath.EvalSymlinks(filepath.Dir(path))
		if err != nil {
			return filepath.Clean(path)
		}
		whole, err := filepath.Abs(filepath.Join(folder, filepath.Base(path)))
		if err != nil {
			return filepath.Clean(path)
		}
		return whole
	}
	return !slices.Contains([]string{"", "-"}, a) && errA != nil && errB != nil && absolute(a) == absolute(b)
}
