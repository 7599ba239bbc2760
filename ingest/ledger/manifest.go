package ledger

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"waudit/ingest/signature"
	"waudit/ingest/source"
)

// ManifestName is the file that makes a folder a ledger.
const ManifestName = source.LedgerManifest

// Schema is the name and version of the manifest's shape. Keys may be added
// within a version, never renamed or removed.
const Schema = source.LedgerSchema

// Manifest says what is in a ledger. Files that it does not name do not belong
// to the ledger, whatever is in them.
type Manifest struct {
	Schema     string        `json:"schema"`
	Version    string        `json:"version"`    // of the program that wrote it
	Generation int           `json:"generation"` // how many times something was packed
	Inputs     []PackedInput `json:"inputs"`     // rows name their origin by its index here
	Parts      []Part        `json:"parts"`
	Facts      *File         `json:"facts,omitempty"`      // changes of accounts and templates, and who is who
	Census     *File         `json:"census,omitempty"`     // what the log shows of every number
	Survey     *KeyedRef     `json:"survey,omitempty"`     // what the free tiers came to
	Findings   *File         `json:"findings,omitempty"`   // whom the findings are about
	Signatures *File         `json:"signatures,omitempty"` // which rows are of signed webhooks
	// Accounts are the WABA ids of each phone_number_id, in their order.
	Accounts map[string][]string `json:"accounts"`
	// Adopted is the phone_number_id that rows without one of their own are of,
	// by their WABA id.
	Adopted map[string]string `json:"adopted,omitempty"`
	// Strays is set if some rows have a customer and no business number. Whether
	// they are of the only one that there is can be told of the whole alone.
	Strays bool `json:"strays,omitempty"`
	// Redacted is the mark of the key by which pseudonyms stand for customers; "": they
	// do not.
	Redacted string `json:"redacted,omitempty"`
}

// PackedInput is a file that was packed.
type PackedInput struct {
	Path        string `json:"path"` // as it was given
	SHA256      string `json:"sha256"`
	Bytes       int64  `json:"bytes"`
	Container   string `json:"container"`
	Compression string `json:"compression,omitempty"`
	Dialect     string `json:"dialect"`
	Records     int64  `json:"records"`
	Used        int64  `json:"used"`
	Ignored     int64  `json:"ignored"`
	Duplicates  int64  `json:"duplicates"`
	Rejected    int64  `json:"rejected"`
	Items       int64  `json:"items"`
	Events      int64  `json:"events"`
	Incomplete  string `json:"incomplete,omitempty"` // why it was not read to its end
	// Signatures are nil where none were verified when it was packed.
	Signatures *signature.Counts `json:"signatures,omitempty"`
}

// File is a file of the ledger.
type File struct {
	Name   string `json:"name"` // in the folder, with a slash where it lies in one of its own
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
}

// KeyedRef is a file that holds only where the key is the same.
type KeyedRef struct {
	File
	Key string `json:"key"`
}

// Part is a Parquet file of events.
type Part struct {
	File
	Rows    int64     `json:"rows"`
	Orphans bool      `json:"orphans,omitempty"` // rows that name no customer, nor does any other of their message
	Number  [2]string `json:"phone_number_id"`   // the first and the last
	User    [2]string `json:"user"`              // least and greatest of phones, else user ids, else group ids
	Time    [2]int64  `json:"time"`              // earliest and latest, Unix milliseconds
	EventCounts
}

// EventCounts are numbers of events.
type EventCounts struct {
	Inbound  int64 `json:"inbound"`  // the users' messages and calls
	Statuses int64 `json:"statuses"` // sent, delivered, read and failed
	Loose    int64 `json:"loose"`    // bill lines that name no message
}

func (c *EventCounts) add(o EventCounts) {
	c.Inbound += o.Inbound
	c.Statuses += o.Statuses
	c.Loose += o.Loose
}

// Has reports whether an input with these bytes is in the ledger, whole.
func (m *Manifest) Has(sha256 string) bool {
	for i := range m.Inputs {
		if in := &m.Inputs[i]; sha256 != "" && in.SHA256 == sha256 && in.Incomplete == "" {
			return true
		}
	}
	return false
}

// Missing says which inputs were not read to their end, and why, but for those
// of which a whole one of the same path was packed later.
func (m *Manifest) Missing() []string {
	var why []string
	whole := map[string]bool{}
	for i := len(m.Inputs) - 1; i >= 0; i-- {
		in := &m.Inputs[i]
		if in.Incomplete == "" {
			whole[in.Path] = true
		} else if !whole[in.Path] {
			why = append([]string{in.Path + ": " + in.Incomplete}, why...)
		}
	}
	return why
}

// IsHive reports whether the parts lie as PartOptions.Hive has them.
func (m *Manifest) IsHive() bool {
	return len(m.Parts) > 0 && strings.HasPrefix(m.Parts[0].Name, hiveFolder+"/")
}

// files are the files that belong to the ledger.
func (m *Manifest) files() map[string]bool {
	names := map[string]bool{ManifestName: true}
	for i := range m.Parts {
		names[m.Parts[i].Name] = true
	}
	for _, f := range []*File{m.Facts, m.Census, m.Findings, m.Signatures} {
		if f != nil {
			names[f.Name] = true
		}
	}
	if m.Survey != nil {
		names[m.Survey.Name] = true
	}
	return names
}

// readManifest reads and checks the manifest of a folder, and returns the
// SHA-256 of its bytes too.
func readManifest(ctx context.Context, folder source.Folder) (m *Manifest, sum string, err error) {
	file := folder.File(ManifestName)
	data, err := readAll(ctx, folder, ManifestName)
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", file, cause(err))
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, "", fmt.Errorf("%s is damaged (%w); restore it from a copy, or pack the logs again", file, err)
	}
	if m.Schema != Schema {
		return nil, "", fmt.Errorf("%s has the schema %q, and this version reads %s; read it with the version that wrote it", file, m.Schema, Schema)
	}
	for name := range m.files() {
		if name != path.Clean(name) || !filepath.IsLocal(filepath.FromSlash(name)) || strings.HasPrefix(name, ".") {
			return nil, "", fmt.Errorf("%s names the file %q, which is not in the ledger's folder; restore it from a copy", file, name)
		}
	}
	return m, hexSum(data), nil
}

func hexSum(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// readAll reads a file of a folder.
func readAll(ctx context.Context, folder source.Folder, name string) ([]byte, error) {
	f, _, err := folder.Open(ctx, name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	return io.ReadAll(f)
}

// cause is an error without the path, where that is said already.
func cause(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path.Err
	}
	return err
}

// read returns the bytes of a file of the ledger, if they are what the manifest
// says.
func (l *Ledger) read(f *File) ([]byte, error) {
	path := l.folder.File(f.Name)
	data, err := readAll(context.Background(), l.folder, f.Name)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; restore the ledger from a copy, or pack its logs again", path, cause(err))
	}
	if hexSum(data) != f.SHA256 {
		return nil, fmt.Errorf("%s is damaged: its SHA-256 is not the one in %s; restore the ledger from a copy, or pack its logs again", path, ManifestName)
	}
	return data, nil
}

// Census returns what was stored by Commit.
func (l *Ledger) Census() ([]byte, error) {
	if l.Manifest.Census == nil {
		return nil, nil
	}
	return l.readPacked(l.Manifest.Census)
}

// Survey returns what was stored by Commit for the key; nil if there is none
// that holds for it.
func (l *Ledger) Survey(key string) ([]byte, error) {
	if l.Manifest.Survey == nil || l.Manifest.Survey.Key != key {
		return nil, nil
	}
	return l.readPacked(&l.Manifest.Survey.File)
}
