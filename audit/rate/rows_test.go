package rate

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestRows: rows are those of encoding/csv, with their lines and errors.
func TestRows(t *testing.T) {
	check := func(t rapid.TB, text string) {
		got := newRows(text)
		want := csv.NewReader(strings.NewReader(text))
		want.Comment = '#'
		for {
			row, err := want.Read()
			has, line, hasErr := got.next()
			if !slices.Equal(row, has) || (err == nil) != (hasErr == nil) || err != nil && err.Error() != hasErr.Error() {
				t.Fatalf("%q: %q, %v; want %q, %v", text, has, hasErr, row, err)
			}
			if err != nil {
				if !errors.Is(err, io.EOF) && !errors.As(hasErr, new(*csv.ParseError)) {
					t.Fatal(hasErr)
				}
				return
			}
			if at, _ := want.FieldPos(0); at != line {
				t.Fatalf("%q: line %d; want %d", text, line, at)
			}
		}
	}
	check(t, metaCSV)
	rapid.Check(t, func(t *rapid.T) {
		check(t, rapid.StringOfN(rapid.SampledFrom([]rune("a,,\n\n\"\"#\r ")), 0, 40, -1).Draw(t, "text"))
	})
}

func BenchmarkMeta(b *testing.B) {
	markets, err := LoadMarkets()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := parse(metaCSV, markets); err != nil {
			b.Fatal(err)
		}
	}
}
