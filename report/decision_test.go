package report_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"waudit/audit/result"
	"waudit/report"
	"waudit/report/schema"
)

// decisions are decisions of any content: every field is filled at random, new
// ones too, with strings of any bytes.
func decisions() *rapid.Generator[result.Decision] {
	text := rapid.OneOf(
		rapid.StringOf(rapid.RuneFrom([]rune("a\"\\/<>&\b\f\n\r\t\x00\x1f\x7f\u0080\u2027\u2028\u2029\u202a\ufffd\uffff世🙂"))),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
		rapid.StringMatching(`[a-z0-9.]*`),
	)
	return rapid.MakeCustom[result.Decision](rapid.MakeConfig{
		Kinds: map[reflect.Kind]*rapid.Generator[any]{reflect.String: text.AsAny()},
	})
}

func writeDecisions(t rapid.TB, format string, all ...result.Decision) []byte {
	t.Helper()
	var b bytes.Buffer
	err := report.DecisionFormats().Write(&b, format, func(each func(*result.Decision) error) error {
		for _, d := range all {
			if err := each(&d); err != nil {
				return err
			}
		}
		return nil
	}, report.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestDecisionNDJSONIsTheStandardEncoding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOfN(decisions(), 0, 3).Draw(t, "decisions")
		got := writeDecisions(t, "ndjson", all...)
		var want bytes.Buffer
		e := json.NewEncoder(&want)
		e.SetEscapeHTML(false)
		for _, d := range all {
			if d.Candidates == nil {
				d.Candidates = []string{}
			}
			if err := e.Encode(&d); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(got, want.Bytes()) {
			t.Fatalf("got  %q\nwant %q", got, want.Bytes())
		}
	})
}

// repeated is the same decision n times.
func repeated(d *result.Decision, n int) report.Decisions {
	return func(each func(*result.Decision) error) error {
		for range n {
			if err := each(d); err != nil {
				return err
			}
		}
		return nil
	}
}

// decision is the example of the documentation.
func decision() result.Decision {
	return result.Decision{
		Message: "wamid.x", WABA: "102290129340398", Number: "106540352242922", User: "15551230001",
		SentAt: ptr("2025-08-04T04:00:00Z"), DeliveredAt: ptr("2025-08-04T04:00:01Z"), Era: "pmp-2025-07",
		Outcome: "free", Category: "utility", Reason: "customer_service_window",
		Window: &result.Window{
			Kind: "customer_service", OpenedBy: "wamid.y", OpenedAt: "2025-08-04T02:00:00Z", ExpiresAt: "2025-08-05T02:00:00Z",
		},
		Reported: result.Reported{
			Charged: ptr(true), PricingModel: "PMP", Type: "regular", Category: "utility", Billable: ptr(true),
		},
		Verdict: result.Overcharge,
	}
}

func TestDecisionNDJSONExample(t *testing.T) {
	const want = `{"message_id":"wamid.x","participant_id":"","waba_id":"102290129340398","phone_number_id":"106540352242922","wa_id":"15551230001","user_id":"","group_id":"",` +
		`"sent_at":"2025-08-04T04:00:00Z","delivered_at":"2025-08-04T04:00:01Z","era":"pmp-2025-07",` +
		`"outcome":"free","category":"utility","reason":"customer_service_window","candidates":[],` +
		`"window":{"kind":"customer_service","opened_by":"wamid.y","opened_at":"2025-08-04T02:00:00Z","expires_at":"2025-08-05T02:00:00Z"},` +
		`"reported":{"charged":true,"pricing_model":"PMP","type":"regular","category":"utility","billable":true,"conversation_id":"","amount":"","currency":""},` +
		`"verdict":"overcharge"}` + "\n"
	if diff := cmp.Diff(want, string(writeDecisions(t, "ndjson", decision()))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDecisionNDJSONIsValid(t *testing.T) {
	undelivered := decision()
	undelivered.SentAt, undelivered.DeliveredAt, undelivered.Window = nil, nil, nil
	undelivered.Reported.Charged, undelivered.Reported.Billable = nil, nil
	for _, d := range []result.Decision{decision(), undelivered} {
		validate(t, schema.Of("replay"), writeDecisions(t, "ndjson", d))
	}
}

// However much is written, each line arrives once and in order.
func TestDecisionNDJSONAcrossWrites(t *testing.T) {
	d := decision()
	line := writeDecisions(t, "ndjson", d)
	const n = 1000
	var many [n]result.Decision
	for i := range many {
		many[i] = d
	}
	if got := writeDecisions(t, "ndjson", many[:]...); !bytes.Equal(got, bytes.Repeat(line, n)) {
		t.Errorf("%d bytes are not %d times the line of %d bytes", len(got), n, len(line))
	}
}

func TestDecisionNDJSONAllocatesNothing(t *testing.T) {
	d := decision()
	err := report.DecisionFormats().Write(io.Discard, "ndjson", func(each func(*result.Decision) error) error {
		// The race detector makes the encoder forget its memory now and then.
		least := math.Inf(1)
		for range 100 {
			least = min(least, testing.AllocsPerRun(1, func() { _ = each(&d) }))
		}
		if least != 0 {
			t.Errorf("%v allocations a line", least)
		}
		return nil
	}, report.Options{})
	if err != nil {
		t.Fatal(err)
	}
}

// Every column of CSV holds what the key of its name holds in NDJSON.
func TestDecisionCSVHoldsTheSame(t *testing.T) {
	d := decision()
	d.Candidates = []string{"charge:utility", "free:service"}
	d.VerdictWhy = "conflicting_statuses"
	rows, err := csv.NewReader(bytes.NewReader(writeDecisions(t, "csv", d))).ReadAll()
	if err != nil || len(rows) != 2 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	var object map[string]any
	if err := json.Unmarshal(writeDecisions(t, "ndjson", d), &object); err != nil {
		t.Fatal(err)
	}
	want := flatten("", object)
	for i, column := range rows[0] {
		if want[column] != rows[1][i] {
			t.Errorf("%s: got %q, want %q", column, rows[1][i], want[column])
		}
		delete(want, column)
	}
	if len(want) > 0 {
		t.Errorf("no column for %v", want)
	}
}

// flatten makes columns of nested keys.
func flatten(prefix string, object map[string]any) map[string]string {
	columns := map[string]string{}
	for key, value := range object {
		switch value := value.(type) {
		case string:
			columns[prefix+key] = value
		case bool:
			columns[prefix+key] = map[bool]string{true: "true", false: "false"}[value]
		case []any:
			var words []string
			for _, word := range value {
				words = append(words, word.(string))
			}
			columns[prefix+key] = strings.Join(words, " ")
		case map[string]any:
			for k, v := range flatten(key+"_", value) {
				columns[k] = v
			}
		}
	}
	return columns
}

func TestDecisionCSVIsNoFormula(t *testing.T) {
	d := decision()
	d.Message, d.Reported.Amount = `=HYPERLINK("http://evil")`, "-0.5000"
	rows, err := csv.NewReader(bytes.NewReader(writeDecisions(t, "csv", d))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if got := rows[1][0]; got != `'=HYPERLINK("http://evil")` {
		t.Errorf("got %s", got)
	}
	if got := rows[1][slices.Index(rows[0], "reported_amount")]; got != "-0.5000" {
		t.Errorf("amount: got %s", got)
	}
}

func TestDecisionCSVOfNothingHasAHeader(t *testing.T) {
	if got := writeDecisions(t, "csv"); !bytes.HasPrefix(got, []byte("message_id,")) || bytes.Count(got, []byte("\n")) != 1 {
		t.Errorf("got %q", got)
	}
}

func BenchmarkDecisions(b *testing.B) {
	for _, format := range report.DecisionFormats() {
		b.Run(format.Name, func(b *testing.B) {
			d := decision()
			b.SetBytes(int64(len(writeDecisions(b, format.Name, d))))
			b.ReportAllocs()
			err := format.Write(io.Discard, func(each func(*result.Decision) error) error {
				for b.Loop() {
					if err := each(&d); err != nil {
						return err
					}
				}
				return nil
			}, report.Options{})
			if err != nil {
				b.Fatal(err)
			}
		})
	}
}
