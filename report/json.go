package report

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"runtime"
	"slices"

	"waudit/audit/parallel"
	"waudit/audit/result"
)

// auditJSON is the canonical report, waudit.report/v1.
func auditJSON(w io.Writer, r *result.Report, _ Options) error {
	c := withoutFindings(r)
	inputs := c.Run.Inputs
	c.Run.Inputs = []result.InputFile{}
	return writeEndingWith(w, c, inputs, r.Findings)
}

// writeEndingWith writes the bytes that encoding v at once would give, were the
// findings in the empty list that is its last key, and the inputs in that of its run;
// but some of them at a time: of a log with systematic errors, or of many files,
// there are so many that their text does not fit in memory beside them.
func writeEndingWith(w io.Writer, v any, inputs []result.InputFile, findings []result.Finding) error {
	var text bytes.Buffer
	if err := indented(&text, "").Encode(v); err != nil {
		return err
	}
	const end = "]\n}\n" // behind the findings, which are the last key
	text.Truncate(text.Len() - len(end))
	if err := writeInputs(w, &text, inputs); err != nil {
		return err
	}
	if _, err := text.WriteTo(w); err != nil {
		return err
	}
	if err := writeFindings(w, findings); err != nil {
		return err
	}
	if len(findings) > 0 {
		text.WriteString("\n  ")
	}
	text.WriteString(end)
	_, err := text.WriteTo(w)
	return err
}

// writeInputs writes of the text of a report what stands before its inputs, and these.
func writeInputs(w io.Writer, text *bytes.Buffer, inputs []result.InputFile) error {
	const before = "\n    \"inputs\": ["
	if len(inputs) == 0 {
		return nil
	}
	part := bytes.NewBuffer(slices.Clone(text.Next(bytes.Index(text.Bytes(), []byte(before)) + len(before))))
	input := indented(part, "      ")
	for i := range inputs {
		if i > 0 {
			part.WriteByte(',')
		}
		part.WriteString("\n      ")
		if err := input.Encode(&inputs[i]); err != nil {
			return err
		}
		part.Truncate(part.Len() - len("\n"))
		if i%batchSize == 0 {
			if _, err := part.WriteTo(w); err != nil {
				return err
			}
		}
	}
	part.WriteString("\n    ")
	_, err := part.WriteTo(w)
	return err
}

// batch is some findings and their text.
type batch struct {
	findings []result.Finding
	first    bool
	text     bytes.Buffer
	err      error
}

// batchSize is how many findings are encoded at once.
const batchSize = 128

// writeFindings writes the findings, which every core helps to encode.
func writeFindings(w io.Writer, findings []result.Finding) error {
	next := 0
	line := parallel.Pipeline[batch]{
		Next: func(b *batch) error {
			if next == len(findings) {
				return io.EOF
			}
			end := min(next+batchSize, len(findings))
			b.findings, b.first = findings[next:end], next == 0
			next = end
			return nil
		},
		Worker: func() func(*batch) { return func(b *batch) { b.err = b.encode() } },
		Take: func(b *batch) error {
			if b.err != nil {
				return b.err
			}
			_, err := b.text.WriteTo(w)
			return err
		},
	}
	return line.Run(context.Background(), runtime.GOMAXPROCS(0))
}

func (b *batch) encode() error {
	finding := indented(&b.text, "    ")
	for i := range b.findings {
		if i > 0 || !b.first {
			b.text.WriteByte(',')
		}
		b.text.WriteString("\n    ")
		if err := finding.Encode(withLists(&b.findings[i])); err != nil {
			return err
		}
		b.text.Truncate(b.text.Len() - len("\n"))
	}
	return nil
}

// indented returns an encoder of the one style in which reports are written.
func indented(w io.Writer, prefix string) *json.Encoder {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent(prefix, "  ")
	return e
}

// plainJSON writes a document as it is, which has no lists that are nil.
func plainJSON[T any](w io.Writer, doc T, _ Options) error { return indented(w, "").Encode(doc) }

// list returns s, or an empty list for nil: an empty list is written as [],
// never as null.
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// withoutFindings returns a copy of the report that has lists where r has nil,
// and no findings.
func withoutFindings(r *result.Report) *result.Report {
	c := *r
	c.Findings = []result.Finding{}
	c.Run.Inputs = list(c.Run.Inputs)
	c.Run.Incomplete = list(c.Run.Incomplete)
	c.Run.NotRun = list(c.Run.NotRun)
	c.Run.Unset = list(c.Run.Unset)
	c.Run.Rates = list(c.Run.Rates)
	if c.Run.Options == nil {
		c.Run.Options = map[string]any{}
	}
	c.Coverage.Gaps = list(c.Coverage.Gaps)
	c.Totals.Amounts = list(c.Totals.Amounts)
	c.Totals.Claim = list(c.Totals.Claim)
	c.Totals.Unvalued, c.Totals.Groups = list(c.Totals.Unvalued), list(c.Totals.Groups)
	c.Totals.OfFindings, c.Totals.ByDay, c.Totals.ByMonth = list(c.Totals.OfFindings), list(c.Totals.ByDay), list(c.Totals.ByMonth)
	c.Totals.ByCheck = make([]result.CheckTotal, len(r.Totals.ByCheck))
	for i, t := range r.Totals.ByCheck {
		t.Amounts = list(t.Amounts)
		c.Totals.ByCheck[i] = t
	}
	return &c
}

// withLists returns a copy of the finding that has lists where f has nil.
func withLists(f *result.Finding) *result.Finding {
	c := *f
	c.Evidence = list(c.Evidence)
	if c.Expected != nil {
		expected := *c.Expected
		expected.Candidates = list(expected.Candidates)
		c.Expected = &expected
	}
	return &c
}
