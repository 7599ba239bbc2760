// Package report writes what an audit, a replay or an inspection came to, for
// people and for programs. Every format is made from the same result; the JSON
// report is the canonical one.
//
// A new format is one file that implements Format, DecisionFormat or
// InspectFormat, and its line in Formats, DecisionFormats or InspectFormats.
package report

import (
	"fmt"
	"io"
	"strings"

	"waudit/audit/result"
)

// Format writes an audit's report in one form.
type Format interface {
	// Name is the format's id, as -f takes it.
	Name() string
	// Write writes the whole report. The report is not changed.
	Write(w io.Writer, r *result.Report, o Options) error
}

// Formats returns every format of an audit's report.
func Formats() []Format { return []Format{tableFormat{}, jsonFormat{}} }

// Options says how a report for people looks. It changes nothing in formats
// for programs.
type Options struct {
	Color bool   // paint severities and money
	Width int    // columns of a line; 0 is 100, and less than 40 is 40
	Zone  string // of times, see ZoneAccount
	Top   int    // findings of each check; 0 is 10, and less than 0 is all
}

// Find returns the format of that name, or an *UnknownFormatError.
func Find(format string) (Format, error) { return find(Formats(), format) }

// Write writes the report in the format of that name. It returns an
// *UnknownFormatError if there is none, or what writing to w returned.
func Write(w io.Writer, format string, r *result.Report, o Options) error {
	f, err := Find(format)
	if err != nil {
		return err
	}
	return f.Write(w, r, o)
}

// UnknownFormatError is the wish for a format that does not exist.
type UnknownFormatError struct {
	Format string
	Known  []string // the formats that do exist
}

// Error names the format and those that are known.
func (e *UnknownFormatError) Error() string {
	return fmt.Sprintf("unknown format %q; known: %s", e.Format, strings.Join(e.Known, ", "))
}

// find returns the format of that name from a table of formats.
func find[F interface{ Name() string }](formats []F, name string) (F, error) {
	known := make([]string, 0, len(formats))
	for _, f := range formats {
		if f.Name() == name {
			return f, nil
		}
		known = append(known, f.Name())
	}
	var none F
	return none, &UnknownFormatError{Format: name, Known: known}
}
