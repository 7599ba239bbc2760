package cmd

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	parquetgo "github.com/parquet-go/parquet-go"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/unicode"
)

// tableForms are the flat record as rows of a table.
func tableForms() []form {
	return []form{
		{"csv", func(t *testing.T, records []string) []byte { return delimited(t, tableOf(t, records), ',') }},
		{"tsv", func(t *testing.T, records []string) []byte { return delimited(t, tableOf(t, records), '\t') }},
		{"csv with decimal commas", func(t *testing.T, records []string) []byte {
			table := tableOf(t, records)
			amount := slices.Index(table[0], "amount")
			for _, row := range table[1:] {
				if amount < 0 {
					break // a log without prices
				}
				row[amount] = strings.Replace(row[amount], "1234.", "1.234,", 1)
			}
			return delimited(t, table, ';')
		}},
		{"csv below a title", func(t *testing.T, records []string) []byte {
			return append([]byte("Export of all messages\n\n"), delimited(t, tableOf(t, records), ',')...)
		}},
		{"csv in UTF-16", func(t *testing.T, records []string) []byte {
			text, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes(delimited(t, tableOf(t, records), '\t'))
			if err != nil {
				t.Fatal(err)
			}
			return text
		}},
		{"csv joined of two", func(t *testing.T, records []string) []byte {
			half := len(records) / 2
			return append(delimited(t, tableOf(t, records[:half]), ','), delimited(t, tableOf(t, records[half:]), ',')...)
		}},
		{"xlsx", spreadsheet},
		{"parquet", flatParquet},
	}
}

// tableOf writes flat records as the rows of a table, a column for each key
// that one of them has.
func tableOf(t *testing.T, records []string) [][]string {
	t.Helper()
	table := [][]string{nil}
	column := map[string]int{}
	for _, r := range records {
		row := make([]string, len(column))
		for name, value := range object(t, r) {
			i, ok := column[name]
			if !ok {
				i, column[name] = len(column), len(column)
				table[0], row = append(table[0], name), append(row, "")
			}
			switch v := value.(type) {
			case string:
				row[i] = v
			case bool:
				row[i] = strconv.FormatBool(v)
			}
		}
		table = append(table, row)
	}
	for i, row := range table {
		table[i] = append(row, make([]string, len(column)-len(row))...)
	}
	return table
}

func object(t *testing.T, record string) map[string]any {
	t.Helper()
	var o map[string]any
	if err := json.Unmarshal([]byte(record), &o); err != nil {
		t.Fatal(err)
	}
	return o
}

func delimited(t *testing.T, table [][]string, delimiter rune) []byte {
	t.Helper()
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	w.Comma = delimiter
	if err := w.WriteAll(table); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func spreadsheet(t *testing.T, records []string) []byte {
	t.Helper()
	book := excelize.NewFile()
	for i, row := range tableOf(t, records) {
		if err := book.SetSheetRow("Sheet1", "A"+strconv.Itoa(i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	file, err := book.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

// flatRow is the flat record with the types that a data team gives its columns.
type flatRow struct {
	Event        string     `parquet:"event,dict"`
	Timestamp    time.Time  `parquet:"timestamp,timestamp(microsecond)"`
	WABA         string     `parquet:"waba_id,dict"`
	Number       string     `parquet:"phone_number_id,dict"`
	User         *string    `parquet:"wa_id,optional"`
	UserID       *string    `parquet:"user_id,optional"`
	Group        *string    `parquet:"group_id,optional"`
	Participant  *string    `parquet:"participant_id,optional"`
	Message      string     `parquet:"message_id,delta"`
	Type         *string    `parquet:"message_type,optional,dict"`
	Template     *string    `parquet:"template_name,optional,dict"`
	TemplateKind *string    `parquet:"template_category,optional,dict"`
	Language     *string    `parquet:"template_language,optional,dict"`
	Conversation *string    `parquet:"conversation_id,optional"`
	Origin       *string    `parquet:"conversation_origin,optional"`
	Expires      *time.Time `parquet:"conversation_expiration,optional,timestamp(millisecond)"`
	Billable     *bool      `parquet:"billable,optional"`
	Model        *string    `parquet:"pricing_model,optional"`
	Pricing      *string    `parquet:"pricing_type,optional"`
	Category     *string    `parquet:"pricing_category,optional"`
	Amount       *int64     `parquet:"amount,optional,decimal(4:18)"`
	Currency     *string    `parquet:"currency,optional"`
	Referral     *string    `parquet:"referral_source_type,optional"`
	Click        *string    `parquet:"ctwa_clid,optional"`
	Error        *string    `parquet:"error_code,optional"`
	Line         *string    `parquet:"line_id,optional"`
}

func flatParquet(t *testing.T, records []string) []byte {
	t.Helper()
	rows := make([]flatRow, len(records))
	for i, record := range records {
		rows[i] = flatRowOf(t, object(t, record))
	}
	return parquetOf(t, rows)
}

func flatRowOf(t *testing.T, o map[string]any) flatRow {
	t.Helper()
	text := func(key string) *string {
		if s, ok := o[key].(string); ok {
			return &s
		}
		return nil
	}
	instant := func(key string) *time.Time {
		if text(key) == nil {
			return nil
		}
		at, err := time.Parse(time.RFC3339, *text(key))
		if err != nil {
			t.Fatal(err)
		}
		return &at
	}
	r := flatRow{
		Event: *text("event"), Timestamp: *instant("timestamp"), WABA: *text("waba_id"), Number: *text("phone_number_id"),
		User: text("wa_id"), UserID: text("user_id"), Group: text("group_id"), Participant: text("participant_id"),
		Message: *text("message_id"), Type: text("message_type"), Template: text("template_name"),
		TemplateKind: text("template_category"), Language: text("template_language"), Conversation: text("conversation_id"),
		Origin: text("conversation_origin"), Expires: instant("conversation_expiration"), Model: text("pricing_model"),
		Pricing: text("pricing_type"), Category: text("pricing_category"), Currency: text("currency"),
		Referral: text("referral_source_type"), Click: text("ctwa_clid"), Error: text("error_code"), Line: text("line_id"),
	}
	if b, ok := o["billable"].(bool); ok {
		r.Billable = &b
	}
	if amount := text("amount"); amount != nil {
		n, err := strconv.ParseInt(strings.ReplaceAll(*amount, ".", ""), 10, 64) // it has four decimals
		if err != nil {
			t.Fatal(err)
		}
		r.Amount = &n
	}
	return r
}

func parquetOf[T any](t *testing.T, rows []T) []byte {
	t.Helper()
	var out bytes.Buffer
	w := parquetgo.NewGenericWriter[T](&out, parquetgo.MaxRowsPerRowGroup(400), parquetgo.Compression(&parquetgo.Zstd))
	if _, err := w.Write(rows); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
