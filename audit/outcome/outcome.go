// Package outcome names what a message should have cost.
package outcome

import (
	"math/bits"
	"slices"

	"waudit/audit/category"
)

// Outcome is what should have become of a message on the bill.
type Outcome uint8

// The outcomes.
const (
	Uncertain Outcome = iota
	Charge
	Free
	Covered
	Undelivered
)

var outcomeNames = [...]string{"uncertain", "charge", "free", "covered", "undelivered"}

// String returns the outcome as reports write it.
func (o Outcome) String() string { return outcomeNames[o] }

// Code is an outcome with what it says beside: the category of a charge, the
// reason of everything else.
type Code uint8

// The codes that are no charge. FreeTier is the settled form of the Tier codes.
const (
	FreeEntryPoint Code = iota + Code(category.Count)
	FreeTier
	FreeService
	FreeServiceWindow
	FreeReaction
	FreeExempt
	FreeAppEcho
	CoveredOpen
	CoveredFreeEntry
	UndeliveredFailed
	UndeliveredNever

	// The Tier codes are not outcomes yet: whether the free tier pays for the
	// message, only the count over all customers can tell.
	TierService
	TierGroupService
	TierUserInitiated
	TierBusinessInitiated
	NumCodes
)

// ChargeOf returns the code of a charge in that category.
func ChargeOf(c category.Category) Code { return Code(c) }

// TierOf returns the code of a message of that category that uses the free
// tier as long as it lasts.
func TierOf(c category.Category) Code {
	if at := slices.Index(beyond[:], c); at >= 0 && c != category.None {
		return Code(at)
	}
	return TierService
}

// beyond are the categories that are charged once the free tier is used up.
var beyond = [NumCodes]category.Category{
	TierService: category.Service, TierGroupService: category.GroupService,
	TierUserInitiated: category.UserInitiated, TierBusinessInitiated: category.BusinessInitiated,
}

// Beyond returns the category charged once the free tier is used up; it is
// category.None for codes that are not Tier codes.
func (c Code) Beyond() category.Category { return beyond[c] }

// Outcome returns the outcome of the code; Uncertain for a Tier code.
func (c Code) Outcome() Outcome {
	switch {
	case c < Code(category.Count):
		return Charge
	case c < CoveredOpen:
		return Free
	case c < UndeliveredFailed:
		return Covered
	case c < TierService:
		return Undelivered
	}
	return Uncertain
}

var details = [NumCodes]string{
	FreeEntryPoint: "free_entry_point", FreeTier: "free_tier", FreeService: "service",
	FreeServiceWindow: "customer_service_window", FreeReaction: "reaction", FreeExempt: "exempt", FreeAppEcho: "app_echo",
	CoveredOpen: "open_conversation", CoveredFreeEntry: "free_entry_point",
	UndeliveredFailed: "failed", UndeliveredNever: "never_delivered",
}

// Detail returns the category of a charge, else the reason.
func (c Code) Detail() string {
	if c.Outcome() == Charge {
		return category.Category(c).String()
	}
	return details[c]
}

// String returns "outcome:detail", the form of candidates.
func (c Code) String() string { return c.Outcome().String() + ":" + c.Detail() }

// Set is a set of codes.
type Set uint64

// Of returns the set of the given codes.
func Of(codes ...Code) Set {
	var s Set
	for _, c := range codes {
		s |= 1 << c
	}
	return s
}

// With returns the set with c added.
func (s Set) With(c Code) Set { return s | 1<<c }

// Has reports whether c is in the set.
func (s Set) Has(c Code) bool { return s&(1<<c) != 0 }

// Len returns the number of codes in the set.
func (s Set) Len() int { return bits.OnesCount64(uint64(s)) }

// Only returns the single code of the set; ok is false if there are several or none.
func (s Set) Only() (c Code, ok bool) {
	return Code(bits.TrailingZeros64(uint64(s))), s.Len() == 1
}

// Codes lists the set in code order.
func (s Set) Codes() []Code {
	codes := make([]Code, 0, s.Len())
	for rest := uint64(s); rest != 0; rest &= rest - 1 {
		codes = append(codes, Code(bits.TrailingZeros64(rest)))
	}
	return codes
}

// tiers is the set of all Tier codes.
var tiers = Of(TierService, TierGroupService, TierUserInitiated, TierBusinessInitiated)

// HasTier reports whether a code of the set waits for the free tier's count.
func (s Set) HasTier() bool { return s&tiers != 0 }

// OnlyTier reports whether every code of the set does.
func (s Set) OnlyTier() bool { return s != 0 && s&^tiers == 0 }

// Charges reports whether every code of the set is a charge.
func (s Set) Charges() bool { return s != 0 && s>>Code(category.Count) == 0 }

// Nothing reports whether no code of the set is a charge, or may become one.
func (s Set) Nothing() bool { return s != 0 && !s.HasTier() && s&(1<<category.Count-1) == 0 }

// FreeEntry reports whether a code of the set is of a free entry window.
func (s Set) FreeEntry() bool { return s.Has(FreeEntryPoint) || s.Has(CoveredFreeEntry) }

// OnlyCovered reports whether every code of the set says that something else was
// open already.
func (s Set) OnlyCovered() bool {
	return s != 0 && s&^Of(FreeEntryPoint, CoveredFreeEntry, CoveredOpen) == 0
}

// Strings lists the set as reports write candidates, sorted.
func (s Set) Strings() []string {
	out := make([]string, 0, s.Len())
	for _, c := range s.Codes() {
		out = append(out, c.String())
	}
	slices.Sort(out)
	return out
}
