// Package rate knows the markets by which messages are priced.
package rate

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"strings"
	"unicode"
)

//go:embed data/markets.csv
var marketsCSV string

// Markets finds the country of a user. It is safe for concurrent use.
type Markets struct {
	byPrefix map[string]string // calling code and national prefix to ISO country
	longest  int
}

// LoadMarkets reads the embedded table of countries and calling codes.
func LoadMarkets() (*Markets, error) {
	rows, err := csv.NewReader(strings.NewReader(marketsCSV)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("embedded markets: %w", err)
	}
	m := &Markets{byPrefix: map[string]string{}}
	for _, row := range rows[1:] {
		iso, code, prefixes := row[0], row[2], strings.FieldsFunc(row[3], func(r rune) bool { return r == '|' })
		if iso == "*" || code == "" {
			continue
		}
		if len(prefixes) == 0 {
			m.add(code, iso)
		}
		for _, p := range prefixes {
			m.add(code+p, iso)
		}
	}
	return m, nil
}

func (m *Markets) add(prefix, iso string) {
	m.byPrefix[prefix] = iso
	m.longest = max(m.longest, len(prefix))
}

// Country returns the ISO country of a user by the longest matching prefix of
// the phone digits, else by the letters of the business-scoped user id, else "".
func (m *Markets) Country(phone, userID string) string {
	for n := min(m.longest, len(phone)); n > 0; n-- {
		if iso, ok := m.byPrefix[phone[:n]]; ok {
			return iso
		}
	}
	if phone == "" && len(userID) > 3 && userID[2] == '.' && unicode.IsUpper(rune(userID[0])) && unicode.IsUpper(rune(userID[1])) {
		return userID[:2]
	}
	return ""
}
