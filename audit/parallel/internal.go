package parallel

import (
	"fmt"
	"runtime"
	"strings"
)

// InternalError is a fault of the program itself: something panicked.
type InternalError struct {
	Panic any
	Where string // function and line
}

// Error says what happened and where, in one line.
func (e *InternalError) Error() string {
	what, _, _ := strings.Cut(fmt.Sprint(e.Panic), "\n")
	return fmt.Sprintf("internal error: %s, in %s; this is a fault of waudit, not of your data: please report it with the command you ran", what, e.Where)
}

// Call calls f and makes an error of its panic. In a goroutine of its own a panic
// would end the program with exit code 2, which means wrong usage.
func Call(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &InternalError{Panic: p, Where: panicked()}
		}
	}()
	return f()
}

// panicked returns the place of the program that panicked, or called what did. It
// is for the deferred function that recovers.
func panicked() string {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)]) // without Callers, panicked and the deferred function
	for {
		f, more := frames.Next()
		if function, ours := strings.CutPrefix(f.Function, "waudit/"); ours {
			return fmt.Sprintf("%s:%d", function, f.Line)
		}
		if !more {
			return "a place that is not known"
		}
	}
}
