package simulate

import (
	"slices"
	"time"
)

// Spans of the rules, in seconds.
const (
	minute = 60
	hour   = 60 * minute
	day    = 24 * hour

	serviceWindow  = day // from the user's latest message or call
	conversation24 = day // a conversation, from the delivery that opened it
	freeEntry24    = day // free entry before 2023-03-01
	freeEntry72    = 72 * hour
	answerWithin   = day       // an ad click must be answered by then
	freeEntryWeek  = 7 * day   // what free entry may last since 2026-09-28
	changeGrace    = 26 * hour // around a change, statuses may follow either side
)

// era is a set of rules, in force from its first midnight in the account's
// time zone until the next one's.
type era uint8

const (
	oneConversation era = iota // cbp-2022-02: one open conversation per pair
	perCategory                // cbp-2023-06: one open conversation per category
	perMessage                 // pmp-2025-07: each delivered template is charged
	servicePriced              // pmp-2026-10: service too, after the free units
)

// calendar holds the instants, in Unix seconds, at which the rules change for
// the accounts of one time zone (clause 2).
type calendar struct {
	zone *time.Location

	longFreeEntry int64 // 2023-03-01: free entry lasts 72 h
	userTier      int64 // 2023-04-01: only user-initiated ones use the free tier
	perCategory   int64 // 2023-06-01
	serviceFree   int64 // 2024-11-01: service conversations are free
	perMessage    int64 // 2025-07-01
	weekFreeEntry int64 // 2026-09-28: free entry may last up to 7 days
	servicePriced int64 // 2026-10-01
	abroad        int64 // 2024-06-01: authentication at the international rate, where an account pays it

	changes []int64 // all of the above
}

func newCalendar(zone *time.Location) *calendar {
	c := &calendar{zone: zone}
	midnight := func(year int, month time.Month, day int) int64 {
		at := time.Date(year, month, day, 0, 0, 0, 0, zone).Unix()
		c.changes = append(c.changes, at)
		return at
	}
	c.longFreeEntry = midnight(2023, time.March, 1)
	c.userTier = midnight(2023, time.April, 1)
	c.perCategory = midnight(2023, time.June, 1)
	c.serviceFree = midnight(2024, time.November, 1)
	c.perMessage = midnight(2025, time.July, 1)
	c.weekFreeEntry = midnight(2026, time.September, 28)
	c.servicePriced = midnight(2026, time.October, 1)
	c.abroad = time.Date(2024, time.June, 1, 0, 0, 0, 0, zone).Unix() // of accounts in --avoidable alone
	return c
}

func (c *calendar) era(at int64) era {
	switch {
	case at < c.perCategory:
		return oneConversation
	case at < c.perMessage:
		return perCategory
	case at < c.servicePriced:
		return perMessage
	}
	return servicePriced
}

// month numbers the calendar month of an instant: year times 12 plus month,
// January being 0.
func (c *calendar) month(at int64) int {
	t := time.Unix(at, 0).In(c.zone)
	return t.Year()*12 + int(t.Month()) - 1
}

// nearChange reports whether the rules change within the grace around at.
func (c *calendar) nearChange(at int64) bool {
	return slices.ContainsFunc(c.changes, func(change int64) bool { return distance(at, change) < changeGrace })
}

// nearMidnight reports whether an era or a month could end within the given
// seconds around at: both do so at midnight.
func (c *calendar) nearMidnight(at, within int64) bool {
	h, m, s := time.Unix(at, 0).In(c.zone).Clock()
	since := int64(h)*hour + int64(m)*minute + int64(s)
	return since < within || day-since < within
}

func distance(a, b int64) int64 {
	return max(a-b, b-a)
}

// Since when the platform shows a thing in its webhooks, as midnights UTC: that follows
// Meta's releases, not an account's time zone.
var (
	reactionsFrom       = utc(2022, time.July, 1)       // reactions to messages
	errorDetailsFrom    = utc(2023, time.February, 2)   // errors[].message and error_data
	templateChangesFrom = utc(2023, time.March, 17)     // the field template_category_update
	clickIDsFrom        = utc(2023, time.September, 27) // referral.ctwa_clid
	echoesFrom          = utc(2025, time.February, 11)  // smb_message_echoes
	callsFrom           = utc(2025, time.July, 15)      // the field calls
	groupsFrom          = utc(2025, time.October, 6)    // group messages
	noConversationFrom  = utc(2025, time.October, 8)    // Graph v24: no conversation object but in free entry
	aiProvidersFrom     = utc(2026, time.February, 16)  // general_purpose_ai
	userIDsFrom         = utc(2026, time.April, 1)      // business-scoped user ids
)

func utc(year int, month time.Month, day int) int64 {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix()
}
