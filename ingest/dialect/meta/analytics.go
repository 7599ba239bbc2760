package meta

import (
	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
)

// Analytics knows the answers of Meta's analytics endpoints, which count
// messages and name none.
type Analytics struct{}

// Name implements dialect.Dialect.
func (Analytics) Name() string { return "analytics" }

// Recognise implements dialect.Dialect.
func (Analytics) Recognise(record jsontree.Value) bool { return analyticsField(record) != "" }

// analyticsField is the field that was asked for: the answer holds it beside
// the WABA's id and currency. Of an inner part, the points tell.
func analyticsField(record jsontree.Value) string {
	for m := record.First(); m.OK(); m = m.Next() {
		switch key := m.Key(); key {
		case "pricing_analytics", "conversation_analytics", "template_analytics", "analytics":
			if m.Kind() == jsontree.Object && (m.Get("data").OK() || m.Get("data_points").OK()) {
				return key
			}
		case "data_points":
			if field := bareAnalytics(m.First()); field != "" {
				return field
			}
		}
	}
	return ""
}

// bareAnalytics tells by its first point what a list of points is of.
func bareAnalytics(point jsontree.Value) string {
	switch {
	case !point.Get("start").OK():
		return ""
	case point.Get("volume").OK():
		return "pricing_analytics"
	case point.Get("conversation").OK():
		return "conversation_analytics"
	case point.Get("template_id").OK():
		return "template_analytics"
	case point.Get("sent").OK():
		return "analytics"
	}
	return ""
}

// Decode implements dialect.Dialect.
func (Analytics) Decode(record jsontree.Value, items *dialect.Items) {
	field := analyticsField(record)
	switch field {
	case "":
		items.Foreign("Meta's analytics")
	case "pricing_analytics", "conversation_analytics":
		items.Ignore("Meta's " + field + ": volumes, not messages; give it to waudit reconcile")
	default:
		items.Ignore("Meta's " + field + ": counts, not messages")
	}
}
