package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/parquet-go/parquet-go"
	"github.com/xuri/excelize/v2"

	"waudit/audit/result"
	"waudit/report"
	"waudit/report/format"
)

// options are those of files, with the documentation of one check.
func options() report.Options {
	return report.Options{Checks: []format.CheckDoc{{
		ID: "WA105", Name: "utility-in-service-window", Severity: "error", Title: "utility was charged inside the window", Means: "It was free.",
		Wrong: "one inside", Right: "one outside", Source: "https://example.org/pricing",
	}}}
}

// named is a report with findings of several checks, on an account with a name.
func named() *result.Report {
	r := several()
	r.Run.Accounts = []result.AccountLabel{{WABA: "102290129340398", Name: "Acme | Brazil"}}
	r.Totals.Claim = []result.Money{{Currency: "USD", Amount: "0.0034"}}
	r.Totals.Groups = []result.GroupTotal{{By: "account", Key: "102290129340398", ChargesReported: 310221, Amounts: r.Totals.Amounts}}
	r.Run.Options = map[string]any{"checks": []string{"WA104", "WA105", "WA501"}}
	return r
}

// reconciliation is a bill of two lines beside the log, one of them claimed before.
func reconciliation() *result.Reconciliation {
	f, before := utilityInWindow(), utilityInWindow()
	f.Lines, before.ID, before.Lines, before.Claimed = []string{"L1"}, "2123456789abcdef", []string{"L2"}, true
	both := sums("USD", "0.0068", "0.0000", "0.0068", "0.0000", "0.0000")
	return &result.Reconciliation{
		Schema: result.ReconcileSchema, Tool: result.Tool{Name: "waudit", Version: "test"},
		Scope:     result.Scope{Bill: result.Covered{From: "2025-08-01", To: "2025-08-31"}, Left: []result.LeftOut{{Reason: "not_in_log", WABA: "7", Currency: "USD", Lines: 2, Amount: "0.0100"}}},
		Matching:  result.Matching{Lines: 2, Matched: 2},
		Waterfall: []result.Waterfall{{Currency: "USD", Expected: "0.0000", Steps: []result.Step{{Step: "uncertain", Check: "WA105", Count: 2, Amount: "0.0068"}}, Total: "0.0068"}},
		Volumes:   []result.Volume{{WABA: "7", Period: "2025-08-01", Market: "Brazil", Category: "utility", Currency: "USD", Billed: 3, Log: 2, Amount: "0.0102", Due: "0.0068"}},
		Claims:    result.ClaimsSummary{Known: 1, Open: []result.Money{{Currency: "USD", Amount: "0.0034"}}, Claimed: []result.Money{{Currency: "USD", Amount: "0.0034"}}},
		Totals: result.FindingTotals{
			Amounts: both, Accounts: []result.AccountTotal{{WABA: f.WABA, Findings: 2, Amounts: both}},
			ByCheck: []result.CheckTotal{{Check: f.Check, Name: f.Name, Severity: f.Severity, Findings: 2, Amounts: both}},
			Dated:   dated(both), ByCategory: []result.KeySum{{Key: "utility", Amounts: both}},
		},
		Findings: []result.Finding{f, before},
	}
}

func bill() *result.ExpectedBill {
	return &result.ExpectedBill{
		Schema: result.BillSchema, Run: result.Run{Accounts: []result.AccountLabel{{WABA: "7", Name: "Acme"}}},
		Sums:   []result.BillSum{{Currency: "USD", Charges: 2, Amount: "0.0136", Low: "0.0000", High: "0.0068"}},
		Totals: []result.BillTotal{{WABA: "7", Month: "2025-08", BillSum: result.BillSum{Currency: "USD", Charges: 2, Amount: "0.0136", Low: "0.0000", High: "0.0068"}}},
		Lines: []result.BillLine{{
			WABA: "7", Portfolio: "7", Month: "2025-08", Market: "Brazil", Category: "utility", Unit: "message", Currency: "USD", Charges: 2, Rate: "0.0068", Amount: "0.0136",
			Tiers: []result.BillTier{{From: 1, Messages: 2, Rate: "0.0068", Amount: "0.0136"}}, Free: []result.FreeUnits{{Reason: "service", Messages: 4}}, Low: "0.0000", High: "0.0068", Uncertain: 1,
		}},
	}
}

func whatIf() *result.WhatIf {
	before := result.WhatIfSide{Charges: 2, Free: 4, Amount: "0.0136", Uncertain: 1, Low: "0.0000", High: "0.0068"}
	after := result.WhatIfSide{Charges: 3, Free: 3, Amount: "0.0104", Uncertain: 1, Low: "0.0000", High: "0.0068"}
	return &result.WhatIf{
		Schema: result.WhatIfSchema, Run: result.Run{Accounts: []result.AccountLabel{{WABA: "7", Name: "Acme"}}},
		Assumed: []result.Assumption{{Name: "rules", Value: "2026-10-01", Text: "the rules of 2026-10-01"}, {Name: "rates", Value: "2026-10-01", Text: "the rates of 2026-10-01"}},
		Sums: []result.WhatIfSum{{Currency: "USD", Before: before, After: after, Difference: "-0.0032", Steps: []result.WhatIfStep{
			{Step: "rules", Amount: "0.0068"}, {Step: "rates", Amount: "-0.0100"}, {Step: "free units", Amount: "0.0000"}, {Step: "volume tiers", Amount: "0.0000"},
		}}},
		Lines: []result.WhatIfLine{{WABA: "7", Market: "Brazil", Category: "utility", Currency: "USD", Before: before, After: after, Difference: "-0.0032"}},
	}
}

func savings() *result.Savings {
	before := result.WhatIfSide{Charges: 3, Free: 4, Amount: "0.1386", Uncertain: 1, Low: "0.0000", High: "0.0068"}
	after := result.WhatIfSide{Charges: 2, Free: 4, Amount: "0.0761", Uncertain: 1, Low: "0.0000", High: "0.0068"}
	return &result.Savings{
		Schema: result.SavingsSchema, Run: result.Run{Accounts: []result.AccountLabel{{WABA: "7", Name: "Acme"}}},
		Habits: []result.Habit{
			{
				Check: "WA604", Name: "template-sent-again", Severity: result.Info, Title: "sent again", Certain: true, Messages: 1, Saved: []result.Money{{Currency: "USD", Amount: "0.0625"}},
				Rule:     result.Rule{Clause: "4.1.8", Source: "https://example.org/pricing"},
				Examples: []result.HabitExample{{Message: "wamid.x", WABA: "7", Number: "2", User: "5511987654321", Charged: "2025-08-04T04:00:01Z", Category: "marketing", Template: "offer"}},
			},
			{Check: "WA610", Name: "click-unanswered", Severity: result.Info, Title: "not answered", Messages: 2, Saved: []result.Money{}, Rule: result.Rule{Clause: "4.1.3"}, Examples: []result.HabitExample{}},
		},
		Sums:  []result.SavingsSum{{Currency: "USD", Before: before, After: after, Saved: "0.0625", Perhaps: "0.0000"}},
		Lines: []result.WhatIfLine{{WABA: "7", Market: "Brazil", Category: "marketing", Currency: "USD", Before: before, After: after, Difference: "-0.0625"}},
	}
}

func in[T any](t *testing.T, formats format.List[T], name string, doc T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := formats.Write(&b, name, doc, options()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestFormats holds every format of every document to a golden file, those for files
// only by what a reader of their kind finds in them.
func TestFormats(t *testing.T) {
	each(t, "audit", report.AuditFormats(), named())
	each(t, "reconcile", report.ReconcileFormats(), reconciliation())
	each(t, "bill", report.BillFormats(), bill())
	each(t, "whatif", report.WhatIfFormats(), whatIf())
	each(t, "savings", report.SavingsFormats(), savings())
	d := decision()
	each(t, "decisions", report.DecisionFormats(), repeated(&d, 1))
}

func each[T any](t *testing.T, name string, formats format.List[T], doc T) {
	for _, f := range formats {
		if f.Name == "html" {
			continue // its package tests it in a browser
		}
		t.Run(name+"/"+f.Name, func(t *testing.T) {
			text := in(t, formats, f.Name, doc)
			if !bytes.Equal(text, in(t, formats, f.Name, doc)) {
				t.Error("written twice, it differs")
			}
			if f.Binary {
				text = readers()[f.Name](t, text)
			} else if check := readers()[f.Name]; check != nil {
				check(t, text)
			}
			golden(t, name+"-"+f.Name, text)
		})
	}
}

// readers read a format as a program of its kind does; those of files return what
// they find.
func readers() map[string]func(*testing.T, []byte) []byte {
	return map[string]func(*testing.T, []byte) []byte{
		"xlsx": readWorkbook, "parquet": readParquet,
		"csv": func(t *testing.T, text []byte) []byte {
			if _, err := csv.NewReader(bytes.NewReader(text)).ReadAll(); err != nil {
				t.Error(err)
			}
			return nil
		},
		"ndjson": func(t *testing.T, text []byte) []byte {
			for line := range bytes.Lines(text) {
				if !json.Valid(line) {
					t.Errorf("no JSON: %s", line)
				}
			}
			return nil
		},
		"sarif": func(t *testing.T, text []byte) []byte {
			log, err := sarif.FromBytes(text)
			if err != nil {
				t.Fatal(err)
			}
			for _, run := range log.Runs { // what is not there the reader writes empty, which is not valid
				run.Language, run.Tool.Driver.Language, run.NewlineSequences = "en-US", "en-US", []string{"\n"}
			}
			if err := log.Validate(); err != nil {
				t.Error(err)
			}
			return nil
		},
		"junit": func(t *testing.T, text []byte) []byte {
			readXML(t, text)
			return nil
		},
	}
}

func readWorkbook(t *testing.T, text []byte) []byte {
	f, err := excelize.OpenReader(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, name := range f.GetSheetList() {
		rows, err := f.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		b.WriteString("[" + name + "]\n")
		for _, row := range rows {
			b.WriteString(strings.Join(row, " | ") + "\n")
		}
	}
	return []byte(b.String())
}

func readParquet(t *testing.T, text []byte) []byte {
	f, err := parquet.OpenFile(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	return []byte(f.Schema().String() + "\n")
}

func readXML(t *testing.T, text []byte) (all []xml.Token) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(text))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		all = append(all, xml.CopyToken(token))
	}
}

// TestClaimHasOnlyWhatIsClaimable: neither what is uncertain nor what was claimed
// before stands in the claim, whose rows come to the sum that the report has.
func TestClaimHasOnlyWhatIsClaimable(t *testing.T) {
	for name, text := range map[string][]byte{
		"audit": in(t, report.AuditFormats(), "xlsx", named()), "reconcile": in(t, report.ReconcileFormats(), "xlsx", reconciliation()),
	} {
		f, err := excelize.OpenReader(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := f.GetRows("claim")
		if err != nil || len(rows) != 2 || rows[1][len(rows[1])-1] != "0123456789abcdef" {
			t.Errorf("%s: %q, %v", name, rows, err)
		}
	}
}

// TestMostMoneyFirst: findings stand by currency and by money, those without last.
func TestMostMoneyFirst(t *testing.T) {
	rows, err := csv.NewReader(bytes.NewReader(in(t, report.AuditFormats(), "csv", named()))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	for _, row := range rows[1:] {
		order = append(order, row[0][:1])
	}
	if got := strings.Join(order, ""); got != "1023" { // BRL uncertain; USD overcharged, USD uncertain; none
		t.Errorf("order %s", got)
	}
}

// hostileReport is a finding whose every text means something to some reader.
func hostileReport(word string) *result.Report {
	r := several()
	f := &r.Findings[0]
	f.Name, f.WABA, f.Number, f.User, f.Message, f.Template, f.Explanation = word, word, word, word, word, word, word
	f.Rule = result.Rule{Clause: word, Source: word}
	f.Evidence = []result.Evidence{{Path: word, Line: 3, What: word}}
	r.Run.Incomplete = []string{word}
	r.Totals.ByCheck[0].Name = word
	return r
}

// TestHostileTextsChangeNoReport: whatever a log holds, each format stays what it is.
func TestHostileTextsChangeNoReport(t *testing.T) {
	for _, word := range []string{"=1+1", "a\nb\r\n::error::c", "]]>", "a|b", "<b>&amp;", "\x00\x1b[31m\u202e", "\xff", "%0A::warning::x", "a,b:c"} {
		r := hostileReport(word)
		readXML(t, in(t, report.AuditFormats(), "junit", r))
		var log struct {
			Runs []struct {
				Results []struct{ Message struct{ Text string } }
			}
		}
		if err := json.Unmarshal(in(t, report.AuditFormats(), "sarif", r), &log); err != nil || len(log.Runs[0].Results) != len(r.Findings) {
			t.Errorf("%q: %v", word, err)
		}
		for line := range strings.Lines(string(in(t, report.AuditFormats(), "github", r))) {
			if parts := strings.Split(strings.TrimSuffix(line, "\n"), "::"); !strings.HasPrefix(line, "::") || strings.Contains(parts[1], "\n") || strings.ContainsAny(line, "\r\x1b\x00\u202e") {
				t.Errorf("%q: %q", word, line)
			}
		}
		if n, want := bytes.Count(in(t, report.AuditFormats(), "github", r), []byte("\n")), len(r.Findings)+1; n != want {
			t.Errorf("%q: %d annotations, want %d", word, n, want)
		}
		for _, name := range []string{"csv", "markdown"} {
			if text := in(t, report.AuditFormats(), name, r); bytes.ContainsAny(text, "\x00\x1b\u202e\r") || name == "markdown" && bytes.Contains(text, []byte("<b>")) {
				t.Errorf("%s, %q: %q", name, word, text)
			}
		}
	}
}

// TestSARIFSaysWhatOneReaderNeeds: the same finding has the same fingerprint wherever
// its log lies, and its place is the first piece of its evidence.
func TestSARIFSaysWhatOneReaderNeeds(t *testing.T) {
	r, moved := named(), named()
	moved.Findings[0].Evidence = []result.Evidence{{Path: "a folder/ö.ndjson", Line: 7}}
	read := func(r *result.Report) *sarif.Result {
		log, err := sarif.FromBytes(in(t, report.AuditFormats(), "sarif", r))
		if err != nil {
			t.Fatal(err)
		}
		if rule := log.Runs[0].Tool.Driver.Rules[log.Runs[0].Results[0].RuleIndex]; *rule.ID != "WA105" || *rule.HelpURI != "https://example.org/pricing" {
			t.Errorf("rule %s", *rule.ID)
		}
		return log.Runs[0].Results[0]
	}
	a, b := read(r), read(moved)
	if a.Fingerprints["waudit/v1"] != "0123456789abcdef" || b.PartialFingerprints["primaryLocationLineHash"] != a.PartialFingerprints["primaryLocationLineHash"] {
		t.Errorf("fingerprints %v and %v", a.Fingerprints, b.PartialFingerprints)
	}
	at := b.Locations[0].PhysicalLocation
	if *at.ArtifactLocation.URI != "a%20folder/%C3%B6.ndjson" || *at.Region.StartLine != 7 {
		t.Errorf("place %s", *at.ArtifactLocation.URI)
	}
}
