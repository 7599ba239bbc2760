package simulate

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
)

// logWriter writes records in order of arrival into one container.
type logWriter struct {
	w       io.Writer
	array   bool // a JSON array, else a record a line
	world   *world
	records int64

	batch []json.RawMessage // statuses of one number that will share a body
	last  arrived           // the latest of them
}

// A batch takes statuses that arrive within a second of each other.
const (
	batchGap  = 1000
	batchSize = 20
)

func (l *logWriter) all(ctx context.Context, order *sorter) error {
	for r, err := range order.sorted() {
		if err := cmp.Or(err, ctx.Err()); err != nil {
			return err
		}
		if err := l.add(r); err != nil {
			return err
		}
	}
	if err := l.flush(); err != nil || !l.array {
		return err
	}
	end := "\n]\n"
	if l.records == 0 {
		end = "[\n" + end
	}
	_, err := io.WriteString(l.w, end)
	return err
}

func (l *logWriter) add(r *arrived) error {
	if r.Number < 0 || len(l.batch) > 0 && !l.joins(r) {
		if err := l.flush(); err != nil {
			return err
		}
	}
	if r.Number < 0 {
		return l.record(r.Body)
	}
	l.batch, l.last = append(l.batch, r.Body), *r
	return nil
}

// joins reports whether Meta sends the status along with those before it: it
// does at times, when they come at once.
func (l *logWriter) joins(r *arrived) bool {
	return r.Number == l.last.Number && r.At-l.last.At < batchGap && len(l.batch) < batchSize &&
		l.world.hash("batch", r.Pair, r.Seq)%3 != 0
}

// flush writes the statuses that wait as one body.
func (l *logWriter) flush() error {
	if len(l.batch) == 0 {
		return nil
	}
	body, err := metaStatuses(l.world.numbers[l.last.Number], l.batch)
	if err != nil {
		return err
	}
	l.batch = l.batch[:0]
	return l.record(body)
}

func (l *logWriter) record(body []byte) error {
	before, after := "", "\n"
	if l.array {
		before, after = ",\n", ""
		if l.records == 0 {
			before = "[\n"
		}
	}
	l.records++
	_, err := io.WriteString(l.w, before+string(body)+after)
	return err
}
