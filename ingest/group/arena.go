package group

import (
	"sync"
	"sync/atomic"
)

// arena hands out chunks of memory and takes them back, and knows how much is
// out. Chunks are cut from slabs. Huge pages are not asked for: on a machine whose
// memory is in pieces, the system would first put it together.
type arena struct {
	size int // of a chunk, unless something larger must fit
	used atomic.Int64

	mu   sync.Mutex
	free [][]byte // chunks that were given back
	slab []byte   // what is left to be cut
}

// slabSize is how many bytes the arena takes from the system at once, if its
// chunks are not small.
const slabSize = 8 << 20

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
	if len(a.slab) < a.size {
		a.slab = make([]byte, a.slabSize())
	}
	chunk := a.slab[:0:a.size]
	a.slab = a.slab[a.size:]
	return chunk
}

// slabSize is a multiple of the chunk size: with a small limit of memory chunks
// are small, and slabs must be too.
func (a *arena) slabSize() int {
	if a.size < maxChunk {
		return 16 * a.size
	}
	return slabSize
}

// put takes back a chunk that get returned.
func (a *arena) put(chunk []byte) {
	a.used.Add(-int64(cap(chunk)))
	if cap(chunk) != a.size {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.free = append(a.free, chunk[:0])
}

// trim gives up the memory of chunks that are not out. The garbage collector
// gets a slab when all of its chunks are given up.
func (a *arena) trim() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.free, a.slab = nil, nil
}

// putAll takes back several chunks.
func (a *arena) putAll(chunks [][]byte) {
	for _, chunk := range chunks {
		a.put(chunk)
	}
}
