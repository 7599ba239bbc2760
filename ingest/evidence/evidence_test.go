package evidence

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"waudit/audit/result"
	"waudit/ingest"
)

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// findings rest on these lines of a path.
func findings(id, path string, lines ...uint32) []*result.Finding {
	f := &result.Finding{ID: id}
	for _, n := range lines {
		f.Evidence = append(f.Evidence, result.Evidence{Path: path, Line: n, What: "status"})
	}
	return []*result.Finding{f}
}

const text = "{\"a\":1}\n{\"a\":\"\xff\"}\n{\"a\":3}\n"

// readOf reads evidence of a report with that input, of the paths.
func readOf(t *testing.T, in result.InputFile, paths []string, lists ...[]*result.Finding) ([][]CitedRecord, *Reader, error) {
	t.Helper()
	r, err := New(t.Context(), ingest.Options{Paths: paths}, &result.Run{Inputs: []result.InputFile{in}})
	if err != nil {
		return nil, nil, err
	}
	records, err := r.Read(t.Context(), lists...)
	return records, r, err
}

func TestReadGivesWhatTheListsRestOn(t *testing.T) {
	path := write(t, filepath.Join(t.TempDir(), "log.ndjson"), text)
	claim := append(findings("1", path, 3, 1), findings("2", path, 1)...)
	records, r, err := readOf(t, result.InputFile{Path: path, Bytes: int64(len(text))}, nil, claim, findings("3", path, 2))
	if err != nil {
		t.Fatal(err)
	}
	if len(records[0]) != 2 || len(records[1]) != 1 {
		t.Fatalf("got %+v, want two records and one", records)
	}
	first, raw := records[0][0], records[1][0]
	if first.Line != 1 || first.Text != `{"a":1}` || first.SHA256 != hashOf(`{"a":1}`) || strings.Join(first.Findings, " ") != "1 2" {
		t.Errorf("got %+v, want line 1 for findings 1 and 2", first)
	}
	if raw.Text != "" || string(raw.Bytes) != "{\"a\":\"\xff\"}" || raw.SHA256 != hashOf(string(raw.Bytes)) {
		t.Errorf("got %+v, want the bytes of line 2", raw)
	}
	inputs, err := r.Inputs(t.Context())
	if err != nil || len(inputs) != 1 || inputs[0].SHA256 != hashOf(text) {
		t.Errorf("got %+v (%v), want the hash of the log", inputs, err)
	}
	raw.Hide()
	if raw.Bytes != nil || raw.SHA256 == "" {
		t.Errorf("got %+v, want the hash alone", raw)
	}
}

// An input that is not used as evidence is read for its hash, and held to its size.
func TestInputsAreHashed(t *testing.T) {
	path := write(t, filepath.Join(t.TempDir(), "log.ndjson"), text)
	_, r, err := readOf(t, result.InputFile{Path: path, Bytes: int64(len(text))}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if inputs, err := r.Inputs(t.Context()); err != nil || inputs[0].SHA256 != hashOf(text) {
		t.Errorf("got %+v (%v), want the hash of the log", inputs, err)
	}
	_, r, _ = readOf(t, result.InputFile{Path: path, Bytes: 1}, nil)
	if _, err := r.Inputs(t.Context()); err == nil || !strings.Contains(err.Error(), "has changed") {
		t.Errorf("got %v, want that the input has changed", err)
	}
}

func TestMovedLogs(t *testing.T) {
	was := result.InputFile{Path: "logs/log.ndjson", Bytes: int64(len(text))}
	folder := t.TempDir()
	write(t, filepath.Join(folder, "a", "log.ndjson"), text)
	write(t, filepath.Join(folder, "b", "log.ndjson"), text+"\n")
	records, _, err := readOf(t, was, []string{folder}, findings("1", was.Path, 1))
	if err != nil || records[0][0].Path != was.Path {
		t.Errorf("got %+v (%v), want the record under the report's path", records, err)
	}
	write(t, filepath.Join(folder, "c", "log.ndjson"), text)
	if _, _, err := readOf(t, was, []string{folder}, findings("1", was.Path, 1)); err == nil || !strings.Contains(err.Error(), "exactly one file") {
		t.Errorf("got %v, want that two files may be meant", err)
	}
}

func TestFaultsNameTheInput(t *testing.T) {
	path := write(t, filepath.Join(t.TempDir(), "log.ndjson"), text)
	size := int64(len(text))
	for name, tt := range map[string]struct {
		in       result.InputFile
		findings []*result.Finding
		want     string
	}{
		"size":     {result.InputFile{Path: path, Bytes: 1}, findings("1", path, 1), path + " has changed"},
		"hash":     {result.InputFile{Path: path, Bytes: size, SHA256: hashOf("")}, findings("1", path, 1), "with SHA-256 " + hashOf("")},
		"line":     {result.InputFile{Path: path, Bytes: size}, findings("1", path, 9), path + ":9: no record"},
		"unknown":  {result.InputFile{Path: path, Bytes: size}, findings("1", "other", 1), "other holds evidence"},
		"standard": {result.InputFile{Path: "-"}, nil, "standard input cannot be read again"},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := readOf(t, tt.in, nil, tt.findings)
			var changed *ChangedError
			if !errors.As(err, &changed) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}
