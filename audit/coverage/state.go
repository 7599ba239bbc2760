package coverage

import (
	"maps"
	"slices"
)

// State is a census as plain data, so that it can be kept.
type State struct {
	Numbers  []Traffic        `json:"numbers"`
	Accounts map[string]int64 `json:"accounts"` // earliest event of each WABA
	From     int64            `json:"from"`
	To       int64            `json:"to"`
}

// State returns what the census holds. It must come before Finish.
func (c *Census) State() *State {
	s := &State{Numbers: []Traffic{}, Accounts: map[string]int64{}, From: c.From, To: c.To}
	for _, id := range slices.Sorted(maps.Keys(c.Numbers)) {
		s.Numbers = append(s.Numbers, c.Numbers[id].Traffic)
	}
	for waba, a := range c.firsts {
		s.Accounts[waba] = a.first
	}
	return s
}

// Census makes a census of the state, to be merged into another.
func (s *State) Census() *Census {
	c := NewCensus()
	for _, n := range s.Numbers {
		c.Number(n.ID).Traffic = n
	}
	for waba, first := range s.Accounts {
		c.account(waba, first)
	}
	c.From, c.To = s.From, s.To
	return c
}

// NumberSurvey is what was surveyed of a number, as plain data.
type NumberSurvey struct {
	ID string `json:"id"`
	Surveyed
}

// Surveys returns what the survey of its decisions found, by number.
func (c *Census) Surveys() []NumberSurvey {
	all := make([]NumberSurvey, 0, len(c.Numbers))
	for _, id := range slices.Sorted(maps.Keys(c.Numbers)) {
		all = append(all, NumberSurvey{id, c.Numbers[id].Surveyed})
	}
	return all
}

// AddSurveys adds to a census what Surveys returned.
func (c *Census) AddSurveys(all []NumberSurvey) {
	for i := range all {
		c.Number(all[i].ID).Add(&all[i].Surveyed)
	}
}
