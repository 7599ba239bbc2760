package ledger

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"waudit/ingest/container"
	"waudit/ingest/phone"
	"waudit/ingest/row"
	"waudit/ingest/source"
)

// Query asks for customers: by a message, by a conversation, else by what a person
// writes for a phone or another id. That of a member of a group stands for the group.
type Query struct {
	Message      string
	Conversation string
	User         string
}

// Find returns all ids of the customers that the query asks for, and of those
// that are one with them. It reads little: the filters of the ledger's files
// tell where to look. What cannot be read is an error.
func (l *Ledger) Find(ctx context.Context, q Query) (*Identities, error) {
	f := idReader{ctx: ctx, ledger: l, found: newIdentities()}
	defer f.opener.Close()
	if err := f.search(q); err != nil {
		return nil, err
	}
	links, err := l.links()
	if err != nil {
		return nil, err
	}
	found := f.found
	for known := -1; known != found.size(); {
		known = found.size()
		for _, link := range links {
			if found.Users[link.Phone] || found.UserIDs[link.UserID] || found.UserIDs[link.Previous] {
				found.add(link.Phone, link.UserID, "")
				found.add("", link.Previous, "")
			}
		}
		asked := found.clone()
		if err := f.customers(asked.in, func(k *keys) bool { return asked.has(k.user, k.userID, k.group) }); err != nil {
			return nil, err
		}
	}
	return found, nil
}

func (w *Identities) clone() *Identities {
	return &Identities{Users: maps.Clone(w.Users), UserIDs: maps.Clone(w.UserIDs), Groups: maps.Clone(w.Groups)}
}

// search finds the customers that the query itself names. What a person writes may mean
// several things, of which the first counts that there is.
func (f *idReader) search(q Query) error {
	switch {
	case q.Message != "":
		return f.messages("message_id", q.Message)
	case q.Conversation != "":
		return f.messages("conversation_id", q.Conversation)
	}
	for _, who := range phone.Lookup(q.User) {
		err := f.customers(func(g *container.RowGroupStats) bool {
			return who.Anywhere(func(id string) bool {
				return slices.ContainsFunc(customers, func(column string) bool { return g.Has(column, id) })
			})
		}, func(k *keys) bool { return who.Is(k.user, k.participant, k.userID, k.group) })
		if err != nil || f.found.size() > 0 {
			return err
		}
	}
	return nil
}

// customers are the columns of the ids of customers.
var customers = idColumns[customerColumns:]

// idReader finds the ids of customers.
type idReader struct {
	ctx    context.Context
	ledger *Ledger
	opener source.Opener
	found  *Identities
}

// keys are the ids of a row.
type keys struct{ user, userID, group, participant, message, conversation string }

// messages adds the customers of the rows with an id of a message or a conversation.
func (f *idReader) messages(column, id string) error {
	skip := func(_ *partIDs, g *container.RowGroupStats) bool { return !g.Has(column, id) }
	return f.parts(append(slices.Clone(customers), column), skip, func(_ *partIDs, _ container.RowRange, k *keys) {
		if k.message == id || k.conversation == id {
			f.found.add(strings.Clone(k.user), strings.Clone(k.userID), strings.Clone(k.group))
		}
	})
}

// customers adds the customers of the rows that match, in the row groups that may hold
// any. No row group is read twice.
func (f *idReader) customers(may func(*container.RowGroupStats) bool, match func(*keys) bool) error {
	err := f.parts(customers, func(p *partIDs, g *container.RowGroupStats) bool {
		first := g.Rows().From
		if p.read[first] || !may(g) {
			return true
		}
		p.read[first] = true
		return false
	}, (*partIDs).keep)
	for _, p := range f.found.parts {
		for i := range p.ids {
			if k := &p.ids[i]; match(k) {
				f.found.add(k.user, k.userID, k.group)
			}
		}
	}
	return err
}

// partIDs are the ids of customers in a part, as far as somebody has looked there.
type partIDs struct {
	footer container.Footer
	read   map[int64]bool // the row groups that were read, by their first rows
	runs   []idRun        // all rows of these
	ids    []keys
}

// idRun is rows that follow one another and have the same ids.
type idRun struct {
	container.RowRange
	ids int // index among those of the part
}

// recentIDs is how many ids are looked through for those of a row: the rows of a customer
// name her phone, her user id or both by turns.
const recentIDs = 4

// keep takes up rows, and copies of ids that no row shortly before has.
func (p *partIDs) keep(rows container.RowRange, k *keys) {
	for i := len(p.ids) - 1; i >= max(0, len(p.ids)-recentIDs); i-- {
		if p.ids[i] == *k {
			p.runs = append(p.runs, idRun{rows, i})
			return
		}
	}
	p.runs = append(p.runs, idRun{rows, len(p.ids)})
	p.ids = append(p.ids, keys{
		user: strings.Clone(k.user), userID: strings.Clone(k.userID), group: strings.Clone(k.group), participant: strings.Clone(k.participant),
	})
}

// skipGroup reports that a row group of a part is not read.
type skipGroup func(*partIDs, *container.RowGroupStats) bool

// parts hands the ids of those columns to fn, once for rows alike that follow one another.
func (f *idReader) parts(columns []string, skip skipGroup, fn func(*partIDs, container.RowRange, *keys)) error {
	for i := range f.ledger.Manifest.Parts {
		p := &f.ledger.Manifest.Parts[i]
		if f.found.parts[p.Name] == nil {
			f.found.parts[p.Name] = &partIDs{read: map[int64]bool{}}
		}
		if err := f.part(p, columns, skip, fn); err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
	}
	return nil
}

// part does what parts does, with one of them.
func (f *idReader) part(p *Part, columns []string, skip skipGroup, fn func(*partIDs, container.RowRange, *keys)) (err error) {
	stream, err := f.opener.Open(f.ctx, f.ledger.Input(p))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stream.Close()) }()
	ids := f.found.parts[p.Name]
	cutter := container.Sniffer{Limits: container.Limits{
		MaxRecord: maxText, BlockSize: headSize, Footer: &ids.footer, Distinct: true,
		Wanted: func(all []string) []bool { return only(all, columns...) },
		Skip:   func(g *container.RowGroupStats) bool { return skip(ids, g) },
	}}
	reader, _, err := cutter.Open(stream)
	if err != nil {
		return err
	}
	var b container.Block
	var r keyReader
	for {
		if err := reader.Next(&b); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		for rec := range b.Records() {
			if rec.Row != nil {
				fn(ids, container.RowRange{From: rec.Line - 1, To: rec.Line - 1 + max(rec.Times, 1)}, r.read(rec.Row))
			}
		}
		if err := cmp.Or(b.Err(), context.Cause(f.ctx)); err != nil {
			return err
		}
	}
}

const (
	maxText  = 64 << 20 // bytes of a row that are read
	headSize = 4 << 10  // bytes by which a part is known for what it is
)

// keyReader reads the ids of rows.
type keyReader struct {
	columns *row.Columns
	texts   []*string
	keys    keys
}

func (r *keyReader) read(from *row.Row) *keys {
	if r.columns != from.Columns {
		k := &r.keys
		at := [...]*string{&k.message, &k.conversation, &k.user, &k.userID, &k.group, &k.participant} // as in idColumns
		r.columns, r.texts = from.Columns, r.texts[:0]
		for _, name := range from.Columns.Names {
			r.texts = append(r.texts, at[slices.Index(idColumns, name)])
		}
	}
	for i, text := range r.texts {
		*text = from.Cells[i].Text
	}
	return &r.keys
}
