package ingest

import (
	"cmp"
	"io"
	"os"
	"slices"
	"sync"
)

// spoolMemory is how many bytes a Spool holds before it needs a file.
const spoolMemory = 8 << 20

// Spool keeps lines that come in any order until all are there and can be
// written in order. Whoever makes one calls Close.
type Spool struct {
	Dir string // where the file is made; "": the system's folder

	mu     sync.Mutex
	err    error // of the file
	chunks []chunk
	memory []byte   // what is not in the file yet
	file   *os.File // nil while memory is enough
	size   int64    // bytes in the file
}

// chunk is the lines of one block.
type chunk struct {
	input uint32
	seq   int64 // of the block in the input
	start int64 // in the file, and in memory as its continuation
	size  int
}

// Add keeps the lines of a block, by its number in the input.
func (s *Spool) Add(input uint32, seq int64, lines []byte) {
	if len(lines) == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return
	}
	s.chunks = append(s.chunks, chunk{input, seq, s.size + int64(len(s.memory)), len(lines)})
	s.memory = append(s.memory, lines...)
	if len(s.memory) > spoolMemory {
		s.err = s.spill()
	}
}

func (s *Spool) spill() (err error) {
	if s.file == nil {
		if s.file, err = os.CreateTemp(s.Dir, "waudit-rejects-*"); err != nil {
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
	if s.err != nil {
		return s.err
	}
	slices.SortFunc(s.chunks, func(a, b chunk) int {
		return cmp.Or(cmp.Compare(a.input, b.input), cmp.Compare(a.seq, b.seq))
	})
	for _, c := range s.chunks {
		if wanted != nil && !wanted(c.input) {
			continue
		}
		if err := s.copy(w, c); err != nil {
			return err
		}
	}
	return nil
}

// copy writes one chunk, which lies in the file or in memory as a whole.
func (s *Spool) copy(w io.Writer, c chunk) error {
	if c.start < s.size {
		_, err := io.Copy(w, io.NewSectionReader(s.file, c.start, int64(c.size)))
		return err
	}
	_, err := w.Write(s.memory[c.start-s.size:][:c.size])
	return err
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
