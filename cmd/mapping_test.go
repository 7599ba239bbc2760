package cmd

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"waudit/audit/event"
	"waudit/ingest"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/provider"
	"waudit/ingest/table"
)

// The examples of docs/mapping.md give what is said there.
func TestMappingExamples(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join("..", "docs", "mapping.md"))
	if err != nil {
		t.Fatal(err)
	}
	examples := regexp.MustCompile("(?s)\n### ([^\n]+)\n[^`]*(?:`[^`\n]+`[^`]*)*```csv\n(.*?)```\n```yaml\n(.*?)```\n```json\n(.*?)```\n").FindAllStringSubmatch(string(doc), -1)
	if len(examples) != 3 {
		t.Fatalf("%d examples", len(examples))
	}
	for _, e := range examples {
		t.Run(e[1], func(t *testing.T) {
			m, err := table.Parse("mapping.yaml", []byte(e[3]), provider.All())
			if err != nil {
				t.Fatal(err)
			}
			got, want := eventsIn(t, e[2], m), eventsIn(t, e[4], nil)
			if diff := cmp.Diff(want, got); diff != "" || len(want) < 2 {
				t.Errorf("events (-documented +read):\n%s", diff)
			}
		})
	}
}

// eventsIn reads a text and returns its events in their order, without places.
func eventsIn(t *testing.T, text string, m *table.Mapping) []event.Event {
	t.Helper()
	var k keptEvents
	read, err := ingest.Read(t.Context(), ingest.Options{Paths: []string{"-"}, Stdin: strings.NewReader(text), Workers: 1, Mapping: m},
		func(int) ingest.Sink { return &k })
	if err != nil || len(read.Rejected) > 0 {
		t.Fatalf("%v, %+v", err, read.Rejected)
	}
	slices.SortFunc(k.events, func(a, b event.Event) int { return a.Place.Compare(b.Place) })
	for i := range k.events {
		k.events[i].Place = event.Place{}
	}
	return k.events
}

// keptEvents keeps events beyond the call that hands them over.
type keptEvents struct{ events []event.Event }

func (k *keptEvents) Record(items *dialect.Items) {
	for i := range items.Events {
		k.events = append(k.events, items.Events[i].Clone())
	}
}

// A mapping reads a table in whatever file it stands.
func TestMappingOfEveryContainer(t *testing.T) {
	m, err := table.Parse("mapping.yaml", []byte(
		"zone: America/Bogota\ncolumns: {message_id: Id, wa_id: Cliente, event: Estado, timestamp: Hora, amount: Precio}"), provider.All())
	if err != nil {
		t.Fatal(err)
	}
	header := []any{"Id", "Cliente", "Estado", "Hora", "Precio"}
	row := []any{"m1", 15550177001, "sent", time.Date(2026, 10, 1, 9, 30, 0, 0, time.UTC), 0.05}
	want := []event.Event{{
		Kind: event.Sent, Time: time.Date(2026, 10, 1, 14, 30, 0, 0, time.UTC).UnixMilli(), User: "15550177001", Message: "m1", HasAmount: true, Amount: 50_000_000,
	}}
	for name, text := range map[string]string{
		"csv":    "Id,Cliente,Estado,Hora,Precio\nm1,15550177001,sent,2026-10-01 09:30:00,0.05\n",
		"tsv":    "Id\tCliente\tEstado\tHora\tPrecio\nm1\t15550177001\tsent\t2026-10-01T09:30:00\t0.05\n",
		"ndjson": `{"Id":"m1","Cliente":15550177001,"Estado":"sent","Hora":"2026-10-01 09:30:00","Precio":0.05}`,
		"xlsx":   workbookOf(t, header, row),
	} {
		if diff := cmp.Diff(want, eventsIn(t, text, m)); diff != "" {
			t.Errorf("%s (-want +read):\n%s", name, diff)
		}
	}
}

// workbookOf is a spreadsheet with these rows.
func workbookOf(t *testing.T, rows ...[]any) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range rows {
		if err := f.SetSheetRow("Sheet1", fmt.Sprint("A", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var out strings.Builder
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
