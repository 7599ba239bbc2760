package report_test

import (
	"bytes"
	"testing"

	"waudit/report"
)

func writeInspect(t *testing.T, format string, in *report.Inspect, o report.Options) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := report.InspectFormats().Write(&b, format, in, o); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestInspectTable(t *testing.T) {
	golden(t, "inspect", writeInspect(t, "table", inspection(), report.Options{}))
	golden(t, "inspect-nothing", writeInspect(t, "table", &report.Inspect{}, report.Options{}))
}
