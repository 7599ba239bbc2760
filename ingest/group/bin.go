package group

import (
	"errors"
	"io"
	"sync"
	"sync/atomic"
)

// bin is a set of records, in memory and in a file. A chunk holds complete records.
// Once the bin is sorted, its records are grouped by pair and in order, all of them
// in the file or all in memory.
type bin struct {
	mu     sync.Mutex // over chunks
	chunks [][]byte
	bytes  atomic.Int64 // in chunks

	spilling sync.Mutex // over file
	file     blockFile
}

// add puts a chunk, which it keeps, into the bin.
func (b *bin) add(chunk []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.chunks = append(b.chunks, chunk)
	b.bytes.Add(int64(len(chunk)))
}

// take removes the chunks in memory from the bin.
func (b *bin) take() [][]byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	chunks := b.chunks
	b.chunks = nil
	b.bytes.Store(0)
	return chunks
}

// spill moves the chunks in memory to the file. If that fails, they stay.
func (b *bin) spill(a *arena) error {
	b.spilling.Lock()
	defer b.spilling.Unlock()
	chunks := b.take()
	if err := b.file.append(chunks); err != nil {
		for _, chunk := range chunks {
			b.add(chunk)
		}
		return err
	}
	a.putAll(chunks)
	return nil
}

// size is what the bin would take up in memory, in bytes.
func (b *bin) size() int64 { return b.bytes.Load() + b.file.raw }

// store puts a full chunk into a bin, and then, if the set is over its limit, moves
// the fullest bin to its file. So the writers that fill memory also free it, each
// another bin.
func (s *Set) store(i int, chunk []byte) error {
	if i < len(s.early) {
		defer s.arena.put(chunk)
		return s.early[i].chunk(chunk)
	}
	s.bins[i].add(chunk)
	if s.dir == nil || s.arena.used.Load() <= s.budget {
		return nil
	}
	fullest := &s.bins[0]
	for i := range s.bins {
		if b := &s.bins[i]; b.bytes.Load() > fullest.bytes.Load() {
			fullest = b
		}
	}
	return fullest.spill(&s.arena)
}

// reader returns the chunks of a bin one by one, those of the file first. The
// bin must not be changed meanwhile. Whoever opens a reader closes it.
type reader struct {
	arena  *arena
	chunks [][]byte
	blocks *blockReader // nil if nothing is left in the file
	empty  bool         // the bin: what is read is not kept in memory
}

// open returns a reader that leaves the bin as it is.
func (b *bin) open(a *arena) (*reader, error) {
	return b.reader(a, b.chunks)
}

// drain returns a reader that takes the chunks in memory out of the bin; the
// file stays. A writer that is just moving the bin to its file goes first.
func (b *bin) drain(a *arena) (*reader, error) {
	b.spilling.Lock()
	defer b.spilling.Unlock()
	r, err := b.reader(a, b.take())
	if err == nil {
		r.empty = true
	}
	return r, err
}

func (b *bin) reader(a *arena, chunks [][]byte) (*reader, error) {
	r := &reader{arena: a, chunks: chunks}
	if b.file.size == 0 {
		return r, nil
	}
	var err error
	r.blocks, err = b.file.open()
	return r, err
}

// next returns the next chunk, and whether it is the caller's, to be given back
// to the arena. The error is io.EOF at the end.
func (r *reader) next() (chunk []byte, owned bool, err error) {
	if r.blocks != nil {
		chunk, err = r.blocks.next(r.arena)
		if !errors.Is(err, io.EOF) {
			return chunk, true, err
		}
		if err := r.close(); err != nil {
			return nil, false, err
		}
	}
	if len(r.chunks) == 0 {
		return nil, false, io.EOF
	}
	chunk, r.chunks = r.chunks[0], r.chunks[1:]
	return chunk, r.empty, nil
}

// each closes the reader after calling fn for every chunk, which is valid
// during the call.
func (r *reader) each(fn func(chunk []byte) error) (err error) {
	defer func() { err = errors.Join(err, r.close()) }()
	for {
		chunk, owned, err := r.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		err = fn(chunk)
		if owned {
			r.arena.put(chunk)
		}
		if err != nil {
			return err
		}
	}
}

func (r *reader) close() error {
	if r.blocks == nil {
		return nil
	}
	blocks := r.blocks
	r.blocks = nil
	return blocks.close()
}
