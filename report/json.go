package report

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"reflect"
	"runtime"
	"slices"

	"waudit/audit/parallel"
	"waudit/audit/result"
)

// auditJSON is the canonical report, waudit.report/v1.
func auditJSON(w io.Writer, r *result.Report, _ Options) error {
	c := *r
	c.Run.Inputs, c.Findings = nil, nil
	return writeEndingWith(w, &c, r.Run.Inputs, r.Findings)
}

// writeEndingWith writes the bytes that encoding doc at once would give, were the
// findings in the empty list that is its last key, and the inputs in that of its run;
// but some of them at a time: of a log with systematic errors, or of many files,
// there are so many that their text does not fit in memory beside them.
func writeEndingWith[T any](w io.Writer, doc *T, inputs []result.InputFile, findings []result.Finding) error {
	var text bytes.Buffer
	if err := indented(&text, "").Encode(withLists(doc)); err != nil {
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

// documentJSON writes a document as it is.
func documentJSON[T any](w io.Writer, doc T, _ Options) error {
	return indented(w, "").Encode(withLists(doc))
}

// withLists returns a copy of doc that has empty lists and maps where doc has nil: they
// are written as [] and {}, never as null.
func withLists[T any](doc T) T {
	fill(reflect.ValueOf(&doc).Elem())
	return doc
}

func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() && v.Elem().Kind() == reflect.Struct {
			of := reflect.New(v.Type().Elem())
			of.Elem().Set(v.Elem())
			fill(of.Elem())
			v.Set(of)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.Slice:
		if v.IsNil() {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		if v.Type().Elem().Kind() == reflect.Struct {
			v.Set(reflect.AppendSlice(reflect.MakeSlice(v.Type(), 0, v.Len()), v))
			for i := range v.Len() {
				fill(v.Index(i))
			}
		}
	case reflect.Map:
		if v.IsNil() {
			v.Set(reflect.MakeMap(v.Type()))
		}
	}
}
