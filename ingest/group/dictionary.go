package group

import (
	"strings"
	"sync"
)

// Limits of the dictionary: with them it cannot outgrow some tens of
// megabytes, though each event bring a new word. Words beyond are written out.
const (
	maxWords   = 1 << 16
	maxWordLen = 256
)

// dictionary numbers the words of a run, from 1. It is shared by all writers
// of a set; each keeps what it looked up in a vocabulary of its own.
type dictionary struct {
	mu   sync.Mutex
	ids  map[string]uint32
	list []string // word by id; index 0 is not used
}

// frequent lists words that most logs have. The first 127 of a dictionary take
// a single byte in an event.
var frequent = [...]string{
	"PMP", "CBP", "NBP",
	"regular", "free_customer_service", "free_entry_point", "free_group_customer_service",
	"marketing", "marketing_lite", "utility", "authentication", "authentication_international",
	"service", "referral_conversion", "business_initiated", "user_initiated",
	"group_marketing", "group_utility", "group_service", "general_purpose_ai", "paid_exempt",
	"template", "text", "image", "interactive", "button", "reaction", "document", "video",
	"audio", "sticker", "location", "contacts", "order", "system", "unsupported",
	"ad", "page_cta", "post", "unknown",
	"en", "en_us", "en_gb", "es", "pt_br", "hi", "id",
	"USD", "EUR", "INR", "GBP", "IDR", "AUD", "BRL", "MXN",
}

func newDictionary() *dictionary {
	d := &dictionary{ids: make(map[string]uint32, 2*len(frequent)), list: make([]string, 1, 2*len(frequent))}
	for _, word := range frequent {
		d.id(word)
	}
	return d
}

// id returns the word's number, giving it one if it has none; 0 if the word is
// to be written out.
func (d *dictionary) id(word string) uint32 {
	if len(word) > maxWordLen {
		return 0
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	id, ok := d.ids[word]
	if !ok && len(d.list) < maxWords {
		word = strings.Clone(word)
		id = uint32(len(d.list))
		d.ids[word] = id
		d.list = append(d.list, word)
	}
	return id
}

// words returns the words numbered so far, by their numbers.
func (d *dictionary) words() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.list
}

// vocabulary is one goroutine's part of a dictionary, without a lock.
type vocabulary struct {
	shared *dictionary
	known  map[string]numbered
	recent [256]numbered // spares most look-ups in known, a quarter of the time of an Add
}

// numbered is a word of a dictionary.
type numbered struct {
	word string
	id   uint32
}

func newVocabulary(shared *dictionary) *vocabulary {
	return &vocabulary{shared: shared, known: make(map[string]numbered)}
}

// id returns the word's number in the shared dictionary, 0 if it has none.
func (v *vocabulary) id(word string) uint32 {
	n := len(word)
	if n == 0 {
		return 0
	}
	recent := &v.recent[(uint(n)+uint(word[0])*3+uint(word[n/2])*7+uint(word[n-1])*31)%uint(len(v.recent))]
	if recent.word == word {
		return recent.id
	}
	known, ok := v.known[word]
	if !ok {
		id := v.shared.id(word)
		if id == 0 {
			return 0
		}
		known = numbered{word: strings.Clone(word), id: id}
		v.known[known.word] = known
	}
	*recent = known
	return known.id
}
