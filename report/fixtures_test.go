package report_test

import (
	"waudit/audit/result"
	"waudit/report"
)

func ptr[T any](v T) *T { return &v }

// overcharge is a report of one utility template charged in the open window.
func overcharge() *result.Report {
	return &result.Report{
		Schema: result.Schema,
		Tool:   result.Tool{Name: "waudit", Version: "test"},
		Run: result.Run{
			Inputs: []result.InputFile{{
				Path: "log.ndjson", Container: "ndjson", Dialect: "meta-cloud", Bytes: 900,
				InputCounts: result.InputCounts{Records: 5, Used: 4, Duplicates: 1, Items: 5, Events: 4, DuplicateItems: 1},
			}},
			Period: result.Period{From: ptr("2025-08-01"), To: ptr("2025-09-01")},
		},
		Coverage: result.Coverage{
			From: ptr("2025-08-04T02:00:00Z"), To: ptr("2025-08-04T04:00:01Z"), Inbound: 1, Statuses: 3,
			DeliveredWithPricing: "1.0000", DeliveredWithSent: "0.9871", NumbersWithInbound: "1.0000",
		},
		Totals: result.Totals{
			Messages: 2, ChargesReported: 1, ChargesExpected: 0,
			Verdicts: result.Verdicts{OK: 1, Overcharge: 1},
			Amounts:  sums("USD", "0.0034", "0.0000", "0.0034", "0.0000", "0.0000"),
			Unvalued: []result.Unvalued{}, Groups: []result.GroupTotal{},
			ByCheck: []result.CheckTotal{{
				Check: "WA105", Name: "utility-in-service-window", Severity: result.Error, Findings: 1,
				Amounts: sums("USD", "0.0034", "0.0000", "0.0034", "0.0000", "0.0000"),
			}},
			OfFindings: sums("USD", "0.0034", "0.0000", "0.0034", "0.0000", "0.0000"),
			Dated:      dated(sums("USD", "0.0034", "0.0000", "0.0034", "0.0000", "0.0000")),
		},
		Findings: []result.Finding{utilityInWindow()},
	}
}

// dated is money of the day of utilityInWindow.
func dated(amounts []result.Amounts) result.Dated {
	return result.Dated{ByDay: []result.KeySum{{Key: "2025-08-04", Amounts: amounts}}, ByMonth: []result.KeySum{{Key: "2025-08", Amounts: amounts}}}
}

func sums(currency, reported, expected, over, under, uncertain string) []result.Amounts {
	return []result.Amounts{{
		Currency: currency, Reported: reported, Expected: expected,
		Overcharged: over, Undercharged: under, Uncertain: uncertain,
	}}
}

func utilityInWindow() result.Finding {
	return result.Finding{
		ID: "0123456789abcdef", Check: "WA105", Name: "utility-in-service-window",
		Severity: result.Error, Verdict: result.Overcharge,
		WABA: "102290129340398", Number: "106540352242922", User: "15551230001",
		Message:   "wamid.HBgLMTU1NTEyMzAwMDEVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3RTcA",
		ChargedAt: ptr("2025-08-04T04:00:01Z"), Era: "pmp-2025-07", Category: "utility", Template: "order_update",
		Reported: &result.Reported{
			Charged: ptr(true), PricingModel: "PMP", Type: "regular", Category: "utility", Billable: ptr(true),
			Amount: "0.0034", Currency: "USD",
		},
		Expected: &result.Expected{Outcome: "free", Reason: "customer_service_window"},
		Window: &result.Window{
			Kind: "customer_service", OpenedBy: "wamid.in", OpenedAt: "2025-08-04T02:00:00Z", ExpiresAt: "2025-08-05T02:00:00Z",
		},
		Amount: &result.FindingAmount{Amounts: result.Amounts{Currency: "USD", Reported: "0.0034", Expected: "0.0000", Overcharged: "0.0034", Undercharged: "0.0000", Uncertain: "0.0000"}, Basis: "reported"},
		Explanation: "Charged as utility, but utility was free while the customer service window was open: " +
			"the window open from 2025-08-04 02:00:00Z to 2025-08-05 02:00:00Z.",
		Rule:     result.Rule{Era: "pmp-2025-07", Clause: "4.1.7", Source: "https://example.org/pricing?a&b"},
		Evidence: []result.Evidence{{Path: "log.ndjson", Line: 1, What: "user message"}},
	}
}

// openFreeEntry is a finding that is not sure, with money by a rate card.
func openFreeEntry() result.Finding {
	f := utilityInWindow()
	f.ID, f.Check, f.Name = "1123456789abcdef", "WA104", "free-entry-window"
	f.Severity, f.Verdict = result.Warning, result.Uncertain
	f.User, f.UserID, f.Category, f.Template = "", "BR.1000000001", "marketing", ""
	f.Expected = &result.Expected{Outcome: "free", Reason: "free_entry_point"}
	f.Window = &result.Window{Kind: "free_entry", OpenedAt: "2025-08-04T02:00:00Z", ExpiresAt: "2025-08-07T02:00:00Z"}
	f.Amount = &result.FindingAmount{Amounts: result.Amounts{Currency: "BRL", Reported: "1234.5625", Expected: "0.0000", Overcharged: "0.0000", Undercharged: "0.0000", Uncertain: "1234.5625"}, Basis: "rate_card"}
	f.Explanation = "Charged as marketing, but the free entry window was open. " +
		"Not sure: no status proves the free entry point; a click on a desktop does not qualify."
	return f
}

// outsideWindow is a finding that stands for several messages of a number.
func outsideWindow() result.Finding {
	return result.Finding{
		ID: "3123456789abcdef", Check: "WA501", Name: "outside-service-window",
		Severity: result.Warning, Verdict: result.Uncertain,
		WABA: "102290129340398", Number: "106540352242923", Era: "pmp-2025-07",
		Count: 1204, Examples: []string{"wamid.a", "wamid.b", "wamid.c", "wamid.d", "wamid.e"},
		Explanation: "Free-form messages went out though no customer service window was open: " +
			"the log may lack messages of users.",
		Rule: result.Rule{Era: "pmp-2025-07", Clause: "1", Source: "https://example.org/messages"},
	}
}

// several is a report with findings of several checks.
func several() *result.Report {
	r := overcharge()
	inUSD := openFreeEntry()
	inUSD.ID = "2123456789abcdef"
	inUSD.Amount = &result.FindingAmount{Amounts: result.Amounts{Currency: "USD", Reported: "0.0625", Expected: "0.0000", Overcharged: "0.0000", Undercharged: "0.0000", Uncertain: "0.0625"}, Basis: "reported"}
	r.Findings = append(r.Findings, openFreeEntry(), inUSD, outsideWindow())
	r.Totals.Messages, r.Totals.ChargesReported, r.Totals.ChargesExpected = 1204332, 310221, 310218
	r.Totals.Verdicts = result.Verdicts{OK: 1203125, Overcharge: 1, Uncertain: 1206}
	brl := sums("BRL", "1234.5625", "0.0000", "0.0000", "0.0000", "1234.5625")
	r.Totals.Amounts = append(brl, sums("USD", "1054.7300", "1054.6641", "0.0034", "0.0000", "0.0625")...)
	r.Totals.ByCheck = append(r.Totals.ByCheck,
		result.CheckTotal{
			Check: "WA104", Name: "free-entry-window", Severity: result.Warning, Findings: 2,
			Amounts: append(brl, sums("USD", "0.0625", "0.0000", "0.0000", "0.0000", "0.0625")...),
		},
		result.CheckTotal{Check: "WA501", Name: "outside-service-window", Severity: result.Warning, Findings: 1})
	return r
}

// noPrices is a report on a log without amounts.
func noPrices() *result.Report {
	r := overcharge()
	r.Totals.Amounts = nil
	r.Totals.ByCheck[0].Amounts = nil
	r.Findings[0].Amount = nil
	r.Run.NotRun = []result.NotRun{
		{Check: "WA204", Why: "no amounts in the log"}, {Check: "WA502", Why: "no history of template categories"},
		{Check: "WA205", Why: "no amounts in the log"},
	}
	return r
}

// incomplete is a report on a log that could not be read to its end.
func incomplete() *result.Report {
	r := clean()
	r.Run.Incomplete = []string{
		"b.ndjson.gz: unexpected end: the file was cut; fetch it again",
		"no_charges_reported: no judged message carries any pricing, so no charge can be checked",
	}
	r.Run.Inputs = append(r.Run.Inputs,
		result.InputFile{Path: "b.ndjson.gz", Container: "ndjson", Compression: "gzip", InputCounts: result.InputCounts{Records: 9, Used: 7, Rejected: 2},
			Incomplete: "unexpected end: the file was cut"},
		result.InputFile{Path: "notes.txt", Skipped: "no record recognised"})
	r.Run.Unset = []result.UnsetFact{
		{WABA: "102290129340398", Key: "exempt", Messages: 113}, {WABA: "102290129340398", Key: "timezone", Messages: 1},
	}
	r.Run.Rates = []result.RateCard{{ID: "meta-2025-07", SHA256: "00"}, {ID: "meta-2025-10", SHA256: "01"}}
	r.Coverage.Gaps = []result.Gap{
		{Number: "106540352242922", Kind: "time", From: "2025-08-02T00:00:00Z", To: "2025-08-02T07:00:00Z"},
		{Number: "106540352242923", Kind: "inbound", From: "2025-08-01T00:00:00Z", To: "2026-01-01T00:00:00Z"},
	}
	r.Totals.Verdicts.Uncertain = 114
	return r
}

// clean is a report in which nothing was found.
func clean() *result.Report {
	r := overcharge()
	r.Findings = nil
	r.Run.Period = result.Period{}
	r.Run.NotRun = []result.NotRun{{Check: "WA204", Why: "no rate card for the period"}}
	r.Run.Options = map[string]any{"checks": []string{"WA101", "WA105", "WA204"}, "tolerance": "1m0s"}
	r.Totals.ByCheck = nil
	r.Totals.Verdicts = result.Verdicts{OK: 2}
	r.Totals.ChargesExpected = 1
	r.Totals.Amounts = sums("USD", "0.0034", "0.0034", "0.0000", "0.0000", "0.0000")
	return r
}

// inspection is an inspection that has something of everything.
func inspection() *report.Inspect {
	return &report.Inspect{
		Schema: report.InspectSchema,
		Inputs: []report.InspectInput{
			{Path: "logs/2025/08/webhooks-2025-08-04.ndjson.gz", Container: "ndjson", Compression: "gzip", Dialect: "meta-cloud",
				Bytes: 123456, InputCounts: result.InputCounts{Records: 12345, Used: 12000, Ignored: 300, Duplicates: 40, Rejected: 5, Items: 12350, Events: 12005}},
			{Path: "export.csv", Container: "csv", Dialect: "flat", Bytes: 99, InputCounts: result.InputCounts{Records: 2, Used: 2, Items: 2, Events: 2},
				Incomplete: "unexpected end: the file was cut"},
			{Path: "notes.txt", Skipped: "no record recognised"},
		},
		Events:  report.EventCounts{Inbound: 2000, Sent: 4000, Delivered: 4000, Read: 2000, Failed: 7},
		Ignored: []report.IgnoredRecords{{Reason: "field account_alerts", Records: 299}, {Reason: "status deleted", Records: 1}},
		Rejected: []report.Rejected{{
			Path: "logs/2025/08/webhooks-2025-08-04.ndjson.gz", Line: 12, At: "entry[0].changes[0].value.statuses[3]",
			Reason: "timestamp \"soon\" is no number of seconds", Sample: `{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"value":{"statuses":[`,
		}},
		Unknown: []report.UnknownValue{{
			What: "pricing.category", Value: "new_thing", Seen: 3, First: report.InputPlace{Path: "export.csv", Line: 2},
		}},
		Accounts: []report.InspectAccount{
			{WABA: "102290129340398", Name: "Kaveri Home", Timezone: "Asia/Kolkata", Numbers: []string{"106540352242922", "106540352242923"}, Users: 1500},
			{WABA: "", Numbers: nil, Users: 1},
		},
		Dialects: []report.DialectLimits{
			{Dialect: "flat", Tells: []string{"inbound", "amount"}, Lacks: []string{"template_change"}},
			{Dialect: "meta-cloud", Tells: []string{"inbound"}, Lacks: []string{"amount"}},
		},
		CannotRun: []result.NotRun{{Check: "WA502", Why: "the format of the log (flat) does not record template_change; add a log that does"}},
		Period:    result.Period{From: ptr("2025-08-04T02:00:00Z"), To: ptr("2025-08-31T23:59:59Z")},
	}
}
