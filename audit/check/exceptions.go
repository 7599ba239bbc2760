package check

import "waudit/audit/result"

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
		Title:  "an exception of the ignore file is of no finding",
		Means:  "No finding of the run has the exception's id, check and match. It may be mistyped, or its finding may be gone; left in the file, it would hide a later finding that nobody has looked at. An exception of checks that do not run is left alone.",
		Wrong:  "match: {template: order_updates}, where the template is called order_update",
		Right:  "an exception of WA702 while logs are audited without a bill",
		Since:  "always",
		Source: ignoreDoc,
	},
}

// ExpiredException is WA802, expired-exception.
var ExpiredException = Check{
	ID: "WA802", Name: "expired-exception", Severity: result.Warning,
	Doc: Doc{
		Title:  "an exception of the ignore file has expired",
		Means:  "Its last day lies before --as-of, by default the last day of the log. What it accepted is reported again. Renew it with a reason, or take it out.",
		Wrong:  "expiry: 2026-09-30 in an audit of October 2026",
		Right:  "an exception on its last day",
		Since:  "always",
		Source: ignoreDoc,
	},
}
