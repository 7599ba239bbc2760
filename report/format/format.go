// Package format is what the formats of all reports have in common: a name, what
// it is for, and a function that writes a document of one type.
package format

import (
	"fmt"
	"io"
	"strings"
)

// Format writes documents of type T in one form.
type Format[T any] struct {
	Name   string // as -f takes it
	For    string // what it is for, in a few words
	Binary bool   // is for a file: a terminal cannot show it

	// Write writes the whole document, which it does not change.
	Write func(w io.Writer, doc T, o Options) error
}

// Options says how a report looks. Color, Width, Zone and Top change nothing in formats
// for programs.
type Options struct {
	Color bool // paint severities and money
	Width int  // columns of a line; 0 is 100, and less than 40 is 40

	Zone string // of times that people read: "account" or "" for each account's, "utc", "local" or a name of the tz database
	Top  int    // findings of each check in a table; 0 is 10, and less than 0 is all

	CSV     string // dialect of CSV, see package sheet; "" is the first
	TempDir string // for what is too large for memory; "" is the system's
	Checks  []CheckDoc
}

// CheckDoc is what is to know of a check, for formats that explain their findings by it.
type CheckDoc struct {
	ID       string
	Name     string
	Severity string // "error", "warning" or "info"
	Title    string // one line
	Means    string // what it says and why it matters
	Wrong    string // an example that it finds
	Right    string // one that looks alike and is right
	Source   string // where the rule stands
}

// List is every format of one kind of document.
type List[T any] []Format[T]

// And returns the formats of both lists.
func (l List[T]) And(more List[T]) List[T] { return append(l[:len(l):len(l)], more...) }

// Choice is a list of formats, whatever they are of.
type Choice interface {
	// Names are the formats' names, in their order.
	Names() []string
	// Completions are names with what they are for, as a shell's completion shows them.
	Completions() []string
	// IsBinary reports whether the format of that name is for files only, or returns
	// an *UnknownError.
	IsBinary(name string) (bool, error)
}

// Names are the formats' names, in their order.
func (l List[T]) Names() []string {
	names := make([]string, len(l))
	for i, f := range l {
		names[i] = f.Name
	}
	return names
}

// Completions are names with what they are for, behind a tab.
func (l List[T]) Completions() []string {
	lines := l.Names()
	for i, f := range l {
		lines[i] += "\t" + f.For
	}
	return lines
}

// IsBinary reports whether the format of that name is for files only.
func (l List[T]) IsBinary(name string) (bool, error) {
	f, err := l.Find(name)
	return f.Binary, err
}

// Find returns the format of that name, or an *UnknownError.
func (l List[T]) Find(name string) (Format[T], error) {
	for _, f := range l {
		if f.Name == name {
			return f, nil
		}
	}
	return Format[T]{}, &UnknownError{Format: name, Known: l.Names()}
}

// Write writes the document in the format of that name. It returns an
// *UnknownError if there is none, or what writing to w returned.
func (l List[T]) Write(w io.Writer, name string, doc T, o Options) error {
	f, err := l.Find(name)
	if err != nil {
		return err
	}
	return f.Write(w, doc, o)
}

// Union is the formats of several kinds of documents.
type Union []Choice

// Names are the names of all formats, each once.
func (u Union) Names() []string { return u.merge(Choice.Names) }

// Completions are names with what they are for, each name once.
func (u Union) Completions() []string { return u.merge(Choice.Completions) }

func (u Union) merge(of func(Choice) []string) (all []string) {
	seen := map[string]bool{}
	for _, c := range u {
		for _, line := range of(c) {
			if name, _, _ := strings.Cut(line, "\t"); !seen[name] {
				seen[name] = true
				all = append(all, line)
			}
		}
	}
	return all
}

// IsBinary reports whether the format of that name is for files only.
func (u Union) IsBinary(name string) (bool, error) {
	for _, c := range u {
		if binary, err := c.IsBinary(name); err == nil {
			return binary, nil
		}
	}
	return false, &UnknownError{Format: name, Known: u.Names()}
}

// UnknownError is the wish for a format that does not exist.
type UnknownError struct {
	Format string
	Known  []string // the formats that do exist
}

// Error names the format and those that are known.
func (e *UnknownError) Error() string {
	return fmt.Sprintf("unknown format %q; known: %s", e.Format, strings.Join(e.Known, ", "))
}
