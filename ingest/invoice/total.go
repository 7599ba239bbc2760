package invoice

import (
	"slices"
	"strconv"
	"strings"

	"waudit/audit/event"
	"waudit/audit/invoice"
	"waudit/ingest/notation"
	"waudit/ingest/table"
)

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
	return slices.Contains(totalWords, word) || strings.HasPrefix(word, "total") || strings.HasPrefix(word, "subtotal") || strings.HasPrefix(word, "sumof")
}

func hasLetter(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' || r > 127 })
}

// Words for what a bill comes to, and for what a part of it does.
var (
	totalWords = []string{
		"total", "grandtotal", "sum", "invoicetotal", "totalamount", "totaldue", "amountdue", "totalpayable", "totalinvoice", "totalcharges", "overalltotal",
		"summe", "gesamt", "gesamtsumme", "gesamtbetrag", "totalgeneral", "totalgeral", "totale", "totaal", "合计", "总计", "總計", "合計",
	}
	subtotalWords = []string{"subtotal", "zwischensumme", "nettotal", "totalexclvat", "totalbeforetax"}
)

// saysWhat reports whether a row that is labelled as a sum has a category or place of
// its own.
func (d *decoder) saysWhat(label string) bool {
	for _, f := range [...]field{categoryField, country, market} {
		if text := d.values[f].text; text != "" && text != label && !d.isConstant(f) {
			return true
		}
	}
	return false
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
func (d *decoder) total(place event.Place, label string) (t invoice.Total, ok bool) {
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
	return invoice.Total{Place: place, Label: label, Amount: l.Amount, Currency: l.Currency}, true
}
