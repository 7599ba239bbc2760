package audit

import (
	"strings"

	"waudit/audit/channel"
	"waudit/audit/coverage"
	"waudit/audit/event"
)

// conversation opens a pair of such a channel.
func (a *Auditor) conversation(p *event.Pair) *channel.Conversation {
	number := a.census.Numbers[p.Number]
	if number == nil {
		number = &coverage.Number{Traffic: coverage.Traffic{ID: strings.Clone(p.Number)}}
	}
	return channel.Open(channel.Conversation{
		Account: a.opts.accountOf(number), Coverage: number, Tolerance: a.opts.Tolerance.Milliseconds(), Events: p.Events,
	})
}

// unpaid lets the checks of such a channel look at the messages of a pair.
func (j *judge) unpaid(p *event.Pair) {
	j.countEvents(p.Events)
	c := j.a.conversation(p)
	for i := range c.Messages {
		m := &c.Messages[i]
		if !j.covers(c.Account, m.Sent) {
			continue
		}
		r := c.Judge(m)
		j.totals.Unpaid[c.Channel].count(&r)
		for _, of := range j.ofUnpaid {
			hit := of.Unpaid(&r)
			if hit == nil {
				continue
			}
			key := dailyKey{of.ID, strings.Clone(p.Number), c.Account.Facts.Calendar.Day(m.Sent), hit.Severity}
			j.day(key, of, strings.Clone(c.Account.ID), *hit, example{At: m.Sent, ID: strings.Clone(m.ID), Places: placesOf(c, &r)})
		}
	}
}

// unpaid counts the messages of such a channel: all, those that were not allowed, and those
// that may not have been.
type unpaid struct{ Messages, Wrong, Open int64 }

func (u *unpaid) count(r *channel.Judgement) {
	u.Messages++
	switch found := r.Standing == channel.Outside || r.Standing == channel.Misused; {
	case found && r.IsSure():
		u.Wrong++
	case found:
		u.Open++
	}
}

func (u *unpaid) merge(o unpaid) {
	u.Messages += o.Messages
	u.Wrong += o.Wrong
	u.Open += o.Open
}

// placesOf are the events of a message, and of what opened the window before it.
func placesOf(c *channel.Conversation, r *channel.Judgement) []Evidence {
	var places []Evidence
	if r.Opening != nil {
		e := c.Events.At(r.Opening.Index)
		places = append(places, Evidence{e.Place, openerName(e), e.Time})
	}
	for _, i := range r.Events {
		e := c.Events.At(int(i))
		places = append(places, Evidence{e.Place, statusName(e), e.Time})
	}
	return places
}
