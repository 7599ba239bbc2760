// Package ingest turns files into events: it finds and opens the inputs, cuts
// them into records, lets a dialect decode each, and counts what became of
// every record and every item.
package ingest

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"

	"waudit/audit/parallel"
	"waudit/ingest/container"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/provider"
	"waudit/ingest/ledger"
	"waudit/ingest/signature"
	"waudit/ingest/source"
	"waudit/ingest/table"
)

// DefaultMaxRecord is the longest record, in bytes, where Options do not say.
const DefaultMaxRecord = 64 << 20

// blockSize is how many bytes a worker gets at once.
const blockSize = 256 << 10

// Options says what to read and how.
type Options struct {
	Paths       []string  // files, folders, patterns, "-"; see source.Find
	Stdin       io.Reader // what "-" stands for
	Workers     int       // goroutines that decode; 0: one for each core
	MaxRecord   int64     // bytes; a longer record is rejected; 0: DefaultMaxRecord
	InputFormat string    // name of a container.Format; "": by content
	Dialect     string    // name of a dialect for every record; "": by content
	Strict      bool      // validate every byte, also the text of strings that nobody reads
	HashInputs  bool      // compute the SHA-256 of every input
	// Secrets verify the signatures of webhooks: one that does not fit its body is
	// rejected. Nil: nobody looks at signatures.
	Secrets *signature.Secrets
	// Pseudonym is what the log calls a message whose id a rejected record names, where
	// pseudonyms stand for ids; nil: as the record does. It is safe for concurrent use.
	Pseudonym func(id string) string
	TempDir   string // where Rejects are kept until they can be sorted; "": the system's

	// Outputs are files that are going to be written: none of them may be an input.
	Outputs []string
	// Known says why an input need not be read, "" if it must; nil: all must.
	Known func(source.Input) (why string)
	// Ledger is the path of a ledger among the inputs: of equal events, the ledger's
	// own is kept. "": no ledger is preferred.
	Ledger string
	// Select limits what is read of a ledger that is the only input; nil: everything
	// is read.
	Select *ledger.Selection

	// Rejects gets a line of JSON for each record with something rejected,
	// ordered by place, that can be mended and read again. Nil: not wanted.
	Rejects io.Writer
	// Progress is told of every megabyte read, by one goroutine at a time.
	// bytesTotal is -1 if it is not known beforehand. Nil: not wanted.
	Progress func(bytesRead, bytesTotal int64)
	// Dialects are tried in this order; nil: provider.All, and tables that need
	// no mapping last.
	Dialects []func() dialect.Dialect
	// Mapping is tried before the Dialects; nil: there is none.
	Mapping *table.Mapping
}

// Sink is one worker's receiver of what was read.
type Sink interface {
	// Record gets what one record holds, if there are events, changes or
	// links in it. Places are filled in. Items and their strings are valid
	// only during the call. Records of one input come in any order.
	Record(items *dialect.Items)
}

// Read reads everything that opts name and hands it to the sinks: newSink is
// called once for each worker before anything is read, and a worker calls only
// its own. What cannot be read is said in the Result; the other inputs are read
// nevertheless.
//
// The error joins a *source.Error for each path that names nothing, or says
// which option is wrong, is that of Options.Rejects, or why the context ended.
// Then the Result is nil. When the context ends, Read returns at once; a worker that
// is blocked on reading bytes is left behind, and does nothing more.
func Read(ctx context.Context, opts Options, newSink func(worker int) Sink) (*Result, error) {
	inputs, err := source.Find(ctx, opts.Paths, opts.Stdin)
	if err != nil {
		return nil, err
	}
	return read(ctx, opts, inputs, newSink)
}

func read(ctx context.Context, opts Options, inputs []source.Input, newSink func(worker int) Sink) (*Result, error) {
	if err := source.KeepApart(inputs, opts.Outputs); err != nil {
		return nil, err
	}
	r, dialects, err := prepare(ctx, opts, inputs)
	if err != nil {
		return nil, err
	}
	decoders, err := r.decodeAll(ctx, dialects, newSink)
	defer r.spool.Close()
	if err != nil {
		return nil, err
	}
	r.addFacts(decoders[0], r.inputs)
	return r.result(decoders)
}

// prepare makes a run that has read nothing yet.
func prepare(ctx context.Context, opts Options, inputs []source.Input) (*run, []func() dialect.Dialect, error) {
	opts = opts.withDefaults()
	format, err := formatNamed(opts.InputFormat)
	if err != nil {
		return nil, nil, err
	}
	dialects, err := opts.dialects()
	if err != nil {
		return nil, nil, err
	}
	r := newRun(ctx, opts, inputs, format)
	if !slices.ContainsFunc(r.inputs, func(in *input) bool { return !in.Ledger }) {
		dialects = nil // of which ledgers need none
	}
	return r, dialects, nil
}

// decodeAll reads all that waits to be read.
func (r *run) decodeAll(ctx context.Context, dialects []func() dialect.Dialect, newSink func(worker int) Sink) ([]*decoder, error) {
	workers, ctx := parallel.New(ctx)
	defer workers.Stop()
	defer r.feeds.close()
	defer r.endProgress()

	decoders := make([]*decoder, r.opts.Workers)
	for i := range decoders {
		decoders[i] = newDecoder(r, dialects, newSink(i))
	}
	r.dialects = decoders[0].dialects
	for _, d := range decoders {
		workers.Go(func() error {
			d.decodeBlocks(ctx)
			return nil
		})
	}
	return decoders, workers.WaitOrLeave(r.gate.close)
}

func (o Options) withDefaults() Options {
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	o.MaxRecord = cmp.Or(o.MaxRecord, DefaultMaxRecord)
	if o.Dialects == nil {
		o.Dialects = append(provider.All(), table.New)
	}
	if o.Mapping != nil {
		o.Dialects = slices.Insert(slices.Clone(o.Dialects), 0, o.Mapping.Dialect)
	}
	return o
}

// dialects returns the constructors to use: all, or the one that is asked for.
func (o Options) dialects() ([]func() dialect.Dialect, error) {
	if o.Dialect == "" {
		return o.Dialects, nil
	}
	for _, construct := range o.Dialects {
		if construct().Name() == o.Dialect {
			return []func() dialect.Dialect{construct}, nil
		}
	}
	return nil, fmt.Errorf("there is no dialect %q; there are %s", o.Dialect, strings.Join(provider.Names(o.Dialects), ", "))
}

// formatNamed returns the format with that name, nil for "".
func formatNamed(name string) (*container.Format, error) {
	if name == "" {
		return nil, nil
	}
	formats := container.Formats()
	if i := slices.IndexFunc(formats, func(f *container.Format) bool { return f.Name() == name }); i >= 0 {
		return formats[i], nil
	}
	var names []string
	for _, f := range formats {
		names = append(names, f.Name())
	}
	return nil, fmt.Errorf("there is no input format %q; there are %s", name, strings.Join(names, ", "))
}
