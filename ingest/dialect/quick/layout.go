package quick

import (
	"encoding/binary"
	"math"
	"math/bits"
	"strings"
	"unicode/utf8"
	"unsafe"

	"waudit/audit/event"
	"waudit/ingest/jsontree"
)

// list is a list whose elements have layouts of their own, so that records that
// differ in how many they hold are of one layout.
type list uint8

const (
	noList list = iota
	listRecords
	listEntries
	listChanges
	listContacts
	listStatuses
	listMessages
	numLists
)

// slot is what varies among the records, or elements, of a layout.
type slot uint8

const (
	slotNothing slot = iota // the literal is the end
	slotSkipped             // a text that is not used
	slotList                // the elements of a list
	slotWABA
	slotDisplay // number of the business, in digits as written
	slotNumber
	slotMessage
	slotTime
	slotUser
	slotUserID
	slotParent
	slotConversation
	slotExpires
	slotGroup // but of a status to a group, which has it for the user
	slotParticipant
	slotMemberID // business-scoped id of the participant
	slotMemberParent
	slotAmount   // of a flat record
	slotTemplate // of a flat record
	slotLine     // of a flat record: id of the bill line
	slotClick    // id of a click on an ad; only whether there is one matters
	numSlots
)

// slots are the texts that stand in the slots.
type slots [numSlots]string

// Limits of what is remembered.
const (
	maxSteps = 24      // that may follow one other; beyond, one that was hardly taken makes room
	maxTries = 1 << 10 // of learning, and one more for every perTry records of known layout
	perTry   = 1 << 9  // calls and echoes are tried in vain, and one record in 60 is one

	maxLearntDepth = 256 // so that a record is JSON inside of others too, whose depth is bounded
)

// spelling is how a record is written.
type spelling uint8

const (
	bare     spelling = iota
	inString          // as the text of a string of JSON
	doubled           // as the text of a quoted cell of CSV: each quote twice
	numSpellings
)

// asInString writes what may stand in a literal as most writers of JSON write it in a
// string.
var asInString = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`)

// step is a literal text and the slot behind it.
type step struct {
	literal [numSpellings]string
	slot    slot
	list    list // of a slotList
	number  bool // the slot is a number, not a string
	hits    uint32
	next    layouts
	layout  *layout // where the record or element ends
}

// layout is what records, or elements, of one layout have in common.
type layout struct {
	dialect int
	event   event.Event // without what the slots say
	clicked bool        // there is a slotClick
	toGroup bool        // it says so itself, not only its slots
	card    bool        // it holds contact cards
}

// layouts are those that were learned, as a tree of what follows what.
type layouts []*step

// match follows the text from i on through the layouts of a list. It returns nil if
// the layout is not known; else where its text ends, and values holds what stands
// in its slots.
func (q *Reader) match(k list, i int, values *slots) (found *layout, end int) {
	s, steps := q.src, &q.layouts[k]
	for i < len(s) {
		st := follow(*steps, string(s[i:]), q.spelling)
		if st == nil {
			return nil, i
		}
		i += len(st.literal[q.spelling])
		var end int
		switch {
		case st.slot == slotNothing:
			return st.layout, i
		case st.slot == slotList:
			end = q.elements(st.list, i)
		case st.number:
			end = s.number(i)
		case st.slot == slotSkipped:
			if q.exact {
				if end = q.textEnd(i); end < 0 {
					return nil, i
				}
				break
			}
			end = s.skipString(i-1) - 1
			if end < len(s) && !utf8.ValidString(string(s[i:end])) {
				return nil, i
			}
		case q.spelling == inString:
			end = s.plainInString(i)
		default:
			end = s.plain(i)
		}
		if end >= len(s) {
			return nil, i
		}
		values[st.slot] = string(s[i:end])
		i, steps = end, &st.next
	}
	return nil, i
}

// begins reports whether the text begins with the step.
func (st *step) begins(text string, as spelling) bool {
	literal := st.literal[as]
	n := len(literal)
	if len(text) <= n {
		return text == literal
	}
	switch c := text[n]; {
	case st.slot == slotList && c != '{', st.number && c != '-' && c-'0' > 9:
		return false // as behind another step, which has more of what stands there
	}
	return text[:n] == literal
}

// follow returns the step with which the text begins, nil if there is none.
// Steps that are taken often move to the front.
func follow(steps layouts, text string, as spelling) *step {
	for n, st := range steps {
		if !st.begins(text, as) {
			continue
		}
		st.hits++
		if n > 0 && st.hits > steps[n-1].hits {
			steps[n-1], steps[n] = st, steps[n-1]
		}
		return st
	}
	return nil
}

// add puts a layout into the tree.
func (l *layouts) add(s source, made learnt) {
	at := made.start
	for _, h := range made.holes {
		st := step{literal: spelt(string(s[at:h.start])), slot: h.slot, list: h.list, number: h.slot != slotList && s[h.start-1] != '"'}.among(l)
		at, l = h.end, &st.next
	}
	step{literal: spelt(string(s[at:made.end])), slot: slotNothing}.among(l).layout = &made.layout
}

// spelt is a literal in all spellings.
func spelt(literal string) [numSpellings]string {
	return [numSpellings]string{literal, asInString.Replace(literal), strings.ReplaceAll(literal, `"`, `""`)}
}

// among returns the step among those that follow, adding it if it is new.
func (st step) among(steps *layouts) *step {
	for _, other := range *steps {
		if other.literal[bare] == st.literal[bare] && other.slot == st.slot && other.list == st.list && other.number == st.number {
			return other
		}
	}
	if len(*steps) == maxSteps {
		*steps = (*steps)[:maxSteps-1]
	}
	st.literal = spelt(strings.Clone(st.literal[bare]))
	*steps = append(*steps, &st)
	return &st
}

// source is the text of a record. Its methods take the offset of what they are
// to read and return the offset behind it, or fault.
type source string

// fault is the offset behind everything that is not as it should be. It lies
// behind every text: whoever goes on to read there meets the end of the text,
// which is a fault again, so that nobody needs to ask before the end.
const fault = math.MaxInt / 2

// space returns the first offset from i on that holds no white space.
func (s source) space(i int) int {
	for i < len(s) && s[i] <= ' ' {
		if c := s[i]; c != ' ' && c != '\n' && c != '\r' && c != '\t' {
			return fault
		}
		i++
	}
	return i
}

// plain returns the offset of the quote that ends the string whose text begins
// at i. Escapes, control characters and all beyond ASCII are faults: they are
// rare in what is used, and others know how to treat them.
func (s source) plain(i int) int {
	for i+8 <= len(s) {
		m := jsontree.Special(s.word(i))
		i += bits.TrailingZeros64(m) / 8 // 8 without a mark
		if m != 0 {
			break
		}
	}
	for ; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			return i
		case c < ' ', c == '\\', c >= 0x80:
			return fault
		}
	}
	return fault
}

// plainInString is plain for a string in a text that is written as one: it returns the
// offset of the escape of the quote.
func (s source) plainInString(i int) int {
	for ; i < len(s); i++ {
		if i+8 <= len(s) {
			m := jsontree.Special(s.word(i))
			if m == 0 {
				i += 7
				continue
			}
			i += bits.TrailingZeros64(m) / 8
		}
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s) && s[i+1] == '"':
			return i
		case c < ' ', c == '"', c == '\\', c >= 0x80:
			return fault
		}
	}
	return fault
}

// word returns the eight bytes at i, the first in the lowest bits. They must be
// there: the caller has looked.
func (s source) word(i int) uint64 {
	b := (*[8]byte)(unsafe.Add(unsafe.Pointer(unsafe.StringData(string(s))), i))
	return binary.LittleEndian.Uint64(b[:])
}

// number reads a number.
func (s source) number(i int) int {
	if i < len(s) {
		if end := jsontree.NumberEnd(s.bytes(), i); end >= 0 {
			return end
		}
	}
	return fault
}

func (s source) bytes() []byte { return unsafe.Slice(unsafe.StringData(string(s)), len(s)) }

// skipString passes over a string in hops from quote to quote.
func (s source) skipString(i int) int {
	if i >= len(s) || s[i] != '"' {
		return fault
	}
	for {
		hop := strings.IndexByte(string(s[i+1:]), '"')
		if hop < 0 {
			return fault
		}
		if i += hop + 1; !s.isEscaped(i) {
			return i + 1
		}
	}
}

// textEnd is skipString for a text that may begin at i, with a look at all of it;
// -1 if JSON has no such string.
func (q *Reader) textEnd(i int) int {
	if q.spelling == inString {
		return jsontree.InnerStringEnd(q.src.bytes(), i)
	}
	for {
		end := jsontree.StringEnd(q.src.bytes(), i)
		if q.spelling != doubled || end <= i || q.src[end-1] != '"' {
			return end
		}
		i = end + 1 // of an escaped quote, it is the second one
	}
}

// isEscaped reports whether the byte at i, inside a string, is part of an
// escape: an odd number of backslashes stands before it. The quote that began
// the string stops the count.
func (s source) isEscaped(i int) bool {
	escaped := false
	for ; s[i-1] == '\\'; i-- {
		escaped = !escaped
	}
	return escaped
}
