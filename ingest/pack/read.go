// Package pack adds logs to a ledger: what is new in them, in the ledger's order, and
// beside it what a ledger keeps and an audit does not.
package pack

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"maps"
	"slices"
	"strings"

	"waudit/audit/event"
	"waudit/ingest"
	"waudit/ingest/dialect"
	"waudit/ingest/group"
	"waudit/ingest/ledger"
	"waudit/ingest/load"
	"waudit/ingest/signature"
	"waudit/ingest/source"
)

// Options says how to pack.
type Options struct {
	Dir      string // of the ledger
	PartSize int64  // of a Parquet file, in bytes
	Hive     bool   // each month has a folder of its own, as engines of tables partition them
	Memory   int64  // in bytes, of all
	Tmp      string
	Workers  int
	// Redacted is the mark of the key by which pseudonyms stand for customers, whom
	// load.Options.Rename renames; "": they do not. Text redacts paths and reasons then.
	Redacted string
	Text     func(string) string

	share int // as ledger.PartOptions.Of has it
}

// Pack is one run of adding to a ledger: Begin, Prepare for reading, Take what was
// read, Write, Commit.
type Pack struct {
	opts   Options
	ledger *ledger.Transaction
	base   *ledger.Manifest // the ledger as it was
	log    *load.Log
	sinks  []*sink
	loose  *group.Set // the events that name nobody, by message

	unnamed Places               // of all sinks
	strays  bool                 // some customers have no business number
	origins []int64              // by the number of an input in places, its index in the manifest; -1 for none
	added   []ledger.PackedInput // to the manifest
	known   map[string]bool      // paths of inputs that the ledger has already
	parts   []ledger.Part        // that were written
}

// A MixedError says that in one ledger some customers would have pseudonyms and others
// none, or those of another key; or that its parts would lie in two ways.
type MixedError struct{ Why string }

// Error says so.
func (e *MixedError) Error() string { return e.Why }

// Begin locks the ledger, which it makes if need be. The error is that of
// ledger.Begin, or a *MixedError. Whoever begins calls Close.
func Begin(o Options) (*Pack, error) {
	l, err := ledger.Begin(o.Dir)
	if err != nil {
		return nil, err
	}
	if is := l.Base(); is.Generation > 0 && is.Redacted != o.Redacted {
		why := "it was packed with --redact; pack into it by the same key (--redact-key), or into another folder"
		if is.Redacted == "" {
			why = "it was packed without --redact; pack all of its logs into another folder"
		}
		return nil, errors.Join(&MixedError{why}, l.Close())
	}
	if is := l.Base(); len(is.Parts) > 0 {
		if o.Hive && !is.IsHive() {
			return nil, errors.Join(&MixedError{"it was packed without --hive; pack all of its logs into another folder"}, l.Close())
		}
		o.Hive = is.IsHive() // who reads the table reads all of it
	}
	return &Pack{opts: o, ledger: l, base: l.Base(), known: map[string]bool{}}, nil
}

// Close unlocks the ledger, and frees what the run holds but for the log.
func (k *Pack) Close() error {
	var err error
	if k.loose != nil {
		err = k.loose.Close()
	}
	if k.ledger != nil {
		err = errors.Join(err, k.ledger.Close())
	}
	return err
}

// sink keeps what a ledger keeps and an audit does not.
type sink struct {
	Kept
	loose *group.Writer
	last  [2]string // the latest of the accounts
	err   error
}

// Paths are the paths to read: those of the logs, and a ledger that is there.
func (k *Pack) Paths(logs []string) []string {
	if k.grows() {
		return append(slices.Clone(logs), k.opts.Dir)
	}
	return logs
}

// Prepare changes how a log is read for a ledger. The error is that of group.New.
func (k *Pack) Prepare(ctx context.Context, o *load.Options) error {
	if err := k.newLoose(0); err != nil {
		return err
	}
	o.Book = nil // a ledger keeps the ids of its logs
	o.HashInputs, o.Ledger = true, k.opts.Dir
	if known := o.Known; k.grows() {
		o.Known = func(in source.Input) string { return cmp.Or(known(in), k.isKnown(ctx, in)) }
	}
	o.Also = func() ingest.Sink {
		p := &sink{loose: k.loose.Writer(), Kept: newKept()}
		k.sinks = append(k.sinks, p)
		return p
	}
	return nil
}

// isKnown says whether the ledger has a file with the same bytes. It is read for
// that only if one has as many.
func (k *Pack) isKnown(ctx context.Context, in source.Input) string {
	const why = "the ledger has it already"
	inputs := k.base.Inputs
	if k.known[in.Path] {
		return why
	}
	if in.Ledger || in.Size <= 0 || !slices.ContainsFunc(inputs, func(i ledger.PackedInput) bool { return i.Bytes == in.Size }) {
		return ""
	}
	opener := source.Opener{Hash: sha256.New()}
	defer opener.Close()
	stream, err := opener.Open(ctx, in)
	if err != nil {
		return "" // it is said when the input is read
	}
	defer func() { _ = stream.Close() }()
	if err := stream.Drain(); err != nil || !k.base.Has(stream.Sum()) {
		return ""
	}
	k.known[in.Path] = true
	return why
}

// HasAll reports whether the ledger has all inputs, and its survey is of this key:
// then nothing is to be read.
func (k *Pack) HasAll(ctx context.Context, paths []string, key string) (bool, error) {
	survey := k.base.Survey
	if survey == nil || survey.Key != key || slices.Contains(paths, source.Stdin) {
		return false, nil
	}
	inputs, err := source.Find(ctx, paths, nil)
	if err != nil {
		return false, err
	}
	return !slices.ContainsFunc(inputs, func(in source.Input) bool { return k.isKnown(ctx, in) == "" }), nil
}

// Known counts the inputs that the ledger has already.
func (k *Pack) Known() int { return len(k.known) }

// Record implements ingest.Sink.
func (p *sink) Record(items *dialect.Items) {
	for i := range items.Events {
		e := &items.Events[i]
		if at := [2]string{e.Number, e.WABA}; e.WABA != "" && at != p.last {
			p.last = [2]string{strings.Clone(e.Number), strings.Clone(e.WABA)}
			p.Accounts[p.last] = true
		}
		switch {
		case e.Guess, e.User == "" && e.UserID == "" && e.Group == "":
			p.keepLoose(*e)
		case e.Number == "":
			p.Unnamed.add(e.Place)
		default:
			p.Unnamed.skip()
		}
	}
	for _, l := range items.Links {
		if !load.ToldByEvent(items.Events, l) && !p.Links[l] {
			p.Links[dialect.Link{UserID: strings.Clone(l.UserID), Phone: strings.Clone(l.Phone), Previous: strings.Clone(l.Previous)}] = true
		}
	}
}

// looseNumber is the number of all events in the set of those that name nobody,
// so that none of them is taken for another's. The group there is their own
// number and their message.
const looseNumber, looseBreak = "loose", "\x1f"

func (p *sink) keepLoose(e event.Event) {
	e.Number, e.Group = looseNumber, e.Number+looseBreak+e.Message
	e.User, e.Guess = "", false
	if err := p.loose.Add(&e); err != nil && p.err == nil {
		p.err = err
	}
}

// Take takes what was read, sealed, and reports whether there is anything to pack.
func (k *Pack) Take(log *load.Log) bool {
	k.log = log
	k.number()
	return k.grows() || len(k.added) > 0
}

// Damaged says why the ledger itself could not be read, "" if it could.
func (k *Pack) Damaged(read *ingest.Result) string {
	if !k.grows() || len(read.Ledgers) == 0 {
		return ""
	}
	dir := read.Ledgers[0].Dir
	i := slices.IndexFunc(read.Inputs, func(in ingest.InputResult) bool { return in.Path == dir })
	if in := read.Inputs[i]; in.Incomplete != "" {
		return in.Path + ": " + in.Incomplete
	}
	return ""
}

// grows reports whether there was a ledger before. It is then the first of those
// that were read.
func (k *Pack) grows() bool { return k.base.Generation > 0 }

// number gives the inputs that are new their index in the manifest.
func (k *Pack) number() {
	read := k.log.Read
	for n, l := range read.Ledgers {
		for i, in := range l.Manifest.Inputs {
			if n == 0 && k.grows() {
				k.origins = append(k.origins, int64(i))
			} else {
				in.Path, in.Incomplete = k.text(in.Path), k.text(in.Incomplete)
				k.origins = append(k.origins, k.index(in))
			}
		}
	}
	for i := range read.Inputs {
		in := &read.Inputs[i]
		switch {
		case in.Skipped != "", in.Container == "ledger", in.Records == 0 && in.Incomplete != "":
			k.origins = append(k.origins, -1)
		default:
			k.origins = append(k.origins, k.index(ledger.PackedInput{
				Path: k.text(in.Path), SHA256: in.SHA256, Bytes: in.Bytes, Container: in.Container, Compression: in.Compression,
				Dialect: in.Dialect, Records: in.Records, Used: in.Used, Ignored: in.Ignored, Duplicates: in.Duplicates,
				Rejected: in.Rejected, Items: in.Items, Events: in.Events, Incomplete: k.text(in.Incomplete), Signatures: signaturesOf(in),
			}))
		}
	}
}

// signaturesOf are what the signatures of an input came to, nil where none were verified.
func signaturesOf(in *ingest.InputResult) *signature.Counts {
	if in.Signatures == (signature.Counts{}) {
		return nil
	}
	return &in.Signatures
}

// signed says of each input of the manifest that is to be which of its rows are signed.
func (k *Pack) signed() []signature.Runs {
	all := make([]signature.Runs, len(k.ledger.Base().Inputs)+len(k.added))
	for number, at := range k.origins {
		if runs := k.log.Read.Signed(uint32(number)); at >= 0 && all[at] == nil {
			all[at] = runs
		}
	}
	return all
}

// text is a text as the manifest has it.
func (k *Pack) text(s string) string {
	if k.opts.Redacted == "" {
		return s
	}
	return k.opts.Text(s)
}

// index returns the index of an input in the manifest that is to be. One with
// the bytes of another is that one.
func (k *Pack) index(in ledger.PackedInput) int64 {
	base := k.base.Inputs
	same := func(i ledger.PackedInput) bool { return in.SHA256 != "" && i.SHA256 == in.SHA256 && i.Path == in.Path }
	if in.Path == source.Stdin || in.Incomplete == "" {
		same = func(i ledger.PackedInput) bool {
			return in.SHA256 != "" && i.SHA256 == in.SHA256 && i.Incomplete == in.Incomplete
		}
	}
	if i := slices.IndexFunc(base, same); i >= 0 {
		return int64(i)
	}
	if i := slices.IndexFunc(k.added, same); i >= 0 {
		return int64(len(base) + i)
	}
	k.added = append(k.added, in)
	return int64(len(base) + len(k.added) - 1)
}

// isNew reports whether an event came from elsewhere than the ledger itself.
func (k *Pack) isNew(p event.Place) bool { return int(p.Input) >= len(k.base.Inputs) }

// accounts are the accounts of each number.
func (k *Pack) accounts() map[string][]string {
	found, accounts := map[[2]string]bool{}, map[string][]string{}
	for _, p := range k.sinks {
		maps.Copy(found, p.Accounts)
	}
	for at := range found {
		accounts[at[0]] = append(accounts[at[0]], at[1])
	}
	for _, ids := range accounts {
		slices.Sort(ids)
	}
	return accounts
}

// adopted are the numbers that events without one are of, by account.
func (k *Pack) adopted() map[string]string {
	adopted := map[string]string{}
	for _, a := range k.log.Sealed.Adopted {
		adopted[a.WABA] = a.Number
	}
	return adopted
}

// facts are the changes and links of the ledger and of what was read.
func (k *Pack) facts() *ledger.Extras {
	facts := &ledger.Extras{}
	for _, c := range k.log.Changes {
		c.Place.Input = uint32(k.origins[c.Place.Input])
		facts.Changes = append(facts.Changes, c)
	}
	for _, p := range k.sinks {
		facts.Links = slices.AppendSeq(facts.Links, maps.Keys(p.Links))
	}
	return facts
}
