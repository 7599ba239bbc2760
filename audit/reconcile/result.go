package reconcile

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"waudit/audit"
	"waudit/audit/account"
	"waudit/audit/check"
	"waudit/audit/era"
	"waudit/audit/event"
	"waudit/audit/price"
	"waudit/audit/rate"
	"waudit/audit/result"
)

// Options says how to compare.
type Options struct {
	Tolerance int64                      // of instants, milliseconds
	Estimate  int64                      // of money that the bill itself calls approximate, in thousandths
	Shown     func(*result.Finding) bool // whether a finding is to be shown; nil: all are
}

// Finding is a finding with what the differences come to.
type Finding struct {
	audit.Finding
	price.Sums
	Day string // of the charge, or the first of a volume; "" if it is not known
}

// doubtScales makes uncertain what the bill charges too much of the lines of an account
// only as it does so of most.
func (w *Watcher) doubtScales() {
	scales := w.charged.Scales(w.bill.gross && !w.bill.taxed)
	for i := range w.differences.list {
		e := &w.differences.list[i]
		s := scales[price.ScaleKey{WABA: e.WABA, Currency: e.Currency}]
		if s == nil || e.Over.Sign() <= 0 {
			continue
		}
		sure := s.Sure(e.Over, e.Expected.Add(e.beside), e.volume)
		if sure == e.Over {
			continue
		}
		e.Doubt(e.Over.Sub(sure))
		w.doubts[e.Finding] = check.BillBeside(s)
		if e.Step == wrongStep && e.Over.IsZero() {
			e.Step = uncertainStep
		}
	}
}

// Finish compares what needs the whole log, and returns all that was found but for
// files and claims. Found is what the audit of the log says by itself: of that only
// stays what the bill charges.
func (w *Watcher) Finish(o Options, found []audit.Finding) (*result.Reconciliation, []Finding) {
	b := w.bill
	for i := range found {
		if f := &found[i]; f.Amount != nil && f.Amount.Estimate {
			f.Amount, f.Money = nil, price.Sums{} // a bill states money of its own
		}
	}
	w.notSeen = append(b.orphans, w.notSeen...)
	w.out.merge(b.left)
	unjudged := b.Messages - b.Duplicates - w.joined - b.lost - int64(len(w.notSeen))
	w.matchMembers()
	w.matchItems(o.Tolerance)
	w.bookMissed()
	w.bookLost()
	views := w.compareVolumes(o.Estimate, found)
	w.bookTiers()
	w.doubtScales()
	w.differences.merge(b.differences)
	w.leaveOutside(unjudged)
	w.bookLeft()
	w.differences.settle(w.shown(o, found))
	outside, notCompared := w.leftLines()
	r := &result.Reconciliation{
		Schema: result.ReconcileSchema, Scope: w.scope(), Waterfall: w.differences.waterfalls(b), Volumes: views,
		Matching: result.Matching{
			Lines: b.Messages + b.Items + b.Volumes + b.Others, Matched: w.matched, NotSeen: int64(len(w.notSeen)),
			OutOfPeriod: outside, Volumes: b.Volumes, Other: b.Others + w.credits,
			Duplicates: b.Duplicates + b.Again, NotBilled: int64(len(w.notBilled)), Differing: w.differing, NotCompared: notCompared,
			VolumeUnits: w.volumeBilled, VolumeSeen: w.volumeLogged,
		},
	}
	findings := w.findings(found)
	r.Estimates = w.estimated()
	r.Totals = total(findings, w.bill.scope.book)
	return r, findings
}

// leaveOutside leaves out the lines of messages that are not judged. n is how many
// there are: of them it is known only what they come to, as what is left of the
// bill's total.
func (w *Watcher) leaveOutside(n int64) {
	if n <= 0 {
		return
	}
	rest := w.differences.rest(w.bill.total)
	for k, l := range w.out {
		rest[k.currency] = rest[k.currency].Sub(l.amount)
	}
	for currency, amount := range rest {
		if !amount.IsZero() || len(rest) == 1 {
			w.out.add(leftKey{reason: outsidePeriod, currency: currency}, left{n: n, amount: amount})
		}
	}
}

// leftLines counts the lines that are left out: those outside the period, and all others
// but those of volumes.
func (w *Watcher) leftLines() (outside, others int64) {
	for k, l := range w.out {
		if k.reason == outsidePeriod {
			outside += l.n
		} else {
			others += l.n - l.rows
		}
	}
	return outside, others
}

// Nothing says why not one line of the bill was compared with the log, or is told by a
// finding; "" if any was.
func (w *Watcher) Nothing() string {
	b := w.bill
	outside := false
	for k := range w.out {
		if of, _ := k.finding(); of != nil {
			return ""
		}
		outside = outside || k.reason == outsidePeriod
	}
	switch {
	case w.compared > 0 || len(w.notSeen) > 0:
		return ""
	case outside:
		days := w.scope().Bill
		if days.To != days.From {
			days.From += " to " + days.To
		}
		return "the bill lies outside the judged period, with lines of " + days.From
	case b.Messages+b.Items+b.Volumes == 0 && b.Unread > 0:
		return "every row of the bill that says what it charges was rejected"
	case b.Messages+b.Items+b.Volumes == 0:
		return "no line of the bill says which message it charges, which customer, or how many messages of a category or country"
	}
	return "all lines of the bill are of categories or markets that are not known"
}

// shown tells which findings are shown.
func (w *Watcher) shown(o Options, found []audit.Finding) map[string]bool {
	there := map[string]bool{}
	for _, list := range [...][]audit.Finding{found, w.own} {
		for i := range list {
			there[list[i].ID] = o.Shown == nil || o.Shown(&list[i].Finding)
		}
	}
	return there
}

// findings returns what the differences belong to, with their money: of
// the audit's findings those that the bill charges. They are in the order of
// reports.
func (w *Watcher) findings(found []audit.Finding) []Finding {
	sums := w.differences.findings()
	var out []Finding
	for own, list := range [...][]audit.Finding{found, w.own} {
		for i := range list {
			f := &list[i]
			of, ok := sums[f.ID]
			if !ok && (own == 0 || f.Amount != nil) {
				continue
			}
			delete(sums, f.ID)
			x := cmp.Or(of, &ofFinding{}).finding(f)
			if why := w.doubts[f.ID]; why != (check.Text{}) {
				x.Explanation += " " + why.String()
			}
			out = append(out, x)
		}
	}
	slices.SortFunc(out, func(x, y Finding) int {
		return cmp.Or(cmp.Compare(x.Check, y.Check), cmp.Compare(x.Number, y.Number), cmp.Compare(x.User, y.User), cmp.Compare(result.Known(x.ChargedAt), result.Known(y.ChargedAt)), cmp.Compare(x.Message, y.Message), cmp.Compare(x.ID, y.ID))
	})
	return out
}

// finding gives a finding the money of its differences, which decide how it is told.
func (of *ofFinding) finding(f *audit.Finding) Finding {
	slices.Sort(of.lines)
	x := Finding{Finding: *f, Sums: of.Sums, Day: of.day}
	x.Lines = slices.Compact(of.lines)
	if f.ChargedAt != nil {
		x.Day = (*f.ChargedAt)[:len(time.DateOnly)]
	}
	switch {
	case of.Over.Sign() > 0:
		x.Verdict, x.Severity = result.Overcharge, result.Error
	case of.Uncertain.Sign() != 0:
		x.Verdict, x.Severity = result.Uncertain, result.Warning
	case x.Verdict != result.Uncertain || of.Under.Sign() > 0:
		x.Verdict, x.Severity = result.Undercharge, result.Info
	}
	if of.currency == "" {
		return x
	}
	basis, note := string(of.basis), ""
	if of.basis == "" && f.Amount != nil {
		basis, note = f.Amount.Basis, f.Amount.Note
	}
	x.Amount = of.Write(of.currency, basis, note)
	return x
}

// bookLeft books what is compared with nothing, one difference for all lines that are
// left out for one reason.
func (w *Watcher) bookLeft() {
	for _, k := range w.out.sorted() {
		l := w.out[k]
		of, id := k.finding()
		if id == "" {
			w.differences.name(reasons[k.reason].step, k.currency, l.amount, l.n)
			continue
		}
		f := newFinding(of, k.number, k.explain(w.bill.scope, l), reasons[k.reason].word, k.waba, k.currency)
		f.WABA = k.waba
		f.Places = billLine(l.place)
		w.own = append(w.own, f)
		w.differences.add(Difference{Step: reasons[k.reason].step, Check: of.ID, Finding: id, Currency: k.currency, Basis: price.Reported, Sums: price.Sums{Reported: l.amount, Uncertain: l.amount}, N: l.n})
	}
}

// scope says what the bill and the log cover, and what is compared with nothing.
func (w *Watcher) scope() result.Scope {
	b := w.bill
	r := result.Scope{Bill: result.Covered{Accounts: []string{}, Currencies: slices.Sorted(maps.Keys(b.total))}, Left: []result.LeftOut{}, NotInBill: []result.Elsewhere{}}
	var of days
	for _, waba := range slices.Sorted(maps.Keys(b.spans)) {
		if waba != "" {
			r.Bill.Accounts = append(r.Bill.Accounts, waba)
		}
		of.widen(b.spans[waba].first, b.spans[waba].last)
	}
	r.Bill.From, r.Bill.To = of.first.String(), of.last.String()
	c := b.scope.census
	r.Log = result.Covered{Accounts: slices.Sorted(maps.Keys(b.scope.accounts)), Currencies: slices.Sorted(maps.Keys(b.scope.currencies))}
	if c.From != 0 {
		r.Log.From, r.Log.To = result.Stamp(c.From), result.Stamp(c.To)
	}
	for _, k := range w.out.sorted() {
		l := w.out[k]
		_, id := k.finding()
		r.Left = append(r.Left, result.LeftOut{
			Reason: reasons[k.reason].word, WABA: k.waba, Number: k.number, Currency: k.currency, Rate: k.what, From: l.first.String(), To: l.last.String(),
			Lines: l.n, Amount: l.amount.String(), Finding: id,
		})
	}
	for _, k := range slices.SortedFunc(maps.Keys(w.elsewhere), func(x, y monthOf) int {
		return cmp.Or(cmp.Compare(x.waba, y.waba), cmp.Compare(x.month, y.month))
	}) {
		r.NotInBill = append(r.NotInBill, result.Elsewhere{WABA: k.waba, Month: k.month.String(), Messages: w.elsewhere[k]})
	}
	return r
}

// newFinding makes a finding with what all have. What it comes to, and how sure it
// is, is for its differences to say.
func newFinding(of *check.Check, number string, why check.Text, subject ...string) audit.Finding {
	f := audit.Finding{Finding: of.Finding(number, why, subject...)}
	f.Verdict, f.Severity = result.Undercharge, result.Info
	return f
}

// billLine is the evidence of a finding about a line of the bill.
func billLine(p event.Place) []audit.Evidence { return []audit.Evidence{{Place: p, What: "bill line"}} }

// fill sets what is known of the message.
func (s *logMessage) fill(f *audit.Finding) {
	f.WABA, f.Number = s.account.ID, s.number
	f.User, f.UserID, f.Message, f.Participant, f.Category, f.ChargedAt = s.user, s.userID, s.id, s.participant, s.category.String(), result.Instant(s.at)
}

func monthOfDay(d rate.Day) era.Month { return era.MonthOf(int(d/10_000), time.Month(d/100%100)) }

// total sums up findings: all of them, and those of each account, check, category, day
// and month.
func total(findings []Finding, book *account.Book) result.FindingTotals {
	all, dated := price.ByCurrency{}, audit.NewDated(book)
	accounts, checks, categories := map[string]price.ByCurrency{}, map[string]price.ByCurrency{}, map[string]price.ByCurrency{}
	byAccount, byCheck := map[string]result.AccountTotal{}, map[string]result.CheckTotal{}
	for i := range findings {
		f := &findings[i]
		a, c := byAccount[f.WABA], byCheck[f.Check]
		if c.Findings == 0 || f.Severity == result.Error {
			c.Severity = f.Severity
		}
		a.WABA, a.Findings = f.WABA, a.Findings+1
		c.Check, c.Name, c.Findings = f.Check, f.Name, c.Findings+1
		byAccount[f.WABA], byCheck[f.Check] = a, c
		if f.Amount == nil {
			continue
		}
		all.Add(f.Amount.Currency, f.Sums)
		for _, of := range [...]price.ByCurrency{audit.Keyed(accounts, f.WABA), audit.Keyed(checks, f.Check), audit.Keyed(categories, f.Category)} {
			of.Add(f.Amount.Currency, f.Sums)
		}
		dated.Add(&f.Finding.Finding, f.Amount.Currency, f.Sums)
	}
	t := result.FindingTotals{Amounts: all.Amounts(), Accounts: []result.AccountTotal{}, ByCheck: []result.CheckTotal{}, Dated: dated.Sums(), ByCategory: audit.KeySums(categories)}
	for _, waba := range slices.Sorted(maps.Keys(byAccount)) {
		a := byAccount[waba]
		a.Amounts = accounts[waba].Amounts()
		t.Accounts = append(t.Accounts, a)
	}
	for _, id := range slices.Sorted(maps.Keys(byCheck)) {
		c := byCheck[id]
		c.Amounts = checks[id].Amounts()
		t.ByCheck = append(t.ByCheck, c)
	}
	return t
}
