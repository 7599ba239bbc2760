package table

import (
	"bytes"
	"encoding/csv"
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"waudit/audit/rate"
)

var update = flag.Bool("update", false, "rewrite countries.csv from the CLDR of golang.org/x/text")

// TestCountryNames holds the names of countries to those of the CLDR.
func TestCountryNames(t *testing.T) {
	var want bytes.Buffer
	w := csv.NewWriter(&want)
	header := []string{"code"}
	languages := []language.Tag{language.English, language.German, language.Spanish, language.Portuguese, language.EuropeanPortuguese, language.French, language.Indonesian}
	for _, in := range languages {
		header = append(header, in.String())
	}
	_ = w.Write(header)
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			iso := string([]rune{a, b})
			if !rate.IsCountry(iso) {
				continue
			}
			row := []string{iso}
			for _, in := range languages {
				row = append(row, display.Regions(in).Name(language.MustParseRegion(iso)))
			}
			_ = w.Write(row)
		}
	}
	w.Flush()
	if *update {
		if err := os.WriteFile("countries.csv", want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if d := cmp.Diff(want.String(), countryNames); d != "" {
		t.Errorf("go test ./ingest/table -run CountryNames -update writes countries.csv anew (-CLDR +file):\n%s", d)
	}
}
