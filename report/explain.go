package report

import (
	"io"

	"waudit/audit/result"
)

// ExplainFormat writes an explanation in one form.
type ExplainFormat interface {
	// Name is the format's id, as -f takes it.
	Name() string
	// Write writes the whole explanation, which is not changed.
	Write(w io.Writer, e *result.Explanation, o Options) error
}

// ExplainFormats returns every format of an explanation.
func ExplainFormats() []ExplainFormat {
	return []ExplainFormat{explainTable{}, explainMarkdown{}, explainJSON{}, explainHTML{}}
}

// FindExplain returns the format of that name, or an *UnknownFormatError.
func FindExplain(format string) (ExplainFormat, error) { return find(ExplainFormats(), format) }

// WriteExplain writes the explanation in the format of that name. It returns an
// *UnknownFormatError if there is none, or what writing to w returned.
func WriteExplain(w io.Writer, format string, e *result.Explanation, o Options) error {
	f, err := FindExplain(format)
	if err != nil {
		return err
	}
	return f.Write(w, e, o)
}

// explainJSON is waudit.explain/v1.
type explainJSON struct{}

func (explainJSON) Name() string { return "json" }

func (explainJSON) Write(w io.Writer, e *result.Explanation, _ Options) error {
	return indented(w, "").Encode(e)
}
