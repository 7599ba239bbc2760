package report_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"waudit/audit/result"
	"waudit/report"
	"waudit/report/format"
	"waudit/report/schema"
)

// validate checks text against a schema.
func validate(t *testing.T, schemaText, text []byte) {
	t.Helper()
	parse := func(text []byte) any {
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		return v
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("schema.json", parse(schemaText)); err != nil {
		t.Fatal(err)
	}
	if err := c.MustCompile("schema.json").Validate(parse(text)); err != nil {
		t.Error(err)
	}
}

// bare is a report in which every list is nil and every other thing is there.
func bare() *result.Report {
	f := utilityInWindow()
	f.Evidence = nil
	return &result.Report{
		Schema:   result.Schema,
		Totals:   result.Totals{ByCheck: []result.CheckTotal{{Check: "WA105", Severity: result.Error}}},
		Findings: []result.Finding{f, outsideWindow()},
	}
}

func TestJSONIsValid(t *testing.T) {
	for name, r := range map[string]*result.Report{
		"overcharge": overcharge(), "several": several(), "no prices": noPrices(), "clean": clean(), "bare": bare(),
	} {
		t.Run(name, func(t *testing.T) { validate(t, schema.Of("report"), write(t, "json", r, report.Options{})) })
	}
}

// The report is written piece by piece, but reads as if it were written at
// once: two spaces, a line end, no HTML escapes.
func TestJSONIsTheStandardEncoding(t *testing.T) {
	many := overcharge()
	for i := range 300 {
		many.Run.Inputs = append(many.Run.Inputs, result.InputFile{Path: fmt.Sprintf("%d.ndjson\n    \"inputs\": [", i)})
	}
	for _, r := range []*result.Report{overcharge(), several(), clean(), many} {
		got := write(t, "json", r, report.Options{})
		var read result.Report
		if err := json.Unmarshal(got, &read); err != nil {
			t.Fatal(err)
		}
		var want bytes.Buffer
		e := json.NewEncoder(&want)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		if err := e.Encode(read); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want.String(), string(got)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

func TestJSONDoesNotChangeTheReport(t *testing.T) {
	r := bare()
	write(t, "json", r, report.Options{})
	if diff := cmp.Diff(bare(), r); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestInspectJSONIsValid(t *testing.T) {
	bare := &report.Inspect{Schema: report.InspectSchema, Accounts: []report.InspectAccount{{WABA: "1"}}}
	for _, in := range []*report.Inspect{inspection(), bare} {
		validate(t, schema.Of("inspect"), writeInspect(t, "json", in, report.Options{}))
	}
}

func TestUnknownFormat(t *testing.T) {
	var b bytes.Buffer
	for _, c := range []struct {
		err   error
		known string
	}{
		{report.AuditFormats().Write(&b, "pdf", clean(), report.Options{}), "table, json"},
		{report.InspectFormats().Write(&b, "pdf", inspection(), report.Options{}), "table, json"},
		{report.DecisionFormats().Write(&b, "pdf", nil, report.Options{}), "ndjson, csv"},
	} {
		var unknown *format.UnknownError
		if !errors.As(c.err, &unknown) || unknown.Format != "pdf" {
			t.Fatalf("got %v", c.err)
		}
		if !strings.HasPrefix(c.err.Error(), `unknown format "pdf"; known: `+c.known) {
			t.Errorf("got %v, want the known formats %s", c.err, c.known)
		}
	}
	if b.Len() > 0 {
		t.Errorf("wrote %q", b.String())
	}
}

// full is a writer whose disk is full.
type full struct{}

var errFull = errors.New("no space left on device")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestWriteErrorsAreReturned(t *testing.T) {
	for _, format := range report.AuditFormats() {
		if err := format.Write(full{}, overcharge(), report.Options{}); !errors.Is(err, errFull) {
			t.Errorf("%s: got %v", format.Name, err)
		}
	}
	for _, format := range report.InspectFormats() {
		if err := format.Write(full{}, inspection(), report.Options{}); !errors.Is(err, errFull) {
			t.Errorf("inspect %s: got %v", format.Name, err)
		}
	}
	for _, n := range []int{1, 1000} { // on a full disk both the first flush and the last one fail
		for _, format := range report.DecisionFormats() {
			if err := format.Write(full{}, repeated(&result.Decision{}, n), report.Options{}); !errors.Is(err, errFull) {
				t.Errorf("%d decisions, %s: got %v", n, format.Name, err)
			}
		}
	}
}
