package audit_test

import (
	"context"
	"slices"
	"testing"

	"waudit/audit"
	"waudit/audit/event"
	"waudit/audit/result"
)

// holdAsked sees that each pair has the same decisions and findings if it alone is asked
// for as it has among all. Timelines of several pairs go through it.
func holdAsked(t *testing.T, all []event.Pair, options func() audit.Options) {
	t.Helper()
	if len(all) < 2 || len(all) > 100 {
		return
	}
	for _, asked := range []*event.Pair{&all[0], &all[len(all)-1]} {
		is := func(p *event.Pair) bool {
			return p.Number == asked.Number && p.User == asked.User && p.UserID == asked.UserID && p.Group == asked.Group
		}
		if got, want := told(t, all, options(), is, nil), told(t, all, options(), nil, is); !slices.Equal(got, want) {
			t.Fatalf("of one pair that is asked for: %s\nwant %s", got, want)
		}
	}
}

// told returns the decisions on the pairs that are wanted, nil for all, and what the
// findings say of their messages.
func told(t *testing.T, all []event.Pair, opts audit.Options, asked, want func(*event.Pair) bool) (texts []string) {
	t.Helper()
	opts.Asked = asked
	a, findings, err := audit.Audit(context.Background(), memoryLog{all}, opts)
	if err != nil {
		t.Fatal(err)
	}
	messages := map[[3]string]bool{}
	err = a.Decisions(context.Background(), want, func(d *result.Decision) error {
		texts = append(texts, asText(t, d))
		messages[[3]string{d.Number, d.Message, d.Participant}] = true
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i := range findings.Findings {
		f := &findings.Findings[i]
		if f.Message != "" && messages[[3]string{f.Number, f.Message, f.Participant}] {
			texts = append(texts, asText(t, f))
		}
	}
	return texts
}
