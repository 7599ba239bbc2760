package check

// Between is a sentence about what lies between a bill and its log. A name in braces
// stands for a fact of the finding.
type Between uint8

// The sentences of WA701 to WA704.
const (
	// A line and its message.
	LineDiffers Between = iota
	LineInOtherCurrency
	LineNotSeen
	CreditNotSeen
	ItemNotSeen
	MessageNotBilled

	// A cell of volumes.
	CellDiffers
	InsteadOf

	// Lines that are compared with nothing.
	AccountNotInLog
	NumberNotInLog
	CurrencyUnknown
	OtherCurrency

	// What keeps it open.
	LogNameless
	LogGap
	LogLoss
	LogTooShort
	PhonesOnly
	DueUnverified
	MayBeOthers
	Approximate

	NumBetween // how many there are
)

// String returns the sentence with its names in braces.
func (b Between) String() string { return betweens[b] }

var betweens = [NumBetween]string{
	LineDiffers:         "The bill charges {money}, and {money} is due according to the log.",
	LineInOtherCurrency: "Billed as {money}, but the log has it in {currency}: {money} is due.",
	LineNotSeen:         "The bill charges a message that the log does not have.",
	CreditNotSeen:       "The bill credits a message that the log does not have.",
	ItemNotSeen:         "The bill charges a message of this customer, and the log has none that it can be.",
	MessageNotBilled:    "The log has a charged message that the bill has no line for.",

	CellDiffers: "{period} {cell}: the bill counts {count} and charges {money}; the log has {count}, for {money}.",
	InsteadOf:   "Instead the log has {count} of {cell}.",

	AccountNotInLog: "The log has nothing of account {account}, for which the bill has {lines} of {money}: they cannot be compared. Add its log.",
	NumberNotInLog:  "The log has nothing of number {number}, for which the bill has {lines} of {money}: they cannot be compared. Add its log.",
	CurrencyUnknown: "The currency of {whose} is not known, and the bill has {lines} of {money}: they cannot be compared. Set currency.",
	OtherCurrency:   "Billed as {money} on {lines}, but {whose} is billed in {currency}: nothing is converted, so they cannot be compared.",

	LogNameless:   "Not sure: the log has messages that name no account.",
	LogGap:        "Not sure: the log has a gap there.",
	LogLoss:       "Not sure: the log shows signs that it lost events then.",
	LogTooShort:   "Not sure: the log does not reach that day.",
	PhonesOnly:    "Not sure: the bill names business numbers that the log does not have, and the message may be of one; add their logs, or name numbers by phone_number_id.",
	DueUnverified: "Not sure: the rate that is due is not verified.",
	MayBeOthers:   "Not sure: they may be others that the log has and the bill lacks.",
	Approximate:   "Not sure: the bill itself calls its money approximate.",
}

// Say makes a text of one sentence; the facts take the places of its names, in their
// order.
func (b Between) Say(facts ...string) Text { return Text{fill(betweens[b], facts)} }
