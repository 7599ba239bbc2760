package check

import (
	"waudit/audit/coverage"
	amounts "waudit/audit/money"
	"waudit/audit/price"
	"waudit/audit/result"
)

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
	Amount   amounts.Amount // more than before, at list rates; below zero: less
	Months   int64          // calendar months in which messages were delivered
}

// TierView is a month of charges in volume tiers that come to more than the
// tiers allow.
type TierView struct {
	price.Scope
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
