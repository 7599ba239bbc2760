package invoice

import (
	"cmp"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/cespare/xxhash/v2"

	"waudit/audit/event"
	"waudit/audit/invoice"
	"waudit/audit/money"
	"waudit/ingest/notation"
	"waudit/ingest/table"
)

// collector takes the lines in the order of the file.
type collector struct {
	emit func(*invoice.Line) error
	bill *BillFile // by itself, as it outlives the ids

	sums    map[string]*currencySum
	tables  map[tableSum]*currencySum
	ignored map[string]int64
	unknown map[unknownWord]int64
	unread  []string          // columns of lines that no message explains
	placed  bool              // some line says which messages it charges
	ids     map[uint64]uint64 // lines with an id of their own: its hash, and that of what they say

	key     []byte
	content [2]uint64
	skipped bool // the last line was a duplicate, and so is its tax

	last              invoice.StatedTotal // the last row that sums up others, if no line is behind it
	hasLast, lastFits bool
}

// currencySum is what lines in a currency come to.
type currencySum struct {
	first, lines int64 // the row of the first of them, and how many there are
	amount       money.Amount
	part         money.Amount // of it, since the last row that sums up a part
}

func (t *currencySum) add(item *lineItem) {
	t.lines++
	t.amount = t.amount.Add(item.line.Amount)
	t.part = t.part.Add(item.line.Amount)
}

// tableSum is a table's lines in a currency.
type tableSum struct {
	table    uint64
	currency string
}

// collect takes what a block came to.
func (c *collector) collect(b *decodedBlock) error {
	for i := range b.items {
		if err := c.take(&b.items[i]); err != nil {
			return err
		}
	}
	c.bill.Totals = append(c.bill.Totals, b.totals...)
	c.bill.Records += b.records
	c.bill.Ignored += b.ignoredRecords
	c.bill.Rejected += b.rejected
	for reason, n := range b.ignored {
		c.ignored[reason] += n
	}
	for word, n := range b.unknown {
		c.unknown[word] += n
	}
	c.bill.Rejects = append(c.bill.Rejects, b.rejects[:min(len(b.rejects), maxRejects-len(c.bill.Rejects))]...)
	if len(c.unread) == 0 {
		c.unread = b.unread
	}
	for _, n := range b.notes {
		c.note(n)
	}
	return nil
}

func (c *collector) note(text string) {
	if !slices.Contains(c.bill.Notes, text) {
		c.bill.Notes = append(c.bill.Notes, text)
	}
}

// take hands a line over, unless it is one that the bill has already, or the sum of
// others.
func (c *collector) take(item *lineItem) error {
	l := &item.line
	if item.sum != noSum && c.isSum(item) {
		return nil
	}
	if item.fault != "" {
		c.bill.Rejected++
		if len(c.bill.Rejects) < maxRejects {
			c.bill.Rejects = append(c.bill.Rejects, Reject{int64(item.place.Line), item.fault})
		}
		return nil
	}
	if c.hasLast && !c.lastFits {
		c.note(fmt.Sprintf("row %d, %q, is not what the lines above it come to", c.last.Place.Line, c.last.Label))
	}
	c.hasLast = false // a line comes behind the last sum, which then is none of all
	c.key = l.AppendKey(c.key[:0])
	content := xxhash.Sum64(c.key)
	if item.tax && c.skipped {
		return nil
	}
	c.skipped = false
	if l.ID != "" {
		id := xxhash.Sum64String(l.ID)
		switch before, there := c.ids[id]; {
		case there && before == content:
			c.bill.Duplicates++
			c.skipped = true
			return nil
		case there:
			c.note(fmt.Sprintf("line id %q stands on lines that say different things; both are taken", l.ID))
		default:
			c.ids[id] = content
		}
	}
	c.content[0] += content
	c.content[1] += xxhash.Sum64(append(c.key, 1))
	if !item.tax {
		c.bill.Used++
	}
	c.bill.Lines++
	c.placed = c.placed || l.Kind != invoice.Other
	c.sum(item)
	c.span(l)
	if l.Kind == invoice.Aggregate {
		c.bill.Columns.Add(item.dims)
	}
	return c.emit(l)
}

// isSum reports whether a row that may be the sum of those above it is: of all, or of
// those behind the last sum. What has only the words of a sum is one in any case.
func (c *collector) isSum(item *lineItem) bool {
	t := c.tallyOf(item.total.Currency)
	if t == nil || t.lines < 2 && item.sum != partial {
		return false
	}
	ofAll, ofPart := item.total.Amount == t.amount, item.total.Amount == t.part
	if !ofAll && !ofPart && item.sum != partial || item.total.Amount.IsZero() && item.sum != partial {
		return false
	}
	t.part = money.Amount{}
	c.ignored["a total of other rows"]++
	c.bill.Ignored++
	c.last, c.lastFits = item.total, ofAll || ofPart
	c.last.Label = strings.Clone(item.label)
	c.hasLast = true
	return true
}

// tallyOf returns the tally of a currency; of none, the only one that there is.
func (c *collector) tallyOf(currency string) *currencySum {
	if currency != "" || len(c.sums) != 1 {
		return c.sums[currency]
	}
	for _, t := range c.sums {
		return t
	}
	return nil
}

// sum adds a line to what the lines come to, all of them and those of its table.
func (c *collector) sum(item *lineItem) {
	currency := item.line.Currency
	if currency == "" {
		return
	}
	t := c.sums[currency]
	if t == nil {
		t = &currencySum{}
		c.sums[strings.Clone(currency)] = t
	}
	t.add(item)
	if item.table == 0 {
		return
	}
	k := tableSum{item.table, currency}
	if t = c.tables[k]; t == nil {
		t = &currencySum{first: int64(item.place.Line)}
		k.currency = strings.Clone(currency)
		c.tables[k] = t
	}
	t.add(item)
}

// told returns the first rows of two tables of the file that come to the same, as a
// summary and its details do: to take both would count all money twice.
func (c *collector) told() (first, second int64) {
	for a, x := range c.tables {
		for b, y := range c.tables {
			if a.currency == b.currency && x.first < y.first && x.amount == y.amount && !x.amount.IsZero() && x.lines+y.lines > 2 && (first == 0 || x.first < first || x.first == first && y.first < second) {
				first, second = x.first, y.first
			}
		}
	}
	return first, second
}

// span widens what the bill is for.
func (c *collector) span(l *invoice.Line) {
	b := c.bill
	if l.First != 0 {
		if b.First == 0 || l.First < b.First {
			b.First = l.First
		}
		b.Last = max(b.Last, l.Last)
	}
	begin, end := l.From, l.Until
	if l.At != 0 {
		begin, end = l.At, l.At+1
	}
	if begin != 0 {
		if b.From == 0 || begin < b.From {
			b.From = begin
		}
		b.Until = max(b.Until, end)
	}
}

// settle makes of what was collected what the bill says as a whole.
func (c *collector) settle() {
	b := c.bill
	for _, currency := range slices.Sorted(maps.Keys(c.sums)) {
		t := c.sums[currency]
		b.Sums = append(b.Sums, invoice.Sum{Currency: currency, Amount: t.amount})
	}
	if len(b.Sums) == 1 {
		b.Currency = b.Sums[0].Currency
	}
	if c.hasLast && len(b.Totals) == 0 {
		b.Totals = append(b.Totals, c.last)
	}
	for i := range b.Totals {
		b.Totals[i].Currency = cmp.Or(b.Totals[i].Currency, b.Currency)
	}
	b.IgnoredBy = sorted(c.ignored)
	var content [16]byte
	binary.BigEndian.PutUint64(content[:8], c.content[0])
	binary.BigEndian.PutUint64(content[8:], c.content[1])
	b.Content = hex.EncodeToString(content[:])
	for _, g := range b.Gaps() {
		if b.Lines > 0 {
			c.note(fmt.Sprintf("row %d states a total of %s %s, and the lines come to %s", g.Total.Place.Line, money.Format(g.Total.Amount, 2), g.Total.Currency, money.Format(g.Lines, 2)))
		}
	}
	for _, s := range b.Sums {
		if s.Amount.Sign() < 0 && len(b.Sums) == 1 {
			c.note("all in all the bill is below zero: a credit note, or charges written so, for which amount: {from: …, sign: negate} in --invoice-mapping")
		}
	}
	if !c.placed && len(c.unread) > 0 {
		c.note("columns that are not understood: " + strings.Join(c.unread, ", ") + "; say what they hold in --invoice-mapping")
	}
	for _, u := range slices.SortedFunc(maps.Keys(c.unknown), unknownWord.compare) {
		c.note(fmt.Sprintf("%q (lines with it: %d) is not a known %s; say what it is with values: in --invoice-mapping", u.text, c.unknown[u], u.of))
	}
}

// unknownWord is a word of a bill that nobody knows.
type unknownWord struct{ of, text string } // a category, or a market or country

func (u unknownWord) compare(o unknownWord) int {
	return cmp.Or(strings.Compare(u.of, o.of), strings.Compare(u.text, o.text))
}

// sumKind says how a row may sum up others.
type sumKind uint8

const (
	noSum    sumKind = iota
	stated           // it is a total that the bill states
	subtotal         // it is one of a part
	partial          // it is called the total of something, and has nothing that a line has
	mayBeSum         // it is called so, and is one if it is what the lines above come to
	bare             // it has money and no words: likewise
)

// sumsUp tells rows that sum up others by their words. What names a message or a
// customer is a line in any case.
func (d *decoder) sumsUp(cells []cell) (kind sumKind, label string) {
	for _, f := range [...]field{message, user, userID, lineID} {
		if text := d.values[f].text; text != "" && !startsAsSum(text) {
			return noSum, ""
		}
	}
	words := 0
	for i := range cells {
		c := &cells[i]
		if c.text == "" || c.number || !hasLetter(c.text) || notation.Currency(c.text) != "" {
			continue
		}
		words++
		switch word, _ := table.HeaderWord(strings.TrimRight(c.text, ": ")); {
		case slices.Contains(totalWords, word):
			return stated, c.text
		case slices.Contains(subtotalWords, word):
			return subtotal, c.text
		case words == 1 && startsAsSum(c.text):
			kind, label = mayBeSum, c.text
		}
	}
	switch {
	case words == 0 && d.onlyMoney():
		return bare, ""
	case kind == mayBeSum && !d.saysWhat(label):
		return partial, label
	}
	return kind, label
}

// startsAsSum knows "Total", "Total Brazil", "Subtotal October".
func startsAsSum(text string) bool {
	word, _ := table.HeaderWord(strings.TrimRight(text, ": "))
	return slices.Contains(totalWords, word) || strings.HasPrefix(word, "total") || strings.HasPrefix(word, "subtotal") || strings.HasPrefix(word, "sumof") ||
		strings.HasPrefix(word, "zwischensumme") || strings.HasPrefix(word, "soustotal")
}

func hasLetter(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' || r > 127 })
}

// Words for what a bill comes to, and for what a part of it does.
var (
	totalWords = []string{
		"total", "grandtotal", "sum", "invoicetotal", "totalamount", "totaldue", "amountdue", "totalpayable", "totalinvoice", "totalcharges", "overalltotal",
		"summe", "gesamt", "gesamtsumme", "gesamtbetrag", "endbetrag", "endsumme", "rechnungsbetrag", "totalgeneral", "totalgeral", "totalapagar", "sumatotal", "montanttotal",
		"netapayer", "totalttc", "totalkeseluruhan", "totale", "totaal", "合计", "总计", "總計", "合計",
	}
	subtotalWords = []string{"subtotal", "zwischensumme", "nettosumme", "soustotal", "totalht", "nettotal", "totalexclvat", "totalbeforetax"}
)

// saysWhat reports whether a row that is labelled as a sum has a category or place of
// its own.
func (d *decoder) saysWhat(label string) bool {
	return slices.ContainsFunc([]field{categoryField, country, market}, func(f field) bool {
		text := d.values[f].text
		return text != "" && text != label && !d.isConstant(f)
	})
}

// onlyMoney reports whether nothing but money and counts is known of the row.
func (d *decoder) onlyMoney() bool {
	for f := range numFields {
		if d.values[f].text != "" && !slices.Contains(moneyFields, f) && !d.isConstant(f) {
			return false
		}
	}
	return d.values[amount].text != "" && (d.layout.sources[at].there() || d.layout.sources[categoryField].there() || d.layout.sources[description].there())
}

var moneyFields = []field{amount, quantity, tax, currencyField, unitPrice, price, channel, eventField, status}

func (d *decoder) isConstant(f field) bool {
	s := &d.layout.sources[f]
	return s.column != nil && s.column.IsConst
}

// total reads what a row states that the bill comes to. What it says besides, as a
// number of messages, is not looked at.
func (d *decoder) total(place event.Place, label string) (t invoice.StatedTotal, ok bool) {
	c := d.values[amount]
	if c.text == "" {
		c = d.values[price]
	}
	if c.text == "" {
		return t, false
	}
	var l invoice.Line
	n, iso, p := d.number(amount, c)
	if p.is() {
		d.out.note("row " + strconv.FormatInt(int64(place.Line), 10) + " is a total that cannot be read: " + string(p))
		return t, false
	}
	l.Amount, l.HasAmount = n, true
	if d.layout.twilio && !d.layout.part.asked[amount] {
		l.Amount = l.Amount.Neg()
	}
	if p := d.currency(&l, [2]string{iso}); p.is() && d.values[currencyField].text != "" {
		return t, false
	}
	return invoice.StatedTotal{Place: place, Label: label, Amount: l.Amount, Currency: l.Currency}, true
}
