package invoice

import (
	"bytes"
	"regexp"
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

// What documents put into JSON, and the strings in which it is left alone.
var (
	extras = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|(?:#|//)[^\n]*|…|\.\.\.`)
	commas = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|[,\s]*,[,\s]*[\]}]`)
)

// tidy takes out of JSON what documents put into it: comments, commas before closing
// brackets, "…" for what is left out. excerpt says that they tell of more.
func tidy(text []byte) (out []byte, excerpt bool) {
	out = extras.ReplaceAllFunc(text, func(found []byte) []byte {
		if found[0] == '"' {
			return found
		}
		isComment := found[0] == '#' || found[0] == '/'
		excerpt = excerpt || !isComment || bytes.Contains(found, []byte("more")) || bytes.Contains(found, []byte("…"))
		return nil
	})
	return commas.ReplaceAllFunc(out, func(found []byte) []byte {
		if found[0] == '"' {
			return found
		}
		return found[len(found)-1:]
	}), excerpt
}
