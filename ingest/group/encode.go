package group

import (
	"encoding/binary"

	"waudit/audit/event"
)

// An event is encoded as
//
//	kind        1 byte
//	flags       1 byte
//	present     uvarint, a bit for each of the head, then of the rest
//	time        zigzag uvarint from event.MinTime, in seconds, or in milliseconds with inMillis
//	pair        if routed: number, name (1 byte), other side
//	head        number, user, user id, group, message, if present
//	place       input, line, item: uvarints
//	rest        the other strings, if present
//	expires     if hasExpires: zigzag uvarint of milliseconds from the time
//	amount      if amountSet: zigzag uvarint
//
// A text is a uvarint length and its bytes. A word is the uvarint of its number
// in the dictionary, or 0 and a text. All of it lives no longer than the run,
// so that there are no versions.

// Flags of an encoded event; the lowest two bits are Billable.
const (
	billableMask byte = 3
	hasAmount    byte = 1 << (iota + 1)
	amountSet         // it is not zero
	hasExpires
	inMillis // the time is not a whole second
	routed   // the pair is not the one that the event names
	flagsEnd
)

const second = 1000 // milliseconds

// encoder writes events. It is for one goroutine.
type encoder struct {
	*vocabulary
}

// event appends the encoded event to dst. to is the event's pair where that is
// not the one it names, else nil.
func (c *encoder) event(dst []byte, e *event.Event, to *key) []byte {
	head, rest := headOf(e), restOf(e)
	present := presentIn(head[:]) | presentIn(rest[:])<<headLen
	flags := flagsOf(e)
	time := e.Time - event.MinTime
	if time%second == 0 {
		time /= second
	} else {
		flags |= inMillis
	}
	if to != nil {
		flags |= routed
	}

	dst = append(dst, byte(e.Kind), flags)
	dst = binary.AppendUvarint(dst, present)
	dst = binary.AppendVarint(dst, time)
	if to != nil {
		dst = c.key(dst, *to)
	}
	dst = c.texts(dst, head[:], headWords[:])
	dst = binary.AppendUvarint(dst, uint64(e.Place.Input))
	dst = binary.AppendUvarint(dst, uint64(e.Place.Line))
	dst = binary.AppendUvarint(dst, uint64(e.Place.Item))
	dst = c.texts(dst, rest[:], restWords[:])
	if flags&hasExpires != 0 {
		dst = binary.AppendVarint(dst, e.Expires-e.Time)
	}
	if flags&amountSet != 0 {
		dst = binary.AppendVarint(dst, e.Amount)
	}
	return dst
}

func flagsOf(e *event.Event) byte {
	flags := byte(e.Billable) & billableMask
	if e.HasAmount {
		flags |= hasAmount
	}
	if e.Amount != 0 {
		flags |= amountSet
	}
	if e.Expires != 0 {
		flags |= hasExpires
	}
	return flags
}

// presentIn returns a bit for each of the list, set if it is not empty.
func presentIn(list []*string) uint64 {
	var present uint64
	for i, text := range list {
		if *text != "" {
			present |= 1 << i
		}
	}
	return present
}

// texts appends those of the list that are not empty.
func (c *encoder) texts(dst []byte, list []*string, words []bool) []byte {
	for i, text := range list {
		switch {
		case *text == "":
		case words[i]:
			dst = c.word(dst, *text)
		default:
			dst = appendText(dst, *text)
		}
	}
	return dst
}

func (c *encoder) key(dst []byte, k key) []byte {
	dst = c.word(dst, k.number)
	dst = append(dst, byte(k.by))
	return appendText(dst, k.other)
}

func (c *encoder) word(dst []byte, word string) []byte {
	id := c.id(word)
	dst = binary.AppendUvarint(dst, uint64(id))
	if id == 0 {
		dst = appendText(dst, word)
	}
	return dst
}

func appendText(dst []byte, text string) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(text)))
	return append(dst, text...)
}
