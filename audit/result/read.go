package result

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// Document is a JSON report of any kind, of which only the schema is read yet.
type Document struct {
	Path   string
	Schema string
	text   []byte
}

// ReadDocument reads the schema of a report. The error names the file.
func ReadDocument(path string, text []byte) (*Document, error) {
	var head struct {
		Schema string `json:"schema"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return nil, fmt.Errorf("%s is not a JSON report: %w", path, err)
	}
	return &Document{Path: path, Schema: head.Schema, text: text}, nil
}

// Of reads a document as a report of the kind that its schema says. The error names the
// file, and what in it is damaged. Numbers of options stay as they are written.
func Of[T any](d *Document) (*T, error) {
	doc := new(T)
	decoder := json.NewDecoder(bytes.NewReader(d.text))
	decoder.UseNumber()
	err := decoder.Decode(doc)
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return nil, fmt.Errorf("%s: is damaged: at %q stands a JSON %s, which no report has there", d.Path, wrong.Field, wrong.Value)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: is damaged: %w", d.Path, err)
	}
	return doc, nil
}
