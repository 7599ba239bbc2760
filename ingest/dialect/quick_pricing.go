package dialect

import "waudit/audit/event"

// pricing is what a pricing object says.
type pricing struct {
	billable                       event.Flag
	model, kind, category, subtype string
}

// readPricing reads a pricing object.
func (q *Quick) readPricing(e *event.Event, i int) int {
	s := q.src
	if s.isNull(i) {
		return s.literal(i)
	}
	var p pricing
	i = q.parsePricing(&p, i)
	e.Billable, e.Model, e.Pricing, e.Category = p.billable, p.model, p.kind, p.category
	e.SetSubtype(p.subtype)
	return i
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
			i = q.skip(i)
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
