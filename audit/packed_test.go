package audit

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"waudit/audit/coverage"
	"waudit/audit/event"
	"waudit/audit/money"
	"waudit/audit/price"
	"waudit/audit/result"
	"waudit/audit/template"
)

// TestManyFindingsOfOneCustomer: findings that are packed while a customer is judged are
// afterwards what they were, also in what is zero or a list of nothing.
func TestManyFindingsOfOneCustomer(t *testing.T) {
	a := newAuditor(nil, Options{Census: coverage.NewCensus(), Templates: new(template.Categories)})
	judges := []*judge{a.newJudge(&replayer{a: a}), a.newJudge(&replayer{a: a})}
	want := map[string]*draft{}
	for i := range 2*mostDrafts + 10 {
		made := func() *draft {
			d := &draft{Currency: "USD", Basis: price.RateCard, Side: sideOver, Finding: Finding{Finding: result.Finding{
				ID: fmt.Sprint("f", i), ChargedAt: new(""), Reported: &result.Reported{Charged: new(i%2 == 0), Billable: new(false)},
				Expected: &result.Expected{Candidates: []string{}}, Evidence: []result.Evidence{},
			}, Places: []Evidence{{event.Place{Input: uint32(i)}, "sent status", 7}}, Money: price.Sums{Over: money.Of(int64(i))}}}
			d.setAmount()
			return d
		}
		judges[0].keep(made())
		want[made().ID] = made()
	}
	if n := len(judges[0].findings); n != mostDrafts {
		t.Errorf("%d findings are not packed", n)
	}
	all, err := merged(judges)
	if err != nil || len(all.findings) != len(want) {
		t.Fatalf("%d findings of %d: %v", len(all.findings), len(want), err)
	}
	for _, got := range all.findings {
		if diff := cmp.Diff(want[got.ID], got, cmp.AllowUnexported(money.Amount{}, price.TierScope{})); diff != "" {
			t.Fatal(diff)
		}
	}
}
