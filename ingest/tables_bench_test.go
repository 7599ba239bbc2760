package ingest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// BenchmarkReadTable reads a simulated flat log: as lines of JSON, as a table,
// and as a table with everything in quotes.
func BenchmarkReadTable(b *testing.B) {
	log, table := simulatedTable(b, 100_000)
	path := filepath.Join(b.TempDir(), "log")
	for _, layout := range []struct{ name, text string }{
		{"ndjson", string(log)}, {"csv", writeTable(b, table, ',', false)}, {"quoted csv", quoteAll(table)},
	} {
		if err := os.WriteFile(path, []byte(layout.text), 0o600); err != nil {
			b.Fatal(err)
		}
		rows := strings.Count(layout.text, "\n")
		b.Run(fmt.Sprint(layout.name, " of ", len(layout.text)/rows, " bytes a row"), func(b *testing.B) {
			b.SetBytes(int64(len(layout.text)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Read(b.Context(), Options{Paths: []string{path}, Workers: 1}, discard); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rows), "ns/row")
		})
	}
}

// BenchmarkTables reads the tables in the folder that WAUDIT_TABLES names, as
// bench/tables makes them, with all cores and nobody who keeps the events.
func BenchmarkTables(b *testing.B) {
	folder := os.Getenv("WAUDIT_TABLES")
	if folder == "" {
		b.Skip("WAUDIT_TABLES names no folder")
	}
	for _, file := range []string{"log.csv", "log.parquet", "ledger"} {
		b.Run(file, func(b *testing.B) {
			records := int64(0)
			for b.Loop() {
				r, err := Read(b.Context(), Options{Paths: []string{filepath.Join(folder, file)}}, discard)
				if err != nil {
					b.Fatal(err)
				}
				records += r.Total().Records
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(records), "ns/event")
		})
	}
}
