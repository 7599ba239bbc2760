package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"waudit/audit"
	"waudit/audit/event"
	"waudit/ingest/ledger"
)

// write adds what is new to the ledger. Nothing is written if nothing is new,
// and the survey of before holds here.
func (k *packing) write(ctx context.Context) error {
	key, err := k.session.surveyKey()
	if err != nil {
		return err
	}
	if err := k.sealLoose(ctx); err != nil {
		return err
	}
	k.parts, err = k.pack.Write(ledger.PartOptions{Size: int64(k.flags.partSize), Memory: k.flags.memoryLimit() / 4}, func(add func(*ledger.Row) error) error {
		return k.each(ctx, add)
	})
	if err != nil {
		return err
	}
	for i := range k.parts {
		k.rows += k.parts[i].Rows
	}
	base := k.pack.Base()
	if len(k.parts)+len(k.added) == 0 && base.Survey != nil && base.Survey.Key == key {
		return nil
	}
	commit := &ledger.Commit{
		Version: programVersion(), Inputs: k.added, Parts: k.parts, Facts: k.facts(), Key: key, Accounts: k.accounts(), Adopted: k.adopted(), Strays: k.strays,
	}
	if commit.Census, err = json.Marshal(k.session.census.State()); err != nil {
		return err
	}
	if commit.Survey, err = k.survey(ctx); err != nil {
		return err
	}
	if err := context.Cause(ctx); err != nil {
		return err
	}
	return k.pack.Commit(commit)
}

// survey finds out what no single customer can know, of all that the ledger is
// to hold.
func (k *packing) survey(ctx context.Context) ([]byte, error) {
	opts := k.session.auditOptions()
	a, err := audit.New(ctx, pairs{k.session.set}, opts)
	if err != nil {
		return nil, err
	}
	return json.Marshal(a.Survey())
}

// sealLoose makes the events that name nobody readable.
func (k *packing) sealLoose(ctx context.Context) error {
	var err error
	for _, p := range k.sinks {
		err = errors.Join(err, p.loose.Close())
	}
	for _, p := range k.sinks {
		k.unnamed.runs = append(k.unnamed.runs, p.unnamed.runs...)
	}
	k.unnamed.sort()
	if err == nil {
		_, err = k.loose.Seal(ctx, k.flags.workers, nil)
	}
	return err
}

// each hands over the new events in the ledger's order: those that belong to
// nobody first.
func (k *packing) each(ctx context.Context, add func(*ledger.Row) error) error {
	err := audit.InOrder(ctx, pairs{k.loose}, func(p *audit.Pair) error {
		for i := range p.Events {
			e := p.Events[i]
			if _, orphan := slices.BinarySearchFunc(k.session.sealed.Orphans, e.Place, event.Place.Compare); !orphan {
				continue
			}
			e.Number, _, _ = strings.Cut(e.Group, looseBreak)
			e.Group = ""
			if err := k.add(&ledger.Row{Customer: ledger.Customer{Number: e.Number}, Event: &e}, add); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return audit.InOrder(ctx, pairs{k.session.set}, func(p *audit.Pair) error {
		r := ledger.Row{Customer: ledger.Customer{Number: p.Number, User: p.User, UserID: p.UserID, Group: p.Group}}
		k.strays = k.strays || p.Number == ""
		for i := range p.Events {
			r.Event = &p.Events[i]
			if err := k.add(&r, add); err != nil {
				return err
			}
		}
		return nil
	})
}

// add adds a row, if it is new. Its place becomes that of the manifest.
func (k *packing) add(r *ledger.Row, add func(*ledger.Row) error) error {
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

// incomplete says why the ledger does not have all that the inputs hold. What
// earlier runs missed was said then.
func (k *packing) incomplete() []string {
	read := *k.session.read
	read.Ledgers = nil
	return read.Incomplete(float64(k.flags.maxRejected), k.flags.strict)
}

// summary says what was done.
func (k *packing) summary() string {
	m := k.pack.Base()
	total := k.session.read.Total()
	s := fmt.Sprintf("%s: added %d events of %d inputs in %d parts", k.flags.dir, k.rows, len(k.added), len(k.parts))
	if len(k.known) > 0 {
		s += fmt.Sprintf("; passed over %d inputs that it has already", len(k.known))
	}
	rows := int64(0)
	for i := range m.Parts {
		rows += m.Parts[i].Rows
	}
	return s + fmt.Sprintf("\nread %d records: %d used, %d ignored, %d duplicates, %d rejected\nthe ledger has %d events of %d inputs in %d parts\n",
		total.Records, total.Used, total.Ignored, total.Duplicates, total.Rejected, rows, len(m.Inputs), len(m.Parts))
}
