package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"waudit/audit/result"
	"waudit/report/page"
	"waudit/report/timeline"
)

// timelineOf is what happened between a number and a customer. Of a long one the part
// is shown that has what was asked for; earlier is how many messages and contacts are
// left out.
func timelineOf(c *result.Explained) (t *timeline.Timeline, earlier int) {
	t = &timeline.Timeline{Title: who(c) + ", number " + c.Number, Zone: zoneOf(c)}
	from, to := focus(c)
	shown := func(at time.Time) bool {
		if at.Before(from) || at.After(to) {
			earlier++
			return false
		}
		return true
	}
	for _, k := range c.Contacts {
		if at := instantOf(k.At); shown(at) {
			t.Events = append(t.Events, timeline.Mark{At: at, Kind: timeline.Customer, Label: contactWords(&k)})
		}
	}
	for i := range c.Messages {
		m := &c.Messages[i]
		if at := messageTime(m); shown(at) {
			addMessage(t, m)
		}
	}
	for i := range c.Windows {
		w := &c.Windows[i]
		if opened, end := instantOf(w.OpenedAt), instantOf(w.Ends); !end.Before(from) && !opened.After(to) && bears(c, w) {
			t.Windows = append(t.Windows, windowFor(w))
		}
	}
	return t, earlier
}

// bears reports whether a window is to be drawn: one that may not have been open only
// if it decided something.
func bears(c *result.Explained, w *result.ExplainedWindow) bool {
	if !w.Assumed {
		return true
	}
	return slices.ContainsFunc(c.Messages, func(m result.ExplainedMessage) bool {
		d := m.Decision.Window
		return d != nil && d.Kind == w.Kind && d.OpenedAt == w.OpenedAt
	})
}

// focus is the time that is shown: all of it, or of a long one the days around what was
// asked for; of more than mostRows the last of these, with few behind them.
func focus(c *result.Explained) (from, to time.Time) {
	var all, asked, judged []time.Time
	for i := range c.Messages {
		m := &c.Messages[i]
		at := messageTime(m)
		all = append(all, at)
		if m.Asked {
			asked = append(asked, at)
		}
		if m.Asked && m.Judged {
			judged = append(judged, at)
		}
	}
	for _, k := range c.Contacts {
		all = append(all, instantOf(k.At))
	}
	if len(all) == 0 {
		return from, to
	}
	slices.SortFunc(all, time.Time.Compare)
	first, last := all[0], all[len(all)-1].Add(time.Hour)
	if len(asked) == 0 || len(asked) == len(c.Messages) && len(all) <= mostRows {
		return first, last
	}
	if len(judged) > 0 {
		asked = judged // of those outside the period nothing is said
	}
	slices.SortFunc(asked, time.Time.Compare)
	from, to = asked[0].AddDate(0, 0, -8), asked[len(asked)-1].AddDate(0, 0, 2)
	begin, end, behind := firstAfter(all, from.Add(-1)), firstAfter(all, to), firstAfter(all, asked[len(asked)-1])+mostRows/4
	if end-begin > mostRows {
		if behind < end {
			end, to = behind, all[behind-1]
		}
		begin = max(begin, end-mostRows)
		from = all[begin]
	}
	if from.Before(first) {
		from = first
	}
	return from, to
}

// firstAfter is where the first of sorted instants is that lies behind another.
func firstAfter(all []time.Time, at time.Time) int {
	i, _ := slices.BinarySearchFunc(all, at, func(t, at time.Time) int {
		if t.After(at) {
			return 1
		}
		return -1
	})
	return i
}

// messageTime is when a message was delivered, else sent or failed.
func messageTime(m *result.ExplainedMessage) time.Time {
	for _, at := range []*string{m.Decision.DeliveredAt, m.ReadAt, m.Decision.SentAt, m.FailedAt} {
		if at != nil {
			return instantOf(*at)
		}
	}
	return time.Time{}
}

func instantOf(at string) time.Time {
	t, err := time.Parse(time.RFC3339, at)
	if err != nil {
		return time.Time{}
	}
	return t
}

func contactWords(k *result.Contact) string {
	what := "customer wrote"
	switch k.Kind {
	case "call":
		what = "customer called"
	case "accepted_call":
		what = "customer took a call"
	}
	switch k.Type {
	case "", "text", "call":
	default:
		what += " (" + spaced(k.Type) + ")"
	}
	switch k.Referral {
	case "":
	case "ad":
		what += ", coming by an ad"
	case "page_cta":
		what += ", coming by a page button"
	default:
		what += ", coming by a " + spaced(k.Referral)
	}
	return what
}

// merged is how soon after its sending a delivery is told in the same row.
const merged = time.Minute

// addMessage adds what happened to a message, and its charge.
func addMessage(t *timeline.Timeline, m *result.ExplainedMessage) {
	d, name := &m.Decision, sentMessage(m)
	add := func(at *string, kind timeline.MarkKind, label string) {
		if at != nil {
			t.Events = append(t.Events, timeline.Mark{At: instantOf(*at), Kind: kind, Label: label})
		}
	}
	delivered := name + " delivered"
	if d.SentAt != nil && d.DeliveredAt != nil {
		if after := instantOf(*d.DeliveredAt).Sub(instantOf(*d.SentAt)); after >= 0 && after <= merged {
			delivered += fmt.Sprintf(" (sent %s before)", after)
		} else {
			add(d.SentAt, timeline.Sent, name+" sent")
		}
	} else {
		add(d.SentAt, timeline.Sent, name+" sent")
	}
	if m.Ruling == "free" {
		delivered += ": free"
	}
	add(d.DeliveredAt, timeline.Delivered, delivered)
	add(m.ReadAt, timeline.Read, name+" read")
	failed := name + " failed"
	if m.Error != "" {
		failed += " (error " + m.Error + ")"
	}
	add(m.FailedAt, timeline.Failed, failed)
	r := rulings[m.Ruling]
	if r.class == "" || !m.Judged {
		return
	}
	label := "charge " + r.words
	switch {
	case !m.Charged:
		label = r.words
	case m.Amount != nil && !page.IsZero(m.Amount.Reported):
		label = "charged " + cash(m.Amount.Currency, m.Amount.Reported)
		if m.Amount.Estimate {
			label += " (estimate)"
		}
		label += ": " + r.words
	case d.Reported.Category != "":
		label = "charged as " + spaced(d.Reported.Category) + ": " + r.words
	}
	label = strings.ReplaceAll(label, page.NoBreak, " ")
	t.Charges = append(t.Charges, timeline.RuledCharge{At: messageTime(m), Label: label, Ruling: r.class})
}

func windowFor(w *result.ExplainedWindow) timeline.Window {
	out := timeline.Window{Kind: w.Kind, Opened: instantOf(w.OpenedAt), End: instantOf(w.Ends)}
	switch w.Kind {
	case "customer_service":
		out.Name = "customer's 24-hour window"
	case "messaging":
		out.Name = "messaging window"
	case "free_entry":
		out.Name = fmt.Sprintf("free %d-hour window", int(out.End.Sub(out.Opened).Hours()))
	default:
		out.Name = "conversation"
		if w.Category != "" {
			out.Name = spaced(w.Category) + " conversation"
		}
	}
	if w.Assumed {
		out.Name += " (not certain)"
	}
	for _, at := range w.Restarts {
		out.Restarts = append(out.Restarts, instantOf(at))
	}
	return out
}
