package coverage

import (
	"maps"
	"slices"

	"waudit/audit/era"
)

// State is a census as plain data, so that it can be kept.
type State struct {
	Numbers  []NumberState    `json:"numbers"`
	Accounts map[string]int64 `json:"accounts"` // earliest event of each WABA
	From     int64            `json:"from"`
	To       int64            `json:"to"`
}

// NumberState is what a census knows of one business number.
type NumberState struct {
	ID       string           `json:"id"`
	WABA     string           `json:"waba_id"`
	First    int64            `json:"first"`
	Last     int64            `json:"last"`
	Inbound  bool             `json:"inbound"`
	Statuses bool             `json:"statuses"`
	Days     map[int64]uint32 `json:"days"` // by days since 1970, a bit for each hour with events
	// See Number.
	DamagedFrom int64 `json:"damaged_from,omitempty"`
	CorruptTo   int64 `json:"corrupt_to,omitempty"`
}

// State returns what the census holds. It must come before Finish.
func (c *Census) State() *State {
	s := &State{Numbers: []NumberState{}, Accounts: map[string]int64{}, From: c.From, To: c.To}
	for _, id := range slices.Sorted(maps.Keys(c.Numbers)) {
		n := c.Numbers[id]
		days := make(map[int64]uint32, len(n.days))
		for day, h := range n.days {
			days[day] = uint32(*h)
		}
		s.Numbers = append(s.Numbers, NumberState{
			ID: id, WABA: n.WABA, First: n.First, Last: n.Last, Inbound: n.Inbound, Statuses: n.Statuses, Days: days,
			DamagedFrom: n.DamagedFrom, CorruptTo: n.CorruptTo,
		})
	}
	for waba, a := range c.firsts {
		s.Accounts[waba] = a.first
	}
	return s
}

// Census makes a census of the state, to be merged into another.
func (s *State) Census() *Census {
	c := NewCensus()
	for _, from := range s.Numbers {
		n := c.Number(from.ID)
		n.WABA, n.First, n.Last, n.Inbound, n.Statuses = from.WABA, from.First, from.Last, from.Inbound, from.Statuses
		n.DamagedFrom, n.CorruptTo = from.DamagedFrom, from.CorruptTo
		for day, h := range from.Days {
			*n.day(day) = hours(h)
		}
	}
	for waba, first := range s.Accounts {
		c.account(waba, first)
	}
	c.From, c.To = s.From, s.To
	return c
}

// Surveyed is what the survey of its decisions found on a number, as plain data.
type Surveyed struct {
	ID           string          `json:"id"`
	WindowUnseen bool            `json:"window_unseen,omitempty"`
	Priced       int64           `json:"priced,omitempty"`
	LossMonths   []era.Month     `json:"loss_months,omitempty"`
	Arrived      int64           `json:"arrived,omitempty"`
	Unsent       map[int64]int64 `json:"unsent,omitempty"`   // by days since 1970
	Orphaned     map[int64]int64 `json:"orphaned,omitempty"` // as well
}

// Surveyed returns what MergeSurvey and the survey have added, by number.
func (c *Census) Surveyed() []Surveyed {
	all := make([]Surveyed, 0, len(c.Numbers))
	for _, id := range slices.Sorted(maps.Keys(c.Numbers)) {
		n := c.Numbers[id]
		all = append(all, Surveyed{
			ID: id, WindowUnseen: n.WindowUnseen, Priced: n.Priced, LossMonths: slices.Sorted(maps.Keys(n.LossMonths)),
			Arrived: n.Arrived, Unsent: n.Unsent, Orphaned: n.Orphaned,
		})
	}
	return all
}

// AddSurveyed adds to a census what Surveyed returned.
func (c *Census) AddSurveyed(all []Surveyed) {
	for _, from := range all {
		n := &Number{
			WindowUnseen: from.WindowUnseen, Priced: from.Priced, LossMonths: map[era.Month]bool{},
			Arrived: from.Arrived, Unsent: from.Unsent, Orphaned: from.Orphaned,
		}
		for _, m := range from.LossMonths {
			n.LossMonths[m] = true
		}
		c.Number(from.ID).MergeSurvey(n)
	}
}
