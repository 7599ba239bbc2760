package ledger

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"

	"waudit/ingest/container"
	"waudit/ingest/phone"
	"waudit/ingest/row"
	"waudit/ingest/source"
)

// Query asks for customers: by a message, else by a phone or another id. That of
// a member of a group stands for the group.
type Query struct {
	Message string
	Phone   string // digits
	ID      string // business-scoped user id or group id
}

// Find returns all ids of the customers that the query asks for, and of those
// that are one with them. It reads little: the filters of the ledger's files
// tell where to look. What cannot be read is an error.
func (l *Ledger) Find(ctx context.Context, q Query) (*Identities, error) {
	f := finder{ctx: ctx, ledger: l}
	defer f.opener.Close()
	found := newIdentities()
	if err := f.collect(found, q.mayBe, q.matches); err != nil {
		return nil, err
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
		err := f.collect(found, asked.in, func(k *keys) bool { return asked.has(k.user, k.userID, k.group) })
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
type keys struct{ user, userID, group, participant, message string }

func (q Query) matches(k *keys) bool {
	if q.Message != "" {
		return k.message == q.Message
	}
	return q.Phone != "" && (phone.Same(k.user, q.Phone) || phone.Same(k.participant, q.Phone)) ||
		q.ID != "" && (k.userID == q.ID || k.group == q.ID || k.participant == q.ID)
}

// mayBe reports whether a row group may hold a row that matches.
func (q Query) mayBe(g *container.RowGroupStats) bool {
	if q.Message != "" {
		return g.Has("message_id", q.Message)
	}
	for _, form := range formsOf(q.Phone) {
		if g.Has("wa_id", form) || g.Has("participant_id", form) {
			return true
		}
	}
	return q.ID != "" && (g.Has("user_id", q.ID) || g.Has("group_id", q.ID) || g.Has("participant_id", q.ID))
}

// finder reads ids.
type finder struct {
	ctx    context.Context
	ledger *Ledger
	opener source.Opener
}

// collect adds the customers of the rows that match, in the row groups that may
// hold any.
func (f *finder) collect(found *Identities, may func(*container.RowGroupStats) bool, match func(*keys) bool) error {
	for i := range f.ledger.Manifest.Parts {
		p := &f.ledger.Manifest.Parts[i]
		err := f.part(p, may, func(k *keys) {
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

// part hands the ids of a part's rows to fn.
func (f *finder) part(p *Part, may func(*container.RowGroupStats) bool, fn func(*keys)) (err error) {
	names := []string{"wa_id", "user_id", "group_id", "participant_id", "message_id"}
	stream, err := f.opener.Open(f.ctx, f.ledger.Input(p))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stream.Close()) }()
	cutter := container.Opener{Limits: container.Limits{
		MaxRecord: maxText, BlockSize: blockSize,
		Wanted: func(all []string) []bool { return only(all, names...) },
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
			if rec.Row != nil {
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
}

func (r *keyReader) read(from *row.Row) *keys {
	if r.columns != from.Columns {
		k := &r.keys
		at := map[string]*string{
			"wa_id": &k.user, "user_id": &k.userID, "group_id": &k.group, "participant_id": &k.participant, "message_id": &k.message,
		}
		r.columns, r.texts = from.Columns, r.texts[:0]
		for _, name := range from.Columns.Names {
			r.texts = append(r.texts, at[name])
		}
	}
	for i, text := range r.texts {
		*text = from.Cells[i].Text
	}
	return &r.keys
}
