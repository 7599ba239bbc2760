package check

import (
	"waudit/audit/category"
	"waudit/audit/outcome"
	"waudit/audit/price"
	"waudit/audit/result"
	"waudit/audit/verdict"
)

// MoneyOf returns the part of the message's money that a check tells, false if
// it tells none. No money is told twice: what further bill lines charge is told
// by WA109, the rest by the one check that accuses or doubts the charge.
func (c *Case) MoneyOf(id string) (price.Sums, bool) {
	if id == "WA109" {
		return price.Extra(c.Judgement), c.Extra.Any()
	}
	return c.Worth.Once(c.Judgement), id == c.Teller()
}

// Teller names the check that tells the message's money but for what further
// bill lines charge, "" if none does.
func (c *Case) Teller() string {
	switch {
	case c.Extra.Again:
		return ""
	case c.Accused() != "":
		return c.Accused()
	case c.Claim == verdict.Charged && verdict.MismatchedCategory(c.Judgement):
		return "WA201"
	case c.Worth.Fault != price.Right:
		return faultChecks[c.Worth.Fault]
	case c.Claim == verdict.Charged && c.Outcome == outcome.Charge && c.Message.Reported.Category == category.GeneralPurposeAI && c.Verdict == result.Overcharge:
		return "WA111"
	case c.Verdict == result.Undercharge && c.freeTooLong():
		return "WA302"
	case c.Verdict == result.Undercharge:
		return "WA301"
	}
	return ""
}

// faultChecks are the checks that say what is wrong with an amount.
var faultChecks = [...]string{price.WrongRate: "WA204", price.WrongMarket: "WA205", price.WrongAuth: "WA206"}
