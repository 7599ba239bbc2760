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
)

// arrived is one record on its way to the log, whose order is that of arrival.
type arrived struct {
	At     int64 // when the receiver got it, Unix milliseconds
	Pair   int   // and, where that is equal, of the pair and within it
	Seq    int
	Number int // index of the business number; -1: the record is no status
	Body   []byte
}

func (r arrived) compare(s arrived) int {
	return cmp.Or(cmp.Compare(r.At, s.At), cmp.Compare(r.Pair, s.Pair), cmp.Compare(r.Seq, s.Seq))
}

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
	slices.SortFunc(s.held, arrived.compare)
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
func (s *sorter) sorted() iter.Seq2[arrived, error] {
	return func(yield func(arrived, error) bool) {
		if err := s.merge(func(r arrived) bool { return yield(r, nil) }); err != nil {
			yield(arrived{}, fmt.Errorf("sort by arrival: %w", err))
		}
	}
}

// run is a source of records in order.
type run struct {
	head arrived // the first that is not taken yet
	next func() (arrived, error)
}

func (r *run) compare(s *run) int { return r.head.compare(s.head) }

// merge hands on what is held and what is in the runs, until a record is refused.
func (s *sorter) merge(take func(arrived) bool) error {
	slices.SortFunc(s.held, arrived.compare)
	held := s.held
	sources := []*run{{next: func() (r arrived, err error) {
		if len(held) == 0 {
			return r, io.EOF
		}
		r, held = held[0], held[1:]
		return r, nil
	}}}
	for _, file := range s.runs {
		if _, err := file.Seek(0, io.SeekStart); err != nil {
			return err
		}
		in := gob.NewDecoder(bufio.NewReader(s2.NewReader(file)))
		sources = append(sources, &run{next: func() (r arrived, err error) { return r, in.Decode(&r) }})
	}
	var open []*run // by their heads
	advance := func(r *run) (err error) {
		if r.head, err = r.next(); err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return err
		}
		i, _ := slices.BinarySearchFunc(open, r, (*run).compare)
		open = slices.Insert(open, i, r)
		return nil
	}
	for _, r := range sources {
		if err := advance(r); err != nil {
			return err
		}
	}
	for len(open) > 0 {
		r := open[0]
		if open = open[1:]; !take(r.head) {
			return nil
		}
		if err := advance(r); err != nil {
			return err
		}
	}
	return nil
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
