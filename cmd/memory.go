package cmd

import (
	"maps"
	"runtime"
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
	idle    bool  // the collector has not run yet, see collectLate
	before  int64 // the limit where no session has one
	garbage int   // how much garbage there may be, in percent of what is in use
}

const (
	// collectFrom is how much memory the process has before the collector runs, in bytes. A
	// run over little is over by then: what it throws away is not worth being looked for.
	collectFrom = 64 << 20
	// Where there is less than scarce, in bytes, garbage is half of what is in use before it
	// is collected, and not as much as that, unless somebody has said how much it may be.
	scarce        = 1 << 30
	usualGarbage  = 100
	scarceGarbage = 50
)

// collectLate has the collector run for the first time when the process has collectFrom,
// and from then on as it does.
func (l *limits) collectLate() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ask()
	l.idle = l.garbage >= 0 // else it is not wanted at all
	l.apply()
	runtime.SetFinalizer(&struct{ *limits }{l}, func(any) { // what nobody uses is found by the first run
		l.mu.Lock()
		defer l.mu.Unlock()
		l.idle = false
		l.apply()
	})
}

// allowGarbage sets how much there may be, in percent of what is in use.
func (l *limits) allowGarbage(percent int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ask()
	l.garbage = percent
	l.apply()
}

func (l *limits) set(s *session, bytes int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ask()
	if l.bytes == nil {
		l.bytes = map[*session]int64{}
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

// ask asks what holds, where nothing is set here.
func (l *limits) ask() {
	if !l.idle && len(l.bytes) == 0 {
		l.before, l.garbage = debug.SetMemoryLimit(-1), debug.SetGCPercent(usualGarbage)
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
	if l.idle {
		limit, garbage = min(limit, collectFrom), -1
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
