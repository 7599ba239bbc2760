package dispute

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"slices"

	"waudit/audit/result"
)

// ManifestError says that files are no claim, or that its manifest cannot be read.
type ManifestError struct{ msg string }

// Error says what is wrong.
func (e *ManifestError) Error() string { return e.msg }

// mostManifest is more than any manifest has, in bytes.
const mostManifest = 1 << 30

// Verify holds files to the manifest among them, or in the only folder that there is.
// Without it, or if it is none, the error is a *ManifestError.
func Verify(files fs.FS) (*result.Verification, error) {
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
	var m result.Dispute
	switch err := json.Unmarshal(text, &m); {
	case err != nil:
		return nil, &ManifestError{manifestFile + ": is no JSON of a manifest: " + err.Error()}
	case m.Schema != result.DisputeSchema:
		return nil, &ManifestError{fmt.Sprintf("%s: its schema is %q, and not %s", manifestFile, m.Schema, result.DisputeSchema)}
	}
	v := &result.Verification{
		Schema: result.VerifySchema, Account: m.Account, Month: m.Month, Claimed: append([]result.ClaimSum{}, m.Claimed...), Manifest: hex.EncodeToString(sum[:]),
	}
	listed := map[string]bool{manifestFile: true}
	for _, f := range m.Files {
		if !fs.ValidPath(f.Name) || listed[f.Name] {
			return nil, &ManifestError{fmt.Sprintf("%s: %q is not the name of one file of a claim", manifestFile, f.Name)}
		}
		listed[f.Name] = true
		v.Files = append(v.Files, check(files, f, m.Evidence))
	}
	_ = fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			v.Files = append(v.Files, result.VerifiedFile{Name: path, Bytes: -1, State: result.FileUnread, Note: err.Error()})
		case !entry.IsDir() && !listed[path]:
			v.Files = append(v.Files, result.VerifiedFile{Name: path, Bytes: sizeOf(entry), State: result.FileExtra})
		}
		return nil
	})
	for _, e := range m.Evidence {
		verified := result.VerifiedEvidence{File: e.File, Records: e.Records, Signed: e.Signed}
		if len(e.Chain) > 0 {
			verified.LastLink = e.Chain[len(e.Chain)-1]
		}
		v.Evidence = append(v.Evidence, verified)
		if !listed[e.File] {
			v.Files = append(v.Files, result.VerifiedFile{Name: e.File, Bytes: -1, State: result.FileMissing, Note: "evidence"})
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
func check(files fs.FS, want result.DisputeFile, evidence []result.DisputeEvidence) result.VerifiedFile {
	f, err := files.Open(want.Name)
	if err != nil {
		if _, err := fs.Stat(files, want.Name); err != nil {
			return result.VerifiedFile{Name: want.Name, Bytes: -1, State: result.FileMissing}
		}
		return result.VerifiedFile{Name: want.Name, Bytes: -1, State: result.FileUnread, Note: err.Error()}
	}
	defer func() { _ = f.Close() }()
	h, size, note := sha256.New(), counter(0), ""
	text := io.TeeReader(io.LimitReader(f, want.Bytes+1), io.MultiWriter(h, &size)) // what is longer is altered in any case
	if i := slices.IndexFunc(evidence, func(e result.DisputeEvidence) bool { return e.File == want.Name }); i >= 0 {
		var links []string
		links, err = chain(text, len(evidence[i].Chain)+1)
		note = brokenAt(links, evidence[i].Chain)
	}
	if err == nil {
		_, err = io.Copy(io.Discard, text)
	}
	switch {
	case err != nil:
		return result.VerifiedFile{Name: want.Name, Bytes: -1, State: result.FileUnread, Note: err.Error()}
	case note != "" || int64(size) != want.Bytes || hex.EncodeToString(h.Sum(nil)) != want.SHA256:
		return result.VerifiedFile{Name: want.Name, Bytes: int64(size), State: result.FileAltered, Note: note}
	}
	return result.VerifiedFile{Name: want.Name, Bytes: int64(size), State: result.FileSame}
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
