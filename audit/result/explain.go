package result

// ExplainSchema is the name of an explanation's JSON form.
const ExplainSchema = "waudit.explain/v1"

// Explanation says why a customer was charged, or was not.
type Explanation struct {
	Schema    string      `json:"schema"`
	Tool      Tool        `json:"tool"`
	Asked     Asked       `json:"asked"`
	Answer    []string    `json:"answer"` // sentences that can be read to the customer
	Customers []Explained `json:"customers"`
	Log       LogExtent   `json:"log"`
	Period    Period      `json:"period"`
	Inputs    []InputFile `json:"inputs"`
	Bills     []string    `json:"bills"` // files of the bill that was laid beside the log
	// Incomplete says why the answer cannot be relied on; empty if it can.
	Incomplete []string `json:"incomplete"`
}

// Asked is what was asked for.
type Asked struct {
	By         string   `json:"by"` // "user", "message", "conversation", "finding" or "line"
	Value      string   `json:"value"`
	Understood []string `json:"understood"` // what it was taken for
}

// LogExtent is what the log has at all.
type LogExtent struct {
	From    *string  `json:"from"` // earliest event, RFC 3339
	To      *string  `json:"to"`   // latest event
	Numbers []string `json:"numbers"`
}

// Explained is what there is between a business number and a customer.
type Explained struct {
	Channel string `json:"channel,omitempty"` // "messenger" or "instagram", on which nothing is charged; "" for WhatsApp
	WABA    string `json:"waba_id"`
	Account string `json:"account"` // its name, "" if none is configured
	Number  string `json:"phone_number_id"`
	User    string `json:"wa_id"`
	UserID  string `json:"user_id"`
	Group   string `json:"group_id"`
	Market  string `json:"market"`   // by the rate cards, "" if it is not known
	Zone    string `json:"timezone"` // of the account, "" if it is not known: then days are those of UTC

	Answer   []string           `json:"answer"`
	Charges  []AnswerAmount     `json:"charges"`
	Messages []ExplainedMessage `json:"messages"` // of the business, in the order of their charge instants
	Contacts []Contact          `json:"contacts"` // of the customer
	Windows  []ExplainedWindow  `json:"windows"`
	Findings []Finding          `json:"findings"`
}

// AnswerAmount is the money of the charges that were asked for, in one currency.
type AnswerAmount struct {
	Currency  string `json:"currency"`
	Charged   string `json:"charged"`
	Over      string `json:"overcharged"`
	Uncertain string `json:"uncertain"`
	Estimated bool   `json:"estimated"` // some of it is valued by a rate card
}

// Contact is a message or a call of the customer.
type Contact struct {
	At       string `json:"at"`
	Message  string `json:"message_id"`
	Kind     string `json:"kind"` // "message", "call" or "accepted_call"
	Type     string `json:"type"`
	Referral string `json:"referral"` // "ad", "page_cta", "post", "unknown"; "" if it did not come by one
}

// ExplainedWindow is a time in which other rules hold for the customer.
type ExplainedWindow struct {
	Kind     string   `json:"kind"`
	Category string   `json:"category"` // of a conversation, else ""
	OpenedBy string   `json:"opened_by"`
	OpenedAt string   `json:"opened_at"`
	Restarts []string `json:"restarts"`
	Ends     string   `json:"ends"`    // the first instant outside
	Assumed  bool     `json:"assumed"` // it is not certain that it was open
}

// ExplainedMessage is a message of the business with what became of it.
type ExplainedMessage struct {
	Asked    bool           `json:"asked"`  // it is what was asked for
	Judged   bool           `json:"judged"` // it lies in the judged period
	Charged  bool           `json:"charged"`
	Ruling   string         `json:"ruling"` // as explain.Ruling has them
	Why      string         `json:"why"`
	Type     string         `json:"type"`
	Template string         `json:"template"`
	Category string         `json:"template_category"` // "" if it is no template, or not known
	Language string         `json:"language"`
	ReadAt   *string        `json:"read_at"`
	FailedAt *string        `json:"failed_at"`
	Error    string         `json:"error_code"`
	Amount   *FindingAmount `json:"amount"` // null: nothing is charged or due, or it has no rate
	Rate     *Rated         `json:"rate"`   // of the charge that is due; null: none is, or it has no rate
	Rule     Rule           `json:"rule"`
	RuleText string         `json:"rule_text"`
	Lines    []BilledLine   `json:"lines"` // of the bill
	Findings []string       `json:"findings"`
	Decision Decision       `json:"decision"` // as replay has it
}

// Rated is the rate of a charge.
type Rated struct {
	Currency string `json:"currency"`
	Amount   string `json:"amount"`
	Market   string `json:"market"`
	Category string `json:"category"`
	Card     string `json:"card"`
	Note     string `json:"note"`
}

// BilledLine is a line of a bill.
type BilledLine struct {
	ID       string   `json:"line_id"`
	Category string   `json:"category"`
	Currency string   `json:"currency"`
	Amount   string   `json:"amount"`
	Place    Evidence `json:"place"`
}
