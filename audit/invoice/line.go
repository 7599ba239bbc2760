// Package invoice is the vocabulary of bills: one Line is one thing that a bill
// charges, whatever file it was read from, and a Statement what the bill says as a
// whole.
package invoice

import (
	"encoding/binary"
	"strings"

	"waudit/audit/category"
	"waudit/audit/event"
	"waudit/audit/money"
	"waudit/audit/rate"
)

// Kind says how closely a line tells what it charges.
type Kind uint8

// The kinds of line.
const (
	Message   Kind = iota + 1 // one message, by its id
	Item                      // one charge of a customer, without a message id
	Aggregate                 // a volume of a period
	Other                     // no message explains it: a fee, a tax, a discount, a top-up
)

var kindNames = [...]string{Message: "message", Item: "item", Aggregate: "aggregate", Other: "other"}

// String returns the kind's name, "" for none.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return ""
}

// Line is one line of a bill. Strings are empty where the bill says nothing.
//
// Money has one direction whatever the source writes: what is charged is above
// zero, what is credited below.
type Line struct {
	Place event.Place
	ID    string // the bill's own id of the line
	Ref   string // id of the line or message that a credit is for
	Kind  Kind

	WABA         string // account
	Number       string // phone_number_id of the business number
	NumberPhone  string // digits of its phone, where only that is given
	Message      string
	Conversation string
	User, UserID string // digits of the customer's phone; business-scoped id

	Country  string            // ISO 3166 alpha-2
	Market   string            // as FoldMarket writes it; also a country by a name that is not known
	Category category.Category // Other: a word that no documentation names
	Word     string            // the category's word, normalised; finer than Category for some
	Type     string            // pricing type, normalised, FREE_ENTRY as free_entry_point
	Tier     string            // of volume, as written: "0:750000"

	// When, in one of three forms; all are 0 where the bill does not say. In which
	// zone days are counted is the account's, and not for the bill to say.
	At          int64    // instant of the charge, Unix ms
	From, Until int64    // span of instants [From, Until), Unix ms
	First, Last rate.Day // calendar days, both inclusive

	Quantity     int64
	Amount       money.Amount // of a Message or Item, within 64 bits
	HasAmount    bool
	UnitPrice    int64 // in billionths, for one of Quantity
	HasUnitPrice bool
	Currency     string // ISO 4217; "" only without money, or with an amount of 0
	Estimate     bool   // the source itself calls the amount approximate
	Description  string
}

// FoldMarket makes the spellings of one market equal: "Rest of Africa" and
// "REST OF AFRICA", "Central & Eastern Europe" and "central and eastern europe".
func FoldMarket(name string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(strings.ToLower(name), "&", " and ")), " ")
}

// AppendKey appends what the line says to dst, without its place: lines that say
// the same have equal keys.
func (l *Line) AppendKey(dst []byte) []byte {
	for _, s := range [...]string{
		l.ID, l.Ref, l.WABA, l.Number, l.NumberPhone, l.Message, l.Conversation, l.User, l.UserID, l.Country, l.Market, l.Word, l.Type, l.Tier,
		l.Currency, l.Description,
	} {
		dst = append(binary.AppendUvarint(dst, uint64(len(s))), s...)
	}
	flags := byte(0)
	for i, set := range [...]bool{l.HasAmount, l.HasUnitPrice, l.Estimate} {
		if set {
			flags |= 1 << i
		}
	}
	dst = append(dst, byte(l.Kind), byte(l.Category), flags)
	nano, whole := l.Amount.Int64()
	for _, n := range [...]int64{l.At, l.From, l.Until, int64(l.First), int64(l.Last), l.Quantity, nano, l.UnitPrice} {
		dst = binary.AppendVarint(dst, n)
	}
	if !whole {
		dst = append(dst, money.Format(l.Amount, 0)...)
	}
	return dst
}
