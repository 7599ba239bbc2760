package source

import (
	"bytes"
	"context"
	"io"
	"os"
	"testing"
)

// A regular file that is not compressed can be read anywhere, and nothing else.
func TestReaderAt(t *testing.T) {
	t.Chdir(t.TempDir())
	text := bytes.Repeat([]byte("0123456789"), 100)
	if err := os.WriteFile("plain", text, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("zipped", gzipped(string(text)), 0o600); err != nil {
		t.Fatal(err)
	}
	inputs, err := Find(context.Background(), []string{"plain", "zipped", "-"}, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	part := NewInput("plain", int64(len(text)), func(ctx context.Context) (io.ReadCloser, error) {
		file, _, err := Folder{Path: "."}.Open(ctx, "plain")
		return file, err
	})
	for _, in := range append(inputs, part) {
		s, err := new(Opener).Open(context.Background(), in)
		if err != nil {
			t.Fatal(err)
		}
		at, size, ok := s.ReaderAt()
		if ok != (in.Path == "plain") || ok && size != int64(len(text)) {
			t.Errorf("%s: %v, %d bytes", in.Path, ok, size)
		}
		if !ok {
			continue
		}
		if n, err := at.ReadAt(make([]byte, 20), int64(len(text)-10)); n != 10 || err != io.EOF {
			t.Errorf("read %d bytes, %v", n, err)
		}
		if all, err := io.ReadAll(s); err != nil || !bytes.Equal(all, text) {
			t.Errorf("%d bytes behind each other, %v", len(all), err)
		}
	}
}

// The file is open until everyone has closed it.
func TestRetain(t *testing.T) {
	path := t.TempDir() + "/a"
	if err := os.WriteFile(path, []byte("12345678"), 0o600); err != nil {
		t.Fatal(err)
	}
	inputs, err := Find(context.Background(), []string{path}, nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err := new(Opener).Open(context.Background(), inputs[0])
	if err != nil {
		t.Fatal(err)
	}
	at, _, _ := s.ReaderAt()
	s.Retain()
	for _, open := range []bool{true, false} {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := at.ReadAt(make([]byte, 1), 0); (err == nil) != open {
			t.Errorf("open: %v, got %v", open, err)
		}
	}
}

// What is read by ReaderAt counts when it is said to be done with.
func TestPassed(t *testing.T) {
	s := new(Stream)
	s.raw.bytes.Store(4)
	if s.Passed(3); s.BytesRead() != 4 {
		t.Errorf("got %d", s.BytesRead())
	}
	if s.Passed(9); s.BytesRead() != 9 {
		t.Errorf("got %d", s.BytesRead())
	}
}
