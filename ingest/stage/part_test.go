package stage

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"waudit/ingest/frame"
)

// stream is frames as a reader has them.
func stream(t *testing.T, frames []frame.Frame) *frame.Reader {
	t.Helper()
	var b bytes.Buffer
	w := frame.NewWriter(&b, false)
	for _, f := range frames {
		if err := w.Write(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	return frame.NewReader(&b, false)
}

// TestLeftover: blocks of pairs that are left come once each, whichever way their frames
// come, and none is missing unseen.
func TestLeftover(t *testing.T) {
	var b bytes.Buffer
	w, joined := frame.NewWriter(&b, false), &Joined{}
	for _, of := range [][]uint32{{0, 3}, {1}, {2}} {
		p := &Partial{Of: of}
		for n := range of[0] + 1 {
			if err := p.WriteLeft(w, []byte{byte(of[0]), byte(n)}); err != nil {
				t.Fatal(err)
			}
		}
		joined.Add(p)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	var frames []frame.Frame
	for r := frame.NewReader(&b, false); ; {
		f, err := r.Next()
		if err != nil {
			break
		}
		frames = append(frames, f)
	}
	read := func(frames []frame.Frame) (blocks int, of []uint32, err error) {
		s := (&Plan{Partitions: 4}).NewSideInput()
		s.log, s.Joined = &logFacts{}, joined
		left, err := s.Leftover(stream(t, frames))
		for block := []byte{}; err == nil && block != nil; blocks++ {
			block, err = left.Next()
		}
		if err != nil {
			t.Fatal(err)
		}
		of, err = left.Of()
		return blocks - 1, of, err
	}
	doubled := slices.Concat(frames, frames)
	slices.Reverse(doubled)
	for _, c := range []struct {
		frames []frame.Frame
		blocks int
		of     []uint32
		lack   string
	}{
		{frames: doubled, blocks: 6, of: []uint32{0, 1, 2, 3}},
		{frames: frames[:1], blocks: 1, of: []uint32{0, 3}},
		{frames: nil},
		{frames: frames[:2], blocks: 2, lack: "partition 1, what `stage survey` has left: frame 2 of 2"},
		{frames: frames[4:], blocks: 2, lack: "partition 2, what `stage survey` has left: frame 1 of 3"},
	} {
		blocks, of, err := read(c.frames)
		if blocks != c.blocks || !slices.Equal(of, c.of) || (err != nil) != (c.lack != "") || err != nil && !strings.Contains(err.Error(), c.lack) {
			t.Errorf("of %d frames: %d blocks of %v, %v", len(c.frames), blocks, of, err)
		}
	}
}
