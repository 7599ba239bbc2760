package ledger

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go/compress/zstd"
)

// writerMemory is about what writing one part takes up, in bytes: the columns of
// a row group, and what they come to.
const writerMemory = 32 << 20

// PartOptions say how parts are written.
type PartOptions struct {
	Size   int64 // bytes beyond which a part ends, when its row group does
	Memory int64 // bytes that writing may take up; more months need more passes
	Hive   bool  // each month has a folder of its own, as engines of tables partition them
	Of     int   // which share of the customers it is, from 1; 0: all of them
}

// Write writes the events that each hands over into parts, a month each or
// several for one. Customers come in order, and the events of each as well. It
// calls each once, or once more for as many months as go into memory.
func (p *Transaction) Write(o PartOptions, each func(add func(*StoredEvent) error) error) ([]Part, error) {
	w := &monthWriter{pack: p, options: o, open: map[string]*partWriter{}, done: map[string]bool{}, parts: map[string]int{}, codec: &zstd.Codec{}}
	defer w.abort()
	for {
		w.left = false
		if err := each(w.add); err != nil {
			return nil, err
		}
		if err := w.finish(); err != nil {
			return nil, err
		}
		if !w.left {
			return w.written, nil
		}
	}
}

// monthWriter divides events among the parts of their months.
type monthWriter struct {
	pack    *Transaction
	options PartOptions
	codec   *zstd.Codec
	open    map[string]*partWriter // by month
	done    map[string]bool        // months of the passes before
	left    bool                   // some events are for a further pass
	parts   map[string]int         // how many were begun, by month
	written []Part

	month      string // of the event before
	begin, end int64  // of that month, Unix milliseconds
}

// name is that of a part, as ownName knows it.
func (o PartOptions) name(month string, generation, n int) string {
	before, share := month+"-", ""
	if o.Hive {
		before = hiveFolder + "/month=" + month + "/"
	}
	if o.Of > 0 {
		share = fmt.Sprintf("p%04d-", o.Of)
	}
	return fmt.Sprintf("%sg%04d-%s%03d.parquet", before, generation, share, n)
}

// hiveFolder is the folder of the months' folders: nothing but parts lies in it.
const hiveFolder = "events"

// orphans is where the events go that belong to nobody.
const orphans = "orphans"

// add writes an event, or leaves it for a further pass.
func (w *monthWriter) add(r *StoredEvent) error {
	month := orphans
	if r.name() != "" {
		month = w.monthOf(r.Event.Time)
	}
	part, err := w.partOf(month)
	if part == nil || err != nil {
		return err
	}
	if err := part.add(r); err != nil {
		return err
	}
	if part.size < w.options.Size {
		return nil
	}
	return w.endPart(month)
}

// partOf returns the part that is being written for a month; nil if there is
// none in this pass.
func (w *monthWriter) partOf(month string) (*partWriter, error) {
	part, ok := w.open[month]
	if part != nil {
		return part, nil
	}
	if w.done[month] {
		return nil, nil
	}
	if !ok && int64(len(w.open)) >= max(1, w.options.Memory/writerMemory) {
		w.left = true
		return nil, nil
	}
	w.parts[month]++
	name := w.options.name(month, w.pack.generation(), w.parts[month])
	part, err := newPartWriter(w.pack.dir, name, w.options.Size, month == orphans, w.codec)
	w.open[month] = part
	return part, err
}

// endPart ends the part of a month. Another event of the month begins the next.
func (w *monthWriter) endPart(month string) error {
	part, err := w.open[month].close()
	w.open[month] = nil
	if err == nil && part.Rows > 0 {
		w.written = append(w.written, part)
	}
	return err
}

// finish ends the months of a pass.
func (w *monthWriter) finish() error {
	for _, month := range slices.Sorted(maps.Keys(w.open)) {
		if w.open[month] != nil {
			if err := w.endPart(month); err != nil {
				return err
			}
		}
		delete(w.open, month)
		w.done[month] = true
	}
	slices.SortFunc(w.written, func(a, b Part) int { return strings.Compare(a.Name, b.Name) })
	return nil
}

// abort closes the files that are still open.
func (w *monthWriter) abort() {
	for _, part := range w.open {
		if part != nil {
			part.abort()
		}
	}
}

// monthOf returns the month of an instant in UTC: "2026-10".
func (w *monthWriter) monthOf(t int64) string {
	if w.month == "" || t < w.begin || t >= w.end {
		at := time.UnixMilli(t).UTC()
		first := time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, time.UTC)
		w.month, w.begin, w.end = first.Format("2006-01"), first.UnixMilli(), first.AddDate(0, 1, 0).UnixMilli()
	}
	return w.month
}
