package group

import (
	"encoding/binary"
	"errors"

	"waudit/audit/event"
)

// errCorrupt says that bytes are not what an encoder wrote.
var errCorrupt = errors.New("group: corrupt event")

// decoder reads what an encoder wrote. The strings that it returns share memory
// with the bytes or with the words. A fault is kept in failed, so that reading
// need not stop at every step.
type decoder struct {
	words  []string
	buf    []byte // what is left
	failed bool
}

// decodeEvent decodes the event that is all of buf, and returns its pair; of an
// event that names none and has not been routed, the zero key.
func decodeEvent(e *event.Event, buf []byte, words []string) (key, error) {
	*e = event.Event{}
	d := decoder{words: words, buf: buf}
	k, flags, present := d.head(e)
	e.Place.Input = d.uint32()
	e.Place.Line = d.uint32()
	e.Place.Item = d.uint32()
	rest := restOf(e)
	d.texts(rest[:], restWords[:], present>>headLen)
	e.Billable = event.Flag(flags & billableMask)
	e.HasAmount = flags&hasAmount != 0
	if flags&hasExpires != 0 {
		e.Expires = e.Time + d.varint()
	}
	if flags&amountSet != 0 {
		e.Amount = d.varint()
	}
	if d.failed || len(d.buf) != 0 {
		return key{}, errCorrupt
	}
	return k, nil
}

// decodeHead decodes only the kind, the time and the head, at a third of the
// cost of decodeEvent. What else is in e stays.
func decodeHead(e *event.Event, buf []byte, words []string) (key, error) {
	e.Number, e.User, e.UserID, e.Group, e.Message = "", "", "", "", ""
	d := decoder{words: words, buf: buf}
	k, _, _ := d.head(e)
	if d.failed {
		return key{}, errCorrupt
	}
	return k, nil
}

func (d *decoder) head(e *event.Event) (k key, flags byte, present uint64) {
	e.Kind = event.Kind(d.byte())
	flags = d.byte()
	present = d.uvarint()
	if flags >= flagsEnd || present>>numTexts != 0 {
		d.fail()
	}
	e.Time = d.varint()
	if flags&inMillis == 0 {
		e.Time *= second
	}
	e.Time += event.MinTime
	if flags&routed != 0 {
		k = d.key()
	}
	head := headOf(e)
	d.texts(head[:], headWords[:], present)
	if flags&routed == 0 {
		k, _ = keyOf(e)
	}
	return k, flags, present
}

// texts reads those of the list whose bits are set in present.
func (d *decoder) texts(list []*string, words []bool, present uint64) {
	for i, text := range list {
		switch {
		case present&(1<<i) == 0:
		case words[i]:
			*text = d.word()
		default:
			*text = d.text()
		}
	}
}

func (d *decoder) key() key {
	k := key{number: d.word(), by: name(d.byte())}
	k.other = d.text()
	if k.by < byPhone || k.by > byGroup {
		d.fail()
	}
	return k
}

func (d *decoder) word() string {
	id := d.uvarint()
	if id == 0 {
		return d.text()
	}
	if id >= uint64(len(d.words)) {
		d.fail()
		return ""
	}
	return d.words[id]
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

func (d *decoder) uint32() uint32 {
	v := d.uvarint()
	if v > 1<<32-1 {
		d.fail()
	}
	return uint32(v)
}

func (d *decoder) uvarint() uint64 {
	if len(d.buf) > 0 && d.buf[0] < 0x80 { // most are of one byte
		v := d.buf[0]
		d.buf = d.buf[1:]
		return uint64(v)
	}
	v, n := binary.Uvarint(d.buf)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.buf = d.buf[n:]
	return v
}

func (d *decoder) varint() int64 {
	u := d.uvarint()
	return int64(u>>1) ^ -int64(u&1)
}

// fail also drops what is left, for a fault must not be read on behind.
func (d *decoder) fail() {
	d.failed = true
	d.buf = nil
}
