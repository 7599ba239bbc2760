// Package template knows the category of each template over time, from the
// configuration and from what webhooks announced.
package template

import (
	"cmp"
	"slices"

	"waudit/audit/category"
	"waudit/audit/era"
	"waudit/audit/event"
	"waudit/audit/message"
	"waudit/audit/reading"
)

// Assignment says that a template has a category from an instant on.
type Assignment struct {
	WABA, Name, Language string // WABA and Language may be "": any
	Category             category.Category
	// From and Until, in Unix milliseconds, are when it begins: an instant if they
	// are the same, else somewhere in [From, Until), as of a day without a time.
	From, Until int64
}

// CategoryChange is a change of category that a webhook announced. Its Time is when it
// takes effect.
type CategoryChange struct {
	event.Change
	Previous, New category.Category
	// Open is set if the webhook does not say when it takes effect: at Time or
	// later, or not at all.
	Open bool
}

// Categories looks template categories up. It is safe for concurrent use once made.
type Categories struct {
	configured map[string][]turn           // by name, in time order
	announced  map[string][]turn           // the same
	changes    map[string][]CategoryChange // by name, in time order
	tolerance  int64
}

// turn is a point in a template's past from which it has a category.
type turn struct {
	waba, language string
	from, until    int64             // as in Entry
	before         category.Category // what it was; None: not said
	now            category.Category
	open           bool // or it stayed what it was
}

// New makes the categories of configured templates and announced changes. An instant
// closer to a change than the tolerance (milliseconds) has no sure category.
func New(entries []Assignment, changes []event.Change, tolerance int64) *Categories {
	b := &Categories{configured: map[string][]turn{}, announced: map[string][]turn{}, changes: map[string][]CategoryChange{}, tolerance: tolerance}
	for _, e := range entries {
		b.configured[e.Name] = append(b.configured[e.Name], turn{
			waba: e.WABA, language: e.Language, from: e.From, until: max(e.From, e.Until), now: e.Category,
		})
	}
	for _, list := range b.configured {
		slices.SortStableFunc(list, func(x, y turn) int { return cmp.Compare(x.from, y.from) })
	}
	for _, c := range changes {
		change := CategoryChange{Change: c, Previous: category.Of(c.Previous), New: category.Of(c.New)}
		switch {
		case c.Kind == event.TemplateToCome && c.Start != 0:
			change.Time = c.Start
		case c.Kind == event.TemplateToCome:
			change.Open = true
		case c.Kind != event.TemplateCategory:
			continue
		}
		b.changes[c.Template] = append(b.changes[c.Template], change)
	}
	for name, list := range b.changes {
		slices.SortFunc(list, func(x, y CategoryChange) int {
			return cmp.Or(cmp.Compare(x.Time, y.Time), x.Place.Compare(y.Place))
		})
		for _, c := range list {
			b.announced[name] = append(b.announced[name], turn{
				waba: c.WABA, language: c.Language, from: c.Time, until: c.Time, before: c.Previous, now: c.New, open: c.Open,
			})
		}
	}
	return b
}

// Announced returns the categories that a template may have had at an instant by
// the announced changes (rules 4.7). other tells that it may as well have
// had what another source says: they do not tell, or the message's language is
// not known and not all languages changed.
func (b *Categories) Announced(waba, name, language string, at reading.Span) (cats category.Set, other bool) {
	return b.look(b.announced[name], waba, language, at)
}

// Configured returns the same by the configuration.
func (b *Categories) Configured(waba, name, language string, at reading.Span) (cats category.Set, other bool) {
	return b.look(b.configured[name], waba, language, at)
}

func (b *Categories) look(turns []turn, waba, language string, at reading.Span) (cats category.Set, other bool) {
	found := b.past(turns, waba, language, at)
	if language != "" {
		return found.cats, found.other
	}
	for i, t := range turns {
		told := slices.ContainsFunc(turns[:i], func(o turn) bool { return o.language == t.language })
		if t.language != "" && matches(t.waba, waba) && !told {
			found = found.or(b.past(turns, waba, t.language, at))
		}
	}
	return found.cats, found.other
}

// past goes through a template's past in one language, "" for one that no turn
// names.
func (b *Categories) past(turns []turn, waba, language string, at reading.Span) possible {
	now, found, first := possible{other: true}, possible{}, true
	for _, t := range turns {
		if !matches(t.waba, waba) || t.language != "" && t.language != language {
			continue
		}
		if first { // the nearest after the instant tells what it was before
			now, first = certain(t.before), false
		}
		if t.from > at.Hi+b.tolerance {
			break
		}
		if t.until > at.Lo-b.tolerance {
			found = found.or(now)
		}
		if t.open {
			now = now.or(certain(t.now))
		} else {
			now = certain(t.now)
		}
	}
	return found.or(now)
}

// possible is what a template's category may be.
type possible struct {
	cats  category.Set
	other bool // or what another source says
}

func (p possible) or(o possible) possible { return possible{p.cats | o.cats, p.other || o.other} }

func certain(c category.Category) possible {
	if c == category.None || c == category.Other {
		return possible{other: true}
	}
	return possible{cats: category.Set(0).With(c)}
}

// IsOf reports whether the change is of a message's template, and came before it was sent.
func (c *CategoryChange) IsOf(m *message.Message, waba string) bool {
	return m.Name != "" && c.Template == m.Name && c.Time <= m.Sent.Lo && matches(c.Language, m.Language) &&
		(c.WABA == "" || c.WABA == waba || c.WABA == m.WABA)
}

// matches compares an id with one that may be left open.
func matches(known, asked string) bool { return known == "" || asked == "" || known == asked }

// Changes lists the announced changes by time, account and name: but for those
// that may never have come, and those announced ahead that the log has again.
func (b *Categories) Changes() []CategoryChange {
	var all []CategoryChange
	for _, list := range b.changes {
		for _, c := range list {
			if !c.Open && !(c.Kind == event.TemplateToCome && confirmed(list, &c)) {
				all = append(all, c)
			}
		}
	}
	slices.SortFunc(all, func(x, y CategoryChange) int {
		return cmp.Or(cmp.Compare(x.Time, y.Time), cmp.Compare(x.WABA, y.WABA), cmp.Compare(x.Template, y.Template), cmp.Compare(x.Language, y.Language), x.Place.Compare(y.Place))
	})
	return all
}

// confirmed tells whether the list has a change again that was announced ahead.
func confirmed(list []CategoryChange, ahead *CategoryChange) bool {
	return slices.ContainsFunc(list, func(c CategoryChange) bool {
		return c.Kind == event.TemplateCategory && c.New == ahead.New && c.WABA == ahead.WABA && c.Language == ahead.Language &&
			max(c.Time-ahead.Time, ahead.Time-c.Time) <= era.Day
	})
}
