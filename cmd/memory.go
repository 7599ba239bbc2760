package cmd

import (
	"maps"
	"runtime/debug"
	"slices"
	"sync"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

// memoryLimits are those of the sessions that are open, of which the largest holds: a
// limit below what other sessions keep would have the collector run without end.
var memoryLimits limits

type limits struct {
	mu      sync.Mutex
	bytes   map[*session]int64
	before  int64 // what held before the first of them
	garbage int   // and how much of that there might be
}

// Where memory is scarce, garbage is half of what is in use before it is collected, and not
// as much as that, unless somebody has said how much it may be.
const (
	scarce        = 1 << 30 // bytes
	usualGarbage  = 100     // percent of what is in use
	scarceGarbage = 50
)

func (l *limits) set(s *session, bytes int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.bytes) == 0 {
		l.bytes, l.before, l.garbage = map[*session]int64{}, debug.SetMemoryLimit(-1), debug.SetGCPercent(usualGarbage)
	}
	l.bytes[s] = bytes
	l.apply()
}

func (l *limits) drop(s *session) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, ok := l.bytes[s]; ok {
		delete(l.bytes, s)
		l.apply()
	}
}

func (l *limits) apply() {
	limit, garbage := l.before, l.garbage
	if len(l.bytes) > 0 {
		limit = slices.Max(slices.Collect(maps.Values(l.bytes)))
		if limit < scarce && garbage == usualGarbage {
			garbage = scarceGarbage
		}
	}
	debug.SetMemoryLimit(limit)
	debug.SetGCPercent(garbage)
}

// groupMemory is what the events of the log may take up before they go to disk, in bytes:
// what the process may, but for what comes beside them, and garbage.
func (f *readFlags) groupMemory() int64 {
	memory := f.memoryLimit()
	return max(memory/2, min(memory*3/4, memory-3*besideGroups))
}

// memoryLimit is what the process is to keep to, in bytes.
func (f *readFlags) memoryLimit() int64 {
	if f.memory > 0 {
		return int64(f.memory)
	}
	return available(memlimit.FromSystem, memlimit.FromCgroup) / 4
}

// available is the least memory that the machine or the container says it has, in
// bytes; 8 GiB where neither does.
func available(sources ...memlimit.Provider) int64 {
	const unknown = 8 << 30
	var least uint64
	for _, ask := range sources {
		if bytes, err := ask(); err == nil && (least == 0 || bytes < least) {
			least = bytes
		}
	}
	if least == 0 {
		return unknown
	}
	return int64(least)
}
