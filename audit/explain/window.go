package explain

import (
	"cmp"
	"slices"

	"waudit/audit"
	"waudit/audit/era"
	"waudit/audit/event"
	"waudit/audit/outcome"
	"waudit/audit/reading"
	"waudit/audit/result"
	"waudit/audit/window"
)

// windowSpan is a window in the making. Times are Unix milliseconds.
type windowSpan struct {
	kind       era.WindowKind
	category   string
	by         string // message
	start, end int64
	restarts   []int64
	assumed    bool
}

// serviceWindows are the customer service windows of a pair: each from the customer's
// first message to 24 hours after the last one of those that came before it closed.
func serviceWindows(x *audit.Examined) (spans []windowSpan) {
	for _, o := range x.Service.Openers {
		if n := len(spans); n > 0 && o.Time < spans[n-1].end {
			last := &spans[n-1]
			if last.assumed == (o.Sure == reading.Maybe) {
				if o.Time > last.start {
					last.restarts = append(last.restarts, o.Time)
				}
				last.end = o.Time + window.ServiceLength
				continue
			}
		}
		spans = append(spans, windowSpan{kind: era.ServiceWindow, by: x.Events[o.Index].Message, start: o.Time, end: o.Time + window.ServiceLength, assumed: o.Sure == reading.Maybe})
	}
	return spans
}

// opened returns the window that a message opened or that decided on it; ok is false
// for none, and for customer service windows.
func opened(x *audit.Examined, j *audit.Judged) (s windowSpan, ok bool) {
	w, m := &j.Window, j.Message
	opens := j.Era.Conversational() && m.Arrived && j.Outcome != outcome.Uncertain &&
		(j.Outcome == outcome.Charge || j.Code == outcome.FreeTier || j.Code == outcome.FreeService)
	switch {
	case opens:
		return windowSpan{kind: era.Conversation, category: j.DueCategory(), by: m.ID, start: m.Delivered.Lo, end: m.Delivered.Lo + window.ConversationLength, assumed: !m.Delivered.Exact()}, true
	case w.Kind == era.FreeEntryWindow, w.Kind == era.Conversation:
		s = windowSpan{kind: w.Kind, start: w.Start, end: w.End, assumed: j.Outcome == outcome.Uncertain}
		if w.ByMessage != window.NoMessage {
			by := &x.Decisions[w.ByMessage]
			s.by = by.Message.ID
			if w.Kind == era.Conversation {
				s.category = by.Category.String()
			}
		}
		return s, true
	}
	return windowSpan{}, false
}

// addSpan adds a window that is not known yet. What one message is certain of, is.
func addSpan(spans []windowSpan, s windowSpan) []windowSpan {
	for i := range spans {
		if o := &spans[i]; o.kind == s.kind && o.start == s.start && o.by == s.by {
			o.assumed = o.assumed && s.assumed
			o.end = max(o.end, s.end)
			return spans
		}
	}
	return append(spans, s)
}

// windows writes the windows of a pair by time.
func windows(spans []windowSpan) []result.ExplainedWindow {
	slices.SortStableFunc(spans, func(a, b windowSpan) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(a.kind, b.kind)) })
	out := make([]result.ExplainedWindow, 0, len(spans))
	for i := range spans {
		s := &spans[i]
		w := result.ExplainedWindow{
			Kind: s.kind.String(), Category: s.category, OpenedBy: s.by, OpenedAt: result.Stamp(s.start), Restarts: []string{}, Ends: result.Stamp(s.end), Assumed: s.assumed,
		}
		for _, t := range s.restarts {
			w.Restarts = append(w.Restarts, result.Stamp(t))
		}
		out = append(out, w)
	}
	return out
}

// contacts are what the customer wrote and called.
func contacts(events []event.Event) []result.Contact {
	out := []result.Contact{}
	for i := range events {
		e := &events[i]
		c := result.Contact{At: result.Stamp(e.Time), Message: e.Message, Kind: "message", Type: e.Type, Referral: e.Referral}
		switch e.Kind {
		case event.Inbound:
		case event.Call, event.AcceptedCall:
			c.Kind = e.Kind.String()
		default:
			continue
		}
		out = append(out, c)
	}
	return out
}
