package audit

import (
	"cmp"
	"maps"
	"slices"

	"waudit/audit/message"
	"waudit/audit/money"
	"waudit/audit/outcome"
	"waudit/audit/price"
	"waudit/audit/rate"
	"waudit/audit/result"
	"waudit/audit/verdict"
)

// decimals is how many decimals money is written with at least: those of the
// published rate cards.
const decimals = 4

// totals are the sums of one worker's judgements.
type totals struct {
	messages, reported, expected int64
	verdicts                     map[result.Verdict]int64
	cells                        cells
	inbound, statuses            int64
	loose                        int64 // bill lines that name no message
	delivered, priced, withSent  int64
	seen                         seen
}

// seen is what the judged messages show of what checks go by.
type seen struct {
	pricing      bool // some carry pricing
	plain        bool // of some it is not just a price with a provider's fee in it
	category     bool // of some the template's category is known from elsewhere than the pricing
	conversation bool // some carry the id of a conversation
	expiry       bool // some publish when a window expires
	lines        bool // some are named by lines of a bill
	judged       bool // of some the account's own card has the rate of the amount
	tiered       bool // of some the card has volume tiers
}

func (s *seen) merge(o seen) {
	s.pricing = s.pricing || o.pricing
	s.plain = s.plain || o.plain
	s.category = s.category || o.category
	s.conversation = s.conversation || o.conversation
	s.expiry = s.expiry || o.expiry
	s.lines = s.lines || o.lines
	s.judged = s.judged || o.judged
	s.tiered = s.tiered || o.tiered
}

// lacking says what a check misses in the log that it cannot do without, "" if
// nothing: silence must not pass for clean.
func (s *seen) lacking(id string) string {
	switch {
	case !s.pricing && !slices.Contains([]string{"WA402", "WA403", "WA404", "WA501", "WA502"}, id):
		return "no message in the log carries pricing"
	case !s.plain && s.pricing && slices.Contains([]string{"WA101", "WA102", "WA103", "WA104", "WA105", "WA106", "WA107", "WA108", "WA110"}, id):
		return "all prices in the log hold the provider's own fee, which is taken for free messages too; add a log with Meta's pricing, or the lines of a bill"
	case id == "WA201" && !s.category:
		return "of no message the template's category is known from elsewhere than its pricing; add the send log or configure templates"
	case id == "WA109" && !s.lines:
		return "the log holds no lines of a bill that name messages"
	case (id == "WA204" || id == "WA205" || id == "WA206" || id == "WA207") && !s.judged && !s.plain && s.pricing:
		return "all prices in the log hold the provider's own fee; set the account's rates: to the card of its provider's contract"
	case (id == "WA204" || id == "WA205" || id == "WA206") && !s.judged:
		return "no amount in the log can be held to a card; set the account's rates: to meta if Meta bills it, else to the card of its provider's contract"
	case id == "WA207" && !s.tiered:
		return "no amount in the log is in volume tiers that the account's card knows; set the account's rates:"
	case id == "WA405" && !s.conversation:
		return "no message in the log carries the id of a conversation"
	case id == "WA406" && !s.expiry:
		return "no status in the log publishes an expiry"
	}
	return ""
}

func newTotals() totals {
	return totals{verdicts: map[result.Verdict]int64{}, cells: cells{}}
}

func (t *totals) add(v *verdict.Pair, j *verdict.Judgement, w *price.Worth) {
	m := j.Message
	t.messages++
	overall, _ := j.Overall()
	t.verdicts[overall]++
	charged := price.ChargedInLog(j)
	if charged {
		t.reported++
	}
	if j.Outcome == outcome.Charge {
		t.expected++
	}
	t.seen.merge(seen{
		pricing: m.Reported.Any(), plain: m.Reported.Source != 0 || m.Reported.Any() && !m.Reported.WithFee(), expiry: m.Expires != 0,
		category:     m.Source != message.CategoryNone && m.Source != message.CategoryReported,
		conversation: verdict.NamesConversation(m, j.Era), lines: m.Reported.Bill.Lines > 0,
		judged: w.Basis == price.Reported && v.Account.Rates != nil && w.Due.OK(),
		tiered: w.Basis == price.Reported && v.Account.Rates != nil && w.Due.OK() && w.Due.Tiers != nil,
	})
	if m.Arrived && !m.App {
		t.delivered++
		if m.Reported.Final() {
			t.priced++
		}
		if m.SentAt != 0 {
			t.withSent++
		}
	}
	if charged || j.Outcome == outcome.Charge || m.Reported.HasAmount {
		t.cells.add(v, j, w)
	}
}

func (t *totals) merge(o *totals) {
	t.messages += o.messages
	t.reported += o.reported
	t.expected += o.expected
	t.inbound += o.inbound
	t.statuses += o.statuses
	t.loose += o.loose
	t.delivered += o.delivered
	t.priced += o.priced
	t.withSent += o.withSent
	t.seen.merge(o.seen)
	addCounts(t.verdicts, o.verdicts)
	t.cells.merge(o.cells)
}

// report writes the totals, with the sums of each check. What volume tiers take
// off is in off.
func (t *totals) report(byCheck []result.CheckTotal, off []lowered, markets *rate.Markets) result.Totals {
	return result.Totals{
		Messages: t.messages, ChargesReported: t.reported, ChargesExpected: t.expected,
		Verdicts: result.Verdicts{
			OK: t.verdicts[result.OK], Overcharge: t.verdicts[result.Overcharge], Undercharge: t.verdicts[result.Undercharge],
			Uncertain: t.verdicts[result.Uncertain], Unreported: t.verdicts[result.Unreported],
		},
		Amounts: amounts(t.cells.byCurrency(off)), Unvalued: t.cells.unvalued(), Groups: t.cells.groups(off, markets), ByCheck: byCheck,
	}
}

func amounts(byCurrency map[string]*price.Sums) []result.Amounts {
	out := make([]result.Amounts, 0, len(byCurrency))
	for _, currency := range slices.Sorted(maps.Keys(byCurrency)) {
		s := byCurrency[currency]
		out = append(out, result.Amounts{
			Currency: currency, Reported: money.Format(s.Reported, decimals), Expected: money.Format(s.Expected, decimals),
			Overcharged: money.Format(s.Over, decimals), Undercharged: money.Format(s.Under, decimals),
			Uncertain: money.Format(s.Uncertain, decimals),
		})
	}
	return out
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }

// share writes part of whole with four decimals, rounded down; nothing of
// nothing is none.
func share(part, whole int64) string {
	if whole == 0 {
		return "0.0000"
	}
	return money.Format(money.Of(part*10_000/whole*(money.Nano/10_000)), 4)
}
