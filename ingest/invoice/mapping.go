package invoice

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"waudit/audit/category"
	"waudit/audit/event"
)

// Mapping says how to read a bill whose columns have names of their own.
type Mapping struct {
	Columns    map[string]string `yaml:"columns"`    // field to header
	Constants  map[string]string `yaml:"constants"`  // field to value: currency, waba_id, phone_number_id, month, ...
	Categories map[string]string `yaml:"categories"` // word of the bill to category
	Dates      string            `yaml:"dates"`      // "dmy" or "mdy", for dates such as 03/04/2026
	Sign       string            `yaml:"sign"`       // "negative": charges are written below zero, as Twilio does
}

// ParseMapping reads a mapping strictly. The error names the key.
func ParseMapping(text []byte) (*Mapping, error) {
	var m Mapping
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	if err := dec.Decode(&m); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	for _, keys := range []map[string]string{m.Columns, m.Constants} {
		for key := range keys {
			if !slices.Contains(names[1:], key) {
				return nil, fmt.Errorf("there is no field %q; there are %s", key, strings.Join(names[1:], ", "))
			}
		}
	}
	for written, word := range m.Categories {
		if c := category.Of(event.Word(word)); c == category.Other || c == category.None {
			return nil, fmt.Errorf("categories: %s: there is no category %q", written, word)
		}
	}
	switch {
	case m.Dates != "" && m.Dates != "dmy" && m.Dates != "mdy":
		return nil, fmt.Errorf("dates: %q is neither dmy nor mdy", m.Dates)
	case m.Sign != "" && m.Sign != "negative":
		return nil, fmt.Errorf("sign: %q is not negative", m.Sign)
	}
	return &m, nil
}

func (m *Mapping) fieldOf(column string) field {
	for key, header := range m.Columns {
		if fold(header) == fold(column) {
			return field(slices.Index(names[:], key))
		}
	}
	return noField
}

// knows reports whether a header means something, by the mapping or by itself.
func (m *Mapping) knows(name string) bool {
	return Known(name) || m != nil && m.fieldOf(name) != noField
}
