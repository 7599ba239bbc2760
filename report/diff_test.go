package report_test

import (
	"bytes"
	"strings"
	"testing"

	"waudit/audit/result"
	"waudit/report"
)

// differing is a comparison with something in each of its lists.
func differing() *result.Diff {
	worse, gone := utilityInWindow(), openFreeEntry()
	worse.Template = "weekly|offer <b>"
	return &result.Diff{
		Schema: result.DiffSchema, Tool: result.Tool{Name: "waudit", Version: "test"}, Of: result.Schema,
		Old:      result.Compared{Path: "old.json", Version: "v1", Config: "waudit.yaml", Incomplete: []string{}},
		New:      result.Compared{Path: "new.json", Version: "v1", Config: "waudit.yaml", Incomplete: []string{"cut.gz: the data ends early"}},
		Summary:  result.DiffSummary{Added: 1, Resolved: 1, Changed: 1, Worsened: 1, Same: 1204},
		Causes:   []result.Cause{{What: "configuration", Old: strings.Repeat("a1", 32), New: strings.Repeat("b2", 32)}, {What: "options", Key: "fail_on", Old: "error", New: "any"}, {What: "incomplete", New: "cut.gz: the data ends early"}},
		Exceeded: []result.Exceeded{{Limit: "5%", Currency: "USD", Old: "0.0034", New: "1204.0068", Increase: "1204.0034"}},
		Amounts:  []result.AmountDiff{{Name: "overcharged", Currency: "USD", Old: "0.0034", New: "1204.0068", Difference: "1204.0034"}, {Name: "uncertain", Currency: "USD", Old: "0.0100", New: "0.0000", Difference: "-0.0100"}},
		Counts:   []result.CountDiff{{Name: "charges_reported", Old: 1, New: 1205, Difference: 1204}},
		Checks: []result.CheckDiff{{
			Check: "WA105", Name: "utility-in-service-window", Currency: "USD", Findings: result.CountPair{Old: 1, New: 2, Difference: 1}, Messages: result.CountPair{Old: 1, New: 2, Difference: 1},
			Amounts: []result.SumsDiff{{Name: "overcharged", Old: "0.0034", New: "1204.0068", Difference: "1204.0034"}},
		}},
		Lines: []result.LineDiff{{
			WABA: "102290129340398", Month: "2026-10", Market: "Brazil", Category: "utility", Unit: "message", Currency: "USD",
			Counts: []result.CountDiff{{Name: "charges", Old: 3, New: 2, Difference: -1}}, Amounts: []result.SumsDiff{{Name: "amount", Old: "0.0102", New: "0.0068", Difference: "-0.0034"}},
		}},
		Added: []result.Finding{utilityInWindow()}, Resolved: []result.Finding{gone},
		Changed: []result.Changed{{Worsened: true, Finding: worse, Changes: []result.ChangedKey{
			{Key: "verdict", Old: "uncertain", New: "overcharge"}, {Key: "amount.overcharged", Old: "0.0000", New: "0.0034"},
		}}},
	}
}

func TestDiff(t *testing.T) {
	for name, width := range map[string]int{"table": 0, "markdown": 0, "json": 0, "narrow": 60} {
		var b bytes.Buffer
		format := name
		if name == "narrow" {
			format = "table"
		}
		if err := report.DiffFormats().Write(&b, format, differing(), report.Options{Width: width}); err != nil {
			t.Fatal(err)
		}
		golden(t, "diff-"+name, b.Bytes())
	}
}

// TestDiffOfTheSame: of two reports that do not differ one line is written.
func TestDiffOfTheSame(t *testing.T) {
	same := &result.Diff{Schema: result.DiffSchema, Of: result.Schema, Same: true, Summary: result.DiffSummary{Same: 2}}
	for format, want := range map[string]string{
		"table": "No difference: 2 findings, the same in both.\n", "markdown": "### waudit diff\n\nNo difference: 2 findings, the same in both.\n",
	} {
		var b bytes.Buffer
		if err := report.DiffFormats().Write(&b, format, same, report.Options{}); err != nil {
			t.Fatal(err)
		}
		if b.String() != want {
			t.Errorf("%s: %q", format, b.String())
		}
	}
}
