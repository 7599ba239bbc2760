package cmd

import (
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

// TestAvailable: a container's limit counts where it is below the machine's memory.
func TestAvailable(t *testing.T) {
	none := func() (uint64, error) { return 0, memlimit.ErrNoLimit }
	const endless = 1<<63 - 4096 // what a container without a limit may say
	for name, tt := range map[string]struct {
		machine, container memlimit.Provider
		want               int64
	}{
		"a container":               {memlimit.Limit(64 << 30), memlimit.Limit(2 << 30), 2 << 30},
		"a container without limit": {memlimit.Limit(64 << 30), memlimit.Limit(endless), 64 << 30},
		"no container":              {memlimit.Limit(64 << 30), none, 64 << 30},
		"only the container says":   {none, memlimit.Limit(2 << 30), 2 << 30},
		"nobody says":               {none, none, 8 << 30},
	} {
		t.Run(name, func(t *testing.T) {
			if got := available(tt.machine, tt.container); got != tt.want {
				t.Errorf("%d bytes, want %d", got, tt.want)
			}
		})
	}
}

// The collector waits until the process has some memory, whatever a session sets
// meanwhile, which holds from then on.
func TestCollectLate(t *testing.T) {
	percent, before := debug.SetGCPercent(100), debug.SetMemoryLimit(-1)
	defer func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(before)
	}()
	var l limits
	l.collectLate()
	s := &session{}
	l.set(s, 1<<40)
	l.allowGarbage(300)
	if got := debug.SetMemoryLimit(-1); got != collectFrom {
		t.Errorf("the collector runs from %d bytes on, want %d", got, collectFrom)
	}
	for tries := 0; debug.SetMemoryLimit(-1) == collectFrom && tries < 10_000; tries++ {
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
	if got := debug.SetMemoryLimit(-1); got != 1<<40 {
		t.Errorf("the limit is %d, want that of the session", got)
	}
	if got := debug.SetGCPercent(100); got != 300 {
		t.Errorf("garbage may be %d %%", got)
	}
	if l.drop(s); debug.SetMemoryLimit(-1) != before {
		t.Errorf("the limit stays %d", debug.SetMemoryLimit(-1))
	}
}

// TestScarceMemory: the collector runs more often while a session has little memory, and as
// before afterwards.
func TestScarceMemory(t *testing.T) {
	garbage := func() int {
		percent := debug.SetGCPercent(usualGarbage)
		debug.SetGCPercent(percent)
		return percent
	}
	defer debug.SetGCPercent(debug.SetGCPercent(usualGarbage))
	var l limits
	little, much := new(session), new(session)
	l.set(little, scarce-1)
	if got := garbage(); got != scarceGarbage {
		t.Errorf("%d percent with little memory", got)
	}
	l.set(much, scarce)
	if got := garbage(); got != usualGarbage {
		t.Errorf("%d percent with much memory", got)
	}
	l.drop(much)
	l.drop(little)
	debug.SetGCPercent(400)
	l.set(little, scarce-1)
	if got := garbage(); got != 400 {
		t.Errorf("%d percent, and 400 was asked for", got)
	}
	l.drop(little)
	if got := garbage(); got != 400 {
		t.Errorf("%d percent afterwards", got)
	}
}
