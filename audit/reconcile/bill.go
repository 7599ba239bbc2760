package reconcile

import (
	"strings"

	"github.com/cespare/xxhash/v2"

	"waudit/audit/category"
	"waudit/audit/event"
	"waudit/audit/invoice"
	"waudit/audit/money"
	"waudit/audit/rate"
)

// Bill is what is kept of the bill's lines. Lines that name a message are not:
// they go into the log as events.
type Bill struct {
	First      uint32 // number of the bill's first file in places
	Messages   int64  // lines that name a message
	Items      int64  // lines without an id
	Volumes    int64
	Others     int64
	Duplicates int64
	Columns    invoice.Columns

	total     map[string]money.Amount // of all lines, by currency
	stated    map[string]money.Amount
	counted   map[string]int64 // lines by currency
	items     []item
	customers map[uint64]bool
	cells     map[cellKey]*cell
	fees      steps
	from, to  rate.Day // the days of the lines; 0 if none has one
	seen      map[string]bool
	beside    bool // there are volumes that are no part of the bill
}

// NewBill returns an empty bill, whose files have numbers from first on.
func NewBill(first uint32) *Bill {
	return &Bill{
		First: first, total: map[string]money.Amount{}, stated: map[string]money.Amount{}, counted: map[string]int64{}, customers: map[uint64]bool{},
		cells: map[cellKey]*cell{}, fees: steps{}, seen: map[string]bool{},
	}
}

// item is a line without a message id.
type item struct {
	place       event.Place
	id          string
	customer    uint64
	user        string
	number      string
	at          int64
	first, last rate.Day
	category    category.Category
	amount      int64
	currency    string
	match       int // index in the candidates and 1
}

// Known reports whether a file of that content was added before, and notes it: a
// file that was read before is a duplicate whole.
func (b *Bill) Known(sha256 string) bool {
	known := b.seen[sha256]
	b.seen[sha256] = true
	return known
}

// State notes the total that the bill itself states.
func (b *Bill) State(t invoice.Total) { b.stated[t.Currency] = b.stated[t.Currency].Add(t.Amount) }

// Add keeps what is needed of a line. Day is the line's day in the account's zone
// where it has an instant.
func (b *Bill) Add(l *invoice.Line, day rate.Day) {
	currency := strings.Clone(l.Currency)
	b.total[currency] = b.total[currency].Add(l.Amount)
	b.counted[currency]++
	first, last := l.First, l.Last
	if day != 0 {
		first, last = day, day
	}
	b.span(first, last)
	switch l.Kind {
	case invoice.Message:
		b.Messages++
	case invoice.Item:
		b.Items++
		key := customerKey(l.User, l.UserID)
		b.customers[key] = true
		amount, _ := l.Amount.Int64() // which a line of one message is within
		b.items = append(b.items, item{
			place: l.Place, id: strings.Clone(l.ID), customer: key, user: strings.Clone(l.User + l.UserID), number: strings.Clone(l.Number), at: l.At, first: first, last: last,
			category: l.Category, amount: amount, currency: currency,
		})
	case invoice.Aggregate:
		b.Volumes++
		b.addCell(l, first, last, false)
	default:
		b.Others++
		b.fees.add(currency, feeStep(l), "", l.Amount, 1)
	}
}

// AddVolume keeps a volume that is no part of the bill: Meta's count, by which it
// is seen how much of what was billed the log has. Its days are set.
func (b *Bill) AddVolume(l *invoice.Line) {
	if l.Kind != invoice.Aggregate {
		return
	}
	b.Volumes++
	b.beside = true
	b.span(l.First, l.Last)
	b.addCell(l, l.First, l.Last, true)
}

// feeStep names what no message explains.
func feeStep(l *invoice.Line) string {
	switch text := strings.ToLower(l.Description); {
	case l.Amount.Sign() < 0:
		return "credits and discounts"
	case strings.Contains(text, "tax") || strings.Contains(text, "vat") || strings.Contains(text, "gst"):
		return "taxes"
	}
	return "fees and other lines"
}

func (b *Bill) span(first, last rate.Day) {
	if first != 0 && (b.from == 0 || first < b.from) {
		b.from = first
	}
	b.to = max(b.to, last)
}

// covers reports whether a day lies within those of the bill's lines.
func (b *Bill) covers(day rate.Day) bool {
	return b.from == 0 || b.from <= day && day <= b.to
}

// wants reports whether the bill has lines without ids for a customer.
func (b *Bill) wants(user, userID string) bool { return b.customers[customerKey(user, userID)] }

// customerKey tells customers apart, however the phone is written.
func customerKey(user, userID string) uint64 {
	if user == "" {
		return xxhash.Sum64String(userID)
	}
	const national = 8 // digits that all forms of one phone end with
	return xxhash.Sum64String(user[:min(2, len(user))] + "\x1f" + user[max(0, len(user)-national):])
}

// Lost is a line of a message that the log does not have.
type Lost struct {
	Place                           event.Place
	ID, Message, User, Number, WABA string
	Amount                          int64
	Currency, Category              string
	At                              int64
}

// LostLine makes a lost line of its event.
func LostLine(e *event.Event) Lost {
	return Lost{
		Place: e.Place, ID: strings.Clone(e.Line), Message: strings.Clone(e.Message), User: strings.Clone(e.User + e.UserID), Number: strings.Clone(e.Number),
		WABA: strings.Clone(e.WABA), Amount: e.Amount, Currency: strings.Clone(e.Currency), Category: strings.Clone(e.Category), At: e.Time,
	}
}
