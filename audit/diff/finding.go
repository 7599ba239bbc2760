package diff

import (
	"strconv"
	"strings"

	"waudit/audit/result"
)

// changesOf lists what two reports say differently of one finding: what it comes to,
// and how sure and how grave it is. Its words, its evidence and its place may differ.
func changesOf(was, is *result.Finding) []result.Change {
	var changes []result.Change
	note := func(key, older, newer string) {
		if older != newer {
			changes = append(changes, result.Change{Key: key, Old: older, New: newer})
		}
	}
	note("verdict", string(was.Verdict), string(is.Verdict))
	note("severity", string(was.Severity), string(is.Severity))
	note("category", was.Category, is.Category)
	note("expected", expectation(was.Expected), expectation(is.Expected))
	note("count", strconv.FormatInt(was.Count, 10), strconv.FormatInt(is.Count, 10))
	a, b := amountOf(was), amountOf(is)
	note("amount.currency", a.Currency, b.Currency)
	for n, older := range texts(a) {
		note("amount."+sumNames[n], older, texts(b)[n])
	}
	note("amount.basis", a.Basis, b.Basis)
	note("amount.estimate", strconv.FormatBool(a.Estimate), strconv.FormatBool(b.Estimate))
	return changes
}

func texts(a result.Amount) [len(sumNames)]string {
	return [...]string{normal(a.Reported), normal(a.Expected), normal(a.Overcharged), normal(a.Undercharged), normal(a.Uncertain)}
}

// normal writes an amount in the one way in which equal ones are the same text, ""
// for none.
func normal(value string) string {
	amount, err := parse(value)
	if value == "" || err != nil {
		return value
	}
	return write(amount)
}

func amountOf(f *result.Finding) result.Amount {
	if f.Amount == nil {
		return result.Amount{}
	}
	return *f.Amount
}

// expectation writes what should have become of a message, "" if nobody says:
// "free:customer_service_window", "uncertain:log_start (charge:utility, free:service)".
func expectation(e *result.Expected) string {
	if e == nil {
		return ""
	}
	text := e.Outcome
	for _, part := range []string{e.Category, e.Reason, e.Why} {
		if part != "" {
			text += ":" + part
		}
	}
	if len(e.Candidates) > 0 {
		text += " (" + strings.Join(e.Candidates, ", ") + ")"
	}
	return text
}

// worsened reports whether a finding is graver than it was, or takes more money or
// more messages. Money that becomes certain is more, money that becomes uncertain is
// not.
func worsened(was, is *result.Finding) bool {
	if x, y := was.Severity.Grave(), is.Severity.Grave(); x != y {
		return y > x
	}
	before, _ := sumsOf(was) // both were read before
	after, _ := sumsOf(is)
	if currencyOf(was) != currencyOf(is) || amountOf(was).Estimate && !amountOf(is).Estimate {
		return after[overcharged].Sign() > 0
	}
	for _, n := range [...]int{overcharged, uncertain} {
		if c := after[n].Cmp(before[n]); c != 0 {
			return c > 0
		}
	}
	return messagesOf(is) > messagesOf(was)
}

// Fails reports whether a diff has an added or worsened finding that counts.
func Fails(d *result.Diff, counts func(*result.Finding) bool) bool {
	for i := range d.Added {
		if counts(&d.Added[i]) {
			return true
		}
	}
	for i := range d.Changed {
		if d.Changed[i].Worsened && counts(&d.Changed[i].Finding) {
			return true
		}
	}
	return false
}
