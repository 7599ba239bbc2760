package reconcile

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"waudit/audit"
	"waudit/audit/event"
	"waudit/audit/money"
	"waudit/audit/result"
)

// Hit is what a check of bill against log found.
type Hit struct {
	Check    string
	View     result.VolumeCell // of volumes
	Place    event.Place
	HasPlace bool
	Billed   money.Amount
	Due      money.Amount // by the log
	Doubt    string       // why that may be right, "" if it cannot
}

// Options says how to compare.
type Options struct {
	Tolerance int64 // of instants, milliseconds
	Estimate  int64 // of money that the bill itself calls approximate, in thousandths
	// Doubt says why the log may lack a message that a line charges, "" if it
	// should have it; nil: it always should.
	Doubt func(*Lost) string
}

// Finish compares what needs the whole log, and returns all that was found but for
// files, claims and the findings of the audit. Orphans are the bill's lines that
// belong to no message of the log.
func (w *Watcher) Finish(o Options, orphans []Lost) (*result.Reconciliation, []audit.Finding) {
	b := w.bill
	w.notSeen = append(w.notSeen, orphans...)
	w.matchMembers()
	w.matchItems(o.Tolerance)
	views, hits := w.compareVolumes(o.Estimate)
	w.steps.merge(b.fees)
	lost := map[string]money.Amount{}
	for i := range w.notSeen {
		l := &w.notSeen[i]
		w.steps.add(l.Currency, "billed, and not in the log", "WA702", money.Of(l.Amount), 1)
		lost[l.Currency] = lost[l.Currency].Add(money.Of(l.Amount))
	}
	w.outOfPeriod(lost)
	if views == nil {
		views = []result.VolumeCell{}
	}
	r := &result.Reconciliation{
		Schema: result.ReconcileSchema, Waterfall: b.waterfalls(w.steps), Volumes: views,
		Matching: result.Matching{
			Lines: b.Messages + b.Items + b.Volumes + b.Others, Matched: w.matched, NotSeen: int64(len(w.notSeen)),
			OutOfPeriod: max(b.Messages+b.Items-b.Duplicates-w.credits-w.matched-int64(len(w.notSeen)), 0), Volumes: b.Volumes, Other: b.Others + w.credits,
			Duplicates: b.Duplicates, NotBilled: int64(len(w.notBilled)), Differing: w.differing,
			VolumeUnits: w.volumeBilled, VolumeSeen: w.volumeLogged,
		},
	}
	return r, w.findings(hits, o.Doubt)
}

// outOfPeriod books what the lines of messages that are not judged come to.
func (w *Watcher) outOfPeriod(lost map[string]money.Amount) {
	b := w.bill
	if b.Messages == 0 {
		return
	}
	for currency, total := range b.total {
		rest := total.Sub(w.spent[currency]).Sub(lost[currency])
		for k, s := range b.fees {
			if k.currency == currency {
				rest = rest.Sub(s.amount)
			}
		}
		for k, c := range b.cells {
			if k.currency == currency && !c.beside {
				rest = rest.Sub(c.amount)
			}
		}
		if n := b.Messages + b.Items - b.Duplicates - w.credits - w.matched - int64(len(w.notSeen)); !rest.IsZero() && n > 0 {
			w.steps.add(currency, "lines of messages outside the judged period", "", rest, n)
		}
	}
}

// findings makes the findings of bill against log, in the order of reports.
func (w *Watcher) findings(hits []Hit, doubt func(*Lost) string) []audit.Finding {
	var out []audit.Finding
	equal := map[string]int{}
	slices.SortFunc(w.notSeen, func(x, y Lost) int {
		return cmp.Or(cmp.Compare(x.Number, y.Number), cmp.Compare(x.User, y.User), cmp.Compare(x.At, y.At), cmp.Compare(x.Message, y.Message),
			cmp.Compare(x.ID, y.ID), cmp.Compare(x.Amount, y.Amount), x.Place.Compare(y.Place))
	})
	for i := range w.notSeen {
		f := w.notSeen[i].finding(equal)
		if doubt != nil {
			doubted(&f, doubt(&w.notSeen[i]))
		}
		out = append(out, f)
	}
	for i := range w.notBilled {
		out = append(out, w.notBilled[i].finding())
	}
	for i := range w.differences {
		out = append(out, w.differences[i].finding())
	}
	for i := range hits {
		out = append(out, hits[i].finding())
	}
	slices.SortFunc(out, func(x, y audit.Finding) int {
		return cmp.Or(cmp.Compare(x.Check, y.Check), cmp.Compare(x.Number, y.Number), cmp.Compare(x.User, y.User), cmp.Compare(at(x.ChargedAt), at(y.ChargedAt)), cmp.Compare(x.Message, y.Message), cmp.Compare(x.ID, y.ID))
	})
	return out
}

func at(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// source is where the rules say that a message is charged once, when delivered.
const source = "https://developers.facebook.com/documentation/business-messaging/whatsapp/pricing"

// newFinding makes a finding with what all have.
func newFinding(check, name, number, why string, severity result.Severity, subject ...string) audit.Finding {
	sum := sha256.Sum256([]byte(strings.Join(append([]string{check, number}, subject...), "\x1f")))
	v := result.Overcharge
	if severity != result.Error {
		v = result.Undercharge
	}
	return audit.Finding{Finding: result.Finding{
		ID: hex.EncodeToString(sum[:8]), Check: check, Name: name, Severity: severity, Verdict: v, Number: number, Explanation: why,
		Rule: result.Rule{Clause: "5", Source: source},
	}}
}

// amountOf writes the money of a finding: billed is what the bill says, due what
// the log does.
func amountOf(f *audit.Finding, currency string, billed, due money.Amount, basis string) {
	none := money.Amount{}
	a := &result.Amount{
		Currency: currency, Reported: money.Format(billed, decimals), Expected: money.Format(due, decimals), Basis: basis,
		Overcharged: money.Format(money.Max(billed.Sub(due), none), decimals), Undercharged: money.Format(money.Max(due.Sub(billed), none), decimals), Uncertain: money.Format(none, decimals),
	}
	f.Amount = a
}

func (l *Lost) finding(equal map[string]int) audit.Finding {
	subject := []string{l.ID}
	if l.ID == "" {
		// Without an id a line is known by what it says; the n-th of equal ones by n.
		subject = []string{l.Message, l.User, strconv.FormatInt(l.At, 10), l.Category, l.Currency, strconv.FormatInt(l.Amount, 10)}
		key := strings.Join(append(subject, l.Number), "\x1f")
		equal[key]++
		subject = append(subject, strconv.Itoa(equal[key]))
	}
	why := "The bill charges a message that the log does not have."
	if l.Message == "" {
		why = "The bill charges a message of this customer, and the log has none that it can be."
	}
	severity := result.Error
	if l.Amount < 0 {
		why, severity = "The bill credits a message that the log does not have.", result.Info
	}
	f := newFinding("WA702", "billed-not-seen", l.Number, why, severity, subject...)
	f.WABA, f.User, f.Message, f.Category, f.ChargedAt = l.WABA, l.User, l.Message, l.Category, stamp(l.At)
	amountOf(&f, l.Currency, money.Of(l.Amount), money.Amount{}, "reported")
	f.Places = []audit.Place{{Place: l.Place, What: "bill line"}}
	return f
}

// doubted makes a finding uncertain, if there is a reason.
func doubted(f *audit.Finding, why string) {
	if why == "" || f.Verdict != result.Overcharge {
		return
	}
	f.Verdict, f.Severity = result.Uncertain, result.Warning
	f.Explanation += " Not sure: " + why + "."
	f.Amount.Uncertain, f.Amount.Overcharged = f.Amount.Overcharged, f.Amount.Uncertain
}

func (s *seen) finding() audit.Finding {
	f := newFinding("WA703", "seen-not-billed", s.number, "The log has a charged message that the bill has no line for.", result.Info, s.id, s.participant)
	s.fill(&f)
	if s.priced {
		amountOf(&f, s.currency, money.Amount{}, money.Of(s.amount), "rate_card")
	}
	return f
}

// fill sets what is known of the message.
func (s *seen) fill(f *audit.Finding) {
	f.WABA, f.User, f.UserID, f.Message, f.Participant, f.Category, f.ChargedAt = s.waba, s.user, s.userID, s.id, s.participant, s.category.String(), stamp(s.at)
}

func (d *difference) finding() audit.Finding {
	why := fmt.Sprintf("The bill charges %s %s, and %s %s is due by the log.", d.currency, money.Format(d.billed, decimals), d.ownIn, money.Format(d.own, decimals))
	severity := result.Error
	if d.currency == d.ownIn && d.billed.Cmp(d.own) < 0 {
		severity = result.Info
	}
	f := newFinding("WA701", "amount-differs", d.number, why, severity, d.id, d.participant)
	d.fill(&f)
	if d.currency == d.ownIn {
		amountOf(&f, d.currency, d.billed, d.own, "reported")
	} else {
		f.Explanation = "The bill is in another currency: " + f.Explanation
		amountOf(&f, d.currency, d.billed, money.Amount{}, "reported")
	}
	f.Places = []audit.Place{{Place: d.place, What: "bill line"}}
	return f
}

func (h *Hit) finding() audit.Finding {
	v := &h.View
	name, why := "volume-differs", fmt.Sprintf("%s %s: the bill counts %d and charges %s %s; the log has %d, for %s %s.",
		v.Period, nameOf(v), v.Billed, v.Currency, v.Amount, v.Log, v.Currency, v.Due)
	severity := result.Error
	if h.Check == "WA701" {
		name = "amount-differs"
	}
	if h.Billed.Cmp(h.Due) < 0 {
		severity = result.Info
	}
	f := newFinding(h.Check, name, v.Number, why, severity, v.WABA, v.Period, v.Market, v.Country, v.Category, v.Type, v.Currency)
	f.WABA, f.Category = v.WABA, v.Category
	amountOf(&f, v.Currency, h.Billed, h.Due, "reported")
	if v.Estimate {
		doubted(&f, "the bill itself calls its money approximate")
	} else {
		doubted(&f, h.Doubt)
	}
	if h.HasPlace {
		f.Places = []audit.Place{{Place: h.Place, What: "bill line"}}
	}
	return f
}

// nameOf names a cell.
func nameOf(v *result.VolumeCell) string {
	var words []string
	for _, text := range []string{v.Category, v.Type, v.Market, v.Country} {
		if text != "" {
			words = append(words, text)
		}
	}
	return strings.Join(words, ", ")
}

func stamp(ms int64) *string {
	if ms == 0 {
		return nil
	}
	return new(time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.999Z07:00"))
}
