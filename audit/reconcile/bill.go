package reconcile

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"

	"waudit/audit/category"
	"waudit/audit/check"
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
	Unread     int64 // rows that are no lines, as something is wrong with them
	Foreign    int64 // lines that name a message by an id of which the log can have none
	Unplaced   int64 // and no customer either
	Again      int64 // lines of customers that were read before, by their ids

	scope       *Scope
	total       map[string]money.Amount // of all lines, by currency
	stated      map[string]money.Amount
	items       []customerLine
	customers   map[uint64]bool
	read        map[string]uint32 // by all that lines of customers say, the number of the file that said it first
	volumes     map[volumeKey]*billedVolume
	counted     map[volumeKey]*billedVolume // the lines of customers, as volumes
	several     bool                        // some lines count several messages of a customer: all lines of customers are volumes
	differences *Differences                // of what no message explains
	// spans are the days of the lines by account, "" for lines of which it is not
	// known. Without days, those of the messages that the lines name are.
	spans map[string]*days
	late  int // days that nearly all daily volumes are late, below 0 early
	// odd are the numbers of lines that the log has no such number of, by place.
	odd     map[event.Place]string
	names   map[string]string // each of these numbers once
	lines   map[string]int64  // by currency
	claims  *Claims           // of earlier runs
	asked   map[string]bool   // lines that are claimed, by id: whether the bill has them
	daily   bool              // lines that name messages say days, and no instants
	undated int64             // when lines that name messages are taken to be if they say no day, Unix milliseconds
	phones  bool              // lines name business numbers by their phones, which the log does not have
	gross   bool              // some lines may have tax in their amounts
	taxed   bool              // others are of taxes
	seen    map[string]bool
	beside  bool // there are volumes that are no part of the bill

	orphans []LooseLine // lines that belong to no message of the log, nor to a customer
	lost    int64       // such lines of accounts and numbers that the log does not have
	left    leftOut     // and what they come to
}

// NewBill returns an empty bill, whose files have numbers from first on, beside a
// log.
func NewBill(first uint32, scope *Scope) *Bill {
	return &Bill{
		First: first, scope: scope, total: map[string]money.Amount{}, lines: map[string]int64{}, stated: map[string]money.Amount{}, customers: map[uint64]bool{}, read: map[string]uint32{},
		volumes: map[volumeKey]*billedVolume{}, counted: map[volumeKey]*billedVolume{}, differences: newDifferences(), spans: map[string]*days{}, odd: map[event.Place]string{}, names: map[string]string{}, left: leftOut{}, seen: map[string]bool{},
	}
}

// Lay lays the bill beside another census of the log.
func (b *Bill) Lay(scope *Scope) { b.scope = scope }

// Ask makes the bill note which of the claimed lines it has. It comes before Add.
func (b *Bill) Ask(c *Claims) { b.claims, b.asked = c, c.lines() }

// Currency is that of most lines, "" for none.
func (b *Bill) Currency() (most string) {
	for _, currency := range slices.Sorted(maps.Keys(b.lines)) {
		if most == "" || b.lines[currency] > b.lines[most] {
			most = currency
		}
	}
	return most
}

// Compared reports whether what was claimed lies in what is compared: the lines, where
// they are known, else an account's day.
func (b *Bill) Compared(lines []string, waba, day string) bool {
	d, err := rate.ParseDay(day)
	switch {
	case err == nil && !b.scope.inPeriod(d, d):
		return false
	case len(lines) > 0:
		return slices.ContainsFunc(lines, func(id string) bool { return b.asked[id] })
	}
	return err == nil && b.mayCover(waba, d)
}

// customerLine is a line without a message id.
type customerLine struct {
	LooseLine
	ref      string
	customer uint64
	category category.Category
	match    int  // index in the candidates and 1
	credited bool // another line takes it back, or it takes one back
}

// Known reports whether a file of that content was added before, and notes it: a
// file that was read before is a duplicate whole.
func (b *Bill) Known(sha256 string) bool {
	known := b.seen[sha256]
	b.seen[sha256] = true
	return known
}

// State notes the total that the bill itself states.
func (b *Bill) State(t invoice.StatedTotal) {
	b.stated[t.Currency] = b.stated[t.Currency].Add(t.Amount)
}

// Add keeps what is needed of a line. Of one that names a message it returns the
// event that is to be added to the log, which is valid as long as the line; else nil.
func (b *Bill) Add(l *invoice.Line) *event.Event {
	day := b.scope.date(l)
	currency, amount := strings.Clone(l.Currency), l.Amount
	b.noteClaimed(l.ID)
	b.total[currency] = b.total[currency].Add(amount)
	b.lines[currency]++
	first, last := l.First, l.Last
	if day != 0 {
		first, last = day, day
	}
	if l.Kind != invoice.Other {
		b.gross = b.gross || !l.Net
		b.widen(l, first, last)
		b.phones = b.phones || l.NumberPhone != "" && l.Number == ""
	}
	switch b.kindOf(l) {
	case invoice.Message:
		b.Messages++
		b.daily = b.daily || l.At == 0 && first != 0
		b.noteNumber(l)
		e := b.scope.event(l)
		if l.At == 0 && first == 0 {
			b.undated = e.Time
		}
		return e
	case invoice.Item:
		b.Items++
		b.addUnnamed(l, currency, days{first, last})
	case invoice.Aggregate:
		b.Volumes++
		b.several = b.several || l.User != "" || l.UserID != ""
		b.addUnnamed(l, currency, days{first, last})
	default:
		b.Others++
		step := feeStep(l)
		b.taxed = b.taxed || step == taxesStep
		b.differences.name(step, currency, amount, 1)
	}
	return nil
}

// noteClaimed notes that the bill has a line, if that is claimed.
func (b *Bill) noteClaimed(line string) {
	if line == "" || len(b.asked) == 0 {
		return
	}
	id := b.claims.named([]string{line})[0]
	if _, claimed := b.asked[id]; claimed {
		b.asked[id] = true
	}
}

// noteNumber notes the number of a line, if the log has none such.
func (b *Bill) noteNumber(l *invoice.Line) {
	if l.Number == "" || b.scope.census.Numbers[l.Number] != nil {
		return
	}
	number, known := b.names[l.Number]
	if !known {
		number = strings.Clone(l.Number)
		b.names[number] = number
	}
	b.odd[l.Place] = number
}

// addUnnamed keeps a line that names no message, and was not read before.
func (b *Bill) addUnnamed(l *invoice.Line, currency string, on days) {
	again, twin := b.readBefore(l, on)
	switch {
	case again:
		b.Again++
		b.differences.name("lines that were read before", currency, l.Amount, 1)
	case b.several || l.Kind == invoice.Aggregate:
		b.volume(b.volumes, l, on).add(l, twin)
	default:
		b.volume(b.counted, l, on).add(l, twin)
		b.addItem(l, currency, on, twin)
	}
	if b.several && len(b.counted) > 0 {
		b.countItems()
	}
}

// countItems makes volumes of the lines of customers: which messages a line of several is
// for nobody can tell.
func (b *Bill) countItems() {
	for k, c := range b.counted {
		if v := b.volumes[k]; v != nil {
			v.merge(c)
		} else {
			b.volumes[k] = c
		}
	}
	b.Items, b.Volumes = 0, b.Volumes+b.Items
	b.items, b.customers, b.counted = nil, map[uint64]bool{}, nil
}

// addItem keeps a line that is matched by its customer.
func (b *Bill) addItem(l *invoice.Line, currency string, on days, twin bool) {
	i := customerLine{
		LooseLine: LooseLine{
			Place: l.Place, ID: strings.Clone(l.ID), User: strings.Clone(l.User + l.UserID), Number: strings.Clone(l.Number),
			WABA: strings.Clone(b.scope.book.ID(l.WABA)), Amount: l.Amount, Currency: currency, Category: l.Category.String(), At: l.At, days: on, twin: twin,
		},
		ref: strings.Clone(l.Ref), customer: customerKey(l.User, l.UserID), category: l.Category,
	}
	b.customers[i.customer] = true
	b.items = append(b.items, i)
}

// readBefore reports whether a line is one that was read before: the same id with the same
// content is one line. A line without an id is a twin if it stands in another file too: it
// may be one.
func (b *Bill) readBefore(l *invoice.Line, on days) (again, twin bool) {
	says := strings.Join([]string{
		l.ID, l.Message, b.scope.book.ID(l.WABA), l.Number, l.User, l.UserID, l.Market, l.Country, l.Category.String(), l.Type, l.Currency, l.Amount.String(),
		strconv.FormatInt(l.Quantity, 10), strconv.FormatInt(l.At, 10), on.first.String(), on.last.String(),
	}, "\x1f")
	file, known := b.read[says]
	if !known {
		b.read[says] = l.Place.Input
	}
	return known && l.ID != "", known && l.ID == "" && file != l.Place.Input
}

// kindOf is the kind by which a line is matched: one whose id says nothing here is
// matched by its customer.
func (b *Bill) kindOf(l *invoice.Line) invoice.LineKind {
	if l.Kind != invoice.Message || !b.scope.census.IDs.Foreign(l.Message) {
		return l.Kind
	}
	b.Foreign++
	if l.User == "" && l.UserID == "" {
		b.Unplaced++
		return l.Kind
	}
	return invoice.Item
}

// widen notes the days of a line.
func (b *Bill) widen(l *invoice.Line, first, last rate.Day) {
	of := b.scope.account(l.WABA, l.Number)
	if b.spans[of] == nil {
		b.spans[strings.Clone(of)] = &days{}
	}
	b.spans[of].widen(first, last)
}

// AddVolume keeps a volume that is no part of the bill: Meta's count, by which it
// is seen how much of what was billed the log has.
func (b *Bill) AddVolume(l *invoice.Line) {
	b.scope.date(l)
	if l.Kind != invoice.Aggregate {
		return
	}
	b.Volumes++
	b.beside = true
	v := b.volume(b.volumes, l, days{l.First, l.Last})
	v.beside, v.estimate = true, true
	v.add(l, false)
}

// feeStep names what no message explains.
func feeStep(l *invoice.Line) string {
	switch {
	case l.Amount.Sign() < 0:
		return "credits and discounts"
	case invoice.IsTax(l.Description), invoice.IsTax(l.Word):
		return taxesStep
	}
	return feesStep
}

// mayCover reports whether the bill may have lines of an account's day: as long as
// not all lines are matched, an account may be one that lines do not name.
func (b *Bill) mayCover(waba string, day rate.Day) bool {
	for _, of := range [...]string{waba, ""} {
		if s := b.spans[of]; s != nil {
			return s.first == 0 || s.covers(day.AddDays(b.late))
		}
	}
	return false
}

// mayCoverNear reports whether the bill may have lines of an account's day, or of one
// beside it: its days may be late or early.
func (b *Bill) mayCoverNear(waba string, day rate.Day) bool {
	return b.mayCover(waba, day) || b.mayCover(waba, day.AddDays(-1)) || b.mayCover(waba, day.AddDays(1))
}

// covers reports whether the bill has an account's day, matched being the days of
// the messages that it names, by account.
func (b *Bill) covers(waba string, day rate.Day, matched map[string]*days) bool {
	own, named := b.spans[waba]
	if own == nil {
		own = b.spans[""]
	}
	seen := matched[waba]
	switch {
	case own == nil, own.first == 0 && seen == nil, !named && seen == nil:
		return false
	case own.first == 0:
		return seen.covers(day)
	}
	return own.covers(day)
}

// lacking says where what the bill lacks may stand in it: in rows that could not be read,
// or lines whose ids say nothing here; nothing if it has no such ones.
func (b *Bill) lacking() (text check.Text) {
	if b.Unread > 0 {
		text = check.RowsNotRead.Say(check.Counted(b.Unread, "row"))
	}
	if b.Unplaced > 0 {
		text = text.Then(check.LinesOtherIDs.Say(check.Counted(b.Unplaced, "line")))
	}
	return text
}

// customerKey tells customers apart, however the phone is written.
func customerKey(user, userID string) uint64 {
	if user == "" {
		return xxhash.Sum64String(userID)
	}
	const national = 8 // digits that all forms of one phone end with
	return xxhash.Sum64String(user[:min(2, len(user))] + "\x1f" + user[max(0, len(user)-national):])
}

// LooseLine is a line that is joined to no message by an id that the log has.
type LooseLine struct {
	Place                           event.Place
	ID, Message, User, Number, WABA string
	Amount                          money.Amount
	Currency, Category              string
	At                              int64
	days                                 // where the line has no instant
	stranger                        bool // it names a customer of whom the log has no message
	untold                          bool // the log does not say of a message of the customer near its days whether it was charged
	moved                           bool // it has its message only as other lines of the customer may be for others than they seem to be
	twin                            bool // another file has one that says the same, and neither has an id
}

// Lose notes a line of a message that the log does not have. Where the log has nothing of
// its account or number either, no more is kept than what such lines come to.
func (b *Bill) Lose(e *event.Event) {
	number := cmp.Or(e.Number, b.odd[e.Place])
	day := b.scope.day(e.WABA, number, e.Time)
	if b.scope.place(e.WABA, number, day, day) == notInLog {
		b.lost++
		delete(b.odd, e.Place)
		b.left.add(leftKey{reason: notInLog, waba: e.WABA, number: number, currency: e.Currency}, left{days: days{day, day}, n: 1, amount: money.Of(e.Amount), place: e.Place})
		return
	}
	b.orphans = append(b.orphans, lostLine(e))
}

func lostLine(e *event.Event) LooseLine {
	return LooseLine{
		Place: e.Place, ID: strings.Clone(e.Line), Message: strings.Clone(e.Message), User: strings.Clone(e.User + e.UserID), Number: strings.Clone(e.Number),
		WABA: strings.Clone(e.WABA), Amount: money.Of(e.Amount), Currency: strings.Clone(e.Currency), Category: strings.Clone(e.Category), At: e.Time,
	}
}

// date returns the day of a line's instant in its account's zone, 0 if it has no
// instant. Of a span of instants it sets the days. Midnight of UTC is how exports write a
// day.
func (s *Scope) date(l *invoice.Line) rate.Day {
	const day = 24 * 3_600_000
	switch {
	case l.At != 0 && l.At%day == 0:
		l.First = rate.DayOf(time.UnixMilli(l.At).UTC().Date())
		l.Last, l.At = l.First, 0
	case l.At != 0:
		return s.day(l.WABA, l.Number, l.At)
	case l.From != 0 && l.Until > l.From:
		l.First, l.Last = s.day(l.WABA, l.Number, l.From), s.day(l.WABA, l.Number, l.Until-1)
	}
	return 0
}

// event is a line that names a message, as an event of the log: so it is joined to
// the message and judged with it.
func (s *Scope) event(l *invoice.Line) *event.Event {
	amount, _ := l.Amount.Int64() // which a line of one message is within
	e := &event.Event{
		Kind: event.Charge, Time: l.At, Place: l.Place, WABA: s.book.ID(l.WABA), Number: l.Number, User: l.User, UserID: l.UserID, Message: l.Message,
		Line: l.ID, HasAmount: true, Amount: amount, Currency: l.Currency, Category: l.Category.String(),
	}
	if l.Category == category.Other {
		e.Category = event.Word(l.Description) // the bill's own word: it may be a fee
	}
	if s.census.Numbers[e.Number] == nil {
		// A phone, and no id that the log has: the message tells whose it is.
		// In a group, the customer tells whose copy.
		e.Participant = cmp.Or(e.User, e.UserID)
		e.Number, e.User, e.UserID = "", "", ""
	}
	if e.Time == 0 && l.First != 0 {
		e.Time = l.First.Time().UnixMilli() + 12*3_600_000
	}
	if e.Time < event.MinTime || e.Time >= event.MaxTime {
		// A line that says no time is of the end of the log, within the period.
		from, to := s.period.Bounds(s.book.Find("", ""))
		e.Time = max(min(s.census.To, to-1), from, event.MinTime)
	}
	return e
}
