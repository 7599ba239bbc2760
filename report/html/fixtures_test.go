package html_test

import (
	"fmt"
	"math/rand/v2"
	"time"

	"waudit/audit/result"
)

// several is a report with that many findings, each of another customer, of three
// kinds in turn: overcharged, uncertain, and without money.
func several(n int) *result.Report {
	random := rand.New(rand.NewPCG(1, 2))
	r := &result.Report{
		Schema: result.Schema, Tool: result.Tool{Name: "waudit", Version: "test"},
		Coverage: result.Coverage{From: new("2026-10-01T00:00:00Z"), To: new("2026-10-31T23:59:59Z"), DeliveredWithPricing: "1.0000", DeliveredWithSent: "1.0000", NumbersWithInbound: "1.0000"},
		Run:      result.Run{NotRun: []result.NotRun{{Check: "WA204", Why: "no amounts in the log"}}, Incomplete: []string{"b.ndjson.gz: the file was cut"}},
		Totals: result.Totals{
			Messages: int64(3 * n), ChargesReported: int64(2 * n), ChargesExpected: int64(n), Verdicts: result.Verdicts{OK: 1, Overcharge: int64(n/3 + 1), Uncertain: int64(n / 3)},
			Amounts: sums("USD"),
			ByCheck: []result.CheckTotal{{Check: "WA105", Name: "utility-in-service-window", Severity: result.Error, Findings: 1, Amounts: sums("USD")}},
			Groups:  []result.GroupTotal{{By: "category", Key: "utility", Amounts: sums("USD")}, {By: "market", Key: "India", Amounts: sums("USD")}},
		},
	}
	for i := range n {
		r.Findings = append(r.Findings, finding(i, random))
	}
	return r
}

// inKolkata gives the account of a report a zone.
func inKolkata(r *result.Report) *result.Report {
	r.Run.Accounts = []result.AccountLabel{{WABA: "102290129340398", Name: "Kaveri Home", Timezone: "Asia/Kolkata"}}
	return r
}

func sums(currency string) []result.Amounts {
	return []result.Amounts{{Currency: currency, Reported: "1.7200", Expected: "1.0000", Overcharged: "0.7200", Undercharged: "0.0000", Uncertain: "0.6000"}}
}

// finding is one of a report, with ids as long as real ones and as different.
func finding(i int, random *rand.Rand) result.Finding {
	at := time.Date(2026, 10, 1, 10, 0, 0, 0, time.UTC).Add(time.Duration(i%30) * 24 * time.Hour)
	stamp := func(t time.Time) string { return t.Format(time.RFC3339) }
	said := func(t time.Time) string { return t.Format("2006-01-02 15:04:05Z") }
	f := result.Finding{
		ID: fmt.Sprintf("%016x", random.Uint64()), Check: "WA105", Name: "utility-in-service-window", Severity: result.Error, Verdict: result.Overcharge,
		WABA: "102290129340398", Number: fmt.Sprint(106540352242922 + i%7), User: fmt.Sprint(15550000000 + i), UserID: fmt.Sprintf("BR.%d", 1_000_000_000_000_000+random.Int64N(1e15)),
		Message: fmt.Sprintf("wamid.HBgNNTUxMDkyNjg3ODEzNBUCABEYF%016XEMwQTZBQ0VF", random.Uint64()), Conversation: fmt.Sprintf("%016x%016x", random.Uint64(), random.Uint64()),
		ChargedAt: new(stamp(at)), Era: "pmp-2025-07", Category: "utility", Template: fmt.Sprintf("order_update_%d", i%20),
		Reported:    &result.Reported{Charged: new(true), PricingModel: "PMP", Type: "regular", Category: "utility", Billable: new(true)},
		Expected:    &result.Expected{Outcome: "free", Reason: "customer_service_window"},
		Window:      &result.Window{Kind: "customer_service", OpenedBy: fmt.Sprintf("wamid.HBgNNTUxMDkyNjg3ODEzNBUCABIYF%016XEMwQTZBQ0VF", random.Uint64()), OpenedAt: stamp(at.Add(-2 * time.Hour)), ExpiresAt: stamp(at.Add(22 * time.Hour))},
		Amount:      &result.FindingAmount{Amounts: result.Amounts{Currency: "USD", Reported: "0.0180", Expected: "0.0000", Overcharged: "0.0180", Undercharged: "0.0000", Uncertain: "0.0000"}, Basis: "rate_card"},
		Explanation: fmt.Sprintf("Charged as utility at %s, customer %d, in a window open from %s to %s.", said(at), i, said(at.Add(-2*time.Hour)), said(at.Add(22*time.Hour))),
		Rule:        result.Rule{Era: "pmp-2025-07", Clause: "4.1.7", Source: "https://example.org/pricing?a&b"},
		Evidence: []result.Evidence{
			{Path: "log.ndjson", Line: uint32(10 + 7*i), What: "user message", At: stamp(at.Add(-2 * time.Hour))},
			{Path: "log.ndjson", Line: uint32(12 + 7*i), Item: 1, What: "delivered status", At: stamp(at)},
			{Path: "october.csv", Line: uint32(7 + i), What: "bill line"},
		},
	}
	switch i % 3 {
	case 1:
		f.Check, f.Name, f.Severity, f.Verdict = "WA104", "free-entry-window", result.Warning, result.Uncertain
		f.Amount.Reported, f.Amount.Overcharged, f.Amount.Uncertain = "0.0150", "0.0000", "0.0150"
	case 2:
		f.Check, f.Name, f.Severity, f.Verdict, f.Amount = "WA106", "service-is-free", result.Error, result.Overcharge, nil
	}
	return f
}

// hostile is a report in which every text of the log means harm.
func hostile() *result.Report {
	const harm = "</script><script>pwned=1</script><img src=x onerror=pwned=1>\"'`${pwned=1}{{.}}\u202e\u2028\u2066\x1b[2J\x00]]><!--"
	r := several(1)
	f := &r.Findings[0]
	for _, s := range []*string{
		&f.ID, &f.Name, &f.WABA, &f.Number, &f.User, &f.UserID, &f.Group, &f.Participant, &f.Message, &f.Conversation, &f.Era, &f.Category, &f.Template,
		&f.Explanation, &f.Rule.Clause, &f.Reported.Type, &f.Reported.Category, &f.Reported.PricingModel, &f.Expected.Reason, &f.Window.Kind, &f.Window.OpenedBy,
		&f.Amount.Currency, &f.Amount.Note, &f.Evidence[0].Path, &f.Evidence[0].What, &r.Totals.Groups[0].Key, &r.Totals.Groups[1].Key,
		&r.Totals.ByCheck[0].Check, &r.Totals.ByCheck[0].Name, &r.Run.NotRun[0].Why, &r.Run.NotRun[0].Check, &r.Run.Incomplete[0], &r.Tool.Version, &r.Totals.Amounts[0].Currency,
	} {
		*s = harm
	}
	r.Totals.Groups[0].Amounts, r.Totals.Groups[1].Amounts, r.Totals.ByCheck[0].Amounts = sums(harm), sums(harm), sums(harm)
	f.Rule.Source = "javascript:pwned=1"
	f.Examples = []string{harm}
	r.Run.Notes = []string{harm}
	return r
}
