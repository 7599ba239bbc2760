package source

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/zstd"
)

// tree makes a folder with files, each holding its own name, and links, which
// are written "name -> target".
func tree(t *testing.T, entries ...string) string {
	t.Helper()
	root := t.TempDir()
	for _, entry := range entries {
		name, target, link := strings.Cut(entry, " -> ")
		path := filepath.Join(root, name)
		err := os.MkdirAll(filepath.Dir(path), 0o755)
		if link {
			err = errors.Join(err, os.Symlink(target, path))
		} else {
			err = errors.Join(err, os.WriteFile(path, []byte(name), 0o644))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestFind(t *testing.T) {
	tests := []struct {
		name    string
		entries []string
		paths   []string
		want    []string // "!" marks one that cannot be listed
	}{
		{"file", []string{"a.json"}, []string{"a.json"}, []string{"a.json"}},
		{"folder", []string{"b/2", "b/1", "a", "b/c/d"}, []string{"."}, []string{"a", "b/1", "b/2", "b/c/d"}},
		{"empty folder", []string{"a/.keep"}, []string{"a"}, nil},
		{"hidden", []string{".a", ".b/c", "d/.e", "f"}, []string{"."}, []string{"f"}},
		{"hidden but named", []string{".a", ".b/c"}, []string{".a", ".b"}, []string{".a", ".b/c"}},
		{"each once", []string{"a/1", "a/2"}, []string{"a/2", "./a/../a", "a/*", "a/2"}, []string{"a/1", "a/2"}},
		{"pattern", []string{"a/1.json", "a/b/2.json", "a/b/c/3.json", "a/b/4.csv", "a/.h/5.json"}, []string{"a/**/*.json"},
			[]string{"a/1.json", "a/b/2.json", "a/b/c/3.json"}},
		{"pattern of folders", []string{"2025-01/a", "2025-02/b", "2026-01/c"}, []string{"2025-*"}, []string{"2025-01/a", "2025-02/b"}},
		{"brackets in a name", []string{"a[1].json", "a1.json"}, []string{"a[1].json"}, []string{"a[1].json"}},
		{"link to a file", []string{"log.1", "log -> log.1"}, []string{"."}, []string{"log.1"}},
		{"link to a folder", []string{"a -> z", "z/1"}, []string{"."}, []string{"z/1"}},
		{"link out of the folder", []string{"in/a -> ../out", "out/1"}, []string{"in"}, []string{"in/a/1"}},
		{"loops", []string{"a/b/up -> ../..", "a/self -> .", "a/1"}, []string{"a"}, []string{"a/1"}},
		{"loops in a pattern", []string{"a/x -> .", "a/y -> .", "a/1"}, []string{"a/**"}, []string{"a/1"}},
		{"link to nothing", []string{"a -> gone", "b"}, []string{"."}, []string{"!a", "b"}},
		{"standard input", nil, []string{"-", "-"}, []string{"-"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Chdir(tree(t, tt.entries...))
			inputs, err := Find(context.Background(), tt.paths, nil)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, in := range inputs {
				name := in.Path
				if in.Err != nil {
					name = "!" + name
				}
				got = append(got, name)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFindNothing(t *testing.T) {
	t.Chdir(tree(t, "a"))
	_, err := Find(context.Background(), []string{"a", "b", "c/*.json", "[", "a/b"}, nil)
	want := `b: no such file or folder; check the path
c/*.json: no file matches the pattern; check it, and quote it so that the shell hands it over as it is
[: no file matches the pattern; check it, and quote it so that the shell hands it over as it is`
	if err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

// A folder that cannot be listed does not hide the others.
func TestUnreadableFolder(t *testing.T) {
	t.Chdir(tree(t, "a/1", "b/2"))
	f := inputFinder{walked: map[string]bool{}, readDir: func(folder string) ([]os.DirEntry, error) {
		if folder == "a" {
			return nil, &fs.PathError{Op: "open", Path: folder, Err: fs.ErrPermission}
		}
		return os.ReadDir(folder)
	}}
	f.folder(".")
	inputs := f.inputs()
	if len(inputs) != 2 || inputs[1].Path != "b/2" || inputs[0].Err == nil ||
		inputs[0].Err.Error() != "a: no permission to read it; change its mode, or run as a user who may read it" {
		t.Errorf("got %+v", inputs)
	}
}

// given is an input that holds data, and after it ends with err.
func given(data []byte, err error) Input {
	return NewInput("in", -1, func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(io.MultiReader(bytes.NewReader(data), iotest.ErrReader(err))), nil
	})
}

func gzipped(text string) []byte {
	var buf bytes.Buffer
	w := gzip.NewWriter(&buf)
	io.WriteString(w, text)
	w.Close()
	return buf.Bytes()
}

func zstandard(t *testing.T, text string) []byte {
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return w.EncodeAll([]byte(text), nil)
}

func TestOpen(t *testing.T) {
	var numbers strings.Builder
	for i := range 50_000 {
		fmt.Fprintln(&numbers, i)
	}
	text := numbers.String()
	gz, zs := gzipped(text), zstandard(t, text)
	damaged := bytes.Clone(gz)
	damaged[len(damaged)-6]++
	skippable := append([]byte{0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3}, zs...)
	broken := errors.New("the disk is broken")
	tests := []struct {
		name        string
		data        []byte
		err         error
		compression string
		want        string
		problem     Problem // if err or the data is bad
		message     string
	}{
		{"plain", []byte(text), io.EOF, "", text, 0, ""},
		{"empty", nil, io.EOF, "", "", 0, ""},
		{"one byte", []byte("{"), io.EOF, "", "{", 0, ""},
		{"gzip", gz, io.EOF, Gzip, text, 0, ""},
		{"gzip, several members", append(gzipped("a"), gzipped("b")...), io.EOF, Gzip, "ab", 0, ""},
		{"gzip, cut", gz[:len(gz)/2], io.EOF, Gzip, text[:1], Truncated, "in: unexpected end: the file was cut; fetch it again"},
		{"gzip, cut in its head", gz[:5], io.EOF, Gzip, "", Truncated, "in: unexpected end: the file was cut; fetch it again"},
		{"gzip, damaged", damaged, io.EOF, Gzip, text, Corrupt, "in: the compressed data is damaged (gzip: invalid checksum); fetch it again"},
		{"gzip, junk behind", append(bytes.Clone(gz), "junk junk junk"...), io.EOF, Gzip, text, Corrupt, "in: the compressed data is damaged (gzip: invalid header); fetch it again"},
		{"zstd", zs, io.EOF, Zstd, text, 0, ""},
		{"zstd behind a skippable frame", skippable, io.EOF, Zstd, text, 0, ""},
		{"zstd, two frames", append(zstandard(t, "a"), zstandard(t, "b")...), io.EOF, Zstd, "ab", 0, ""},
		{"zstd, cut", zs[:len(zs)-10], io.EOF, Zstd, "", Truncated, "in: unexpected end: the file was cut; fetch it again"},
		{"disk fails", []byte("abc"), broken, "", "abc", Unreadable, "in: it cannot be read (the disk is broken)"},
		{"disk fails under gzip", gz[:len(gz)/2], broken, Gzip, text[:1], Unreadable, "in: it cannot be read (the disk is broken)"},
	}
	var o Opener // one for all, as it is used
	defer o.Close()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			compression, got, err := readAll(t, &o, given(tt.data, tt.err))
			if !strings.HasPrefix(got, tt.want) || tt.message == "" && got != tt.want {
				t.Errorf("got %d bytes %.20q, want %d", len(got), got, len(tt.want))
			}
			if compression != tt.compression {
				t.Errorf("compression %q", compression)
			}
			problem, _ := errors.AsType[*Error](err)
			if tt.message == "" && err != nil || tt.message != "" && (problem == nil || problem.Problem != tt.problem || problem.Error() != tt.message) {
				t.Errorf("got error %v, want %q", err, tt.message)
			}
		})
	}
}

// readAll returns the compression of the input and what could be read of it.
func readAll(t *testing.T, o *Opener, in Input) (compression, text string, err error) {
	t.Helper()
	s, err := o.Open(t.Context(), in)
	if err != nil {
		return Gzip, "", err // only that is read before the stream is
	}
	defer s.Close()
	data, err := io.ReadAll(s)
	return s.Compression, string(data), err
}

func TestOpenError(t *testing.T) {
	for cause, want := range map[error]Problem{fs.ErrNotExist: NotFound, fs.ErrPermission: NoPermission, io.ErrClosedPipe: Unreadable} {
		in := NewInput("in", -1, func(context.Context) (io.ReadCloser, error) { return nil, cause })
		_, err := new(Opener).Open(t.Context(), in)
		if problem, ok := errors.AsType[*Error](err); !ok || problem.Problem != want || !errors.Is(err, cause) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
}

// The digest is of the raw bytes, all of them, whether they were needed or not.
func TestHash(t *testing.T) {
	const digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" // of "abc"
	o := Opener{Hash: sha256.New()}
	s, err := o.Open(t.Context(), given([]byte("abc"), io.EOF))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Drain(); err != nil || s.Sum() != digest || s.BytesRead() != 3 {
		t.Errorf("got %q, %d bytes, %v", s.Sum(), s.BytesRead(), err)
	}
	s, err = o.Open(t.Context(), given([]byte("abc"), io.ErrClosedPipe))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Drain(); err == nil || s.Sum() != "" {
		t.Errorf("got %q, %v of a file that cannot be read", s.Sum(), err)
	}
}

func TestPipe(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(w, "abc")
	w.Close()
	path := fmt.Sprintf("/dev/fd/%d", r.Fd())
	if _, err := os.Stat(path); err != nil {
		t.Skip("the system has no names for open files")
	}
	inputs, err := Find(context.Background(), []string{path}, nil)
	if err != nil || len(inputs) != 1 || inputs[0].Size != -1 {
		t.Fatalf("got %+v, %v", inputs, err)
	}
	if _, text, err := readAll(t, new(Opener), inputs[0]); text != "abc" || err != nil {
		t.Errorf("got %q, %v", text, err)
	}
}

// What is written to while it is read may be half of two states, and says so; what is
// only read, and what is no file, does not.
func TestChanged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(path, []byte("a\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	inputs, err := Find(t.Context(), []string{path}, nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err := new(Opener).Open(t.Context(), inputs[0])
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Changed(); err != nil {
		t.Error(err)
	}
	for text, size := range map[string]int64{"grown": 5, "": 0} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		problem, ok := errors.AsType[*Error](s.Changed())
		if !ok || problem.Problem != Changed {
			t.Errorf("with %d bytes: got %v", size, problem)
		}
	}
	pipe, err := new(Opener).Open(t.Context(), given([]byte("abc"), io.EOF))
	if err != nil || pipe.Changed() != nil {
		t.Errorf("%v, %v", err, pipe.Changed())
	}
}

// A file is read as far as it went when it was opened; the log of a program that is still
// writing says that it changed.
func TestGrowing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	if err := os.WriteFile(path, []byte("a\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	inputs, err := Find(t.Context(), []string{filepath.Dir(path)}, nil)
	if err != nil || len(inputs) != 1 || inputs[0].Size != 2 {
		t.Fatalf("%+v, %v", inputs, err)
	}
	s, err := (&Opener{Hash: sha256.New()}).Open(t.Context(), inputs[0])
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := os.WriteFile(path, []byte("a\nb\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(s)
	if string(text) != "a\n" || err != nil || s.Sum() == "" || s.Changed() == nil {
		t.Errorf("got %q, %v, %v", text, err, s.Changed())
	}
}

// What changes between being found and being opened says so where that loses anything: a
// file that shrank, an archive that was written anew.
func TestChangedBefore(t *testing.T) {
	plain, packed := []byte("some lines\n"), new(bytes.Buffer)
	w := gzip.NewWriter(packed)
	if _, err := w.Write(plain); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		was, is []byte
		changed bool
	}{
		"plain, shrunk": {plain, plain[:5], true}, "plain, grown": {plain[:5], plain, false}, "plain, empty": {plain, nil, true},
		"gzip, shrunk": {append(packed.Bytes(), packed.Bytes()...), packed.Bytes(), true}, "gzip": {packed.Bytes(), packed.Bytes(), false},
		"zip": {zipOf(t, "a", "b"), zipOf(t, "a", "bb"), true}, "tar": {tarOf(t, "a", "b"), tarOf(t, "a", "b", "c"), true},
		"zip, as it was": {zipOf(t, "a"), nil, false},
	} {
		path := filepath.Join(t.TempDir(), "log")
		if err := os.WriteFile(path, tt.was, 0o600); err != nil {
			t.Fatal(err)
		}
		inputs, err := Find(t.Context(), []string{path}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if tt.changed || tt.is != nil {
			if err := os.WriteFile(path, tt.is, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		s, err := new(Opener).Open(t.Context(), inputs[0])
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if problem, ok := errors.AsType[*Error](s.Changed()); ok != tt.changed || ok && problem.Problem != Changed {
			t.Errorf("%s: got %v", name, problem)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A device whose bytes do not end is refused; the empty one is an empty file.
func TestDevice(t *testing.T) {
	if _, err := os.Stat("/dev/zero"); err != nil {
		t.Skip("there is no such device: ", err)
	}
	inputs, err := Find(t.Context(), []string{"/dev/zero", os.DevNull}, nil)
	if err != nil || len(inputs) != 2 {
		t.Fatal(err, inputs)
	}
	if problem, ok := errors.AsType[*Error](inputs[1].Err); !ok || problem.Problem != Endless || inputs[0].Err != nil {
		t.Errorf("got %v and %v", inputs[0].Err, inputs[1].Err)
	}
}
