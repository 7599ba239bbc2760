package group

import (
	"encoding/binary"
	"errors"

	"waudit/audit/event"
)

// A record is an event as it is kept, in little endian:
//
//	 0  size          4 bytes, of the whole record
//	 4  shape         4 bytes, the number of its words
//	 8  hash          8 bytes, of the pair
//	16  order         8 bytes, time and kind, see orderOf
//	24  place         4 bytes each: input, line, item
//	36  lengths       2 bytes each: user, user id, message, conversation
//	44  place         2 bytes each: which of how many
//	48  flags         1 byte
//	49  texts         user, user id, message, conversation
//	    more          if hasMore
//
// More are, each only if its bit is set in a leading uvarint, in the order of
// the bits below. A text there is a uvarint length and its bytes. All of it
// lives no longer than the run, so that there are no versions.
const (
	atSize         = 0
	atShape        = 4
	atHash         = 8
	atOrder        = 16
	atInput        = 24
	atLine         = 28
	atItem         = 32
	atUser         = 36
	atUserID       = 38
	atMessage      = 40
	atConversation = 42
	atNth          = 44
	atOf           = 46
	atFlags        = 48
	headSize       = 49
)

// Flags of a record.
const (
	hasMore    byte = 1 << iota
	beginsPair      // in a sorted bin: the first of its pair
	isGuess         // the user is a guess; never of a record in a partition
	flagsEnd
)

// Bits of what a record has more.
const (
	moreKey   = 1 << iota // the pair, if not the one that the event names: number, name (1 byte), other side
	moreExact             // kind (1 byte) and time (zigzag uvarint), if order does not tell them
	moreUser              // texts that are too long for their place
	moreUserID
	moreMessage
	moreConversation
	moreGroup
	moreParticipant
	moreTemplateID
	moreLine
	moreExpires // zigzag uvarint
	moreAmount  // zigzag uvarint
	moreWords   // all words, if the shape has no number
	moreEnd
)

// tooLong is the length of a text that is among what a record has more.
const tooLong = 1<<16 - 1

// errCorrupt says that bytes are not what an encoder wrote.
var errCorrupt = errors.New("group: corrupt event")

// kindBits is the room for the kind in an order.
const kindBits = 4

// orderOf returns a number that orders events by time and kind as compareEvents
// does, but takes some for equal: those of a time or kind that no event should
// have. For these, exact is false.
func orderOf(e *event.Event) (order uint64, exact bool) {
	const latest = 1<<(64-kindBits) - 1
	switch {
	case e.Time < event.MinTime:
		return 0, false
	case uint64(e.Time)-uint64(event.MinTime) >= latest:
		return latest << kindBits, false
	}
	kind := min(e.Kind, 1<<kindBits-1)
	return uint64(e.Time-event.MinTime+1)<<kindBits | uint64(kind), kind == e.Kind
}

// event appends the record of an event to dst. to is the event's pair where
// that is not the one it names, else nil.
func (c *encoder) event(dst []byte, e *event.Event, hash uint64, to *key) []byte {
	order, exact := orderOf(e)
	id := c.id(e)
	more := moreOf(e)
	if to != nil {
		more |= moreKey
	}
	if !exact {
		more |= moreExact
	}
	if id == unshaped {
		more |= moreWords
	}
	start := len(dst)
	var head [headSize]byte
	binary.LittleEndian.PutUint32(head[atShape:], id)
	binary.LittleEndian.PutUint64(head[atHash:], hash)
	binary.LittleEndian.PutUint64(head[atOrder:], order)
	binary.LittleEndian.PutUint32(head[atInput:], e.Place.Input)
	binary.LittleEndian.PutUint32(head[atLine:], e.Place.Line)
	binary.LittleEndian.PutUint32(head[atItem:], e.Place.Item)
	binary.LittleEndian.PutUint16(head[atUser:], shortLen(e.User))
	binary.LittleEndian.PutUint16(head[atUserID:], shortLen(e.UserID))
	binary.LittleEndian.PutUint16(head[atMessage:], shortLen(e.Message))
	binary.LittleEndian.PutUint16(head[atConversation:], shortLen(e.Conversation))
	binary.LittleEndian.PutUint16(head[atNth:], e.Place.Nth)
	binary.LittleEndian.PutUint16(head[atOf:], e.Place.Of)
	if more != 0 {
		head[atFlags] |= hasMore
	}
	if e.Guess {
		head[atFlags] |= isGuess
	}
	dst = append(dst, head[:]...)
	dst = appendShort(dst, e.User)
	dst = appendShort(dst, e.UserID)
	dst = appendShort(dst, e.Message)
	dst = appendShort(dst, e.Conversation)
	if more != 0 {
		dst = appendMore(dst, e, more, to)
	}
	binary.LittleEndian.PutUint32(dst[start+atSize:], uint32(len(dst)-start))
	return dst
}

// moreOf says what of an event has no place of its own in a record.
func moreOf(e *event.Event) (more uint64) {
	if e.Group != "" {
		more |= moreGroup
	}
	if e.Participant != "" {
		more |= moreParticipant
	}
	if e.TemplateID != "" {
		more |= moreTemplateID
	}
	if e.Line != "" {
		more |= moreLine
	}
	if e.Expires != 0 {
		more |= moreExpires
	}
	if e.Amount != 0 {
		more |= moreAmount
	}
	if max(len(e.User), len(e.UserID), len(e.Message), len(e.Conversation)) < tooLong {
		return more
	}
	for i, text := range [...]string{e.User, e.UserID, e.Message, e.Conversation} {
		if len(text) >= tooLong {
			more |= moreUser << i
		}
	}
	return more
}

func shortLen(text string) uint16 { return uint16(min(len(text), tooLong)) }

func appendShort(dst []byte, text string) []byte {
	if len(text) >= tooLong {
		return dst
	}
	return append(dst, text...)
}

func appendMore(dst []byte, e *event.Event, more uint64, to *key) []byte {
	dst = binary.AppendUvarint(dst, more)
	if more&moreKey != 0 {
		dst = append(appendText(dst, to.number), byte(to.by))
		dst = appendText(dst, to.other)
	}
	if more&moreExact != 0 {
		dst = binary.AppendVarint(append(dst, byte(e.Kind)), e.Time)
	}
	for i, text := range moreTexts(e) {
		if more&(moreUser<<i) != 0 {
			dst = appendText(dst, *text)
		}
	}
	if more&moreExpires != 0 {
		dst = binary.AppendVarint(dst, e.Expires)
	}
	if more&moreAmount != 0 {
		dst = binary.AppendVarint(dst, e.Amount)
	}
	if more&moreWords != 0 {
		of := shapeOf(e)
		dst = append(dst, byte(of.billable))
		dst = binary.AppendUvarint(dst, boolBit(of.hasAmount))
		for _, word := range of.words {
			dst = appendText(dst, word)
		}
	}
	return dst
}

// moreTexts are the texts from moreUser to moreLine.
func moreTexts(e *event.Event) [8]*string {
	return [...]*string{&e.User, &e.UserID, &e.Message, &e.Conversation, &e.Group, &e.Participant, &e.TemplateID, &e.Line}
}

func boolBit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

func appendText(dst []byte, text string) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(text)))
	return append(dst, text...)
}
