package source

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
)

// A folder with a manifest of this schema is a ledger: it is one input, and its
// files are none.
const (
	LedgerManifest = "manifest.json"
	LedgerSchema   = "waudit.ledger/v1"
)

// IsLedger reports whether the folder is a ledger, of whatever version.
func IsLedger(dir string) bool {
	f, err := os.Open(filepath.Join(dir, LedgerManifest))
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }()
	const enough = 512 // bytes; the schema comes first
	head := make([]byte, enough)
	n, _ := io.ReadFull(f, head)
	return bytes.Contains(head[:n], []byte(`"waudit.ledger/`))
}

// ledger adds a ledger. Its size is told by who opens it.
func (f *finder) ledger(path, real string) {
	f.found = append(f.found, Input{Path: path, Size: -1, Ledger: true, real: real})
}
