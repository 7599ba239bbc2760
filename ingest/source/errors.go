package source

import (
	"errors"
	"io/fs"
	"strings"
)

// Problem says in which way an input cannot be read.
type Problem uint8

// The problems of inputs.
const (
	Unreadable    Problem = iota // the system refuses for a reason of its own
	NotFound                     // no such file or folder
	NoMatch                      // a pattern that no file matches
	NoPermission                 // the user may not read it
	Truncated                    // compressed data that ends too early
	Corrupt                      // compressed data that cannot be right
	Misconfigured                // the settings of an object store do not lead to it
	Archived                     // an object that is to be restored first
	Changed                      // a file or an object that was written anew while it was read
	Endless                      // a device, whose bytes do not end
	Overwritten                  // a file that is to be written as well
)

// Error is why an input cannot be read, or not to its end.
type Error struct {
	Path    string
	Problem Problem
	Err     error // the cause, nil if Problem says it all
}

// Error returns path, problem and advice in one line, the path as Shown.
func (e *Error) Error() string {
	s := Shown(e.Path) + ": " + e.What()
	if advice := e.Advice(); advice != "" {
		s += "; " + advice
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// problems are what is wrong, without the path, and what to do about it, "" where there
// is nothing to say. %s is the cause.
var problems = [...]struct{ what, advice string }{
	Unreadable:    {"it cannot be read (%s)", ""},
	NotFound:      {"no such file or folder", "check the path"},
	NoMatch:       {"no file matches the pattern", "check it, and quote it so that the shell hands it over as it is"},
	NoPermission:  {"no permission to read it", "change its mode, or run as a user who may read it"},
	Truncated:     {"unexpected end: the file was cut", "fetch it again"},
	Corrupt:       {"the compressed data is damaged (%s)", "fetch it again"},
	Misconfigured: {"it cannot be read (%s)", ""},
	Archived:      {"it cannot be read (%s)", ""},
	Changed:       {"it was written to while it was read", "read it again when nobody writes to it, or read a copy"},
	Endless:       {"it is a device and no log", "name a file, or a pipe"},
	Overwritten:   {"it is an input, and what it holds would be overwritten", "write to another file"},
}

// What says what is wrong, without the path.
func (e *Error) What() string {
	if store, ok := errors.AsType[*storeError](e.Err); ok {
		return store.what
	}
	return strings.Replace(problems[e.Problem].what, "%s", e.cause(), 1)
}

// Advice says what to do about it, "" where there is nothing to say.
func (e *Error) Advice() string {
	if store, ok := errors.AsType[*storeError](e.Err); ok {
		return store.advice
	}
	return problems[e.Problem].advice
}

func (e *Error) cause() string {
	if e.Err == nil {
		return "unknown cause"
	}
	// The path is said already; a PathError would say it again.
	if pathErr, ok := errors.AsType[*fs.PathError](e.Err); ok {
		return pathErr.Op + ": " + pathErr.Err.Error()
	}
	return e.Err.Error()
}

// systemError classifies what the operating system, or a store, answered.
func systemError(path string, err error) *Error {
	problem := Unreadable
	store, inStore := errors.AsType[*storeError](err)
	switch {
	case inStore:
		problem = store.problem
	case errors.Is(err, fs.ErrNotExist):
		problem = NotFound
	case errors.Is(err, fs.ErrPermission):
		problem = NoPermission
	}
	return &Error{Path: path, Problem: problem, Err: err}
}
