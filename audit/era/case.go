package era

import (
	"math"
	"sort"

	"waudit/audit/category"
	"waudit/audit/message"
	"waudit/audit/outcome"
	"waudit/audit/reading"
	"waudit/audit/window"
)

// Profile is what is known about an account. A Tri that is Maybe is a fact that
// nobody stated.
type Profile struct {
	Calendar        *Calendar
	PartnerServed   reading.Tri
	AIProvider      reading.Tri
	Exempt          reading.Tri
	PrimaryLocation string // ISO country, "" unknown
	// AuthInternational holds, by ISO country, when the international rate
	// starts for the account (Unix ms); nil: not known.
	AuthInternational map[string]int64
}

// Referral is a user's message through a free entry point.
type Referral struct {
	Time  int64
	Index int         // of the event among the pair's events
	Sure  reading.Tri // Maybe where it is not documented that it qualifies
}

// Proof is a status by which Meta itself calls a window a free entry window.
type Proof struct {
	Time int64
	// From is since when, up to Time, the window may have been open for it: where
	// messages are charged, from its message's sending on.
	From    int64
	Expires int64 // the expiry it publishes, 0 none
}

// Referrals are those of a pair in time order. A customer may have very many, so that
// what looks at some of them for each message finds these by their time.
type Referrals []Referral

// Within returns those from one instant to another, both Unix milliseconds, and both included.
func (all Referrals) Within(from, to int64) Referrals {
	return within(all, from, to, func(r *Referral) int64 { return r.Time })
}

// Last returns the latest of those up to an instant, false if there is none.
func (all Referrals) Last(t int64) (r Referral, ok bool) {
	if until := all.Within(math.MinInt64, t); len(until) > 0 {
		return until[len(until)-1], true
	}
	return Referral{}, false
}

// Proofs are those of a pair in time order.
type Proofs []Proof

// Within is as that of Referrals.
func (all Proofs) Within(from, to int64) Proofs {
	return within(all, from, to, func(p *Proof) int64 { return p.Time })
}

func within[S ~[]E, E any](all S, from, to int64, at func(*E) int64) S {
	all = all[sort.Search(len(all), func(i int) bool { return at(&all[i]) >= from }):]
	return all[:sort.Search(len(all), func(i int) bool { return at(&all[i]) > to })]
}

// Setting is what holds for all messages of a pair. The rules read it only.
type Setting struct {
	Facts   *Profile
	Country string // ISO country of the user, "" unknown
	// CountryOf finds the country of a member of a group by phone.
	CountryOf func(phone, userID string) string
	Service   window.Service
	Referrals Referrals
	Proofs    Proofs
	Tolerance int64 // milliseconds
	Received  bool  // there are events of which only the receipt is known, which widens the tolerance
}

// Case is one message to decide in one reading of the facts.
type Case struct {
	*Setting
	Message *message.Message
	Index   int32         // of the message in the pair's list
	At      reading.Span  // the charge instant, in this reading
	Tied    bool          // a template was delivered in the same second
	Coming  *Coming       // nil: none
	State   *window.State // what is open; the rule changes it
	X       *reading.Explorer
}

// Coming is an answer to a click that was on its way when a message arrived
// which is no answer: it was sent before the click.
type Coming struct {
	Message *message.Message
	Index   int32 // of it in the pair's list
	Clicked int64 // when the user clicked
}

// country returns the country of the recipient, "" if it is not known.
func (c *Case) country() string { return c.Recipient(c.Message) }

// Recipient returns the country of who a message is to, "" if it is not known.
func (p *Setting) Recipient(m *message.Message) string {
	if m.Group && p.CountryOf != nil {
		return p.CountryOf(m.Participant, m.Participant)
	}
	return p.Country
}

// WindowKind says what kind of window decided.
type WindowKind uint8

// The kinds of window.
const (
	NoWindow WindowKind = iota
	ServiceWindow
	Conversation
	FreeEntryWindow
)

var windowKinds = [...]string{"", "customer_service", "conversation", "free_entry"}

// String returns the kind as reports write it.
func (k WindowKind) String() string { return windowKinds[k] }

// Window is the window that decided an outcome. Times are Unix milliseconds.
type Window struct {
	Kind      WindowKind
	ByMessage int32 // index of the message that opened it, window.NoMessage
	ByEvent   int32 // index of the inbound event that opened it, -1
	Start     int64
	End       int64
}

// RuleResult is what a rule decides.
type RuleResult struct {
	Code     outcome.Code
	Category category.Category // of the message or of what it opened
	Window   Window
}

// Decide applies the rule of the era in force at the charge instant to a
// message that was delivered (rules 2), and changes the state.
func Decide(c *Case) RuleResult {
	r := c.decide()
	c.State.LastSent = later(c.State.LastSent, c.Message.Sent)
	return r
}

func (c *Case) decide() RuleResult {
	eras := c.Facts.Calendar.eras
	now := eras[0]
	for _, e := range eras[1:] {
		if e.elsewhere(c.Country) {
			continue
		}
		if !c.after(e.From) {
			break
		}
		now = e
	}
	return now.decide(c)
}

func later(a, b reading.Span) reading.Span {
	if b.Lo > a.Lo {
		a.Lo = b.Lo
	}
	if b.Hi > a.Hi {
		a.Hi, a.Why = b.Hi, b.Why
	}
	return a
}

// after tells whether the charge instant lies on or after a change.
func (c *Case) after(change RuleChange) bool {
	return c.X.Is(c.Facts.Calendar.After(change, c.At, c.Tolerance))
}

// free makes the result of a message that costs nothing.
func free(code outcome.Code, cat category.Category, w Window) RuleResult {
	return RuleResult{Code: code, Category: cat, Window: w}
}

// charge makes the result of a charge in a category.
func charge(cat category.Category) RuleResult {
	return RuleResult{Code: outcome.ChargeOf(cat), Category: cat, Window: noWindow()}
}

func noWindow() Window { return Window{ByMessage: window.NoMessage, ByEvent: -1} }

// windowOf describes an interval of the state.
func windowOf(kind WindowKind, iv window.Interval) Window {
	if !iv.Exists() {
		return noWindow()
	}
	return Window{Kind: kind, ByMessage: iv.By, ByEvent: -1, Start: iv.Start.Lo, End: iv.End.Lo}
}
