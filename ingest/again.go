package ingest

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"waudit/audit/event"
	"waudit/ingest/container"
	"waudit/ingest/dialect"
	"waudit/ingest/source"
)

// Spot is where an item begins in its input, as reports give places.
type Spot struct{ Line, Item uint32 }

// Again is a record that was read again.
type Again struct {
	Line int64
	// Text is the record as its file has it, without the end of the line: of a text log
	// the body that was found in it. Nil where the file is no text, as a spreadsheet is.
	Text []byte
	Row  []byte // the row of a table as a JSON object; nil of everything else

	stray bool
}

// Whole says of an input that was read again how much there was.
type Whole struct {
	SHA256 string // of the raw bytes, in hex
	Bytes  int64
}

// MissingError says that an input has no record any more where there was one.
type MissingError struct {
	Path string
	Line uint32
	Err  error // why the input could not be read to its end; nil if it was
}

// Error names the place.
func (e *MissingError) Error() string {
	why := "the input has changed"
	if e.Err != nil {
		why = e.Err.Error()
	}
	return fmt.Sprintf("%s:%d: no record begins on this line: %s", e.Path, e.Line, why)
}

// ReadAgain reads an input once more, and hands over the records in which the spots
// lie, each record once with the indexes of its spots, in the order of the file. They
// are valid during the call. The error is a *MissingError, a *source.Error, a
// *container.Refusal, or that of each.
func ReadAgain(ctx context.Context, o Options, in source.Input, spots []Spot, each func(r Again, of []int) error) (Whole, error) {
	o = o.withDefaults()
	format, err := formatNamed(o.InputFormat)
	if err != nil {
		return Whole{}, err
	}
	opener := source.Opener{Hash: sha256.New()}
	defer opener.Close()
	stream, err := opener.Open(ctx, in)
	if err != nil {
		return Whole{}, err
	}
	defer stream.Close()
	var damage error
	if len(spots) > 0 {
		s := newSeeker(spots, each)
		if damage, err = s.readAll(ctx, o, stream, format); err != nil {
			return Whole{}, err
		}
		if n := s.missing(); n >= 0 {
			return Whole{}, &MissingError{in.Path, spots[n].Line, damage}
		}
	}
	if err := stream.Drain(); err != nil {
		return Whole{}, err
	}
	return Whole{stream.Sum(), stream.BytesRead()}, nil
}

// seeker finds the records of spots in one pass over a file.
type seeker struct {
	each   func(Again, []int) error
	spots  []Spot
	byLine map[int64][]int // indexes of spots, by their item
	found  []bool

	line int64 // that is being read
	wait []int // spots of the line that lie in last or behind it
	has  bool  // there is a last record
	last Again // of the line, so far
	text []byte
	row  []byte
}

func newSeeker(spots []Spot, each func(Again, []int) error) *seeker {
	s := &seeker{each: each, spots: spots, byLine: map[int64][]int{}, found: make([]bool, len(spots))}
	for i, spot := range spots {
		s.byLine[int64(spot.Line)] = append(s.byLine[int64(spot.Line)], i)
	}
	for _, list := range s.byLine {
		slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(spots[a].Item, spots[b].Item) })
	}
	return s
}

// missing is the first spot without a record, -1 if there is none.
func (s *seeker) missing() int { return slices.Index(s.found, false) }

// readAll reads the records. Damage is why they end before the file does.
func (s *seeker) readAll(ctx context.Context, o Options, stream *source.Stream, format *container.Format) (damage, err error) {
	limits := o.limits()
	limits.Wanted = nil // whatever a row has is evidence
	cutter := container.Sniffer{Limits: limits, Format: format}
	reader, _, err := cutter.Open(stream)
	if err != nil {
		return nil, err
	}
	b := new(container.Block)
	for damage == nil && s.missing() >= 0 {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if err := reader.Next(b); err != nil {
			if !errors.Is(err, io.EOF) {
				damage = err
			}
			break
		}
		for rec := range b.Records() {
			if err := s.see(rec); err != nil {
				return nil, err
			}
		}
		damage = b.Err()
	}
	return damage, s.settle(math.MaxInt64)
}

// see takes the next record of the file.
func (s *seeker) see(rec container.Record) error {
	line := min(rec.Line, math.MaxUint32)
	switch {
	case line != s.line:
		if err := s.settle(math.MaxInt64); err != nil {
			return err
		}
		s.line, s.wait = line, s.byLine[line]
	default:
		if err := s.settle(rec.Offset); err != nil {
			return err
		}
	}
	if len(s.wait) == 0 {
		return nil
	}
	s.has, s.last = true, Again{Line: rec.Line, stray: rec.Stray}
	if len(rec.Text) > 0 {
		s.text = append(s.text[:0], rec.Text...)
		s.last.Text = s.text
	}
	if rec.Row != nil && rec.Fault == "" {
		s.row = rec.Row.AppendJSON(s.row[:0])
		s.last.Row = s.row
	}
	return nil
}

// settle hands over the last record with the spots that lie before the next one, which
// begins at that distance on the line.
func (s *seeker) settle(next int64) error {
	if !s.has {
		return nil
	}
	n := 0
	for n < len(s.wait) && int64(s.spots[s.wait[n]].Item) < next {
		s.found[s.wait[n]] = true
		n++
	}
	of := s.wait[:n]
	s.wait, s.has = s.wait[n:], false
	if n == 0 {
		return nil
	}
	return s.each(s.last, of)
}

// AppendReject appends a line for Options.Rejects: the record at a line of an input, with
// what is wrong with it.
func AppendReject(lines []byte, path string, r Again, reason string) []byte {
	text, as := r.Text, recordForm{Log: r.stray}
	if r.Row != nil {
		text = r.Row
	}
	var wrapped struct {
		Waudit *recordForm     `json:"_waudit"`
		Record json.RawMessage `json:"record"`
	}
	if bytes.Contains(text, []byte(wrapperKey)) && json.Unmarshal(text, &wrapped) == nil && wrapped.Waudit != nil {
		text, as = wrapped.Record, *wrapped.Waudit
		var inner string
		if json.Unmarshal(text, &inner) == nil {
			text = []byte(inner)
		}
	}
	return appendLine(lines, event.Place{Line: uint32(min(r.Line, math.MaxUint32))}, path, text, as, []dialect.Rejection{{Reason: reason}})
}
