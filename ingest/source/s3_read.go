package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/minio/minio-go/v7"
)

type storedObject struct {
	store *store
	objectPlace
	size int64 // bytes, as listed
}

// String is the object's path.
func (o storedObject) String() string { return o.store.path(o.objectPlace) }

// open is the object's OpenFunc.
func (o storedObject) open(ctx context.Context) (io.ReadCloser, error) {
	r := &objectReader{ctx: ctx, storedObject: o}
	version, err := r.connect()
	if err != nil {
		return nil, err
	}
	if version.size < 0 {
		version.size = o.size
	}
	r.version = version
	return r, nil
}

// version is one state of an object. The zero version stands for any.
type version struct {
	etag string // as the store writes it; "" if it does not
	size int64  // bytes; -1 if the store does not say
}

// get requests the bytes from first to last, both counted from 0, of a version
// of the object. A last below 0 stands for the end.
func (o storedObject) get(ctx context.Context, first, last int64, of version) (io.ReadCloser, version, error) {
	var options minio.GetObjectOptions
	ranged := first > 0 || last >= 0
	if ranged {
		_ = options.SetRange(first, max(last, 0)) // 0 behind another is the end
	}
	if of.etag != "" {
		options.Set("If-Match", of.etag)
	}
	if o.store.header != "" {
		options.Set("Accept-Encoding", o.store.header)
	}
	body, info, header, err := o.store.api.GetObject(ctx, o.bucket, o.key, options)
	// Some stores heed neither header.
	if answer, _ := answerOf(err); answer.StatusCode == http.StatusRequestedRangeNotSatisfiable && of.etag != "" {
		return nil, version{}, changed() // it had these bytes
	}
	if err != nil {
		return nil, version{}, err
	}
	now := version{header.Get("ETag"), info.Size}
	switch {
	case of.etag != "" && now.etag != of.etag:
		err = changed()
	case ranged && !strings.HasPrefix(header.Get("Content-Range"), fmt.Sprintf("bytes %d-", first)):
		err = &storeError{problem: Unreadable, what: "the store gives no parts of objects",
			advice: "download it, and read the copy"}
	}
	if err != nil {
		body.Close()
		return nil, version{}, err
	}
	return body, now, nil
}

// objectReader reads an object from its beginning to its end. A connection that
// breaks is made anew where it broke off. It also reads any part of the object:
// see ReadAt.
type objectReader struct {
	storedObject
	ctx context.Context

	version version // what the first request gave

	// Of Read.
	offset int64 // of the next byte
	failed int   // tries
	body   *watchedBody

	// Of ReadAt.
	parts struct {
		sync.Mutex
		blocks
	}
}

// Read reads the next bytes. Its errors but io.EOF are of type *storeError.
func (r *objectReader) Read(p []byte) (int, error) {
	for {
		if r.body == nil {
			if _, err := r.connect(); err != nil {
				return 0, err
			}
		}
		n, err := r.body.Read(p)
		r.offset += int64(n)
		switch {
		case err == nil:
			return n, nil
		case r.ended(err):
			return n, io.EOF
		}
		r.disconnect()
		if err := r.again(err); err != nil {
			return n, err
		}
		if n > 0 {
			return n, nil
		}
	}
}

// ended reports whether nothing is missing though reading ended with err. An
// end that comes too early is none.
func (r *objectReader) ended(err error) bool {
	if errors.Is(err, io.EOF) {
		return r.offset >= r.version.size
	}
	return r.offset > 0 && r.offset == r.version.size
}

// connect requests the bytes from offset on.
func (r *objectReader) connect() (version, error) {
	for {
		ctx, cancel := context.WithCancel(r.ctx)
		body, now, err := r.get(ctx, r.offset, -1, r.version)
		if err == nil {
			r.body = watch(body, cancel, r.store.stall)
			return now, nil
		}
		cancel()
		if err := r.again(err); err != nil {
			return version{}, err
		}
	}
}

// again waits behind a failure, and returns an error if there is to be no other
// try.
func (r *objectReader) again(failure error) error {
	r.failed++
	// Without a name for the version the rest may be that of another one.
	if r.offset > 0 && r.version.etag == "" || !r.store.pause(r.ctx, r.failed, failure) {
		problem := r.store.problem(r.ctx, failure, r.store.reading())
		if r.offset > 0 && problem.problem == Unreadable && problem.cause == nil {
			problem.what += fmt.Sprintf("; %d of %d bytes were read", r.offset, r.version.size)
		}
		return problem
	}
	return nil
}

func (r *objectReader) disconnect() {
	if r.body != nil {
		r.body.Close()
		r.body = nil
	}
}

// Close ends the connection.
func (r *objectReader) Close() error {
	r.disconnect()
	return nil
}

// watchedBody is the body of a response. Its request is cancelled if nothing
// comes for too long while somebody waits.
type watchedBody struct {
	io.ReadCloser
	cancel context.CancelFunc
	limit  time.Duration
	timer  *time.Timer
}

func watch(body io.ReadCloser, cancel context.CancelFunc, limit time.Duration) *watchedBody {
	timer := time.AfterFunc(limit, cancel)
	timer.Stop()
	return &watchedBody{body, cancel, limit, timer}
}

func (b *watchedBody) Read(p []byte) (int, error) {
	b.timer.Reset(b.limit)
	defer b.timer.Stop()
	return b.ReadCloser.Read(p)
}

// Close drops what was not read: an answer may be gigabytes long.
func (b *watchedBody) Close() error {
	b.timer.Stop()
	b.cancel()
	return b.ReadCloser.Close()
}

const (
	// blockBytes is how much of an object is requested at once when parts of
	// it are read, in bytes.
	blockBytes = 1 << 20
	// maxBlocks is how many blocks of one object are kept in memory.
	maxBlocks = 16
)

// blocks are the parts of an object that were read last, the one that was used last at
// the end.
type blocks []objectBlock

type objectBlock struct {
	number int64
	data   []byte
}

// use returns the block with that number, nil if it is not kept.
func (b *blocks) use(number int64) []byte {
	i := slices.IndexFunc(*b, func(o objectBlock) bool { return o.number == number })
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
	*b = append(*b, objectBlock{number, data})
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
