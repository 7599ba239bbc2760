package pack

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"waudit/audit/event"
	"waudit/ingest"
	"waudit/ingest/group"
	"waudit/ingest/ledger"
)

// Order hands the pairs of a set over in the order of a ledger.
type Order func(ctx context.Context, set *group.Set, fn func(*event.Pair) error) error

// Write writes what is new into the ledger's folder, where it counts for nothing
// before Commit.
func (k *Pack) Write(ctx context.Context, order Order) error {
	if err := k.sealLoose(ctx); err != nil {
		return err
	}
	var err error
	o := ledger.PartOptions{Size: k.opts.PartSize, Memory: k.opts.Memory / 4, Hive: k.opts.Hive, Of: k.opts.share}
	written, err := k.ledger.Write(o, func(add func(*ledger.StoredEvent) error) error {
		return k.each(ctx, order, add)
	})
	k.parts = append(k.parts, written...)
	slices.SortFunc(k.parts, func(a, b ledger.Part) int { return strings.Compare(a.Name, b.Name) })
	return err
}

// Changed reports whether there is anything to commit: something new, or a survey of
// another key.
func (k *Pack) Changed(key string) bool {
	survey := k.base.Survey
	return len(k.parts)+len(k.added) > 0 || survey == nil || survey.Key != key
}

// Commit makes what was written part of the ledger. Of the commit the caller gives
// the program's version, the census, and the survey with its key.
func (k *Pack) Commit(ctx context.Context, c *ledger.Commit) error {
	c.Inputs, c.Parts, c.Facts, c.Accounts, c.Adopted, c.Strays, c.Redacted = k.added, k.parts, k.facts(), k.accounts(), k.adopted(), k.strays, k.opts.Redacted
	c.Signed = k.signed()
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return k.ledger.Commit(c)
}

// sealLoose makes the events that name nobody readable.
func (k *Pack) sealLoose(ctx context.Context) error {
	err := k.closeSinks()
	for _, p := range k.sinks {
		k.unnamed.Runs = append(k.unnamed.Runs, p.Unnamed.Runs...)
	}
	k.unnamed.sort()
	if err == nil && k.loose != nil {
		_, err = k.loose.Seal(ctx, group.SealOptions{Workers: k.opts.Workers})
	}
	return err
}

// each hands over the new events in the ledger's order: those that belong to
// nobody first.
func (k *Pack) each(ctx context.Context, order Order, add func(*ledger.StoredEvent) error) error {
	if k.loose != nil {
		if err := k.eachOrphan(ctx, order, add); err != nil {
			return err
		}
	}
	if k.log.Set == nil {
		return nil // others have the pairs
	}
	return order(ctx, k.log.Set, func(p *event.Pair) error {
		r := ledger.StoredEvent{Customer: ledger.Customer{Number: p.Number, User: p.User, UserID: p.UserID, Group: p.Group}}
		k.strays = k.strays || p.Number == ""
		for i := range p.Events.Len() {
			r.Event = p.Events.At(i)
			if err := k.add(&r, add); err != nil {
				return err
			}
		}
		return nil
	})
}

// eachOrphan hands over the new events that belong to nobody.
func (k *Pack) eachOrphan(ctx context.Context, order Order, add func(*ledger.StoredEvent) error) error {
	return order(ctx, k.loose, func(p *event.Pair) error {
		for i := range p.Events.Len() {
			e := *p.Events.At(i)
			if _, orphan := slices.BinarySearchFunc(k.log.Sealed.Orphans, e.Place, group.Orphan.Compare); !orphan {
				continue
			}
			e.Number, _, _ = strings.Cut(e.Group, looseBreak)
			e.Group = ""
			if err := k.add(&ledger.StoredEvent{Customer: ledger.Customer{Number: e.Number}, Event: &e}, add); err != nil {
				return err
			}
		}
		return nil
	})
}

// add adds a row, if it is new. Its place becomes that of the manifest.
func (k *Pack) add(r *ledger.StoredEvent, add func(*ledger.StoredEvent) error) error {
	place := r.Event.Place
	if !k.isNew(place) {
		return nil
	}
	r.Adopted = r.Event.Number != "" && k.unnamed.has(place)
	r.Event.Place.Input = uint32(k.origins[place.Input])
	err := add(r)
	r.Event.Place = place
	return err
}

// News is what was read, without what earlier runs missed and said then.
func (k *Pack) News() *ingest.Result {
	read := *k.log.Read
	read.Ledgers = nil
	return &read
}

// Summary says what was done.
func (k *Pack) Summary() string {
	m := k.ledger.Base() // as it is now
	total := k.log.Read.Total()
	s := fmt.Sprintf("%s: added %d events of %d inputs in %d parts", k.opts.Dir, rowsOf(k.parts), len(k.added), len(k.parts))
	if len(k.known) > 0 {
		s += fmt.Sprintf("; passed over %d inputs that it has already", len(k.known))
	}
	return s + fmt.Sprintf("\nread %d records: %d used, %d ignored, %d duplicates, %d rejected\nthe ledger has %d events of %d inputs in %d parts\n",
		total.Records, total.Used, total.Ignored, total.Duplicates, total.Rejected, rowsOf(m.Parts), len(m.Inputs), len(m.Parts))
}

// rowsOf counts the events in parts.
func rowsOf(parts []ledger.Part) (n int64) {
	for i := range parts {
		n += parts[i].Rows
	}
	return n
}
