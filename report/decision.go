package report

import (
	"io"

	"waudit/audit/result"
)

// DecisionFormat writes the decisions of a replay in one form.
type DecisionFormat interface {
	// Name is the format's id, as -f takes it.
	Name() string
	// New returns a writer of decisions to w.
	New(w io.Writer) DecisionWriter
}

// DecisionFormats returns every format of decisions.
func DecisionFormats() []DecisionFormat { return []DecisionFormat{decisionNDJSON{}, decisionCSV{}} }

// DecisionWriter writes decisions one after the other; there may be millions.
// It is not safe for concurrent use.
type DecisionWriter interface {
	// Write adds a decision and keeps nothing of it. It may return an error of
	// an earlier decision, because output is gathered before it is written.
	Write(d *result.Decision) error
	// Close writes what was gathered and the format's end. It does not close
	// the writer beneath.
	Close() error
}

// FindDecision returns the format of that name, or an *UnknownFormatError.
func FindDecision(format string) (DecisionFormat, error) { return find(DecisionFormats(), format) }

// NewDecisionWriter returns a writer of decisions to w in the format of that
// name, or an *UnknownFormatError.
func NewDecisionWriter(w io.Writer, format string) (DecisionWriter, error) {
	f, err := FindDecision(format)
	if err != nil {
		return nil, err
	}
	return f.New(w), nil
}
