package stage

import (
	"fmt"

	"waudit/ingest"
	"waudit/ingest/frame"
)

// rejectWriter writes lines of rejected records as frames of a task, one for each call.
type rejectWriter struct {
	w    *frame.Writer
	task uint32
	n    uint32 // frames
}

// Write implements io.Writer.
func (r *rejectWriter) Write(lines []byte) (int, error) {
	data := append(appendNumber(nil, uint64(ofTask(int(r.task))), uint64(r.n)), lines...)
	r.n++
	return len(lines), r.w.Write(frame.Frame{Kind: frame.Rejected, Key: r.task, Data: data})
}

// rejects are the frames of rejected records that were read, once each.
type rejects struct {
	to   *ingest.Spool // nil: nobody wants them
	seen seenFrames
}

// add keeps the lines of a frame, by the input of its task.
func (r *rejects) add(p *Plan, f frame.Frame) error {
	_, n, _, err := numbered(f)
	if err != nil {
		return err
	}
	if int64(f.Key) >= int64(len(p.Tasks)) {
		return fmt.Errorf("a frame is of task %d, which the plan does not have", f.Key)
	}
	lines, err := r.seen.add(f)
	r.to.Add(uint32(p.Tasks[f.Key].Input), int64(f.Key)<<32|int64(n), lines)
	return err
}

// whole returns an error if some of those that were written have not come.
func (r *rejects) whole(wrote []uint32) error {
	for task, n := range wrote {
		if err := r.seen.has(ofTask(task), uint32(task), n, fmt.Sprintf("rejected records of task %d", task)); err != nil {
			return err
		}
	}
	return nil
}
