package ingest

import (
	"context"
	"crypto/sha256"
	"hash"
	"slices"
	"sync"
	"sync/atomic"

	"waudit/ingest/container"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/flat"
	"waudit/ingest/dialect/provider"
	"waudit/ingest/ledger"
	"waudit/ingest/signature"
	"waudit/ingest/source"

	"github.com/cespare/xxhash/v2"
)

// run is what the goroutines of one Read share.
type run struct {
	opts     Options
	inputs   []*input          // nil of one whose result is known, unless it is read in parts: there may be a hundred thousand
	sums     []string          // of the inputs whose result is known
	dialects []dialect.Dialect // in the order of counts.byDialect, for their names
	done     *Result           // what is known of inputs that are read
	origins  []origin          // of the rows of ledgers
	feeds    feeds
	gate     *gate
	spool    Spool // lines for Options.Rejects

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

// input is one of the inputs.
type input struct {
	source.Input // Skip and Size are this run's own
	*reading     // nil before it is read, and when its result is known
	index        uint32
	number       uint32       // in places
	twin         bool         // another input may have the same content: its hash will tell
	sum          string       // of its bytes, as feeds.hash has it; "" if it is not known
	ledger       *LedgerInput // nil for other inputs, and a ledger that cannot be opened
}

// reading is what is found out about an input by reading it, for its result.
type reading struct {
	container, compression string
	bytes, reported        int64   // raw bytes, and those that Progress knows of
	skipped                string  // why it is not read at all
	refused                bool    // because no format reads it
	lines                  []int64 // line feeds of the ranges that it was read in
	own                    bool    // as waudit has written it itself
	marked                 bool    // and there is a sign of a record in it
	err                    error   // why it was not read to its end

	// open counts the blocks that are being decoded, and the feeds that have more.
	open atomic.Int64

	mu      sync.Mutex
	counts  counts
	rejects rejectList
	signed  signature.Runs
	damage  damage
}

// damaged notes why a part of the input, or a block, was not read to its end.
func (in *input) damaged(seq int64, err error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.damage.err == nil || seq < in.damage.seq {
		in.damage = damage{seq, err}
	}
}

// damage is why a part or a block was not read to its end: of several the first.
type damage struct {
	seq int64
	err error
}

// takenBlock is a part of an input that a worker has taken.
type takenBlock struct {
	container.Block
	in   *input
	seq  int64  // blocks of the input before this one
	part string // of a ledger
}

func newRun(ctx context.Context, opts Options, inputs []source.Input, format *container.Format) *run {
	r := &run{
		opts:   opts,
		inputs: make([]*input, len(inputs)),
		feeds:  feeds{wait: make([]work, 0, len(inputs)), limit: opts.limits(), as: format, hash: func() hash.Hash { return xxhash.New() }},
		sums:   make([]string, len(inputs)),
		gate:   newGate(),
		spool:  Spool{Dir: opts.TempDir},
	}
	for i := range inputs {
		in := &input{Input: inputs[i], index: uint32(i)}
		r.inputs[i] = in
		if in.Skip == "" && opts.Known != nil {
			in.Skip = opts.Known(in.Input)
		}
		if in.Skip != "" || in.Ledger {
			in.reading = &reading{bytes: max(in.Size, 0), skipped: in.Skip}
		}
	}
	r.openLedgers(ctx)
	if opts.HashInputs || len(r.origins) > 0 {
		r.feeds.hash = sha256.New
	}
	r.done = &Result{Inputs: make([]InputResult, len(inputs)), signed: make([]signature.Runs, len(r.origins)+len(inputs))}
	for _, in := range r.inputs {
		switch {
		case in.Size < 0:
			r.progress.total = -1
		case r.progress.total >= 0:
			r.progress.total += in.Size
		}
		r.wait(in)
	}
	slices.SortStableFunc(r.feeds.wait, func(a, b work) int { return source.Turn(&a.in.Input, &b.in.Input) })
	r.findTwins()
	return r
}

// findTwins marks the inputs that may have the same content as another one, or as
// one that a ledger was packed from: those of equal size, and of a size that is
// not known.
func (r *run) findTwins() {
	sizes := map[int64]int{}
	for _, in := range r.inputs {
		if in.ledger == nil {
			sizes[in.Size]++
			continue
		}
		for i := range in.ledger.Manifest.Inputs {
			sizes[in.ledger.Manifest.Inputs[i].Bytes]++
		}
	}
	for _, in := range r.inputs {
		in.twin = in.ledger == nil && len(r.inputs) > 1 && (in.Size < 0 || sizes[in.Size] > 1 || sizes[-1] > 0)
	}
}

// wait lets wait what an input is read by: a file by itself, a ledger by its
// parts.
func (r *run) wait(in *input) {
	switch {
	case in.Skip != "":
		r.advance(in, in.bytes)
	case !in.Ledger:
		r.feeds.wait = append(r.feeds.wait, work{in: in})
		return
	case in.ledger != nil:
		in.bytes = 0 // of the parts that were read
		if r.opts.HashInputs {
			in.sum = in.ledger.SHA256
		}
		for i, p := range in.ledger.parts {
			r.feeds.wait = append(r.feeds.wait, work{in: in, part: p, seq: int64(i) << 32})
		}
		in.open.Add(int64(len(in.ledger.parts)))
	}
	if in.Ledger {
		in.container = "ledger"
	}
}

// limits are those of every container.
func (o Options) limits() container.Limits {
	return container.Limits{
		MaxRecord: o.MaxRecord, BlockSize: blockSize, TempDir: o.TempDir, Known: o.knows, Wanted: o.wants,
		Marked: isMarked, Refuse: ledger.RefusePart, Signatures: o.Secrets != nil, Doubled: true,
	}
}

// knows reports whether a column of that name says something.
func (o Options) knows(name string) bool {
	return provider.IsKnownColumn(name) || o.Mapping != nil && o.Mapping.Knows(name)
}

// wants tells which columns of a table are to be read: with a mapping all.
func (o Options) wants(names []string) []bool {
	if o.Mapping == nil {
		return flat.WantedColumns(names)
	}
	return slices.Repeat([]bool{true}, len(names))
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
// skipped, so that nothing of it is rejected, is known only then. So is its result, but
// for what a ledger keeps beside its events.
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
	if in.ledger == nil {
		r.settle(in)
	}
}
