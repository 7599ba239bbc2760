package dispute

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"waudit/audit/result"
)

// claimFiles are the files of a claim with two lines of evidence.
func claimFiles(t *testing.T, change func(m *result.Dispute)) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{evidenceFile: {Data: []byte("{\"a\":1}\n{\"a\":2}\n")}, "timelines/a.svg": {Data: []byte("<svg/>")}}
	lines := Lines{Records: 2, Data: files[evidenceFile].Data}
	m := result.Dispute{Schema: result.DisputeSchema, Evidence: []result.DisputeEvidence{lines.summary(evidenceFile)}}
	for _, name := range []string{evidenceFile, "timelines/a.svg"} {
		sum := sha256.Sum256(files[name].Data)
		m.Files = append(m.Files, result.DisputeFile{Name: name, SHA256: hex.EncodeToString(sum[:]), Bytes: int64(len(files[name].Data))})
	}
	if change != nil {
		change(&m)
	}
	text, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	files[manifestFile] = &fstest.MapFile{Data: text}
	return files
}

// The links are those of: printf '{"a":1}\n' | sha256sum, and of its output and the next line.
func TestChain(t *testing.T) {
	links, err := chain(strings.NewReader("{\"a\":1}\n{\"a\":2}"), 3)
	first := fmt.Sprintf("%x", sha256.Sum256([]byte("{\"a\":1}\n")))
	second := fmt.Sprintf("%x", sha256.Sum256([]byte(first+"{\"a\":2}")))
	if err != nil || len(links) != 2 || links[0] != first || links[1] != second {
		t.Errorf("%v, %v", links, err)
	}
}

// Whoever verifies a claim has it from somebody else: neither one line without an end nor
// very many short ones may take up memory.
func TestChainHoldsNoLines(t *testing.T) {
	const size = 8 << 20
	for name, text := range map[string]string{"one line": "x", "empty lines": "\n"} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		links, err := chain(io.LimitReader(endless(text), size), 3)
		runtime.ReadMemStats(&after)
		if grown := after.TotalAlloc - before.TotalAlloc; err != nil || len(links) > 3 || grown > size/32 {
			t.Errorf("%s: %d links, %d bytes, %v", name, len(links), grown, err)
		}
	}
}

// endless is a sign without end.
type endless string

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = e[0]
	}
	return len(p), nil
}

func TestVerify(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(files fstest.MapFS)
		want   string // files that are not as they were
	}{
		"whole":         {func(fstest.MapFS) {}, ""},
		"a line more":   {func(f fstest.MapFS) { f[evidenceFile].Data = []byte("{\"a\":1}\n{\"a\":2}\n{}\n") }, "evidence.ndjson altered: line 3 was not there"},
		"a line less":   {func(f fstest.MapFS) { f[evidenceFile].Data = []byte("{\"a\":1}\n") }, "evidence.ndjson altered: line 2 and those behind it are missing"},
		"turned round":  {func(f fstest.MapFS) { f[evidenceFile].Data = []byte("{\"a\":2}\n{\"a\":1}\n") }, "evidence.ndjson altered: line 1 is not the one that was there"},
		"same size":     {func(f fstest.MapFS) { f["timelines/a.svg"].Data = []byte("<svg?>") }, "timelines/a.svg altered"},
		"grown":         {func(f fstest.MapFS) { f["timelines/a.svg"].Data = []byte("<svg/> and more") }, "timelines/a.svg altered"},
		"missing":       {func(f fstest.MapFS) { delete(f, "timelines/a.svg") }, "timelines/a.svg missing"},
		"one more":      {func(f fstest.MapFS) { f["x/y"] = &fstest.MapFile{} }, "x/y not in the manifest"},
		"a folder":      {func(f fstest.MapFS) { f["timelines/a.svg"].Mode = fs.ModeDir }, "timelines/a.svg cannot be read"},
		"another chain": {func(f fstest.MapFS) { f[manifestFile] = claimFiles(t, otherChain)[manifestFile] }, "evidence.ndjson altered: line 2 is not the one that was there"},
	} {
		t.Run(name, func(t *testing.T) {
			files := claimFiles(t, nil)
			tt.change(files)
			v, err := Verify(files)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, f := range v.Files {
				if f.State != result.FileSame {
					got += strings.TrimSuffix(fmt.Sprintf("%s %s: %s", f.Name, f.State, f.Note), ": ")
				}
			}
			if (got == "") != (tt.want == "") || !strings.HasPrefix(got, tt.want) {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func otherChain(m *result.Dispute) { m.Evidence[0].Chain[1] = strings.Repeat("0", 64) }

// A claim may lie in a folder of the archive, as archives of folders have it.
func TestVerifyInFolder(t *testing.T) {
	files := fstest.MapFS{}
	for name, f := range claimFiles(t, nil) {
		files["claim/"+name] = f
	}
	if v, err := Verify(files); err != nil || v.Count(result.FileSame) != 2 {
		t.Errorf("%+v, %v", v, err)
	}
}

func TestVerifyRefuses(t *testing.T) {
	for want, files := range map[string]fstest.MapFS{
		"file does not exist": {"x": {}},
		"is no JSON":          {manifestFile: {Data: []byte("x")}},
		"its schema is":       {manifestFile: {Data: []byte(`{"schema":"waudit.report/v1"}`)}},
		`"../x" is not the name`: claimFiles(t, func(m *result.Dispute) {
			m.Files[0].Name = "../x"
		}),
		"is not the name of one file": claimFiles(t, func(m *result.Dispute) { m.Files[1].Name = evidenceFile }),
	} {
		_, err := Verify(files)
		if _, ok := errors.AsType[*ManifestError](err); !ok || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	v, err := Verify(claimFiles(t, func(m *result.Dispute) { m.Evidence[0].File = "other.ndjson" }))
	if err != nil || v.Count(result.FileMissing) != 1 {
		t.Errorf("evidence that is not among the files: %+v, %v", v, err)
	}
}
