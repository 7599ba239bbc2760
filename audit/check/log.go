package check

import "waudit/audit/coverage"

// LogHit is what a check of the whole log found.
type LogHit struct {
	WABA, Number        string
	User, UserID, Group string
	Conversation        string
	Template, Category  string
	At                  int64    // Unix milliseconds
	Subject             []string // identifies the finding beside check and number
	Count               int64    // messages it stands for
	Explanation         string
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
	At                   int64 // Unix milliseconds
	Messages             int64 // delivered messages of the template since
}

// SharedConversation is a conversation id that is used where it cannot be.
type SharedConversation struct {
	ID, WABA, Number    string
	User, UserID, Group string
	At                  int64  // first delivery of the pair with it
	How                 string // "in several pairs of number and customer", "for longer than its hours"
}
