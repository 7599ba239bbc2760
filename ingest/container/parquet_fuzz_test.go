package container

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"
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

// FuzzParquet finds few files that open at all, so here little is damaged, in
// the ways in which files and whoever writes them fail.
func TestParquetMutations(t *testing.T) {
	each := 100
	if n, err := strconv.Atoi(os.Getenv("WAUDIT_MUTATIONS")); err == nil {
		each = n
	}
	for i, path := range samples(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(uint64(i), 2))
			sample := readSample(t, path)
			for range each {
				readDamaged(t, mutate(rng, sample))
			}
		})
	}
}

// mutate returns a copy of a file that differs from it in one to three places.
func mutate(rng *rand.Rand, file []byte) []byte {
	data := bytes.Clone(file)
	pages := len(file) - 8 - int(binary.LittleEndian.Uint32(file[len(file)-8:]))
	for range 1 + rng.IntN(3) {
		at, n := rng.IntN(len(data)), 1+rng.IntN(8)
		if rng.IntN(2) == 0 {
			at = rng.IntN(pages) // the footer is most of a small file
		}
		n = min(n, len(data)-at)
		switch rng.IntN(6) {
		case 0:
			data[at] = byte(rng.IntN(256))
		case 1:
			data[at] ^= 1 << rng.IntN(8)
		case 2: // numbers become long, and large
			copy(data[at:], bytes.Repeat([]byte{[]byte{0, 0x80, 0xff}[rng.IntN(3)]}, n))
		case 3:
			data = slices.Delete(data, at, at+n)
		case 4:
			data = slices.Insert(data, at, data[at:at+n]...)
		case 5:
			copy(data[at:at+n], file[rng.IntN(len(file)):])
		}
	}
	return data
}

// readDamaged reads a file, in little time and with little memory.
func readDamaged(t *testing.T, data []byte) {
	const maxMemory, deadline = 64 << 20, 20 * time.Second
	done := make(chan uint64, 1)
	go func() {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if err := readAllRows(data); err != nil {
			t.Error(err)
		}
		runtime.ReadMemStats(&after)
		done <- after.TotalAlloc - before.TotalAlloc
	}()
	select {
	case taken := <-done:
		if taken > maxMemory {
			t.Errorf("took %d bytes for %d", taken, len(data))
		}
	case <-time.After(deadline):
		t.Fatalf("%d bytes are not read in %v", len(data), deadline)
	}
}

// readAllRows reads a file as a run does, and says whether a row lacks cells.
func readAllRows(data []byte) error {
	const enough = 20_000 // rows; a few bytes may stand for billions of nulls
	o := Sniffer{Limits: limits(1<<16, 1<<16), Format: &parquet}
	reader, _, err := o.Open(bytes.NewReader(data))
	if err != nil {
		return nil
	}
	rows := 0
	for b := new(Block); rows < enough && reader.Next(b) == nil; {
		for rec := range b.Records() {
			if !rec.TooLong && len(rec.Row.Cells) != len(rec.Row.Columns.Names) {
				return fmt.Errorf("%d cells for %d columns", len(rec.Row.Cells), len(rec.Row.Columns.Names))
			}
			if rows++; rows == enough {
				break
			}
		}
	}
	return nil
}
