package check

import "waudit/audit/price"

// The phrases of WA701 to WA704: what lies between a bill and its log.
const (
	// A line and its message.
	LineDiffers         Phrase = "The bill charges {money}, and {money} is due according to the log."
	LineInOtherCurrency Phrase = "Billed as {money}, but the log has it in {currency}: {money} is due."
	LineNotSeen         Phrase = "The bill charges a message that the log does not have."
	CreditNotSeen       Phrase = "The bill credits a message that the log does not have."
	ItemNotSeen         Phrase = "The bill charges a message of this customer, and the log has none that it can be."
	MessageNotBilled    Phrase = "The log has a charged message that the bill has no line for."

	// A volume of the bill.
	VolumeIsOther Phrase = "{period} {volume}: the bill counts {count} and charges {money}; the log has {count}, for {money}."
	VolumeOfNoDay Phrase = "Without a date, {volume}: the bill counts {count} and charges {money}; the log has {count}, for {money}."
	DaysLate      Phrase = "Nearly all of the bill's dates are a day late; they are corrected here."
	DaysEarly     Phrase = "Nearly all of the bill's dates are a day early; they are corrected here."
	InsteadOf     Phrase = "Instead the log has {count} of {volume}."

	// Lines that are compared with nothing.
	AccountNotInLog Phrase = "The log has nothing of account {account}, for which the bill has {lines} of {money}: they cannot be compared. Add its log."
	NumberNotInLog  Phrase = "The log has nothing of number {number}, for which the bill has {lines} of {money}: they cannot be compared. Add its log."
	CurrencyUnknown Phrase = "The currency of {whose} is not known, and the bill has {lines} of {money}: they cannot be compared. Set currency."
	OtherCurrency   Phrase = "Billed as {money} on {lines}, but {whose} is billed in {currency}: nothing is converted, so they cannot be compared."

	// What keeps it open.
	LogNameless     Phrase = "Not sure: the log has messages that name no account."
	LogGap          Phrase = "Not sure: the log has a gap there."
	LogLoss         Phrase = "Not sure: the log shows signs that it lost events then."
	LogUnread       Phrase = "Not sure: the log has records that could not be read, and the message may be in one of them. Mend what was rejected, and read it too."
	LogTooShort     Phrase = "Not sure: the log does not reach that day."
	DayNotSaid      Phrase = "Not sure: the bill gives no date for it, and the log may not reach that day. If the bill is for one month, name it with --period."
	OtherIDs        Phrase = "Not sure: the bill names its message by an id of another kind than the log has, which may have the message by its own. Give the log that has the bill's ids, or a bill with the customers' phones."
	PhonesOnly      Phrase = "Not sure: the bill names business numbers that the log does not have, and the message may be of one; add their logs, or name numbers by phone_number_id."
	DueUnverified   Phrase = "Not sure: the rate that is due is not verified."
	MayBeOthers     Phrase = "Not sure: they may be others that the log has and the bill lacks."
	OtherCustomer   Phrase = "Not sure: the log has no message of a customer by that name, but some near that day that the bill has no line for; it may call their customer otherwise. Give a bill with the customers' phones in international form."
	ChargeNotTold   Phrase = "Not sure: the log does not say whether some message to this customer was charged, and the line may be for that one. Give a log with the pricing of its delivered messages."
	LineOfOther     Phrase = "Not sure: the bill has other lines of this customer near that day, and which is for which message cannot be told."
	LineInTwoFiles  Phrase = "Not sure: another file of the bill has the same line without an id, and both may be one."
	LinesOtherIDs   Phrase = "Not sure: {lines} of the bill say neither a customer nor an id of a kind that the log has."
	RowsNotRead     Phrase = "Not sure: the bill has {rows} that could not be read."
	BillRounds      Phrase = "Not sure: the bill rounds what it charges for a message, and its total may be of unrounded amounts. Give a bill with all decimals."
	BillScaled      Phrase = "Not sure: most amounts of the account are {how}, as with a mark-up, a fee or a tax in them. Import the contract's card and set the account's rates to it, or map the bill's column of taxes."
	BillTaxed       Phrase = "Not sure: most amounts of the account are {how}, as with tax in them. Say tax: added in the invoice mapping if they have none."
	BillInOtherUnit Phrase = "Not sure: most amounts of the account are {how}, as if they were in another unit. Give the unit as scale in the invoice mapping."
	Approximate     Phrase = "Not sure: the bill itself calls its money approximate."
)

// beside are the phrases that say why it is uncertain what is too much only as most amounts
// of an account are, by the kind of their scale.
type beside [price.OtherList + 1]Phrase

var (
	billBeside = beside{price.Rounds: BillRounds, price.MarkedUp: BillScaled, price.Taxed: BillTaxed, price.OtherUnit: BillInOtherUnit, price.OtherList: BillScaled}
	logBeside  = beside{price.Rounds: PricesRounded, price.MarkedUp: PricesScaled, price.Taxed: PricesTaxed, price.OtherUnit: PricesInOtherUnit, price.OtherList: PricesScaled}
)

func (b *beside) say(s *price.Scale) Text {
	if s.Kind == price.Rounds {
		return b[s.Kind].Say()
	}
	return b[s.Kind].Say(s.How)
}

// BillBeside says so of the lines of a bill.
func BillBeside(s *price.Scale) Text { return billBeside.say(s) }
