package cmd

import (
	"runtime/debug"
	"testing"

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
