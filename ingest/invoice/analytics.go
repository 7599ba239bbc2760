package invoice

import (
	"bytes"
	"strings"

	"waudit/audit/event"
	"waudit/ingest/jsontree"
)

// The answers of Meta's Graph API that are bills: pricing_analytics, and
// conversation_analytics from before July 2025.
const (
	pricingAnalytics      = "pricing_analytics"
	conversationAnalytics = "conversation_analytics"
)

// deepest is how deep an answer may be wrapped.
const deepest = 12

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

// point reads a data point as a row. Its bounds are instants at which days of the
// account begin, and its cost is approximate by Meta's own word.
func (d *decoder) point(around, p jsontree.Value, place event.Place) {
	d.dataPoint = p
	defer func() { d.dataPoint = jsontree.Value{} }()
	for _, key := range [...]string{"start", "end"} {
		if v := p.Get(key); v.Str() == "" && v.Num() == "" {
			d.reject(int64(place.Line), "it has no "+key+"; export the whole answer")
			return
		}
	}
	d.fromObject(p, around, place)
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
