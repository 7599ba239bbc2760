package group

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"waudit/audit/event"
)

// spilled returns a set that has moved all its events to files.
func spilled(t *testing.T) *Set {
	t.Helper()
	s := fill(t, plan{options: Options{Partitions: 1, Memory: 1, Tmp: t.TempDir()}}, messages(1000))
	t.Cleanup(func() { closeSet(t, s) })
	if s.bins[0].file.size == 0 || s.bins[0].bytes.Load() != 0 {
		t.Fatal("nothing was spilled")
	}
	return s
}

func TestDiskFull(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no device that is always full")
	}
	s, err := New(Options{Partitions: 1, Memory: 1, Tmp: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer closeSet(t, s)
	path := s.bins[0].file.path
	if err := os.Symlink("/dev/full", path); err != nil {
		t.Fatal(err)
	}
	w := s.Writer()
	events := messages(1000)
	var failure *SpillError
	n := 0
	for err = nil; err == nil; n++ {
		err = w.Add(&events[n%len(events)])
	}
	if !errors.As(err, &failure) || !errors.Is(err, syscall.ENOSPC) || failure.Op != "write" || failure.Path != path {
		t.Errorf("Add: %v, want that there is no room", err)
	}
	if again := w.Add(&events[0]); !errors.Is(again, err) {
		t.Errorf("the next Add: %v, want the same again", again)
	}
	if s.bins[0].bytes.Load() == 0 {
		t.Error("what could not be written is lost")
	}
	if closed := w.Close(); !errors.Is(closed, syscall.ENOSPC) {
		t.Errorf("Close: %v", closed)
	}
	if _, err := s.Seal(context.Background(), SealOptions{Workers: 1}); !errors.As(err, &failure) {
		t.Errorf("Seal: %v", err)
	}
}

func TestFolderUnusable(t *testing.T) {
	var failure *SpillError
	tmp := filepath.Join(t.TempDir(), "missing")
	if _, err := New(Options{Memory: 1, Tmp: tmp}); !errors.As(err, &failure) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("New: %v", err)
	}
	if want := "temporary file: create " + tmp + ": no such file or directory"; failure.Error() != want {
		t.Errorf("%q, want %q", failure, want)
	}
}

func TestDamagedFile(t *testing.T) {
	tests := []struct {
		name   string
		damage func(data []byte) []byte
		want   error
	}{
		{"a bit", func(data []byte) []byte { data[len(data)/2] ^= 1; return data }, errChecksum},
		{"a length", func(data []byte) []byte { data[11] = 0xff; return data }, errTruncated},
		{"a shorter length", func(data []byte) []byte { data[8] ^= 1; return data }, errChecksum},
		{"the end is missing", func(data []byte) []byte { return data[:len(data)-1] }, errTruncated},
		{"all but a few bytes are missing", func(data []byte) []byte { return data[:5] }, errTruncated},
		{"more behind the end", func(data []byte) []byte { return append(data, "never finished"...) }, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := spilled(t)
			path := s.bins[0].file.path
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, tt.damage(data), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err = s.Seal(context.Background(), SealOptions{Workers: 1})
			if !errors.Is(err, tt.want) {
				t.Errorf("Seal: %v, want %v", err, tt.want)
			}
			if failure := (*SpillError)(nil); tt.want != nil && (!errors.As(err, &failure) || failure.Path != path) {
				t.Errorf("Seal: %v does not name the file", err)
			}
		})
	}
}

func TestMissingFile(t *testing.T) {
	s := spilled(t)
	if _, err := s.Seal(context.Background(), SealOptions{Workers: 1}); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(s.bins[0].file.path); err != nil {
		t.Fatal(err)
	}
	if err := s.Each(0, nil, func(event.Pair) error { return nil }); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Each: %v", err)
	}
}

// TestFilesAreShort: sorting does not leave behind what it has sorted.
func TestFilesAreShort(t *testing.T) {
	s := spilled(t)
	if _, err := s.Seal(context.Background(), SealOptions{Workers: 1}); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(s.dir.path, "*.*"))
	if err != nil || len(files) != 1 || !strings.HasSuffix(files[0], sortedSuffix) {
		t.Errorf("files %v, %v; want the sorted one", files, err)
	}
}

func TestMemoryIsGivenBack(t *testing.T) {
	s := spilled(t)
	if _, err := s.Seal(context.Background(), SealOptions{Workers: 1}); err != nil {
		t.Fatal(err)
	}
	if err := s.Each(0, nil, func(event.Pair) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if used := s.arena.used.Load(); used != 0 {
		t.Errorf("%d bytes are not given back", used)
	}
}

// TestDrainDuringSpill: a bin that is emptied while a writer moves it to its
// file loses nothing between the two.
func TestDrainDuringSpill(t *testing.T) {
	a := &arena{size: minChunk}
	tmp := t.TempDir()
	for i := range 200 {
		b := &bin{file: blockFile{path: filepath.Join(tmp, strconv.Itoa(i))}}
		b.add(append(a.get(1), "a chunk"...))
		spilled := make(chan error)
		go func() { spilled <- b.spill(a) }()
		if i%2 == 0 {
			runtime.Gosched()
		}
		r, err := b.drain(a)
		if err != nil {
			t.Fatal(err)
		}
		var read []byte
		err = r.each(func(chunk []byte) error { read = append(read, chunk...); return nil })
		if err := errors.Join(err, <-spilled); err != nil {
			t.Fatal(err)
		}
		if string(read) != "a chunk" {
			t.Fatalf("read %q", read)
		}
	}
}
