package simulate

import (
	"bytes"
	"cmp"
	"math"
	"os"
	"slices"
	"strings"
	"time"

	"waudit/audit/rate"
)

// otherwise is what is not as it was in traffic that is billed again.
type otherwise struct {
	without   map[messageRef]bool // messages without their habit
	lent      map[allowance]int   // units of the free tier that a number had more; below 0: fewer
	rules     rate.Day            // by which all is billed; 0: each day by its own
	rates     rate.Day            // likewise
	card      string              // path of the card by which all are billed; "": each by its own
	prices    *priceList          // of that card
	templates map[string]string   // categories of templates, by their names
	moves     map[string]string   // business numbers that are others, by their ids
	numbers   map[string]*number
	dedupe    int64 // no template goes to the same user again within so many seconds; 0: as they did
	reply     int64 // every message of a user is answered within so many seconds; 0: as they were
}

// messageRef is a message: its pair, and its ordinal in that.
type messageRef struct{ pair, ordinal int }

// change makes a pair what it would have been; a nil otherwise changes nothing.
func (o *otherwise) change(p *pair) {
	if o == nil {
		return
	}
	p.number = o.numberOf(p)
	for i := range p.out {
		if m := &p.out[i]; m.template != nil {
			m.category = cmp.Or(o.templates[m.template.name], m.category)
		}
	}
	o.sendOnce(p)
	o.answerSoon(p)
	for i := range len(p.out) {
		if m := &p.out[i]; o.without[messageRef{p.index, m.ordinal}] && m.habit.change != nil {
			m.habit.change(p, m)
		}
	}
	p.out = slices.DeleteFunc(p.out, func(m message) bool {
		return o.without[messageRef{p.index, m.ordinal}] && m.habit.change == nil
	})
	p.inOrder()
}

// numberOf is the number that a pair has then.
func (o *otherwise) numberOf(p *pair) *number { return cmp.Or(o.numbers[p.number.id], p.number) }

// sameThen returns the pair after p where the two have one user, whom two numbers serve,
// and both numbers are one then. made is the messages so far.
func (w *world) sameThen(p *pair, made int) *pair {
	if w.other == nil || len(w.other.numbers) == 0 || made >= w.opt.Messages {
		return nil
	}
	next := w.pair(p.index + 1)
	if next.user == "" || next.user != p.user || w.other.numberOf(next) != w.other.numberOf(p) {
		return nil
	}
	return next
}

// join adds what passed with the same user in another pair.
func (p *pair) join(o *pair) {
	for i := range o.out {
		o.out[i].ordinal += len(p.out)
	}
	p.inbound, p.echoes, p.out = append(p.inbound, o.inbound...), append(p.echoes, o.echoes...), append(p.out, o.out...)
	p.inOrder()
}

// sendOnce leaves out what went to the user not long before. What failed went to nobody.
func (o *otherwise) sendOnce(p *pair) {
	if o.dedupe == 0 {
		return
	}
	last, again := map[*template]int64{}, map[int]bool{}
	for i := range p.out {
		m := &p.out[i]
		if m.template == nil || m.repeats {
			continue
		}
		if at, sent := last[m.template]; sent && m.sent-at < o.dedupe {
			again[m.ordinal] = true
		} else if m.failed == 0 {
			last[m.template] = m.sent
		}
	}
	p.out = slices.DeleteFunc(p.out, func(m message) bool { return again[m.ordinal] })
}

// answerSoon sends each first message after one of the user's in time: so soon that it
// arrives before the time is over by more than clocks may be off, or at once.
func (o *otherwise) answerSoon(p *pair) {
	if o.reply == 0 {
		return
	}
	const clocks = minute
	earlier := map[int]int64{}
	for _, wrote := range windowsOf(p) {
		i, _ := slices.BinarySearchFunc(p.out, wrote, func(m message, at int64) int { return cmp.Compare(m.sent, at) })
		if i == len(p.out) || slices.ContainsFunc(p.echoes, func(e inbound) bool { return wrote <= e.at && e.at < p.out[i].sent }) {
			continue // nobody answers, or a person has
		}
		m := &p.out[i]
		if _, done := earlier[m.ordinal]; done || m.sent-wrote < o.reply {
			continue
		}
		before := int64(clocks + 1)
		if m.delivered != 0 {
			before += m.delivered - m.sent
		}
		earlier[m.ordinal] = m.sent - wrote - max(o.reply-before, 0)
	}
	for i := range p.out {
		m := &p.out[i]
		by := earlier[m.ordinal]
		m.sent -= by
		for _, at := range [...]*int64{&m.delivered, &m.read, &m.failed} {
			if *at != 0 {
				*at -= by
			}
		}
	}
	p.inOrder()
}

// under returns the calendar as if all changes until a day had always held, and none after.
func (c *calendar) under(day rate.Day) *calendar {
	is := *c
	for _, change := range []*int64{
		&is.longFreeEntry, &is.userTier, &is.perCategory, &is.serviceFree, &is.perMessage, &is.weekFreeEntry, &is.servicePriced, &is.abroad,
	} {
		if rate.DayOf(time.Unix(*change, 0).In(c.zone).Date()) <= day {
			*change = 0
		} else {
			*change = math.MaxInt64 / 2
		}
	}
	return &is
}

// pricedOn is the day by whose rates the charges of a day are priced.
func (w *world) pricedOn(day rate.Day) rate.Day {
	if w.other == nil {
		return day
	}
	return cmp.Or(w.other.rates, day)
}

// The names of what can be assumed, as those of the flags of whatif.
const (
	assumeRules    = "rules"
	assumeRates    = "rates"
	assumeTemplate = "template"
	assumeNumber   = "move-number"
	assumeOnce     = "dedupe"
	assumeReply    = "reply-within"
)

// Assumptions returns what Options.WhatIf may say.
func Assumptions() []string {
	return []string{
		assumeRules + "=DAY", assumeRates + "=DAY", assumeRates + "=CARD", assumeTemplate + "=NAME=CATEGORY", assumeNumber + "=FROM=TO", assumeOnce + "=10m", assumeReply + "=24h",
	}
}

// readWhatIf reads Options.WhatIf.
func (w *world) readWhatIf() error {
	o := &w.whatIf
	*o = otherwise{templates: map[string]string{}, moves: map[string]string{}, numbers: map[string]*number{}}
	for _, text := range w.opt.WhatIf {
		o.assume(text)
	}
	for from, to := range o.moves {
		i := slices.IndexFunc(w.numbers, func(n *number) bool { return n.id == to })
		if i < 0 {
			return lacking("what if %s=%s=%s: there is no number %s", assumeNumber, from, to, to)
		}
		o.numbers[from] = w.numbers[i]
	}
	if o.card == "" {
		return nil
	}
	text, err := os.ReadFile(o.card)
	if err != nil {
		return lacking("what if %s is neither a day nor a card: %w", assumeRates, err)
	}
	card, err := rate.ParseCard(bytes.NewReader(text), w.prices.markets)
	if err != nil {
		return lacking("what if %s=%s: %w", assumeRates, o.card, err)
	}
	o.prices = &priceList{card: card, meta: w.prices.meta, markets: w.prices.markets}
	return nil
}

// assume takes what a text of Options.WhatIf says, and reports whether it is one.
func (o *otherwise) assume(text string) bool {
	name, value, _ := strings.Cut(text, "=")
	from, to, _ := strings.Cut(value, "=")
	switch day, noDay := rate.ParseDay(value); name {
	case assumeRules:
		o.rules = day
		return noDay == nil
	case assumeRates:
		o.rates, o.card = day, ""
		if noDay != nil {
			o.rates, o.card = 0, value
		}
		return value != ""
	case assumeTemplate:
		o.templates[from] = to
		return from != "" && slices.Contains([]string{marketing, utility, authentication}, to)
	case assumeNumber:
		o.moves[from] = to
		return from != "" && to != ""
	case assumeOnce:
		o.dedupe = spanOf(value)
		return o.dedupe > 0
	case assumeReply:
		o.reply = spanOf(value)
		return o.reply > 0
	}
	return false
}

// spanOf reads a span of whole seconds such as 10m; 0 if it is none.
func spanOf(text string) int64 {
	d, err := time.ParseDuration(text)
	if err != nil || d%time.Second != 0 {
		return 0
	}
	return int64(d / time.Second)
}

// reckons reports whether anything is valued beside a bill.
func (o *Options) reckons() bool { return o.Avoidable > 0 || len(o.WhatIf) > 0 }

func (o *Options) refuseReckoning(refuse func(bad bool, format string, args ...any)) {
	refuse(o.Avoidable < 0, "avoidable: %d, want at least 0", o.Avoidable)
	doubtful := o.Outage != 0 || o.Lose != 0 || o.Cut != 0 || o.Unproven != 0 || o.Changes != 0
	refuse(o.Avoidable > 0 && doubtful, "avoidable: want a log that is whole, and in which nothing is in doubt")
	for _, text := range o.WhatIf {
		other := otherwise{templates: map[string]string{}, moves: map[string]string{}}
		refuse(!other.assume(text), "what if: %q, want one of %s", text, strings.Join(Assumptions(), ", "))
	}
	refuse(o.Channels < 0, "channels: %d, want at least 0", o.Channels)
	refuse(o.Channels > 0 && (o.Dialect == Flat || o.NoSends), "channels: want the dialect %s, and the send log", MetaCloud)
}
