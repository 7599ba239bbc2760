package report_test

import (
	"bytes"
	"testing"

	"waudit/report"
)

func TestCapabilitiesTable(t *testing.T) {
	c := &report.Capabilities{
		Schema: report.CapabilitiesSchema,
		Sayings: []report.Saying{
			{Name: "inbound", Means: "messages of users"}, {Name: "template", Means: "the template's name"}, {Name: "amount", Means: "what it costs"},
		},
		Dialects: []report.DialectLimits{
			{Dialect: "flat", Tells: []string{"inbound", "template", "amount"}},
			{Dialect: "meta-cloud", Tells: []string{"inbound", "template"}, Lacks: []string{"amount"}},
		},
	}
	for name, c := range map[string]*report.Capabilities{"capabilities": c, "capabilities-nothing": {}} {
		var b bytes.Buffer
		if err := report.CapabilitiesFormats().Write(&b, "table", c, report.Options{}); err != nil {
			t.Fatal(err)
		}
		golden(t, name, b.Bytes())
	}
}
