package group

import "waudit/audit/event"

// Writer adds events to a set. It is for one goroutine; a set takes any number
// of them at once.
type Writer struct {
	set     *Set
	encoder encoder
	open    [][]byte // by bin, the chunk that is being filled; nil for none
	body    []byte
	name    []byte
	err     error // of an earlier call: what failed does not go on
}

// Writer returns a new writer, to be closed before the set is sealed.
func (s *Set) Writer() *Writer {
	s.writers.Add(1)
	return &Writer{
		set:     s,
		encoder: encoder{newMould(s.shapes)},
		open:    make([][]byte, len(s.bins)),
	}
}

// Add copies the event into the set. An event that names no group, user or
// message can have no pair; Seal lists it among the orphans. The error wraps a
// *SpillError; after one the writer takes nothing more and the set cannot be
// sealed.
func (w *Writer) Add(e *event.Event) error {
	k, ok := keyOf(e)
	if !ok {
		k.other = e.Message
		k.number = "" // events of a message meet, whether or not they name the number
	}
	hash := w.hash(k)
	switch {
	case !ok:
		return w.add(w.set.messageBin(hash), hash, e, nil)
	case k.by == byUserID:
		return w.add(w.set.userBin(hash), hash, e, nil)
	}
	return w.add(w.set.partition(hash), hash, e, nil)
}

// route adds the event to the partition of pair k.
func (w *Writer) route(e *event.Event, k key) error {
	hash := w.hash(k)
	return w.add(w.set.partition(hash), hash, e, &k)
}

func (w *Writer) hash(k key) uint64 {
	w.name = k.appendTo(w.name[:0])
	return w.set.hash(w.name)
}

func (w *Writer) add(bin int, hash uint64, e *event.Event, to *key) error {
	if w.err != nil {
		return w.err
	}
	w.body = w.encoder.event(w.body[:0], e, hash, to)
	chunk := w.open[bin]
	if need := len(w.body); cap(chunk)-len(chunk) < need {
		if len(chunk) > 0 {
			w.store(bin, chunk)
		}
		chunk = w.set.arena.get(need)
	}
	w.open[bin] = append(chunk, w.body...)
	return w.err
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
	for i, chunk := range w.open {
		if chunk != nil {
			w.store(i, chunk)
		}
	}
	w.open = nil
	w.set.writers.Add(-1)
	return w.err
}
