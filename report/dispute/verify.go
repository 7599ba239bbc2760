package dispute

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"

	"waudit/audit/result"
	"waudit/report/page"
)

// Verification is a claim's files, held to its manifest.
type Verification struct {
	Manifest result.Dispute
	SHA256   string    // of the manifest, in hex
	Files    []Checked // those of the manifest in its order, then others
}

// Checked is a file of a claim.
type Checked struct {
	Name  string
	Bytes int64 // that it has; -1 if it could not be read
	State FileState
	Note  string // more of what is wrong
}

// FileState is what became of a file since the claim was written.
type FileState string

// The states. All but Same are faults.
const (
	Same    FileState = "unchanged"
	Altered FileState = "altered"
	Missing FileState = "missing"
	Extra   FileState = "not in the manifest"
	Unread  FileState = "cannot be read"
)

// Count is how many files are in a state.
func (v *Verification) Count(s FileState) (n int) {
	for _, f := range v.Files {
		if f.State == s {
			n++
		}
	}
	return n
}

// ManifestError says that files are no claim, or that its manifest cannot be read.
type ManifestError struct{ msg string }

// Error says what is wrong.
func (e *ManifestError) Error() string { return e.msg }

// mostManifest is more than any manifest has, in bytes.
const mostManifest = 1 << 30

// Verify holds files to the manifest among them, or in the only folder that there is.
// Without it, or if it is none, the error is a *ManifestError.
func Verify(files fs.FS) (*Verification, error) {
	if entries, err := fs.ReadDir(files, "."); err == nil && len(entries) == 1 && entries[0].IsDir() {
		if files, err = fs.Sub(files, entries[0].Name()); err != nil {
			return nil, err
		}
	}
	text, err := readManifest(files)
	if err != nil {
		return nil, &ManifestError{fmt.Sprintf("%s: %v", manifestFile, err)}
	}
	sum := sha256.Sum256(text)
	v := &Verification{SHA256: hex.EncodeToString(sum[:])}
	switch err := json.Unmarshal(text, &v.Manifest); {
	case err != nil:
		return nil, &ManifestError{manifestFile + ": is no JSON of a manifest: " + err.Error()}
	case v.Manifest.Schema != result.DisputeSchema:
		return nil, &ManifestError{fmt.Sprintf("%s: its schema is %q, and not %s", manifestFile, v.Manifest.Schema, result.DisputeSchema)}
	}
	listed := map[string]bool{manifestFile: true}
	for _, f := range v.Manifest.Files {
		if !fs.ValidPath(f.Name) || listed[f.Name] {
			return nil, &ManifestError{fmt.Sprintf("%s: %q is not the name of one file of a claim", manifestFile, f.Name)}
		}
		listed[f.Name] = true
		v.Files = append(v.Files, v.check(files, f))
	}
	_ = fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			v.Files = append(v.Files, Checked{path, -1, Unread, err.Error()})
		case !entry.IsDir() && !listed[path]:
			v.Files = append(v.Files, Checked{path, sizeOf(entry), Extra, ""})
		}
		return nil
	})
	for _, e := range v.Manifest.Evidence {
		if !listed[e.File] {
			v.Files = append(v.Files, Checked{e.File, -1, Missing, "evidence"})
		}
	}
	return v, nil
}

func readManifest(files fs.FS) ([]byte, error) {
	f, err := files.Open(manifestFile)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return io.ReadAll(io.LimitReader(f, mostManifest))
}

func sizeOf(entry fs.DirEntry) int64 {
	if info, err := entry.Info(); err == nil {
		return info.Size()
	}
	return -1
}

// check holds a file to what the manifest says of it, and its lines to their chain.
func (v *Verification) check(files fs.FS, want result.DisputeFile) Checked {
	f, err := files.Open(want.Name)
	if err != nil {
		if _, err := fs.Stat(files, want.Name); err != nil {
			return Checked{want.Name, -1, Missing, ""}
		}
		return Checked{want.Name, -1, Unread, err.Error()}
	}
	defer func() { _ = f.Close() }()
	h, size, note := sha256.New(), counter(0), ""
	text := io.TeeReader(io.LimitReader(f, want.Bytes+1), io.MultiWriter(h, &size)) // what is longer is altered in any case
	if i := slices.IndexFunc(v.Manifest.Evidence, func(e result.DisputeEvidence) bool { return e.File == want.Name }); i >= 0 {
		var links []string
		links, err = chain(text)
		note = brokenAt(links, v.Manifest.Evidence[i].Chain)
	}
	if err == nil {
		_, err = io.Copy(io.Discard, text)
	}
	switch {
	case err != nil:
		return Checked{want.Name, -1, Unread, err.Error()}
	case note != "" || int64(size) != want.Bytes || hex.EncodeToString(h.Sum(nil)) != want.SHA256:
		return Checked{want.Name, int64(size), Altered, note}
	}
	return Checked{want.Name, int64(size), Same, ""}
}

// counter counts the bytes that are written to it.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// brokenAt says from which line on a chain is not what it was, "" if it is.
func brokenAt(is, was []string) string {
	for i, link := range was {
		switch {
		case i >= len(is):
			return fmt.Sprintf("line %d and those behind it are missing", i+1)
		case is[i] != link:
			return fmt.Sprintf("line %d is not the one that was there", i+1)
		}
	}
	if len(is) > len(was) {
		return fmt.Sprintf("line %d was not there", len(was)+1)
	}
	return ""
}

// WriteTable writes for a person what was found, width columns wide; 0 for the usual.
func (v *Verification) WriteTable(w io.Writer, width int) error {
	p, m := page.New(width, false), &v.Manifest
	claim := []string{page.Clean(m.Account.WABA + " " + m.Account.Name), page.Clean(m.Month)}
	for _, s := range m.Claimed {
		claim = append(claim, page.Clean(s.Currency)+page.NoBreak+page.Clean(s.Amount))
	}
	p.Items("Claim     ", claim...)
	p.Hang("Manifest  ", "SHA-256 "+v.SHA256)
	p.Blank()
	columns := []page.Column{{Name: "file", Shrink: true}, {Name: "bytes", Right: true}, {Name: "state"}}
	var rows [][]string
	for _, f := range v.Files {
		size := ""
		if f.Bytes >= 0 {
			size = strconv.FormatInt(f.Bytes, 10)
		}
		state := string(f.State)
		if f.Note != "" {
			state += ": " + page.Clean(f.Note)
		}
		rows = append(rows, []string{page.Clean(f.Name), size, state})
	}
	p.Table(2, columns, rows)
	p.Blank()
	for _, e := range m.Evidence {
		what := []string{page.Clean(e.File), number(int(e.Records), "record", "records")}
		if n := e.Signed; n != nil {
			what = append(what, fmt.Sprintf("%d signed, %d not (share %s)", n.Valid, n.Absent, page.Clean(n.Share)))
		}
		if len(e.Chain) > 0 {
			what = append(what, "last link "+page.Clean(e.Chain[len(e.Chain)-1]))
		}
		p.Items("Evidence  ", what...)
	}
	var sums []string
	for _, s := range [...]FileState{Same, Altered, Missing, Extra, Unread} {
		if n := v.Count(s); n > 0 || s == Same {
			sums = append(sums, fmt.Sprintf("%d %s", n, s))
		}
	}
	p.Items("Files     ", sums...)
	_, err := io.WriteString(w, p.String())
	return err
}
