package group

import (
	"sync"
	"sync/atomic"
)

// arena hands out chunks of memory and takes them back, and knows how much is
// out. Each is memory of its own: of chunks that are cut from one slab, one that is out
// would keep all.
type arena struct {
	size int // of a chunk, unless something larger must fit
	used atomic.Int64

	mu   sync.Mutex
	free [][]byte // chunks that were given back
	few  bool     // of these are kept
}

// fewChunks is how many are kept where it takes few chunks at a time: most pairs lie in
// one or two.
const fewChunks = 64

// get returns an empty chunk with room for n bytes at least.
func (a *arena) get(n int) []byte {
	if n > a.size {
		a.used.Add(int64(n))
		return make([]byte, 0, n)
	}
	a.used.Add(int64(a.size))
	a.mu.Lock()
	defer a.mu.Unlock()
	if n := len(a.free); n > 0 {
		chunk := a.free[n-1]
		a.free = a.free[:n-1]
		return chunk
	}
	return make([]byte, 0, a.size)
}

// put takes back a chunk that get returned.
func (a *arena) put(chunk []byte) {
	a.used.Add(-int64(cap(chunk)))
	if cap(chunk) != a.size {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.few || len(a.free) < fewChunks {
		a.free = append(a.free, chunk[:0])
	}
}

// trim gives up the memory of chunks that are not out. From now on few are kept, even
// behind a customer who has most of the log.
func (a *arena) trim() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.free, a.few = nil, true
}

// putAll takes back several chunks.
func (a *arena) putAll(chunks [][]byte) {
	for _, chunk := range chunks {
		a.put(chunk)
	}
}
