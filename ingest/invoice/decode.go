package invoice

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unsafe"

	"waudit/audit/category"
	"waudit/audit/event"
	"waudit/audit/invoice"
	"waudit/audit/money"
	"waudit/ingest/container"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
	"waudit/ingest/row"
	"waudit/ingest/table"
)

// decoder makes lines of records. It is for one goroutine at a time, and keeps its
// memory from record to record.
type decoder struct {
	shared *shared
	out    *decodedBlock

	layouts   map[uint64][]*layout // of objects, by their names
	columns   *row.Columns         // of the last row
	rows      []*layout            // its layouts, one for each part
	countries memo[string]
	words     memo[categoryOf]
	isos      memo[string]
	dates     memo[time.Time]

	cells  []cell
	object flatObject
	tree   jsontree.Tree
	text   []byte

	// Of the present row.
	layout    *layout
	dataPoint jsontree.Value // that it is, absent if it is none
	table     uint64         // 0 for objects
	values    [numFields]cell
	made      invoice.Line
	notMeta   bool // what its usage type charges is not Meta's
}

func newDecoder(s *shared) *decoder {
	return &decoder{shared: s, layouts: map[uint64][]*layout{}, countries: memo[string]{}, words: memo[categoryOf]{}, isos: memo[string]{}, dates: memo[time.Time]{}}
}

// memo remembers what few texts mean that stand on many rows.
type memo[T any] map[string]T

func (m memo[T]) of(text string, mean func(string) T) T {
	v, ok := m[text]
	if !ok {
		if v = mean(text); len(m) < most {
			m[strings.Clone(text)] = v
		}
	}
	return v
}

// categoryOf is what a word for a category means.
type categoryOf struct {
	word     string
	category category.Category
}

// decodedBlock is what the records of a block came to, in their order.
type decodedBlock struct {
	items   []lineItem
	totals  []invoice.StatedTotal
	rejects []Reject
	ignored map[string]int64
	unknown map[unknownWord]int64
	unread  []string // columns of lines that no message explains, which are of no field
	notes   []string

	records, rejected int64
	ignoredRecords    int64
	arena             []byte // the texts of the lines
}

// lineItem is a line on its way.
type lineItem struct {
	line  invoice.Line
	place event.Place
	dims  invoice.Dimensions
	table uint64 // that the row is of; 0: it is of no table
	tax   bool   // it is the tax of the line before

	// Of a row that may be the sum of others.
	sum   sumKind
	label string
	total invoice.StatedTotal
	fault string // why it is no line, if it is no sum
}

func (b *decodedBlock) reset() {
	arena, items, totals, rejects := b.arena[:0], b.items[:0], b.totals[:0], b.rejects[:0]
	*b = decodedBlock{arena: arena, items: items, totals: totals, rejects: rejects, ignored: map[string]int64{}, unknown: map[unknownWord]int64{}}
}

func (b *decodedBlock) note(text string) {
	if !slices.Contains(b.notes, text) {
		b.notes = append(b.notes, text)
	}
}

// keep copies a text into memory of the batch: it is valid until the batch is used
// again.
func (b *decodedBlock) keep(s *string) {
	if *s == "" {
		return
	}
	from := len(b.arena)
	b.arena = append(b.arena, *s...)
	*s = unsafe.String(&b.arena[from], len(*s))
}

// isUnknown counts a word that nobody knows.
func (b *decodedBlock) isUnknown(of, text string) {
	b.unknown[unknownWord{of, strings.Clone(text)}]++
}

// put takes a line, whose texts it copies.
func (d *decoder) put(item lineItem) {
	l := &item.line
	l.Place = item.place
	for _, s := range [...]*string{
		&l.ID, &l.Ref, &l.WABA, &l.Number, &l.NumberPhone, &l.Message, &l.Conversation, &l.User, &l.UserID, &l.Country, &l.Market, &l.Word, &l.Type, &l.Tier,
		&l.Currency, &l.Description,
	} {
		d.out.keep(s)
	}
	d.out.keep(&item.label)
	if l.Kind == invoice.Other && len(d.out.unread) == 0 {
		d.out.unread = d.layout.unread
	}
	if !item.tax {
		d.out.records++
	}
	d.out.items = append(d.out.items, item)
}

func (d *decoder) ignore(reason string) {
	d.out.records++
	d.out.ignoredRecords++
	if len(d.out.ignored) < most || d.out.ignored[reason] > 0 {
		d.out.ignored[strings.Clone(reason)]++
	}
}

func (d *decoder) reject(line int64, reason string) {
	if d.dataPoint.OK() {
		reason = "data point " + d.dataPoint.Path() + ": " + reason
	}
	d.out.records++
	d.out.rejected++
	if len(d.out.rejects) < maxRejects {
		d.out.rejects = append(d.out.rejects, Reject{line, reason})
	}
}

// record reads one record of the file.
func (d *decoder) record(rec container.Record) {
	place := event.Place{Input: d.shared.input, Line: uint32(min(rec.Line, math.MaxUint32)), Item: uint32(min(rec.Offset, math.MaxUint32))}
	switch {
	case rec.TooLong:
		d.reject(rec.Line, fmt.Sprintf("longer than %d bytes; raise --max-record to read it", d.shared.limits.MaxRecord))
	case rec.Ignore != "":
		d.ignore(rec.Ignore)
	case rec.Fault != "":
		d.reject(rec.Line, rec.Fault)
	case rec.Row != nil:
		d.row(rec.Row, place)
	default:
		d.json(rec, place)
	}
}

// row reads a row of a table.
func (d *decoder) row(r *row.Row, place event.Place) {
	cells, ok := fromRow(d.cells[:0], r)
	d.cells = cells
	if !ok {
		d.text = r.AppendJSON(d.text[:0])
		d.json(container.Record{Text: d.text, Line: int64(place.Line), Offset: int64(place.Item)}, place)
		return
	}
	layouts := d.layoutsFor(r.Columns)
	d.table = layouts[0].table
	d.take(layouts, cells, place)
	d.table = 0
}

// layoutsFor returns the layouts of the columns of a table, mostly those of the row
// before.
func (d *decoder) layoutsFor(columns *row.Columns) []*layout {
	if d.columns == nil || d.columns != columns && !slices.Equal(d.columns.Names, columns.Names) {
		d.rows = d.layoutsOf(columns.Names)
	}
	d.columns = columns
	return d.rows
}

// layoutFor returns the first of the layouts that is for a row, nil if none is.
func layoutFor(layouts []*layout, cells []cell) *layout {
	for _, l := range layouts {
		if len(l.when) == 0 || first(l.when, cells) != nil {
			return l
		}
	}
	return nil
}

// layoutsOf returns the layouts of columns, one for each part of the mapping.
func (d *decoder) layoutsOf(columns []string) []*layout {
	list := make([]*layout, len(d.shared.mapping.parts))
	for i := range list {
		list[i] = newLayout(&d.shared.mapping.parts[i], columns)
	}
	return list
}

// take reads a row by the first part of the mapping that is for it.
func (d *decoder) take(layouts []*layout, cells []cell, place event.Place) {
	if !slices.ContainsFunc(cells, func(c cell) bool { return c.text != "" }) {
		d.ignore("empty row")
		return
	}
	if d.layout = layoutFor(layouts, cells); d.layout == nil {
		d.ignore("no part of the mapping is for the row")
		return
	}
	if c := first(d.layout.skip, cells); c != nil {
		d.ignore(c.Reason)
		return
	}
	for f := range numFields {
		var ignore bool
		if d.values[f], ignore = d.layout.read(f, cells); ignore {
			d.ignore("the mapping ignores this " + kinds[f].key)
			return
		}
	}
	d.takeValues(cells, place)
}

// takeValues makes a line of the values, if they are those of one.
func (d *decoder) takeValues(cells []cell, place event.Place) {
	v := &d.values
	if k := event.KindOf(event.Word(v[eventField].text)); k != 0 && k != event.Charge {
		d.ignore("event " + k.String() + ", which is no line of a bill")
		return
	}
	sum, label := d.sumsUp(cells)
	switch {
	case d.layout.invoice:
		d.metaInvoice(place)
		return
	case sum == stated:
		if t, ok := d.total(place, label); ok {
			t.Label = strings.Clone(t.Label)
			d.out.totals = append(d.out.totals, t)
			d.ignore("a total")
			return
		}
		d.ignore("a total without an amount")
		return
	case sum == subtotal:
		d.ignore("a subtotal")
		return
	case v[amount].text == "" && v[unitPrice].text == "" && v[price].text == "" && v[quantity].text == "":
		d.ignore(d.whyNoMoney())
		return
	}
	item := lineItem{place: place, dims: d.layout.dimensions(), label: label, table: d.table}
	if sum != noSum {
		var ok bool
		if item.total, ok = d.total(place, label); ok {
			item.sum = sum
		}
	}
	l := &d.made
	p := d.line(l)
	var taxed money.Amount
	if !p.is() {
		taxed, p = d.taxOf(l)
	}
	if !p.is() {
		p = d.ofOne(l)
	}
	switch {
	case p.is() && item.sum == noSum:
		d.reject(int64(place.Line), string(p))
		return
	case p.is():
		item.fault, taxed = string(p), money.Amount{}
	default:
		item.line = *l
	}
	d.put(item)
	if !taxed.IsZero() {
		d.put(lineItem{line: taxLine(l, taxed), place: place, table: d.table, tax: true})
	}
}

func (d *decoder) whyNoMoney() string {
	if d.values[message].text != "" && (d.layout.sources[amount].there() || d.layout.sources[price].there()) {
		return "a message without a price"
	}
	return "neither an amount nor a quantity"
}

// ofOne refuses a charge of one message that is more than a message can cost.
func (d *decoder) ofOne(l *invoice.Line) problem {
	if _, ok := notation.Price(l.Amount); ok || l.Kind != invoice.Message && l.Kind != invoice.Item {
		return ""
	}
	f := amount
	for _, other := range [...]field{price, unitPrice} {
		if d.values[f].text == "" {
			f = other
		}
	}
	return d.fault(f, d.values[f].text, "comes to "+notation.NoPrice)
}

// taxLine is the tax of a line, as one of its own.
func taxLine(l *invoice.Line, n money.Amount) invoice.Line {
	return invoice.Line{
		Kind: invoice.Other, WABA: l.WABA, Number: l.Number, NumberPhone: l.NumberPhone, Ref: l.ID, At: l.At, From: l.From, Until: l.Until, First: l.First, Last: l.Last,
		Quantity: 1, Amount: n, HasAmount: true, Currency: l.Currency, Description: "tax",
	}
}

// metaInvoice reads an invoice of Meta's business_invoices, which has no lines: it
// is a total. What a credit memo says is credited.
func (d *decoder) metaInvoice(place event.Place) {
	t, ok := d.total(place, "invoice "+d.values[lineID].text)
	if !ok || t.Currency == "" {
		d.reject(int64(place.Line), "an invoice without an amount and its currency; ask for fields=amount,currency")
		return
	}
	switch table.Squeeze(d.values[entryField].text) {
	case "cm", "creditmemo":
		t.Amount = t.Amount.Abs().Neg()
	case "proforma":
		d.ignore("a pro-forma invoice")
		return
	}
	d.out.totals = append(d.out.totals, t)
	d.ignore("an invoice's total")
}
