package reconcile

import (
	"cmp"
	"iter"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"waudit/audit"
	"waudit/audit/account"
	"waudit/audit/check"
	"waudit/audit/coverage"
	"waudit/audit/event"
	"waudit/audit/money"
	"waudit/audit/price"
	"waudit/audit/rate"
	"waudit/audit/result"
)

// Scope is what the log covers, and what the user asks for: only what the bill
// covers too is compared. Everything else is named and counted, and worth nothing.
type Scope struct {
	book   *account.Book
	census *coverage.Census // of the log alone
	period audit.Period
	valuer *price.Valuer

	accounts   map[string]bool // that the log has events of
	anonymous  bool            // the log has events that name no account, or no number
	currencies map[string]bool // of the log's accounts, "" where one is not known
}

// NewScope finds out what a log covers. The census may be unfinished.
func NewScope(book *account.Book, census *coverage.Census, period audit.Period, prices *price.Cards) *Scope {
	s := &Scope{book: book, census: census, period: period, valuer: prices.Valuer(), accounts: map[string]bool{}, currencies: map[string]bool{}}
	for id, n := range census.Numbers {
		a := book.Find(n.WABA, id)
		s.anonymous = s.anonymous || n.WABA == "" || id == ""
		s.accounts[a.ID] = true
		s.currencies[s.valuer.Currency(a)] = true
	}
	return s
}

// account returns the account of a line: the one it names, else that of its
// number, else the only one that the log has; "" if it is not known.
func (s *Scope) account(waba, number string) string {
	if waba != "" && !s.nameless() {
		return s.book.ID(waba)
	}
	if n := s.census.Numbers[number]; n != nil && number != "" {
		return s.book.Find(n.WABA, number).ID
	}
	if len(s.accounts) == 1 {
		for id := range s.accounts {
			return id
		}
	}
	return ""
}

// nameless reports whether the log names no account at all: it may be any.
func (s *Scope) nameless() bool { return s.accounts[""] && len(s.accounts) == 1 }

// numberless reports whether the log names no business number at all.
func (s *Scope) numberless() bool { return s.census.Numbers[""] != nil && len(s.census.Numbers) == 1 }

// day returns the calendar day of an instant, in the zone of the line's account.
func (s *Scope) day(waba, number string, t int64) rate.Day {
	return s.book.Find(s.account(waba, number), number).Facts.Calendar.Day(t)
}

// reason says why a line is compared with nothing.
type reason uint8

const (
	compared reason = iota
	outsidePeriod
	notInLog
	otherCurrency
	currencyUnknown
	noRate
)

// reasons are the words for them, the steps of the waterfall, and the checks whose
// findings tell them, of lines and of volumes; nil: they are named only.
var reasons = [...]struct {
	word, step   string
	line, volume *check.Check
}{
	outsidePeriod:   {"outside_period", "lines outside the judged period", nil, nil},
	notInLog:        {"not_in_log", "of accounts and numbers that the log does not have", &check.BilledNotSeen, &check.VolumeDiffers},
	otherCurrency:   {"other_currency", "in another currency than the account's", &check.AmountDiffers, &check.AmountDiffers},
	currencyUnknown: {"currency_unknown", "of accounts whose currency is not known", &check.AmountDiffers, &check.AmountDiffers},
	noRate:          {"no_rate", "charges that have no rate", nil, nil},
}

// place says whether the log can have what a line charges: its account and number
// have events, and its days lie in the period.
func (s *Scope) place(waba, number string, first, last rate.Day) reason {
	switch {
	case first != 0 && !s.inPeriod(first, last):
		return outsidePeriod
	case waba != "" && !s.accounts[s.book.ID(waba)] && !s.anonymous, number != "" && s.census.Numbers[number] == nil && s.census.Numbers[""] == nil:
		return notInLog
	}
	return compared
}

// inPeriod reports whether the judged period has all of the days.
func (s *Scope) inPeriod(first, last rate.Day) bool {
	p := s.period
	return (p.From.IsZero() || !first.Time().Before(naive(p.From))) && (p.To.IsZero() || !last.AddDays(1).Time().After(naive(p.To)))
}

// naive is a time as its clock reads, for the period is of no zone.
func naive(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

// money says whether an amount in a currency can be compared in the account, or in
// any of the log's if that is not known.
func (s *Scope) money(waba, currency string) reason {
	switch {
	case waba != "":
		return inCurrency(s.valuer.Currency(s.book.Find(waba, "")), currency)
	case currency == "" || s.currencies[currency]:
		return compared
	case s.currencies[""] && len(s.currencies) == 1:
		return currencyUnknown
	}
	return otherCurrency
}

// inCurrency says whether an amount can be compared in an account's currency.
func inCurrency(own, currency string) reason {
	switch {
	case currency == "" || own == currency:
		return compared
	case own == "":
		return currencyUnknown
	}
	return otherCurrency
}

// doubtOn says why the log may lack a charge of some days, which are those of the judged
// period where a bill does not say any.
func (s *Scope) doubtOn(waba, number string, on days) check.Text {
	if on.first != 0 {
		from, until := s.span(waba, on.first, on.last)
		return s.doubt(waba, number, from, until)
	}
	if s.period.From.IsZero() || s.period.To.IsZero() {
		return check.DayNotSaid.Say()
	}
	from, until := s.period.Bounds(s.book.Find(waba, number))
	return s.doubt(waba, number, from, until)
}

// doubt says why the log may lack a charge in [from, until], nothing if it should have it. An
// account that is not known may be any.
func (s *Scope) doubt(waba, number string, from, until int64) check.Text {
	if s.anonymous && !s.nameless() && waba != "" {
		return check.LogNameless.Say()
	}
	first, last, loss := int64(0), int64(0), false
	for n, a := range s.numbers(waba, number) {
		if n.GapIn(from, until) || s.quiet(n, a, from, until) {
			return check.LogGap.Say()
		}
		loss = loss || n.LossIn(from, until)
		begin, end := n.First, n.Last
		if a.CompleteBefore(from) {
			// Its silence is silence, as long as the log goes on.
			last := s.day(a.ID, n.ID, s.census.To)
			begin = from
			if _, end = s.span(a.ID, last, last); from == until {
				end = s.census.To
			}
		}
		if first == 0 || begin < first {
			first = begin
		}
		last = max(last, end)
	}
	switch {
	case loss:
		return check.LogLoss.Say()
	case from < first || until > last:
		return check.LogTooShort.Say()
	}
	return check.Text{}
}

// numbers are those of the log that a line may be of, with their accounts.
func (s *Scope) numbers(waba, number string) iter.Seq2[*coverage.Number, *account.Account] {
	id := s.book.ID(waba)
	return func(yield func(*coverage.Number, *account.Account) bool) {
		see := func(n *coverage.Number) bool {
			a := s.book.Find(n.WABA, n.ID)
			return waba != "" && a.ID != id || yield(n, a)
		}
		if number != "" {
			if n := s.census.Numbers[number]; n != nil {
				see(n)
			}
			return
		}
		for _, n := range s.census.Numbers {
			if !see(n) {
				return
			}
		}
	}
}

// quiet reports whether a number has no event in a gap of another of its account: of a
// number with little traffic its own silence does not tell an outage.
func (s *Scope) quiet(n *coverage.Number, a *account.Account, from, until int64) bool {
	for o := range s.numbers(a.ID, "") {
		for _, g := range o.Gaps {
			if g.From < until && from < g.To && n.SilentIn(g, from, until) {
				return true
			}
		}
	}
	return false
}

// span returns the instants of days in the account's zone; of an account that is not known,
// in any that it may be.
func (s *Scope) span(waba string, first, last rate.Day) (from, until int64) {
	if waba == "" && len(s.accounts) > 0 {
		from = math.MaxInt64
		for id := range s.accounts {
			begin, end := s.in(id, first, last)
			from, until = min(from, begin), max(until, end)
		}
		return from, until
	}
	return s.in(waba, first, last)
}

// in returns the instants of days in an account's zone.
func (s *Scope) in(waba string, first, last rate.Day) (from, until int64) {
	zone := s.book.Find(waba, "").Facts.Calendar.Zone()
	return first.In(zone).UnixMilli(), last.AddDays(1).In(zone).UnixMilli()
}

// leftKey is what lines that are not compared are counted by.
type leftKey struct {
	reason
	waba, number, currency string
	what                   string // the rate that is missing
	volumes                bool   // that volumes tell it, where another check does so of lines
}

// left is lines that are not compared.
type left struct {
	days
	n      int64
	rows   int64 // of n, of volumes
	amount money.Amount
	place  event.Place
}

func (l *left) add(o left) {
	if l.n == 0 || o.place.Compare(l.place) < 0 {
		l.place = o.place
	}
	l.n, l.rows = l.n+o.n, l.rows+o.rows
	l.amount = l.amount.Add(o.amount)
	l.widen(o.first, o.last)
}

// days are calendar days, both inclusive; 0: there are none.
type days struct{ first, last rate.Day }

func (d *days) widen(first, last rate.Day) {
	if first != 0 && (d.first == 0 || first < d.first) {
		d.first = first
	}
	d.last = max(d.last, last)
}

// later are the days so many days later.
func (d days) later(by int) days { return days{d.first.AddDays(by), d.last.AddDays(by)} }

func (d *days) covers(day rate.Day) bool { return d.first <= day && day <= d.last }

// leftOut is what is not compared.
type leftOut map[leftKey]*left

func (o leftOut) add(k leftKey, l left) {
	at := o[k]
	if at == nil {
		for _, s := range [...]*string{&k.waba, &k.number, &k.currency} {
			*s = strings.Clone(*s)
		}
		at = &left{}
		o[k] = at
	}
	at.add(l)
}

func (o leftOut) merge(other leftOut) {
	for k, l := range other {
		o.add(k, *l)
	}
}

// sorted returns what is left out, the reasons in their order.
func (o leftOut) sorted() []leftKey {
	return slices.SortedFunc(maps.Keys(o), func(x, y leftKey) int {
		return cmp.Or(cmp.Compare(x.reason, y.reason), cmp.Compare(x.waba, y.waba), cmp.Compare(x.number, y.number), cmp.Compare(x.currency, y.currency), cmp.Compare(x.what, y.what))
	})
}

// finding returns the check that tells it and the id of its finding, "" if none does.
func (k *leftKey) finding() (of *check.Check, id string) {
	r := &reasons[k.reason]
	of = r.line
	if k.volumes {
		of = r.volume
	}
	if of == nil {
		return nil, ""
	}
	return of, result.FindingID(of.ID, k.number, r.word, k.waba, k.currency)
}

// explain says what is left out and what would help.
func (k *leftKey) explain(s *Scope, l *left) check.Text {
	lines, sum := check.Counted(l.n, "line"), check.Cash(k.currency, l.amount)
	whose := "account " + k.waba
	if k.waba == "" {
		whose = "the accounts of the log"
	}
	why := check.OtherCurrency.Say(sum, lines, whose, cmp.Or(s.valuer.Currency(s.book.Find(k.waba, "")), "others"))
	switch {
	case k.reason == currencyUnknown:
		why = check.CurrencyUnknown.Say(whose, lines, sum)
	case k.reason == notInLog && k.number != "":
		why = check.NumberNotInLog.Say(k.number, lines, sum)
	case k.reason == notInLog:
		why = check.AccountNotInLog.Say(k.waba, lines, sum)
	}
	return why
}
