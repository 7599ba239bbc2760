package report

import (
	"bytes"
	"strings"
	"testing"

	"waudit/audit/result"
)

// TestExplainHTMLCounts: one message is no "1 messages".
func TestExplainHTMLCounts(t *testing.T) {
	free, right := result.ExplainedMessage{Asked: true, Judged: true, Ruling: "free"}, result.ExplainedMessage{Asked: true, Judged: true, Charged: true, Ruling: "right"}
	for want, messages := range map[string][]result.ExplainedMessage{
		"<p>1 message cost nothing.</p>": {free, right}, "<p>2 messages cost nothing.</p>": {free, free, right},
	} {
		e := &result.Explanation{Asked: result.Asked{By: "user"}, Customers: []result.Explained{{Messages: messages}}}
		var b bytes.Buffer
		if err := explainHTML(&b, e, Options{}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %q in %s", want, b.String())
		}
	}
}

// TestCompareDecimals: credits are below zero.
func TestCompareDecimals(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"0.0068", "0.0100", -1}, {"10.00", "9.99", 1}, {"-12.00", "9.99", -1}, {"-2.00", "-1.00", -1}, {"1.50", "1.5000", 0}} {
		if got := compareDecimals(c.a, c.b); got != c.want {
			t.Errorf("%s and %s: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
