package ingest

import (
	"context"
	"errors"
	"io"

	"waudit/ingest/container"
	"waudit/ingest/source"
)

// readInputs reads the inputs that no other reader has taken, one after the
// other, and sends their blocks to the workers.
func (r *run) readInputs(ctx context.Context, format container.Format) {
	opener := source.Opener{Hash: r.opts.HashInputs}
	defer opener.Close()
	cutter := container.Opener{
		Limits: container.Limits{MaxRecord: r.opts.MaxRecord, BlockSize: blockSize},
		Format: format,
	}
	for ctx.Err() == nil {
		i := r.next.Add(1) - 1
		if i >= int64(len(r.inputs)) {
			return
		}
		in := r.inputs[i]
		r.readInput(ctx, &opener, &cutter, in)
		r.release(in)
	}
}

func (r *run) readInput(ctx context.Context, opener *source.Opener, cutter *container.Opener, in *input) {
	in.bytes = max(in.Size, 0)
	stream, err := opener.Open(ctx, in.Input)
	if err != nil {
		in.fail(err)
		return
	}
	defer stream.Close()
	in.compression = stream.Compression
	in.fail(r.cut(ctx, cutter, stream, in))
	if ctx.Err() != nil {
		return
	}
	if r.opts.HashInputs {
		in.fail(stream.Drain()) // a skipped input is not read to its end otherwise
		in.sha256 = stream.SHA256()
	}
	if in.skipped == "" {
		in.bytes = stream.BytesRead()
	}
	r.advance(in, in.bytes)
}

// cut sends the blocks of stream to the workers.
func (r *run) cut(ctx context.Context, cutter *container.Opener, stream *source.Stream, in *input) error {
	reader, format, err := cutter.Open(stream)
	if err != nil {
		return err
	}
	in.container = format.Name()
	for seq := int64(0); ; seq++ {
		b := r.pool.Get().(*block)
		if err := reader.Next(&b.Block); err != nil {
			r.pool.Put(b)
			return err
		}
		b.in, b.seq = in, seq
		in.open.Add(1)
		select {
		case r.blocks <- b:
		case <-ctx.Done():
			return nil
		}
		r.advance(in, stream.BytesRead())
	}
}

// fail notes why the input is not read, or not to its end.
func (in *input) fail(err error) {
	refusal, refused := errors.AsType[*container.Refusal](err)
	switch {
	case err == nil || errors.Is(err, io.EOF) || in.err != nil:
	case refused && !refusal.Records:
		in.skipped = refusal.Reason
	default:
		in.err = err
	}
}
