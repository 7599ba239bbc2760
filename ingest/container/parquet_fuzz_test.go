package container

import (
	"bytes"
	"math/rand/v2"
	"runtime"
	"testing"
)

// FuzzParquet reads files that are damaged in any way: it must not panic, take
// memory without bound, or hand out a row that lacks cells.
func FuzzParquet(f *testing.F) {
	for _, path := range samples(f) {
		if data := readSample(f, path); len(data) < 8<<10 {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) { readDamaged(t, data) })
}

// FuzzParquet finds few files that open at all, so here only some bytes change.
func TestParquetMutations(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, path := range samples(t) {
		sample := readSample(t, path)
		for range 50 {
			data := bytes.Clone(sample)
			for range 1 + rng.IntN(3) {
				data[rng.IntN(len(data))] = byte(rng.IntN(256))
			}
			readDamaged(t, data)
		}
	}
}

func readDamaged(t *testing.T, data []byte) {
	const enough = 20_000 // rows; a few bytes may stand for billions of nulls
	const most = maxPage + 64<<20
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	o := Opener{Limits: limits(1<<16, 1<<16), Format: parquet{}}
	reader, _, err := o.Open(bytes.NewReader(data))
	if err != nil {
		return
	}
	rows := 0
	for b := new(Block); rows < enough && reader.Next(b) == nil; {
		for rec := range b.Records() {
			if !rec.TooLong && len(rec.Row.Cells) != len(rec.Row.Columns.Names) {
				t.Fatalf("%d cells for %d columns", len(rec.Row.Cells), len(rec.Row.Columns.Names))
			}
			if rows++; rows == enough {
				break
			}
		}
	}
	runtime.ReadMemStats(&after)
	if taken := after.TotalAlloc - before.TotalAlloc; taken > most {
		t.Errorf("took %d bytes for %d", taken, len(data))
	}
}
