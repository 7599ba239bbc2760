package simulate

import (
	"bufio"
	"cmp"
	"container/heap"
	"encoding/binary"
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
	at     int64 // when the receiver got it, Unix milliseconds
	pair   int   // and, where that is equal, of the pair and within it
	seq    int
	number int // index of the business number; -1: the record is no status
	body   []byte
}

func (r arrived) compare(s arrived) int {
	return cmp.Or(cmp.Compare(r.at, s.at), cmp.Compare(r.pair, s.pair), cmp.Compare(r.seq, s.seq))
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
	s.bytes += len(r.body) + recordOverhead
	if s.bytes < s.limit {
		return nil
	}
	return s.spill()
}

// spill writes what is held as one run.
func (s *sorter) spill() error {
	slices.SortFunc(s.held, arrived.compare)
	file, err := os.CreateTemp(s.dir, "run-*")
	if err != nil {
		return fmt.Errorf("sort by arrival: %w", err)
	}
	s.runs = append(s.runs, file)
	packed := s2.NewWriter(file, s2.WriterConcurrency(1))
	out := bufio.NewWriterSize(packed, 1<<18)
	for i := range s.held {
		if err := writeArrived(out, &s.held[i]); err != nil {
			return fmt.Errorf("sort by arrival: %w", err)
		}
	}
	if err := errors.Join(out.Flush(), packed.Close()); err != nil {
		return fmt.Errorf("sort by arrival: %w", err)
	}
	s.held, s.bytes = s.held[:0], 0
	return nil
}

// sorted yields every record once, in order, as often as it is called. After an error
// it ends.
func (s *sorter) sorted() iter.Seq2[arrived, error] {
	return func(yield func(arrived, error) bool) {
		slices.SortFunc(s.held, arrived.compare)
		sources := runHeap{{next: sliceReader(s.held)}}
		for _, file := range s.runs {
			if _, err := file.Seek(0, io.SeekStart); err != nil {
				yield(arrived{}, fmt.Errorf("sort by arrival: %w", err))
				return
			}
			in := bufio.NewReader(s2.NewReader(file))
			sources = append(sources, &run{next: func() (arrived, error) { return readArrived(in) }})
		}
		if err := sources.merge(func(r arrived) bool { return yield(r, nil) }); err != nil {
			yield(arrived{}, fmt.Errorf("sort by arrival: %w", err))
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

// run is a source of records in order, and the first that is not taken yet.
type run struct {
	head arrived
	next func() (arrived, error) // io.EOF at the end
}

// runHeap has the run with the earliest record on top.
type runHeap []*run

func (h runHeap) Len() int           { return len(h) }
func (h runHeap) Less(i, j int) bool { return h[i].head.compare(h[j].head) < 0 }
func (h runHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *runHeap) Push(r any)        { *h = append(*h, r.(*run)) }
func (h *runHeap) Pop() any {
	r := (*h)[len(*h)-1]
	*h = (*h)[:len(*h)-1]
	return r
}

// merge hands on the records of all runs in order, until one is refused.
func (h runHeap) merge(take func(arrived) bool) error {
	open := h[:0]
	for _, r := range h {
		head, err := r.next()
		if errors.Is(err, io.EOF) {
			continue
		}
		if err != nil {
			return err
		}
		r.head = head
		open = append(open, r)
	}
	heap.Init(&open)
	for len(open) > 0 {
		if !take(open[0].head) {
			return nil
		}
		head, err := open[0].next()
		switch {
		case errors.Is(err, io.EOF):
			heap.Pop(&open)
		case err != nil:
			return err
		default:
			open[0].head = head
			heap.Fix(&open, 0)
		}
	}
	return nil
}

func sliceReader(records []arrived) func() (arrived, error) {
	return func() (arrived, error) {
		if len(records) == 0 {
			return arrived{}, io.EOF
		}
		r := records[0]
		records = records[1:]
		return r, nil
	}
}

// A record in a run is five varints, the last of which is the body's length,
// and the body.
func writeArrived(w *bufio.Writer, r *arrived) error {
	buf := w.AvailableBuffer()
	for _, v := range [...]int64{r.at, int64(r.pair), int64(r.seq), int64(r.number), int64(len(r.body))} {
		buf = binary.AppendVarint(buf, v)
	}
	if _, err := w.Write(buf); err != nil {
		return err
	}
	_, err := w.Write(r.body)
	return err
}

func readArrived(r *bufio.Reader) (arrived, error) {
	var v [5]int64
	for i := range v {
		n, err := binary.ReadVarint(r)
		if err != nil {
			if i > 0 && errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return arrived{}, err
		}
		v[i] = n
	}
	body := make([]byte, v[4])
	_, err := io.ReadFull(r, body)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return arrived{v[0], int(v[1]), int(v[2]), int(v[3]), body}, err
}
