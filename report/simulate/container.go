package simulate

import (
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
	if l.array {
		if _, err := io.WriteString(l.w, "[\n"); err != nil {
			return err
		}
	}
	for r, err := range order.sorted() {
		if err != nil {
			return err
		}
		if err := l.add(ctx, r); err != nil {
			return err
		}
	}
	if err := l.flush(); err != nil {
		return err
	}
	if l.array {
		if _, err := io.WriteString(l.w, "\n]\n"); err != nil {
			return err
		}
	}
	return nil
}

func (l *logWriter) add(ctx context.Context, r *arrived) error {
	if r.Number < 0 || len(l.batch) > 0 && !l.joins(r) {
		if err := l.flush(); err != nil {
			return err
		}
	}
	if r.Number < 0 {
		return l.record(r.Body)
	}
	l.batch = append(l.batch, r.Body)
	l.last = *r
	return ctx.Err()
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
	if l.array && l.records > 0 {
		if _, err := io.WriteString(l.w, ",\n"); err != nil {
			return err
		}
	}
	l.records++
	if !l.array {
		body = append(body, '\n')
	}
	_, err := l.w.Write(body)
	return err
}
