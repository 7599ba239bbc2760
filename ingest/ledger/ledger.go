// Package ledger keeps events in a folder for good: normalised, without
// duplicates and sorted by customer, in Parquet files that every tool reads.
//
// A folder is a ledger if it has a manifest, which names all files that belong to
// it. A Transaction writes new files first and the manifest last, so that a reader sees the
// ledger either before or after. Events are split by month, so that few files are
// read for a period, and within a month sorted by business number, customer and
// time, so that few rows are read for a customer.
package ledger

import (
	"context"
	"fmt"
	"io"

	"waudit/ingest/source"
)

// Ledger is a ledger to be read. It is safe for concurrent use.
type Ledger struct {
	Dir      string
	folder   source.Folder
	Manifest *Manifest
	SHA256   string // of the manifest, which has those of all other files
}

// Is reports whether the folder is a ledger.
func Is(dir string) bool { return source.IsLedger(dir) }

// Open reads the manifest of a ledger, wherever it lies.
func Open(ctx context.Context, folder source.Folder) (*Ledger, error) {
	m, sum, err := readManifest(ctx, folder)
	if err != nil {
		return nil, err
	}
	return &Ledger{Dir: folder.Path, folder: folder, Manifest: m, SHA256: sum}, nil
}

// Input returns a part as an input of its own. What is not as long as the
// manifest says is damaged, and an input that cannot be read.
func (l *Ledger) Input(p *Part) source.Input {
	return source.NewInput(l.folder.File(p.Name), p.Bytes, func(ctx context.Context) (io.ReadCloser, error) {
		f, size, err := l.folder.Open(ctx, p.Name)
		if err != nil {
			return nil, err
		}
		if size >= 0 && size != p.Bytes {
			_ = f.Close()
			return nil, fmt.Errorf("it is damaged: %s says that it has %d bytes; restore the ledger from a copy, or pack its logs again", ManifestName, p.Bytes)
		}
		return f, nil
	})
}

// Parts lists the parts that hold what the selection asks for, and counts what
// lies in the others.
func (l *Ledger) Parts(s *Selection) (parts []*Part, unread EventCounts) {
	for i := range l.Manifest.Parts {
		p := &l.Manifest.Parts[i]
		if s == nil || s.wants(l.Manifest, p) {
			parts = append(parts, p)
		} else {
			unread.add(p.EventCounts)
		}
	}
	return parts, unread
}
