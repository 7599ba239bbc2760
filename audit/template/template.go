// Package template knows the category of each template over time, from the
// configuration and from what webhooks announced.
package template

import (
	"cmp"
	"slices"

	"waudit/audit/category"
	"waudit/audit/event"
	"waudit/audit/message"
	"waudit/audit/reading"
)

// Entry says that a template has a category from an instant on.
type Entry struct {
	WABA, Name, Language string // WABA and Language may be "": any
	Category             category.Category
	From                 int64 // Unix milliseconds
}

// Change is a change of category that a webhook announced.
type Change struct {
	event.Change
	Previous, New category.Category
}

// Book looks template categories up. It is safe for concurrent use once made.
type Book struct {
	entries   map[string][]Entry  // by name, latest first
	changes   map[string][]Change // by name, in time order
	tolerance int64
}

// New makes a book of configured templates and announced changes. An instant
// closer to a change than the tolerance (milliseconds) has no sure category.
func New(entries []Entry, changes []event.Change, tolerance int64) *Book {
	b := &Book{entries: map[string][]Entry{}, changes: map[string][]Change{}, tolerance: tolerance}
	for _, e := range entries {
		b.entries[e.Name] = append(b.entries[e.Name], e)
	}
	for _, list := range b.entries {
		slices.SortStableFunc(list, func(x, y Entry) int { return cmp.Compare(y.From, x.From) })
	}
	for _, c := range changes {
		if c.Kind == event.TemplateCategory {
			b.changes[c.Template] = append(b.changes[c.Template], Change{c, category.Of(c.Previous), category.Of(c.New)})
		}
	}
	for _, list := range b.changes {
		slices.SortFunc(list, func(x, y Change) int {
			return cmp.Or(cmp.Compare(x.Time, y.Time), x.Place.Compare(y.Place))
		})
	}
	return b
}

// Category returns the category that a template had at an instant: by the
// configuration, else by the announced changes; category.None if neither knows
// or the instant does not settle it.
func (b *Book) Category(waba, name, language string, at reading.Span) (category.Category, message.CategorySource) {
	if lo, ok := b.configured(waba, name, language, at.Lo); ok {
		if hi, _ := b.configured(waba, name, language, at.Hi); hi == lo {
			return lo, message.CategoryConfigured
		}
		return category.None, message.CategoryNone
	}
	if c := b.Announced(waba, name, language, at); c != category.None {
		return c, message.CategoryHistory
	}
	return category.None, message.CategoryNone
}

// Announced returns the category that a template had at an instant by the
// announced changes alone; category.None if they do not settle it.
func (b *Book) Announced(waba, name, language string, at reading.Span) category.Category {
	lo, ok := b.announced(waba, name, language, at.Lo-b.tolerance)
	if hi, okHi := b.announced(waba, name, language, at.Hi+b.tolerance); ok && okHi && lo == hi {
		return lo
	}
	return category.None
}

func (b *Book) configured(waba, name, language string, at int64) (category.Category, bool) {
	for _, e := range b.entries[name] {
		if e.From <= at && matches(e.WABA, waba) && matches(e.Language, language) {
			return e.Category, true
		}
	}
	return category.None, false
}

func (b *Book) announced(waba, name, language string, at int64) (category.Category, bool) {
	found := category.None
	for _, c := range b.changes[name] {
		if !matches(c.WABA, waba) || !matches(c.Language, language) {
			continue
		}
		if c.Time > at {
			if found == category.None {
				found = c.Previous
			}
			break
		}
		found = c.New
	}
	return found, found != category.None && found != category.Other
}

// matches compares an id with one that may be left open.
func matches(known, asked string) bool { return known == "" || asked == "" || known == asked }

// Changes lists the announced changes by time, account and name.
func (b *Book) Changes() []Change {
	var all []Change
	for _, list := range b.changes {
		all = append(all, list...)
	}
	slices.SortFunc(all, func(x, y Change) int {
		return cmp.Or(cmp.Compare(x.Time, y.Time), cmp.Compare(x.WABA, y.WABA), cmp.Compare(x.Template, y.Template), cmp.Compare(x.Language, y.Language), x.Place.Compare(y.Place))
	})
	return all
}
