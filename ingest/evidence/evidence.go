// Package evidence reads again the records that findings rest on, and checks that the
// inputs are those that the report was made from.
package evidence

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"unicode/utf8"

	"waudit/audit/result"
	"waudit/ingest"
	"waudit/ingest/ledger"
	"waudit/ingest/signature"
	"waudit/ingest/source"
)

// CitedRecord is a record that findings rest on, in its form for NDJSON.
type CitedRecord struct {
	Path      string          `json:"path"` // as the report has it
	Line      uint32          `json:"line"`
	What      []string        `json:"what"`                // what it shows: "user message", "bill line"
	Findings  []string        `json:"findings"`            // their ids
	Signature string          `json:"signature,omitempty"` // of its webhook, as the report has it: "valid", "absent"; "" where none was verified
	SHA256    string          `json:"sha256"`              // of the text; where there is none, of the row
	Text      string          `json:"text,omitempty"`
	Bytes     []byte          `json:"base64,omitempty"` // instead of a text that is no UTF-8
	Row       json.RawMessage `json:"row,omitempty"`    // of a table, as a JSON object
}

// Hide takes out what the record says, and leaves its place and hash.
func (r *CitedRecord) Hide() { r.Text, r.Bytes, r.Row = "", nil, nil }

// ChangedError says that an input is not what it was when the report was made, or is
// not there.
type ChangedError struct{ msg string }

// Error names the input.
func (e *ChangedError) Error() string { return e.msg }

func changed(format string, args ...any) error { return &ChangedError{fmt.Sprintf(format, args...)} }

// Reader reads evidence from inputs.
type Reader struct {
	options ingest.Options
	known   map[string]result.DisputeInput // what the report says of its inputs, by path
	found   []source.Input
	order   []string // paths of known
}

// New finds the inputs of a report among the paths of o; without any, where the report
// has found them. The error is that of source.Find, or a *ChangedError.
func New(ctx context.Context, o ingest.Options, run *result.Run) (*Reader, error) {
	r := &Reader{options: o, known: map[string]result.DisputeInput{}}
	paths := o.Paths
	for _, in := range run.Inputs {
		if in.Skipped != "" {
			continue
		}
		r.know(result.DisputeInput{Path: in.Path, SHA256: in.SHA256, Bytes: in.Bytes})
		if len(o.Paths) == 0 {
			paths = append(paths, in.Path)
		}
	}
	if slices.Contains(paths, source.Stdin) || r.known[source.Stdin].Path != "" {
		return nil, changed("standard input cannot be read again: make the report from files")
	}
	var err error
	if r.found, err = source.Find(ctx, paths, nil); err != nil {
		return nil, err
	}
	return r, r.openLedgers(ctx, len(o.Paths) == 0)
}

func (r *Reader) know(in result.DisputeInput) {
	if _, ok := r.known[in.Path]; !ok {
		r.order = append(r.order, in.Path)
	}
	r.known[in.Path] = in
}

// openLedgers learns from ledgers of which logs they were packed: evidence is in those.
func (r *Reader) openLedgers(ctx context.Context, find bool) error {
	for _, in := range slices.Clone(r.found) {
		if !in.Ledger {
			continue
		}
		l, err := ledger.Open(ctx, *in.Folder)
		if err != nil {
			return err
		}
		if was := r.known[in.Path]; was.SHA256 != "" && was.SHA256 != l.SHA256 {
			return changed("%s is not the ledger that the report was made from (its SHA-256 differs)", in.Path)
		}
		delete(r.known, in.Path)
		r.order = slices.DeleteFunc(r.order, func(path string) bool { return path == in.Path })
		for _, packed := range l.Manifest.Inputs {
			r.know(result.DisputeInput{Path: packed.Path, SHA256: packed.SHA256, Bytes: packed.Bytes})
			if !find {
				continue
			}
			more, err := source.Find(ctx, []string{packed.Path}, nil)
			if err != nil {
				return changed("%s was packed into %s, and is not there any more: %v", packed.Path, in.Path, err)
			}
			r.found = append(r.found, more...)
		}
	}
	return nil
}

// Files are the files that may be read, so that none of them is written to.
func (r *Reader) Files() []source.Input { return r.found }

// find returns the input that the report calls so: of that path or, if the logs have
// moved, the only one of that name and size.
func (r *Reader) find(path string) (source.Input, error) {
	was, ok := r.known[path]
	if !ok {
		return source.Input{}, changed("%s holds evidence, and is none of the report's inputs", path)
	}
	var moved []source.Input
	for _, in := range r.found {
		if in.Ledger {
			continue
		}
		if in.Path == path {
			return in, nil
		}
		if filepath.Base(in.Path) == filepath.Base(path) && in.Size == was.Bytes {
			moved = append(moved, in)
		}
	}
	if len(moved) == 1 {
		return moved[0], nil
	}
	return source.Input{}, changed("%s is not among the paths, nor is exactly one file of its name and size (%d bytes)", path, was.Bytes)
}

// Read returns the records that each list of findings rests on, by path and line, in a
// list each.
func (r *Reader) Read(ctx context.Context, lists ...[]*result.Finding) ([][]CitedRecord, error) {
	wanted := map[string]*places{}
	for n, findings := range lists {
		for _, f := range findings {
			for _, e := range f.Evidence {
				p := wanted[e.Path]
				if p == nil {
					p = &places{}
					wanted[e.Path] = p
				}
				p.spots = append(p.spots, ingest.Spot{Line: e.Line, Item: e.Item})
				p.by = append(p.by, want{n, f.ID, e.What, e.Signature})
			}
		}
	}
	records := make([][]CitedRecord, len(lists))
	for _, path := range slices.Sorted(maps.Keys(wanted)) {
		in, err := r.find(path)
		if err != nil {
			return nil, err
		}
		p := wanted[path]
		whole, err := ingest.ReadAgain(ctx, r.options, in, p.spots, func(a ingest.Again, of []int) error {
			for n := range lists {
				if rec, ok := p.record(n, path, a, of); ok {
					records[n] = append(records[n], rec)
				}
			}
			return nil
		})
		if missing, ok := errors.AsType[*ingest.MissingError](err); ok {
			return nil, changed("%v", missing)
		}
		if err == nil {
			err = r.verify(path, whole)
		}
		if err != nil {
			return nil, err
		}
	}
	return records, nil
}

// verify compares an input with what the report says of it, and keeps its hash.
func (r *Reader) verify(path string, is ingest.Whole) error {
	was := r.known[path]
	if was.Bytes != is.Bytes || was.SHA256 != "" && was.SHA256 != is.SHA256 {
		had := fmt.Sprint(was.Bytes)
		if was.SHA256 != "" {
			had += " with SHA-256 " + was.SHA256
		}
		return changed("%s has changed since the report was made: it has %d bytes with SHA-256 %s, and had %s", path, is.Bytes, is.SHA256, had)
	}
	r.known[path] = result.DisputeInput{Path: path, SHA256: is.SHA256, Bytes: is.Bytes}
	return nil
}

// Inputs are the inputs of the report with their hashes: those without one are read.
func (r *Reader) Inputs(ctx context.Context) ([]result.DisputeInput, error) {
	list := []result.DisputeInput{}
	for _, path := range slices.Sorted(slices.Values(r.order)) {
		if r.known[path].SHA256 == "" {
			in, err := r.find(path)
			if err != nil {
				return nil, err
			}
			whole, err := ingest.ReadAgain(ctx, r.options, in, nil, nil)
			if err == nil {
				err = r.verify(path, whole)
			}
			if err != nil {
				return nil, err
			}
		}
		list = append(list, r.known[path])
	}
	return list, nil
}

// places are the places of one input that are wanted, with who wants them.
type places struct {
	spots []ingest.Spot
	by    []want
}

type want struct {
	list                     int
	finding, what, signature string
}

// record makes a record of what was read at those places, if the list wants it.
func (p *places) record(list int, path string, a ingest.Again, at []int) (rec CitedRecord, ok bool) {
	rec = CitedRecord{Path: path, Line: uint32(a.Line)}
	for _, i := range at {
		if w := p.by[i]; w.list == list {
			rec.What, rec.Findings = append(rec.What, w.what), append(rec.Findings, w.finding)
			if rec.Signature != signature.Absent { // a record is signed if all is that it shows
				rec.Signature = w.signature
			}
		}
	}
	if len(rec.Findings) == 0 {
		return rec, false
	}
	for _, words := range []*[]string{&rec.What, &rec.Findings} {
		slices.Sort(*words)
		*words = slices.Compact(*words)
	}
	raw := a.Text
	if a.Row != nil {
		rec.Row = json.RawMessage(slices.Clone(a.Row))
		if raw == nil {
			raw = a.Row
		}
	}
	sum := sha256.Sum256(raw)
	rec.SHA256 = hex.EncodeToString(sum[:])
	switch {
	case a.Text == nil:
	case utf8.Valid(a.Text):
		rec.Text = string(a.Text)
	default:
		rec.Bytes = slices.Clone(a.Text)
	}
	return rec, true
}
