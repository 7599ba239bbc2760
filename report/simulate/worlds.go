package simulate

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// The values of Options.InvoiceLacks.
const (
	LastAccount = "account" // the account after all others
	LastMonth   = "month"   // the calendar month in which the last day lies
)

// Parts returns what a bill can be without.
func Parts() []string { return []string{LastAccount, LastMonth} }

// maxChanges is how many templates of an account can change beside the one that
// always does.
const maxChanges = 5

func (o *Options) refuseWorlds(refuse func(bad bool, format string, args ...any)) {
	span := time.Duration(o.withDefaults().Days) * 24 * time.Hour
	refuse(o.Outage < 0 || o.Outage >= span, "outage: %v, want less than the days of the log", o.Outage)
	refuse(o.OutageAccount && o.Outage == 0, "outage of an account: want to know how long it is")
	refuse(!(o.Lose >= 0 && o.Lose <= 0.5), "lost share: %g, want 0 to 0.5", o.Lose)
	refuse(o.Cut < 0 || o.Cut >= span, "cut: %v, want less than the days of the log", o.Cut)
	refuse(!(o.Unproven >= 0 && o.Unproven <= 1), "unproven share: %g, want 0 to 1", o.Unproven)
	refuse(o.Changes < 0 || o.Changes > maxChanges, "changes: %d, want 0 to %d", o.Changes, maxChanges)
	refuse(o.Changes > 0 && o.Dialect == Flat, "changes: no flat record tells them, want the dialect %s", MetaCloud)
	asked := o.Currencies
	if o.Misconfigured != "" {
		asked = append(slices.Clone(asked), o.Misconfigured)
	}
	for _, c := range asked {
		refuse(!slices.Contains(Currencies(), c), "currencies: %q, want some of %s", c, strings.Join(Currencies(), ", "))
	}
	for _, part := range o.InvoiceLacks {
		refuse(!slices.Contains(Parts(), part), "what the bill lacks: %q, want some of %s", part, strings.Join(Parts(), ", "))
	}
	refuse(o.Contract == MadeUp && len(o.Currencies) == 0, "contract %s: in no currency, want some of %s", MadeUp, strings.Join(Currencies(), ", "))
	refuse(!o.billing() && (len(o.InvoiceLacks) > 0 || o.Misconfigured != ""), "invoices: missing, want some of %s", strings.Join(Invoices(), ", "))
}

// businessesIn returns one business for each currency.
func businessesIn(currencies []string) []business {
	all := append(businesses(), business{"Lindenhof Versand", "Europe/Berlin", "DE", "EUR", "EUR", 2})
	var chosen []business
	for _, c := range currencies {
		i := slices.IndexFunc(all, func(b business) bool { return b.early == c })
		b := all[max(i, 0)] // of USD the first one, which Meta bills in it
		b.currency, b.early = c, c
		chosen = append(chosen, b)
	}
	return chosen
}

// Currencies returns those that an account can have.
func Currencies() []string { return slices.Sorted(maps.Keys(worth)) }

// whole reports whether the log has everything of the traffic.
func (w *world) whole() bool { return w.opt.Outage == 0 && w.opt.Lose == 0 && w.opt.Cut == 0 }

// known is what a business knows of the units of its free tiers that the log lacks:
// nothing where the log lacks more than it should.
func (w *world) known(used []usedMonth) []usedMonth {
	if !w.whole() {
		return nil
	}
	return used
}

// lacks reports whether the log does not have an occurrence, the seq-th of its pair.
// Lines of bills do not come by the way on which the others are lost.
func (w *world) lacks(o *occurrence, seq int) bool {
	if w.whole() || o.event == evCharge {
		return false
	}
	n := o.p.number
	if o.at < n.account.from()+int64(w.opt.Cut/time.Second) {
		return true
	}
	from, until := w.outage()
	silent := w.numbers[w.hash("outage", 0, 0)%uint64(len(w.numbers))]
	if n == silent || w.opt.OutageAccount && n.account == silent.account {
		if o.at >= from && o.at < until {
			return true
		}
	}
	const sum = 1 << 32
	return w.hash("lost", o.p.index, seq)%sum < uint64(w.opt.Lose*sum)
}

// outage is the silent span: in the middle of the traffic, from an hour of its day
// on that depends on the seed.
func (w *world) outage() (from, until int64) {
	length := int64(w.opt.Outage / time.Second)
	days := w.accounts[0].days
	free := days[len(days)-1] - days[0] - length
	from = days[0] + free/3 + int64(w.hash("outage", 1, 0)%uint64(max(1, free/3)))
	return from, from + length
}

// inBill reports whether an account's charges at an instant are on the bill: in the
// days that it is for, since what is delivered later is on the next one, and in no
// part that it lacks.
func (w *world) inBill(a *account, at int64) bool {
	lacks := func(part string) bool { return slices.Contains(w.opt.InvoiceLacks, part) }
	if at < a.from() || at >= a.end() || lacks(LastAccount) && a.index == len(w.accounts)-1 {
		return false
	}
	return !lacks(LastMonth) || a.cal.month(at) != a.cal.month(a.end()-1)
}

// configured is the currency that the configuration has for an account.
func (w *world) configured(a *account) string {
	if a.index == 0 && w.opt.Misconfigured != "" {
		return w.opt.Misconfigured
	}
	return a.currency
}

// changeMore re-categorises further templates, from utility to marketing or back,
// each on a day of its own. The business notes none of it; of Meta's webhooks there
// is the one that tells the change, the one that announces it, or both.
func (w *world) changeMore(a *account) {
	if w.opt.Days < 8 {
		return
	}
	rng := w.stream("changes", a.index)
	order := []*template{a.orders[2], a.offers[1], a.care, a.orders[1], a.offers[2]}
	for i, t := range order[:w.opt.Changes] {
		change := a.days[4+rng.IntN(w.opt.Days-6)] + 8*hour + rng.Int64N(10*hour)
		if change < templateChangesFrom+4*day {
			continue
		}
		t.changed, t.later, t.stale = change, marketing, true
		if t.category == marketing {
			t.later = utility
		}
		if i%3 > 0 {
			t.announced = change - 2*day - rng.Int64N(day)
		}
		t.untold = i%3 == 2
	}
}

// noted is the category in which the business believes a template is.
func (t *template) noted(category string) string {
	if t.stale {
		return t.category
	}
	return category
}

// notice is a webhook about a template's category.
type notice struct {
	at    int64
	value jsonObject
}

// notices lists what Meta tells about the template, by time.
func (t *template) notices() (all []notice) {
	if t.changed == 0 {
		return nil
	}
	was, is := strings.ToUpper(t.category), strings.ToUpper(t.later)
	tell := func(at int64, says ...any) {
		about := jsonObject{"message_template_id", t.id, "message_template_name", t.name, "message_template_language", "en"}
		all = append(all, notice{at, append(about, says...)})
	}
	if t.announced != 0 {
		tell(t.announced, "new_category", was, "correct_category", is, "category_update_timestamp", t.changed)
	}
	if !t.untold {
		tell(t.changed, "previous_category", was, "new_category", is)
	}
	return all
}

// unprovenClick is a click of which the log cannot prove what it opened.
func (s *script) unprovenClick(in inbound) {
	in.unproven = true
	at := in.at
	add := func(in inbound) { s.p.inbound = append(s.p.inbound, in) }
	switch s.rng.IntN(4) {
	case 0: // on a desktop
		in.qualifies = false
		add(in)
		s.lead(at)
	case 1: // no status tells the window
		in.untold = true
		add(in)
		s.lead(at)
	case 2: // while the window is open, the user clicks again
		add(in)
		s.free(at + s.between(5*minute, 3*hour))
		in.at += s.between(20*hour, 70*hour)
		// Whether an answer after the window's end opens another is not documented.
		in.qualifies = s.chance(0.5)
		add(in)
		s.template(in.at+s.between(10*minute, 23*hour), s.pick(s.a.offers))
		s.template(in.at+s.between(24*hour, 70*hour), s.pick(s.a.offers))
	default: // the answer is on its way while another message arrives
		add(in)
		sent := at + s.between(2*minute, 20*minute)
		s.template(sent-s.between(0, hour), s.pick(s.a.orders))
		answer := s.free(sent)
		answer.fate, answer.alone = arrivesLate, true
		s.template(sent+s.between(minute, 2*hour), s.pick(s.a.offers))
		s.template(sent+s.between(20*hour, 80*hour), s.pick(s.a.offers))
	}
}
