package cmd

import (
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestDamagedLogs: a log that lacks something turns no sound charge into an
// overcharge, in whatever order its records are.
func TestDamagedLogs(t *testing.T) {
	seeds, messages := size()
	for i, month := range months() {
		all := damages()
		if seeds == 1 { // some of them each month
			all = slices.Concat(all, all, all)[3*i%len(all):][:3]
		}
		for _, damage := range all {
			t.Run(month+strings.Join(damage, " "), func(t *testing.T) {
				t.Parallel()
				for seed := 1; seed <= seeds; seed++ {
					dir, truth := simulated(t, month, seed, messages, append(damage, "--errors", "0%")...)
					reportSound(t, audited(t, dir), truth)
					path := filepath.Join(dir, "log.ndjson")
					log := lines(t, path)
					rng := rand.New(rand.NewPCG(uint64(seed), 5))
					rng.Shuffle(len(log), func(i, j int) { log[i], log[j] = log[j], log[i] })
					write(t, path, log)
					reportSound(t, audited(t, dir), truth)
				}
			})
		}
	}
}
