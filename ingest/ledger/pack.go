package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/gofrs/flock"

	"waudit/ingest/signature"
	"waudit/ingest/source"
)

// A BusyError says that another process is packing into the ledger.
type BusyError struct{ Dir string }

// Error says so.
func (e *BusyError) Error() string {
	return fmt.Sprintf("ledger %s: somebody else is packing into it; wait until that is done", e.Dir)
}

// A ForeignError says that a folder is not a ledger, nor can become one.
type ForeignError struct{ Dir, File string }

// Error says so.
func (e *ForeignError) Error() string {
	return fmt.Sprintf("%s is no ledger, and holds %s: name a ledger, or a folder that is empty or does not exist yet", e.Dir, e.File)
}

// Transaction adds to a ledger. What it writes counts for nothing before Commit.
type Transaction struct {
	dir  string
	lock *flock.Flock
	base *Manifest // the ledger as it was; of a new one, empty
	made bool      // the folder was made for it
}

// lockName is the file that is locked while something is packed. It begins with
// a dot, so that nobody reads it.
const lockName = ".lock"

// ownName is what a Transaction names its files.
var ownName = regexp.MustCompile(`^((` + hiveFolder + `/month=(\d{4}-\d{2}|orphans)/|(\d{4}-\d{2}|orphans)-)g\d{4,}(-p\d{4,})?-\d{3,}\.parquet|(facts|census|survey|findings|signatures)-g\d{4,}\.zst|` + regexp.QuoteMeta(manifestTemp) + `)$`)

// manifestTemp is the manifest before it has its name.
const manifestTemp = ".manifest.json"

// Begin locks the ledger in the folder, which it makes if need be, and removes
// what an interrupted pack has left. The error is a *BusyError, a
// *ForeignError, or that of the system. Whoever begins calls Close.
func Begin(dir string) (p *Transaction, err error) {
	p = &Transaction{dir: dir, base: &Manifest{Schema: Schema, Accounts: map[string][]string{}}}
	if err := p.check(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	p.lock = flock.New(filepath.Join(dir, lockName), flock.SetFlag(os.O_RDWR|os.O_CREATE), flock.SetPermissions(0o666))
	switch free, err := p.lock.TryLock(); {
	case err != nil:
		return nil, err
	case !free:
		return nil, &BusyError{dir}
	}
	if Is(dir) {
		p.base, _, err = readManifest(context.Background(), source.Folder{Path: dir})
	}
	if err == nil {
		err = p.clear()
	}
	if err != nil {
		return nil, errors.Join(err, p.lock.Close())
	}
	return p, nil
}

// check refuses a folder with other files than a ledger's.
func (p *Transaction) check() error {
	if Is(p.dir) {
		return nil
	}
	err := p.walk(func(name string) error {
		if name != lockName && !ownName.MatchString(name) {
			return &ForeignError{Dir: p.dir, File: name}
		}
		return nil
	})
	if errors.Is(err, fs.ErrNotExist) {
		p.made, err = true, nil
	}
	return err
}

// walk calls fn for what is in the folder, and in the one of the months' folders.
func (p *Transaction) walk(fn func(name string) error) error {
	return fs.WalkDir(os.DirFS(p.dir), ".", func(name string, entry fs.DirEntry, err error) error {
		ours := name == "." || name == hiveFolder || strings.HasPrefix(name, hiveFolder+"/month=")
		if err != nil || entry.IsDir() && ours {
			return err
		}
		if err = fn(name); err == nil && entry.IsDir() {
			err = fs.SkipDir
		}
		return err
	})
}

// clear removes the files of a pack that do not belong to the ledger.
func (p *Transaction) clear() error {
	known := p.base.files()
	var errs []error
	err := p.walk(func(name string) error {
		if !known[name] && ownName.MatchString(name) {
			path := filepath.Join(p.dir, filepath.FromSlash(name))
			errs = append(errs, os.Remove(path))
			if folder := filepath.Dir(path); folder != p.dir && os.Remove(folder) == nil { // nothing else was in it
				_ = os.Remove(filepath.Dir(folder))
			}
		}
		return nil
	})
	return errors.Join(append(errs, err)...)
}

// Base is the ledger as it was before.
func (p *Transaction) Base() *Manifest { return p.base }

// File opens a file of a part that is written elsewhere, to read and write, and makes it if
// need be. It counts for nothing before Commit.
func (p *Transaction) File(name string) (*os.File, error) {
	if !ownName.MatchString(name) || p.base.files()[name] {
		return nil, fmt.Errorf("%q is no name of a new part", name)
	}
	path := filepath.Join(p.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return nil, err
	}
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o666)
}

// generation is the number in the names of the files that are being written.
func (p *Transaction) generation() int { return p.base.Generation + 1 }

// store writes a small file of the kind: "facts", "census", "survey", "findings" or "signatures".
func (p *Transaction) store(kind string, data []byte) (*File, error) {
	packed, err := pack(data)
	if err != nil {
		return nil, err
	}
	f := &File{Name: fmt.Sprintf("%s-g%04d.zst", kind, p.generation()), SHA256: hexSum(packed), Bytes: int64(len(packed))}
	return f, writeSynced(filepath.Join(p.dir, f.Name), packed)
}

// Commit is what makes the written files part of the ledger.
type Commit struct {
	Version  string
	Inputs   []PackedInput    // that are new
	Parts    []Part           // that were written
	Facts    *Extras          // all of them, those of the ledger too; nil: as they were
	Census   []byte           // of the whole ledger; nil: as it was
	Survey   []byte           // of the whole ledger; nil: as it was
	Key      string           // for which the survey holds
	Findings *Index           // of the whole ledger; nil, or too many: none is kept
	Signed   []signature.Runs // by the index of an input in the manifest
	Accounts map[string][]string
	Adopted  map[string]string
	Strays   bool
	Redacted string
}

// Commit makes the ledger what it is to be, at one stroke, and closes the pack.
func (p *Transaction) Commit(c *Commit) (err error) {
	m := *p.base
	m.Schema, m.Version, m.Generation = Schema, c.Version, p.generation()
	m.Inputs = append(append([]PackedInput{}, m.Inputs...), c.Inputs...)
	m.Parts = append(append([]Part{}, m.Parts...), c.Parts...)
	m.Accounts, m.Adopted, m.Strays, m.Redacted = c.Accounts, c.Adopted, c.Strays, c.Redacted
	if c.Facts != nil {
		data, err := c.Facts.encode()
		if err != nil {
			return err
		}
		if m.Facts, err = p.store("facts", data); err != nil {
			return err
		}
	}
	if c.Census != nil {
		if m.Census, err = p.store("census", c.Census); err != nil {
			return err
		}
	}
	if c.Survey != nil {
		f, err := p.store("survey", c.Survey)
		if err != nil {
			return err
		}
		m.Survey = &KeyedRef{File: *f, Key: c.Key}
	}
	m.Findings = nil
	if c.Findings != nil && !c.Findings.isFull() {
		if m.Findings, err = p.store("findings", c.Findings.encode()); err != nil {
			return err
		}
	}
	m.Signatures = nil
	if signed, err := encodeSigned(c.Signed); err != nil {
		return err
	} else if len(signed) > 0 {
		if m.Signatures, err = p.store("signatures", signed); err != nil {
			return err
		}
	}
	if err := p.rename(&m); err != nil {
		return err
	}
	p.base, p.made = &m, false
	return p.Close()
}

// rename writes the manifest and gives it its name.
func (p *Transaction) rename(m *Manifest) error {
	data, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return err
	}
	temp := filepath.Join(p.dir, manifestTemp)
	if err := writeSynced(temp, append(data, '\n')); err != nil {
		return err
	}
	if err := os.Rename(temp, filepath.Join(p.dir, ManifestName)); err != nil {
		return err
	}
	if err := syncFolder(filepath.Join(p.dir, hiveFolder)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return syncFolder(p.dir)
}

// Close ends the pack. What was not committed is removed, and so is a folder
// that was made for nothing.
func (p *Transaction) Close() error {
	if p.lock == nil {
		return nil
	}
	err := p.clear()
	if p.made {
		err = errors.Join(err, os.Remove(filepath.Join(p.dir, lockName)), os.Remove(p.dir))
	}
	err = errors.Join(err, p.lock.Close())
	p.lock = nil
	return err
}

// writeSynced writes a file that is on the disk when it returns.
func writeSynced(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// syncFolder sees to it that the names of a folder's files are on the disk.
// Where a folder cannot be synced, the system does so in its own time.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	_ = f.Sync()
	return f.Close()
}
