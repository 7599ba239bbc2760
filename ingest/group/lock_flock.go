//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package group

import (
	"os"
	"syscall"
)

// noSignal asks whether a process is there and does nothing to it.
const noSignal = syscall.Signal(0)

// tryLock locks the file for as long as it is open, if nobody else has.
func tryLock(f *os.File) error {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}

// owned reports whether somebody has the lock; if not, this process has it now.
// The process id is not asked: it may have been given anew, and is another one
// in another container.
func owned(lock *os.File, _ int) bool { return tryLock(lock) != nil }
