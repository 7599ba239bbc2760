package simulate

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"testing"
)

// TestSorterSpills sorts the same records in memory and through runs.
func TestSorterSpills(t *testing.T) {
	sorted := func(limit int) []byte {
		s := &sorter{dir: t.TempDir(), limit: limit}
		rng := rand.New(rand.NewPCG(1, 2))
		for i := range 2000 {
			body := bytes.Repeat([]byte{byte('a' + i%26)}, rng.IntN(40))
			err := s.add(arrived{At: rng.Int64N(500), Pair: i / 10, Seq: i % 10, Number: i%3 - 1, Body: body})
			if err != nil {
				t.Fatal(err)
			}
		}
		var out bytes.Buffer
		last := arrived{At: -1}
		for r, err := range s.sorted() {
			if err != nil {
				t.Fatal(err)
			}
			if last.compare(r) >= 0 {
				t.Fatalf("%+v comes before %+v", last, r)
			}
			last = *r
			out.WriteByte(byte(r.Number))
			out.Write(r.Body)
		}
		again := 0
		for _, err := range s.sorted() { // bills are gone through twice
			if err != nil {
				t.Fatal(err)
			}
			again++
		}
		if again != 2000 {
			t.Errorf("%d records the second time", again)
		}
		if err := s.close(); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	if !bytes.Equal(sorted(1<<30), sorted(4096)) {
		t.Error("runs in files give another order than memory")
	}
}

func TestSorterReportsBrokenRun(t *testing.T) {
	s := &sorter{dir: t.TempDir(), limit: 1}
	if err := s.add(arrived{At: 1, Body: []byte("a body that is cut off")}); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(s.runs[0].Name(), 20); err != nil {
		t.Fatal(err)
	}
	var failed error
	for _, err := range s.sorted() {
		failed = errors.Join(failed, err)
	}
	if failed == nil {
		t.Error("a run that is cut off was taken for whole")
	}
}
