package audit

import (
	"cmp"

	"waudit/audit/account"
	"waudit/audit/category"
	"waudit/audit/check"
	"waudit/audit/event"
	"waudit/audit/message"
	"waudit/audit/money"
	"waudit/audit/outcome"
	"waudit/audit/price"
	"waudit/audit/rate"
	"waudit/audit/result"
	"waudit/audit/verdict"
)

// totals are the sums of one worker's judgements.
type totals struct {
	counts
	buckets buckets
	ignored ignored
	seen    judgedSigns
}

// counts are the numbers among them, which go from process to process as they are.
type counts struct {
	Messages, Reported, Expected int64
	Verdicts                     map[result.Verdict]int64
	Inbound, Statuses            int64
	Loose                        int64 // bill lines that name no message
	Delivered, Priced, WithSent  int64
	Unpaid                       [event.NumChannels]unpaid
}

// judgedSigns is what the judged messages show of what checks go by.
type judgedSigns struct {
	check.Seen
	// unrated is of accounts with prices in the log, and no card to hold them to, that
	// with the least id; nil for none.
	unrated *account.Account
}

// note adds to what is seen, if it was.
func (s *judgedSigns) note(what check.Seen, was bool) {
	if was {
		s.Seen |= what
	}
}

func (s *judgedSigns) noteUnrated(a *account.Account) {
	if s.unrated == nil || a.ID < s.unrated.ID {
		s.unrated = a
	}
}

// lacking says what a check misses in the log that it cannot do without, "" if
// nothing: silence must not pass for clean.
func (s *judgedSigns) lacking(c *check.Check) string {
	for _, needed := range c.Needs {
		if s.Seen&needed == 0 {
			return s.why(needed)
		}
	}
	return ""
}

// why says what it means that the log shows nothing of a set.
func (s *judgedSigns) why(needed check.Seen) string {
	switch {
	case needed&check.SeenOwnPricing != 0:
		return "all prices in the log include the provider's own fee, which is charged for free messages too; add a log with Meta's pricing, or the lines of a bill"
	case needed&check.SeenTemplateCategory != 0:
		return "template categories are known from the pricing alone; the send log, or the templates listed in the configuration, would tell them"
	case needed&check.SeenBillLines != 0:
		return "double billing shows only on a bill: use waudit reconcile --invoice"
	case needed&check.SeenRate != 0:
		return s.unjudged()
	case needed&check.SeenTiers != 0:
		return "the rate card has no volume tiers for what the log prices"
	case needed&check.SeenConversation != 0:
		return "no message in the log names its conversation"
	case needed&check.SeenExpiry != 0:
		return "no status in the log says when a window ends"
	}
	return "no message in the log carries pricing"
}

// unjudged says why no amount in the log is held to a rate card.
func (s *judgedSigns) unjudged() string {
	plain := s.Seen&check.SeenOwnPricing != 0
	switch {
	case s.Seen&check.SeenAmount == 0:
		return "the log carries no prices (Meta's webhooks never do); use waudit reconcile --invoice for the prices on a bill"
	case s.unrated != nil && !plain:
		return "the prices in the log include the provider's own fee; set " + ratesKey(s.unrated) + " to the card of its contract"
	case !plain:
		return "the prices in the log include the provider's own fee, which the account's rate card does not have"
	case s.unrated != nil:
		return "prices are held to the card by which the account is billed; set " + ratesKey(s.unrated) + " to meta if Meta bills it, else to the card of its contract"
	}
	return "the account's rate card has no rate for what the log prices"
}

func ratesKey(a *account.Account) string { return "accounts." + cmp.Or(a.ID, "ID") + ".rates" }

func newTotals() totals {
	return totals{counts: counts{Verdicts: map[result.Verdict]int64{}}, buckets: buckets{}, ignored: ignored{findings: map[string]bool{}}}
}

func (t *totals) add(v *verdict.JudgedPair, j *verdict.Judgement, w *price.Worth) {
	m := j.Message
	t.Messages++
	overall, _ := j.Overall()
	t.Verdicts[overall]++
	charged := price.ChargedInLog(j)
	if charged {
		t.Reported++
	}
	if j.Outcome == outcome.Charge {
		t.Expected++
	}
	t.seen.look(v, j, w, charged)
	if m.Arrived && !m.App {
		t.Delivered++
		if m.Reported.Final() {
			t.Priced++
		}
		if m.SentAt != 0 {
			t.WithSent++
		}
	}
	if charged || j.Outcome == outcome.Charge || m.Reported.HasAmount {
		t.buckets.add(v, j, w)
	}
}

// look notes what a judged message shows.
func (s *judgedSigns) look(v *verdict.JudgedPair, j *verdict.Judgement, w *price.Worth, charged bool) {
	m := j.Message
	own := w.Basis == price.Reported && v.Account.Rates != nil && w.Due.OK()
	s.note(check.SeenPricing, m.Reported.Any())
	s.note(check.SeenOwnPricing, m.Reported.Source != 0 || m.Reported.Any() && !m.Reported.WithFee())
	s.note(check.SeenTemplateCategory, m.Source != message.CategoryNone && m.Source != message.CategoryReported)
	s.note(check.SeenConversation, verdict.NamesConversation(m, j.Era))
	s.note(check.SeenExpiry, m.Expires != 0)
	s.note(check.SeenBillLines, m.Reported.Bill().Lines > 0)
	s.note(check.SeenAmount, m.Reported.HasAmount)
	s.note(check.SeenRate, own)
	s.note(check.SeenTiers, own && w.Due.Tiers != nil)
	s.note(check.SeenAuthCharge, charged && m.Reported.Category.Base() == category.Authentication)
	if m.Reported.HasAmount && v.Account.Rates == nil {
		s.noteUnrated(v.Account)
	}
}

func (t *totals) merge(o *totals) {
	t.counts.merge(&o.counts)
	t.seen.Seen |= o.seen.Seen
	if o.seen.unrated != nil {
		t.seen.noteUnrated(o.seen.unrated)
	}
	t.buckets.merge(o.buckets)
	t.ignored.merge(o.ignored)
}

func (c *counts) merge(o *counts) {
	c.Messages += o.Messages
	c.Reported += o.Reported
	c.Expected += o.Expected
	c.Inbound += o.Inbound
	c.Statuses += o.Statuses
	c.Loose += o.Loose
	c.Delivered += o.Delivered
	c.Priced += o.Priced
	c.WithSent += o.WithSent
	addCounts(c.Verdicts, o.Verdicts)
	for n := range c.Unpaid {
		c.Unpaid[n].merge(o.Unpaid[n])
	}
}

// report writes the totals, with the sums of each check. What volume tiers take
// off is in off, and in all where nothing was ignored.
func (t *totals) report(byCheck []result.CheckTotal, off, all []price.Lowered, markets *rate.Markets) result.Totals {
	shown := t.buckets.shown().byCurrency(off)
	var channels []result.ChannelTotal
	for c, n := range t.Unpaid {
		if n.Messages > 0 {
			channels = append(channels, result.ChannelTotal{Channel: event.Channel(c).String(), Messages: n.Messages, NotAllowed: n.Wrong, Uncertain: n.Open})
		}
	}
	return result.Totals{
		Messages: t.Messages, ChargesReported: t.Reported, ChargesExpected: t.Expected,
		Verdicts: result.Verdicts{
			OK: t.Verdicts[result.OK], Overcharge: t.Verdicts[result.Overcharge], Undercharge: t.Verdicts[result.Undercharge],
			Uncertain: t.Verdicts[result.Uncertain], Unreported: t.Verdicts[result.Unreported],
		},
		Channels: channels,
		Amounts:  shown.Amounts(), Ignored: t.ignored.report(t.buckets.byCurrency(all), shown), Estimated: t.buckets.estimated(), Unvalued: t.buckets.unvalued(), Groups: t.buckets.groups(off, markets), ByCheck: byCheck,
	}
}

// share writes part of whole with four decimals, rounded down; nothing of
// nothing is none.
func share(part, whole int64) string {
	if whole == 0 {
		return "0.0000"
	}
	return money.Of(part * 10_000 / whole * (money.Nano / 10_000)).String()
}
