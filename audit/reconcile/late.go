package reconcile

import (
	"maps"

	"waudit/audit/check"
	"waudit/audit/rate"
)

// shiftDays sets the lines' days right if the bill has nearly all of them a day late, as the
// day on which a charge was booked, or early.
func (w *Watcher) shiftDays() {
	log, reach := map[customerDay]int{}, days{}
	for n := range w.candidates {
		s := &w.candidates[n]
		log[customerDay{s.customer(), s.day}]++
		reach.widen(s.day, s.day)
	}
	var fits daysFit
	for by := range fits {
		left := maps.Clone(log)
		for n := range w.bill.items {
			i := &w.bill.items[n]
			if i.At != 0 || i.first == 0 || i.first != i.last || i.credited {
				continue
			}
			k, found := customerDay{i.customer, fits.day(i.first, by)}, int64(0)
			if left[k] > 0 {
				left[k]--
				found = 1
			}
			if reach.covers(k.day) {
				fits.add(by, 1, found)
			}
		}
	}
	late := fits.late()
	if late == 0 {
		return
	}
	for n := range w.bill.items {
		if i := &w.bill.items[n]; i.At == 0 && i.first != 0 {
			i.days = i.later(-late)
		}
	}
}

// daysFit is how many charges of a bill would be on days that the log has, and how many of
// these it has there, if the bill's days were a day early, right, and a day late.
type daysFit [3]struct{ billed, logged int64 }

// day is what a day of the bill would be.
func (*daysFit) day(billed rate.Day, by int) rate.Day { return billed.AddDays(1 - by) }

func (f *daysFit) add(by int, billed, logged int64) {
	f[by].billed, f[by].logged = f[by].billed+billed, f[by].logged+logged
}

// late says how many days late the bill has nearly all of its days.
func (f *daysFit) late() int {
	right := f[1]
	for by, n := range f {
		if n.logged > 0 && 10*n.logged >= 9*n.billed && 4*right.logged <= 3*n.logged {
			return by - 1
		}
	}
	return 0
}

// setDays sets the days of the bill's volumes right if nearly all of them are one late, as
// the day on which a charge was booked, or early.
func (v *volumeComparison) setDays() {
	var fits daysFit
	var reach days
	for _, l := range v.logged {
		reach.widen(l.key.first, l.key.first)
	}
	for k, b := range v.bill.volumes {
		if !k.daily() {
			continue
		}
		d := k.dimensions()
		for by := range fits {
			day, logged := fits.day(k.first, by), int64(0)
			for _, l := range v.by[d][k.only(d, day).anyCurrency()] {
				logged += l.volume.most()
			}
			if reach.covers(day) {
				fits.add(by, b.n, min(b.n, logged))
			}
		}
	}
	if v.bill.late = fits.late(); v.bill.late == 0 {
		return
	}
	set := make(map[volumeKey]*billedVolume, len(v.bill.volumes))
	for k, b := range v.bill.volumes {
		if k.daily() {
			k.days = k.later(-v.bill.late)
		}
		set[k] = b
	}
	v.bill.volumes = set
}

// movedBy says that a volume's day is not the bill's, which has its days late.
func movedBy(late int) check.Text {
	switch {
	case late > 0:
		return check.DaysLate.Say()
	case late < 0:
		return check.DaysEarly.Say()
	}
	return check.Text{}
}

// lateness is how many days late lines have the days of their messages, at least and at
// most: what the bill means by a day, as far as the log shows.
type lateness struct{ least, most int }

// see notes the time of a line, which is the middle of its day where it says no instant.
func (l *lateness) see(line int64, message rate.Day) {
	const day = 24 * 3_600_000
	if late := line - day/2 - message.Time().UnixMilli(); late%day == 0 {
		l.widen(int(late / day))
	}
}

func (l *lateness) widen(days int) { l.least, l.most = min(l.least, days), max(l.most, days) }
