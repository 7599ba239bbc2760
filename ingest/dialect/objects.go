package dialect

import (
	"waudit/audit/event"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
)

// ReadPricing fills in what the objects conversation and pricing say. Group samples of
// the documentation have the pricing inside the conversation.
func (it *Items) ReadPricing(e *event.Event, conversation, pricing jsontree.Value) {
	for m := conversation.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "id":
			e.Conversation = Text(m)
		case "origin":
			origin := m
			if m.Kind() == jsontree.Object {
				origin = m.Get("type")
			}
			e.Origin = it.Category("conversation.origin.type", Text(origin))
		case "expiration_timestamp", "expirationTimestamp":
			if at, fault := ReadTime(m); fault == notation.TimeGood {
				e.Expires = at
			}
		case "pricing":
			if pricing.Kind() != jsontree.Object {
				pricing = m
			}
		}
	}
	for m := pricing.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "billable":
			e.Billable = it.Flag("pricing.billable", m)
		case "pricing_model", "pricingModel":
			e.Model = it.PricingModel(Text(m))
		case "type":
			e.Pricing = it.PricingType(Text(m))
		case "category":
			e.Category = it.Category("pricing.category", Text(m))
		case "subtype":
			e.SetSubtype(it.PricingSubtype(Text(m)))
		}
	}
}

// ErrorCode is the code of the first error.
func ErrorCode(errors jsontree.Value) string {
	if errors.Kind() == jsontree.Array {
		errors = errors.First()
	}
	return Text(errors.Get("code"))
}

// Language reads {"code": "en_US"}, or the code alone.
func Language(v jsontree.Value) string {
	if v.Kind() == jsontree.Object {
		v = v.Get("code")
	}
	return Text(v)
}

// PastEvent is why what a business shares of its past is ignored.
const PastEvent = "history is no live event"

// AddTemplateChange adds the change of a template's category. new_category is what
// the template is now; correct_category, which some bodies add, is to come.
func (it *Items) AddTemplateChange(c event.Change, v jsontree.Value) {
	correct := it.TemplateCategory(Text(v.Get("correct_category")))
	if correct == "" || correct == c.New {
		it.Changes = append(it.Changes, c)
		return
	}
	if c.Previous != "" && c.Previous != c.New {
		it.Changes = append(it.Changes, c)
	}
	c.Kind, c.Previous, c.New = event.TemplateToCome, c.New, correct
	if start, fault := ReadTime(v.Get("category_update_timestamp")); fault == notation.TimeGood {
		c.Start = start
	}
	it.Changes = append(it.Changes, c)
}
