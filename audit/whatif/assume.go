package whatif

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"waudit/audit"
	"waudit/audit/account"
	"waudit/audit/category"
	"waudit/audit/coverage"
	"waudit/audit/event"
	"waudit/audit/price"
	"waudit/audit/rate"
	"waudit/audit/reading"
	"waudit/audit/window"
)

// Rules assumes the rules of a day, with all changes until then and none after. What
// announcements and the configuration say of dates (where the international rate begins)
// is as on that day too.
func Rules(day rate.Day) Assumption {
	return Assumption{Name: "rules", Value: day.String(), Text: "the rules of " + day.String(), apply: func(w *World) error {
		at := day.AddDays(1).Time().UnixMilli()
		w.Options.Book = w.Options.Book.With(func(a *account.Account) {
			a.Facts.Calendar = a.Facts.Calendar.As(day)
			if starts := a.Facts.AuthInternational; starts != nil {
				a.Facts.AuthInternational = map[string]int64{}
				for country, start := range starts {
					if start < at {
						a.Facts.AuthInternational[country] = event.MinTime
					}
				}
			}
		})
		return nil
	}}
}

// Rates assumes the rates and markets of a day, by the card that each account has.
func Rates(day rate.Day) Assumption {
	return Assumption{Name: "rates", Value: day.String(), Text: "the rates of " + day.String(), apply: func(w *World) error {
		was := w.Options.Prices
		w.Options.Prices = price.NewCards(was.Markets, was.Meta)
		w.Options.Prices.Estimate, w.Options.Prices.AsOf = was.Estimate, day
		return nil
	}}
}

// Card assumes that all accounts are billed by a card.
func Card(path string, card *rate.Card) Assumption {
	return Assumption{Name: "rates", Value: path, Text: "the rates of the card " + card.Name, apply: func(w *World) error {
		w.Options.Book = w.Options.Book.With(func(a *account.Account) { a.Rates = card })
		return nil
	}}
}

// Moved assumes that what one business number sent and received was another's, as numbers
// say. Which messages are a pair is then otherwise, so that the log has to be read again:
// open returns it, with what makes a census of it. It comes before other habits.
func Moved(numbers string, open func() (audit.Log, func() *coverage.Census, error)) Assumption {
	return Assumption{Name: "move-number", Value: numbers, Text: "business numbers are others: " + numbers, apply: func(w *World) (err error) {
		w.Log, w.Census, err = open()
		return err
	}}
}

// Met reports whether there was anything to assume it of, once the log was judged.
func (a *Assumption) Met() bool { return a.met == nil || a.met.Load() }

// Template assumes that a template was of a category when it was sent.
func Template(name string, of category.Category) Assumption {
	met := new(atomic.Bool)
	a := habit("template", name+"="+of.String(), fmt.Sprintf("the template %s is %s", name, of), func(events []event.Event, _ time.Duration) []event.Event {
		ids := map[string]bool{}
		for i := range events {
			if events[i].Template == name {
				ids[events[i].Message] = true
				met.Store(true)
			}
		}
		delete(ids, "") // what has no id is not all of one message
		for i := range events {
			if e := &events[i]; e.Template == name || ids[e.Message] {
				*e = ofTemplate(*e, name, of)
			}
		}
		return events
	})
	a.met = met
	return a
}

// ofTemplate is an event of a message as if the template that it sent were of a category.
func ofTemplate(e event.Event, name string, of category.Category) event.Event {
	e.Template, e.TemplateCategory, e.Type = unannounced+name, of.String(), "template"
	return e
}

// unannounced begins the names of templates of which no announcement and no configuration
// is to be about.
const unannounced = "\x00"

// Dedupe assumes that no template was sent again to a user within a time. One that failed
// did not go to the user.
func Dedupe(within time.Duration) Assumption {
	text := "no template is sent again to the same user within " + short(within)
	return habit("dedupe", short(within), text, func(events []event.Event, _ time.Duration) []event.Event {
		last, drop := map[string]int64{}, map[string]bool{}
		for _, m := range sendings(events) {
			of := m.template + "\x00" + m.language
			before, sent := last[of]
			switch {
			case m.template == "":
			case sent && m.at-before < within.Milliseconds():
				drop[m.id] = true
			case m.arrived != 0 || !m.failed:
				last[of] = m.at
			}
		}
		return slices.DeleteFunc(events, func(e event.Event) bool { return drop[e.Message] })
	})
}

// ReplyWithin assumes that the first message after one of the user's was sent so soon that
// it arrived before the time was over by more than the tolerance, or at once.
func ReplyWithin(within time.Duration) Assumption {
	text := "every message of a user is answered within " + short(within)
	return habit("reply-within", short(within), text, func(events []event.Event, tolerance time.Duration) []event.Event {
		earlier := map[string]int64{}
		sent, next := sendings(events), 0
		for i := range events {
			e := &events[i]
			if e.Kind == event.AcceptedCall || window.Opens(e) != reading.Yes {
				continue // nothing to answer
			}
			for next < len(sent) && sent[next].at < e.Time {
				next++
			}
			if next == len(sent) {
				break
			}
			answer := &sent[next]
			if late := answer.at - e.Time - within.Milliseconds(); late >= 0 && earlier[answer.id] == 0 {
				before := (tolerance + time.Second).Milliseconds() + max(answer.arrived-answer.at, 0)
				earlier[answer.id] = late + min(within.Milliseconds(), before)
			}
		}
		for i := range events {
			if events[i].Kind.Outbound() {
				events[i].Time -= earlier[events[i].Message]
			}
		}
		slices.SortStableFunc(events, func(a, b event.Event) int { return cmp.Compare(a.Time, b.Time) })
		return events
	})
}

// short writes a duration without what is zero: "24h".
func short(d time.Duration) string {
	return strings.NewReplacer("h0m0s", "h", "m0s", "m").Replace(d.String())
}

// sending is a message that the business sent.
type sending struct {
	id, template, language string
	at                     int64 // when it was sent, or first heard of, Unix milliseconds
	arrived                int64 // when it was delivered, or read; 0: it was not
	sent, failed           bool
}

// sendings are the messages of the business that have an id, by the time of their sending.
func sendings(events []event.Event) []sending {
	var all []sending
	index := map[string]int{}
	for i := range events {
		e := &events[i]
		if !e.Kind.Outbound() || e.Message == "" {
			continue
		}
		n, known := index[e.Message]
		if !known {
			n = len(all)
			index[e.Message], all = n, append(all, sending{id: e.Message, at: e.Time})
		}
		m := &all[n]
		m.template, m.language = cmp.Or(m.template, e.Template), cmp.Or(m.language, e.Language)
		switch e.Kind {
		case event.Sent, event.Echo:
			if !m.sent {
				m.at, m.sent = e.Time, true
			}
		case event.Delivered, event.Read:
			m.arrived = cmp.Or(m.arrived, e.Time)
		case event.Failed:
			m.failed = true
		}
	}
	slices.SortStableFunc(all, func(a, b sending) int { return cmp.Compare(a.at, b.at) })
	return all
}

// habit is an assumption about what happened between a number and a user. The events that
// change gets are its own.
func habit(name, value, text string, change func(events []event.Event, tolerance time.Duration) []event.Event) Assumption {
	return Assumption{Name: name, Value: value, Text: text, apply: func(w *World) error {
		tolerance := w.Options.Tolerance
		w.Log = changed{w.Log, func(events []event.Event) []event.Event { return change(events, tolerance) }}
		return nil
	}}
}

// changed is a log of which every pair is changed.
type changed struct {
	audit.Log
	change func([]event.Event) []event.Event
}

// Each implements audit.Log.
func (c changed) Each(partition int, want func(n int) bool, fn func(event.Pair) error) error {
	return c.Log.Each(partition, want, func(p event.Pair) error {
		p.Events = event.ListOf(c.change(p.Events.Clone())...)
		return fn(p)
	})
}

// unpriced is the log without its prices: what is compared is what rules and cards say.
func unpriced(log audit.Log) audit.Log {
	return changed{log, func(events []event.Event) []event.Event {
		for i := range events {
			e := &events[i]
			e.HasAmount, e.Amount, e.Currency, e.PriceKind = false, 0, "", ""
		}
		return events
	}}
}
