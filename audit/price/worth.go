package price

import (
	"cmp"
	"strings"

	"waudit/audit/account"
	"waudit/audit/category"
	"waudit/audit/era"
	"waudit/audit/event"
	"waudit/audit/message"
	"waudit/audit/money"
	"waudit/audit/outcome"
	"waudit/audit/rate"
	"waudit/audit/reading"
	"waudit/audit/result"
	"waudit/audit/verdict"
)

// Worth is what one judged message comes to in money.
type Worth struct {
	Sums
	Currency string
	Basis    Basis // "" if there is no amount
	Why      Lack  // why a charge has no amount
	// Due and Said are the figures of the charge that is due and of the one that
	// is reported; nil if there is none.
	Due, Said *Figure
	Market    rate.Market // of the user; NoMarket where there is neither figure nor amount
	Unit      rate.Unit
	Fault     Fault // what the account's card says against the amount
	Other     rate.Market
	Scale     *Scale       // how most prices of the account lie beside its card, where that leaves the amount open; else nil
	Extra     money.Amount // part of Over and Uncertain that bill lines charge beyond one charge
}

// Lacks says what is missing for the amount of a charge that is reported or due, or
// to hold it to the account's own card; None if nothing is.
func (w *Worth) Lacks(a *account.Account) Lack {
	if w.Why == None && w.Due != nil && (w.Basis == "" || w.Basis == Reported && a.Rates != nil) {
		return w.Due.Why
	}
	return w.Why
}

// Estimated reports whether the amount is in a currency that is not known to be the
// account's.
func (w *Worth) Estimated() bool {
	return w.Basis != Reported && (w.Due.OK() && w.Due.Estimate || w.Said.OK() && w.Said.Estimate)
}

// WithoutEstimate returns what the message comes to if nothing is estimated.
func (w *Worth) WithoutEstimate() *Worth {
	unknown := func(f *Figure) bool { return f.OK() && f.Estimate }
	if !unknown(w.Due) && !unknown(w.Said) {
		return w
	}
	c := *w
	for _, f := range [...]**Figure{&c.Due, &c.Said} {
		if unknown(*f) {
			*f = &Figure{Why: NoCurrency, Market: (*f).Market, Category: (*f).Category, Card: (*f).Card}
		}
	}
	if c.Basis != Reported {
		c.Sums, c.Basis, c.Currency, c.Why = Sums{}, "", "", NoCurrency
	}
	return &c
}

// Category is the category by which the message is counted: of the charge that
// is due, else of the reported one, else its own.
func Category(j *verdict.Judgement) category.Category {
	if j.Outcome == outcome.Charge {
		return category.Category(j.Code)
	}
	if c := j.Message.Reported.Category; c != category.None && c != category.Other {
		return c
	}
	return j.Category
}

// ChargedInLog reports whether the log says that the message was charged: also
// of an opened conversation, if an allowance cannot have paid for it.
func ChargedInLog(j *verdict.Judgement) bool {
	return j.Charging == verdict.Charged || j.Charging == verdict.Opened && (j.Outcome == outcome.Charge || j.Verdict == result.Overcharge)
}

// Judge says what a judged message comes to, and the verdict on it by its money:
// another than the judgement's where the account's card says that the amount or the
// category of a due charge is not what it costs.
func (v *Valuer) Judge(p *verdict.JudgedPair, j *verdict.Judgement) (Worth, verdict.Conclusion) {
	w, conclusion := v.judge(p, j)
	switch {
	case w.Said != nil:
		w.Market = w.Said.Market
	case w.Due != nil:
		w.Market = w.Due.Market
	case w.Basis != "":
		w.Market = v.Market(p, j)
	}
	return w, conclusion
}

func (v *Valuer) judge(p *verdict.JudgedPair, j *verdict.Judgement) (Worth, verdict.Conclusion) {
	w := Worth{Unit: unitOf(j)}
	charged := ChargedInLog(j)
	if verdict.WrongAuth(j) {
		w.Fault = WrongAuth
	}
	if j.Outcome == outcome.Charge {
		w.Due = v.InCategory(p, j, category.Category(j.Code))
	}
	if !charged && !j.Message.Reported.HasAmount && (j.Outcome != outcome.Charge || j.Verdict != result.Undercharge) {
		return w, j.Conclusion
	}
	if r := &j.Message.Reported; r.HasAmount {
		if (r.Listed() || r.WithFee()) && !charged && j.Verdict != result.Uncertain {
			return w, j.Conclusion // stated, and paid by a free tier; or the provider's fee alone
		}
		conclusion := v.judgeAmount(p, j, &w)
		return w, w.doubted(p, j, conclusion)
	}
	w.Basis = RateCard
	if charged {
		w.Said = w.Due
		if c := saidCategory(j); w.Due == nil || c != category.Category(j.Code) {
			w.Said = v.InCategory(p, j, c)
		}
	}
	var least money.Amount // of what is uncertain, nothing where that is not known
	if j.Outcome == outcome.Uncertain {
		least = v.Possible(p, j).Low
	}
	conclusion := w.value(j, least)
	return w, w.doubted(p, j, conclusion)
}

// doubted accuses nobody by what a damaged log shows, nor by a category that may have
// changed, nor by a line that may be for another member of the group.
func (w *Worth) doubted(p *verdict.JudgedPair, j *verdict.Judgement, r verdict.Conclusion) verdict.Conclusion {
	if r.Verdict != result.Overcharge {
		return r
	}
	doubt := p.Shaken(j)
	if doubt == reading.Certain && j.Message.Reported.Bill().MemberUnknown {
		doubt = reading.MemberUnknown
	}
	if doubt == reading.Certain {
		return r
	}
	w.Doubt(w.Over)
	return verdict.Conclusion{Verdict: result.Uncertain, Doubt: doubt}
}

// mismatched reports whether a charge names another category than is due (WA201).
func mismatched(j *verdict.Judgement) bool {
	return j.Charging == verdict.Charged && verdict.MismatchedCategory(j.Decision)
}

// unitOf returns what is charged in the message's era: a conversation or a
// message, whatever the log says.
func unitOf(j *verdict.Judgement) rate.Unit {
	if j.Era.Conversational() {
		return rate.PerConversation
	}
	return rate.PerMessage
}

// saidCategory is the category that a charge is reported in. What counts as what
// is due: variants that cards do not list apart, and every category that is not
// compared with the due one (WA201).
func saidCategory(j *verdict.Judgement) category.Category {
	c, due := j.Message.Reported.Category, category.Category(j.Code)
	switch {
	case c == category.None || c == category.Other:
		return Category(j)
	case j.Outcome != outcome.Charge || mismatched(j) || j.Verdict == result.Overcharge:
		return c
	case !j.Era.Conversational() && c.Base() == due.Base() && (c == category.AuthInternational || due == category.AuthInternational):
		return c
	}
	return due
}

// Cards returns the cards that the valuer values by.
func (v *Valuer) Cards() *Cards { return v.cards }

// ChargeOf returns the message as a charge in a category: who it is to, and when it is
// charged.
func (v *Valuer) ChargeOf(p *verdict.JudgedPair, j *verdict.Judgement, c category.Category) Charge {
	charge := Charge{Account: p.Account, Phone: p.User, UserID: p.UserID, Category: c, Unit: unitOf(j), At: j.Message.Delivered}
	if !j.Message.Arrived {
		charge.At = j.Message.Sent
	}
	if p.Group != "" {
		charge.Phone, charge.UserID = j.Message.Participant, "" // a member is named by a phone or by an id
		if strings.Trim(charge.Phone, "0123456789") != "" {
			charge.Phone, charge.UserID = "", charge.Phone
		}
	}
	return charge
}

// InCategory returns what the message costs if it is due in a category, as one
// that is charged for each message or conversation.
func (v *Valuer) InCategory(p *verdict.JudgedPair, j *verdict.Judgement, c category.Category) *Figure {
	return v.Figure(v.ChargeOf(p, j, c))
}

// Market returns the market of the message's user when it was delivered, or of
// the sending if it was not; rate.NoMarket if it is not known.
func (v *Valuer) Market(p *verdict.JudgedPair, j *verdict.Judgement) rate.Market {
	c := v.ChargeOf(p, j, category.None)
	m, _ := v.cards.Markets.Of(c.Phone, c.UserID, v.dayOf(c.Account, c.At.Hi)[1])
	return m
}

// value sets the sums of a charge that the log does not price.
func (w *Worth) value(j *verdict.Judgement, least money.Amount) verdict.Conclusion {
	conclusion := j.Conclusion
	for _, f := range [...]*Figure{w.Due, w.Said} {
		if f != nil && !f.OK() {
			w.Basis, w.Why = "", f.Why
			return conclusion
		}
	}
	var s Sums
	if w.Said != nil {
		s.Reported, w.Currency = money.Of(w.Said.Amount), w.Said.Currency
	}
	if w.Due != nil {
		s.Expected, w.Currency = money.Of(w.Due.Amount), w.Due.Currency
	}
	if j.Outcome == outcome.Charge && mismatched(j) {
		conclusion = w.judgeCategory(j, s)
	}
	switch {
	case j.Outcome == outcome.Uncertain && j.Verdict == result.Uncertain:
		s = AtLeast(s.Reported, least)
	case conclusion.Verdict == result.Uncertain:
		s = AtLeast(s.Reported, s.Expected)
	default:
		s = Between(s.Reported, s.Expected)
	}
	w.Sums = s
	return conclusion
}

// judgeCategory says by the card which of two categories is dearer (WA201).
func (w *Worth) judgeCategory(j *verdict.Judgement, s Sums) verdict.Conclusion {
	if w.Estimated() || !w.Due.Sure || !w.Said.Sure || w.Due.AtMost || w.Said.AtMost || j.Verdict == result.OK {
		return j.Conclusion
	}
	switch {
	case s.Reported.Cmp(s.Expected) > 0:
		return verdict.Conclusion{Verdict: result.Overcharge}
	case s.Reported.Cmp(s.Expected) < 0:
		return verdict.Conclusion{Verdict: result.Undercharge}
	}
	return j.Conclusion
}

// judgeAmount shares out an amount that the log gives.
func (v *Valuer) judgeAmount(p *verdict.JudgedPair, j *verdict.Judgement, w *Worth) verdict.Conclusion {
	r, conclusion := &j.Message.Reported, j.Conclusion
	w.Basis, w.Currency, w.Extra = Reported, r.Currency, j.Extra.Amount
	w.Currency = cmp.Or(w.Currency, p.Account.Currency)
	if feeBeside(p, r) {
		w.Due = nil
	}
	if !j.Extra.Again {
		w.Sums, conclusion = v.judgeOnce(p, j, w, r.Amount.Sub(w.Extra))
	}
	w.Add(Extra(j))
	if s := v.scale(p, w); s != nil && s.Kind == OtherUnit {
		w.Doubt(w.Over) // how much it is
	}
	return conclusion
}

// feeBeside reports whether a price has a provider's fee in it, which the account's card,
// Meta's, does not have.
func feeBeside(p *verdict.JudgedPair, r *message.Reported) bool {
	return r.WithFee() && p.Account.Rates != nil && p.Account.Rates.Name == rate.MetaName
}

// Judged reports whether the account's own card has the rate that a price in the
// log is held to.
func (w *Worth) Judged(p *verdict.JudgedPair, j *verdict.Judgement) bool {
	return p.Account.Rates != nil && w.Due.OK() && w.Currency == w.Due.Currency && j.Message.Reported.PriceKind != event.MaxPrice
}

// Once returns the message's money but for what bill lines charge it beyond one
// charge.
func (w *Worth) Once(j *verdict.Judgement) Sums {
	s := w.Sums
	s.Sub(Extra(j))
	return s
}

// Extra returns what bill lines charge a message beyond one charge.
func Extra(j *verdict.Judgement) Sums {
	e := &j.Extra
	return Sums{Reported: e.Amount, Over: e.Sure, Uncertain: e.Amount.Sub(e.Sure)}
}

// judgeOnce shares out what the log charges once.
func (v *Valuer) judgeOnce(p *verdict.JudgedPair, j *verdict.Judgement, w *Worth, once money.Amount) (Sums, verdict.Conclusion) {
	if j.Outcome == outcome.Charge {
		return v.judgeDue(p, j, w, once)
	}
	s := Sums{Reported: once}
	switch {
	case j.Verdict == result.Overcharge && j.Message.Reported.WithFee():
		s.Uncertain = once // how much of it is the provider's fee is not known
	case j.Verdict == result.Overcharge:
		s.Over = once
		if w.doubtScale(&s, v.scale(p, w)); s.Over.IsZero() && w.Scale != nil && w.Scale.Kind != OtherUnit {
			return s, verdict.Conclusion{Verdict: result.Uncertain, Doubt: reading.PricesDiffer} // it may be a fee alone
		}
	case unclear(j):
		s.Uncertain = once
	default:
		s.Expected = once
	}
	return s, j.Conclusion
}

// judgeDue shares out what the log charges once for a message that is to be charged.
func (v *Valuer) judgeDue(p *verdict.JudgedPair, j *verdict.Judgement, w *Worth, once money.Amount) (Sums, verdict.Conclusion) {
	s := Sums{Reported: once}
	misnamed := mismatched(j) || verdict.WrongAuth(j)
	switch {
	case j.Verdict == result.Undercharge && !misnamed:
		if w.Due.OK() && !w.Due.Estimate && w.Currency == w.Due.Currency {
			s.Expected = money.Of(w.Due.Amount)
		}
		return Between(s.Reported, s.Expected), j.Conclusion
	case w.Judged(p, j) && (j.Verdict == result.OK || misnamed):
		return v.judgeRate(p, j, w, once)
	case misnamed, j.Verdict == result.Overcharge, unclear(j): // how much of it is due is not known; an overcharge is WA111's
		s.Uncertain = once
	default:
		s.Expected = once
	}
	return s, j.Conclusion
}

// unclear reports whether it is uncertain that the message is charged at all.
func unclear(j *verdict.Judgement) bool { return j.Verdict == result.Uncertain && !j.Final.Charges() }

// Portfolio is what an account's volume tiers are counted over.
func Portfolio(a *account.Account) string {
	if a.Portfolio != "" {
		return a.Portfolio
	}
	return a.ID
}

// Month is the calendar month in which a message is counted.
func Month(p *verdict.JudgedPair, j *verdict.Judgement) era.Month {
	return p.Facts.Calendar.Month(j.Message.Instant())
}

// Watcher sees every judged message with what it comes to. Each worker has one;
// those of workers whose judgement stands are merged.
type Watcher interface {
	// See is called for each message. What it gets is valid during the call.
	See(p *verdict.JudgedPair, j *verdict.Judgement, w *Worth)
	// Merge adds what another watcher of the same kind saw.
	Merge(Watcher)
}

// CarriedWatcher is a Watcher of which processes hand to each other what was seen.
type CarriedWatcher interface {
	Watcher
	// MarshalBinary writes what was seen, for a watcher of the same build.
	MarshalBinary() ([]byte, error)
	// Take adds what another has written. The accounts are those of the book.
	Take(data []byte, book *account.Book) error
}

// Range is the least and the most that a message may cost of which that is not
// certain.
type Range struct {
	Low, High money.Amount
	Currency  string
	Category  category.Category // of the dearest charge that is possible
	Why       Lack              // why one of the charges that are possible has no figure
}

// Range returns what a message may cost, false if that is certain. Of what the
// log charges that is the audit's own expected and uncertain money; what it calls
// free, and may be, costs nothing; of the rest every possible charge counts.
func (v *Valuer) Range(p *verdict.JudgedPair, j *verdict.Judgement, w *Worth) (Range, bool) {
	own := w.Once(j)
	open := j.Outcome == outcome.Uncertain
	switch {
	case w.Basis != "" && (open || !own.Uncertain.IsZero()):
		return Range{Low: own.Expected, High: own.Expected.Add(own.Uncertain), Currency: w.Currency, Category: Category(j)}, true
	case w.Why != None && (open || j.Verdict == result.Uncertain):
		return Range{Currency: w.Currency, Category: Category(j), Why: w.Why}, true
	case j.Charging == verdict.Free && (open || j.Outcome == outcome.Charge && j.Verdict != result.Undercharge):
		return Range{Category: Category(j)}, true
	case open:
		return v.Possible(p, j), true
	}
	return Range{}, false
}

// Possible returns what the possible outcomes of a message cost.
func (v *Valuer) Possible(p *verdict.JudgedPair, j *verdict.Judgement) Range {
	var dearest, cheapest *Figure
	free := j.Forced
	for _, code := range j.Final.Codes() {
		if code.Outcome() != outcome.Charge {
			free = true
			continue
		}
		f := v.InCategory(p, j, category.Category(code))
		if !f.OK() {
			return Range{Currency: f.Currency, Category: f.Category, Why: f.Why}
		}
		if dearest == nil || f.Amount > dearest.Amount {
			dearest = f
		}
		if cheapest == nil || f.Amount < cheapest.Amount {
			cheapest = f
		}
	}
	if dearest == nil {
		return Range{Category: Category(j)}
	}
	r := Range{High: money.Of(dearest.Amount), Currency: dearest.Currency, Category: dearest.Category}
	if !free {
		r.Low = money.Of(cheapest.Amount)
	}
	return r
}
