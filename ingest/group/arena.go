package group

import (
	"sync"
	"sync/atomic"
)

// arena hands out chunks of memory and takes them back, and knows how much is
// out.
type arena struct {
	size int // of a chunk, unless something larger must fit
	used atomic.Int64
	free sync.Pool // of *[]byte
}

// get returns an empty chunk with room for n bytes at least.
func (a *arena) get(n int) []byte {
	if n > a.size {
		a.used.Add(int64(n))
		return make([]byte, 0, n)
	}
	a.used.Add(int64(a.size))
	if chunk, ok := a.free.Get().(*[]byte); ok {
		return (*chunk)[:0]
	}
	return make([]byte, 0, a.size)
}

// put takes back a chunk that get returned.
func (a *arena) put(chunk []byte) {
	a.used.Add(-int64(cap(chunk)))
	if cap(chunk) == a.size {
		a.free.Put(&chunk)
	}
}

// putAll takes back several chunks.
func (a *arena) putAll(chunks [][]byte) {
	for _, chunk := range chunks {
		a.put(chunk)
	}
}
