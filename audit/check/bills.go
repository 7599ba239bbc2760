package check

import (
	"slices"
	"strings"

	"waudit/audit/result"
)

// What Meta documents.
const (
	metaDoc    = "https://developers.facebook.com/documentation/business-messaging/whatsapp/"
	pricingDoc = metaDoc + "pricing"
	statusDoc  = metaDoc + "webhooks/reference/messages/status"
)

// OfBills are the checks that lay a bill beside the log: `waudit reconcile` runs
// them, an audit of logs alone cannot.
func OfBills() []Check {
	return []Check{AmountDiffers, BilledNotSeen, SeenNotBilled, VolumeDiffers}
}

// AmountDiffers is WA701, amount-differs.
var AmountDiffers = Check{
	ID: "WA701", Name: "amount-differs", Severity: result.Error, Clause: "5",
	Doc: Doc{
		Title: "the bill and the log disagree on money",
		Means: "A line of the bill and the message that it charges name different amounts or currencies, and no check of the audit explains it; or the money of a market, category and day differs though the volumes agree. Amounts that a source itself calls approximate may be off by --estimate-tolerance.",
		Wrong: "the status says USD 0.0068, the line USD 0.0100",
		Right: "the rate of a lower volume tier; a difference in the business' favour is reported as information",
		Since: "always", Source: pricingDoc,
	},
}

// BilledNotSeen is WA702, billed-not-seen.
var BilledNotSeen = Check{
	ID: "WA702", Name: "billed-not-seen", Severity: result.Error, Clause: "5",
	Doc: Doc{
		Title: "a line of the bill charges a message that the log does not have",
		Means: "No message of the log has the line's message id, or no message of the customer fits the line. If the log is complete, the bill charges a message that does not exist.",
		Wrong: "a line for a message that was never sent",
		Right: "a line of a number whose log is missing: add its log first",
		Since: "always", Source: pricingDoc,
	},
}

// SeenNotBilled is WA703, seen-not-billed.
var SeenNotBilled = Check{
	ID: "WA703", Name: "seen-not-billed", Severity: result.Info, Clause: "5", Unbilled: true,
	Doc: Doc{
		Title: "a charged message has no line in the bill",
		Means: "The message should have been charged and lies in the days that the bill covers, but no line charges it. A later bill may.",
		Wrong: "a marketing template delivered on the 14th is missing from the month's bill",
		Right: "a message of a day that the bill does not reach",
		Since: "always", Source: pricingDoc,
	},
}

// VolumeDiffers is WA704, volume-differs.
var VolumeDiffers = Check{
	ID: "WA704", Name: "volume-differs", Severity: result.Error, Clause: "5",
	Doc: Doc{
		Title: "the counts of a market, category and day disagree",
		Means: "A bill of volumes counts more, or fewer, charged messages than the log has. Days and months are those of the account's time zone.",
		Wrong: "the bill has 1,200 utility messages to Brazil on the 3rd, the log 1,150",
		Right: "Meta's volumes of September 2026, which count utility in the customer service window as service: that is taken into account",
		Since: "always", Source: pricingDoc,
	},
}

// Documented returns every check that there is, by id.
func Documented() []Check {
	savings := slices.SortedFunc(slices.Values(OfSavings()), func(a, b Check) int { return strings.Compare(a.ID, b.ID) })
	return slices.Concat(All(), savings, OfBills(), OfExceptions())
}

// OfExceptions are the checks of what users accept: they look at the ignore file
// beside what was found.
func OfExceptions() []Check { return []Check{UnusedException, ExpiredException} }

// OfException is what is said of an exception.
const OfException Phrase = "The exception on line {line} of the ignore file (entry {entry}) {why}."

const ignoreDoc = "docs/ci.md"

// UnusedException is WA801, unused-exception.
var UnusedException = Check{
	ID: "WA801", Name: "unused-exception", Severity: result.Warning,
	Doc: Doc{
		Title: "an exception of the ignore file is of no finding",
		Means: "No finding of the run has the exception's id, check and match. It may be mistyped, or its finding may be gone; left in the file, it would hide a later finding that nobody has looked at. An exception of checks that do not run is left alone.",
		Wrong: "match: {template: order_updates}, where the template is called order_update",
		Right: "an exception of WA702 while logs are audited without a bill",
		Since: "always", Source: ignoreDoc,
	},
}

// ExpiredException is WA802, expired-exception.
var ExpiredException = Check{
	ID: "WA802", Name: "expired-exception", Severity: result.Warning,
	Doc: Doc{
		Title: "an exception of the ignore file has expired",
		Means: "Its last day lies before --as-of, by default the last day of the log. What it accepted is reported again. Renew it with a reason, or take it out.",
		Wrong: "expiry: 2026-09-30 in an audit of October 2026",
		Right: "an exception on its last day",
		Since: "always", Source: ignoreDoc,
	},
}
