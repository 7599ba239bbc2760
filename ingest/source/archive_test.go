package source

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// zipOf is a zip archive of files that hold their own names, each again and again.
func zipOf(t *testing.T, names ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, name := range names {
		f, err := w.Create(name)
		if err == nil {
			_, err = io.WriteString(f, contentOf(name))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func tarOf(t *testing.T, names ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, name := range names {
		header := &tar.Header{Name: name, Mode: 0o600, Size: int64(len(contentOf(name)))}
		if target, link := strings.CutPrefix(name, "link/"); link {
			header.Typeflag, header.Linkname, header.Size = tar.TypeSymlink, target, 0
		}
		if err := w.WriteHeader(header); err != nil {
			t.Fatal(err)
		}
		if header.Size > 0 {
			if _, err := io.WriteString(w, contentOf(name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func contentOf(name string) string {
	if strings.HasSuffix(name, "/") {
		return ""
	}
	return strings.Repeat(name+"\n", 3000)
}

// write makes a file in a new folder, which becomes the working one.
func write(t *testing.T, name string, data []byte) {
	t.Helper()
	t.Chdir(t.TempDir())
	if err := os.WriteFile(name, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// The files of an archive are inputs, whatever it is compressed with and called, and
// can be read in any order, and together.
func TestArchive(t *testing.T) {
	names := []string{"c", "2026/", "2026/b", "a", ".hidden/x", "__MACOSX/a", "./../d", "a"}
	want := []string{"logs!/2026/b", "logs!/a", "logs!/a (2)", "logs!/c", "logs!/d"}
	tarred := tarOf(t, append(names, "link/a")...)
	for kind, data := range map[string][]byte{
		"zip": zipOf(t, names...), "tar": tarred, "tar.gz": gzipped(string(tarred)), "tar.zst": zstandard(t, string(tarred)),
	} {
		t.Run(kind, func(t *testing.T) {
			write(t, "logs", data)
			inputs, err := Find(t.Context(), []string{"."}, nil)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, in := range inputs {
				got = append(got, in.Path)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatal(diff)
			}
			var open []*Stream
			for _, in := range inputs { // all at once
				s, err := new(Opener).Open(t.Context(), in)
				if err != nil {
					t.Fatal(in.Path, err)
				}
				open = append(open, s)
			}
			for i, s := range open {
				checkMember(t, inputs[i], s)
			}
			for i := range inputs { // once more, the last one first
				s, err := new(Opener).Open(t.Context(), inputs[len(inputs)-1-i])
				if err != nil {
					t.Fatal(err)
				}
				checkMember(t, inputs[len(inputs)-1-i], s)
			}
		})
	}
}

func checkMember(t *testing.T, in Input, s *Stream) {
	t.Helper()
	_, name, _ := strings.Cut(strings.TrimSuffix(in.Path, " (2)"), inArchive)
	got, err := io.ReadAll(s)
	if name == "d" {
		name = "./../d"
	}
	if err != nil || contentOf(name) != string(got) || int64(len(got)) != in.Size {
		t.Errorf("%s: got %d bytes, %v", in.Path, len(got), err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// A path may name a file of an archive, or some.
func TestWithinArchive(t *testing.T) {
	write(t, "logs.zip", zipOf(t, "2026/a.json", "2026/b/c.json", "d"))
	for path, want := range map[string]string{
		"logs.zip!/d":       "logs.zip!/d!",
		"logs.zip!/2026/**": "logs.zip!/2026/a.json logs.zip!/2026/b/c.json",
		"logs.zip!/e":       "logs.zip!/e: no file matches the pattern; check it, and quote it so that the shell hands it over as it is",
		"none.zip!/e":       "none.zip: no such file or folder; check the path",
	} {
		inputs, err := Find(t.Context(), []string{path}, nil)
		var got []string
		for _, in := range inputs {
			got = append(got, in.Path+map[bool]string{true: "!"}[in.Named])
		}
		if err != nil {
			got = append(got, err.Error())
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: got %s", path, got)
		}
	}
	inputs, err := Find(t.Context(), []string{"."}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := KeepApart(inputs, []string{"logs.zip"}); err == nil {
		t.Error("the archive may be written over")
	}
}

// What is damaged is said; what can be read is read.
func TestDamagedArchive(t *testing.T) {
	zipped, tarred := zipOf(t, "a", "b"), tarOf(t, "a", "b")
	wrong := bytes.Clone(zipped)
	wrong[60] ^= 0xff // in the data of a
	locked := bytes.Clone(zipped)
	locked[bytes.Index(locked, []byte("PK\x01\x02"))+8] |= 1 // in the directory
	compressed := gzipped(string(tarred))
	for name, tt := range map[string]struct {
		data []byte
		want []string
	}{
		"zip, cut":               {zipped[:len(zipped)-30], []string{"logs: unexpected end: the file was cut; fetch it again"}},
		"zip, empty":             {zipOf(t), []string{"logs: it cannot be read (an archive without a file)"}},
		"zip, damaged":           {wrong, []string{"a: it cannot be read", "b"}},
		"zip, encrypted":         {locked, []string{"a: it cannot be read (it is encrypted)", "b"}},
		"tar, cut":               {tarred[:len(tarred)/2], []string{"logs: unexpected end: the file was cut; fetch it again", "a"}},
		"tar, cut between files": {tarred[:512+6144], []string{"logs: unexpected end: the file was cut; fetch it again", "a"}},
		"tar.gz, cut":            {compressed[:len(compressed)-20], []string{"logs: unexpected end: the file was cut; fetch it again", "a"}},
		"tar, damaged":           {append(tarred[:10240:10240], tarred[10250:]...), []string{"logs: ", "a"}},
		"a workbook":             {zipOf(t, "[Content_Types].xml", "xl/workbook.xml"), []string{"logs"}},
	} {
		t.Run(name, func(t *testing.T) {
			write(t, "logs", tt.data)
			inputs, err := Find(t.Context(), []string{"logs"}, nil)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for i, in := range inputs {
				said := strings.TrimPrefix(in.Path, "logs!/")
				if _, _, err := readAll(t, new(Opener), in); err != nil {
					said = strings.TrimPrefix(err.Error(), "logs!/")
				}
				if i < len(tt.want) && strings.HasPrefix(said, tt.want[i]) {
					said = tt.want[i]
				}
				got = append(got, said)
			}
			if len(got) > len(tt.want) && strings.HasPrefix(name, "tar") {
				got = got[:len(tt.want)] // what was cut is listed or not
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// An archive has as many inputs as a run can have, and no more.
func TestManyMembers(t *testing.T) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for i := range maxMembers + 1 {
		if _, err := w.CreateHeader(&zip.FileHeader{Name: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	write(t, "logs", out.Bytes())
	inputs, err := Find(t.Context(), []string{"logs"}, nil)
	if err != nil || len(inputs) != maxMembers+1 || inputs[0].Err == nil || !strings.Contains(inputs[0].Err.Error(), "more than 65536 files") {
		t.Errorf("got %d, %v", len(inputs), err)
	}
}

// An archive in an object store is read in place.
func TestArchiveInStore(t *testing.T) {
	server := newServer(t, map[string]testObject{
		"logs/a.zip": {data: string(zipOf(t, "x", "y"))}, "logs/b.tar.gz": {data: string(gzipped(string(tarOf(t, "z"))))},
	})
	inputs, err := server.find(t, "s3://logs/logs/")
	if err != nil || len(inputs) != 3 {
		t.Fatal(inputs, err)
	}
	for i, want := range []string{"s3://logs/logs/a.zip!/x", "s3://logs/logs/a.zip!/y", "s3://logs/logs/b.tar.gz!/z"} {
		if _, got, err := readAll(t, new(Opener), inputs[i]); inputs[i].Path != want || err != nil || got != contentOf(filepath.Base(want)) {
			t.Errorf("%s: %d bytes, %v", inputs[i].Path, len(got), err)
		}
	}
	if inputs, err = server.find(t, "s3://logs/logs/a.zip!/y"); err != nil || len(inputs) != 1 {
		t.Error(inputs, err)
	}
}
