package advise

import (
	"strings"

	"waudit/audit/era"
	"waudit/audit/reading"
	"waudit/audit/result"
)

// Draft is a configuration in the making: what a log shows of its accounts.
type Draft struct {
	accounts map[string]*seenAccount // by WABA id; "" for what names none
	loose    map[string]bool         // numbers that occur without an account
	aliases  map[string][]string     // of accounts, by which the log was read
	calendar *era.Calendar           // of a zone that nobody knows
}

// seenAccount is what a log shows of one account.
type seenAccount struct {
	id         string
	span       span
	numbers    map[string]*seenNumber
	currencies map[string]bool

	partnerMonths  bool // there are events in the months that partner_served decides
	authentication bool
	ai             bool

	messages, charges, uncertain int64
	stakes                       map[string]int64 // messages that depend on a key of the configuration
	months                       map[string]int64 // uncertain messages by month of the account's free tier
}

// seenNumber is what a log shows of one business number of an account.
type seenNumber struct {
	span   span
	months map[string]int64 // uncertain messages by month of its free tier
}

// span is a time from the first to the last event, Unix milliseconds.
type span struct{ first, last int64 }

func (s *span) see(t int64) {
	if s.first == 0 || t < s.first {
		s.first = t
	}
	s.last = max(s.last, t)
}

func newDraft() *Draft {
	return &Draft{accounts: map[string]*seenAccount{}, loose: map[string]bool{}, calendar: era.NewCalendar(nil)}
}

// account returns what is known of an account, making it if need be.
func (g *Draft) account(waba string) *seenAccount {
	a := g.accounts[waba]
	if a == nil {
		waba = clone(waba)
		a = &seenAccount{
			id: waba, numbers: map[string]*seenNumber{}, currencies: map[string]bool{},
			stakes: map[string]int64{}, months: map[string]int64{},
		}
		g.accounts[waba] = a
	}
	return a
}

func (a *seenAccount) number(id string) *seenNumber {
	n := a.numbers[id]
	if n == nil {
		n = &seenNumber{months: map[string]int64{}}
		a.numbers[clone(id)] = n
	}
	return n
}

func (n *seenNumber) see(t int64) { n.span.see(t) }

// clone copies what shares memory with a pair at hand.
func clone(s string) string { return strings.Clone(s) }

func isAuthentication(category string) bool { return strings.HasPrefix(category, "authentication") }

// decide counts a decision, and what it depends on.
func (g *Draft) decide(d *result.Decision) {
	a := g.account(d.WABA)
	a.messages++
	if d.Reported.Charged != nil && *d.Reported.Charged {
		a.charges++
	}
	if d.Verdict != result.Uncertain {
		return
	}
	a.uncertain++
	reason := d.VerdictWhy
	if d.Outcome == "uncertain" {
		reason = d.Reason
	}
	switch {
	case reason == reading.CategoryUnknown.String():
		a.stakes["templates"]++ // no key of the account's
	case reason == reading.FreeTierCount.String() && d.DeliveredAt != nil:
		a.freeTier(d, (*d.DeliveredAt)[:len("2026-10")])
	}
}

// freeTier counts a message that may be in the free tier of a month: of the
// number since October 2026, of the account before.
func (a *seenAccount) freeTier(d *result.Decision, month string) {
	if e := era.Named(d.Era); e != nil && e.FreeTier.ByNumber {
		a.number(d.Number).months[month]++
		return
	}
	a.months[month]++
}
