package cmd

import (
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
