// Package timeline draws what happened between a business number and a customer:
// an SVG for pages and files, and lines of text for a terminal. Both show the same
// rows in the same order, one under the other, since messages come in bursts with days
// between them, which no scale shows.
//
// Every text is shown as data: what could steer a terminal or a page is escaped here.
package timeline

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"waudit/audit/result"
	"waudit/report/page"
)

// Timeline is what is drawn. The order of its lists does not matter.
type Timeline struct {
	Title   string
	Zone    *time.Location // of the account; nil is UTC. UTC is shown beside any other
	Events  []Mark
	Windows []Window
	Charges []RuledCharge
}

// MarkKind says what an event is of.
type MarkKind string

// The kinds of event.
const (
	Customer  MarkKind = "customer" // the customer wrote or called
	Sent      MarkKind = "sent"
	Delivered MarkKind = "delivered"
	Read      MarkKind = "read"
	Failed    MarkKind = "failed"
	Change    MarkKind = "change" // of a rule, a rate or a template
)

// Mark is one thing that happened.
type Mark struct {
	At    time.Time
	Kind  MarkKind
	Label string // "the customer wrote"
}

// Window is a time in which other rules hold: a customer service window, a
// conversation or a free entry point window. It is drawn as a bar.
type Window struct {
	Kind     string // as result.Window has it
	Name     string // what to call it; "" is made of the kind
	Opened   time.Time
	Restarts []time.Time // instants after Opened at which it began again
	End      time.Time   // first instant outside; zero: not known
}

// ChargeRuling says what a charge is.
type ChargeRuling string

// The rulings.
const (
	Right     ChargeRuling = "right"
	Wrong     ChargeRuling = "wrong"
	Uncertain ChargeRuling = "uncertain"
)

// RuledCharge is a charge, or what costs nothing, with what is to be said of it.
type RuledCharge struct {
	At     time.Time
	Label  string // "charged as marketing, USD 0.0125: right"
	Ruling ChargeRuling
}

// OfFinding is what a finding itself tells of its timeline: the window that decided and
// the charge, if it says when. ok is false if it does not.
func OfFinding(f *result.Finding, zone *time.Location) (t Timeline, ok bool) {
	if f.ChargedAt == nil {
		return t, false
	}
	at, err := time.Parse(time.RFC3339, *f.ChargedAt)
	if err != nil {
		return t, false
	}
	t = Timeline{Title: f.Name, Zone: zone, Charges: []RuledCharge{{At: at, Label: f.Explanation, Ruling: rulingOf(f)}}}
	if w := f.Window; w != nil {
		opened, errOpened := time.Parse(time.RFC3339, w.OpenedAt)
		end, errEnd := time.Parse(time.RFC3339, w.ExpiresAt)
		if errOpened == nil && errEnd == nil {
			t.Windows = []Window{{Kind: w.Kind, Opened: opened, End: end}}
		}
	}
	return t, true
}

func rulingOf(f *result.Finding) ChargeRuling {
	switch f.Verdict {
	case result.OK:
		return Right
	case result.Uncertain:
		return Uncertain
	}
	return Wrong
}

// mark is what a row shows in the lane of a window.
type mark uint8

const (
	none    mark = iota
	through      // the window is open
	opens
	again // it begins again
	closes
)

// row is one line of the drawing.
type row struct {
	at     time.Time
	kind   MarkKind // of an event, "" for all else
	ruling ChargeRuling
	text   string
	marks  []mark // one a lane
}

// ranks of rows of one instant: a window is over at its end, and a charge follows its
// delivery.
const (
	rankEnd = iota
	rankEvent
	rankCharge
)

// layout is the rows of a timeline, with the lane of each window.
type layout struct {
	zone  *time.Location
	rows  []row
	kinds [][]string // by row and lane, the kind of window that is drawn there
	lanes int
}

// rankedRow is a row, and where it stands among those of its instant.
type rankedRow struct {
	row
	rank int
}

// lay orders what happened, and gives each window a lane of its own as long as it is
// open.
func lay(t *Timeline) *layout {
	windows := slices.Clone(t.Windows)
	slices.SortStableFunc(windows, func(a, b Window) int { return cmp.Or(a.Opened.Compare(b.Opened), a.End.Compare(b.End)) })
	all := inOrder(t, windows)
	l := &layout{zone: cmp.Or(t.Zone, time.UTC), rows: make([]row, len(all)), kinds: make([][]string, len(all))}
	for i := range all {
		l.rows[i] = all[i].row
	}
	ends := make([]int, 0, len(windows)) // by lane, the row in which its last window ends
	for i := range windows {
		w := &windows[i]
		from, to := w.span(all)
		lane := slices.IndexFunc(ends, func(end int) bool { return end < from })
		if lane < 0 {
			lane = len(ends)
			ends = append(ends, 0)
		}
		ends[lane] = to
		l.put(w, lane, from, to)
	}
	l.lanes = len(ends)
	return l
}

// inOrder returns the rows of what happened, with those in which windows open and close.
func inOrder(t *Timeline, windows []Window) (all []rankedRow) {
	for _, e := range t.Events {
		all = append(all, rankedRow{row{at: e.At, kind: e.Kind, text: page.Clean(e.Label)}, rankEvent})
	}
	for _, c := range t.Charges {
		all = append(all, rankedRow{row{at: c.At, ruling: c.Ruling, text: page.Clean(c.Label)}, rankCharge})
	}
	for i := range windows {
		w := &windows[i]
		if w.opening(all) < 0 {
			all = append(all, rankedRow{row{at: w.Opened, text: w.name() + " opens"}, rankEvent})
		}
		if !w.End.IsZero() {
			all = append(all, rankedRow{row{at: w.End, text: w.closing()}, rankEnd})
		}
	}
	slices.SortStableFunc(all, func(a, b rankedRow) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.rank, b.rank)) })
	return all
}

// opening is the row in which the window opens, -1 for none.
func (w *Window) opening(all []rankedRow) int {
	return slices.IndexFunc(all, func(r rankedRow) bool { return r.rank == rankEvent && r.at.Equal(w.Opened) })
}

// closing says that the window closes.
func (w *Window) closing() string { return w.name() + " closes" }

// span returns the rows in which the window opens and closes; to is behind the last row
// if it is not known when it does.
func (w *Window) span(all []rankedRow) (from, to int) {
	if w.End.IsZero() {
		return w.opening(all), len(all)
	}
	return w.opening(all), slices.IndexFunc(all, func(r rankedRow) bool { return r.rank == rankEnd && r.at.Equal(w.End) && r.text == w.closing() })
}

// put draws a window into its lane, from one row to another; to is behind the last row
// if it is not known when the window ends.
func (l *layout) put(w *Window, lane, from, to int) {
	for i := from; i <= min(to, len(l.rows)-1); i++ {
		r := &l.rows[i]
		for len(r.marks) <= lane {
			r.marks, l.kinds[i] = append(r.marks, none), append(l.kinds[i], "")
		}
		m := through
		switch {
		case i == from:
			m = opens
			if r.kind != "" {
				r.text += "; opens " + w.called()
			}
		case i == to:
			m = closes
		case r.kind != "" && slices.ContainsFunc(w.Restarts, r.at.Equal):
			m = again
			r.text += "; restarts " + w.called()
		}
		r.marks[lane], l.kinds[i][lane] = m, w.Kind
	}
}

// name is what to call the window at the beginning of a line.
func (w *Window) name() string {
	name := w.Name
	if name == "" {
		name = page.Words(w.Kind)
		switch w.Kind {
		case "conversation":
		case "free_entry":
			name = "free entry point window"
		default:
			name += " window"
		}
	}
	return page.Clean(name)
}

// called is its name with an article.
func (w *Window) called() string {
	name := w.name()
	if strings.HasPrefix(name, "the ") || strings.HasPrefix(name, "a ") {
		return name
	}
	return "the " + name
}

// clock writes an instant without its day: local time, and UTC beside it, "" if the zone
// is UTC. Where UTC has another day, that stands before it.
func (l *layout) clock(at time.Time) (local, utc string) {
	here, there := at.In(l.zone), at.UTC()
	if l.zone == time.UTC {
		return here.Format(time.TimeOnly + "Z"), ""
	}
	layout := time.TimeOnly + "Z"
	if here.Format(time.DateOnly) != there.Format(time.DateOnly) {
		layout = "2 Jan 15:04:05Z"
	}
	return here.Format(time.TimeOnly), there.Format(layout)
}

// day is the day of a row, as a heading.
func (l *layout) day(at time.Time) string { return at.In(l.zone).Format("Mon 2 January 2006") }

// heading says in which zone the times are.
func (l *layout) heading() string {
	if l.zone == time.UTC {
		return "Times are UTC."
	}
	return "Times are " + page.Clean(l.zone.String()) + ", with UTC (Z) beside them."
}

// sign is what stands before a charge's text.
func (r ChargeRuling) sign() string {
	switch r {
	case Right:
		return "ok "
	case Wrong:
		return "!! "
	case Uncertain:
		return "?? "
	}
	return ""
}
