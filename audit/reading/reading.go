// Package reading handles what a log leaves open: facts that are yes, no or
// maybe, instants known only as a span, and the exploration of every reading
// of them, so that a rule can be written as if all were known.
package reading

// Tri is a truth value that may be unknown.
type Tri uint8

// The values of a Tri.
const (
	No Tri = iota
	Yes
	Maybe
)

// TriOf returns Yes or No.
func TriOf(b bool) Tri {
	if b {
		return Yes
	}
	return No
}

// Reason says why an outcome or a verdict is uncertain.
type Reason uint8

// The reasons, in the order in which one is named where several hold.
const (
	Certain Reason = iota
	ConflictingStatuses
	PricingOnSentOnly
	CategoryUnknown
	InboundMissing
	FactUnknown
	ZoneUnknown
	DeliveryTimeUnknown
	SentTimeUnknown
	Edge
	OpenRule
	FreeTierCount
	LogStart
	FreeEntryUnproven
	EqualLines
	MemberUnknown
	LogDamaged
	PricesDiffer
	ChangeUnseen
	numReasons
)

var reasonNames = [numReasons]string{
	ConflictingStatuses: "conflicting_statuses",
	PricingOnSentOnly:   "pricing_on_sent_only",
	CategoryUnknown:     "category_unknown",
	InboundMissing:      "inbound_missing",
	FactUnknown:         "fact_unknown",
	ZoneUnknown:         "zone_unknown",
	DeliveryTimeUnknown: "delivery_time_unknown",
	SentTimeUnknown:     "sent_time_unknown",
	Edge:                "edge",
	OpenRule:            "open_rule",
	FreeTierCount:       "free_tier_count",
	LogStart:            "log_start",
	FreeEntryUnproven:   "free_entry_unproven",
	EqualLines:          "equal_lines",
	MemberUnknown:       "member_unknown",
	LogDamaged:          "log_damaged",
	PricesDiffer:        "prices_differ",
	ChangeUnseen:        "change_unseen",
}

// String returns the reason as reports write it, "" for Certain.
func (r Reason) String() string { return reasonNames[r] }

// Reasons is a set of reasons.
type Reasons uint16

// With returns the set with r added; Certain adds nothing.
func (s Reasons) With(r Reason) Reasons {
	if r == Certain {
		return s
	}
	return s | 1<<r
}

// Has reports whether r is in the set.
func (s Reasons) Has(r Reason) bool { return s&(1<<r) != 0 }

// First returns the reason to name, Certain for the empty set.
func (s Reasons) First() Reason {
	for r := Certain + 1; r < numReasons; r++ {
		if s.Has(r) {
			return r
		}
	}
	return Certain
}

// Fact names a key of the configuration that an outcome may depend on.
type Fact uint8

// The facts about an account that are three-valued.
const (
	PartnerServed Fact = iota
	AIProvider
	Exempt
	AuthInternational
	PrimaryLocation
	NumFacts // how many there are
)

var factKeys = [NumFacts]string{"partner_served", "ai_provider", "exempt", "auth_international", "primary_location"}

// String returns the fact's key in the configuration of an account.
func (f Fact) String() string { return factKeys[f] }

// Facts is a set of facts.
type Facts uint8

// Has reports whether f is in the set.
func (s Facts) Has(f Fact) bool { return s&(1<<f) != 0 }

// Keys lists the keys of the configuration that the set names.
func (s Facts) Keys() (keys []string) {
	for f := range NumFacts {
		if s.Has(f) {
			keys = append(keys, factKeys[f])
		}
	}
	return keys
}

// Span is an instant known to lie in [Lo, Hi], Unix milliseconds, both ends
// included. Why says what makes it a span; it is Certain where Lo is Hi.
type Span struct {
	Lo, Hi int64
	Why    Reason
}

// At returns the span of a known instant.
func At(t int64) Span { return Span{Lo: t, Hi: t} }

// Exact reports whether the instant is known.
func (s Span) Exact() bool { return s.Lo == s.Hi }

// Plus returns the span moved by d milliseconds.
func (s Span) Plus(d int64) Span { return Span{s.Lo + d, s.Hi + d, s.Why} }

// Before tells whether t lies before end, and if that is open, why: one of
// the two is only known as a span, or moving t by the tolerance (milliseconds)
// would change the answer. Intervals are half-open: at the end is not before.
func Before(t, end Span, tolerance int64) (Tri, Reason) {
	switch {
	case t.Hi+tolerance < end.Lo:
		return Yes, Certain
	case t.Lo-tolerance >= end.Hi:
		return No, Certain
	case t.Hi < end.Lo || t.Lo >= end.Hi:
		return Maybe, Edge
	case !t.Exact():
		return Maybe, t.Why
	case !end.Exact():
		return Maybe, end.Why
	}
	return Maybe, Edge
}

// maxChoices bounds how many open questions one decision may ask; beyond it
// the readings are too many to list and Overflow is set.
const maxChoices = 8

// Explorer runs a decision once for each reading of its open questions: call
// Start, then decide while asking Is and Pick, then Next, until it is false.
// The zero value is ready.
type Explorer struct {
	taken    [maxChoices]uint8
	of       [maxChoices]uint8
	asked    int // questions asked in this run
	known    int // questions whose answer is set for this run
	reasons  Reasons
	facts    Facts
	overflow bool
}

// Start begins a decision.
func (x *Explorer) Start() { *x = Explorer{} }

// Next prepares the next reading; false when all have been run.
func (x *Explorer) Next() bool {
	for i := x.asked - 1; i >= 0; i-- {
		if x.taken[i]+1 < x.of[i] {
			x.taken[i]++
			x.known, x.asked = i+1, 0
			return true
		}
	}
	return false
}

// Reasons returns why questions were open, over all readings so far.
func (x *Explorer) Reasons() Reasons { return x.reasons }

// Facts returns the unset facts that were asked for, over all readings so far.
func (x *Explorer) Facts() Facts { return x.facts }

// Overflow reports that there were more questions than can be explored.
func (x *Explorer) Overflow() bool { return x.overflow }

// Pick answers an open question with n possible answers, 0 to n-1.
func (x *Explorer) Pick(n int, why Reason) int {
	x.reasons = x.reasons.With(why)
	if x.asked == maxChoices {
		x.overflow = true
		return 0
	}
	i := x.asked
	x.asked++
	if i >= x.known {
		x.taken[i], x.of[i] = 0, uint8(n)
		x.known = i + 1
	}
	return int(x.taken[i])
}

// Is answers a question that may be open.
func (x *Explorer) Is(t Tri, why Reason) bool {
	if t != Maybe {
		return t == Yes
	}
	return x.Pick(2, why) == 0
}

// IsFact answers a question about a fact of the account, which is open where
// the configuration does not say.
func (x *Explorer) IsFact(t Tri, f Fact) bool {
	if t == Maybe {
		x.facts = x.facts.With(f)
	}
	return x.Is(t, FactUnknown)
}

// With returns the set with f added.
func (s Facts) With(f Fact) Facts { return s | 1<<f }
