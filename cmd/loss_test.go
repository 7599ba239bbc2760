package cmd

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestLostLines: a sound log that has lost some of its lines accuses nobody,
// whether or not it is said to be complete. Most logs are small, so that what is
// lost leaves few traces.
func TestLostLines(t *testing.T) {
	seeds, messages := size()
	for _, from := range months() {
		t.Run(from, func(t *testing.T) {
			t.Parallel()
			for seed := 1; seed <= seeds; seed++ {
				loseLines(t, from, seed, messages/3, "30")
				for small := range uint64(4) {
					loseLines(t, from, 100*seed+int(small), 150, "12")
				}
			}
		})
	}
}

func loseLines(t *testing.T, from string, seed, messages int, days string) {
	dir, _ := simulated(t, from, seed, messages, "--errors", "0%", "--duplicate", "3%", "--days", days)
	log, config := lines(t, filepath.Join(dir, "log.ndjson")), filepath.Join(dir, "waudit.yaml")
	data, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	blind, path := filepath.Join(dir, "blind.yaml"), filepath.Join(dir, "lost.ndjson")
	write(t, blind, []string{completeness.ReplaceAllString(string(data), "")})
	for _, percent := range []int{1, 3, 5, 10} {
		rng := rand.New(rand.NewPCG(uint64(seed), uint64(percent)))
		write(t, path, slices.DeleteFunc(slices.Clone(log), func(string) bool { return rng.IntN(100) < percent }))
		for _, c := range []string{config, blind} {
			r := audited(t, path, "-c", c)
			reportSound(t, r, nil)
			if n := r.Totals.Verdicts.Overcharge; n > 0 {
				t.Errorf("%s, seed %d, %d %% lost: %d overcharges with %s", from, seed, percent, n, filepath.Base(c))
			}
		}
	}
}
