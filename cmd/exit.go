package cmd

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"waudit/ingest"
	"waudit/ingest/group"
	"waudit/ingest/source"
	"waudit/ingest/stage"
	"waudit/report/page"
)

// The exit codes, the same for every command.
const (
	exitClean       = 0
	exitFindings    = 1
	exitUsage       = 2
	exitIncomplete  = 3
	exitInternal    = 4
	exitInterrupted = 130
	exitTerminated  = 143
)

// usageError is a fault of the command line, the configuration or the
// environment that the user can mend.
type usageError struct{ msg string }

func (e *usageError) Error() string { return e.msg }

// usage returns a *usageError.
func usage(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }

// verdictError ends a run that did its work: its report is written, and the
// code says what is in it.
type verdictError struct{ code int }

func (e *verdictError) Error() string { return fmt.Sprintf("exit status %d", e.code) }

// interrupted is the cancellation cause of a signal.
type interrupted struct{ signal os.Signal }

func (i interrupted) Error() string { return i.signal.String() }

// exitCode is the one place where errors become exit codes.
func exitCode(err error) int {
	var (
		wrong   *usageError
		verdict *verdictError
		signal  interrupted
		spill   *group.SpillError
		missing *source.Error
		lost    *ingest.LostError
		lack    *stage.LackError
		path    *fs.PathError
	)
	switch {
	case err == nil:
		return exitClean
	case errors.As(err, &verdict):
		return verdict.code
	case errors.As(err, &wrong), errors.As(err, &missing):
		return exitUsage
	case errors.As(err, &signal):
		if signal.signal == syscall.SIGTERM {
			return exitTerminated
		}
		return exitInterrupted
	case errors.As(err, &spill), errors.As(err, &lost), errors.As(err, &lack), errors.As(err, &path) && path.Op == "write":
		return exitIncomplete // a disk is full: there is no report, or half of one
	case strings.HasPrefix(err.Error(), "unknown command"):
		return exitUsage // of cobra's own commands; it has no type for it
	}
	return exitInternal
}

// incomplete says why a run cannot be relied on as a whole, and makes the
// error that ends it; nil for no reasons.
func incomplete(c *cobra.Command, reasons []string) error {
	if len(reasons) == 0 {
		return nil
	}
	for _, why := range reasons {
		c.PrintErrf("waudit: incomplete: %s\n", page.Clean(why))
	}
	return &verdictError{exitIncomplete}
}
