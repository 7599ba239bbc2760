package invoice

import (
	"cmp"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"

	"waudit/audit/invoice"
	"waudit/ingest/mapfile"
	"waudit/ingest/notation"
	"waudit/ingest/table"
)

// layout is how the cells of rows with the same columns are read.
type layout struct {
	part     *rowForm
	columns  []string
	table    uint64 // tells tables apart by their columns
	sources  [numFields]fieldSource
	currency string // that the header of the money names
	when     []mapfile.Bound[int]
	skip     []mapfile.Bound[int]
	unread   []string // the columns that are of no field

	twilio  bool // charges are written below zero
	kaleyra bool // an id may be that of a message of Kaleyra
	wallet  bool // balances tell what was charged
	invoice bool // rows are Meta's invoices, each its total
	approx  bool // rows are pricing_analytics, whose costs are approximate
	gross   bool // the header says that amounts hold their tax
	net     bool // or that they do not
}

// fieldSource is where the text of a field comes from.
type fieldSource struct {
	column   *mapfile.ColumnSource // nil: the cell itself
	at       []int                 // the first with a text counts
	template mapfile.BoundTemplate[int]
}

// there reports whether the table has the field.
func (s *fieldSource) there() bool {
	return len(s.at) > 0 || s.column != nil && (s.column.IsConst || len(s.template) > 0)
}

// indexOf finds the column that a mapping names.
func (l *layout) indexOf(path string) int { return table.IndexOf(l.columns, path) }

// newLayout finds the columns of each field: as the part names them, else by
// synonyms.
func newLayout(p *rowForm, columns []string) *layout {
	l := &layout{part: p, columns: slices.Clone(columns), table: xxhash.Sum64String(strings.Join(columns, "\x00"))}
	used := make([]bool, len(columns))
	for f := range numNamed {
		s, c := &l.sources[f], &p.columns[f]
		s.column = c
		if !p.asked[f] {
			continue
		}
		for _, path := range c.Paths {
			if i := l.indexOf(path); i >= 0 {
				s.at, used[i] = append(s.at, i), true
			}
		}
		s.template, _ = mapfile.BindTemplate(c.Template, func(path string) (int, bool) {
			i := l.indexOf(path)
			return i, i >= 0
		})
	}
	l.when, l.skip = mapfile.Bind(p.When, l.indexOf), mapfile.Bind(p.Skip, l.indexOf)
	(&columnFinder{layout: l, used: used}).find()
	for i, c := range l.columns {
		if !used[i] && c != "" && !strings.HasPrefix(c, aroundPrefix) {
			l.unread = append(l.unread, c)
		}
	}
	return l
}

// first returns the first of the conditions that hold, nil if none does.
func first(all []mapfile.Bound[int], cells []cell) *mapfile.Bound[int] {
	return mapfile.First(all, func(t mapfile.BoundTest[int]) bool {
		if t.At < 0 {
			return t.Holds("")
		}
		return t.Holds(cells[t.At].text)
	})
}

// columnFinder finds columns by the names that bills have for them.
type columnFinder struct {
	layout *layout
	words  []string // the headers, by column
	isos   []string // the currencies that they name
	used   []bool
}

// find binds what no mapping has named.
func (f *columnFinder) find() {
	l := f.layout
	for _, c := range l.columns {
		word, iso := table.HeaderWord(c)
		f.words, f.isos = append(f.words, word), append(f.isos, iso)
	}
	f.known()
	parties := f.parties()
	for i := range numFields {
		if i < numNamed && l.part.asked[i] {
			continue
		}
		for _, name := range headers[i] {
			if (name == "from" || name == "to") && parties == (i == from || i == until) {
				continue
			}
			f.bind(i, name)
		}
	}
	f.settle()
	for _, i := range [...]field{amount, unitPrice, price} {
		for _, at := range l.sources[i].at {
			l.currency = cmp.Or(l.currency, f.isos[at])
		}
	}
	if s := &l.sources[amount]; len(s.at) > 0 && !l.part.asked[amount] {
		switch f.words[s.at[0]] {
		case "netamount", "amountnet", "nettotal", "amountexcltax", "totalexcltax", "subtotal", "nettobetrag", "montantht", "totalht", "valorliquido", "importeneto":
			l.net = true
		case "grossamount", "amountgross", "totalincltax", "amountincltax", "bruttobetrag", "montantttc", "totalttc", "valorbruto":
			l.gross = true
		}
	}
}

// bind gives a field the column of a name, unless it has one.
func (f *columnFinder) bind(i field, name string) {
	s := &f.layout.sources[i]
	if len(s.at) > 0 && !kinds[i].alternates {
		return
	}
	for at, word := range f.words {
		if around := strings.HasPrefix(f.layout.columns[at], aroundPrefix); around && !kinds[i].ofAll {
			continue
		}
		if !f.used[at] && (word == name || kinds[i].nests && table.Squeeze(table.LastKey(f.layout.columns[at])) == name) {
			s.at, f.used[at] = append(s.at, at), true
			return
		}
	}
}

// aroundPrefix begins the names of what stands around a list of rows, and isDataPoint
// is one where the rows are the data points of an answer of Meta's analytics.
const (
	aroundPrefix = "$."
	isDataPoint  = aroundPrefix + "data_points"
)

// has reports whether a table has all of the headers.
func (f *columnFinder) has(words ...string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !slices.Contains(f.words, w) })
}

// known recognises exports by their columns, where their columns mean something of
// their own.
func (f *columnFinder) known() {
	l := f.layout
	l.twilio = f.has("smsmessagesid") || f.has("sid", "priceunit") || f.has("sid", "price", "numsegments")
	if l.kaleyra = f.has("id", "status", "price"); l.kaleyra && !l.part.asked[message] {
		f.bind(message, "id")
	}
	l.wallet = f.has("previousbalance", "nextbalance")
	if l.wallet && !l.part.asked[user] {
		f.bind(user, "number")
	}
	isPoint := slices.Contains(l.columns, isDataPoint)
	if l.approx = isPoint || f.has("start", "end", "volume", "cost") && (f.has("pricingcategory") || f.has("pricingtype")); isPoint {
		f.bind(waba, "id")
		f.bind(typeField, "conversationtype")
		f.bind(description, "conversationdirection")
	}
}

// parties reports whether "from" and "to" are the ends of a message, and not of a
// period: they are where messages are named, or nothing is counted.
func (f *columnFinder) parties() bool {
	hasAny := func(i field) bool {
		return slices.ContainsFunc(headers[i], func(name string) bool { return slices.Contains(f.words, name) })
	}
	return hasAny(message) || !hasAny(quantity)
}

// settle gives the columns whose meaning hangs on the others to a field.
func (f *columnFinder) settle() {
	l := f.layout
	move := func(a, b field) {
		if len(l.sources[b].at) == 0 && (b >= numNamed || !l.part.asked[b]) {
			l.sources[b].at, l.sources[a].at = l.sources[a].at, nil
		}
	}
	if s := &l.sources; len(s[price].at) > 0 {
		if s[amount].there() && s[quantity].there() {
			move(price, unitPrice)
		} else if !s[quantity].there() {
			move(price, amount)
		}
	}
	if s := &l.sources; f.has("invoiceid", "amount") && (f.has("amountdue") || f.has("paymentstatus")) {
		l.invoice = !s[quantity].there() && !s[message].there() && !s[user].there() && !s[categoryField].there()
	}
	if s := &l.sources; len(s[phone].at) > 0 {
		if s[quantity].there() || s[user].there() {
			move(phone, businessPhone)
		} else {
			move(phone, user)
		}
	}
}

// dimensions are those that volumes of the table have.
func (l *layout) dimensions() invoice.Dimensions {
	has := func(all ...field) bool {
		return slices.ContainsFunc(all, func(f field) bool { return l.sources[f].there() })
	}
	return invoice.Dimensions{
		WABA: has(waba), Number: has(number, businessPhone), Country: has(country, usage), Market: has(market), Category: has(categoryField, usage),
		Type: has(typeField), Tier: has(tier), Day: has(at, from),
	}
}

// read returns the text of a field. ignore says that the mapping's values do.
func (l *layout) read(f field, cells []cell) (c cell, ignore bool) {
	s := &l.sources[f]
	switch {
	case s.column != nil && s.column.IsConst:
		return cell{text: s.column.Const}, false
	case len(s.template) > 0:
		c.text = s.template.Fill(func(i int) string { return cells[i].text })
	default:
		for _, i := range s.at {
			if c = cells[i]; c.text != "" {
				break
			}
		}
	}
	if s.column == nil {
		return c, false
	}
	if v, ok := s.column.Translate(c.text); ok {
		return cell{text: v.Text}, v.Ignore
	}
	return c, false
}

// name is what the table calls a field, for messages.
func (l *layout) name(f field) string {
	if s := &l.sources[f]; len(s.at) > 0 {
		return `column "` + notation.Clip(l.columns[s.at[0]]) + `"`
	}
	if f < numNamed {
		return "the mapping's " + kinds[f].key
	}
	return "the row"
}
