// Package coverage finds out what a log shows at all: from when to when, the
// users' side or not, and where it falls silent though it should not.
package coverage

import (
	"maps"
	"slices"
	"sort"
	"strings"

	"waudit/audit/era"
	"waudit/audit/event"
)

// Number is what the log shows of one business number. Times are Unix
// milliseconds.
type Number struct {
	Traffic
	Signs
	Gaps []Gap

	// Complete is set where the configuration says that the log has everything:
	// then no user message means that no user wrote.
	Complete bool

	hours   []int64 // with events, since 1970, in order; once finished
	today   *hours  // of the event before: most logs are nearly in order of time
	dayHere int64
}

// Traffic is what is counted of a business number while the log is read.
type Traffic struct {
	ID       string           `json:"id"`
	WABA     string           `json:"waba_id"` // its account, "" if the log never says
	First    int64            `json:"first"`
	Last     int64            `json:"last"`
	Inbound  bool             `json:"inbound"` // user messages or calls
	Statuses bool             `json:"statuses"`
	Delivery bool             `json:"delivery,omitempty"` // a status that says delivered
	Reads    bool             `json:"reads,omitempty"`    // one that says read
	Days     map[int64]*hours `json:"days"`               // by days since 1970, the hours with events; until it is finished

	// DamagedFrom is the instant from which the log may lack any event of the number,
	// as an input with events of it is damaged; 0: none is. What shows in [DamagedFrom,
	// CorruptTo) may be wrong itself.
	DamagedFrom int64 `json:"damaged_from,omitempty"`
	CorruptTo   int64 `json:"corrupt_to,omitempty"`
}

// Signs is what the survey of its decisions found of a business number.
type Signs struct {
	WindowUnseen bool            `json:"window_unseen,omitempty"` // Meta's own type shows a window that the log does not
	Priced       int64           `json:"priced,omitempty"`        // delivered messages that carry pricing
	LossMonths   []era.Month     `json:"loss_months,omitempty"`   // months with signs that events were lost, in order
	Arrived      int64           `json:"arrived,omitempty"`       // delivered messages
	Unsent       map[int64]int64 `json:"unsent,omitempty"`        // of them, those without a sent status, by days since 1970
	Orphaned     map[int64]int64 `json:"orphaned,omitempty"`      // conversations whose opening the log lacks, by days since 1970
}

// NoteLoss notes a month with signs that events were lost.
func (s *Signs) NoteLoss(m era.Month) {
	if at, found := slices.BinarySearch(s.LossMonths, m); !found {
		s.LossMonths = slices.Insert(s.LossMonths, at, m)
	}
}

// hours are the hours of a day, a bit for each.
type hours uint32

// Gap is a silence. Times are Unix milliseconds.
type Gap struct{ From, To int64 }

// InboundMissing reports whether the log lacks the users' side of the number
// (rules, "A log without the users' side").
func (n *Number) InboundMissing() bool { return !n.Inbound && !n.Complete || n.WindowUnseen }

// DeliveriesMissing reports whether the log lacks the delivered statuses of the number: it
// has messages that were read, and none that was delivered.
func (n *Number) DeliveriesMissing() bool { return n.Reads && !n.Delivery }

// GapIn reports whether a gap, or what damage has cost, touches [from, to).
func (n *Number) GapIn(from, to int64) bool {
	if n.DamagedBefore(to) {
		return true
	}
	for _, g := range n.Gaps {
		if g.From < to && from < g.To {
			return true
		}
	}
	return false
}

// DamagedBefore reports whether damage may have cost events before t.
func (n *Number) DamagedBefore(t int64) bool { return n.DamagedFrom != 0 && n.DamagedFrom < t }

// CorruptAt reports whether what the log shows of t may be wrong itself.
func (n *Number) CorruptAt(t int64) bool { return n.DamagedFrom <= t && t < n.CorruptTo }

// Damage notes that the log lacks events from an instant on, and that what it shows
// until another may be wrong, 0 if it is not.
func (n *Number) Damage(from, corruptTo int64) {
	if n.DamagedFrom == 0 || from < n.DamagedFrom {
		n.DamagedFrom = from
	}
	n.CorruptTo = max(n.CorruptTo, corruptTo)
}

// BlindUntil returns the latest instant up to t before which the log may lack
// events: its beginning, or the end of a gap.
func (n *Number) BlindUntil(t int64) int64 {
	if n.DamagedBefore(t) {
		return t
	}
	blind := n.First
	for _, g := range n.Gaps {
		if g.From < t {
			blind = max(blind, min(g.To, t))
		}
	}
	return blind
}

// LossIn reports whether the log shows signs in [from, to) that it lost events of
// the number: messages without a sent status where most have one, or
// conversations without their opening. A single one of these may be a wrong expiry
// (WA406).
func (n *Number) LossIn(from, to int64) bool {
	if n.DamagedBefore(to) {
		return true
	}
	unsent, orphaned := int64(0), int64(0)
	for _, count := range n.Unsent {
		unsent += count
	}
	both := 2*unsent < n.Arrived
	for day := from / (24 * era.Hour); day*24*era.Hour < to; day++ {
		orphaned += n.Orphaned[day]
		if both && n.Unsent[day] > 0 {
			return true
		}
	}
	return orphaned > 1
}

// TrafficIn reports whether the number surely has an event in [from, to), by
// the hours of it.
func (n *Number) TrafficIn(from, to int64) bool {
	i := sort.Search(len(n.hours), func(i int) bool { return n.hours[i]*era.Hour >= from })
	return i < len(n.hours) && (n.hours[i]+1)*era.Hour <= to
}

// SilentIn reports whether the number is silent for a day or longer within a gap of
// another one, and whether that silence touches [from, to).
func (n *Number) SilentIn(g Gap, from, to int64) bool {
	i := sort.Search(len(n.hours), func(i int) bool { return (n.hours[i]+1)*era.Hour > g.From })
	for begin := g.From; begin < min(g.To, to); i++ {
		end, next := g.To, g.To
		if i < len(n.hours) {
			end, next = min(g.To, n.hours[i]*era.Hour), (n.hours[i]+1)*era.Hour
		}
		if end-begin >= gapHours*era.Hour && from < end {
			return true
		}
		begin = next
	}
	return false
}

// Census is what the log shows of every number. It counts nothing that doubled
// events would change, so that it can be taken while reading. Fill one per
// worker and Merge them, then Finish.
type Census struct {
	Numbers  map[string]*Number
	Accounts map[string]int64 // earliest event of each WABA, once finished
	Extent                    // of the log
	Hidden   Hidden           // what the log has of WhatsApp, and nobody can read
	IDs      IDs

	recent [16]*Number // spares most look-ups in Numbers
	last   *accountStart
	firsts map[string]*accountStart
}

// accountStart is the earliest event of a WABA.
type accountStart struct {
	waba  string
	first int64
}

// NewCensus returns an empty census.
func NewCensus() *Census {
	return &Census{Numbers: map[string]*Number{}, Accounts: map[string]int64{}, firsts: map[string]*accountStart{}}
}

// See takes note of an event. Nothing of it is kept.
func (c *Census) See(e *event.Event) {
	n := c.recentNumber(e.Number)
	n.see(e)
	c.IDs.see(e)
	c.add(Extent{e.Time, e.Time, e.Kind == event.Charge})
	if e.WABA == "" {
		return
	}
	n.setWABA(e.WABA)
	if c.last == nil || c.last.waba != e.WABA {
		c.last = c.account(e.WABA, e.Time)
	}
	c.last.first = min(c.last.first, e.Time)
}

func (c *Census) recentNumber(id string) *Number {
	slot := 0
	if n := len(id); n > 0 {
		slot = int(id[n-1]) % len(c.recent)
	}
	n := c.recent[slot]
	if n == nil || n.ID != id {
		n = c.Number(id)
		c.recent[slot] = n
	}
	return n
}

// account returns the record of an account, making it if need be.
func (c *Census) account(waba string, at int64) *accountStart {
	a := c.firsts[waba]
	if a == nil {
		a = &accountStart{strings.Clone(waba), at}
		c.firsts[a.waba] = a
	}
	return a
}

// Number returns the record of a number, making it if need be.
func (c *Census) Number(id string) *Number {
	n := c.Numbers[id]
	if n == nil {
		id = strings.Clone(id)
		n = &Number{Traffic: Traffic{ID: id, Days: map[int64]*hours{}}, Signs: Signs{Unsent: map[int64]int64{}, Orphaned: map[int64]int64{}}}
		c.Numbers[id] = n
	}
	return n
}

// setWABA notes the number's account; of several the first by name, whatever
// the order of reading.
func (n *Number) setWABA(waba string) {
	if waba != "" && (n.WABA == "" || waba < n.WABA) {
		n.WABA = strings.Clone(waba)
	}
}

// Extent is the time from the earliest event to the latest, Unix milliseconds; 0 if there
// is none. A bill tells nothing of the time of which the log does, so that charges count
// only where there is nothing else.
type Extent struct {
	From      int64 `json:"from"`
	To        int64 `json:"to"`
	OfCharges bool  `json:"of_charges,omitzero"`
}

func (x *Extent) add(o Extent) {
	switch {
	case o.From == 0, x.From != 0 && o.OfCharges && !x.OfCharges:
	case x.From == 0, x.OfCharges && !o.OfCharges:
		*x = o
	default:
		x.From, x.To = min(x.From, o.From), max(x.To, o.To)
	}
}

func (n *Number) see(e *event.Event) {
	if e.Kind == event.Charge {
		return // as of an Extent
	}
	if n.First == 0 || e.Time < n.First {
		n.First = e.Time
	}
	n.Last = max(n.Last, e.Time)
	switch e.Kind {
	case event.Inbound, event.Call, event.AcceptedCall:
		n.Inbound = true
	case event.Sent, event.Delivered, event.Read, event.Failed:
		n.Statuses = true
		n.Delivery = n.Delivery || e.Kind == event.Delivered
		n.Reads = n.Reads || e.Kind == event.Read
	}
	hour := e.Time / era.Hour
	if day := hour / 24; n.today == nil || day != n.dayHere {
		n.dayHere, n.today = day, n.day(day)
	}
	*n.today |= 1 << (hour % 24)
}

// day returns the hours of a day, making them if need be.
func (n *Number) day(day int64) *hours {
	h := n.Days[day]
	if h == nil {
		h = new(hours)
		n.Days[day] = h
	}
	return h
}

// Merge adds what another worker counted.
func (c *Census) Merge(o *Census) {
	c.Hidden.Merge(&o.Hidden)
	c.IDs.merge(&o.IDs)
	for id, from := range o.Numbers {
		to := c.Number(id)
		if to.First == 0 || from.First != 0 && from.First < to.First {
			to.First = from.First
		}
		to.setWABA(from.WABA)
		to.Last = max(to.Last, from.Last)
		if from.DamagedFrom != 0 {
			to.Damage(from.DamagedFrom, from.CorruptTo)
		}
		to.Inbound = to.Inbound || from.Inbound
		to.Statuses = to.Statuses || from.Statuses
		to.Delivery = to.Delivery || from.Delivery
		to.Reads = to.Reads || from.Reads
		for day, h := range from.Days {
			*to.day(day) |= *h
		}
	}
	for waba, a := range o.firsts {
		mine := c.account(waba, a.first)
		mine.first = min(mine.first, a.first)
	}
	c.add(o.Extent)
}

// Finish finds the gaps. completeFrom tells from which instant on a number's
// log is complete, so that silence is silence; ok is false if nobody says so.
func (c *Census) Finish(completeFrom func(n *Number) (t int64, ok bool)) {
	for _, n := range c.Numbers {
		from, ok := completeFrom(n)
		n.Complete = ok && from <= n.First && n.DamagedFrom == 0
		n.hours = n.allHours()
		n.Gaps = findGaps(n.hours, c.To/era.Hour, from, ok)
		n.Days, n.today = nil, nil
	}
	for waba, a := range c.firsts {
		c.Accounts[waba] = a.first
	}
}

// Add adds what another survey of decisions found.
func (s *Signs) Add(o *Signs) {
	s.WindowUnseen = s.WindowUnseen || o.WindowUnseen
	s.Priced += o.Priced
	s.Arrived += o.Arrived
	for _, m := range o.LossMonths {
		s.NoteLoss(m)
	}
	for day, count := range o.Unsent {
		s.Unsent[day] += count
	}
	for day, count := range o.Orphaned {
		s.Orphaned[day] += count
	}
}

// CensusData is a census as plain data, so that it can be kept.
type CensusData struct {
	Numbers  []Traffic        `json:"numbers"`
	Accounts map[string]int64 `json:"accounts"` // earliest event of each WABA
	Extent
	Hidden Hidden `json:"hidden,omitzero"`
	IDs    IDs    `json:"ids,omitzero"`
}

// Data returns what the census holds. It must come before Finish.
func (c *Census) Data() *CensusData {
	s := &CensusData{Numbers: []Traffic{}, Accounts: map[string]int64{}, Extent: c.Extent, Hidden: c.Hidden, IDs: c.IDs}
	for _, id := range slices.Sorted(maps.Keys(c.Numbers)) {
		s.Numbers = append(s.Numbers, c.Numbers[id].Traffic)
	}
	for waba, a := range c.firsts {
		s.Accounts[waba] = a.first
	}
	return s
}

// Census makes a census of the state, to be merged into another.
func (s *CensusData) Census() *Census {
	c := NewCensus()
	for _, n := range s.Numbers {
		c.Number(n.ID).Traffic = n
	}
	for waba, first := range s.Accounts {
		c.account(waba, first)
	}
	c.Extent = s.Extent
	c.Hidden.Merge(&s.Hidden)
	c.IDs = s.IDs
	return c
}

// NumberSurvey is what was surveyed of a number, as plain data.
type NumberSurvey struct {
	ID string `json:"id"`
	Signs
}

// Surveys returns what the survey of its decisions found, by number.
func (c *Census) Surveys() []NumberSurvey {
	all := make([]NumberSurvey, 0, len(c.Numbers))
	for _, id := range slices.Sorted(maps.Keys(c.Numbers)) {
		all = append(all, NumberSurvey{id, c.Numbers[id].Signs})
	}
	return all
}

// AddSurveys adds to a census what Surveys returned.
func (c *Census) AddSurveys(all []NumberSurvey) {
	for i := range all {
		c.Number(all[i].ID).Add(&all[i].Signs)
	}
}
