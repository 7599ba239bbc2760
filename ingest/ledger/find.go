package ledger

import (
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
	f := idReader{ctx: ctx, ledger: l}
	defer f.opener.Close()
	found := newIdentities()
	f.footers = found.footers
	for _, s := range q.searches() {
		if err := f.collect(found, s.columns, s.may, s.match); err != nil {
			return nil, err
		}
		if found.size() > 0 {
			break
		}
	}
	links, err := l.links()
	if err != nil {
		return nil, err
	}
	for known := -1; known != found.size(); {
		known = found.size()
		for _, link := range links {
			if found.Users[link.Phone] || found.UserIDs[link.UserID] || found.UserIDs[link.Previous] {
				found.add(link.Phone, link.UserID, "")
				found.add("", link.Previous, "")
			}
		}
		asked := found.clone()
		err := f.collect(found, customers, asked.in, func(k *keys) bool { return asked.has(k.user, k.userID, k.group) })
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

func (w *Identities) clone() *Identities {
	return &Identities{Users: maps.Clone(w.Users), UserIDs: maps.Clone(w.UserIDs), Groups: maps.Clone(w.Groups)}
}

// keys are the ids of a row.
type keys struct{ user, userID, group, participant, message, conversation string }

// search says what is looked for.
type search struct {
	columns []string                            // of ids, that are read
	may     func(*container.RowGroupStats) bool // a row group may hold a row that matches
	match   func(*keys) bool
}

// searches returns what the query may mean, to be tried in order.
func (q Query) searches() (list []search) {
	switch {
	case q.Message != "":
		return []search{{idColumns, mayHave("message_id", q.Message), func(k *keys) bool { return k.message == q.Message }}}
	case q.Conversation != "":
		return []search{{idColumns, mayHave("conversation_id", q.Conversation), func(k *keys) bool { return k.conversation == q.Conversation }}}
	}
	for _, who := range phone.Lookup(q.User) {
		list = append(list, search{
			columns: customers,
			may: func(g *container.RowGroupStats) bool {
				return who.Anywhere(func(id string) bool {
					return slices.ContainsFunc(customers, func(column string) bool { return g.Has(column, id) })
				})
			},
			match: func(k *keys) bool { return who.Is(k.user, k.participant, k.userID, k.group) },
		})
	}
	return list
}

// mayHave tells whether a row group may have an id in a column.
func mayHave(column, id string) func(*container.RowGroupStats) bool {
	return func(g *container.RowGroupStats) bool { return g.Has(column, id) }
}

// customers are the columns of the ids of customers.
var customers = idColumns[customerColumns:]

// idReader reads ids.
type idReader struct {
	ctx     context.Context
	ledger  *Ledger
	opener  source.Opener
	footers map[string]*container.Footer
}

// collect adds the customers of the rows that match, in the row groups that may
// hold any.
func (f *idReader) collect(found *Identities, columns []string, may func(*container.RowGroupStats) bool, match func(*keys) bool) error {
	for i := range f.ledger.Manifest.Parts {
		p := &f.ledger.Manifest.Parts[i]
		err := f.part(p, columns, may, func(k *keys) {
			if match(k) {
				found.add(strings.Clone(k.user), strings.Clone(k.userID), strings.Clone(k.group))
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// part hands the ids of those columns of a part's rows to fn, those of customers once for
// rows alike that follow one another.
func (f *idReader) part(p *Part, columns []string, may func(*container.RowGroupStats) bool, fn func(*keys)) (err error) {
	stream, err := f.opener.Open(f.ctx, f.ledger.Input(p))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stream.Close()) }()
	if f.footers[p.Name] == nil {
		f.footers[p.Name] = &container.Footer{}
	}
	cutter := container.Sniffer{Limits: container.Limits{
		MaxRecord: maxText, BlockSize: blockSize, Footer: f.footers[p.Name],
		Wanted: func(all []string) []bool { return only(all, columns...) },
		Skip:   func(g *container.RowGroupStats) bool { return !may(g) },
	}}
	reader, _, err := cutter.Open(stream)
	if err != nil {
		return fmt.Errorf("%s: %w", p.Name, err)
	}
	var b container.Block
	var r keyReader
	for {
		if err := reader.Next(&b); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return fmt.Errorf("%s: %w", p.Name, err)
		}
		for rec := range b.Records() {
			if rec.Row != nil && !(len(columns) == len(customers) && r.repeats(rec.Row)) {
				fn(r.read(rec.Row))
			}
		}
		if err := b.Err(); err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
		if err := f.ctx.Err(); err != nil {
			return context.Cause(f.ctx)
		}
	}
}

const (
	maxText   = 64 << 20 // bytes of a row that are read
	blockSize = 1 << 20
)

// keyReader reads the ids of rows.
type keyReader struct {
	columns *row.Columns
	texts   []*string
	keys    keys
	last    []string // of the row before, for repeats
}

// repeats reports whether a row has the ids of the row before.
func (r *keyReader) repeats(from *row.Row) bool {
	if slices.EqualFunc(from.Cells, r.last, func(c row.Cell, text string) bool { return c.Text == text }) {
		return true
	}
	r.last = r.last[:0]
	for i := range from.Cells {
		r.last = append(r.last, strings.Clone(from.Cells[i].Text))
	}
	return false
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
