package invoice

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/unicode"

	"waudit/audit/event"
	"waudit/audit/invoice"
	"waudit/audit/money"
)

// billRow is a row of the bill that stands in all containers.
type billRow struct {
	LineID    string  `parquet:"line_id" json:"line_id"`
	MessageID string  `parquet:"message_id" json:"message_id"`
	Date      string  `parquet:"date" json:"date"`
	To        string  `parquet:"to" json:"to"`
	Category  string  `parquet:"category" json:"category"`
	Quantity  int64   `parquet:"quantity" json:"quantity"`
	Amount    float64 `parquet:"amount" json:"amount"`
	Currency  string  `parquet:"currency" json:"currency"`
}

func billRows(n int) (rows []billRow, table [][]string) {
	table = [][]string{strings.Fields("line_id message_id date to category quantity amount currency")}
	for i := range n {
		r := billRow{fmt.Sprintf("L%d", i), fmt.Sprintf("wamid.%d", i), fmt.Sprintf("2026-10-%02dT10:00:00Z", i%28+1), fmt.Sprintf("55119%08d", i), "Utility", 1, 0.0068, "USD"}
		rows = append(rows, r)
		table = append(table, []string{r.LineID, r.MessageID, r.Date, r.To, r.Category, "1", "0.0068", r.Currency})
	}
	return rows, table
}

func delimited(t testing.TB, table [][]string, comma rune) []byte {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma = comma
	if err := w.WriteAll(table); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestContainers: a bill is the same in every container, to its content's hash.
func TestContainers(t *testing.T) {
	const n = 300
	rows, table := billRows(n)
	plain := delimited(t, table, ',')
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes(plain)
	if err != nil {
		t.Fatal(err)
	}
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = z.Write(plain)
	_ = z.Close()
	zs, _ := zstd.NewWriter(nil)
	array, _ := json.Marshal(rows)
	var lines bytes.Buffer
	for _, r := range rows {
		line, _ := json.Marshal(r)
		lines.Write(append(line, '\n'))
	}
	var columns bytes.Buffer
	if err := parquet.Write(&columns, rows); err != nil {
		t.Fatal(err)
	}
	sheet := excelize.NewFile()
	for y, cells := range table {
		at, _ := excelize.CoordinatesToCellName(1, y+1)
		values := make([]any, len(cells))
		for x, c := range cells {
			values[x] = c
			if y > 0 && table[0][x] == "amount" {
				values[x] = rows[y-1].Amount
			}
		}
		if err := sheet.SetSheetRow("Sheet1", at, &values); err != nil {
			t.Fatal(err)
		}
	}
	var book bytes.Buffer
	if err := sheet.Write(&book); err != nil {
		t.Fatal(err)
	}
	wrapped := []byte(`{"currency":"USD","data":` + strings.ReplaceAll(string(array), `,"currency":"USD"`, "") + `}`)
	first, want := "", ""
	for _, form := range []struct {
		name, container string
		data            []byte
	}{
		{"csv", "csv", plain}, {"semicolons", "csv", delimited(t, table, ';')}, {"tsv", "tsv", delimited(t, table, '\t')}, {"utf-16", "csv", utf16},
		{"gzip", "csv", zipped.Bytes()}, {"zstd", "csv", zs.EncodeAll(plain, nil)}, {"array", "json", array}, {"ndjson", "ndjson", lines.Bytes()},
		{"parquet", "parquet", columns.Bytes()}, {"xlsx", "xlsx", book.Bytes()}, {"wrapped", "json", wrapped},
	} {
		got, bill, err := read(t, string(form.data), nil)
		if err != nil {
			t.Errorf("%s: %v", form.name, err)
			continue
		}
		if first == "" {
			first, want = bill.Content, strings.Join(got, "\n")
		}
		if bill.Container != form.container && form.name != "wrapped" || bill.Used != n || bill.Content != first || strings.Join(got, "\n") != want {
			t.Errorf("%s: %s of %d lines, %d rejected %v, %s; want %s; first %v", form.name, bill.Container, bill.Used, bill.Rejected, bill.Rejects, bill.Content, first, got[:1])
		}
		if s := bill.Sums; len(s) != 1 || s[0].Amount != money.Of(n*6_800_000) {
			t.Errorf("%s: comes to %+v", form.name, s)
		}
	}
}

// TestOrder: lines come in the order of the file, whatever the workers do; what emit
// returns ends the reading.
func TestOrder(t *testing.T) {
	const n = 20_000
	_, table := billRows(n)
	path := filepath.Join(t.TempDir(), "bill.csv")
	if err := os.WriteFile(path, delimited(t, table, ','), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, workers := range []int{1, 2, 7} {
		var last event.Place
		next := 0
		bill, err := Read(context.Background(), path, Options{Workers: workers}, func(l *invoice.Line) error {
			if l.ID != fmt.Sprintf("L%d", next) || l.Place.Compare(last) <= 0 {
				t.Fatalf("line %d is %s at %+v, behind %+v", next, l.ID, l.Place, last)
			}
			next, last = next+1, l.Place
			return nil
		})
		if err != nil || next != n || bill.Lines != n {
			t.Fatalf("%d lines of %d: %v", next, n, err)
		}
	}
	enough := errors.New("enough")
	if _, err := Read(context.Background(), path, Options{}, func(*invoice.Line) error { return enough }); !errors.Is(err, enough) {
		t.Errorf("%v, want what emit returned", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	_, err := Read(ctx, path, Options{}, func(*invoice.Line) error { cancel(); return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want that it was cancelled", err)
	}
}

// TestDamage: a file that is cut off, or is none of a bill, is an error that says so.
func TestDamage(t *testing.T) {
	rows, table := billRows(2000)
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = z.Write(delimited(t, table, ','))
	_ = z.Close()
	array, _ := json.Marshal(rows)
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"gzip cut off":  {zipped.Bytes()[:zipped.Len()/2], "the file was cut"},
		"array cut off": {array[:len(array)-1], "the array does not end"},
		"PDF":           {[]byte("%PDF-1.4 and so on and so forth, for more than a few bytes of it all"), "a PDF document, which is not read as a bill: ask who wrote it for its lines as CSV"},
		"zip":           {append([]byte("PK\x03\x04"), bytes.Repeat([]byte{1}, 100)...), "the file was cut"},
		"empty":         {nil, "empty file"},
		"a log":         {[]byte(`{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"statuses":[{"id":"wamid.1","status":"sent","timestamp":"1790848800"}]}}]}]}` + "\n"), "no line of a bill"},
	} {
		if _, _, err := read(t, string(c.data), nil); err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "bill") {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	if _, err := Read(context.Background(), filepath.Join(t.TempDir(), "none.csv"), Options{}, nil); err == nil || !strings.Contains(err.Error(), "none.csv") {
		t.Errorf("%v", err)
	}
	cut := delimited(t, table, ',')
	got, bill, err := read(t, string(cut[:len(cut)-30]), nil)
	if err != nil || bill.Rejected != 1 || !strings.Contains(bill.Rejects[0].Reason, "may be cut off") || slices.Contains(got, "") {
		t.Errorf("%v, %+v", err, bill.Rejects)
	}
}
