package check

import (
	"slices"

	"waudit/audit/outcome"
	"waudit/audit/price"
	"waudit/audit/reading"
	"waudit/audit/result"
	"waudit/audit/verdict"
)

// Accusation is what a check says of a charge that should not have been. Of all
// checks that have one, one speaks of a charge, see Case.Accused.
type Accusation struct {
	Of      []outcome.Code // what the message is instead of charged
	If      func(*Case) bool
	Why     func(*Case) Text // why it should not have been charged
	Perhaps func(*Case) Text // what would make it free, where that is not certain
	// WithoutInbound is set where the doubt is told of each message though the log
	// lacks the users' side.
	WithoutInbound bool
}

// precedence is the order of the outcomes in which a charge that may be one of
// several is called wrong.
var precedence = [...]outcome.Code{
	outcome.UndeliveredFailed, outcome.UndeliveredNever, outcome.FreeEntryPoint, outcome.CoveredFreeEntry, outcome.CoveredOpen,
	outcome.FreeServiceWindow, outcome.FreeService, outcome.FreeTier, outcome.FreeReaction, outcome.FreeExempt, outcome.FreeAppEcho,
}

// Set is every check, whether or not it is chosen: between them they share out the
// money of a message. It is safe for concurrent use.
type Set struct {
	accusers       [outcome.NumCodes][]*Check
	first, tellers []*Check
}

// NewSet returns the set of all checks.
func NewSet() *Set {
	s, all := &Set{}, All()
	for i := range all {
		c := &all[i]
		switch {
		case c.GoesFirst():
			s.first = append(s.first, c)
		case c.Tells != nil:
			s.tellers = append(s.tellers, c)
		}
		if c.Accuses == nil {
			continue
		}
		for _, code := range c.Accuses.Of {
			s.accusers[code] = append(s.accusers[code], c)
		}
	}
	return s
}

// Accused returns the check that accuses or doubts the charge, nil if none does.
// Of the checks with an Accusation, only that one speaks.
func (c *Case) Accused() *Check {
	switch {
	case c.Charging != verdict.Charged && c.Charging != verdict.Opened, c.Extra.Again:
		return nil
	case c.Verdict == result.Overcharge && c.Outcome != outcome.Charge:
		return c.accuser()
	case c.Verdict != result.Uncertain:
		return nil
	}
	if of := c.accuser(); of != nil && (!systemic.Has(c.Doubt) || c.Doubt == reading.InboundMissing && of.Accuses.WithoutInbound) {
		return of
	}
	return nil
}

// accuser returns the check of what the message may be instead of charged.
func (c *Case) accuser() *Check {
	for _, code := range precedence {
		if !c.Final.Has(code) {
			continue
		}
		for _, of := range c.Checks.accusers[code] {
			if of.Accuses.If == nil || of.Accuses.If(c) {
				return of
			}
		}
	}
	return nil
}

// systemic reasons are told once for a number or an account, not again for
// each message.
const systemic = reading.Reasons(1<<reading.InboundMissing | 1<<reading.FactUnknown | 1<<reading.PricingOnSentOnly)

// Hit puts into words that the charge should not have been, or may not.
func (a *Accusation) Hit(c *Case) Hit {
	switch {
	case c.Verdict == result.Uncertain:
		return Hit{Explanation: c.charge().Then(a.unsure(c)), Severity: result.Warning}
	case c.Outcome == outcome.Uncertain:
		return Hit{Explanation: c.charge().Then(FreeEitherWay.Say(c.outcomes()))}
	}
	return Hit{Explanation: c.charge().Then(a.Why(c))}
}

// unsure says why a charge may be none, or should have been none, and what keeps
// that open.
func (a *Accusation) unsure(c *Case) Text {
	if c.Outcome != outcome.Uncertain && !takenAtWord.Has(c.Code) {
		return a.Why(c).Then(c.doubt(c.Doubt))
	}
	if c.Doubt == reading.OpenRule {
		if text := c.undocumented(); text != (Text{}) {
			return text
		}
	}
	return a.Perhaps(c).Then(c.doubt(c.Doubt))
}

// takenAtWord are the outcomes that the log need not prove, though an accusation does (rules 3.3, 4.3).
var takenAtWord = outcome.Of(outcome.FreeEntryPoint, outcome.CoveredFreeEntry, outcome.CoveredOpen, outcome.FreeTier, outcome.UndeliveredNever)

// Teller returns the check that tells the message's money but for what further
// bill lines charge, nil if none does.
func (c *Case) Teller() *Check {
	if c.Extra.Again {
		return nil
	}
	tells := func(of *Check) bool { return of.Tells(c) }
	if i := slices.IndexFunc(c.Checks.first, tells); i >= 0 {
		return c.Checks.first[i]
	}
	if of := c.Accused(); of != nil {
		return of
	}
	if i := slices.IndexFunc(c.Checks.tellers, tells); i >= 0 {
		return c.Checks.tellers[i]
	}
	return nil
}

// ToldBy reports whether a check is the one that tells the money of the charge.
func (c *Case) ToldBy(of *Check) bool {
	teller := c.Teller()
	return teller != nil && teller.ID == of.ID
}

// MoneyOf returns the part of the message's money that a check tells, false if
// it tells none. No money is told twice: what further bill lines charge is told by
// the check of those, the rest by the one check that accuses or doubts the charge.
func (c *Case) MoneyOf(of *Check) (price.Sums, bool) {
	if of.TellsLines {
		return price.Extra(c.Judgement), c.Extra.Any()
	}
	return c.Worth.Once(c.Judgement), c.ToldBy(of)
}
