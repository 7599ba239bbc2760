package result

// SavingsSchema names the form of a Savings.
const SavingsSchema = "waudit.savings/v1"

// Savings is what was charged rightly and could have been free or cheaper: habits, each
// with what the log would have cost without it, one after the other. What a message may
// cost of which that is not certain counts with the most that it may: what only becomes
// uncertain saves nothing. Prices in the log are no part of it.
type Savings struct {
	Schema string       `json:"schema"`
	Tool   Tool         `json:"tool"`
	Run    Run          `json:"run"`
	Habits []Habit      `json:"habits"` // in the order in which they were taken: the certain ones first
	Sums   []SavingsSum `json:"sums"`   // one a currency
	Lines  []WhatIfLine `json:"lines"`  // before, and without the certain habits
}

// Habit is one that costs money, with the messages that it was found at.
type Habit struct {
	Check    string         `json:"check"` // id
	Name     string         `json:"name"`
	Severity Severity       `json:"severity"`
	Title    string         `json:"title"`
	Certain  bool           `json:"certain"` // else it hangs on what the log does not show
	Messages int64          `json:"messages"`
	Saved    []Money        `json:"saved"` // by currency: the cost before the step but for that after it
	Rule     Rule           `json:"rule"`
	Examples []HabitExample `json:"examples"` // the earliest messages
}

// HabitExample is a message at which a habit was found.
type HabitExample struct {
	Message  string `json:"message_id"`
	WABA     string `json:"waba_id"`
	Number   string `json:"phone_number_id"`
	User     string `json:"wa_id"`
	UserID   string `json:"user_id"`
	Charged  string `json:"charged_at"`
	Category string `json:"category"` // that it was due in
	Template string `json:"template"`
}

// SavingsSum is all of a currency. Saved is the sum of what the certain habits save, and
// the cost of Before but for that of After, each its amount and the most that is
// uncertain; Perhaps is what the others save beyond that.
type SavingsSum struct {
	Currency string     `json:"currency"` // "" for what has no figure
	Before   WhatIfSide `json:"before"`
	After    WhatIfSide `json:"after"`
	Saved    string     `json:"saved"`
	Perhaps  string     `json:"perhaps"`
}
