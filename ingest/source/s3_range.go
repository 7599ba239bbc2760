package source

import (
	"context"
	"errors"
	"io"
	"slices"
)

const (
	// blockBytes is how much of an object is requested at once when parts of
	// it are read, in bytes.
	blockBytes = 1 << 20
	// maxBlocks is how many blocks of one object are kept in memory.
	maxBlocks = 16
)

// blocks are the parts of an object that were read last, the one that was used last at
// the end.
type blocks []block

type block struct {
	number int64
	data   []byte
}

// use returns the block with that number, nil if it is not kept.
func (b *blocks) use(number int64) []byte {
	i := slices.IndexFunc(*b, func(o block) bool { return o.number == number })
	if i < 0 {
		return nil
	}
	used := (*b)[i]
	*b = append(slices.Delete(*b, i, i+1), used)
	return used.data
}

// keep adds a block, in place of the one that was not used for longest if there
// are too many.
func (b *blocks) keep(number int64, data []byte) {
	if b.use(number) != nil {
		return
	}
	if len(*b) == maxBlocks {
		*b = slices.Delete(*b, 0, 1)
	}
	*b = append(*b, block{number, data})
}

// Size is the object's size in bytes.
func (r *objectReader) Size() int64 { return r.version.size }

// ReadAt reads any part of the object. It requests only the blocks that it needs, and
// caches the most recent ones. It may be called by several goroutines at once, also
// while another calls Read. Errors other than io.EOF are of type *Error.
func (r *objectReader) ReadAt(p []byte, offset int64) (int, error) {
	if offset < 0 {
		return 0, systemError(r.String(), errors.New("a negative offset"))
	}
	n := 0
	for n < len(p) {
		at := offset + int64(n)
		if at >= r.version.size {
			return n, io.EOF
		}
		block, err := r.block(at / blockBytes)
		if err != nil {
			return n, systemError(r.String(), err)
		}
		n += copy(p[n:], block[at%blockBytes:])
	}
	return n, nil
}

// block returns the block with that number.
func (r *objectReader) block(number int64) ([]byte, error) {
	r.parts.Lock()
	data := r.parts.use(number)
	r.parts.Unlock()
	if data != nil {
		return data, nil
	}
	first := number * blockBytes
	data = make([]byte, min(blockBytes, r.version.size-first))
	for try := 1; ; try++ {
		err := r.readBlock(data, first)
		if err == nil {
			r.parts.Lock()
			defer r.parts.Unlock()
			r.parts.keep(number, data)
			return data, nil
		}
		if !r.store.pause(r.ctx, try, err) {
			return nil, r.store.problem(r.ctx, err, r.store.reading())
		}
	}
}

// readBlock fills data with the bytes from first on.
func (r *objectReader) readBlock(data []byte, first int64) error {
	ctx, cancel := context.WithCancel(r.ctx)
	body, _, err := r.get(ctx, first, first+int64(len(data))-1, r.version)
	if err != nil {
		cancel()
		return err
	}
	watched := watch(body, cancel, r.store.stall)
	defer watched.Close()
	_, err = io.ReadFull(watched, data)
	return err
}
