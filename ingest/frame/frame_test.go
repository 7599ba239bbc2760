package frame

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func readAll(text []byte, lines bool) (all []Frame, err error) {
	r := NewReader(bytes.NewReader(text), lines)
	for {
		f, err := r.Next()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		all = append(all, f)
	}
}

// TestFrames: what is written is read again, and of a stream that is cut anywhere but
// between frames that is said.
func TestFrames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.Bool().Draw(t, "lines")
		var want []Frame
		var b bytes.Buffer
		w := NewWriter(&b, lines)
		ends := map[int]bool{0: true}
		for range rapid.IntRange(0, 4).Draw(t, "frames") {
			f := Frame{Kind: ContentKind(rapid.SampledFrom([]byte("epfs")).Draw(t, "kind")), Key: rapid.Uint32().Draw(t, "key"), Data: rapid.SliceOf(rapid.Byte()).Draw(t, "data")}
			if err := errors.Join(w.Write(f), w.Flush()); err != nil {
				t.Fatal(err)
			}
			want = append(want, f)
			ends[b.Len()] = true
		}
		got, err := readAll(b.Bytes(), lines)
		if diff := cmp.Diff(want, got, cmp.Comparer(bytes.Equal)); err != nil || diff != "" {
			t.Fatal(err, diff)
		}
		cut := rapid.IntRange(0, b.Len()).Draw(t, "cut")
		if _, err := readAll(b.Bytes()[:cut], lines); (err == nil) != ends[cut] || err != nil && !errors.Is(err, ErrCut) {
			t.Fatalf("cut at %d: %v", cut, err)
		}
	})
}

// FuzzReader: bytes from anywhere are frames or an error.
func FuzzReader(f *testing.F) {
	f.Add([]byte("e\x02\x00\x00\x00\x00\xff\xff\xff\xffdata"), false)
	f.Add([]byte("e0\tZQEAAAAAAAAAAA==\n"), true)
	f.Fuzz(func(_ *testing.T, data []byte, lines bool) { _, _ = readAll(data, lines) })
}
