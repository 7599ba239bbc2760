// Package invoice reads bills: line items with and without message ids, volumes
// by day or month, and Meta's analytics. What no column names is asked for by a
// mapping, never guessed.
package invoice

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"waudit/audit/event"
	"waudit/audit/invoice"
	"waudit/ingest/container"
	"waudit/ingest/row"
	"waudit/ingest/source"
)

// Options says how to read a bill.
type Options struct {
	Input     uint32 // number of the bill in places
	Mapping   *Mapping
	MaxRecord int64 // bytes
	TempDir   string
}

// Bill is what became of a file. Records = Lines + Ignored + Rejected.
type Bill struct {
	Path, Container, SHA256           string
	Bytes                             int64
	Records, Lines, Ignored, Rejected int64
	Rejects                           []Reject // the first of them
	Totals                            []invoice.Total
	Columns                           invoice.Columns
}

// Reject is a row that is no line, and why.
type Reject struct {
	Line   int64
	Reason string
}

// maxRejects is how many rejected rows are kept.
const maxRejects = 100

// Read reads a bill and hands every line to emit, which keeps what it needs: the
// line and its strings are valid during the call.
func Read(ctx context.Context, path string, o Options, emit func(*invoice.Line) error) (*Bill, error) {
	inputs, err := source.FindContext(ctx, []string{path}, nil)
	if err != nil {
		return nil, err
	}
	if len(inputs) != 1 {
		return nil, fmt.Errorf("%s: names %d files; name the bill itself", path, len(inputs))
	}
	r := &reader{mapping: o.Mapping, input: o.Input, emit: emit, bill: &Bill{Path: inputs[0].Path}}
	opener := source.Opener{}
	defer opener.Close()
	stream, err := opener.Open(ctx, inputs[0])
	if err != nil {
		return nil, err
	}
	defer func() { _ = stream.Close() }()
	hash := sha256.New()
	cutter := container.Opener{Limits: container.Limits{
		MaxRecord: o.MaxRecord, BlockSize: blockSize, TempDir: o.TempDir, Known: o.Mapping.knows,
	}}
	blocks, format, err := cutter.Open(stream)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	r.bill.Container = format.Name()
	for {
		var b container.Block
		err := blocks.Next(&b)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		for rec := range b.Records() {
			if rec.Row != nil {
				r.hashRow(hash, rec.Row)
			} else {
				_, _ = hash.Write(rec.Text)
			}
			if err := r.record(rec); err != nil {
				return nil, err
			}
		}
		if err := errors.Join(b.Err(), ctx.Err()); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	r.bill.SHA256, r.bill.Bytes = hex.EncodeToString(hash.Sum(nil)), stream.BytesRead()
	if r.bill.Lines == 0 {
		return nil, r.nothing(path)
	}
	return r.bill, nil
}

// blockSize is how many bytes are cut at once.
const blockSize = 256 << 10

// nothing says why a file has no line of a bill.
func (r *reader) nothing(path string) error {
	why := "no column names an amount or a quantity that is known; name them in --invoice-mapping (docs/invoice.md)"
	if len(r.bill.Rejects) > 0 {
		why = fmt.Sprintf("row %d: %s", r.bill.Rejects[0].Line, r.bill.Rejects[0].Reason)
	}
	return fmt.Errorf("%s: no line of a bill in %d records: %s", path, r.bill.Records, why)
}

// reader reads one bill.
type reader struct {
	mapping *Mapping
	input   uint32
	emit    func(*invoice.Line) error
	bill    *Bill

	columns *row.Columns
	bound   []field
	twilio  bool // charges are written below zero
	values  values
	made    invoice.Line
	text    []byte
}

// hashRow adds what a row says to the hash of the content.
func (r *reader) hashRow(w io.Writer, from *row.Row) {
	r.text = from.AppendJSON(r.text[:0])
	_, _ = w.Write(r.text)
}

// record reads one record of the file.
func (r *reader) record(rec container.Record) error {
	r.bill.Records++
	place := event.Place{Input: r.input, Line: uint32(rec.Line), Item: uint32(rec.Offset)}
	switch {
	case rec.TooLong:
		r.reject(rec.Line, "longer than --max-record")
	case rec.Fault != "":
		r.reject(rec.Line, rec.Fault)
	case rec.Ignore != "":
		r.bill.Ignored++
	case rec.Row != nil:
		return r.row(rec.Row, place)
	default:
		return r.object(rec, place)
	}
	return nil
}

func (r *reader) reject(line int64, reason string) {
	r.bill.Rejected++
	if len(r.bill.Rejects) < maxRejects {
		r.bill.Rejects = append(r.bill.Rejects, Reject{line, reason})
	}
}

// row reads a row of a table.
func (r *reader) row(from *row.Row, place event.Place) error {
	if r.columns != from.Columns {
		r.bindTo(from.Columns.Names)
		r.columns = from.Columns
	}
	r.begin()
	empty := true
	for i := range from.Cells {
		c := &from.Cells[i]
		if c.Kind == row.Null || i >= len(r.bound) {
			continue
		}
		empty = false
		if r.bound[i] != noField {
			r.values[r.bound[i]] = r.cell(c)
		}
	}
	if empty {
		r.bill.Ignored++
		return nil
	}
	return r.take(from, place)
}

// cell is a cell as text.
func (r *reader) cell(c *row.Cell) string {
	if c.Kind == row.Text || c.Kind == row.Float {
		return strings.TrimSpace(c.Text)
	}
	text := c.AppendJSON(nil)
	return strings.Trim(string(text), `"`)
}

// bindTo finds the columns.
func (r *reader) bindTo(columns []string) {
	r.bound = bind(columns, r.mapping)
	has := [numFields]bool{}
	for _, f := range r.bound {
		has[f] = true
	}
	r.twilio = (r.mapping == nil || r.mapping.Sign == "") && isTwilio(columns)
	r.bill.Columns = invoice.Columns{
		Number: has[number], Country: has[country], Market: has[market], Category: has[categoryField], Type: has[typeField],
		Day: has[at] || has[from],
	}
}

// isTwilio reports whether the table is one of Twilio's, whose prices are below
// zero.
func isTwilio(columns []string) bool {
	for _, c := range columns {
		if f := fold(c); f == "smsmessagesid" || f == "priceunit" {
			return true
		}
	}
	return false
}

// begin empties the values, but for the constants of the mapping.
func (r *reader) begin() {
	r.values = values{}
	if r.mapping == nil {
		return
	}
	for f, name := range names {
		if value, ok := r.mapping.Constants[name]; ok && name != "" {
			r.values[f] = value
		}
	}
}

// take makes a line of the values. A row that sums up others is the stated total,
// and no line.
func (r *reader) take(from *row.Row, place event.Place) error {
	if from != nil && sumsUp(from) {
		return r.total(place)
	}
	if r.values[amount] == "" && r.values[unitPrice] == "" && r.values[quantity] == "" {
		r.bill.Ignored++ // a heading, or a note
		return nil
	}
	if problem := r.line(&r.values, &r.made); problem != "" {
		r.reject(int64(place.Line), problem)
		return nil
	}
	r.made.Place = place
	r.bill.Lines++
	return r.emit(&r.made)
}

// sumsUp reports whether the first text of a row says that it is a sum.
func sumsUp(from *row.Row) bool {
	for i := range from.Cells {
		if c := &from.Cells[i]; c.Kind == row.Text && strings.TrimSpace(c.Text) != "" {
			word := fold(c.Text)
			return word == "total" || word == "grandtotal" || word == "sum" || word == "invoicetotal" || word == "totalamount" || word == "amountdue"
		}
	}
	return false
}

// total keeps what the bill says that it comes to.
func (r *reader) total(place event.Place) error {
	var l invoice.Line
	if problem := r.money(&r.values, &l); problem != "" && l.Currency != "" || !l.HasAmount {
		r.bill.Ignored++
		return nil
	}
	r.bill.Ignored++
	r.bill.Totals = append(r.bill.Totals, invoice.Total{Amount: l.Amount, Currency: strings.Clone(l.Currency), Place: place})
	return nil
}
