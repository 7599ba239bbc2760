package dialect

import (
	"waudit/audit/event"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
)

// charged fills in conversation and pricing, objects in Meta's form. Group samples of
// the documentation have the pricing inside the conversation.
func (it *Items) charged(e *event.Event, conversation, pricing jsontree.Value) {
	for m := conversation.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "id":
			e.Conversation = text(m)
		case "origin":
			origin := m
			if m.Kind() == jsontree.Object {
				origin = m.Get("type")
			}
			e.Origin = it.category("conversation.origin.type", text(origin))
		case "expiration_timestamp", "expirationTimestamp":
			if at, fault := readTime(m); fault == notation.TimeGood {
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
			e.Billable = it.flag("pricing.billable", m)
		case "pricing_model", "pricingModel":
			e.Model = it.pricingModel(text(m))
		case "type":
			e.Pricing = it.pricingType(text(m))
		case "category":
			e.Category = it.category("pricing.category", text(m))
		case "subtype":
			e.SetSubtype(it.pricingSubtype(text(m)))
		}
	}
}

// firstError is the code of the first error.
func firstError(errors jsontree.Value) string {
	if errors.Kind() == jsontree.Array {
		errors = errors.First()
	}
	return text(errors.Get("code"))
}

// language reads {"code": "en_US"}, or the code alone.
func language(v jsontree.Value) string {
	if v.Kind() == jsontree.Object {
		v = v.Get("code")
	}
	return text(v)
}

// pastEvent is why what a business shares of its past is ignored.
const pastEvent = "history is no live event"

// templateChange adds the change of a template's category. new_category is what
// the template is now; correct_category, which some bodies add, is to come.
func (it *Items) templateChange(c event.Change, v jsontree.Value) {
	correct := it.templateCategory(text(v.Get("correct_category")))
	if correct == "" || correct == c.New {
		it.Changes = append(it.Changes, c)
		return
	}
	if c.Previous != "" && c.Previous != c.New {
		it.Changes = append(it.Changes, c)
	}
	c.Kind, c.Previous, c.New = event.TemplateToCome, c.New, correct
	if start, fault := readTime(v.Get("category_update_timestamp")); fault == notation.TimeGood {
		c.Start = start
	}
	it.Changes = append(it.Changes, c)
}
