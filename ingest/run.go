package ingest

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"waudit/ingest/container"
	"waudit/ingest/source"
)

// run is what the goroutines of one Read share.
type run struct {
	opts   Options
	inputs []*input
	feeds  feeds
	gate   *gate
	spool  spool // lines for Options.Rejects

	progress struct {
		sync.Mutex
		bytes, total int64
		over         bool // Options.Progress is not to be called any more
	}
	rejects struct {
		sync.Mutex
		rejectList
	}
}

// input is one input while it is read.
type input struct {
	source.Input
	index uint32

	// What was found out by reading, for the result.
	container, compression, sha256 string
	bytes, reported                int64  // raw bytes, and those that Progress knows of
	skipped                        string // why it is not read at all
	err                            error  // why it was not read to its end

	// open counts the blocks that are being decoded, and 1 while there are more.
	open atomic.Int64

	mu      sync.Mutex
	counts  counts
	rejects rejectList
}

// block is a part of an input that a worker has taken.
type block struct {
	container.Block
	in  *input
	seq int64 // blocks of the input before this one
}

func newRun(opts Options, inputs []source.Input, format container.Format) *run {
	r := &run{
		opts:   opts,
		inputs: make([]*input, len(inputs)),
		feeds:  feeds{limit: container.Limits{MaxRecord: opts.MaxRecord, BlockSize: blockSize}, as: format},
		gate:   newGate(),
		spool:  spool{dir: opts.TempDir},
	}
	for i, in := range inputs {
		r.inputs[i] = &input{Input: in, index: uint32(i)}
		r.inputs[i].open.Add(1)
		switch {
		case in.Size < 0:
			r.progress.total = -1
		case r.progress.total >= 0:
			r.progress.total += in.Size
		}
	}
	return r
}

// advance reports that so many bytes of the input are read by now.
func (r *run) advance(in *input, bytes int64) {
	if r.opts.Progress == nil {
		return
	}
	r.progress.Lock()
	defer r.progress.Unlock()
	r.progress.bytes += bytes - in.reported
	in.reported = bytes
	if !r.progress.over {
		r.opts.Progress(r.progress.bytes, r.progress.total)
	}
}

// endProgress keeps a worker that outlives the run, as it may when the context
// ends while it waits for bytes, from calling Options.Progress.
func (r *run) endProgress() {
	r.progress.Lock()
	defer r.progress.Unlock()
	r.progress.over = true
}

// release says that all of in is read, or a worker is done with one block of it.
// Behind the last of them the input's rejects join the others: whether it is
// skipped, so that nothing of it is rejected, is known only then.
func (r *run) release(in *input) {
	if in.open.Add(-1) > 0 {
		return
	}
	if !in.foreign() {
		r.rejects.Lock()
		r.rejects.add(in.rejects.kept)
		r.rejects.Unlock()
	}
	in.rejects.kept = nil
}

// InternalError is a fault of the program itself.
type InternalError struct {
	Panic any    // what the goroutine panicked with
	Stack []byte // where
}

// Error returns the fault without the stack.
func (e *InternalError) Error() string {
	return fmt.Sprintf("internal error while reading: %v", e.Panic)
}

// stopOnPanic runs f and makes an error of its panic: in a goroutine of its own
// it would end the program with exit code 2, which means wrong usage.
func stopOnPanic(cancel context.CancelCauseFunc, f func()) {
	defer func() {
		if p := recover(); p != nil {
			cancel(&InternalError{Panic: p, Stack: debug.Stack()})
		}
	}()
	f()
}
