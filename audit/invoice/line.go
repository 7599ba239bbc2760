// Package invoice is the vocabulary of bills: one Line is one thing that a bill
// charges, whatever file it was read from.
package invoice

import (
	"waudit/audit/category"
	"waudit/audit/event"
	"waudit/audit/rate"
)

// Kind says how closely a line tells what it charges.
type Kind uint8

// The kinds of line.
const (
	Message   Kind = iota + 1 // one message, by its id
	Item                      // one charge of a customer, without a message id
	Aggregate                 // a volume of a period
	Other                     // no message: a fee, a tax, a discount, a top-up
)

var kindNames = [...]string{Message: "message", Item: "item", Aggregate: "aggregate", Other: "other"}

// String returns the kind's name.
func (k Kind) String() string { return kindNames[k] }

// Line is one line of a bill. Strings are empty where the bill says nothing.
type Line struct {
	Place event.Place
	ID    string // the bill's own id of the line
	Kind  Kind

	WABA, Number string // account and phone_number_id
	Message      string
	User, UserID string // digits of the phone; business-scoped id
	Country      string // ISO
	Market       string // as written
	Category     category.Category
	Type         string // pricing type, normalised
	Description  string
	At           int64    // instant of the charge, Unix ms; 0: not given
	From, Until  int64    // or the span of instants [From, Until), Unix ms
	First, Last  rate.Day // or calendar days of the account's zone, both inclusive
	Quantity     int64
	Amount       int64 // in billionths; below zero: a credit
	HasAmount    bool
	Currency     string
	Estimate     bool // the source itself calls the amount approximate
}

// Total is what a bill says of itself beside its lines.
type Total struct {
	Amount   int64
	Currency string
	Place    event.Place
}

// Columns says which dimensions the volumes of a bill have.
type Columns struct {
	Number, Country, Market, Category, Type, Day bool
}
