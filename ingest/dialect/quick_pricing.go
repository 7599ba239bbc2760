package dialect

import (
	"strings"

	"waudit/audit/event"
)

// pricing is what a pricing object says.
type pricing struct {
	billable                       event.Flag
	model, kind, category, subtype string
}

// mostPricings bounds how many pricing objects are remembered.
const mostPricings = 256

// readPricing reads a pricing object. As a log has a handful of them, over and
// over, it remembers by their text what they say.
func (q *Quick) readPricing(e *event.Event, i int) int {
	s := q.src
	if s.isNull(i) {
		return s.literal(i)
	}
	text := s.toBrace(i)
	if p := q.pricings[text]; p != nil {
		p.fill(e)
		return i + len(text)
	}
	var p pricing
	end := q.parsePricing(&p, i)
	if p.fill(e); end != fault && end == i+len(text) {
		q.remember(text, &p)
	}
	return end
}

func (p *pricing) fill(e *event.Event) {
	e.Billable, e.Model, e.Pricing, e.Category, e.Subtype = p.billable, p.model, p.kind, p.category, p.subtype
}

// toBrace returns the text from i to the first closing brace: an object, if it
// holds no other. Without a brace it is empty.
func (s source) toBrace(i int) string {
	if i >= len(s) {
		return ""
	}
	return string(s[i : i+strings.IndexByte(string(s[i:]), '}')+1])
}

// remember notes what a pricing object says, in memory of its own. One with
// unknown words is not to be passed over in silence.
func (q *Quick) remember(text string, p *pricing) {
	if len(q.pricings) < mostPricings && len(q.items.Unknown) == 0 {
		q.pricings[strings.Clone(text)] = &pricing{
			p.billable, strings.Clone(p.model), strings.Clone(p.kind), strings.Clone(p.category), strings.Clone(p.subtype),
		}
	}
}

func (q *Quick) parsePricing(p *pricing, i int) int {
	var key string
	s := q.src
	i = s.open(i, '{')
	for more := true; more; {
		key, i = s.key(i)
		switch key {
		case "billable":
			i = q.readFlag(&p.billable, i)
		case "pricing_model":
			i = s.field(i, &p.model)
		case "type":
			i = s.field(i, &p.kind)
		case "category":
			i = s.field(i, &p.category)
		case "subtype":
			i = s.field(i, &p.subtype)
		case "pricingModel":
			return fault
		default:
			i = s.skip(i)
		}
		i, more = s.next(i, '}')
	}
	p.model = q.items.pricingModel(p.model)
	p.kind = q.items.pricingType(p.kind)
	p.category = q.items.category("pricing.category", p.category)
	p.subtype = q.items.pricingSubtype(p.subtype)
	return i
}

// readFlag reads whether a message is billable: true, false, or a text that
// says so.
func (q *Quick) readFlag(flag *event.Flag, i int) int {
	if *flag != event.Absent || i >= len(q.src) {
		return fault
	}
	if c := q.src[i]; c == 't' || c == 'f' {
		*flag = event.FlagOf(c == 't')
		return q.src.literal(i)
	}
	text, i := q.src.text(i)
	*flag = q.items.flagText("pricing.billable", text)
	return i
}
