package report

import (
	"testing"
	"time"

	"waudit/audit/result"
)

// TestTimelineOfMany: of a customer with more messages than a person is shown, the
// timeline has those that were asked for, or the last of them.
func TestTimelineOfMany(t *testing.T) {
	begin := time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)
	many := func(is func(i int, m *result.ExplainedMessage)) *result.Explained {
		c := &result.Explained{}
		for i := range 4000 {
			at := begin.Add(time.Duration(i) * 15 * time.Minute).Format(time.RFC3339)
			m := result.ExplainedMessage{Asked: true, Judged: true, Ruling: "right"}
			m.Decision.DeliveredAt = &at
			is(i, &m)
			c.Messages = append(c.Messages, m)
		}
		return c
	}
	at := func(i int) time.Time { return begin.Add(time.Duration(i) * 15 * time.Minute) }
	for name, tt := range map[string]struct {
		of          func(i int, m *result.ExplainedMessage)
		first, last int // messages that are shown
	}{
		"all of them":    {func(int, *result.ExplainedMessage) {}, 4000 - mostRows, 3999},
		"one of them":    {func(i int, m *result.ExplainedMessage) { m.Asked = i == 2000 }, 2000 - mostRows*3/4 + 1, 2000 + mostRows/4},
		"those of a day": {func(i int, m *result.ExplainedMessage) { m.Judged = 200 <= i && i < 230 }, 229 - mostRows*3/4 + 1, 229 + mostRows/4},
	} {
		tl, left := timelineOf(many(tt.of))
		if n := len(tl.Events); n != mostRows || left != 4000-mostRows {
			t.Errorf("%s: %d shown and %d left out", name, n, left)
			continue
		}
		if first, last := tl.Events[0].At, tl.Events[mostRows-1].At; first != at(tt.first) || last != at(tt.last) {
			t.Errorf("%s: from %s to %s, want %s to %s", name, first, last, at(tt.first), at(tt.last))
		}
	}
}
