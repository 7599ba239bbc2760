package result

// ReconcileSchema is the name of a reconciliation's JSON form.
const ReconcileSchema = "waudit.reconcile/v1"

// Reconciliation lays a bill beside the log.
type Reconciliation struct {
	Schema    string          `json:"schema"`
	Tool      Tool            `json:"tool"`
	Run       Run             `json:"run"`
	Bills     []BillFile      `json:"bills"`
	Coverage  *Coverage       `json:"coverage,omitempty"` // of the log
	Scope     Scope           `json:"scope"`
	Matching  Matching        `json:"matching"`
	Waterfall []Waterfall     `json:"waterfall"` // one a currency
	Volumes   []Volume        `json:"volumes"`   // those that differ in number or money
	Estimates []Estimate      `json:"estimates"` // of accounts whose currency is not known: nothing of them is compared or claimed
	Claims    ClaimsSummary   `json:"claims"`
	Totals    FindingTotals   `json:"totals"`
	Baseline  *BaselineCounts `json:"baseline,omitempty"` // nil if there is none
	Findings  []Finding       `json:"findings"`
}

// FindingTotals are the sums of a list of findings.
type FindingTotals struct {
	Amounts  []Amounts      `json:"amounts"`
	Accounts []AccountTotal `json:"accounts"`
	ByCheck  []CheckTotal   `json:"by_check"`
	Dated
	ByCategory []KeySum `json:"by_category"`
}

// AccountTotal is the sum of the findings of one account.
type AccountTotal struct {
	WABA     string    `json:"waba_id"` // "" for findings of no account
	Findings int64     `json:"findings"`
	Amounts  []Amounts `json:"amounts"`
}

// BillFile is a file of the bill.
type BillFile struct {
	Path     string `json:"path"`
	SHA256   string `json:"sha256"` // of its records
	Records  int64  `json:"records"`
	Lines    int64  `json:"lines"`
	Ignored  int64  `json:"ignored"`
	Rejected int64  `json:"rejected"`
}

// Scope says what the bill and the log cover. Only what both do is compared.
type Scope struct {
	Bill      Covered     `json:"bill"`
	Log       Covered     `json:"log"`
	Left      []LeftOut   `json:"left_out"`    // lines that are compared with nothing
	NotInBill []Elsewhere `json:"not_in_bill"` // charged messages of accounts and months that the bill does not have
}

// Covered is what a bill or a log covers.
type Covered struct {
	From       string   `json:"from"` // first and last day of a bill, first and last instant of a log; "" if none is known
	To         string   `json:"to"`
	Accounts   []string `json:"accounts"`
	Currencies []string `json:"currencies"` // "" for that of an account whose currency is not known
}

// LeftOut is lines that are compared with nothing, for one reason.
type LeftOut struct {
	Reason   string `json:"reason"`
	WABA     string `json:"waba_id"`
	Number   string `json:"phone_number_id"`
	Currency string `json:"currency"`
	Rate     string `json:"rate"` // category and market of the rate that is missing
	From     string `json:"from"` // first and last day
	To       string `json:"to"`
	Lines    int64  `json:"lines"`
	Amount   string `json:"amount"`
	Finding  string `json:"finding"` // that tells it, "" if none does
}

// Estimate is what the log makes due of an account whose currency is not configured, at
// Meta's list rates before volume tiers, beside what the bill charges it in that currency.
type Estimate struct {
	WABA     string `json:"waba_id"`
	Currency string `json:"currency"`
	Charges  int64  `json:"charges"` // that are due
	Due      string `json:"due"`
	Lines    int64  `json:"lines"` // of the bill
	Billed   string `json:"billed"`
}

// Elsewhere is charged messages that the bill cannot have.
type Elsewhere struct {
	WABA     string `json:"waba_id"`
	Month    string `json:"month"`
	Messages int64  `json:"messages"`
}

// Matching counts lines by what became of them, and charged messages without one.
type Matching struct {
	Lines       int64 `json:"lines"`
	Matched     int64 `json:"matched"`       // with a message of the log
	NotSeen     int64 `json:"not_seen"`      // the log has no such message
	OutOfPeriod int64 `json:"out_of_period"` // of messages that are not judged
	Volumes     int64 `json:"volumes"`       // of aggregates
	Other       int64 `json:"other"`         // fees, taxes, credits
	Duplicates  int64 `json:"duplicates"`    // read before
	NotBilled   int64 `json:"not_billed"`    // charged messages of the log without a line
	NotCompared int64 `json:"not_compared"`  // of accounts that the log does not have, in other currencies, without a rate
	Differing   int64 `json:"differing"`     // of the matched: the amount is not what is due
	VolumeUnits int64 `json:"volume_units"`  // messages and conversations that volumes of the bill count
	VolumeSeen  int64 `json:"volume_seen"`   // of them in the log: how much of the bill the log covers
}

// Waterfall leads from what the log should have cost to the total of the bill.
// The steps add up to it exactly.
type Waterfall struct {
	Currency string `json:"currency"`
	Expected string `json:"expected"` // of the messages in the bill's period
	Steps    []Step `json:"steps"`
	Total    string `json:"total"`  // sum of the bill's lines
	Stated   string `json:"stated"` // total that the bill itself states, "" if it states none
}

// Step is one reason for which the bill is not what the log should have cost.
type Step struct {
	Step   string `json:"step"`
	Check  string `json:"check"` // the check that says so, "" if none does
	Count  int64  `json:"count"`
	Amount string `json:"amount"`
}

// Volume is a volume of a bill beside that of the log.
type Volume struct {
	WABA     string `json:"waba_id"`
	Number   string `json:"phone_number_id"`
	Period   string `json:"period"` // a day or month, or first and last day
	Market   string `json:"market"`
	Country  string `json:"country"`
	Category string `json:"category"`
	Type     string `json:"pricing_type"`
	Currency string `json:"currency"`
	Billed   int64  `json:"billed"`
	Log      int64  `json:"log"` // charged messages of the log
	Amount   string `json:"billed_amount"`
	Due      string `json:"log_amount"`
	Estimate bool   `json:"estimate"` // the bill calls its amounts approximate
}

// ClaimsSummary are the findings of earlier runs that were claimed.
type ClaimsSummary struct {
	Known   int64          `json:"known"`   // findings of this run that are claimed already
	Gone    []string       `json:"gone"`    // claimed ids that no finding has any more, though the bill has their lines
	Earlier []EarlierClaim `json:"earlier"` // what became of each claim
	Claimed []Money        `json:"claimed"` // overcharged money of known findings
	Open    []Money        `json:"open"`    // of the others: to be claimed
}

// EarlierClaim is what became of a claim: "supported" by a finding of this run,
// "credited" or "refused" by the provider, "outside" of what this run compares, or
// "gone".
type EarlierClaim struct {
	ID     string `json:"id"`
	Status string `json:"status"`
}

// Money is an amount.
type Money struct {
	Currency string `json:"currency"`
	Amount   string `json:"amount"`
}
