// Package result is what an audit comes to: the report that every output
// format is made from. Its JSON form is the contract waudit.report/v1.
package result

import (
	"slices"

	"waudit/audit/money"
)

// Schema is the name of the report's JSON form.
const Schema = "waudit.report/v1"

// Verdict compares what was reported with what should have been.
type Verdict string

// The verdicts.
const (
	OK          Verdict = "ok"
	Overcharge  Verdict = "overcharge"
	Undercharge Verdict = "undercharge"
	Uncertain   Verdict = "uncertain"
	Unreported  Verdict = "unreported"
)

// Severity ranks findings.
type Severity string

// The severities, worst first.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Info    Severity = "info"
)

// Grave returns how grave a severity is, the more the higher.
func (s Severity) Grave() int { return max(slices.Index([]Severity{Info, Warning, Error}, s), 0) }

// Report is the result of an audit.
type Report struct {
	Schema   string    `json:"schema"`
	Tool     Tool      `json:"tool"`
	Run      Run       `json:"run"`
	Coverage Coverage  `json:"coverage"`
	Totals   Totals    `json:"totals"`
	Findings []Finding `json:"findings"`
}

// Tool names the program that made the report.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Run says what was read and how.
type Run struct {
	Inputs     []InputFile    `json:"inputs"`
	Period     Period         `json:"period"`
	Accounts   []AccountLabel `json:"accounts,omitempty"` // of which the configuration has a name or a zone
	Incomplete []string       `json:"incomplete"`         // why the run is incomplete; empty if it is complete
	NotRun     []NotRun       `json:"not_run"`
	Unset      []UnsetFact    `json:"unset_facts"`             // facts to set in the configuration, and what depends on them
	Missing    []MissingRate  `json:"missing_rates,omitempty"` // rates that charges need and no card has
	Notes      []string       `json:"notes,omitempty"`         // what else to know before the report is trusted
	Rates      []RateCard     `json:"rates"`
	Rules      *Rules         `json:"rules,omitempty"`
	Config     *UsedConfig    `json:"config,omitempty"`
	Options    map[string]any `json:"options"`
}

// Rules are those that the program decides by.
type Rules struct {
	SHA256 string `json:"sha256"` // of the tables of eras, changes, clauses and checks
}

// UsedConfig is the configuration that was used.
type UsedConfig struct {
	Path   string       `json:"path"`   // "" if there was none
	SHA256 string       `json:"sha256"` // of the file
	Files  []ConfigFile `json:"files,omitempty"`
}

// ConfigFile is a further file that decides a result.
type ConfigFile struct {
	Key    string `json:"key"` // the flag that names it, such as "templates"
	Path   string `json:"path"`
	SHA256 string `json:"sha256"`
}

// AccountLabel is what people call an account, and the zone of its calendar.
type AccountLabel struct {
	WABA     string `json:"waba_id"`
	Name     string `json:"name"`
	Timezone string `json:"timezone"` // a name of the tz database
}

// InputFile is one file that was read.
type InputFile struct {
	Path        string `json:"path"`
	SHA256      string `json:"sha256"`
	Bytes       int64  `json:"bytes"`
	Container   string `json:"container"`
	Compression string `json:"compression"`
	Dialect     string `json:"dialect"`
	InputCounts

	Signatures *Signatures `json:"signatures,omitempty"` // nil where none were verified

	Skipped    string `json:"skipped,omitempty"`    // why the file was skipped
	Incomplete string `json:"incomplete,omitempty"` // why it could not be read to its end
}

// InputCounts says what became of the records of an input and of the items in them.
type InputCounts struct {
	Records    int64 `json:"records"`
	Used       int64 `json:"used"`
	Ignored    int64 `json:"ignored"`
	Duplicates int64 `json:"duplicates"`
	Rejected   int64 `json:"rejected"`
	Items      int64 `json:"items"`
	Events     int64 `json:"events"`

	IgnoredItems   int64 `json:"ignored_items"`
	DuplicateItems int64 `json:"duplicate_items"`
	RejectedItems  int64 `json:"rejected_items"`
}

// Signatures count the webhooks of an input by what became of their signatures.
type Signatures struct {
	Valid   int64 `json:"valid"`
	Invalid int64 `json:"invalid"` // that were rejected
	Absent  int64 `json:"absent"`  // that have none, or a body that is not kept as it was sent
}

// Period is the judged period; a nil bound is open.
type Period struct {
	From *string `json:"from"` // inclusive
	To   *string `json:"to"`   // exclusive
}

// NotRun is a check that could not run.
type NotRun struct {
	Check string `json:"check"`
	Why   string `json:"why"`
}

// UnsetFact is a fact about an account that outcomes depend on and the
// configuration does not give.
type UnsetFact struct {
	WABA     string `json:"waba_id"`
	Key      string `json:"key"`
	Messages int64  `json:"messages"`
}

// MissingRate is a rate that charges need and that their card does not have.
type MissingRate struct {
	Card     string `json:"card"` // "meta", or the name of a contract's
	Currency string `json:"currency"`
	Market   string `json:"market"`
	Category string `json:"category"`
	Unit     string `json:"unit"`
	From     string `json:"from"` // first day on which a charge needs it, in its account's zone
	To       string `json:"to"`   // the last one
	Messages int64  `json:"messages"`
}

// RateCard is a rate card that was used.
type RateCard struct {
	ID     string `json:"id"`
	SHA256 string `json:"sha256"`
}

// Coverage says what the log shows at all.
type Coverage struct {
	From                 *string `json:"from"` // earliest event, RFC 3339
	To                   *string `json:"to"`   // latest event
	Gaps                 []Gap   `json:"gaps"`
	Inbound              int64   `json:"inbound"`
	Statuses             int64   `json:"statuses"`
	DeliveredWithPricing string  `json:"delivered_with_pricing"` // share of delivered messages, "0.0000" to "1.0000"
	DeliveredWithSent    string  `json:"delivered_with_sent"`
	NumbersWithInbound   string  `json:"numbers_with_inbound"`
}

// Gap is a time in which a business number's log says nothing though it
// should, or a number that lacks the users' side.
type Gap struct {
	Number string `json:"phone_number_id"`
	Kind   string `json:"kind"` // "time" or "inbound"
	From   string `json:"from"`
	To     string `json:"to"`
}

// Totals are the sums of the report.
type Totals struct {
	Messages        int64        `json:"messages"`
	ChargesReported int64        `json:"charges_reported"`
	ChargesExpected int64        `json:"charges_expected"`
	Verdicts        Verdicts     `json:"verdicts"`
	Amounts         []Amounts    `json:"amounts"`
	Estimated       *Estimated   `json:"estimated,omitempty"` // nil if no amount is
	Unvalued        []Unvalued   `json:"unvalued"`
	Groups          []GroupTotal `json:"groups"`
	ByCheck         []CheckTotal `json:"by_check"`
	OfFindings      []Amounts    `json:"of_findings"` // what they come to, before volume tiers of a month
	Dated
	Claim    []Money         `json:"claim"`              // what the claimable findings come to
	Ignored  *AcceptedTotal  `json:"ignored,omitempty"`  // nil if nothing is
	Baseline *BaselineCounts `json:"baseline,omitempty"` // nil if there is none

	// Channels are those of the log on which nothing is charged. Their messages are in none
	// of the sums above.
	Channels []ChannelTotal `json:"channels,omitempty"`
}

// ChannelTotal is what was sent on a channel on which nothing is charged.
type ChannelTotal struct {
	Channel    string `json:"channel"`     // "messenger" or "instagram"
	Messages   int64  `json:"messages"`    // of the business, in the period
	NotAllowed int64  `json:"not_allowed"` // of them, those that surely were not (WA503, WA504)
	Uncertain  int64  `json:"uncertain"`   // and those that may not have been
}

// Dated are the sums of findings by when the charge was, in the calendar of each account.
type Dated struct {
	ByDay   []KeySum `json:"by_day"`   // 2026-10-05; "" for what is of no one day
	ByMonth []KeySum `json:"by_month"` // 2026-10
}

// KeySum is the sum of the findings of one kind.
type KeySum struct {
	Key     string    `json:"key"`
	Amounts []Amounts `json:"amounts"`
}

// BaselineCounts counts findings by whether an earlier report has them.
type BaselineCounts struct {
	Known int64 `json:"known"` // found again
	New   int64 `json:"new"`
	Gone  int64 `json:"gone"` // not found any more
}

// AcceptedTotal is what accepted findings take out of the list of findings, of the sums
// by check, and of all amounts. Messages are counted by verdict all the same.
type AcceptedTotal struct {
	Findings    int64     `json:"findings"`
	Overcharges int64     `json:"overcharges"` // messages that they say were overcharged
	Amounts     []Amounts `json:"amounts"`
}

// Verdicts counts messages by verdict.
type Verdicts struct {
	OK          int64 `json:"ok"`
	Overcharge  int64 `json:"overcharge"`
	Undercharge int64 `json:"undercharge"`
	Uncertain   int64 `json:"uncertain"`
	Unreported  int64 `json:"unreported"`
}

// Amounts are sums of money of one currency, as decimal strings, with
// reported = expected + overcharged - undercharged + uncertain.
type Amounts struct {
	Currency     string `json:"currency"`
	Reported     string `json:"reported"`
	Expected     string `json:"expected"`
	Overcharged  string `json:"overcharged"`
	Undercharged string `json:"undercharged"`
	Uncertain    string `json:"uncertain"`
}

// Estimated counts charges of accounts whose currency is not configured: they are
// valued by Meta's list in one that may not be theirs.
type Estimated struct {
	Currency string `json:"currency"`
	Messages int64  `json:"messages"`
}

// Unvalued counts charges that have no amount, by what is missing: "currency",
// "market", "rate", "not_offered" or "timezone".
type Unvalued struct {
	Missing     string `json:"missing"`
	Messages    int64  `json:"messages"`
	Overcharged int64  `json:"overcharged"` // of them
}

// GroupTotal is the money of one account, business number, month, market, category
// or template; or, with Others, what volume tiers take off several of them
// together. The groups of each view come to the totals.
type GroupTotal struct {
	By              string    `json:"by"`
	Key             string    `json:"key"`
	Others          bool      `json:"others,omitempty"`
	ChargesReported int64     `json:"charges_reported"`
	ChargesExpected int64     `json:"charges_expected"`
	Amounts         []Amounts `json:"amounts"`
}

// CheckTotal counts a check's findings.
type CheckTotal struct {
	Check    string    `json:"check"`
	Name     string    `json:"name"`
	Severity Severity  `json:"severity"` // the worst among them
	Findings int64     `json:"findings"`
	Known    int64     `json:"known,omitempty"` // of them in the baseline
	Amounts  []Amounts `json:"amounts"`
}

// Finding is one thing found wrong, with its evidence and the rule.
type Finding struct {
	ID           string         `json:"id"`
	Check        string         `json:"check"`
	Name         string         `json:"name"`
	Severity     Severity       `json:"severity"`
	Verdict      Verdict        `json:"verdict"`
	Known        bool           `json:"known,omitempty"` // the baseline has it
	WABA         string         `json:"waba_id"`
	Number       string         `json:"phone_number_id"`
	User         string         `json:"wa_id"`
	UserID       string         `json:"user_id"`
	Group        string         `json:"group_id"`
	Participant  string         `json:"participant_id"`
	Message      string         `json:"message_id"`
	Conversation string         `json:"conversation_id"`
	ChargedAt    *string        `json:"charged_at"` // RFC 3339 UTC; null for what is no charge
	Era          string         `json:"era"`
	Category     string         `json:"category"`
	Template     string         `json:"template"`
	Reported     *Reported      `json:"reported"`
	Expected     *Expected      `json:"expected"`
	Window       *Window        `json:"window"`
	Amount       *FindingAmount `json:"amount"`
	Count        int64          `json:"count,omitempty"`      // messages it stands for, if it stands for several
	Examples     []string       `json:"examples,omitempty"`   // at most five of their message ids
	Lines        []string       `json:"bill_lines,omitempty"` // ids of the bill's lines that it is about
	Claimed      bool           `json:"claimed,omitempty"`    // its money was claimed in an earlier run
	Explanation  string         `json:"explanation"`
	Rule         Rule           `json:"rule"`
	Evidence     []Evidence     `json:"evidence"`
}

// Claimable reports whether its money is to be claimed: it is certain, no estimate,
// and was not claimed before.
func (f *Finding) Claimable() bool {
	if f.Verdict != Overcharge || f.Amount == nil || f.Amount.Estimate || f.Claimed {
		return false
	}
	over, err := money.Parse(f.Amount.Overcharged)
	return err == nil && over.Sign() > 0
}

// Reported is what the log says of a message's price.
type Reported struct {
	Charged        *bool  `json:"charged"` // null: the log does not say
	PricingModel   string `json:"pricing_model"`
	Type           string `json:"type"`
	Category       string `json:"category"`
	Billable       *bool  `json:"billable"`
	ConversationID string `json:"conversation_id"`
	Amount         string `json:"amount"`
	Currency       string `json:"currency"`
}

// Expected is what should have become of a message.
type Expected struct {
	Outcome    string   `json:"outcome"`
	Reason     string   `json:"reason"`
	Category   string   `json:"category"`
	Candidates []string `json:"candidates"`    // every possible outcome, if uncertain
	Why        string   `json:"why,omitempty"` // reason for which the verdict, not the outcome, is uncertain
}

// Window is the window that decided.
type Window struct {
	Kind      string `json:"kind"`
	OpenedBy  string `json:"opened_by"` // message id, "" unknown
	OpenedAt  string `json:"opened_at"`
	ExpiresAt string `json:"expires_at"`
}

// FindingAmount is the money of one finding.
type FindingAmount struct {
	Amounts
	Basis    string `json:"basis"`              // "reported" or "rate_card"
	Note     string `json:"note,omitempty"`     // what the amount rests on beside
	Estimate bool   `json:"estimate,omitempty"` // at list rates, in a currency that may not be the account's
}

// Rule is the rule by which it was decided.
type Rule struct {
	Era    string `json:"era"`
	Clause string `json:"clause"`
	Source string `json:"source"`
}

// Evidence is a place in the input.
type Evidence struct {
	Path string `json:"path"`
	Line uint32 `json:"line"`
	Item uint32 `json:"item,omitempty"` // order of the item on its line, from 0
	What string `json:"what"`
	At   string `json:"at,omitempty"` // when it happened, RFC 3339 UTC; "" where its record does not say

	Signature string `json:"signature,omitempty"` // "valid" or "absent"; "" where none was verified
}

// Decision is one line of replay.
type Decision struct {
	Message     string   `json:"message_id"`
	Participant string   `json:"participant_id"`
	WABA        string   `json:"waba_id"`
	Number      string   `json:"phone_number_id"`
	User        string   `json:"wa_id"`
	UserID      string   `json:"user_id"`
	Group       string   `json:"group_id"`
	SentAt      *string  `json:"sent_at"`
	DeliveredAt *string  `json:"delivered_at"`
	Era         string   `json:"era"`
	Outcome     string   `json:"outcome"`
	Category    string   `json:"category"`
	Reason      string   `json:"reason"`
	Candidates  []string `json:"candidates"`
	Window      *Window  `json:"window"`
	Reported    Reported `json:"reported"`
	Verdict     Verdict  `json:"verdict"`
	VerdictWhy  string   `json:"verdict_reason,omitempty"` // why the verdict is uncertain, where the outcome is not
}
