package stage

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"waudit/ingest/frame"
	"waudit/ingest/group"
	"waudit/ingest/load"
	"waudit/ingest/pack"
)

// sent counts the frames of events that a process has written: for each partition, and
// as the last those for none. The number of a frame, by which it counts once, is its
// number among those.
type sent []uint32

// blocks returns what writes blocks as frames, and counts them. Those of part -1 are
// pending events of the task, of a set that has none if there is no task.
func (p *Plan) blocks(of, task uint32, w *frame.Writer) (sent, func(part int, block []byte) error) {
	n := make(sent, p.Partitions+1)
	var data []byte
	return n, func(part int, block []byte) error {
		f := frame.Frame{Kind: frame.Events, Key: uint32(part)}
		if part < 0 {
			f.Kind, f.Key, part = frame.Pending, task, p.Partitions
		}
		data = append(appendNumber(data[:0], uint64(of), uint64(n[part])), block...)
		f.Data = data
		n[part]++
		return w.Write(f)
	}
}

// appendNumber appends where a frame of events is from, and its number.
func appendNumber(dst []byte, of, n uint64) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(dst, of), n)
}

// numbered splits the data of a frame of events into where it is from, its number and
// the block.
func numbered(f frame.Frame) (of, n uint64, block []byte, err error) {
	of, size := binary.Uvarint(f.Data)
	if size > 0 {
		block = f.Data[size:]
		if n, size = binary.Uvarint(block); size > 0 {
			return of, n, block[size:], nil
		}
	}
	return 0, 0, nil, fmt.Errorf("a frame of the kind %q with the key %d is none of waudit's", f.Kind, f.Key)
}

// Of whom frames of events are: of a task that number and 1, of route 0.
const ofRoute = 0

func ofTask(task int) uint32 { return uint32(task + 1) }

// taskFacts is what the frame of facts of a task holds.
type taskFacts struct {
	Facts    load.TaskFacts
	Sent     sent
	Rejected uint32 // frames of rejected records
	Kept     *pack.Kept
	Loose    uint32 // frames of events that name nobody
}

// Map reads one task into the empty log, whose set has a part for each partition, and
// writes its frames. If a ledger is packed, k has Prepared the options.
func (p *Plan) Map(ctx context.Context, l *load.Log, o load.Options, task int, k *pack.Pack, w *frame.Writer) error {
	if task < 0 || task >= len(p.Tasks) {
		return fmt.Errorf("there is no task %d: the plan has %d, from 0", task, len(p.Tasks))
	}
	inputs, err := p.inputs(ctx, &p.Tasks[task])
	if err != nil {
		return err
	}
	rejects := &rejectWriter{w: w, task: uint32(task)}
	lines := bufio.NewWriterSize(rejects, 1<<20)
	if p.Rejects {
		o.Rejects = lines
	}
	n, writeBlock := p.blocks(ofTask(task), uint32(task), w)
	l.Set.BlocksEarly(writeBlock)
	facts, err := l.ReadTask(ctx, o, inputs, p.Tasks[task])
	if err == nil {
		err = errors.Join(lines.Flush(), l.Set.Blocks(ctx, writeBlock))
	}
	if err != nil {
		return err
	}
	t := &taskFacts{Facts: *facts, Sent: n, Rejected: rejects.n}
	if k != nil {
		t.Kept = k.Kept()
		err := k.LooseBlocks(ctx, func(block []byte) error {
			data := append(appendNumber(nil, uint64(ofTask(task)), uint64(t.Loose)), block...)
			t.Loose++
			return w.Write(frame.Frame{Kind: frame.Loose, Key: uint32(task), Data: data})
		})
		if err != nil {
			return err
		}
	}
	return write(w, frame.Facts, uint32(task), t)
}

// logFacts is what the frame of the log holds.
type logFacts struct {
	Facts    load.TaskFacts
	Sent     []sent   // by task
	Rejected []uint32 // by task
	Loose    []uint32 // by task
	Kept     []*pack.Kept
}

// pending counts the frames of pending events.
func (f *logFacts) pending() (n uint32) {
	for _, s := range f.Sent {
		n += s[len(s)-1]
	}
	return n
}

// Facts reads the facts and the pending events of all tasks, and writes what all of the
// log tells. Where events are pending it also writes what is to be asked for them, and
// where inputs are damaged that it is so.
func (p *Plan) Facts(ctx context.Context, r *frame.Reader, w *frame.Writer) error {
	tasks := make([]*load.TaskFacts, len(p.Tasks))
	log := logFacts{Sent: make([]sent, len(p.Tasks)), Rejected: make([]uint32, len(p.Tasks)), Loose: make([]uint32, len(p.Tasks))}
	var q group.Question
	seen := seenFrames{}
	err := each(r, func(f frame.Frame) error {
		if int64(f.Key) >= int64(len(tasks)) {
			return fmt.Errorf("a frame is of task %d, which the plan does not have", f.Key)
		}
		if f.Kind == frame.Pending {
			block, err := seen.add(f)
			if block == nil || err != nil {
				return err
			}
			return group.EachPending(ctx, block, q.Ask)
		}
		if tasks[f.Key] != nil {
			return nil
		}
		var t taskFacts
		if err := decode(f, &t); err != nil {
			return err
		}
		if len(t.Sent) != p.Partitions+1 {
			return fmt.Errorf("task %d was read for %d partitions, and the plan has %d", f.Key, len(t.Sent)-1, p.Partitions)
		}
		tasks[f.Key], log.Sent[f.Key], log.Rejected[f.Key], log.Loose[f.Key] = &t.Facts, t.Sent, t.Rejected, t.Loose
		if t.Kept != nil {
			log.Kept = append(log.Kept, t.Kept)
		}
		return nil
	}, frame.Facts, frame.Pending)
	if err != nil {
		return err
	}
	for i, t := range tasks {
		if t == nil {
			return lack("task %d (%s) is missing: its facts are the last frame that it writes", i, p.Inputs[p.Tasks[i].Input].Path)
		}
	}
	if err := seen.wholePending(log.Sent); err != nil {
		return err
	}
	log.Facts = *load.Join(tasks)
	if err := write(w, frame.Log, 0, &log); err != nil {
		return err
	}
	if log.Facts.IsDamaged() {
		if err := w.Write(frame.Frame{Kind: frame.Damaged}); err != nil {
			return err
		}
	}
	if log.pending() == 0 {
		return nil
	}
	q.Settle(log.Facts.Users())
	return write(w, frame.Question, 0, &q)
}

// seenFrames are the frames of events that were read, by whom they are of, where they
// belong, and their number.
type seenFrames map[seenFrame]bool

type seenFrame struct{ of, key, n uint64 }

// add returns the block of a frame, nil if it was seen before.
func (s seenFrames) add(f frame.Frame) (block []byte, err error) {
	of, n, block, err := numbered(f)
	if x := (seenFrame{of, uint64(f.Key), n}); err == nil && !s[x] {
		s[x] = true
		return block, nil
	}
	return nil, err
}

// has says which frames of those that were written are missing, of so many.
func (s seenFrames) has(of, key, wrote uint32, whose string) error {
	for n := range wrote {
		if !s[seenFrame{uint64(of), uint64(key), uint64(n)}] {
			return lack("%s: frame %d of %d is missing", whose, n+1, wrote)
		}
	}
	return nil
}

func (s seenFrames) wholePending(tasks []sent) error {
	wrote := make([]uint32, len(tasks))
	for i, n := range tasks {
		wrote[i] = n[len(n)-1]
	}
	return s.ofTasks(wrote, "pending events")
}
