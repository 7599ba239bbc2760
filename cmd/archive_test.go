package cmd

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
)

// archives write the parts of a log as the files of an archive, in this order.
var archives = map[string]func(t *testing.T, names []string, parts [][]byte) []byte{"zip": zipped, "tar": tarred, "tar.gz": func(t *testing.T, names []string, parts [][]byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(tarred(t, names, parts)); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}}

func zipped(t *testing.T, names []string, parts [][]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for i, part := range parts {
		f, err := w.Create(names[i])
		if err == nil {
			_, err = f.Write(part)
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

func tarred(t *testing.T, names []string, parts [][]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for i, part := range parts {
		err := w.WriteHeader(&tar.Header{Name: names[i], Mode: 0o600, Size: int64(len(part))})
		if err == nil {
			_, err = w.Write(part)
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

// TestArchive: a log in the files of an archive says what it says in one file, each
// file in its own form; evidence is read again by its place in the archive.
func TestArchive(t *testing.T) {
	const seed, messages = 5, 300
	dir, _ := simulated(t, "2026-09-15", seed, messages)
	records, config := lines(t, filepath.Join(dir, "log.ndjson")), filepath.Join(dir, "waudit.yaml")
	want := toldBy(t, config, "log", joined(records, "\n"))
	third := len(records) / 3
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(joined(records[third:2*third], "\n")); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	names := []string{"z/3.json", "1.ndjson.gz", "2.ndjson", "README"}
	parts := [][]byte{append(append([]byte("["), joined(records[:third], ",\n")...), ']'), packed.Bytes(), joined(records[2*third:], "\n"), []byte("Logs of a month.\n")}
	for kind, write := range archives {
		t.Run(kind, func(t *testing.T) {
			folder := t.TempDir()
			path := filepath.Join(folder, "month") // its name tells nothing
			if err := os.WriteFile(path, write(t, names, parts), 0o600); err != nil {
				t.Fatal(err)
			}
			for _, named := range []string{path, folder} {
				if got := toldOf(t, config, kind, named); got != want {
					t.Error(firstDifference(want, got))
				}
			}
			report := filepath.Join(folder, "report.json")
			run(t, "", "audit", "-c", config, "-f", "json", "-o", report, path)
			text, err := os.ReadFile(report)
			if err != nil {
				t.Fatal(err)
			}
			var r struct {
				Findings []struct {
					Account  string `json:"waba_id"`
					Verdict  string
					Amount   struct{ Overcharged string }
					Evidence []struct{ Path string }
				}
			}
			if err := json.Unmarshal(text, &r); err != nil {
				t.Fatal(err)
			}
			account := ""
			for _, f := range r.Findings {
				if f.Verdict == "overcharge" && f.Amount.Overcharged != "" && strings.HasPrefix(f.Evidence[0].Path, path+"!/") {
					account = f.Account
				}
			}
			code, _, stderr := run(t, "", "dispute", report, "--account", account, "--period", "2026-09", "--force", "-o", filepath.Join(folder, "claim"))
			if code != exitClean {
				t.Errorf("exit code %d: %s", code, stderr)
			}
			// The archive is an input, whatever file of it is read.
			code, _, stderr = run(t, "", "audit", "-c", config, path, "--rejects", path)
			if code != exitUsage || !strings.Contains(stderr, "would be overwritten") {
				t.Errorf("exit code %d: %s", code, stderr)
			}
		})
	}
}

// TestArchiveNotRead: what may hold a log and is not read makes the run incomplete.
func TestArchiveNotRead(t *testing.T) {
	inner := tarred(t, []string{"a"}, [][]byte{[]byte("x")})
	for name, tt := range map[string]struct {
		data []byte
		want string
	}{
		"nested":  {zipped(t, []string{"log.ndjson", "b.tar"}, [][]byte{[]byte(scriptFiles["charged.ndjson"]), inner}), "a tar archive in another one"},
		"cut":     {inner[:700], "the file was cut"},
		"sqlite":  {[]byte("SQLite format 3\x00\x10\x00 wamid.x"), "a SQLite database, which is not read; export its table"},
		"nothing": {zipped(t, nil, nil), "an archive without a file"},
	} {
		path := filepath.Join(t.TempDir(), "log")
		if err := os.WriteFile(path, tt.data, 0o600); err != nil {
			t.Fatal(err)
		}
		code, _, stderr := run(t, "", "audit", "--fail-on", "none", filepath.Dir(path))
		if code != exitIncomplete || !strings.Contains(stderr, tt.want) {
			t.Errorf("%s: exit code %d: %s", name, code, stderr)
		}
	}
}
