// Package check says what is wrong, in a person's words: each check is a
// value with its documentation, in a file of its own.
package check

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"

	"waudit/audit/channel"
	"waudit/audit/coverage"
	"waudit/audit/era"
	"waudit/audit/money"
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
	// Clause is that of the rules by which it holds; "" for checks of charges, which
	// hold by the clause of the message's era.
	Clause string
	// Needs is what the log must show for the check to find anything: of each set one.
	Needs []Seen
	// Records is what the format of the log must have for it, one of each list, by the
	// names that `waudit inspect --capabilities` explains.
	Records [][]string
	// Daily makes one finding of all that a business number has on a day. Mixed is
	// its explanation where that of its messages differs.
	Daily bool
	Mixed Text
	// Exactly one of Accuses, Message, Log and Unpaid is set, none by checks of bills.
	// Accuses says which charges should not have been; Message looks at one judged message,
	// Log at the whole log, Unpaid at a message of a channel on which nothing is charged. Nil:
	// nothing was found.
	Accuses *Accusation
	Message func(*MessageView) *Hit
	Log     func(*LogView) []LogHit
	Unpaid  func(*channel.Judgement) *Hit
	// Tells reports, where nothing accuses a charge or the check goes first, whether its
	// money is told by the check. TellsLines is set for the one that tells what further lines of bills charge.
	Tells      func(*MessageView) bool
	TellsLines bool
	// Undue is set for those, beside the ones that accuse, which say that nothing should
	// have been charged.
	Undue bool
	// Monthly is set for the one that weighs the amounts of a month against each other,
	// Unbilled for the one of messages that the bill does not charge.
	Monthly, Unbilled bool
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

// MessageView is a judged message and what surrounds it.
type MessageView struct {
	*verdict.Judgement
	Pair    *verdict.JudgedPair
	Worth   *price.Worth // what it comes to in money
	Checks  *Set
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

// LogView is what checks of the whole log look at, each list sorted.
type LogView struct {
	Numbers   []NumberView
	Templates []TemplateView
	Shared    []SharedConversation
	Tiers     []TierView
}

// All returns every check, by id.
func All() []Check {
	return []Check{
		wa101, wa102, wa103, wa104, wa105, wa106, wa107, wa108, ChargedTwice, wa110, wa111,
		wa201, wa202, wa203, wa204, wa205, wa206, VolumeTier,
		wa301, wa302,
		wa401, wa402, wa403, wa404, wa405, wa406,
		wa501, wa502, wa503, wa504,
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
			return nil, &UnknownError{part}
		}
	}
	return slices.DeleteFunc(slices.Clone(checks), func(c Check) bool { return !chosen[c.ID] }), nil
}

// UnknownError is a part of a list that names no check.
type UnknownError struct{ Name string }

// Error names it, and where all are listed.
func (e *UnknownError) Error() string {
	return fmt.Sprintf("checks: %q names no check; `waudit checks` lists them", e.Name)
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

// Named returns the check with an id, nil if there is none.
func Named(id string) *Check { return named()[id] }

var named = sync.OnceValue(func() map[string]*Check {
	all := Documented()
	m := make(map[string]*Check, len(all))
	for i := range all {
		m[all[i].ID] = &all[i]
	}
	return m
})

// Finding makes a finding of the check, uncertain so far, with what all findings have. The
// subject tells those of one number apart.
func (c *Check) Finding(number string, why Text, subject ...string) result.Finding {
	return result.Finding{
		ID: result.FindingID(c.ID, number, subject...), Check: c.ID, Name: c.Name, Severity: c.Severity, Verdict: result.Uncertain, Number: number,
		Explanation: why.String(), Rule: result.Rule{Clause: c.Clause, Source: c.Doc.Source},
	}
}

// TellsMoney reports whether the check says that charges are wrong, not that the
// evidence is doubtful.
func (c *Check) TellsMoney() bool {
	return c.Accuses != nil || c.Tells != nil || c.TellsLines || !c.RunsOnLogs()
}

// GoesFirst reports whether the check tells the money of a charge before the one that
// accuses it: nothing at all is due in the category that was charged, whatever else
// would have made the message free.
func (c *Check) GoesFirst() bool { return c.Undue && c.Tells != nil }

// RunsOnLogs reports whether the check needs no bill beside the log.
func (c *Check) RunsOnLogs() bool {
	return c.Accuses != nil || c.Message != nil || c.Log != nil || c.Unpaid != nil
}

// Seen is a set of what judged messages show of what checks go by.
type Seen uint16

// What messages show.
const (
	SeenPricing          Seen = 1 << iota // pricing
	SeenOwnPricing                        // pricing that is not just a price with a provider's fee in it
	SeenTemplateCategory                  // the template's category, from elsewhere than the pricing
	SeenConversation                      // the id of a conversation
	SeenExpiry                            // when a window expires
	SeenBillLines                         // lines of bills that name them
	SeenAmount                            // a price
	SeenRate                              // a price of which the account's own card has the rate
	SeenTiers                             // one of which the card has volume tiers
	SeenAuthCharge                        // a charge that is named authentication
)

// toldCharge is what formats record of which one tells of a charge.
func toldCharge() []string { return []string{"pricing", "category", "amount"} }

// LogHit is what a check of the whole log found.
type LogHit struct {
	WABA, Number        string
	User, UserID, Group string
	Conversation        string
	Template, Category  string
	At                  int64    // Unix milliseconds
	Subject             []string // identifies the finding beside check and number
	Count               int64    // messages it stands for
	Explanation         Text
	Currency            string
	Money               price.Sums     // of the finding, if it has a Currency
	Verdict             result.Verdict // "" for uncertain
}

// NumberView is what the log shows of a business number.
type NumberView struct {
	*coverage.Number
	WABA    string
	Depends int64 // judged messages that depend on what is missing
}

// TemplateView is a change of a template's category.
type TemplateView struct {
	WABA, Name, Language string
	Previous, New        string
	At                   int64          // Unix milliseconds
	Appeal               string         // the last day on which it can be appealed, in the account's zone
	Messages             int64          // delivered messages of the template since
	Extra                []CategoryCost // what they cost more than before
}

// CategoryCost is what a change of category costs in one currency.
type CategoryCost struct {
	Currency string
	Amount   money.Amount // more than before, at list rates; below zero: less
	Months   int64        // calendar months in which messages were delivered
}

// TierView is a month of charges in volume tiers that come to more than the
// tiers allow.
type TierView struct {
	price.TierScope
	price.Tiered
	Market string // its name
	WABA   string // where the portfolio is one account
}

// SharedConversation is a conversation id that is used where it cannot be.
type SharedConversation struct {
	ID, WABA, Number    string
	User, UserID, Group string
	At                  int64 // first delivery of the pair with it
	Long                bool  // it is used for longer than its hours; else in several pairs
}

// Rules returns the tables by which the program decides as one text, for a hash by
// which two versions of them can be told apart: eras, dated changes, clauses, checks. What
// could have been saved decides none.
func Rules() []byte {
	var b bytes.Buffer
	for _, e := range era.Eras() {
		fmt.Fprintf(&b, "era %q from %d %q %q %q tier %+v %t %t %t %t\n", e.Name, e.From, e.Country, e.Unit, e.Model, e.FreeTier, e.OneConversation, e.Notifications, e.UtilityFree, e.ServiceCharged)
		for _, c := range e.Clauses {
			fmt.Fprintf(&b, "clause {%q %q %q}\n", c.Number, c.Text, c.Sure)
		}
	}
	for _, c := range era.Changes() {
		fmt.Fprintf(&b, "change %d %s %q %s %t\n", c.Change, c.Date, c.Text, c.Sure, c.ZoneUnstated)
	}
	for _, r := range channel.Rules() {
		fmt.Fprintf(&b, "channels %q\n", r)
	}
	for _, c := range slices.Concat(All(), OfBills(), OfExceptions()) {
		fmt.Fprintf(&b, "check %s %s %s %q\n", c.ID, c.Name, c.Severity, c.Doc)
	}
	return b.Bytes()
}
