package invoice

import (
	"bytes"
	"strconv"
	"strings"

	"waudit/audit/event"
	"waudit/audit/invoice"
	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
	"waudit/ingest/table"
)

// The answers of Meta's Graph API that are bills: pricing_analytics, and
// conversation_analytics from before July 2025.
const (
	pricingAnalytics      = "pricing_analytics"
	conversationAnalytics = "conversation_analytics"
)

const (
	deepest      = 12 // how deep an answer may be wrapped
	costDecimals = 9  // of a cost, which is approximate
)

// analytics reads the answers of Meta's analytics in a value, however they are
// wrapped. It reports whether there are any.
func (d *decoder) analytics(v jsontree.Value, place event.Place, depth int) (found bool) {
	if depth > deepest || !bytes.Contains(v.Raw(), []byte("_analytics")) {
		return false
	}
	if v.Kind() == jsontree.String {
		return d.analyticsInText(v, place, depth)
	}
	for m := v.First(); m.OK(); m = m.Next() {
		key := m.Key()
		if v.Kind() == jsontree.Object && (key == pricingAnalytics || key == conversationAnalytics) && m.Kind() == jsontree.Object {
			d.answer(v, m, place)
			found = true
			continue
		}
		found = d.analytics(m, place, depth+1) || found
	}
	return found
}

// analyticsInText reads an answer that was logged as a text.
func (d *decoder) analyticsInText(v jsontree.Value, place event.Place, depth int) bool {
	text := []byte(strings.TrimSpace(v.Str()))
	if len(text) == 0 || text[0] != '{' && text[0] != '[' {
		return false
	}
	var inner jsontree.Tree
	if _, err := inner.Parse(text); err != nil {
		return false
	}
	return d.analytics(inner.Root(), place, depth+1)
}

// answer reads the data points of an answer; around is the object that it stands in,
// which names account and currency.
func (d *decoder) answer(around, answer jsontree.Value, place event.Place) {
	n := 0
	for data := answer.Get("data").First(); data.OK(); data = data.Next() {
		for p := data.Get("data_points").First(); p.OK(); p = p.Next() {
			place.Item++
			n++
			d.point(around, p, place)
		}
	}
	if around.Get("paging").Get("next").OK() || answer.Get("paging").Get("next").OK() {
		d.out.note("the answer has a further page, which is not in the file; export all pages")
	}
	if n == 0 {
		d.ignore("an answer without data points")
	}
}

// point reads a data point. Its bounds are instants at which days of the account
// begin, and its cost is approximate by Meta's own word.
func (d *decoder) point(around, p jsontree.Value, place event.Place) {
	l := &d.made
	*l = invoice.Line{Kind: invoice.Aggregate, WABA: scalar(around.Get("id")), Estimate: true, Currency: strings.ToUpper(scalar(around.Get("currency")))}
	if s := &d.shared.mapping.parts[0].columns[currencyField]; l.Currency == "" && s.IsConst {
		l.Currency = notation.Currency(s.Const)
	}
	dims := invoice.Columns{Day: true, WABA: l.WABA != ""}
	volume := jsontree.Value{}
	cost := p.Get("cost")
	for m := p.First(); m.OK(); m = m.Next() {
		text := scalar(m)
		switch m.Key() {
		case "country":
			l.Country, dims.Country = strings.ToUpper(text), true
		case "phone_number", "phone":
			l.NumberPhone, dims.Number = dialect.PhoneDigits(text), true
		case "pricing_category", "conversation_category":
			l.Word, l.Category = table.Category(text)
			dims.Category = true
		case "pricing_type", "conversation_type":
			l.Type, dims.Type = pricingType(text), true
		case "tier":
			l.Tier, dims.Tier = text, true
		case "conversation_direction":
			l.Description = event.Word(text)
		case "volume", "conversation":
			volume = m
		}
	}
	if reason := pointNumbers(l, p, volume, cost); reason != "" {
		d.reject(int64(place.Line), "data point "+p.Path()+": "+reason)
		return
	}
	d.put(lineItem{line: *l, place: place, dims: dims})
}

// pointNumbers reads times, volume and cost. It returns what is wrong with them.
func pointNumbers(l *invoice.Line, p, volume, cost jsontree.Value) string {
	for _, end := range [...]struct {
		key string
		ms  *int64
	}{{"start", &l.From}, {"end", &l.Until}} {
		text := scalar(p.Get(end.key))
		if text == "" {
			return "it has no " + end.key + "; export the whole answer"
		}
		ms, fault := notation.ReadTime(text)
		if fault != notation.TimeGood {
			return end.key + " " + strconv.Quote(notation.Clip(text)) + " is no time; export the plain answer"
		}
		*end.ms = ms
	}
	if l.From >= l.Until {
		return "it ends before it begins; export the plain answer"
	}
	amount, err := notation.ParseAmount(scalar(volume))
	n, ok := notation.Whole(amount)
	if err != nil || !ok || n < 0 {
		return "the volume " + strconv.Quote(notation.Clip(scalar(volume))) + " is no whole number; export the plain answer"
	}
	l.Quantity = n
	text := scalar(cost)
	if text == "" {
		return ""
	}
	if l.Amount, err = notation.ParseAmount(notation.Rounded(text, costDecimals)); err != nil {
		return "the cost " + strconv.Quote(notation.Clip(text)) + " is no amount; export the plain answer"
	}
	l.HasAmount = true
	if l.Currency == "" && !l.Amount.IsZero() {
		return "no currency stands beside the costs: ask for fields=currency,pricing_analytics, or say currency: {const: USD} in the columns of --invoice-mapping"
	}
	return ""
}

// scalar is a text or a number, "" for everything else.
func scalar(v jsontree.Value) string {
	if v.Kind() == jsontree.String {
		return strings.TrimSpace(v.Str())
	}
	return v.Num()
}

// tidy takes out of JSON what documents put into it: comments, commas before closing
// brackets, "…" for what is left out. excerpt says that they tell of more.
func tidy(text []byte) (out []byte, excerpt bool) {
	inString := false
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case inString:
			if c == '\\' && i+1 < len(text) {
				out = append(out, c)
				i++
				c = text[i]
			} else if c == '"' {
				inString = false
			}
			out = append(out, c)
		case c == '"':
			inString = true
			out = append(out, c)
		case c == '#' || c == '/' && bytes.HasPrefix(text[i:], []byte("//")):
			end := bytes.IndexByte(text[i:], '\n')
			if end < 0 {
				end = len(text) - i
			}
			excerpt = excerpt || bytes.Contains(text[i:i+end], []byte("more")) || bytes.Contains(text[i:i+end], []byte("…"))
			i += end - 1
		case bytes.HasPrefix(text[i:], []byte("…")), bytes.HasPrefix(text[i:], []byte("...")):
			excerpt = true
			i += 2
		case c == ']' || c == '}':
			out = append(bytes.TrimRight(out, ", \t\r\n"), c)
		default:
			out = append(out, c)
		}
	}
	return out, excerpt
}
