package mapfile

import "waudit/ingest/notation"

// Bound is a condition whose columns have been found in records of a shape, at
// places P.
type Bound[P any] struct {
	Tests  []BoundTest[P]
	Reason string
}

// BoundTest is a test, and the place of what it is of.
type BoundTest[P any] struct {
	*Test
	At P
}

// Bind finds the columns of conditions.
func Bind[P any](all []Condition, find func(path string) P) []Bound[P] {
	bound := make([]Bound[P], len(all))
	for i, c := range all {
		bound[i].Reason = c.Reason
		for j := range c.Tests {
			bound[i].Tests = append(bound[i].Tests, BoundTest[P]{&c.Tests[j], find(c.Tests[j].Path)})
		}
	}
	return bound
}

// First returns the first of the conditions of which all tests pass, nil if there is
// none.
func First[P any](all []Bound[P], passes func(BoundTest[P]) bool) *Bound[P] {
next:
	for i := range all {
		for _, t := range all[i].Tests {
			if !passes(t) {
				continue next
			}
		}
		return &all[i]
	}
	return nil
}

// BoundTemplate is a template whose columns have been found likewise.
type BoundTemplate[P any] []BoundPiece[P]

// BoundPiece is a text, or the place of one.
type BoundPiece[P any] struct {
	text string
	at   *P
}

// BindTemplate finds the columns of a template, false if one is not there: half an id
// is the id of something else.
func BindTemplate[P any](template []Piece, find func(path string) (P, bool)) (bound BoundTemplate[P], ok bool) {
	for _, p := range template {
		b := BoundPiece[P]{text: p.Text}
		if p.Path != "" {
			at, ok := find(p.Path)
			if !ok {
				return nil, false
			}
			b.at = &at
		}
		bound = append(bound, b)
	}
	return bound, true
}

// Fill joins the pieces, "" if one has no text.
func (t BoundTemplate[P]) Fill(textAt func(P) string) string {
	var buf [2 * notation.FoldSize]byte
	text := buf[:0]
	for _, p := range t {
		piece := p.text
		if p.at != nil {
			if piece = textAt(*p.at); piece == "" {
				return ""
			}
		}
		text = append(text, piece...)
	}
	return string(text)
}
