package coverage

import (
	"cmp"
	"math"
	"slices"

	"waudit/audit/era"
)

// A gap is told from a quiet time by the number's own habit: it has traffic on
// nearly every day of at least a week, or on nearly every Monday, Tuesday and so
// on, and then is silent for a whole day of those; or it is silent for much longer
// than it ever is.
const (
	gapHours  = 24
	habitDays = 7
	// dayShare is how many of the Mondays must have traffic for Monday to be a day
	// of the habit, habitShare how many of all such days.
	dayShare   = 0.8
	habitShare = 0.9
	// longSilence, in whole days, is what may be an outage that the habit is to be
	// measured without; there may be one in so many days with traffic.
	longSilence  = 2
	daysAnOutage = 5
	// fewSilences, or one in so many days with traffic, are no habit of being
	// silent for a day.
	fewSilences  = 3
	daysASilence = 60
	// chance is the power of e that is against a silence as long by chance.
	chance = 4
	// endHours is how long before the end of the log a number must stop: what comes
	// last of other numbers may trail.
	endHours = 72
)

// silence is a time without events: the hours in [from, to), since 1970.
type silence struct{ from, to int64 }

// wholeDays returns the days in [first, end), since 1970, that are silent from
// their first hour to their last.
func (s silence) wholeDays() (first, end int64) {
	first = (s.from + 23) / 24
	return first, max(first, s.to/24)
}

// week has a flag for each day of the week; the first is that of 1970-01-01.
type week [7]bool

// hoursOf returns how many hours of a silence lie on the days of the week.
func (w *week) hoursOf(s silence) int64 {
	n := int64(0)
	for at := s.from; at < s.to; {
		end := min(s.to, at-at%24+24)
		if w[at/24%7] {
			n += end - at
		}
		at = end
	}
	return n
}

// allHours returns the hours with events, in order.
func (n *Number) allHours() []int64 {
	var all []int64
	for day, h := range n.Days {
		for i := range int64(24) {
			if *h>>i&1 != 0 {
				all = append(all, day*24+i)
			}
		}
	}
	slices.Sort(all)
	return all
}

// findGaps finds the silences of a number that are no quiet times, given its
// hours with events and the last one of the log. Where the log is said to be
// complete from an instant on (Unix milliseconds), silence is silence.
func findGaps(hours []int64, last, completeFrom int64, complete bool) []Gap {
	var silences []silence
	for i, h := range hours[:max(0, len(hours)-1)] {
		if to := hours[i+1]; to-h > gapHours {
			silences = append(silences, silence{h + 1, to})
		}
	}
	if n := len(hours); n > 0 && last-hours[n-1] >= endHours {
		silences = append(silences, silence{hours[n-1] + 1, last + 1})
	}
	if len(silences) == 0 {
		return nil
	}
	// Longest first: those that the habit may have to be measured without.
	slices.SortFunc(silences, func(a, b silence) int {
		return cmp.Or(cmp.Compare(b.to-b.from, a.to-a.from), cmp.Compare(a.from, b.from))
	})
	h, left, daily := findHabit(hours, silences)
	missed := make([]int64, len(silences)) // hours of the habit in each
	for i, s := range silences {
		rest := h
		if i >= left {
			rest.count(s, -1) // no silence is measured by itself
		}
		missed[i] = s.to - s.from
		if daily {
			days, _ := rest.days()
			missed[i] = days.hoursOf(s)
		}
	}
	limit := h.usual(missed, daily)
	var gaps []Gap
	for i, s := range silences {
		g := Gap{From: s.from * era.Hour, To: s.to * era.Hour}
		if missed[i] >= limit && (!complete || g.From < completeFrom) {
			gaps = append(gaps, g)
		}
	}
	slices.SortFunc(gaps, func(a, b Gap) int { return cmp.Compare(a.From, b.From) })
	return gaps
}

// usual returns how many hours of its habit the number must miss for a gap: those
// of a day, if it has traffic daily. Where it is silent for a day now and then,
// that is more than such silences may come to by chance: they are taken to be as
// long as the time between random messages.
func (h *weekHabit) usual(missed []int64, daily bool) int64 {
	var excess []float64
	for _, n := range missed {
		if n >= gapHours {
			excess = append(excess, float64(n-gapHours))
		}
	}
	switch n := len(excess); {
	case h.total() < habitDays:
	case n > max(fewSilences, h.total()/daysASilence):
		slices.Sort(excess)
		mean := (excess[n/2] + 1) / math.Ln2
		return gapHours + int64(mean*(math.Log(float64(n))+chance))
	case daily:
		return gapHours
	}
	return math.MaxInt64
}

// total returns the number of days with traffic.
func (h *weekHabit) total() int {
	n := 0
	for _, d := range h.active {
		n += d
	}
	return n
}

// weekHabit counts, for each day of the week, the days with traffic and those
// without.
type weekHabit struct{ active, quiet [7]int }

// count adds the whole days of a silence n times.
func (h *weekHabit) count(s silence, n int) {
	for day, end := s.wholeDays(); day < end; day++ {
		h.quiet[day%7] += n
	}
}

// days returns the days of the week that have traffic nearly always, and whether
// there is a habit at all.
func (h *weekHabit) days() (week, bool) {
	every := week{true, true, true, true, true, true, true}
	if h.holds(every) {
		return every, true
	}
	var some week
	for d := range some {
		some[d] = h.active[d] > 0 && float64(h.active[d]) >= dayShare*float64(h.active[d]+h.quiet[d])
	}
	return some, h.holds(some)
}

// holds tells whether the number has traffic on nearly all of those days.
func (h *weekHabit) holds(days week) bool {
	with, all := 0, 0
	for d, counts := range days {
		if counts {
			with += h.active[d]
			all += h.active[d] + h.quiet[d]
		}
	}
	return with >= habitDays && float64(with) >= habitShare*float64(all)
}

// findHabit measures the habit. An outage says nothing of it, however long it
// lasts: it is measured without as many of the longest silences as must be left
// out. The silences are ordered by length.
func findHabit(hours []int64, silences []silence) (h weekHabit, left int, ok bool) {
	for i, hour := range hours {
		if i == 0 || hour/24 != hours[i-1]/24 {
			h.active[hour/24%7]++
		}
	}
	for _, s := range silences {
		h.count(s, 1)
	}
	for ; ; left++ {
		if _, ok := h.days(); ok {
			return h, left, true
		}
		if left == len(silences) || left >= max(1, h.total()/daysAnOutage) {
			return h, left, false
		}
		if first, end := silences[left].wholeDays(); end-first < longSilence {
			return h, left, false
		}
		h.count(silences[left], -1)
	}
}
