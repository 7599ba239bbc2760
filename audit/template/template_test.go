package template

import (
	"testing"

	"waudit/audit/category"
	"waudit/audit/event"
	"waudit/audit/message"
	"waudit/audit/reading"
)

func TestCategoryOverTime(t *testing.T) {
	b := New(
		[]Entry{{WABA: "1", Name: "configured", Category: category.Utility, From: 100}, {WABA: "1", Name: "configured", Category: category.Marketing, From: 200}},
		[]event.Change{
			{Kind: event.TemplateCategory, Time: 200, WABA: "1", Template: "announced", Previous: "utility", New: "marketing"},
			{Kind: event.TemplateCategory, Time: 200, WABA: "1", Template: "half", New: "marketing"},
		}, 10)
	for _, c := range []struct {
		waba, name string
		lo, hi     int64
		want       category.Category
		source     message.CategorySource
	}{
		{"1", "configured", 99, 99, category.None, message.CategoryNone},
		{"1", "configured", 100, 100, category.Utility, message.CategoryConfigured},
		{"1", "configured", 199, 199, category.Utility, message.CategoryConfigured},
		{"1", "configured", 200, 200, category.Marketing, message.CategoryConfigured},
		{"1", "configured", 150, 250, category.None, message.CategoryNone}, // somewhere around the change
		{"2", "configured", 150, 150, category.None, message.CategoryNone}, // another account's
		{"1", "announced", 150, 150, category.Utility, message.CategoryHistory},
		{"1", "announced", 195, 195, category.None, message.CategoryNone}, // within the tolerance
		{"1", "announced", 211, 211, category.Marketing, message.CategoryHistory},
		{"1", "half", 150, 150, category.None, message.CategoryNone}, // the webhook does not say what it was
		{"1", "half", 250, 250, category.Marketing, message.CategoryHistory},
	} {
		got, source := b.Category(c.waba, c.name, "", reading.Span{Lo: c.lo, Hi: c.hi})
		if got != c.want || source != c.source {
			t.Errorf("%s/%s at %d to %d: %s (%d), want %s (%d)", c.waba, c.name, c.lo, c.hi, got, source, c.want, c.source)
		}
	}
}
