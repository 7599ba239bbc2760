package simulate

import (
	"bufio"
	"cmp"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"

	"github.com/klauspost/compress/s2"

	"waudit/audit/merge"
)

// arrived is one record on its way to the log, whose order is that of arrival.
type arrived struct {
	At     int64 // when the receiver got it, Unix milliseconds
	Pair   int   // and, where that is equal, of the pair and within it
	Seq    int
	Number int // index of the business number; -1: the record is no status
	Body   []byte
}

func (r *arrived) compare(s *arrived) int {
	return cmp.Or(cmp.Compare(r.At, s.At), cmp.Compare(r.Pair, s.Pair), cmp.Compare(r.Seq, s.Seq))
}

func compareArrived(a, b arrived) int { return a.compare(&b) }

// sorter orders records. Beyond a limit it sorts them in runs, which it keeps
// in compressed files of a folder and merges at the end.
type sorter struct {
	dir   string
	limit int // bytes held in memory

	held  []arrived
	bytes int
	runs  []*os.File
}

// recordOverhead is what a held record takes in memory beside its body.
const recordOverhead = 96

// add takes the record over, body included.
func (s *sorter) add(r arrived) error {
	s.held = append(s.held, r)
	s.bytes += len(r.Body) + recordOverhead
	if s.bytes < s.limit {
		return nil
	}
	if err := s.spill(); err != nil {
		return fmt.Errorf("sort by arrival: %w", err)
	}
	return nil
}

// spill writes what is held as one run.
func (s *sorter) spill() error {
	slices.SortFunc(s.held, compareArrived)
	file, err := os.CreateTemp(s.dir, "run-*")
	if err != nil {
		return err
	}
	s.runs = append(s.runs, file)
	packed := s2.NewWriter(file, s2.WriterConcurrency(1))
	out := gob.NewEncoder(packed)
	for i := range s.held {
		err = errors.Join(err, out.Encode(&s.held[i]))
	}
	s.held, s.bytes = s.held[:0], 0
	return errors.Join(err, packed.Close())
}

// sorted yields every record once, in order, as often as it is called. After an error
// it ends.
func (s *sorter) sorted() iter.Seq2[*arrived, error] {
	return func(yield func(*arrived, error) bool) {
		slices.SortFunc(s.held, compareArrived)
		runs := []iter.Seq2[arrived, error]{func(yield func(arrived, error) bool) {
			for i := 0; i < len(s.held) && yield(s.held[i], nil); i++ {
			}
		}}
		for _, file := range s.runs {
			runs = append(runs, readRun(file))
		}
		for r, err := range merge.Sorted((*arrived).compare, runs...) {
			if err != nil {
				err = fmt.Errorf("sort by arrival: %w", err)
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

// readRun yields what spill has written.
func readRun(file *os.File) iter.Seq2[arrived, error] {
	return func(yield func(arrived, error) bool) {
		_, err := file.Seek(0, io.SeekStart)
		in := gob.NewDecoder(bufio.NewReader(s2.NewReader(file)))
		for err == nil {
			var r arrived
			if err = in.Decode(&r); err == nil && !yield(r, nil) {
				return
			}
		}
		if !errors.Is(err, io.EOF) {
			yield(arrived{}, err)
		}
	}
}

// close removes the runs.
func (s *sorter) close() error {
	var err error
	for _, file := range s.runs {
		err = errors.Join(err, file.Close(), os.Remove(file.Name()))
	}
	s.runs = nil
	return err
}

// lowest keeps the least of what is added: so many at least, and of more than
// that as few as pays.
type lowest[T any] struct {
	keep    int
	compare func(a, b T) int
	values  []T
	full    bool // the first keep values are sorted, and nothing beyond them counts
}

func (l *lowest[T]) add(v T) {
	if l.full && l.compare(v, l.values[l.keep-1]) >= 0 {
		return
	}
	if l.values = append(l.values, v); len(l.values) >= 2*l.keep {
		l.sorted()
	}
}

// sorted returns the values in order.
func (l *lowest[T]) sorted() []T {
	slices.SortFunc(l.values, l.compare)
	l.values = l.values[:min(len(l.values), l.keep)]
	l.full = len(l.values) == l.keep
	return l.values
}
