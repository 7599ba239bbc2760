//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package group

import (
	"os"
	"syscall"
)

// noSignal asks whether a process is there and does nothing to it.
const noSignal = syscall.Signal(0)

// tryLock does nothing where the standard library has no file locks.
func tryLock(*os.File) error { return nil }

// owned goes by the process id, which may meanwhile belong to another process:
// then a directory is kept that could go.
func owned(_ *os.File, pid int) bool { return alive(pid) }
