package cmd

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"waudit/audit/event"
	"waudit/ingest"
	"waudit/ingest/dialect"
	"waudit/ingest/group"
	"waudit/ingest/ledger"
	"waudit/ingest/source"
)

// packing is one run of pack.
type packing struct {
	flags   *packFlags
	pack    *ledger.Pack
	session *session
	sinks   []*packSink
	loose   *group.Set // the events that name nobody, by message

	unnamed places          // of all sinks
	strays  bool            // some customers have no business number
	origins []int64         // by the number of an input in places, its index in the manifest; -1 for none
	added   []ledger.Input  // to the manifest
	known   map[string]bool // paths of inputs that the ledger has already
	parts   []ledger.Part   // that were written
	rows    int64           // in them
}

// packSink is a sink that also keeps what a ledger keeps and an audit does not.
type packSink struct {
	*sink
	loose    *group.Writer
	links    map[dialect.Link]bool
	accounts map[[2]string]bool // number and account
	last     [2]string          // the latest of them
	unnamed  places             // of events that name a customer and no business number
}

// prepare makes a session read for a ledger.
func (k *packing) prepare(ctx context.Context) func(*session) error {
	return func(s *session) error {
		var err error
		if k.loose, err = group.New(group.Options{Memory: k.flags.memoryLimit() / 8, Tmp: k.flags.tmp, Partitions: 16}); err != nil {
			return usage("--tmp %s: %v", k.flags.tmp, err)
		}
		s.ledger.adjust = func(o *ingest.Options) {
			o.HashInputs, o.Ledger = true, k.flags.dir
			o.Known = func(in source.Input) string { return k.isKnown(ctx, in) }
		}
		s.ledger.wrap = func(inner *sink) ingest.Sink {
			inner.book = nil // a ledger keeps the ids of its logs
			p := &packSink{sink: inner, loose: k.loose.Writer(), links: map[dialect.Link]bool{}, accounts: map[[2]string]bool{}}
			k.sinks = append(k.sinks, p)
			return p
		}
		return nil
	}
}

// isKnown says whether the ledger has a file with the same bytes. It is read for
// that only if one has as many.
func (k *packing) isKnown(ctx context.Context, in source.Input) string {
	const why = "the ledger has it already"
	inputs := k.pack.Base().Inputs
	if k.known[in.Path] {
		return why
	}
	if in.Ledger || in.Size <= 0 || !slices.ContainsFunc(inputs, func(i ledger.Input) bool { return i.Bytes == in.Size }) {
		return ""
	}
	opener := source.Opener{Hash: true}
	defer opener.Close()
	stream, err := opener.Open(ctx, in)
	if err != nil {
		return "" // it is said when the input is read
	}
	defer func() { _ = stream.Close() }()
	if err := stream.Drain(); err != nil || !k.pack.Base().Has(stream.SHA256()) {
		return ""
	}
	k.known[in.Path] = true
	return why
}

// hasAll reports whether the ledger has all inputs, and its survey holds for the
// configuration: then nothing is to be read.
func (k *packing) hasAll(ctx context.Context, config *configFile, paths []string) (bool, error) {
	survey := k.pack.Base().Survey
	if survey == nil || slices.Contains(paths, source.Stdin) {
		return false, nil
	}
	s := &session{flags: &k.flags.readFlags, config: config}
	if err := s.configure(); err != nil {
		return false, err
	}
	key, err := s.surveyKey()
	if err != nil || key != survey.Key {
		return false, err
	}
	inputs, err := source.Find(ctx, paths, nil)
	if err != nil {
		return false, err
	}
	return !slices.ContainsFunc(inputs, func(in source.Input) bool { return k.isKnown(ctx, in) == "" }), nil
}

// Record implements ingest.Sink.
func (p *packSink) Record(items *dialect.Items) {
	p.sink.Record(items)
	for i := range items.Events {
		e := &items.Events[i]
		if at := [2]string{e.Number, e.WABA}; e.WABA != "" && at != p.last {
			p.last = [2]string{strings.Clone(e.Number), strings.Clone(e.WABA)}
			p.accounts[p.last] = true
		}
		switch {
		case e.User == "" && e.UserID == "" && e.Group == "":
			p.keepLoose(*e)
		case e.Number == "":
			p.unnamed.add(e.Place)
		default:
			p.unnamed.skip()
		}
	}
	for _, l := range items.Links {
		if !toldByEvent(items.Events, l) && !p.links[l] {
			p.links[dialect.Link{UserID: strings.Clone(l.UserID), Phone: strings.Clone(l.Phone), Previous: strings.Clone(l.Previous)}] = true
		}
	}
}

// looseNumber is the number of all events in the set of those that name nobody,
// so that none of them is taken for another's. The group there is their own
// number and their message.
const looseNumber, looseBreak = "loose", "\x1f"

func (p *packSink) keepLoose(e event.Event) {
	e.Number, e.Group = looseNumber, e.Number+looseBreak+e.Message
	if err := p.loose.Add(&e); err != nil && p.err == nil {
		p.err = err
	}
}

// close frees what the run holds.
func (k *packing) close() error {
	var err error
	if k.session != nil {
		err = k.session.Close()
	}
	if k.loose != nil {
		err = errors.Join(err, k.loose.Close())
	}
	return err
}

// own is what was read of the ledger itself; nil if there was none.
func (k *packing) own() *ingest.Input {
	if !k.grows() || len(k.session.read.Ledgers) == 0 {
		return nil
	}
	dir := k.session.read.Ledgers[0].Dir
	i := slices.IndexFunc(k.session.read.Inputs, func(in ingest.Input) bool { return in.Path == dir })
	return &k.session.read.Inputs[i]
}

// grows reports whether there was a ledger before. It is then the first of those
// that were read.
func (k *packing) grows() bool { return k.pack.Base().Generation > 0 }

// number gives the inputs that are new their index in the manifest.
func (k *packing) number() {
	read := k.session.read
	for n, l := range read.Ledgers {
		for i, in := range l.Manifest.Inputs {
			if n == 0 && k.grows() {
				k.origins = append(k.origins, int64(i))
			} else {
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
			k.origins = append(k.origins, k.index(ledger.Input{
				Path: in.Path, SHA256: in.SHA256, Bytes: in.Bytes, Container: in.Container, Compression: in.Compression,
				Dialect: in.Dialect, Records: in.Records, Used: in.Used, Ignored: in.Ignored, Duplicates: in.Duplicates,
				Rejected: in.Rejected, Items: in.Items, Events: in.Events, Incomplete: in.Incomplete,
			}))
		}
	}
}

// index returns the index of an input in the manifest that is to be. One with
// the bytes of another is that one.
func (k *packing) index(in ledger.Input) int64 {
	base := k.pack.Base().Inputs
	same := func(i ledger.Input) bool { return in.SHA256 != "" && i.SHA256 == in.SHA256 && i.Path == in.Path }
	if in.Path == source.Stdin || in.Incomplete == "" {
		same = func(i ledger.Input) bool {
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
func (k *packing) isNew(p event.Place) bool { return int(p.Input) >= len(k.pack.Base().Inputs) }

// accounts are the accounts of each number.
func (k *packing) accounts() map[string][]string {
	found := map[string]map[string]bool{}
	for _, p := range k.sinks {
		for at := range p.accounts {
			if found[at[0]] == nil {
				found[at[0]] = map[string]bool{}
			}
			found[at[0]][at[1]] = true
		}
	}
	accounts := map[string][]string{}
	for number, ids := range found {
		accounts[number] = slices.Sorted(maps.Keys(ids))
	}
	return accounts
}

// adopted are the numbers that events without one are of, by account.
func (k *packing) adopted() map[string]string {
	adopted := map[string]string{}
	for _, a := range k.session.sealed.Adopted {
		adopted[a.WABA] = a.Number
	}
	return adopted
}

// facts are the changes and links of the ledger and of what was read.
func (k *packing) facts() *ledger.Facts {
	facts := &ledger.Facts{}
	for _, c := range k.session.changes {
		c.Place.Input = uint32(k.origins[c.Place.Input])
		facts.Changes = append(facts.Changes, c)
	}
	for _, p := range k.sinks {
		for l := range p.links {
			facts.Links = append(facts.Links, l)
		}
	}
	return facts
}
