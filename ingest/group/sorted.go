package group

import (
	"encoding/binary"
	"errors"
	"io"

	"waudit/audit/event"
)

// A sorted bin is, for every pair,
//
//	events   uvarint, how many, at least 1
//	pair     number, name (1 byte), other side
//
// followed by that many events, each behind its length. A chunk holds whole
// heads and events; a pair may go on in the next chunk.

// sortedSuffix is what the name of a sorted bin's file has more.
const sortedSuffix = "-sorted"

// pair appends the head of a pair.
func (c *encoder) pair(dst []byte, k key, events int) []byte {
	return c.key(binary.AppendUvarint(dst, uint64(events)), k)
}

// sink makes chunks of a sorted bin, in memory or in a file.
type sink struct {
	arena  *arena
	file   *blockWriter // nil: in memory
	chunk  []byte
	chunks [][]byte
}

func (k *sink) add(head []byte) error {
	if err := k.room(len(head)); err != nil {
		return err
	}
	k.chunk = append(k.chunk, head...)
	return nil
}

func (k *sink) addSized(body []byte) error {
	if err := k.room(binary.MaxVarintLen64 + len(body)); err != nil {
		return err
	}
	k.chunk = appendSized(k.chunk, body)
	return nil
}

// room makes room for n bytes in the chunk.
func (k *sink) room(n int) error {
	if cap(k.chunk)-len(k.chunk) >= n {
		return nil
	}
	if err := k.flush(); err != nil {
		return err
	}
	if cap(k.chunk) < n {
		if k.chunk != nil {
			k.arena.put(k.chunk)
		}
		k.chunk = k.arena.get(n)
	}
	return nil
}

// flush hands on the chunk and leaves an empty one, or none.
func (k *sink) flush() error {
	if len(k.chunk) == 0 {
		return nil
	}
	if k.file == nil {
		k.chunks = append(k.chunks, k.chunk)
		k.chunk = nil
		return nil
	}
	err := k.file.write(k.chunk)
	k.chunk = k.chunk[:0]
	return err
}

// finish returns the chunks that are in memory; the others are in the file then.
func (k *sink) finish() ([][]byte, error) {
	if err := k.flush(); err != nil {
		return nil, errors.Join(err, k.abort())
	}
	if k.file == nil {
		return k.chunks, nil
	}
	if k.chunk != nil {
		k.arena.put(k.chunk)
	}
	return nil, k.file.commit()
}

// abort gives up a file that cannot be finished.
func (k *sink) abort() error {
	if k.file == nil {
		return nil
	}
	return k.file.file.Close()
}

// Each calls fn for every pair of a partition (from 0, below Partitions), in the
// order of phone_number_id and user or group, byte by byte. What it hands to fn
// is valid during the call. It stops at the first error of fn and returns that;
// other errors wrap a *SpillError. The set must be sealed. Each may be called
// again, and concurrently.
func (s *Set) Each(partition int, fn func(Pair) error) (err error) {
	if !s.sealed {
		return errNotSealed
	}
	r, err := s.bins[partition].open(&s.arena)
	if err != nil {
		return err
	}
	p := pairs{reader: r, words: s.words.words()}
	defer func() { err = errors.Join(err, p.close()) }()
	for {
		pair, err := p.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := fn(pair); err != nil {
			return err
		}
	}
}

// pairs reads a sorted bin.
type pairs struct {
	reader *reader
	words  []string
	rest   []byte   // of the current chunk
	chunk  []byte   // the current chunk, if it is to be given back
	held   [][]byte // chunks to be given back that the pair at hand still uses
	events []event.Event
}

// next returns the next pair, valid until the following call, and io.EOF behind
// the last.
func (p *pairs) next() (Pair, error) {
	p.reader.arena.putAll(p.held)
	p.held = p.held[:0]
	if err := p.fill(); err != nil {
		return Pair{}, err
	}
	d := decoder{words: p.words, buf: p.rest}
	n := d.uvarint()
	k := d.key()
	if d.failed || n == 0 {
		return Pair{}, errCorrupt
	}
	p.rest = d.buf
	p.events = p.events[:0]
	for range n {
		if err := p.event(); err != nil {
			return Pair{}, err
		}
	}
	return k.pair(p.events), nil
}

// event decodes the next event of the pair.
func (p *pairs) event() error {
	if err := p.fill(); err != nil {
		if errors.Is(err, io.EOF) {
			return errCorrupt
		}
		return err
	}
	body, rest, err := cutSized(p.rest)
	if err != nil {
		return err
	}
	p.rest = rest
	p.events = append(p.events, event.Event{})
	_, err = decodeEvent(&p.events[len(p.events)-1], body, p.words)
	return err
}

// fill sees to it that something is left of the current chunk.
func (p *pairs) fill() error {
	for len(p.rest) == 0 {
		if p.chunk != nil {
			p.held = append(p.held, p.chunk)
			p.chunk = nil
		}
		chunk, owned, err := p.reader.next()
		if err != nil {
			return err
		}
		p.rest = chunk
		if owned {
			p.chunk = chunk
		}
	}
	return nil
}

func (p *pairs) close() error {
	if p.chunk != nil {
		p.held = append(p.held, p.chunk)
	}
	p.reader.arena.putAll(p.held)
	return p.reader.close()
}
