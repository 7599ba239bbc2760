package pack

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"

	"waudit/ingest/dialect"
	"waudit/ingest/group"
	"waudit/ingest/ledger"
	"waudit/ingest/load"
)

// A ledger may be packed by processes that know nothing of each other. Each that reads
// Prepares, and hands on its Kept and LooseBlocks. Each that has some of the pairs Adds
// what all have kept, Takes the log, and hands on its Written files. The one that Begins
// and Commits adds all of these, and writes what belongs to nobody itself.

// Kept is what one process has kept that an audit does not need, but for the events that
// name nobody.
type Kept struct {
	Links    map[dialect.Link]bool
	Accounts map[[2]string]bool // business number and account
	Unnamed  Places             // of events that name a customer and no business number
}

func newKept() Kept { return Kept{Links: map[dialect.Link]bool{}, Accounts: map[[2]string]bool{}} }

// Share returns a Pack that knows of no ledger, and can not Commit.
func Share(o Options) *Pack {
	return &Pack{opts: o, base: &ledger.Manifest{Schema: ledger.Schema}, known: map[string]bool{}}
}

// Kept returns what was kept of all that was read.
func (k *Pack) Kept() *Kept {
	all := newKept()
	for _, p := range k.sinks {
		maps.Copy(all.Links, p.Links)
		maps.Copy(all.Accounts, p.Accounts)
		all.Unnamed.Runs = append(all.Unnamed.Runs, p.Unnamed.Runs...)
	}
	return &all
}

// Add adds what another process has kept.
func (k *Pack) Add(kept *Kept) { k.sinks = append(k.sinks, &sink{Kept: *kept}) }

// LooseBlocks hands over the events that name nobody, as group.Set.Blocks does. Nothing
// more can be read then.
func (k *Pack) LooseBlocks(ctx context.Context, fn func(block []byte) error) error {
	if err := k.closeSinks(); err != nil {
		return err
	}
	return k.loose.Blocks(ctx, func(_ int, block []byte) error { return fn(block) })
}

// TakeLoose takes a block of such events, before the log is taken.
func (k *Pack) TakeLoose(ctx context.Context, block []byte) error {
	if k.loose == nil {
		if err := k.newLoose(loosePartitions); err != nil {
			return err
		}
		k.sinks = append(k.sinks, &sink{loose: k.loose.Writer()})
	}
	return k.sinks[0].loose.AddBlock(ctx, block)
}

// Written is what one process has written.
type Written struct {
	Parts  []ledger.Part
	Strays bool // some of their customers have no business number
}

// WriteShare writes the pairs of a log, which are some of the customers, as Write does,
// into files of a folder of its own that are named by the number of the share, from 0.
// It hands each of them over in pieces; they are valid during the call.
func (k *Pack) WriteShare(ctx context.Context, number uint32, log *load.Log, order Order, fn func(name string, at int64, piece []byte) error) (w *Written, err error) {
	k.Take(log)
	folder, err := os.MkdirTemp(k.opts.Tmp, "waudit-pack-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	if k.ledger, err = ledger.Begin(folder); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, k.ledger.Close()) }()
	k.opts.share = int(number) + 1
	if err := k.Write(ctx, order); err != nil {
		return nil, err
	}
	piece := make([]byte, pieceSize)
	for i := range k.parts {
		if err := eachPiece(folder, k.parts[i].Name, piece, fn); err != nil {
			return nil, err
		}
	}
	return &Written{k.parts, k.strays}, nil
}

// pieceSize is how many bytes of a file are handed over at once.
const pieceSize = 512 << 10

func eachPiece(folder, name string, piece []byte, fn func(name string, at int64, piece []byte) error) error {
	f, err := os.Open(filepath.Join(folder, filepath.FromSlash(name)))
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	for at := int64(0); ; at += pieceSize {
		n, err := io.ReadFull(f, piece)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			return err
		}
		if err := fn(name, at, piece[:n]); err != nil {
			return err
		}
	}
}

// TakePiece takes a piece of a file of a share, in whatever order they come and however
// often. The file counts for nothing before Commit.
func (k *Pack) TakePiece(name string, at int64, piece []byte) error {
	f, err := k.ledger.File(name)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(piece, at)
	return errors.Join(err, f.Close())
}

// TakeWritten takes what a share has written, when all pieces have come. Of which file some
// have not, it returns the name.
func (k *Pack) TakeWritten(w *Written) (lacks string, err error) {
	for i := range w.Parts {
		p := &w.Parts[i]
		f, err := k.ledger.File(p.Name)
		if err != nil {
			return "", err
		}
		sum := sha256.New()
		if _, err = io.Copy(sum, f); err == nil {
			err = f.Sync()
		}
		if err = errors.Join(err, f.Close()); err != nil {
			return "", err
		}
		if hex.EncodeToString(sum.Sum(nil)) != p.SHA256 {
			return p.Name, nil
		}
	}
	k.parts, k.strays = append(k.parts, w.Parts...), k.strays || w.Strays
	return "", nil
}

// loosePartitions is how many parts the set of the events has that name nobody.
const loosePartitions = 16

// newLoose makes that set, of blocks of one of as many partitions; 0: of none.
func (k *Pack) newLoose(of int) (err error) {
	k.loose, err = group.New(group.Options{Memory: k.opts.Memory / 8, Tmp: k.opts.Tmp, Partitions: loosePartitions, Of: of})
	return err
}

// closeSinks ends what reads into the Pack.
func (k *Pack) closeSinks() (err error) {
	for _, p := range k.sinks {
		err = errors.Join(err, p.err)
		if p.loose != nil {
			err, p.loose = errors.Join(err, p.loose.Close()), nil
		}
	}
	return err
}
