package invoice

import (
	"cmp"
	"strconv"
	"strings"

	"waudit/audit/invoice"
	"waudit/audit/money"
	"waudit/ingest/notation"
	"waudit/ingest/table"
)

// problem is why a row is no line: where, what and what to do. The empty one is none.
type problem string

func (p problem) is() bool { return p != "" }

// fault says what is wrong with the value of a field.
func (d *decoder) fault(f field, text, wrong string) problem {
	return problem(d.layout.part.title() + d.layout.name(f) + ": " + strconv.Quote(notation.Clip(text)) + " " + wrong)
}

// number reads a decimal number, and the currency that stands with it.
func (d *decoder) number(f field, c cell) (n money.Amount, iso string, p problem) {
	text := c.text
	if d.layout.approx {
		text = notation.Rounded(text, costDecimals)
	}
	var form notation.AmountForm
	if s := &d.layout.sources[f]; s.column != nil {
		form = s.column.Amount
	} else {
		form.Mark = d.layout.part.Scope.Mark
	}
	if !c.number {
		if _, sign, _ := notation.SplitCurrency(text); sign != "" {
			iso = notation.Currency(sign)
		}
		if _, isOpen := notation.MarkOf(text); isOpen && form.Mark == 0 {
			habits := d.shared.habits()
			if form.Mark = habits.Mark(); form.Mark == 0 {
				if _, err := notation.ParseAmount(text); err != nil {
					return n, "", d.fault(f, c.text, "may be two numbers, and "+habits.WhyNoMark()+": what parts its decimals? Say decimal: comma or decimal: dot in --invoice-mapping")
				}
			}
		}
	}
	n, wrong := form.Read(text, c.number)
	if wrong != "" && c.number {
		n, wrong = form.Read(shortest(text), true)
	}
	if wrong != "" {
		return n, "", d.fault(f, c.text, wrong)
	}
	return n, iso, ""
}

// shortest writes a number that was binary, 0.30000000000000004, with the digits that
// spreadsheets show.
func shortest(text string) string {
	const digits = 15
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return text
	}
	whole, fraction, _ := strings.Cut(notation.PlainDecimal(strconv.FormatFloat(n, 'e', digits-1, 64)), ".")
	return whole + "." + strings.TrimRight(fraction, "0")
}

// whole reads a quantity. Where its separator may part thousands or decimals, and
// only one of them makes it whole, that is meant.
func (d *decoder) whole(f field, c cell) (int64, problem) {
	if _, isOpen := notation.MarkOf(c.text); isOpen && !c.number {
		if i := strings.LastIndexAny(c.text, ".,"); strings.Trim(c.text[i+1:], "0") != "" {
			c.text = c.text[:i] + c.text[i+1:]
		}
	}
	amount, _, p := d.number(f, c)
	if p.is() {
		return 0, p
	}
	if _, ok := amount.Int64(); !ok {
		return 0, d.fault(f, c.text, "is more than 9.2 billion messages; correct it, or name another column for quantity in --invoice-mapping")
	}
	n, ok := notation.Whole(amount)
	if !ok {
		return 0, d.fault(f, c.text, "is no whole number of messages; correct it, or name another column for quantity in --invoice-mapping")
	}
	return n, ""
}

// money reads quantity, prices, tax and currency.
func (d *decoder) money(l *invoice.Line) (p problem) {
	l.Quantity = 1
	if c := d.values[quantity]; c.text != "" {
		if l.Quantity, p = d.whole(quantity, c); p.is() {
			return p
		}
	}
	stated := [2]string{} // with an amount
	if c := d.values[unitPrice]; c.text != "" {
		if stated[0], p = d.unitPrice(l, c); p.is() {
			return p
		}
	}
	if c := d.values[amount]; c.text != "" {
		if l.Amount, stated[1], p = d.number(amount, c); p.is() {
			return p
		}
		l.HasAmount = true
	}
	if c := d.values[price]; c.text != "" {
		if p = d.onlyPrice(l, c, &stated[1]); p.is() {
			return p
		}
	}
	d.direct(l)
	if l.HasUnitPrice && !l.HasAmount {
		l.Amount, l.HasAmount = money.Of(l.UnitPrice).Times(l.Quantity), true
	}
	if p = d.balances(l); p.is() {
		return p
	}
	return d.currency(l, stated)
}

// unitPrice reads the price of one message.
func (d *decoder) unitPrice(l *invoice.Line, c cell) (iso string, p problem) {
	n, iso, p := d.number(unitPrice, c)
	if p.is() {
		return "", p
	}
	if l.UnitPrice, l.HasUnitPrice = notation.Price(n); !l.HasUnitPrice {
		return "", d.fault(unitPrice, c.text, "is "+notation.NoPrice)
	}
	return iso, ""
}

// onlyPrice reads a column that is called price and nothing else: of one message,
// or of a volume of one, it is the same.
func (d *decoder) onlyPrice(l *invoice.Line, c cell, iso *string) (p problem) {
	if l.Quantity != 1 && !l.HasAmount {
		return d.fault(price, c.text, "may be the price of one or of all; name the column as unit_price or as amount in --invoice-mapping")
	}
	if l.HasAmount {
		return ""
	}
	l.Amount, *iso, p = d.number(price, c)
	l.HasAmount = !p.is()
	return p
}

// direct turns amounts so that a charge is above zero and a credit below, whatever
// the source writes:
//   - Twilio writes what it charges below zero;
//   - a row that says debit, or usage, and credit, refund or top-up, is what it says;
//   - everything else is written as it is meant. A mapping turns it by sign: negate.
func (d *decoder) direct(l *invoice.Line) {
	if d.layout.twilio && !d.layout.part.asked[amount] {
		l.Amount, l.UnitPrice = l.Amount.Neg(), -l.UnitPrice
	}
	switch entry := entryOf(d.values[entryField].text); entry {
	case entryDebit:
		l.Amount = l.Amount.Abs()
	case entryCredit, entryTopUp:
		l.Amount = l.Amount.Abs().Neg()
	case noEntry:
	}
}

// entry is what a row of an account says it is.
type entry uint8

const (
	noEntry entry = iota
	entryDebit
	entryCredit
	entryTopUp
)

func entryOf(text string) entry {
	switch table.Squeeze(text) {
	case "debit", "dr", "deduction", "deducted":
		return entryDebit
	case "credit", "cr", "refund", "creditnote", "creditmemo", "reversal":
		return entryCredit
	case "topup", "recharge", "deposit", "payment", "load":
		return entryTopUp
	}
	return noEntry
}

// balances holds an amount of a wallet to the balances around it, which tell its
// direction.
func (d *decoder) balances(l *invoice.Line) problem {
	if !d.layout.wallet || !l.HasAmount || d.layout.part.asked[amount] {
		return ""
	}
	was, _, p := d.number(before, d.values[before])
	if p.is() {
		return p
	}
	is, _, p := d.number(after, d.values[after])
	if p.is() {
		return p
	}
	charged := was.Sub(is)
	if charged.Abs() != l.Amount.Abs() {
		return d.fault(amount, d.values[amount].text, "is not what lies between the balances "+strconv.Quote(d.values[before].text)+" and "+strconv.Quote(d.values[after].text)+"; correct the row")
	}
	l.Amount = charged
	return ""
}

// currency finds the currency of the line's money.
func (d *decoder) currency(l *invoice.Line, stated [2]string) problem {
	text := d.values[currencyField].text
	if text != "" {
		if l.Currency = d.isos.of(text, notation.Currency); l.Currency == "" {
			return d.fault(currencyField, text, "is no currency of ISO 4217, such as USD; correct it, or say values: in --invoice-mapping")
		}
	}
	for _, iso := range stated {
		switch {
		case l.Currency == "":
			l.Currency = iso
		case iso != "" && iso != l.Currency:
			return d.fault(amount, d.values[amount].text, "is in "+iso+", and the row says "+l.Currency+"; correct one of them")
		}
	}
	l.Currency = cmp.Or(l.Currency, d.layout.currency)
	switch {
	case l.Currency != "" || l.Amount.IsZero() && l.UnitPrice == 0:
		return ""
	case d.dataPoint.OK():
		return "no currency stands beside the costs: ask for fields=currency,pricing_analytics, or say currency: {const: USD} in the columns of --invoice-mapping"
	}
	return noCurrency
}

// costDecimals are those that approximate costs are rounded to.
const costDecimals = 9

// noCurrency refuses a line, or its tax, whose money has no currency.
const noCurrency problem = "no currency: add a column, or currency: {const: USD} to the columns of --invoice-mapping"

// taxOf parts the tax of a line from its amount. A line of its own, net, and its tax
// add up to what is billed.
func (d *decoder) taxOf(l *invoice.Line) (n money.Amount, p problem) {
	c := d.values[tax]
	l.Net = c.text != "" || d.layout.net || d.layout.part.tax == taxAdded
	if c.text == "" || strings.HasSuffix(c.text, "%") {
		return n, ""
	}
	if n, _, p = d.number(tax, c); p.is() || n.IsZero() {
		return n, p
	}
	if l.Currency == "" {
		return n, noCurrency
	}
	if d.layout.twilio || l.Amount.Sign() < 0 && n.Sign() > 0 {
		n = n.Neg()
	}
	switch d.taxRule(l, n) {
	case taxIncluded:
		l.Amount = l.Amount.Sub(n)
	case taxUnknown:
		return n, d.fault(tax, c.text, "is a tax: does the amount hold it, or is it added? Say tax: included or tax: added in --invoice-mapping")
	case taxAdded:
	}
	return n, ""
}

// taxRule tells whether a line's amount holds its tax n: as the mapping says, else the
// header, else what the price of one message comes to.
func (d *decoder) taxRule(l *invoice.Line, n money.Amount) taxRule {
	switch {
	case d.layout.part.tax != taxUnknown:
		return d.layout.part.tax
	case d.layout.net || !l.HasAmount:
		return taxAdded
	case d.layout.gross:
		return taxIncluded
	case l.HasUnitPrice && money.Of(l.UnitPrice).Times(l.Quantity) == l.Amount:
		return taxAdded
	case l.HasUnitPrice && money.Of(l.UnitPrice).Times(l.Quantity) == l.Amount.Sub(n):
		return taxIncluded
	}
	return taxUnknown
}
