// Package group sorts the events of a run by pair, a business number and a
// user or group, and the events of a pair by time, without their duplicates.
//
// Events are encoded as they come and divided by the hash of their pair among
// partitions, each small enough to be sorted on its own. Beyond a limit of
// memory the fullest partitions move to files.
//
//	set, err := group.New(group.Options{Memory: 4 << 30})
//	defer set.Close()
//	// in every goroutine that reads events:
//	w := set.Writer()
//	err = w.Add(&e)
//	err = w.Close()
//	// when all writers are closed:
//	sealed, err := set.Seal(ctx, group.SealOptions{Workers: n})
//	err = set.Each(partition, nil, func(p event.Pair) error { ... })
package group

import (
	"errors"
	"fmt"
	"math/bits"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/cespare/xxhash/v2"
)

// Options say how a Set is laid out. None of them changes what it holds.
type Options struct {
	// Partitions is at most 65,536. 0 stands for 64, and for 256 if Memory is limited.
	Partitions int
	// Of is the number of partitions of the set whose blocks are added to this one, if
	// they are not of all of them: by the same bits of their hash they would all end in
	// a few of this one's. 0 stands for 1.
	Of int
	// Memory in bytes is what the set may take up, sorting included. Beyond
	// half of it, it writes events to files; the other half is for sorting, and
	// meanwhile for what the garbage collector has not yet found. It is exceeded
	// only if a single partition does not fit into that half. 0: no limit, and
	// no files.
	Memory int64
	// Tmp is the folder for files, "" the system's. It is used only if Memory
	// is limited.
	Tmp string
}

// Set holds events by pair. It is filled by Writers, sealed once, and read
// any number of times.
type Set struct {
	partitions int
	spread     uint64 // factor of a hash; see Options.Of
	budget     int64
	hash       func(string) uint64
	dir        *tempDir // nil without a limit of memory
	arena      arena
	shapes     *shapes
	guessed    sync.Mutex // over guesses
	guesses    guesses
	bins       []bin                 // the partitions, then the three kinds of pending events
	writers    atomic.Int64          // that are open
	failed     atomic.Pointer[error] // of a writer: some events are missing
	sealed     bool
	early      []*blocker // by part; nil: its events are kept, see BlocksEarly
	buffers    sync.Pool  // of *[]event.Event, for who reads the set
}

// MaxPartitions is how many parts a set can have.
const MaxPartitions = 1 << 16

// pendingBins is the number of bins for each kind of event whose pair is known
// only when all events are: so many can be routed at once.
const pendingBins = 16

// Limits of the chunks in which events are kept, in bytes. Every writer fills
// one of each bin.
const (
	minChunk = 4 << 10
	maxChunk = 64 << 10
)

// New returns an empty set. If memory is limited it makes a fresh directory in
// o.Tmp; where that fails, the error wraps a *SpillError. Whoever calls New
// calls Close.
func New(o Options) (*Set, error) {
	if o.Partitions == 0 {
		o.Partitions = 64
		if o.Memory > 0 {
			o.Partitions = 256
		}
	}
	if o.Partitions < 0 || o.Partitions > MaxPartitions {
		return nil, fmt.Errorf("group: %d partitions: not up to %d", o.Partitions, MaxPartitions)
	}
	if o.Memory < 0 {
		return nil, fmt.Errorf("group: %d bytes of memory", o.Memory)
	}
	s := &Set{
		partitions: o.Partitions,
		spread:     uint64(max(o.Of, 1)),
		budget:     o.Memory / 2,
		hash:       xxhash.Sum64String,
		shapes:     newShapes(),
		guesses:    guesses{},
		bins:       make([]bin, o.Partitions+3*pendingBins),
	}
	s.arena.size = maxChunk
	if o.Memory > 0 {
		s.arena.size = chunkSize(s.budget, len(s.bins))
		var err error
		if s.dir, err = newTempDir(o.Tmp); err != nil {
			return nil, err
		}
		for i := range s.bins {
			s.bins[i].file.path = s.dir.file(i, "events")
		}
	}
	return s, nil
}

// chunkSize is such that the chunks that are being filled take up at most a
// quarter of the budget, if there is a writer for every core.
func chunkSize(budget int64, bins int) int {
	size := maxChunk
	for size > minChunk && int64(size)*int64(bins)*int64(runtime.GOMAXPROCS(0)) > budget/4 {
		size /= 2
	}
	return size
}

// Partitions returns the number of partitions, by which Each counts.
func (s *Set) Partitions() int { return s.partitions }

// partition is the bin of a pair's events.
func (s *Set) partition(hash uint64) int {
	part, _ := bits.Mul64(hash, uint64(s.partitions))
	return int(part)
}

// userBin is the bin of events that name their user by an id only, until it is
// known whether that user has a phone.
func (s *Set) userBin(hash uint64) int { return s.partitions + int(hash%pendingBins) }

// messageBin is the bin of events that name no user, until another event of
// the same message is found.
func (s *Set) messageBin(hash uint64) int { return s.partitions + pendingBins + int(hash%pendingBins) }

// numberBin is the bin of events that name no business number, until it is
// known whether there is but one, and of those whose user is a guess.
func (s *Set) numberBin(hash uint64) int { return s.partitions + 2*pendingBins + int(hash%pendingBins) }

// Close frees the set and removes its files. No other call may follow but Close, nor
// be under way.
func (s *Set) Close() error {
	s.bins = nil
	s.arena.trim()
	if s.dir == nil {
		return nil
	}
	dir := s.dir
	s.dir = nil
	return dir.remove()
}

var (
	errNotSealed  = errors.New("group: the set is not sealed")
	errSealed     = errors.New("group: the set is sealed already")
	errOpenWriter = errors.New("group: a writer is still open")
	errHandedOver = errors.New("group: the set has handed over events")
)
