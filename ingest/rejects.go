package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"waudit/audit/event"
	"waudit/ingest/container"
	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
)

const (
	maxRejects = 1000 // rejects that a Result lists
	sampleSize = 200  // bytes of a record that a Reject shows
)

// Reject is a record, or an item in it, that could not be used.
type Reject struct {
	Place  event.Place // of the record
	Path   string      // of the input
	At     string      // JSON path of the item inside the record, "" for the whole of it
	Reason string      // what is wrong and what to do
	Sample string      // the first bytes of the record, printable
}

// reject rejects a record that could not be decoded at all. It counts as one
// item, for how many there were cannot be known.
func (d *decoder) reject(place event.Place, text []byte, reason string) {
	d.rejectAs(place, text, recordForm{Log: d.stray || d.mended}, reason)
}

func (d *decoder) rejectAs(place event.Place, text []byte, as recordForm, reason string) {
	if d.last && !d.unwrapping {
		d.broken = errCut
	}
	d.counts.Records++
	d.counts.Rejected++
	d.counts.Items++
	d.counts.RejectedItems++
	d.keep(place, text, as, dialect.Rejection{Reason: reason})
}

// errCut is told of an input that ends inside its last record.
var errCut = errors.New("it breaks off in its last record: the file may be cut, or is still being written; copy or export it whole")

// rejectRow rejects a row of a table: if it is text as it stands there, with what
// is needed to read it by itself, else as the object that it stands for.
func (d *decoder) rejectRow(place event.Place, rec container.Record) {
	if rec.Row.Header == nil {
		d.reject(place, d.rowText, rec.Fault)
		return
	}
	as := recordForm{Columns: rec.Row.Header.Names, Delimiter: string(rune(rec.Row.Delimiter)), Unended: rec.Unended}
	d.rejectAs(place, rec.Text, as, rec.Fault)
}

// keep lists what was rejected of one record.
func (d *decoder) keep(place event.Place, text []byte, as recordForm, why ...dialect.Rejection) {
	for _, w := range why {
		if len(d.rejected) == maxRejects || !d.in.rejects.takes(place) {
			break
		}
		d.rejected = append(d.rejected, Reject{
			Place: place, Path: d.in.Path,
			At: strings.Clone(w.At), Reason: strings.Clone(w.Reason), Sample: printable(text, sampleSize),
		})
	}
	if d.run.opts.Rejects != nil {
		d.lines = appendLine(d.lines, place, d.in.Path, text, as, why)
	}
}

// rejectList is the first maxRejects of all rejects, by place.
type rejectList struct {
	kept []Reject
	last atomic.Pointer[event.Place] // of the last one kept, once the list is full
}

// takes reports whether a reject at that place may be among the first. It may
// be asked while another goroutine adds.
func (l *rejectList) takes(place event.Place) bool {
	last := l.last.Load()
	return last == nil || place.Compare(*last) <= 0
}

// add adds rejects, those of one record together and in their order.
func (l *rejectList) add(rejects []Reject) {
	if len(rejects) == 0 {
		return
	}
	l.kept = append(l.kept, rejects...)
	slices.SortStableFunc(l.kept, func(a, b Reject) int { return a.Place.Compare(b.Place) })
	if len(l.kept) >= maxRejects {
		clear(l.kept[maxRejects:])
		l.kept = l.kept[:maxRejects]
		last := l.kept[maxRejects-1].Place
		l.last.Store(&last)
	}
}

// wrapperKey is the first key of a line for Options.Rejects, by which it is
// known when it is read again.
const wrapperKey = dialect.WrapperKey

// rejectLine is a line for Options.Rejects.
type rejectLine struct {
	Waudit struct {
		Path   string      `json:"path"`
		Line   uint32      `json:"line"`
		At     string      `json:"at"`
		Reason string      `json:"reason"`
		More   []rejection `json:"more,omitempty"` // further items of the record
		recordForm
	} `json:"_waudit"`
	Record any `json:"record"` // JSON as it is; what is no JSON as a string
}

// recordForm says how the record of a line is to be read again where it is not JSON.
type recordForm struct {
	Log bool `json:"log,omitempty"` // a body as it stands in a log, which may be Python's
	// A row as it stands in its table.
	Columns   []string `json:"columns,omitempty"`
	Delimiter string   `json:"delimiter,omitempty"`
	Unended   bool     `json:"unended,omitempty"` // the file ended in it
}

type rejection struct {
	At     string `json:"at"`
	Reason string `json:"reason"`
}

func appendLine(lines []byte, place event.Place, path string, text []byte, as recordForm, why []dialect.Rejection) []byte {
	var l rejectLine
	l.Waudit.recordForm = as
	l.Waudit.Path, l.Waudit.Line = path, place.Line
	l.Waudit.At, l.Waudit.Reason = why[0].At, why[0].Reason
	for _, w := range why[1:] {
		l.Waudit.More = append(l.Waudit.More, rejection(w))
	}
	l.Record = string(text)
	if as.Columns == nil && json.Valid(text) {
		l.Record = json.RawMessage(text) // comes out on one line however it was written
	}
	buf := bytes.NewBuffer(lines)
	enc := json.NewEncoder(buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(&l); err != nil {
		panic(err) // there is nothing in a line that cannot be written
	}
	return buf.Bytes()
}

// broken says what is wrong with the text of rec, and how much is lost with it.
// The text was parsed from index from on.
func broken(err error, rec container.Record, from int) string {
	syntax, _ := errors.AsType[*jsontree.SyntaxError](err)
	text := rec.Text[from:]
	at := min(syntax.Offset, len(text))
	before := rec.Text[:from+at]
	reason := fmt.Sprintf("not JSON: %s (byte %d", syntax.Msg, len(before)-bytes.LastIndexByte(before, '\n'))
	lines := int64(bytes.Count(rec.Text, []byte{'\n'}))
	if lines > 0 {
		reason += fmt.Sprintf(" of line %d); lines %d to %d are rejected", rec.Line+int64(bytes.Count(before, []byte{'\n'})), rec.Line, rec.Line+lines)
	} else {
		reason += ")"
	}
	if rec.Lost {
		reason += "; the rest of the file could not be read as JSON"
	}
	return reason
}

// unrecognised says that no dialect knows the record.
func unrecognised(v jsontree.Value) string {
	if v.Kind() != jsontree.Object {
		return "not a JSON object"
	}
	const shown = 8
	var keys []string
	for m := v.First(); m.OK() && len(keys) <= shown; m = m.Next() {
		keys = append(keys, printable([]byte(m.Key()), 40))
	}
	if len(keys) > shown {
		keys[shown] = "…"
	}
	return "not a record of a known log format (keys: " + strings.Join(keys, ", ") +
		"); name its dialect with --dialect, or describe it with --mapping"
}

// printable returns the first bytes of text in a form that no terminal takes
// for a command.
func printable(text []byte, most int) string {
	if len(text) > most {
		for most > 0 && !utf8.RuneStart(text[most]) {
			most--
		}
		text = text[:most]
	}
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsPrint(r):
			return r
		case unicode.IsSpace(r):
			return ' '
		}
		return utf8.RuneError
	}, string(text))
}
