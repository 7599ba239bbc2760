package dialect

import (
	"slices"
	"strings"
	"unicode/utf8"

	"waudit/audit/event"
)

// A log repeats itself: from one record to the next differ the ids, the times
// and the texts, while all around them, down to the categories, is one of a few
// dozen layouts. So whatever record was read member by member is remembered as a
// layout, literal text with slots between, and the event that it gave. To
// compare a text that is expected is several times faster than to find out where
// its keys and values end.
//
// A record that has a layout differs from the one it was learned of in its
// slots alone. Its structure is therefore sound, and what it says is the same
// but for the slots; whatever depends on these is worked out anew, by the same
// functions. Of records with several statuses, which differ in their number, the
// statuses are remembered one by one.

// slot is what varies among the records of a layout.
type slot uint8

const (
	slotNothing slot = iota // the literal is the end of the record
	slotSkipped             // a text that is not used
	slotWABA
	slotDisplay // number of the business, in digits as written
	slotNumber
	slotMessage
	slotTime
	slotUser
	slotUserID
	slotParent
	slotContact // wa_id of the only contact
	slotContactID
	slotContactParent
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

// Limits of what is remembered.
const (
	maxSteps = 24      // that may follow one other; beyond, one that was hardly taken makes room
	maxTries = 1 << 10 // of learning, and one more for every perTry records of known layout
	perTry   = 64
)

// step is a literal text and the slot behind it.
type step struct {
	literal string
	slot    slot
	number  bool // the slot is a number, not a string
	hits    uint32
	next    []*step
	layout  *layout // where the record ends
}

// layout is what records, or statuses, of one layout have in common.
type layout struct {
	dialect  int
	event    event.Event // without what the slots say
	contacts int         // 0 or 1
	clicked  bool        // there is a slotClick
	toGroup  bool        // it says so itself, not only its slots
}

// layouts are those that were learned, as a tree of what follows what.
type layouts struct {
	first []*step
	tries int // of learning
	found int // records of a known layout
}

// find follows the text from i on through the tree. It returns nil if the layout
// is not known; else where its text ends, and values holds what stands in its
// slots.
func (l *layouts) find(s source, i int, values *[numSlots]string) (found *layout, end int) {
	*values = [numSlots]string{}
	steps := &l.first
	for i < len(s) {
		st := follow(steps, string(s[i:]))
		if st == nil {
			return nil, i
		}
		i += len(st.literal)
		var end int
		switch {
		case st.slot == slotNothing:
			l.found++
			return st.layout, i
		case st.number:
			end = s.number(i)
		case st.slot == slotSkipped:
			end = s.skipString(i-1) - 1
			if end < len(s) && !utf8.ValidString(string(s[i:end])) {
				return nil, i
			}
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

// follow returns the step with which the text begins, nil if there is none.
// Steps that are taken often move to the front.
func follow(steps *[]*step, text string) *step {
	for n, st := range *steps {
		if !strings.HasPrefix(text, st.literal) {
			continue
		}
		st.hits++
		if n > 0 && st.hits > (*steps)[n-1].hits {
			(*steps)[n-1], (*steps)[n] = st, (*steps)[n-1]
		}
		return st
	}
	return nil
}

// hole is where a slot lies in the record that a layout is learned of.
type hole struct {
	slot       slot
	start, end int
}

// pressed reports whether so much was learned in vain that it is no use to go
// on: a log whose records have ever new layouts.
func (l *layouts) pressed() bool { return l.tries > maxTries+l.found/perTry }

// learn remembers the layout of the record, which was just read member by
// member, if it can.
func (q *Quick) learn(dialect int) {
	if len(q.items.Events) != 1 || len(q.contacts) > 1 {
		return
	}
	q.layouts.learn(q, 0, len(q.src), &layout{
		dialect: dialect, event: q.items.Events[0], contacts: len(q.contacts), clicked: q.seen[slotClick] != "", toGroup: q.toGroup,
	})
}

// learn remembers what q has just read from start to end.
func (l *layouts) learn(q *Quick, start, end int, leaf *layout) {
	if l.pressed() {
		return
	}
	l.tries++
	holes, ok := q.holes(start, end)
	if !ok {
		return
	}
	leaf.event = leaf.event.Clone()
	for _, h := range holes {
		h.slot.clear(&leaf.event)
	}
	l.add(q.src[:end], start, holes, leaf)
}

// holes finds the slots between start and end. It reports whether each is a
// value of its own, as it must be.
func (q *Quick) holes(start, end int) ([]hole, bool) {
	var holes []hole
	for i, text := range q.seen {
		if text == "" {
			continue
		}
		at, ok := q.src.offset(text)
		if !ok {
			return nil, false // it was made of what the record says
		}
		holes = append(holes, hole{slot(i), at, at + len(text)})
	}
	for _, span := range q.skipped {
		holes = q.src.skippedHoles(holes, span[0], span[1])
	}
	holes = slices.DeleteFunc(holes, func(h hole) bool { return h.start < start || h.end > end })
	slices.SortFunc(holes, func(a, b hole) int { return a.start - b.start })
	for i := 1; i < len(holes); i++ {
		if holes[i].start <= holes[i-1].end {
			return nil, false
		}
	}
	return holes, len(holes) > 0
}

// skippedHoles adds the strings and numbers of a value that was skipped, but not
// its keys.
func (s source) skippedHoles(holes []hole, i, end int) []hole {
	for i < end {
		switch c := s[i]; {
		case c == '"':
			start := i + 1
			i = s.skipString(i)
			if after := s.space(i); after >= len(s) || s[after] != ':' {
				holes = append(holes, hole{slotSkipped, start, i - 1})
			}
		case c == '-' || '0' <= c && c <= '9':
			start := i
			i = s.number(i)
			holes = append(holes, hole{slotSkipped, start, i})
		default:
			i++
		}
	}
	return holes
}

// add puts a layout into the tree.
func (l *layouts) add(s source, at int, holes []hole, leaf *layout) {
	steps := &l.first
	for _, h := range holes {
		st := step{literal: string(s[at:h.start]), slot: h.slot, number: s[h.start-1] != '"'}.among(steps)
		at, steps = h.end, &st.next
	}
	step{literal: string(s[at:]), slot: slotNothing}.among(steps).layout = leaf
}

// among returns the step among those that follow, adding it if it is new.
func (st step) among(steps *[]*step) *step {
	for _, other := range *steps {
		if other.literal == st.literal && other.slot == st.slot && other.number == st.number {
			return other
		}
	}
	if len(*steps) == maxSteps {
		*steps = (*steps)[:maxSteps-1]
	}
	st.literal = strings.Clone(st.literal)
	*steps = append(*steps, &st)
	return &st
}

// rowSlots are the slots of a flat record, which are texts or read from texts;
// ColEvent for the others.
var rowSlots = [numSlots]event.Column{
	slotWABA: event.ColWABA, slotNumber: event.ColNumber, slotMessage: event.ColMessage, slotTime: event.ColTimestamp,
	slotUser: event.ColUser, slotUserID: event.ColUserID, slotConversation: event.ColConversation, slotExpires: event.ColExpires,
	slotGroup: event.ColGroup, slotParticipant: event.ColParticipant, slotAmount: event.ColAmount, slotTemplate: event.ColTemplate,
	slotLine: event.ColLine, slotClick: event.ColClick,
}

// clear takes from the event what the slot says.
func (s slot) clear(e *event.Event) {
	switch s {
	case slotTime:
		e.Time = 0
	case slotExpires:
		e.Expires = 0
	case slotAmount:
		e.Amount, e.HasAmount = 0, false
	default:
		if text := rowSlots[s].Text(e); text != nil {
			*text = ""
		}
	}
}
