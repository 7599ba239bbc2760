package group

import (
	"encoding/binary"

	"waudit/audit/event"
)

// record is the bytes of one record, whole: see cutRecord.
type record []byte

// cutRecord splits the first record off a chunk.
func cutRecord(chunk []byte) (rec record, rest []byte, err error) {
	if len(chunk) < headSize {
		return nil, nil, errCorrupt
	}
	size := binary.LittleEndian.Uint32(chunk)
	if size < headSize || uint64(size) > uint64(len(chunk)) {
		return nil, nil, errCorrupt
	}
	rec = record(chunk[:size:size])
	if rec.textsEnd() > len(rec) || rec[atFlags] >= flagsEnd {
		return nil, nil, errCorrupt
	}
	return rec, chunk[size:], nil
}

func (r record) hash() uint64  { return binary.LittleEndian.Uint64(r[atHash:]) }
func (r record) order() uint64 { return binary.LittleEndian.Uint64(r[atOrder:]) }
func (r record) shape() uint32 { return binary.LittleEndian.Uint32(r[atShape:]) }

func (r record) place() event.Place {
	return event.Place{
		Input: binary.LittleEndian.Uint32(r[atInput:]),
		Line:  binary.LittleEndian.Uint32(r[atLine:]),
		Item:  binary.LittleEndian.Uint32(r[atItem:]),
		Nth:   binary.LittleEndian.Uint16(r[atNth:]),
		Of:    binary.LittleEndian.Uint16(r[atOf:]),
	}
}

// length is how many bytes a text has among the record's texts.
func (r record) length(at int) int {
	n := int(binary.LittleEndian.Uint16(r[at:]))
	if n == tooLong {
		return 0
	}
	return n
}

func (r record) textsEnd() int {
	return headSize + r.length(atUser) + r.length(atUserID) + r.length(atMessage) + r.length(atConversation)
}

// plain reports whether the pair is told by shape and texts alone.
func (r record) plain() bool { return r[atFlags]&hasMore == 0 && r.length(atUser) > 0 }

// decode makes e the event of the record, and returns its pair; of an event
// that names none and has not been routed, the zero key. Its strings share
// memory with the record or with the shapes.
func (r record) decode(e *event.Event, shapes []event.Event) (key, error) {
	id := r.shape()
	if int64(id) >= int64(len(shapes)) {
		return key{}, errCorrupt
	}
	*e = shapes[id]
	order := r.order()
	e.Kind = event.Kind(order & (1<<kindBits - 1))
	e.Time = int64(order>>kindBits) - 1 + event.MinTime
	e.Place = r.place()
	e.Guess = r[atFlags]&isGuess != 0
	at := headSize
	e.User, at = r.text(atUser, at)
	e.UserID, at = r.text(atUserID, at)
	e.Message, at = r.text(atMessage, at)
	e.Conversation, at = r.text(atConversation, at)
	if r[atFlags]&hasMore != 0 {
		return r.decodeMore(e, at)
	}
	k, _ := keyOf(e)
	return k, nil
}

// text is the text whose length stands at one offset and whose bytes at the
// other, and where the next one begins.
func (r record) text(lengthAt, at int) (string, int) {
	n := r.length(lengthAt)
	return view(r[at : at+n]), at + n
}

func (r record) decodeMore(e *event.Event, at int) (key, error) {
	d := decoder{buf: r[at:]}
	more := d.uvarint()
	if more >= moreEnd {
		d.fail()
	}
	var k key
	if more&moreKey != 0 {
		k = d.key()
	}
	if more&moreExact != 0 {
		e.Kind, e.Time = event.Kind(d.byte()), d.varint()
	}
	for i, text := range moreTexts(e) {
		if more&(moreUser<<i) != 0 {
			*text = d.text()
		}
	}
	if more&moreExpires != 0 {
		e.Expires = d.varint()
	}
	if more&moreAmount != 0 {
		e.Amount = d.varint()
	}
	if more&moreWords != 0 {
		of := shape{billable: event.Flag(d.byte()), hasAmount: d.uvarint() != 0}
		for i := range of.words {
			of.words[i] = d.text()
		}
		of.fill(e)
	}
	if d.failed || len(d.buf) != 0 {
		return key{}, errCorrupt
	}
	if more&moreKey == 0 {
		k, _ = keyOf(e)
	}
	return k, nil
}

// decoder reads what a record has more. A fault is kept in failed, so that
// reading need not stop at every step.
type decoder struct {
	buf    []byte // what is left
	failed bool
}

func (d *decoder) key() key {
	k := key{number: d.text(), by: name(d.byte())}
	k.other = d.text()
	if k.by < byPhone || k.by > byGroup {
		d.fail()
	}
	return k
}

func (d *decoder) text() string {
	n := d.uvarint()
	if n > uint64(len(d.buf)) {
		d.fail()
		return ""
	}
	text := view(d.buf[:n])
	d.buf = d.buf[n:]
	return text
}

func (d *decoder) byte() byte {
	if len(d.buf) == 0 {
		d.fail()
		return 0
	}
	b := d.buf[0]
	d.buf = d.buf[1:]
	return b
}

func (d *decoder) uvarint() uint64 { return number(d, binary.Uvarint) }

func (d *decoder) varint() int64 { return number(d, binary.Varint) }

func number[T int64 | uint64](d *decoder, read func([]byte) (T, int)) T {
	v, n := read(d.buf)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.buf = d.buf[n:]
	return v
}

// fail also drops what is left, for a fault must not be read on behind.
func (d *decoder) fail() {
	d.failed = true
	d.buf = nil
}
