package ingest

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestSpoolInputs: blocks come by input and in their order, however they were added,
// also where most of them are in the file, and all inputs at once.
func TestSpoolInputs(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	s := &Spool{Dir: t.TempDir()}
	defer s.Close()
	const inputs, blocks = 3, 40
	order := rng.Perm(inputs * blocks)
	of := func(i int) []byte {
		return bytes.Repeat(binary.BigEndian.AppendUint16(nil, uint16(i)), spoolMemory*3/4/(inputs*blocks)+i)
	}
	for _, i := range order {
		s.Add(uint32(i/blocks), int64(i%blocks), of(i))
	}
	if s.file == nil || len(s.memory) == 0 {
		t.Fatal("not both the file and memory have blocks")
	}
	for range 2 {
		all, err := s.Inputs()
		if err != nil || len(all) != inputs {
			t.Fatalf("%d inputs, %v", len(all), err)
		}
		for first := range all[0] { // one is read while another is
			if !bytes.Equal(first, of(0)) {
				t.Error("the first block is another")
			}
			n := 0
			for block, err := range all[2] {
				if want := of(2*blocks + n); err != nil || !bytes.Equal(block, want) {
					t.Fatalf("block %d of the last input is another: %v", n, err)
				}
				n++
			}
			if n != blocks || !slices.Equal(first, of(0)) {
				t.Errorf("%d blocks", n)
			}
			break
		}
	}
}
