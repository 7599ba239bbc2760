package group

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"

	"github.com/gofrs/flock"
)

// lockName is the file in a directory of temporary files that its owner keeps
// locked.
const lockName = "lock"

// tempDir is a directory of temporary files of this process.
type tempDir struct {
	path string
	lock *flock.Flock
}

// newTempDir makes a fresh directory waudit-<pid>-<random> in tmp ("": the
// system's folder for such).
func newTempDir(tmp string) (*tempDir, error) {
	path, err := os.MkdirTemp(tmp, fmt.Sprintf("waudit-%d-*", os.Getpid()))
	if err != nil {
		tmp = cmp.Or(tmp, os.TempDir())
		return nil, spillError("create", tmp, err)
	}
	// The lock gets its name when it is held: one that is found unlocked has
	// lost its owner.
	unnamed := filepath.Join(path, lockName+".new")
	d := &tempDir{path: path, lock: flock.New(unnamed)}
	if _, err = d.lock.TryLock(); err == nil { // nobody else knows its name
		err = os.Rename(unnamed, filepath.Join(path, lockName))
	}
	if err != nil {
		return nil, errors.Join(spillError("create", unnamed, err), d.remove())
	}
	return d, nil
}

// file returns the path of the n-th file of a kind.
func (d *tempDir) file(n int, kind string) string {
	return filepath.Join(d.path, fmt.Sprintf("%05d.%s", n, kind))
}

// remove deletes the directory with all its files. The lock goes first, as not
// every system removes a file that is open; who clears the directory meanwhile
// only helps.
func (d *tempDir) remove() error {
	return spillError("remove", d.path, errors.Join(d.lock.Close(), os.RemoveAll(d.path)))
}

var tempDirName = regexp.MustCompile(`^waudit-(\d+)-\d+$`)

// ClearStale removes from tmp ("": the system's folder for temporary files) the
// directories of runs that ended without closing their set. It leaves alone
// those of runs that go on, in other containers too, and what it may not touch.
func ClearStale(tmp string) error {
	tmp = cmp.Or(tmp, os.TempDir())
	entries, err := os.ReadDir(tmp)
	if err != nil {
		return spillError("read", tmp, err)
	}
	var errs []error
	for _, entry := range entries {
		name := tempDirName.FindStringSubmatch(entry.Name())
		if name == nil || !entry.IsDir() {
			continue
		}
		pid, err := strconv.Atoi(name[1])
		if err != nil {
			continue
		}
		if err := clearIfStale(filepath.Join(tmp, entry.Name()), pid); !errors.Is(err, fs.ErrPermission) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// clearIfStale removes a directory of temporary files that nobody owns. The
// lock tells; a directory without one is still, or for ever, being made.
func clearIfStale(path string, pid int) error {
	d := &tempDir{path: path, lock: flock.New(filepath.Join(path, lockName), flock.SetFlag(os.O_RDWR))}
	free, err := d.lock.TryLock()
	switch {
	case free:
		return d.remove()
	case err == nil:
		return nil // the process id is not asked: it may be another's in another container
	case errors.Is(err, fs.ErrNotExist) && !alive(pid):
		return spillError("remove", path, os.RemoveAll(path))
	case errors.Is(err, fs.ErrNotExist):
		return nil
	}
	return spillError("read", path, err)
}

// noSignal asks whether a process is there and does nothing to it.
const noSignal = syscall.Signal(0)

// alive reports whether a process has that id, as far as this one can see.
func alive(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	// Where there are no signals, FindProcess has found out already.
	done := errors.Is(p.Signal(noSignal), os.ErrProcessDone)
	_ = p.Release() // frees a handle at most
	return !done
}
