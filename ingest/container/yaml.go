package container

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"

	"waudit/ingest/textlog"
)

// yaml is bodies that are laid out as YAML: a document a body, or a list of them.
var yaml = Format{name: "yaml", sniff: isYAML, reader: func(s stream, limits Limits) Reader {
	return &yamlReader{stream: s, limits: limits, line: 1}
}}

// isYAML wants a sign of a record, and a first document or element that is YAML. Where
// text has a body that can be read, it is a log.
func isYAML(head Head) bool {
	if head.marked == nil || !head.marked(head.Bytes) || head.holds(func(rec Record) bool { return rec.Fault == "" }) {
		return false
	}
	end := new(within).endOfYAML(head.Bytes)
	if end < 0 && !head.Whole {
		return false
	}
	if end < 0 {
		end = len(head.Bytes)
	}
	json, err := textlog.AppendYAML(nil, head.Bytes[:end])
	if err != nil {
		return false
	}
	marker := []byte("---")
	begins, ends := bytes.HasPrefix(head.text, marker), bytes.HasPrefix(head.Bytes[end:], marker)
	return begins && json[0] == '{' || isNested(json) || ends && hasNames(json)
}

// hasNames reports whether an object has several members, all by names of fields: a
// heading of people, above a rule that they drew, has few, and capitals or spaces in it.
func hasNames(json []byte) bool {
	var members map[string]stdjson.RawMessage
	_ = stdjson.Unmarshal(json, &members)
	for name := range members {
		if name == "" || name[0] < '_' || strings.Contains(name, " ") {
			return false
		}
	}
	return len(members) > 2
}

// isNested reports whether an object or a list has others in it. Notes of people are
// lines with a colon, or with a dash, too.
func isNested(json []byte) bool {
	var members map[string]stdjson.RawMessage
	var elements []stdjson.RawMessage
	if stdjson.Unmarshal(json, &members) != nil {
		_ = stdjson.Unmarshal(json, &elements)
	}
	for _, value := range slices.AppendSeq(elements, maps.Values(members)) {
		if value[0] == '{' || value[0] == '[' {
			return true
		}
	}
	return false
}

// within is what is known of the document, or the element of a list, that lines belong to.
type within struct {
	begun   bool // it has more than a marker and comments
	element bool
}

// endOfYAML returns where what text begins with ends: where the next document or element
// begins on a line, -1 if none does.
func (w *within) endOfYAML(text []byte) int {
	for at := 0; at < len(text); {
		line := text[at:]
		feed := bytes.IndexByte(line, '\n')
		if feed >= 0 {
			line = line[:feed]
		}
		marker, item := bytes.HasPrefix(line, []byte("---")), bytes.HasPrefix(line, []byte("- "))
		switch {
		case w.begun && (marker || w.element && item):
			return at
		case !marker && len(trimLine(line)) > 0 && line[0] != '#':
			w.element, w.begun = w.element || !w.begun && item, true
		}
		if feed < 0 {
			break
		}
		at += feed + 1
	}
	return -1
}

// yamlReader hands out documents, and elements of lists, as JSON.
type yamlReader struct {
	stream
	limits Limits

	room     []byte // memory of rest
	line     int64  // of the first byte of rest
	skipping bool   // the rest of a document that is too long is not wanted
	midline  bool   // nor the rest of its line
	skipped  within // what is known of it
}

// documentCut is the fault of the last document of a file that was cut.
const documentCut = "the last line of the YAML document does not end: the file may be cut; copy or export it again"

func (r *yamlReader) Next(b *Block) error {
	b.begin(r.line, r.limits)
	for len(b.found) < maxFound && len(b.data) < r.limits.BlockSize {
		r.passBlank()
		state := r.skipped
		end := state.endOfYAML(r.rest)
		switch {
		case end >= 0:
			r.take(b, end)
		case r.err == nil && int64(len(r.rest)) > r.limits.MaxRecord+int64(len("---")): // the next may begin with its last
			r.skip(b)
		case r.err == nil:
			r.room = append(r.room[:0], r.rest...)
			r.room = r.fill(slices.Grow(r.room, max(len(r.room), r.limits.BlockSize)))
			r.rest = r.room
		case len(bytes.TrimSpace(r.rest)) > 0 || int64(len(r.rest)) > r.limits.MaxRecord:
			r.take(b, len(r.rest))
		default:
			r.rest = nil
			if len(b.found) == 0 {
				return r.err
			}
			return nil
		}
	}
	return nil
}

// skip gives up the document that begins here, and what of it is read.
func (r *yamlReader) skip(b *Block) {
	if !r.skipping {
		r.add(b, Record{Text: bytes.Clone(r.limits.sample(r.rest)), TooLong: true})
	}
	size := bytes.LastIndexByte(r.rest, '\n') + 1
	if r.midline = size == 0; r.midline {
		size = len(r.rest)
	}
	r.skipped.endOfYAML(r.rest[:size])
	r.pass(size)
	r.skipping = true
}

// take makes a record of the document of that length.
func (r *yamlReader) take(b *Block, size int) {
	text := r.rest[:size]
	rec := Record{Unended: size == len(r.rest) && !bytes.HasSuffix(text, []byte{'\n'})}
	start := len(b.data)
	var err error
	switch b.data, err = textlog.AppendYAML(b.data, text); {
	case int64(size) > r.limits.MaxRecord:
		rec.TooLong = true
	case rec.Unended && errors.Is(r.err, io.EOF):
		rec.Fault = documentCut
	case err != nil:
		rec.Fault = err.Error()
	}
	switch {
	case rec.TooLong:
		rec.Text = bytes.Clone(r.limits.sample(text))
	case rec.Fault != "":
		rec.Text = bytes.Clone(text)
	default:
		rec.Text = b.data[start:len(b.data):len(b.data)]
	}
	if !r.skipping {
		r.add(b, rec)
	}
	r.skipping, r.skipped = false, within{}
	r.pass(size)
}

// passBlank goes over blank lines before a document, and the rest of a line that is not
// wanted.
func (r *yamlReader) passBlank() {
	if r.midline {
		feed := bytes.IndexByte(r.rest, '\n') + 1
		if r.midline = feed == 0; r.midline {
			feed = len(r.rest)
		}
		r.pass(feed)
	}
	for !r.skipping {
		feed := bytes.IndexByte(r.rest, '\n') + 1
		if feed == 0 || len(bytes.TrimSpace(r.rest[:feed])) > 0 {
			return
		}
		r.pass(feed)
	}
}

func (r *yamlReader) add(b *Block, rec Record) {
	rec.Line = r.line
	b.found = append(b.found, rec)
}

func (r *yamlReader) pass(n int) {
	r.line += int64(bytes.Count(r.rest[:n], []byte{'\n'}))
	r.rest = r.rest[n:]
}
