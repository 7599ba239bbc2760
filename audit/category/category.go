// Package category names what a message or a conversation is charged as.
package category

import "math/bits"

// Category is a category of charge.
type Category uint8

// The categories. None means that nothing is said, Other a value that no
// documentation names.
const (
	None Category = iota
	Marketing
	MarketingLite
	Utility
	Authentication
	AuthInternational
	Service
	UserInitiated
	BusinessInitiated
	Notification
	ReferralConversion
	GroupMarketing
	GroupUtility
	GroupService
	GeneralPurposeAI
	Other
	Count
)

var names = [Count]string{
	Marketing: "marketing", MarketingLite: "marketing_lite", Utility: "utility",
	Authentication: "authentication", AuthInternational: "authentication_international",
	Service: "service", UserInitiated: "user_initiated", BusinessInitiated: "business_initiated",
	Notification: "notification", ReferralConversion: "referral_conversion",
	GroupMarketing: "group_marketing", GroupUtility: "group_utility", GroupService: "group_service",
	GeneralPurposeAI: "general_purpose_ai",
}

// Of returns the category of a normalised word: None for "", Other for a word
// that no documentation names.
func Of(word string) Category {
	for c, name := range names {
		if name == word {
			return Category(c)
		}
	}
	return Other
}

// String returns the normalised word, "" for None and Other.
func (c Category) String() string { return names[c] }

// Base returns the category that c is a variant of: marketing for its lite and
// group forms, utility for its group form, authentication for its
// international rate, service for its group form; otherwise c.
func (c Category) Base() Category {
	if base := bases[c]; base != None {
		return base
	}
	return c
}

var bases = [Count]Category{
	MarketingLite: Marketing, GroupMarketing: Marketing, GroupUtility: Utility, AuthInternational: Authentication, GroupService: Service,
}

// Template reports whether only templates (and Direct Send) have the category.
func (c Category) Template() bool {
	base := c.Base()
	return base == Marketing || base == Utility || base == Authentication
}

// InGroup returns the category of the same message sent to a group.
func (c Category) InGroup() Category {
	if group := inGroups[c.Base()]; group != None {
		return group
	}
	return c
}

var inGroups = [Count]Category{Marketing: GroupMarketing, Utility: GroupUtility, Service: GroupService}

// Set is a set of categories.
type Set uint32

// With returns the set with c added; None adds nothing.
func (s Set) With(c Category) Set {
	if c == None {
		return s
	}
	return s | 1<<c
}

// Len returns the number of categories in the set.
func (s Set) Len() int { return bits.OnesCount32(uint32(s)) }

// Nth returns the nth category of the set, counted from 0; None beyond the last.
func (s Set) Nth(n int) Category {
	for ; n > 0; n-- {
		s &= s - 1
	}
	if s == 0 {
		return None
	}
	return Category(bits.TrailingZeros32(uint32(s)))
}
