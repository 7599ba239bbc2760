package group

import (
	"strings"

	"waudit/audit/event"
	"waudit/ingest/phone"
)

// Writer adds events to a set. It is for one goroutine; a set takes any number
// of them at once.
type Writer struct {
	set     *Set
	encoder *encoder
	open    [][]byte // by bin, the chunk that is being filled; nil for none
	staged  [][]byte // by bin, records on their way to the chunk
	body    []byte
	name    []byte // canonical form of a phone
	block   opened // the last that was added

	numbers [64]hashed
	last    repeated
	guesses guesses // nil: none yet
	err     error   // of an earlier call, after which nothing more is added
}

// hashed is the id of a business number with its hash.
type hashed struct {
	id   string
	hash uint64
}

// repeated is the pair of the event before, its hash, and how many events with it came before
// that one without another.
type repeated struct {
	key   key
	hash  uint64
	times int
	other []byte // memory of the key's
}

// manyTimes is how many events of one pair in a row tell that those of a log lie pair by
// pair, so that they need no stage on their way to the chunk.
const manyTimes = 8

// stageSize is how many bytes of records are collected before they are copied to
// their chunk: writing each record to another place in fresh memory would stall on
// memory every time. All stages together fit into a processor's cache.
const stageSize = 2 << 10

// Writer returns a new writer, to be closed before the set is sealed.
func (s *Set) Writer() *Writer {
	s.writers.Add(1)
	w := &Writer{
		set:     s,
		encoder: newEncoder(s.shapes),
		open:    make([][]byte, len(s.bins)),
		staged:  make([][]byte, len(s.bins)),
	}
	stages := make([]byte, len(s.bins)*stageSize)
	for i := range w.staged {
		w.staged[i] = stages[i*stageSize : i*stageSize : (i+1)*stageSize]
	}
	return w
}

// Add copies the event into the set. An event that names no group, user or
// message can have no pair; Seal lists it among the orphans. The error wraps a
// *SpillError; after one the writer takes nothing more and the set cannot be
// sealed.
func (w *Writer) Add(e *event.Event) error {
	k, ok := keyOf(e)
	if !ok {
		return w.addNameless(e)
	}
	hash := w.hash(k)
	switch {
	case e.Guess:
		if w.guesses == nil {
			w.guesses = guesses{}
		}
		w.guesses.see(e)
		return w.add(w.set.numberBin(hash), hash, e, nil)
	case k.number == "":
		return w.add(w.set.numberBin(hash), hash, e, nil)
	case k.by == byUserID:
		return w.add(w.set.userBin(hash), hash, e, nil)
	}
	return w.add(w.set.partition(hash), hash, e, nil)
}

// addNameless adds an event that names no user, and so belongs where the others of
// its message do, whether or not they name the number.
func (w *Writer) addNameless(e *event.Event) error {
	hash := w.hash(key{other: e.Message})
	return w.add(w.set.messageBin(hash), hash, e, nil)
}

// addNamed adds an event that names a user and whose number is settled, be it
// that there is none.
func (w *Writer) addNamed(e *event.Event) error {
	k, _ := keyOf(e)
	hash := w.hash(k)
	if k.by == byUserID {
		return w.add(w.set.userBin(hash), hash, e, nil)
	}
	return w.add(w.set.partition(hash), hash, e, nil)
}

// route adds the event to the partition of pair k.
func (w *Writer) route(e *event.Event, k key) error {
	hash := w.hash(k)
	return w.add(w.set.partition(hash), hash, e, &k)
}

// hash returns the hash of a pair. A log has few numbers, so theirs are cached.
func (w *Writer) hash(k key) uint64 {
	if k == w.last.key && w.last.hash != 0 {
		w.last.times++
		return w.last.hash
	}
	number := &w.numbers[lastByte(k.number)%len(w.numbers)]
	if number.id != k.number || number.hash == 0 {
		number.id, number.hash = strings.Clone(k.number), w.set.hash(k.number)
	}
	other := k.other
	if k.by == byPhone && phone.Varies(other) {
		w.name = phone.AppendCanonical(w.name[:0], other)
		other = view(w.name)
	}
	l := &w.last
	l.hash, l.times, l.other = ((number.hash*31^w.set.hash(other))+uint64(k.by))*w.set.spread, 0, append(l.other[:0], k.other...)
	l.key = key{number: number.id, other: view(l.other), by: k.by}
	return l.hash
}

func lastByte(s string) int {
	if s == "" {
		return 0
	}
	return int(s[len(s)-1])
}

func (w *Writer) add(bin int, hash uint64, e *event.Event, to *key) error {
	if w.err != nil {
		return w.err
	}
	w.body = w.encoder.event(w.body[:0], e, hash, to)
	if w.last.times >= manyTimes {
		w.unstage(bin)
		w.write(bin, w.body)
		return w.err
	}
	return w.put(bin, w.body)
}

// put copies a record to its bin.
func (w *Writer) put(bin int, rec record) error {
	if len(w.staged[bin])+len(rec) > stageSize {
		w.unstage(bin)
	}
	if len(rec) > stageSize {
		w.write(bin, rec)
	} else {
		w.staged[bin] = append(w.staged[bin], rec...)
	}
	return w.err
}

// unstage moves what is staged for a bin to its chunk.
func (w *Writer) unstage(bin int) {
	if len(w.staged[bin]) > 0 {
		w.write(bin, w.staged[bin])
		w.staged[bin] = w.staged[bin][:0]
	}
}

// write adds records to the chunk of a bin.
func (w *Writer) write(bin int, records []byte) {
	chunk := w.open[bin]
	if cap(chunk)-len(chunk) < len(records) {
		if len(chunk) > 0 {
			w.store(bin, chunk)
		}
		chunk = w.set.arena.get(len(records))
	}
	w.open[bin] = append(chunk, records...)
}

// store hands a chunk over to the set. What fails is noted for the set too: it
// cannot be sealed without the events that the writer then refuses.
func (w *Writer) store(bin int, chunk []byte) {
	if err := w.set.store(bin, chunk); err != nil && w.err == nil {
		w.err = err
		w.set.failed.CompareAndSwap(nil, &err)
	}
}

// Close hands over what the writer still holds. Its error is that of an earlier
// Add, or as that. A second Close does nothing.
func (w *Writer) Close() error {
	if w.open == nil {
		return w.err
	}
	for i := range w.open {
		w.unstage(i)
		if chunk := w.open[i]; chunk != nil {
			w.store(i, chunk)
		}
	}
	w.open = nil
	w.set.takeGuesses(w.guesses)
	w.set.writers.Add(-1)
	return w.err
}
