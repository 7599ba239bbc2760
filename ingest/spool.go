package ingest

import (
	"bytes"
	"cmp"
	"io"
	"iter"
	"os"
	"slices"
	"sync"
)

// spoolMemory is how many bytes a Spool holds before it needs a file.
const spoolMemory = 8 << 20

// Spool keeps blocks, of lines for example, that come in any order until all are there and
// can be had in order. Whoever makes one calls Close.
type Spool struct {
	Dir string // where the file is made; "": the system's folder

	mu     sync.Mutex
	err    error // of the file
	chunks []chunk
	memory []byte   // what is not in the file yet
	file   *os.File // nil while memory is enough
	size   int64    // bytes in the file
}

// chunk is where one block is.
type chunk struct {
	input uint32
	seq   int64 // of the block in the input
	start int64 // in the file, and in memory as its continuation
	size  int
}

// Add keeps a block, by its number in the input.
func (s *Spool) Add(input uint32, seq int64, block []byte) {
	if len(block) == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return
	}
	s.chunks = append(s.chunks, chunk{input, seq, s.size + int64(len(s.memory)), len(block)})
	s.memory = append(s.memory, block...)
	if len(s.memory) > spoolMemory {
		s.err = s.spill()
	}
}

func (s *Spool) spill() (err error) {
	if s.file == nil {
		if s.file, err = os.CreateTemp(s.Dir, "waudit-spool-*"); err != nil {
			return err
		}
	}
	n, err := s.file.WriteAt(s.memory, s.size)
	s.size += int64(n)
	s.memory = s.memory[:0]
	return err
}

// WriteTo writes the lines of the wanted inputs, of all if wanted is nil, ordered by input
// and block. The error is that of w, or of the file.
func (s *Spool) WriteTo(w io.Writer, wanted func(input uint32) bool) error {
	if err := s.sort(); err != nil {
		return err
	}
	for _, c := range s.chunks {
		if wanted != nil && !wanted(c.input) {
			continue
		}
		if _, err := io.Copy(w, s.open(c)); err != nil {
			return err
		}
	}
	return nil
}

// Inputs returns the blocks of each input, ordered by block. A block is valid until the
// next one of its input is asked for. The error is that of the file.
func (s *Spool) Inputs() ([]iter.Seq2[[]byte, error], error) {
	if err := s.sort(); err != nil {
		return nil, err
	}
	var all []iter.Seq2[[]byte, error]
	for rest := s.chunks; len(rest) > 0; {
		n := len(rest)
		if i := slices.IndexFunc(rest, func(c chunk) bool { return c.input != rest[0].input }); i > 0 {
			n = i
		}
		all = append(all, s.blocks(rest[:n]))
		rest = rest[n:]
	}
	return all, nil
}

func (s *Spool) blocks(chunks []chunk) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		var block []byte
		for _, c := range chunks {
			block = slices.Grow(block[:0], c.size)[:c.size]
			_, err := io.ReadFull(s.open(c), block)
			if !yield(block, err) || err != nil {
				return
			}
		}
	}
}

// sort orders the chunks by input and block.
func (s *Spool) sort() error {
	slices.SortFunc(s.chunks, func(a, b chunk) int {
		return cmp.Or(cmp.Compare(a.input, b.input), cmp.Compare(a.seq, b.seq))
	})
	return s.err
}

// open reads one chunk, which lies in the file or in memory as a whole.
func (s *Spool) open(c chunk) io.Reader {
	if c.start < s.size {
		return io.NewSectionReader(s.file, c.start, int64(c.size))
	}
	return bytes.NewReader(s.memory[c.start-s.size:][:c.size])
}

// Close removes the file.
func (s *Spool) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file != nil {
		s.file.Close()
		os.Remove(s.file.Name())
	}
}
