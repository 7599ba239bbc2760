package dispute

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"waudit/audit/account"
	"waudit/audit/reconcile"
	"waudit/audit/result"
)

// finding is an overcharge of account 7001 in October, as change leaves it.
func finding(n int, change func(f *result.Finding)) result.Finding {
	at := "2026-10-10T10:00:00Z"
	f := result.Finding{
		ID: fmt.Sprintf("%016x", n), Check: "WA105", Name: "utility-in-service-window", Verdict: result.Overcharge, WABA: "7001", Number: "8001", ChargedAt: &at,
		Amount: &result.FindingAmount{Amounts: result.Amounts{Currency: "USD", Reported: "0.0100", Expected: "0.0040", Overcharged: "0.0060", Undercharged: "0.0000", Uncertain: "0.0000"}, Basis: "rate_card"},
	}
	if change != nil {
		change(&f)
	}
	return f
}

func at(instant string) func(f *result.Finding) {
	return func(f *result.Finding) { f.ChargedAt = &instant }
}

// log is the report of a log that shows the whole month, as change leaves it.
func log(change func(r *result.Report), findings ...result.Finding) *result.Report {
	from, to := "2026-09-01T00:00:00Z", "2026-11-02T00:00:00Z"
	r := &result.Report{Schema: result.Schema, Coverage: result.Coverage{From: &from, To: &to}, Findings: findings}
	r.Totals.Groups = []result.GroupTotal{{By: "account", Key: "7001"}}
	if change != nil {
		change(r)
	}
	return r
}

func read(t *testing.T, doc any) *Source {
	t.Helper()
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Read("report.json", text)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

var configured = map[string]account.Config{"7001": {Name: "Acme", Timezone: "America/Sao_Paulo", Currency: "USD", Aliases: []string{"6001"}}, "7002": {Name: "Twin"}, "7003": {Name: "Twin"}}

func book(t *testing.T, configs map[string]account.Config) *account.Book {
	t.Helper()
	b, err := account.Build(configs)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func choose(t *testing.T, r *Source, claims reconcile.Claims) *Dispute {
	t.Helper()
	b := book(t, configured)
	c, err := Choose(r, Options{Book: b, Account: b.Find("7001", ""), Month: "2026-10", Claims: &claims, Uncertain: true})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func ids(findings []*result.Finding) string {
	var list []string
	for _, f := range findings {
		list = append(list, strings.TrimLeft(f.ID, "0"))
	}
	return strings.Join(list, " ")
}

// Only what is certain, of the account, in its own month and not claimed before is
// claimed; the rest is counted.
func TestChoose(t *testing.T) {
	c := choose(t, read(t, log(nil,
		finding(1, nil),
		finding(2, func(f *result.Finding) { f.Amount.Overcharged, f.Amount.Currency = "0.0090", "EUR" }),
		finding(3, func(f *result.Finding) { f.Amount.Overcharged, f.Check = "0.0200", "WA108" }),
		finding(4, func(f *result.Finding) { f.WABA = "7002" }),
		finding(5, func(f *result.Finding) {
			f.Verdict, f.Amount.Overcharged, f.Amount.Uncertain = result.Uncertain, "0.0000", "0.0060"
		}),
		finding(6, func(f *result.Finding) { f.Amount = nil }),
		finding(7, func(f *result.Finding) { f.Claimed = true }),
		finding(8, func(f *result.Finding) { f.Lines = []string{"L8"} }),
		finding(9, func(f *result.Finding) { f.ChargedAt = nil }),
		finding(10, at("2026-10-01T02:59:59Z")), // September in São Paulo
		finding(11, at("2026-10-01T03:00:00Z")),
		finding(12, at("2026-11-01T02:59:59Z")),
		finding(13, at("2026-11-01T03:00:00Z")),
		finding(14, func(f *result.Finding) { f.WABA, f.Number = "", "" }),
		finding(15, func(f *result.Finding) { f.Count, f.Amount.Overcharged = 4, "0.0060" }),
	)), reconcile.Claims{Claims: []reconcile.Claim{{ID: "aaaaaaaaaaaaaaaa", State: "claimed", Lines: []string{"L8"}}}})
	if got, want := ids(c.Findings), "2 3 b 1 f c"; got != want {
		t.Errorf("claimed are %s, want %s", got, want)
	}
	if got := ids(c.Open); got != "5" {
		t.Errorf("uncertain are %s, want 5", got)
	}
	if c.ClaimedBefore != 2 || c.Undated != 1 || c.Unassigned != 1 {
		t.Errorf("%d claimed before, %d undated, %d unassigned; want 2, 1, 1", c.ClaimedBefore, c.Undated, c.Unassigned)
	}
	want := []result.ClaimSum{
		{Currency: "EUR", Findings: 1, Charges: 1, Reported: "0.0100", Expected: "0.0040", Amount: "0.0090"},
		{Currency: "USD", Findings: 5, Charges: 8, Reported: "0.0500", Expected: "0.0200", Amount: "0.0440"},
	}
	if diff := cmp.Diff(want, c.Claimed); diff != "" {
		t.Error(diff)
	}
	checks := ""
	for _, s := range c.ByCheck {
		checks += s.Currency + " " + s.Check + " " + s.Amount + "; "
	}
	if want := "EUR WA105 0.0090; USD WA105 0.0240; USD WA108 0.0200; "; checks != want {
		t.Errorf("by check %s, want %s", checks, want)
	}
}

// A report of the month alone tells the month of what does not say when it was.
func TestUndatedInAReportOfTheMonth(t *testing.T) {
	from, to := "2026-10-01", "2026-11-01"
	undated := finding(1, func(f *result.Finding) { f.ChargedAt = nil })
	c := choose(t, read(t, log(func(r *result.Report) { r.Run.Period = result.Period{From: &from, To: &to} }, undated)), reconcile.Claims{})
	if len(c.Findings) != 1 || c.Undated != 0 {
		t.Errorf("%d claimed and %d undated, want 1 and 0", len(c.Findings), c.Undated)
	}
	bill := &result.Reconciliation{Schema: result.ReconcileSchema, Findings: []result.Finding{undated}, Scope: result.Scope{Bill: result.Covered{From: "2026-10-01", To: "2026-10-31", Accounts: []string{"7001"}}}}
	if c := choose(t, read(t, bill), reconcile.Claims{}); len(c.Findings) != 1 {
		t.Errorf("%d claimed of a bill of the month, want 1", len(c.Findings))
	}
	bill.Scope.Bill.To = "2026-11-01"
	if c := choose(t, read(t, bill), reconcile.Claims{}); len(c.Findings) != 0 || c.Undated != 1 {
		t.Errorf("%d claimed of a bill of two months, want 0", len(c.Findings))
	}
}

// Whatever may be missing of the month is a doubt.
func TestDoubts(t *testing.T) {
	instant := func(s string) *string { return &s }
	for name, tt := range map[string]struct {
		change func(r *result.Report)
		want   string // "" for no doubt
	}{
		"complete":   {},
		"incomplete": {func(r *result.Report) { r.Run.Incomplete = []string{"too many rejected"} }, "too many rejected"},
		"damaged":    {func(r *result.Report) { r.Run.Inputs = []result.InputFile{{Path: "a.gz", Incomplete: "cut"}} }, "a.gz: cut"},
		"rejected": {func(r *result.Report) {
			r.Run.Inputs = []result.InputFile{{Path: "a", InputCounts: result.InputCounts{Items: 9, RejectedItems: 2}}}
		}, "2 of its 9 items could not be used"},
		"forged": {func(r *result.Report) {
			r.Run.Inputs = []result.InputFile{{Path: "a", Signatures: &result.Signatures{Valid: 1, Invalid: 2}}}
		}, "2 webhooks with a wrong signature were left out"},
		"begins":     {func(r *result.Report) { r.Coverage.From = instant("2026-10-01T03:00:01Z") }, "begins at 2026-10-01T03:00:01Z"},
		"ends":       {func(r *result.Report) { r.Coverage.To = instant("2026-11-01T02:59:59Z") }, "ends at 2026-11-01T02:59:59Z"},
		"ends late":  {func(r *result.Report) { r.Coverage.To = instant("2026-11-01T03:00:00Z") }, ""},
		"no log":     {func(r *result.Report) { r.Coverage.From = nil }, "does not say what the log covers"},
		"part":       {func(r *result.Report) { r.Run.Period.From = instant("2026-10-02") }, "no charge before 2026-10-02"},
		"other part": {func(r *result.Report) { r.Run.Period.To = instant("2026-10-31T12:00:00") }, "no charge from 2026-10-31T12:00:00 on"},
		"gap": {func(r *result.Report) {
			r.Coverage.Gaps = []result.Gap{{Number: "8001", Kind: "time", From: "2026-10-07T00:00:00Z", To: "2026-10-08T00:00:00Z"}}
		}, "number 8001 says nothing from 2026-10-07T00:00:00Z"},
		"gap before": {func(r *result.Report) {
			r.Coverage.Gaps = []result.Gap{{Number: "8001", Kind: "time", From: "2026-09-07T00:00:00Z", To: "2026-09-08T00:00:00Z"}}
		}, ""},
		"gap elsewhere": {func(r *result.Report) {
			r.Findings = append(r.Findings, finding(2, func(f *result.Finding) { f.WABA, f.Number = "7002", "8002" }))
			r.Coverage.Gaps = []result.Gap{{Number: "8002", Kind: "inbound", From: "2026-10-07T00:00:00Z", To: "2026-10-08T00:00:00Z"}}
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			doubts := choose(t, read(t, log(tt.change, finding(1, nil))), reconcile.Claims{}).Doubts
			if text := strings.Join(doubts, "; "); tt.want == "" && text != "" || !strings.Contains(text, tt.want) || len(doubts) > 1 {
				t.Errorf("doubts are %q, want %q", text, tt.want)
			}
		})
	}
}

// Without a configured currency amounts are estimates; complete_from vouches for what
// was before the log.
func TestDoubtsByConfiguration(t *testing.T) {
	r := read(t, log(func(r *result.Report) {
		first := "2026-10-03T00:00:00Z"
		r.Coverage.From = &first
	}, finding(1, nil)))
	complete := time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)
	b := book(t, map[string]account.Config{"7001": {CompleteFrom: &complete}})
	c, err := Choose(r, Options{Book: b, Account: b.Find("7001", ""), Month: "2026-10", Claims: &reconcile.Claims{}})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"amounts are estimates: the account's currency is not configured"}; !cmp.Equal(c.Doubts, want) {
		t.Errorf("doubts are %q, want %q", c.Doubts, want)
	}
}

func TestAccount(t *testing.T) {
	r := read(t, log(func(r *result.Report) {
		r.Totals.Groups = append(r.Totals.Groups, result.GroupTotal{By: "account", Key: "7002"}, result.GroupTotal{By: "account", Key: "7003"}, result.GroupTotal{By: "month", Key: "2026-10"})
	}))
	b := book(t, configured)
	for asked, want := range map[string]string{"7001": "7001", "6001": "7001", "Acme": "7001"} {
		if a, err := r.Account(asked, b); err != nil || a.ID != want {
			t.Errorf("%s: %v, want account %s", asked, err, want)
		}
	}
	for asked, want := range map[string]string{"Twin": "name of 2 accounts", "2026-10": "it has 7001, 7002, 7003", "": "has no account"} {
		if _, err := r.Account(asked, b); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", asked, err, want)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"log":                         "is not a JSON report",
		`{"schema":"waudit.bill/v1"}`: `its schema is "waudit.bill/v1"`,
		`{"schema":"waudit.report/v1","findings":[{"id":"../../etc/x"}]}`: "is no id of a finding",
		`{"schema":"waudit.report/v1","findings":{}}`:                     "is damaged: at \"findings\"",
	} {
		if _, err := Read("x.json", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	r := read(t, log(nil, finding(1, func(f *result.Finding) { f.Amount.Expected = "much" })))
	b := book(t, configured)
	if _, err := Choose(r, Options{Book: b, Account: b.Find("7001", ""), Month: "2026-10", Claims: &reconcile.Claims{}}); err == nil || !strings.Contains(err.Error(), "0000000000000001") {
		t.Errorf("got %v, want the finding whose amount is no number", err)
	}
}

// A shell gives the words of a command back as they are.
func TestCommandIsQuoted(t *testing.T) {
	r := read(t, log(func(r *result.Report) {
		r.Run.Inputs = []result.InputFile{{Path: "it's $(x).json", Dialect: "flat", SHA256: "ab"}, {Path: "bill.csv", Dialect: "invoice"}}
		r.Run.Options = map[string]any{"tolerance": "1m0s", "checks": []string{"WA101", "WA105"}, "max_record": 67108864, "strict": true, "redact": false}
		r.Run.Config = &result.UsedConfig{Path: "my config.yaml", Files: []result.ConfigFile{{Key: "templates", Path: "t.csv"}, {Key: "$(x)", Path: "y"}}}
	}))
	want := `waudit audit '--config=my config.yaml' --templates=t.csv --tolerance=1m0s --checks=WA101,WA105 --max-record=67108864 --strict --invoice=bill.csv --hash-inputs -f json -o report.json -- 'it'\''s $(x).json'`
	if got := r.ReportCommand(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
