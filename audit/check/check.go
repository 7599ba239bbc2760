// Package check says what is wrong, in a person's words: each check is a
// value with its documentation, in a file of its own.
package check

import (
	"fmt"
	"slices"
	"strings"

	"waudit/audit/era"
	"waudit/audit/outcome"
	"waudit/audit/price"
	"waudit/audit/rate"
	"waudit/audit/reading"
	"waudit/audit/result"
	"waudit/audit/verdict"
)

// Check is one thing that may be wrong with a charge or with its evidence.
type Check struct {
	ID       string // "WA101"; never reused
	Name     string
	Severity result.Severity // of a finding that is sure
	Doc      Doc
	// Daily makes one finding of all that a business number has on a day. Mixed is
	// its explanation where that of its messages differs.
	Daily bool
	Mixed Text
	// Money is set for checks of which a charge has at most one, see Accused.
	Money bool
	// Message looks at one judged message. Exactly one of Message and Log is set.
	Message func(*Case) (Hit, bool)
	// Log looks at the whole log.
	Log func(*Log) []LogHit
}

// Doc is a check's documentation, the same that users read.
type Doc struct {
	Title  string // one line
	Means  string // what it says and why it matters
	Wrong  string // an example that it finds
	Right  string // one that looks alike and is right
	Since  string // from when to when it can hold
	Source string // where the rule stands
}

// Case is a judged message and what surrounds it.
type Case struct {
	*verdict.Judgement
	Pair    *verdict.Pair
	Worth   *price.Worth // what it comes to in money
	Markets *rate.Markets
}

// Hit is what a check found at a message.
type Hit struct {
	Explanation Text
	Verdict     result.Verdict  // "" for the message's
	Severity    result.Severity // "" for the check's
	Subject     []string        // identifies the finding; nil: message and participant
	Evidence    []int32         // further events of the pair that show it
	Doubt       reading.Reason  // why Verdict is uncertain, if it is set
	// Gather is set if hits with the same subject at other messages of the pair are
	// one finding.
	Gather bool
}

// Log is what checks of the whole log look at, each list sorted.
type Log struct {
	Numbers   []NumberView
	Templates []TemplateView
	Shared    []SharedConversation
	Tiers     []TierView
}

// All returns every check, by id.
func All() []Check {
	return []Check{
		wa101(), wa102(), wa103(), wa104(), wa105(), wa106(), wa107(), wa108(), wa109(), wa110(), wa111(),
		wa201(), wa202(), wa203(), wa204(), wa205(), wa206(), wa207(),
		wa301(), wa302(),
		wa401(), wa402(), wa403(), wa404(), wa405(), wa406(),
		wa501(), wa502(),
	}
}

// Select returns the checks that a list names: "all", ids, and patterns with a
// trailing *, each with a leading - to take away; without a plain name first,
// all but the 6xx checks are the start.
func Select(checks []Check, list string) ([]Check, error) {
	chosen := map[string]bool{}
	parts := strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
	if len(parts) == 0 || strings.HasPrefix(parts[0], "-") {
		parts = append([]string{"default"}, parts...)
	}
	for _, part := range parts {
		pattern, add := strings.TrimPrefix(part, "-"), !strings.HasPrefix(part, "-")
		n := 0
		for _, c := range checks {
			if matches(pattern, c.ID) {
				chosen[c.ID] = add
				n++
			}
		}
		if n == 0 {
			return nil, fmt.Errorf("checks: %q names no check; `waudit checks` lists them", part)
		}
	}
	return slices.DeleteFunc(slices.Clone(checks), func(c Check) bool { return !chosen[c.ID] }), nil
}

func matches(pattern, id string) bool {
	switch pattern {
	case "all":
		return true
	case "default":
		return !strings.HasPrefix(id, "WA6")
	}
	prefix, wild := strings.CutSuffix(strings.ToUpper(pattern), "*")
	return wild && strings.HasPrefix(id, prefix) || prefix == id
}

// moneyChecks are the checks of which one says why a charge should not have been,
// the first that any possible outcome calls for.
var moneyChecks = [...]string{"WA108", "WA104", "WA103", "WA102", "WA101", "WA105", "WA106", "WA107", "WA110"}

// moneyCheck names the one check that says why a message that is charged, or
// may be, should not have been: a function of the decision (cli.md, "One money
// finding per charge").
func (c *Case) moneyCheck() string {
	first := len(moneyChecks)
	for _, code := range c.Final.Codes() {
		if n := slices.Index(moneyChecks[:first], moneyCheckOf(code, c.Era, c.Message.Template)); n >= 0 {
			first = n
		}
	}
	if first == len(moneyChecks) {
		return ""
	}
	return moneyChecks[first]
}

func moneyCheckOf(code outcome.Code, of *era.Era, template reading.Tri) string {
	switch code {
	case outcome.UndeliveredFailed, outcome.UndeliveredNever:
		return "WA108"
	case outcome.FreeEntryPoint, outcome.CoveredFreeEntry:
		return "WA104"
	case outcome.CoveredOpen:
		switch {
		case of.PerMessage():
			return "WA103"
		case of.OneConversation || template == reading.No:
			return "WA102"
		}
		return "WA101"
	case outcome.FreeServiceWindow:
		return "WA105"
	case outcome.FreeService:
		return "WA106"
	case outcome.FreeTier:
		return "WA107"
	case outcome.FreeReaction, outcome.FreeExempt, outcome.FreeAppEcho:
		return "WA110"
	}
	return ""
}

// systemic reasons are told once for a number or an account, not again for
// each message.
func systemic(r reading.Reason) bool {
	switch r {
	case reading.InboundMissing, reading.FactUnknown, reading.PricingOnSentOnly:
		return true
	}
	return false
}

// money makes the Message function of a check that accuses a charge: it speaks
// where the decision is the check's own, with why put into words.
func money(id string, why func(*Case) Text) func(*Case) (Hit, bool) {
	return func(c *Case) (Hit, bool) {
		switch {
		case c.Accused() != id:
			return Hit{}, false
		case c.Verdict == result.Uncertain:
			return Hit{Explanation: c.charge().then(c.unsure(id, why)), Severity: result.Warning}, true
		case c.Outcome == outcome.Uncertain:
			return Hit{Explanation: c.charge().then(say(FreeEitherWay, c.outcomes()))}, true
		}
		return Hit{Explanation: c.charge().then(why(c))}, true
	}
}

// Accused names the check that accuses or doubts the charge, "" if none does.
// Of the checks with Money, only that one speaks.
func (c *Case) Accused() string {
	if c.Claim != verdict.Charged && c.Claim != verdict.Opened || c.Extra.Again {
		return ""
	}
	id := c.moneyCheck()
	switch {
	case c.Verdict == result.Overcharge && c.Outcome != outcome.Charge:
		return id
	case c.Verdict == result.Uncertain && (!systemic(c.Doubt) || c.Doubt == reading.InboundMissing && id == "WA104"):
		return id
	}
	return ""
}
