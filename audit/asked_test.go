package audit_test

import (
	"context"
	"slices"
	"testing"

	"waudit/audit"
	"waudit/audit/event"
	"waudit/audit/result"
)

// holdAsked sees that of the pairs that are asked for each has the decisions that it has
// among all, and no other pair has any. Timelines of several pairs go through it.
func holdAsked(t *testing.T, all []event.Pair, options func() audit.Options) {
	t.Helper()
	if len(all) < 2 || len(all) > 100 {
		return
	}
	decisions := func(asked, want func(*event.Pair) bool) (texts []string) {
		opts := options()
		opts.Asked = asked
		a, err := audit.New(context.Background(), memoryLog{all}, opts)
		if err != nil {
			t.Fatal(err)
		}
		err = a.Decisions(context.Background(), want, func(d *result.Decision) error {
			texts = append(texts, asText(t, d))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return texts
	}
	last := &all[len(all)-1]
	is := func(p *event.Pair) bool {
		return p.Number == last.Number && p.User == last.User && p.UserID == last.UserID && p.Group == last.Group
	}
	if got, want := decisions(is, nil), decisions(nil, is); !slices.Equal(got, want) {
		t.Fatalf("of one pair that is asked for: %s\nwant %s", got, want)
	}
}
