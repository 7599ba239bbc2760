package ledger

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/klauspost/compress/zstd"

	"waudit/audit/event"
	"waudit/ingest/dialect"
)

// Extras are what records say beside events.
type Extras struct {
	Changes []event.Change
	Links   []dialect.Link
}

// fact is a line of the file of facts: one of both is set.
type fact struct {
	Change *storedChange `json:"change,omitempty"`
	Link   *dialect.Link `json:"link,omitempty"`
}

// storedChange is event.Change as it is written.
type storedChange struct {
	Kind     uint8     `json:"kind"` // event.ChangeKind
	Time     int64     `json:"time"`
	Origin   [3]uint32 `json:"origin"` // input, line, item
	WABA     string    `json:"waba_id,omitempty"`
	Template string    `json:"template_name,omitempty"`
	Language string    `json:"template_language,omitempty"`
	Previous string    `json:"previous,omitempty"`
	New      string    `json:"new,omitempty"`
	Country  string    `json:"country,omitempty"`
	Start    int64     `json:"start,omitempty"`
}

func newChange(c *event.Change) *storedChange {
	return &storedChange{
		Kind: uint8(c.Kind), Time: c.Time, Origin: [3]uint32{c.Place.Input, c.Place.Line, c.Place.Item}, WABA: c.WABA,
		Template: c.Template, Language: c.Language, Previous: c.Previous, New: c.New, Country: c.Country, Start: c.Start,
	}
}

func (c *storedChange) event() event.Change {
	return event.Change{
		Kind: event.ChangeKind(c.Kind), Time: c.Time, Place: event.Place{Input: c.Origin[0], Line: c.Origin[1], Item: c.Origin[2]},
		WABA: c.WABA, Template: c.Template, Language: c.Language, Previous: c.Previous, New: c.New, Country: c.Country, Start: c.Start,
	}
}

// encode writes the facts as lines of JSON, in an order of their own.
func (f *Extras) encode() ([]byte, error) {
	slices.SortFunc(f.Changes, func(a, b event.Change) int { return a.Place.Compare(b.Place) })
	slices.SortFunc(f.Links, func(a, b dialect.Link) int {
		return cmp.Or(cmp.Compare(a.UserID, b.UserID), cmp.Compare(a.Phone, b.Phone), cmp.Compare(a.Previous, b.Previous))
	})
	f.Links = slices.Compact(f.Links)
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	for i := range f.Changes {
		if err := enc.Encode(fact{Change: newChange(&f.Changes[i])}); err != nil {
			return nil, err
		}
	}
	for i := range f.Links {
		if err := enc.Encode(fact{Link: &f.Links[i]}); err != nil {
			return nil, err
		}
	}
	return out.Bytes(), nil
}

// Extras returns the changes, their places being as in rows, and the links.
func (l *Ledger) Extras() (*Extras, error) {
	facts := &Extras{}
	if l.Manifest.Facts == nil {
		return facts, nil
	}
	data, err := l.readPacked(l.Manifest.Facts)
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bufio.NewReader(bytes.NewReader(data)))
	for {
		var one fact
		switch err := dec.Decode(&one); {
		case errors.Is(err, io.EOF):
			return facts, nil
		case err != nil:
			return nil, fmt.Errorf("%s: %w", l.Manifest.Facts.Name, err)
		case one.Change != nil:
			facts.Changes = append(facts.Changes, one.Change.event())
		case one.Link != nil:
			facts.Links = append(facts.Links, *one.Link)
		}
	}
}

func (l *Ledger) links() ([]dialect.Link, error) {
	facts, err := l.Extras()
	if err != nil {
		return nil, err
	}
	return facts.Links, nil
}

// pack compresses the bytes of a small file.
func pack(data []byte) ([]byte, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	defer func() { _ = enc.Close() }()
	return enc.EncodeAll(data, nil), nil
}

// readPacked returns the bytes of a small file of the ledger.
func (l *Ledger) readPacked(f *File) ([]byte, error) {
	data, err := l.read(f)
	if err != nil {
		return nil, err
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	defer dec.Close()
	plain, err := dec.DecodeAll(data, nil)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.Name, err)
	}
	return plain, nil
}
