package mapfile

import (
	"go.yaml.in/yaml/v3"

	"waudit/ingest/notation"
)

// The keys that say how what is in a column is written.
const (
	KeyTime    = "time"
	KeyZone    = "zone"
	KeyDecimal = "decimal"
)

// Scope is how the times and amounts of a file are written, for all columns that
// do not say otherwise.
type Scope struct {
	Times notation.Times
	Mark  byte // what parts the decimals; 0: to be told from each amount
}

// Read reads what a key of the scope says. It returns false for other keys.
func (s *Scope) Read(f *File, e Entry) bool {
	switch e.Key {
	case KeyTime:
		s.Times.Forms = f.timeForms(e.Value)
	case KeyZone:
		s.Times.Zone = f.timeZone(e.Value)
	case KeyDecimal:
		s.Mark = f.decimalMark(e.Value)
	default:
		return false
	}
	return true
}

func (f *File) timeForms(n *yaml.Node) (forms []notation.TimeForm) {
	for _, text := range f.Scalars(n, KeyTime) {
		form, problem := notation.NewTimeForm(text)
		if problem != "" {
			f.Fault(n, "time: %s", problem)
			continue
		}
		forms = append(forms, form)
	}
	return forms
}

func (f *File) timeZone(n *yaml.Node) *notation.Zone {
	name, ok := f.Scalar(n, KeyZone)
	if !ok {
		return nil
	}
	zone, problem := notation.NewZone(name)
	if problem != "" {
		f.Fault(n, "zone: %s", problem)
	}
	return zone
}

func (f *File) decimalMark(n *yaml.Node) byte {
	switch f.Word(n, KeyDecimal, "comma", "dot") {
	case "comma":
		return ','
	case "dot":
		return '.'
	}
	return 0
}
