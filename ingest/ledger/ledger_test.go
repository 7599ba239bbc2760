package ledger

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"waudit/audit/event"
	"waudit/ingest/container"
	"waudit/ingest/dialect"
	"waudit/ingest/source"
)

const june = int64(1780272000_000) // 2026-06-01, Unix milliseconds

// writeLedger packs rows, which it puts in order, into a new ledger.
func writeLedger(t testing.TB, dir string, size int64, facts *Extras, rows ...StoredEvent) *Ledger {
	t.Helper()
	slices.SortStableFunc(rows, func(a, b StoredEvent) int {
		return cmp.Or(cmp.Compare(a.Number, b.Number), cmp.Compare(a.name(), b.name()), cmp.Compare(a.Event.Time, b.Event.Time))
	})
	p, err := Begin(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = p.Close() }()
	parts, err := p.Write(PartOptions{Size: size, Memory: 1}, func(add func(*StoredEvent) error) error {
		for i := range rows {
			if err := add(&rows[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = p.Commit(&Commit{Inputs: []PackedInput{{Path: "a.ndjson"}}, Parts: parts, Facts: facts})
	}
	if err != nil {
		t.Fatal(err)
	}
	l, err := Open(context.Background(), source.Folder{Path: dir})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// readPart returns the events of the rows of a part.
func readPart(t testing.TB, l *Ledger, p *Part, r *Rows, rows []container.RowRange) (events []event.Event) {
	t.Helper()
	var opener source.Opener
	stream, err := opener.Open(context.Background(), l.Input(p))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stream.Close() }()
	cutter := container.Sniffer{Limits: container.Limits{MaxRecord: maxText, BlockSize: headSize, Wanted: WantedColumns, Rows: rows}}
	reader, _, err := cutter.Open(stream)
	if err != nil {
		t.Fatal(err)
	}
	for {
		var b container.Block
		if err := reader.Next(&b); errors.Is(err, io.EOF) {
			return events
		} else if err != nil {
			t.Fatal(err)
		}
		for rec := range b.Records() {
			var e event.Event
			if err := r.Event(rec.Row, &e); err != nil {
				t.Fatal(err)
			}
			events = append(events, e.Clone())
		}
		if err := b.Err(); err != nil {
			t.Fatal(err)
		}
	}
}

// Whatever an event says, it says when it was read again, with the customer's
// ids or without those that the log does not have.
func TestRowsProperty(t *testing.T) {
	text := rapid.SampledFrom([]string{"", "a", "US.1", "1555", "ä\x00\xff", strings.Repeat("x", 3000)})
	drawn := rapid.Custom(func(t *rapid.T) event.Event {
		e := event.Event{
			Kind:     event.Kind(rapid.IntRange(1, event.NumKinds-1).Draw(t, "kind")),
			Time:     rapid.Int64Range(event.MinTime, event.MaxTime-1).Draw(t, "time"),
			Place:    event.Place{Line: rapid.Uint32().Draw(t, "line"), Item: rapid.Uint32().Draw(t, "item")},
			Expires:  rapid.SampledFrom([]int64{0, june}).Draw(t, "expires"),
			Billable: event.Flag(rapid.IntRange(0, 2).Draw(t, "billable")), HasAmount: rapid.Bool().Draw(t, "priced"),
		}
		if e.HasAmount {
			e.Amount = rapid.Int64().Draw(t, "amount")
		}
		for c := range event.NumColumns {
			if s := c.Text(&e); s != nil {
				*s = text.Draw(t, c.String())
			}
		}
		return e
	})
	dir := t.TempDir()
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		e := drawn.Draw(rt, "event")
		row := StoredEvent{Customer: Customer{Number: e.Number, User: e.User, UserID: e.UserID, Group: e.Group}, Event: &e}
		if e.Number == "" {
			row.Number = rapid.SampledFrom([]string{"", "2001"}).Draw(rt, "number")
		}
		if e.User == "" {
			row.User = rapid.SampledFrom([]string{"", "1666"}).Draw(rt, "user")
		}
		n++
		l := writeLedger(t, filepath.Join(dir, fmt.Sprint(n)), 1<<20, nil, row)
		got := readPart(t, l, &l.Manifest.Parts[0], &Rows{Restore: true}, nil)
		if diff := gocmp.Diff([]event.Event{e}, got); diff != "" {
			rt.Fatal(diff)
		}
		got = readPart(t, l, &l.Manifest.Parts[0], &Rows{}, nil)
		if g := got[0]; row.name() != "" && g.Group == "" && g.User == "" && g.UserID == "" {
			rt.Fatalf("the row does not tell its customer: %+v", g)
		}
	})
}

// messageOf is an id that cannot be compressed.
func messageOf(customer, month int) string {
	sum := sha256.Sum256([]byte{byte(customer), byte(customer >> 8), byte(month)})
	return "wamid." + hex.EncodeToString(sum[:])
}

// traffic is rows of customers, each with a message a month.
func traffic(customers, months int) (rows []StoredEvent) {
	for i := range customers {
		c := Customer{Number: "2001", User: fmt.Sprintf("1555%07d", i)}
		for m := range months {
			rows = append(rows, StoredEvent{Customer: c, Event: &event.Event{
				Kind: event.Delivered, Time: june + int64(m)*31*24*3_600_000, Number: c.Number, User: c.User,
				Message: messageOf(i, m), Place: event.Place{Line: uint32(i*months + m + 1)},
			}})
		}
	}
	return rows
}

// A part is of one month and not much larger than it should be, and the manifest
// says what it holds.
func TestParts(t *testing.T) {
	rows := traffic(20_000, 3)
	const size = 128 << 10
	l := writeLedger(t, filepath.Join(t.TempDir(), "ledger"), size, nil, rows...)
	total, months := int64(0), map[string]int{}
	for i := range l.Manifest.Parts {
		p := &l.Manifest.Parts[i]
		events := readPart(t, l, p, &Rows{}, nil)
		total += p.Rows
		months[p.Name[:7]]++
		if int64(len(events)) != p.Rows || p.Statuses != p.Rows || p.Bytes > 2*size {
			t.Errorf("%s has %d rows and %d statuses in %d bytes, %d were read", p.Name, p.Rows, p.Statuses, p.Bytes, len(events))
		}
		users := []string{events[0].User, events[len(events)-1].User}
		if p.User != [2]string(users) || !slices.IsSortedFunc(events, func(a, b event.Event) int { return cmp.Compare(a.User, b.User) }) {
			t.Errorf("%s is of %v, and has %v", p.Name, p.User, users)
		}
		if p.Time[0] != events[0].Time || p.Time[1] != events[0].Time {
			t.Errorf("%s is of %v, and has %d", p.Name, p.Time, events[0].Time)
		}
	}
	if total != int64(len(rows)) || len(months) != 3 || months["2026-06"] < 2 {
		t.Errorf("%d rows in %v, want %d in three months of several parts", total, months, len(rows))
	}
}

// Of a customer only the rows are read that are hers, and few others.
func TestFind(t *testing.T) {
	rows := traffic(20_000, 2)
	named := func(user, userID, message string) {
		rows = append(rows, StoredEvent{Customer: Customer{Number: "2001", User: "15550000007"}, Event: &event.Event{
			Kind: event.Sent, Time: june, Number: "2001", User: user, UserID: userID, Message: message,
		}})
	}
	named("15550000007", "US.7", "wamid.both")
	named("", "US.7", "wamid.id")
	named("", "", "wamid.none")
	facts := &Extras{Links: []dialect.Link{{UserID: "US.8", Previous: "US.7"}}}
	l := writeLedger(t, filepath.Join(t.TempDir(), "ledger"), 64<<10, facts, rows...)
	want := newIdentities()
	want.add("15550000007", "US.7", "")
	want.add("", "US.8", "")
	for _, q := range []Query{
		{User: "15550000007"}, {User: "+1 (555) 000-0007"}, {User: "555.000.0007"}, {User: "US.7"}, {Message: "wamid.id"}, {Message: "wamid.none"}, {Message: messageOf(7, 1)},
	} {
		found, err := l.Find(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		if diff := gocmp.Diff(want, found, cmpopts.IgnoreUnexported(Identities{})); diff != "" {
			t.Errorf("%+v: %s", q, diff)
		}
		s := &Selection{Who: found}
		parts, _ := l.Parts(s)
		read, messages := 0, 0
		for _, p := range parts {
			events := readPart(t, l, p, &Rows{}, s.Rows(p))
			read += len(events)
			for i := range events {
				if s.Wants(&events[i]) {
					messages++
				}
			}
		}
		if messages != 5 || read > 2*nearRows {
			t.Errorf("%+v: %d messages in %d of %d rows", q, messages, read, len(rows))
		}
	}
	if found, err := l.Find(context.Background(), Query{User: "1999"}); err != nil || found.size() != 0 {
		t.Errorf("a stranger is %+v, %v", found, err)
	}
}

// Two packs at once: the second is refused, and the first is not disturbed.
func TestBusy(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ledger")
	first, err := Begin(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Begin(dir); err == nil || !strings.Contains(err.Error(), "somebody else is packing") {
		t.Errorf("the second got %v", err)
	}
	if err := first.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("a folder for nothing is left: %v", err)
	}
}

// Changes and links come back as they were, in one order.
func TestFacts(t *testing.T) {
	change := event.Change{
		Kind: event.AuthInternational, Time: june, Place: event.Place{Line: 3, Item: 1}, WABA: "1001", Country: "IN", Start: june + 1,
		Template: "parcel", Language: "en", Previous: "utility", New: "marketing",
	}
	facts := &Extras{
		Changes: []event.Change{change, {Kind: event.PrimaryLocation, Place: event.Place{Line: 2}}},
		Links:   []dialect.Link{{UserID: "US.2", Phone: "1555"}, {UserID: "US.1", Previous: "US.0"}, {UserID: "US.2", Phone: "1555"}},
	}
	l := writeLedger(t, filepath.Join(t.TempDir(), "ledger"), 1<<20, facts)
	got, err := l.Extras()
	want := &Extras{
		Changes: []event.Change{{Kind: event.PrimaryLocation, Place: event.Place{Line: 2}}, change},
		Links:   []dialect.Link{{UserID: "US.1", Previous: "US.0"}, {UserID: "US.2", Phone: "1555"}},
	}
	if diff := gocmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
}
