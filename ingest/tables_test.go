package ingest

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/unicode"

	"waudit/audit/event"
	"waudit/report/simulate"
)

// flatColumnNames are the columns of the flat record, in the order of its
// description.
const flatColumnNames = "event timestamp waba_id phone_number_id wa_id user_id group_id participant_id message_id message_type " +
	"template_name template_category template_language conversation_id conversation_origin conversation_expiration billable " +
	"pricing_model pricing_type pricing_category amount currency referral_source_type ctwa_clid error_code line_id"

// simulatedTable is a month of a simulated flat log: its text, and its table
// with the header first.
func simulatedTable(t testing.TB, messages int) (log []byte, table [][]string) {
	t.Helper()
	dir := t.TempDir()
	_, err := simulate.Run(t.Context(), simulate.Options{
		Seed: 11, Messages: messages, From: time.Date(2025, 6, 15, 0, 0, 0, 0, time.UTC), Days: 30, ErrorShare: 0.01, Dialect: simulate.Flat, Dir: dir,
	})
	if err != nil {
		t.Fatal(err)
	}
	if log, err = os.ReadFile(filepath.Join(dir, "log.ndjson")); err != nil {
		t.Fatal(err)
	}
	names := strings.Fields(flatColumnNames)
	table = append(table, names)
	for line := range bytes.Lines(log) {
		var record map[string]any
		if err := json.Unmarshal(line, &record); err != nil {
			t.Fatal(err)
		}
		row := make([]string, len(names))
		for i, name := range names {
			if value := record[name]; value != nil {
				row[i] = fmt.Sprint(value)
			}
			delete(record, name)
		}
		if len(record) > 0 {
			t.Fatalf("no columns for %v", record)
		}
		table = append(table, row)
	}
	return log, table
}

func writeTable(t testing.TB, table [][]string, delimiter rune, crlf bool) string {
	t.Helper()
	var out strings.Builder
	w := csv.NewWriter(&out)
	w.Comma, w.UseCRLF = delimiter, crlf
	if err := w.WriteAll(table); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// quoteAll writes every cell in quotes.
func quoteAll(table [][]string) string {
	var out strings.Builder
	for _, row := range table {
		out.WriteString(`"` + strings.Join(row, `","`) + "\"\n")
	}
	return out.String()
}

// shuffled puts the columns into the order of their names, with others between.
func shuffled(table [][]string) [][]string {
	order := make([]int, len(table[0]))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(table[0][a], table[0][b]) })
	var out [][]string
	for i, row := range table {
		remark := "a, \"b\"\nc"
		if i == 0 {
			remark = "remark"
		}
		moved := []string{remark}
		for _, from := range order {
			moved = append(moved, row[from])
		}
		out = append(out, moved)
	}
	return out
}

// workbook writes a table as a spreadsheet, with numbers and booleans where
// they are some.
func workbook(t testing.TB, table [][]string) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	for n, texts := range table {
		cells := make([]any, len(texts))
		for i, text := range texts {
			if cells[i] = text; text == "" {
				cells[i] = nil
			} else if number, err := strconv.ParseFloat(text, 64); err == nil {
				cells[i] = number
			} else if text == "true" || text == "false" {
				cells[i] = text == "true"
			}
		}
		if err := w.SetRow(fmt.Sprint("A", n+1), cells); err != nil {
			t.Fatal(err)
		}
	}
	var out strings.Builder
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func utf16(t testing.TB, text string) string {
	t.Helper()
	out, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// eventsOf reads a text and returns its events without their places, in the
// order of the file.
func eventsOf(t testing.TB, opts Options, text string) (container string, events []event.Event) {
	t.Helper()
	opts.Paths, opts.Stdin = []string{"-"}, strings.NewReader(text)
	result, c := mustRead(t, opts)
	if in := result.Inputs[0]; in.Rejected > 0 || in.Records == 0 {
		t.Fatalf("got %+v, %+v", in, result.Rejected[:min(len(result.Rejected), 3)])
	}
	slices.SortFunc(c.events, func(a, b event.Event) int { return a.Place.Compare(b.Place) })
	for i := range c.events {
		c.events[i].Place = event.Place{}
	}
	return result.Inputs[0].Container, c.events
}

// The same month gives the same events, whatever it is written as.
func TestTablesGiveTheSameEvents(t *testing.T) {
	log, table := simulatedTable(t, 3000)
	_, want := eventsOf(t, Options{}, string(log))
	plain := writeTable(t, table, ',', false)
	half := len(table) / 2
	tests := []struct{ name, container, text string }{
		{"commas", "csv", plain},
		{"CRLF and byte order mark", "csv", "\ufeff" + writeTable(t, table, ',', true)},
		{"lines of old Macs", "csv", strings.ReplaceAll(plain, "\n", "\r")},
		{"semicolons", "csv", writeTable(t, table, ';', false)},
		{"bars", "csv", writeTable(t, table, '|', false)},
		{"tabs", "tsv", writeTable(t, table, '\t', false)},
		{"UTF-16", "csv", utf16(t, plain)},
		{"everything quoted", "csv", quoteAll(table)},
		{"other order, other columns, line breaks", "csv", writeTable(t, shuffled(table), ',', false)},
		{"spreadsheet", "xlsx", workbook(t, table)},
		{"title above", "csv", "Messages of June\n\nexported by hand, in UTC\n" + plain},
		{"two tables joined", "csv", writeTable(t, table[:half], ',', false) + writeTable(t, shuffled(slices.Concat(table[:1], table[half:])), ',', false)},
	}
	for _, tt := range tests {
		for _, strict := range []bool{false, true} {
			t.Run(fmt.Sprint(tt.name, ", strict ", strict), func(t *testing.T) {
				container, got := eventsOf(t, Options{Strict: strict, Workers: 2}, tt.text)
				if container != tt.container {
					t.Errorf("read as %s", container)
				}
				if !slices.Equal(got, want) {
					t.Errorf("%d events, want %d:\n%s", len(got), len(want), gocmp.Diff(want[:min(20, len(want))], got[:min(20, len(got))]))
				}
			})
		}
	}
}

// Webhooks in a column of a table are found.
func TestTableOfWebhooks(t *testing.T) {
	for name, table := range map[string][][]string{
		"one column":  {{"payload"}, {batch("a", "b")}, {batch("c")}},
		"two columns": {{"received_at", "payload"}, {"2025-08-04T04:00:00Z", batch("a", "b")}, {"2025-08-04T04:00:01Z", batch("c")}},
	} {
		_, events := eventsOf(t, Options{}, writeTable(t, table, ',', false))
		if len(events) != 3 {
			t.Errorf("%s: %d events", name, len(events))
		}
	}
}

// A rejected row comes out with the names of its columns, so that it can be
// mended and read again.
func TestRejectedRows(t *testing.T) {
	const table = "event,timestamp,wa_id,message_id\nsent,never,15551230001,m1\nsent,1754280000,15551230001,m2\n" +
		"sent,1754280000,15551230001,m3,9,9\nsent,\"1754280000,15551230001,m4\nsent,1754280000,15551230001,m5\n"
	var out bytes.Buffer
	result, c := mustRead(t, Options{Paths: []string{"-"}, Stdin: strings.NewReader(table), Rejects: &out})
	if got, want := fmt.Sprint(c.messages()), "[0:3.0 m2 0:6.0 m5]"; got != want || result.Inputs[0].Rejected != 3 {
		t.Errorf("got %s, %+v", got, result.Inputs[0])
	}
	lines := strings.Split(out.String(), "\n")
	for i, want := range []string{
		`"line":2,"at":"","reason":"flat record sent of m1: timestamp \"never\" is no time`, `"line":4,"at":"","reason":"the row has 6 cells, and the header 4`, `"line":5,"at":"","reason":"a quoted cell does not end`,
	} {
		if !strings.Contains(lines[i], want) {
			t.Errorf("got %s\nwant %s", lines[i], want)
		}
	}
	if again, c := readText(t, out.String()); again.Inputs[0].Rejected != 3 || len(c.events) > 0 {
		t.Errorf("unmended, %d are rejected again, and there are %d events", again.Inputs[0].Rejected, len(c.events))
	}
	mended := strings.NewReplacer("never", "1754280000", `,m3,9,9"`, `,m3"`, `sent,\"1754280000,15551230001,m4`, `sent,1754280000,15551230001,m4`).Replace(out.String())
	if _, c := readText(t, mended); len(c.events) != 3 {
		t.Errorf("%d events from %s", len(c.events), mended)
	}
}

// A table of something else is nobody's log, and nothing is wrong with it.
func TestForeignTable(t *testing.T) {
	result, _ := readText(t, "name,city\nAnn,Rome\nBob,Oslo\n")
	if in := result.Inputs[0]; in.Skipped != reasonForeign || in.Rejected != 0 || in.Container != "csv" {
		t.Errorf("got %+v", in)
	}
}

// The exports of providers are tables like any other, also where a title and
// notes of several cells stand above their header, and where they hold one row.
func TestProviderTables(t *testing.T) {
	for dialect, table := range map[string]string{
		"twilio": `SMS Message SID;From;To;Date Created;Date Sent;Date Updated;Status;Direction;Message Segments;Price;Body
SM1;whatsapp:+15550100007;whatsapp:+15550177001;2026-10-02 00:13:18;2026-10-02 00:13:19;2026-10-02 00:13:20;delivered;outbound-api;1;-0,0100;Parcel 12
`,
		"vonage": `account_id;message_id;direction;from;to;message_body;country;country_name;provider;date_received;date_finalized;latency;status;error_code;currency;total_price
a1;6a1b;outbound;15550100007;15550177001;;US;United States;whatsapp;2026-10-02T00:13:19+0000;2026-10-02T00:13:20+0000;1000;delivered;0;EUR;0,0068
`,
		"glific": `id;conversation_id;conversation_uuid;deduction_type;is_billable;inserted_at;updated_at;message_id;payload
7;c7;u7;utility;true;2026-10-02T00:13:20Z;2026-10-02T00:13:20Z;m7;
`,
	} {
		for name, above := range map[string]string{"nothing": "", "title": "Messages of October\n\n", "notes": "From;2026-10-01\nTo;2026-10-31\n"} {
			result, c := readText(t, above+table)
			if in := result.Inputs[0]; in.Container != "csv" || in.Dialect != dialect || in.Used != 1 || in.Records != 1 || len(c.events) == 0 {
				t.Errorf("%s below %s: got %+v, rejected %+v", dialect, name, in, result.Rejected)
			}
		}
	}
}
