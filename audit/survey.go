package audit

import (
	"context"
	"slices"

	"github.com/cespare/xxhash/v2"

	"waudit/audit/category"
	"waudit/audit/coverage"
	"waudit/audit/era"
	"waudit/audit/event"
	"waudit/audit/message"
	"waudit/audit/outcome"
	"waudit/audit/price"
	"waudit/audit/reading"
	"waudit/audit/replay"
	"waudit/audit/settle"
	"waudit/audit/verdict"
	"waudit/audit/window"
)

// surveyor is one worker's share of the survey.
type surveyor struct {
	*replayer
	*Surveyed
	valuer *price.Valuer   // nil: prices are not looked at
	judge  *judge          // of the pairs that need nothing of the survey; nil if nothing is to be judged
	late   pairSets        // the others
	only   map[string]bool // the numbers whose pairs are looked at; nil: all
}

// survey finds what no single pair can know. Unless late is nil it judges pairs
// on the way, and adds to late those that it leaves to be judged. The judges,
// one for each worker, are to go on.
func (a *Auditor) survey(ctx context.Context, late pairSets) ([]*judge, error) {
	judges := make([]*judge, a.opts.Workers)
	all, err := a.look(ctx, judges, late)
	if err != nil {
		return nil, err
	}
	if a.take(all) {
		// What was decided before it was known that users' messages are missing
		// does not hold.
		return nil, nil
	}
	return judges, nil
}

// look looks at the pairs of the log. Unless late is nil it gives a judge to each
// worker, which judges the pairs that need nothing of what is found.
func (a *Auditor) look(ctx context.Context, judges []*judge, late pairSets) (*Surveyed, error) {
	surveyors := make([]*surveyor, a.opts.Workers)
	for i := range surveyors {
		s := a.newSurveyor()
		s.late = late
		if late != nil {
			s.judge = a.newJudge(s.replayer)
			judges[i] = s.judge
		}
		surveyors[i] = s
	}
	return a.lookAt(ctx, surveyors, nil)
}

func (a *Auditor) newSurveyor() *surveyor {
	s := &surveyor{replayer: a.newReplayer(), Surveyed: NewSurveyed()}
	if a.looksAtPrices() {
		s.valuer = a.opts.Prices.Valuer()
	}
	return s
}

// looksAtPrices reports whether the prices of the log are held to cards. Those of a bill that
// is laid beside the log are looked at there.
func (a *Auditor) looksAtPrices() bool { return a.opts.Prices != nil && a.opts.Bill == 0 }

// lookAt lets surveyors look at the pairs in want, all if it is nil.
func (a *Auditor) lookAt(ctx context.Context, surveyors []*surveyor, want pairSets) (*Surveyed, error) {
	if err := overPairs(ctx, a.log, surveyors, want, (*surveyor).look); err != nil {
		return nil, err
	}
	all := surveyors[0].Surveyed
	for _, s := range surveyors[1:] {
		all.Merge(s.Surveyed)
	}
	return all, nil
}

func (s *surveyor) look(at pairIndex, p event.Pair) error {
	if s.only != nil && !s.only[p.Number] {
		return nil
	}
	if !s.a.opts.judges(p.Number) || p.IsUnpaid() {
		if s.judge != nil {
			return s.judge.look(at, p)
		}
		return nil
	}
	v := s.decide(p)
	defer s.forget()
	number := s.numbers.Number(p.Number)
	wait := false
	for d := range v.Messages() {
		wait = wait || s.needsSurvey(v, d)
		if s.valuer != nil {
			s.seePrice(v, d.Decision)
		}
		s.see(number, v, d)
		s.templates.see(v, d)
	}
	s.uses = appendUses(s.uses, v)
	switch {
	case s.judge == nil: // the survey may be kept
		s.reach = max(s.reach, reachOf(v))
	case wait:
		s.late[at.part].add(at.n)
	default:
		s.judge.pair(v, p.Events)
	}
	return nil
}

// see notes what a message of a number tells of what the log has, and of free tiers.
func (s *surveyor) see(number *coverage.Number, v *verdict.JudgedPair, d verdict.Decided) {
	m := d.Message
	if !m.Arrived {
		enterLost(s.freeTiers, v, d.Decision)
		return
	}
	enter(s.freeTiers, v, d.Decision)
	day := m.Delivered.Hi / (24 * era.Hour)
	if m.Reported.Final() {
		number.Priced++
	} else if !m.App && m.Reported.Bill().Lines == 0 && (s.a.opts.Assumed == nil || !s.a.opts.Assumed(v.Number, m.ID)) {
		number.NoteLoss(v.Facts.Calendar.Month(m.Delivered.Hi))
	}
	number.Arrived++
	if m.SentAt == 0 {
		number.NoteLoss(v.Facts.Calendar.Month(m.Delivered.Hi))
		number.Unsent[day]++
	}
	if v.Orphaned(d.Index) {
		number.Orphaned[day]++
	}
	if windowUnseen(v, d.Decision) {
		number.WindowUnseen = true
	}
}

// needsSurvey tells whether the judgement of a message needs what the survey
// finds: the count of a free tier, also for what it may be without its free entry
// window if it is charged, how prices lie beside the account's card, how else a template
// that is charged in another category than its own is charged, whether the
// number's other messages carry pricing, in which pairs a conversation id occurs, or
// whether events were lost, the end of the message among them.
func (r *replayer) needsSurvey(v *verdict.JudgedPair, d verdict.Decided) bool {
	m := d.Message
	unpriced := !m.Reported.Final()
	never := !m.Arrived && m.FailedAt == 0 && m.Reported.Any() && spans(v, m.Sent.Lo, m.Sent.Hi+message.LongestDelivery+v.Tolerance)
	priced := m.Reported.HasAmount && v.Account.Rates != nil && r.a.looksAtPrices()
	changed := verdict.MismatchedCategory(d.Decision) && !v.Account.CompleteBefore(m.Sent.Lo)
	return priced || changed || d.Codes.HasTier() || d.Codes.FreeEntry() && d.Paid() || never ||
		m.Arrived && (unpriced || verdict.NamesConversation(m, d.Era) || d.Codes.Has(outcome.CoveredOpen))
}

// seePrice counts a price that the log has of what is charged for certain, and by no free
// tier's count, if the account's card may be held against it.
func (s *surveyor) seePrice(v *verdict.JudgedPair, d *replay.Decision) {
	r := &d.Message.Reported
	code, certain := d.Codes.Only()
	if v.Account.Rates == nil || !r.HasAmount || r.Bill().Lines > 1 || !certain || code.Outcome() != outcome.Charge {
		return
	}
	due := category.Category(code)
	if r.Category != category.None && r.Category.Base() != due.Base() {
		return
	}
	s.valuer.See(s.prices, v, d, due)
}

// allowanceOf returns the free tier that a decision may use: of the number in the
// message era, of the account before (rules 3.3, 4.2.6).
func allowanceOf(v *verdict.JudgedPair, d *replay.Decision, m era.Month) settle.Allowance {
	if d.Era.FreeTier.ByNumber {
		return settle.Allowance{Number: true, ID: v.Number, Month: m}
	}
	return settle.Allowance{ID: v.Account.ID, Month: m}
}

// enter puts a decision into the free tiers. A message in a free
// entry window that nothing proves counts for no outcome, but may have used the
// tier all the same (rules 4.3).
func enter(f *settle.FreeTiers, v *verdict.JudgedPair, d *replay.Decision) {
	doubtful := d.Era.Counts(d.Message) && d.Codes.FreeEntry() && !d.Message.FreeEntryProof
	if !d.Codes.HasTier() && !doubtful {
		return
	}
	first, last, _ := v.Facts.Calendar.Months(d.Message.Delivered, v.Tolerance)
	sure := d.Codes.OnlyTier() && !d.Forced && first == last
	for m := first; m <= last; m++ {
		if d.Codes.HasTier() {
			f.Add(allowanceOf(v, d, m), d.Message.Delivered, sure)
		} else {
			f.AddLost(allowanceOf(v, d, m), d.Message.Delivered)
		}
	}
}

// enterLost puts a message of which the log shows no end into the free tiers, if it
// would have used a free tier. In a complete log it was not delivered so far (4.7).
func enterLost(f *settle.FreeTiers, v *verdict.JudgedPair, d *replay.Decision) {
	m := d.Message
	if !d.Era.Counts(m) || m.FailedAt != 0 || m.App || v.Account.CompleteBefore(m.Sent.Lo) && v.Coverage.DamagedFrom == 0 {
		return
	}
	f.AddLost(allowanceOf(v, d, v.Facts.Calendar.Month(m.Sent.Hi)), m.Sent)
}

// Settle implements verdict.Settler.
func (a *Auditor) Settle(v *verdict.JudgedPair, d *replay.Decision) (outcome.Set, reading.Reasons, reading.Facts) {
	first, last, why := v.Facts.Calendar.Months(d.Message.Delivered, v.Tolerance)
	reasons := reading.Reasons(0)
	paid, unpaid := false, false
	for m := first; m <= last; m++ {
		allowance := allowanceOf(v, d, m)
		got, r := a.freeTiers.Paid(allowance, d.Message.Delivered, a.base(v, allowance, d.Message.Delivered.Hi), v.Tolerance)
		paid, unpaid = paid || got != reading.No, unpaid || got != reading.Yes
		reasons = reasons.With(r)
	}
	if first != last && paid && unpaid {
		reasons = reasons.With(why)
	}
	return tierCodes(v, d, paid, unpaid, reasons)
}

// Accusable implements verdict.Settler.
func (a *Auditor) Accusable(v *verdict.JudgedPair, d *replay.Decision) bool {
	at := d.Message.Delivered
	first, last, _ := v.Facts.Calendar.Months(at, v.Tolerance)
	for m := first; m <= last; m++ {
		allowance := allowanceOf(v, d, m)
		base := a.base(v, allowance, at.Hi)
		base.Used += a.census.Hidden.Len() // any of these may have used a unit
		if !base.Covered || a.lossSigns(v, allowance) || !a.freeTiers.Margin(allowance, at, base, v.Tolerance) {
			return false
		}
	}
	return true
}

// Whole implements verdict.Settler.
func (a *Auditor) Whole(v *verdict.JudgedPair, from, to int64) bool {
	return spans(v, from, to) && !slices.ContainsFunc(a.numbers[v.Account], func(n *coverage.Number) bool { return n.LossIn(from, to) })
}

// spans tells whether the log has the time of a pair, were nothing lost.
func spans(v *verdict.JudgedPair, from, to int64) bool {
	return v.Account.CompleteBefore(from) && v.Coverage.Last >= to
}

// Hides implements verdict.Settler.
func (a *Auditor) Hides(message string) bool { return a.census.Hidden.May(message) }

// HidesTemplates implements verdict.Settler.
func (a *Auditor) HidesTemplates() bool { return a.census.Hidden.Templates > 0 }

// Recategorised implements verdict.Settler.
func (a *Auditor) Recategorised(waba, template string) bool {
	return a.templates.changed(templateKey{waba, template})
}

// Shared implements verdict.Settler.
func (a *Auditor) Shared(conversation string) bool { return a.shared[xxhash.Sum64String(conversation)] }

// numbersOf returns the numbers whose messages use a free tier.
func (a *Auditor) numbersOf(v *verdict.JudgedPair, s settle.Allowance) []*coverage.Number {
	if s.Number {
		return []*coverage.Number{v.Coverage}
	}
	return a.numbers[v.Account]
}

// lossSigns tells whether events that count for a free tier were lost: on the
// number, or on any of the account's.
func (a *Auditor) lossSigns(v *verdict.JudgedPair, s settle.Allowance) bool {
	return slices.ContainsFunc(a.numbersOf(v, s), func(n *coverage.Number) bool { return slices.Contains(n.LossMonths, s.Month) })
}

// base returns what is known of a free tier until an instant. The log has the
// month from its beginning if it is said to be complete, or shows traffic on the
// last day before; and only until it falls silent (3.3).
func (a *Auditor) base(v *verdict.JudgedPair, s settle.Allowance, until int64) settle.Base {
	start := v.Facts.Calendar.MonthStart(s.Month)
	covered := v.Account.CompleteBefore(start)
	for _, n := range a.numbersOf(v, s) {
		if n.GapIn(start, until) {
			return v.Account.Base(s, false)
		}
		covered = covered || n.TrafficIn(start-24*era.Hour, start)
	}
	return v.Account.Base(s, covered)
}

// tierCodes replaces the Tier codes of a decision by what they come to.
func tierCodes(v *verdict.JudgedPair, d *replay.Decision, paid, unpaid bool, reasons reading.Reasons) (outcome.Set, reading.Reasons, reading.Facts) {
	var final outcome.Set
	var facts reading.Facts
	for _, code := range d.Codes.Codes() {
		beyond := code.Beyond()
		if beyond == category.None {
			final = final.With(code)
			continue
		}
		if paid {
			final = final.With(outcome.FreeTier)
		}
		if !unpaid {
			continue
		}
		exempt := reading.No
		if d.Era.ServiceCharged && !v.Facts.Calendar.Surely(era.ExemptEnds, d.Message.Delivered, 0) {
			exempt = v.Facts.Exempt
		}
		if exempt == reading.Maybe {
			reasons, facts = reasons.With(reading.FactUnknown), facts.With(reading.Exempt)
		}
		if exempt != reading.No {
			final = final.With(outcome.FreeExempt)
		}
		if exempt != reading.Yes {
			final = final.With(outcome.ChargeOf(beyond))
		}
	}
	return final, reasons, facts
}

// freeService is the pricing type of what is free as a customer service window is open.
const freeService = "free_customer_service"

// windowUnseen tells whether Meta's own type shows a customer service window
// that the log does not (rules, "A log without the users' side"). A
// window that the log shows and that ended within the last day is no sign: that
// message was free too long (WA302).
func windowUnseen(v *verdict.JudgedPair, d *replay.Decision) bool {
	m := d.Message
	r := &m.Reported
	if r.Type != freeService || r.Source == event.Sent || r.Category.Base() != category.Utility || !d.Era.UtilityFree {
		return false
	}
	if open, why, _ := v.Service.Open(m.Sent, v.Tolerance); open != reading.No && why != reading.InboundMissing {
		return false
	}
	if open, why, _ := v.Service.Open(m.Delivered, v.Tolerance); open != reading.No && why != reading.InboundMissing {
		return false
	}
	end, over := v.Service.LastEnd(m.Delivered.Lo)
	return !over || m.Delivered.Lo-end > window.ServiceLength
}

// appendUses lists the conversation ids of a pair that name one conversation.
func appendUses(uses []idUse, v *verdict.JudgedPair) []idUse {
	pair := xxhash.Sum64String(v.Number + "\x1f" + v.User + "\x1f" + v.UserID + "\x1f" + v.Group)
	for i := range v.Decisions {
		if m := v.Decisions[i].Message; m.Arrived && v.OpensID(i) && verdict.NamesConversation(m, v.Decisions[i].Era) {
			uses = append(uses, idUse{xxhash.Sum64String(m.Reported.Conversation), pair})
		}
	}
	return uses
}
