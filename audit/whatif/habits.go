package whatif

import (
	"maps"
	"slices"
	"sort"
	"time"

	"waudit/audit/account"
	"waudit/audit/category"
	"waudit/audit/check"
	"waudit/audit/message"
	"waudit/audit/outcome"
	"waudit/audit/reading"
	"waudit/audit/replay"
	"waudit/audit/window"
)

// finders say for each check of check.OfSavings what would have been otherwise at a
// charge, false if it is none of the habit.
var finders = map[string]func(*charge) (act, bool){
	check.MarketingPaused.ID: marketingPaused,
	check.SentAgain.ID:       sentAgain,
	check.CodeAgain.ID:       codeAgain,
	check.Unread.ID:          unread,
	check.SeveralTexts.ID:    severalTexts,
	check.NearWindow.ID:      nearWindow,
	check.FreeFormDoes.ID:    freeFormDoes,
	check.Recategorised.ID:   recategorised,
	check.UnitsElsewhere.ID:  unitsElsewhere,
	check.International.ID:   international,
	check.ClickUnanswered.ID: clickUnanswered,
}

// Of the habits, in milliseconds where nothing else is said.
const (
	minute      int64 = 60_000
	againWithin       = 10 * minute
	codeWithin        = minute
	textsWithin       = minute / 2
	closedSince       = 60 * minute
	wroteWithin       = 15 * minute
	unreadRun         = 5 // messages
)

// pausedSince is when it was 2025-04-01 everywhere: of which zone the day is, is not stated.
var pausedSince = time.Date(2025, time.April, 1, 12, 0, 0, 0, time.UTC).UnixMilli()

// marketingPaused is WA611.
func marketingPaused(c *charge) (act, bool) {
	return act{}, c.cat == category.Marketing && c.Message.Sent.Lo >= pausedSince && c.pair.Country == "US"
}

// sentAgain is WA604.
func sentAgain(c *charge) (act, bool) {
	m := c.Message
	// Two orders of one user are two matters, of which each may have its message.
	return act{sure: c.cat == category.Marketing}, m.Name != "" && c.cat != category.Authentication && c.hadBefore(c.isOfTemplate, againWithin)
}

// codeAgain is WA609.
func codeAgain(c *charge) (act, bool) {
	return act{sure: c.Message.Name != ""}, c.cat == category.Authentication && c.hadBefore(c.isOfTemplate, codeWithin)
}

// isOfTemplate reports whether another message is of the template of the charged one.
func (c *charge) isOfTemplate(o *message.Message) bool {
	return o.Name == c.Message.Name && o.Language == c.Message.Language
}

// hadBefore reports whether such a message was sent less than so long before the charged
// one, and delivered before that was sent.
func (c *charge) hadBefore(of func(*message.Message) bool, within int64) bool {
	m := c.Message
	for i := c.Index - 1; i >= 0; i-- {
		switch o := c.pair.Decisions[i].Message; {
		case o.DeliveredAt < m.SentAt-within && o.DeliveredAt != 0:
			return false // all before were delivered earlier
		case o.ID == m.ID || o.SentAt == 0 || o.DeliveredAt == 0 || !of(o) || c.dropped(o):
		case o.DeliveredAt <= m.SentAt && m.SentAt-o.SentAt < within:
			return true
		}
	}
	return false
}

// unread is WA603.
func unread(c *charge) (act, bool) {
	// A conversation of 2022 has no category of its own: what the template is counts.
	if c.Message.Category.Base() != category.Marketing || c.Message.ReadAt != 0 {
		return act{}, false
	}
	run, failed, first := 0, 0, int64(0)
	i := c.Index - 1
	for ; i >= 0 && run < unreadRun; i-- {
		o := c.pair.Decisions[i].Message
		switch {
		case o.ReadAt != 0: // who reads one has all on the screen
			return act{}, false
		case o.Category.Base() != category.Marketing:
			continue
		case o.SentAt == 0 || !o.Arrived && o.FailedAt == 0:
			return act{}, false // what became of it is not known
		case !o.Arrived:
			failed++
		}
		run, first = run+1, o.SentAt
	}
	if run < unreadRun || c.wrote(first, c.Message.DeliveredAt) {
		return act{}, false
	}
	if failed == run {
		return act{sure: true}, true
	}
	// Who has read a message may have turned off receipts since, or reads without opening.
	hasRead := slices.ContainsFunc(c.pair.Decisions[:i+1], func(d replay.Decision) bool { return d.Message.ReadAt != 0 })
	if hasRead {
		return act{}, true
	}
	return act{If: readsShown}, true
}

// severalTexts is WA607.
func severalTexts(c *charge) (act, bool) {
	m := c.Message
	if !c.Era.ServiceCharged || c.Code != outcome.ChargeOf(category.Service) || m.Type != "text" {
		return act{}, false
	}
	for i := c.Index - 1; i >= 0; i-- {
		o := c.pair.Decisions[i].Message
		if o.DeliveredAt != 0 && o.DeliveredAt < m.SentAt-textsWithin {
			break
		}
		if o.Arrived && o.Type == "text" && !o.App && o.SentAt != 0 && o.SentAt <= m.SentAt && m.SentAt-o.SentAt <= textsWithin {
			return act{sure: true}, !c.wrote(o.SentAt, m.SentAt+1)
		}
	}
	return act{}, false
}

// nearWindow is WA601.
func nearWindow(c *charge) (act, bool) {
	m, took := c.Message, c.Message.DeliveredAt-c.Message.SentAt
	if c.cat != category.Utility || !c.Era.UtilityFree || took < 0 || took > closedSince {
		return act{}, false
	}
	service := &c.pair.Service
	if end, ok := service.LastEnd(m.SentAt); ok && m.SentAt-end < closedSince {
		by := end - c.pair.Tolerance - took - 1000 - m.SentAt
		return act{edit: edit{what: move, by: by}, sure: true}, true
	}
	next := sort.Search(len(service.Openers), func(i int) bool { return service.Openers[i].Time > m.SentAt })
	if next == len(service.Openers) || service.Openers[next].Sure != reading.Yes {
		return act{}, false
	}
	wrote := service.Openers[next].Time
	return act{edit: edit{what: move, by: wrote + 1000 - m.SentAt}, sure: m.ReadAt > wrote+c.pair.Tolerance}, wrote-m.SentAt <= wroteWithin
}

// freeFormDoes is WA602.
func freeFormDoes(c *charge) (act, bool) {
	m := c.Message
	if m.Template != reading.Yes || m.DirectSend || !c.Era.PerMessage() || c.cat != category.Marketing && c.cat != category.Utility {
		return act{}, false
	}
	for _, at := range [...]reading.Span{m.Sent, m.Delivered} {
		if open, _, _ := c.pair.Service.Open(at, c.pair.Tolerance); open != reading.Yes {
			return act{}, false
		}
	}
	a := act{edit: edit{what: freeForm}, sure: true}
	if !c.Era.ServiceCharged {
		return a, true
	}
	by, ok := c.cheaper(category.Service)
	if by == 0 {
		a.If = unitsLeft
	}
	return a, ok && by >= 0
}

// recategorised is WA605.
func recategorised(c *charge) (act, bool) {
	if !c.Era.PerMessage() {
		return act{}, false
	}
	for i := len(c.changes) - 1; i >= 0; i-- {
		change := &c.changes[i]
		if !change.IsOf(c.Message, c.pair.Account.ID) {
			continue
		}
		if change.New.Base() != c.cat || !change.Previous.Template() || c.end >= change.Time+check.AppealTime {
			break
		}
		by, ok := c.cheaper(change.Previous)
		return act{edit: edit{what: recategorise, as: change.Previous}}, ok && by > 0
	}
	return act{}, false
}

// unitsElsewhere is WA606.
func unitsElsewhere(c *charge) (act, bool) {
	return act{edit: edit{what: nothing}, If: unitsLent}, c.Era.ServiceCharged && c.Code == outcome.ChargeOf(category.Service)
}

// international is WA608.
func international(c *charge) (act, bool) {
	if c.Code != outcome.ChargeOf(category.AuthInternational) {
		return act{}, false
	}
	by, ok := c.cheaper(category.Authentication)
	return act{edit: edit{what: locate}}, ok && by > 0
}

// abroad is a country to which an account sends codes at the international rate.
type abroad struct{ account, country string }

// located changes a world so that accounts are located in the countries, too.
func located(w *World, in map[abroad]bool) {
	w.Options.Book = w.Options.Book.With(func(a *account.Account) {
		a.Facts.AuthInternational = maps.Clone(a.Facts.AuthInternational)
		maps.DeleteFunc(a.Facts.AuthInternational, func(country string, _ int64) bool { return in[abroad{a.ID, country}] })
	})
}

// clickUnanswered is WA610.
func clickUnanswered(c *charge) (act, bool) {
	m, clicks := c.Message, c.pair.Referrals
	n := sort.Search(len(clicks), func(i int) bool { return clicks[i].Time > m.Sent.Lo })
	if n == 0 || !c.Era.PerMessage() || clicks[n-1].Sure != reading.Yes {
		return act{}, false
	}
	click := clicks[n-1].Time
	answered, late := click+minute, click+window.AnswerWithin
	if m.Sent.Lo < late || m.Delivered.Hi >= answered+window.FreeEntryLength-c.pair.Tolerance || c.pair.Coverage.GapIn(click, late) {
		return act{}, false
	}
	inTime := slices.ContainsFunc(c.pair.Decisions, func(d replay.Decision) bool { return d.Message.Sent.Hi >= click && d.Message.Sent.Lo < late })
	return act{edit: edit{what: answer, by: answered}}, !inTime
}
