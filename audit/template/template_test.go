package template

import (
	"fmt"
	"strings"
	"testing"

	"waudit/audit/category"
	"waudit/audit/event"
	"waudit/audit/reading"
)

func TestCategoryOverTime(t *testing.T) {
	b := New(
		[]Assignment{{WABA: "1", Name: "configured", Category: category.Utility, From: 100}, {WABA: "1", Name: "configured", Category: category.Marketing, From: 200},
			{WABA: "1", Name: "day", Category: category.Utility}, {WABA: "1", Name: "day", Category: category.Marketing, From: 100, Until: 200}},
		[]event.Change{
			{Kind: event.TemplateCategory, Time: 200, WABA: "1", Template: "announced", Previous: "utility", New: "marketing"},
			{Kind: event.TemplateCategory, Time: 200, WABA: "1", Template: "half", New: "marketing"},
		}, 10)
	const none, other = "", true
	for _, c := range []struct {
		look       func(waba, name, language string, at reading.Span) (category.Set, bool)
		waba, name string
		lo, hi     int64
		want       string
		other      bool
	}{
		{b.Configured, "1", "configured", 89, 89, none, other},
		{b.Configured, "1", "configured", 99, 99, "utility", other}, // within the tolerance
		{b.Configured, "1", "configured", 110, 110, "utility", false},
		{b.Configured, "1", "configured", 189, 189, "utility", false},
		{b.Configured, "1", "configured", 199, 199, "marketing utility", false},
		{b.Configured, "1", "configured", 210, 210, "marketing", false},
		{b.Configured, "1", "configured", 150, 250, "marketing utility", false}, // somewhere around the change
		{b.Configured, "2", "configured", 150, 150, none, other},                // another account's
		{b.Configured, "1", "day", 89, 89, "utility", false},
		{b.Configured, "1", "day", 150, 150, "marketing utility", false},
		{b.Configured, "1", "day", 209, 209, "marketing utility", false},
		{b.Configured, "1", "day", 210, 210, "marketing", false},
		{b.Announced, "1", "announced", 150, 150, "utility", false},
		{b.Announced, "1", "announced", 195, 195, "marketing utility", false}, // within the tolerance
		{b.Announced, "1", "announced", 211, 211, "marketing", false},
		{b.Announced, "1", "announced", 150, 250, "marketing utility", false},
		{b.Announced, "2", "announced", 150, 150, none, other},
		{b.Announced, "1", "half", 150, 150, none, other}, // the webhook does not say what it was
		{b.Announced, "1", "half", 250, 250, "marketing", false},
	} {
		cats, more := c.look(c.waba, c.name, "", reading.Span{Lo: c.lo, Hi: c.hi})
		if got := names(cats); got != c.want || more != c.other {
			t.Errorf("%s/%s at %d to %d: %q (%t), want %q (%t)", c.waba, c.name, c.lo, c.hi, got, more, c.want, c.other)
		}
	}
}

func names(cats category.Set) string {
	var list []string
	for n := range cats.Len() {
		list = append(list, cats.Nth(n).String())
	}
	return strings.Join(list, " ")
}

// A change of one language says nothing for sure of a message whose language is
// not known; one that names no language holds for all.
func TestLanguage(t *testing.T) {
	b := New(nil, []event.Change{
		{Kind: event.TemplateCategory, Time: 100, Template: "one", Language: "en", Previous: "marketing", New: "utility"},
		{Kind: event.TemplateCategory, Time: 100, Template: "two", Language: "en", Previous: "marketing", New: "utility"},
		{Kind: event.TemplateCategory, Time: 150, Template: "two", Language: "es", Previous: "utility", New: "authentication"},
		{Kind: event.TemplateCategory, Time: 100, Template: "any", Previous: "marketing", New: "utility"},
	}, 0)
	for _, c := range []struct {
		name, language, want string
		other                bool
	}{
		{"one", "en", "utility", false},
		{"one", "es", "", true},
		{"one", "", "utility", true},
		{"two", "es", "authentication", false},
		{"two", "", "utility authentication", true},
		{"any", "es", "utility", false},
		{"any", "", "utility", false},
	} {
		cats, other := b.Announced("1", c.name, c.language, reading.At(200))
		if got := names(cats); got != c.want || other != c.other {
			t.Errorf("%s in %q: %q (%t), want %q (%t)", c.name, c.language, got, other, c.want, c.other)
		}
	}
}

// What is announced ahead holds from the time that it names; without one it may
// hold at once or never. It is listed as a change unless the log has it again.
func TestAnnouncedAhead(t *testing.T) {
	day := int64(24 * 3_600_000)
	ahead := func(name string, start int64) event.Change {
		return event.Change{Kind: event.TemplateToCome, Time: day, Template: name, Previous: "utility", New: "marketing", Start: start}
	}
	b := New(nil, []event.Change{
		ahead("dated", 5*day), ahead("open", 0), ahead("twice", 5*day),
		{Kind: event.TemplateCategory, Time: 5*day + 60_000, Template: "twice", Previous: "utility", New: "marketing"},
	}, 0)
	for _, c := range []struct {
		name string
		at   int64
		want string
	}{
		{"dated", 0, "utility"}, {"dated", 5*day - 1, "utility"}, {"dated", 5 * day, "marketing"},
		{"open", 0, "utility"}, {"open", day, "marketing utility"}, {"open", 9 * day, "marketing utility"},
		{"twice", 4 * day, "utility"}, {"twice", 6 * day, "marketing"},
	} {
		cats, other := b.Announced("1", c.name, "en", reading.At(c.at))
		if got := names(cats); got != c.want || other {
			t.Errorf("%s at %d: %q (%t), want %q", c.name, c.at, got, other, c.want)
		}
	}
	var listed []string
	for _, c := range b.Changes() {
		listed = append(listed, fmt.Sprint(c.Template, c.Time/day))
	}
	if got := strings.Join(listed, " "); got != "dated5 twice5" {
		t.Errorf("changes %q", got)
	}
}
