package group

import (
	"github.com/cespare/xxhash/v2"

	"waudit/audit/event"
)

// texts keeps the texts of events whose records are given back. The events of a message
// lie near each other, so that one that was just kept is mostly found again.
type texts struct {
	recent []string // by hash
	slab   []byte   // what is left of it
}

const (
	recentTexts = 1 << 12
	textSlab    = 64 << 10
)

// keep gives the event texts of its own in the place of those in its record. Words are in
// the record only if they have no shape.
func (t *texts) keep(e *event.Event, words bool) {
	for _, text := range moreTexts(e) {
		*text = t.own(*text)
	}
	if words {
		for _, word := range wordsOf(e) {
			*word = t.own(*word)
		}
	}
}

func (t *texts) own(text string) string {
	if text == "" {
		return ""
	}
	if t.recent == nil {
		t.recent = make([]string, recentTexts)
	}
	kept := &t.recent[xxhash.Sum64String(text)%recentTexts]
	if *kept != text {
		if len(t.slab) < len(text) {
			t.slab = make([]byte, max(textSlab, len(text)))
		}
		n := copy(t.slab, text)
		*kept = view(t.slab[:n:n])
		t.slab = t.slab[n:]
	}
	return *kept
}

// forget drops what was kept, but for the events that have it.
func (t *texts) forget() { *t = texts{} }
