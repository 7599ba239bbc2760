// Package rate knows the markets by which messages are priced, and what they
// cost: Meta's published rate cards, and cards that a provider agreed to.
package rate

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"
)

//go:embed data/markets.csv
var marketsCSV string

// Market is a market of the rate cards, by its number in a table of Markets.
// NoMarket is one that is not known.
type Market uint16

// NoMarket is a market that is not known.
const NoMarket Market = 0

// otherMarket is the name of the market of every country that is not listed.
const otherMarket = "Other"

// Markets finds the country of a user and the market that it belongs to on a
// day. It is safe for concurrent use.
type Markets struct {
	byPrefix  map[string]string // calling code and national prefix to ISO country
	longest   int
	countries map[string][]membership // by ISO country, in the order of days
	names     []string                // by Market; "" for NoMarket
	numbers   map[string]Market       // by folded name
	isoNames  map[string]string       // ISO countries by folded name
	meta      func() (*Card, error)   // see Meta
}

// membership is how long a country belongs to a market.
type membership struct {
	from, to Day // both inclusive; to 0: still
	market   Market
	sure     bool
}

// LoadMarkets returns the embedded table of countries, calling codes and markets, which
// is read once.
func LoadMarkets() (*Markets, error) { return embedded() }

var embedded = sync.OnceValues(readMarkets)

func readMarkets() (*Markets, error) {
	rows, err := csv.NewReader(strings.NewReader(marketsCSV)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("embedded markets: %w", err)
	}
	m := &Markets{byPrefix: map[string]string{}, countries: map[string][]membership{}, names: []string{""}, numbers: map[string]Market{}, isoNames: map[string]string{}}
	for _, row := range rows[1:] {
		if err := m.addRow(row); err != nil {
			return nil, fmt.Errorf("embedded markets: %s: %w", row[1], err)
		}
	}
	m.meta = sync.OnceValues(func() (*Card, error) { return parse(metaCSV, m) })
	return m, nil
}

// addRow adds a row of the table: ISO country, name, calling code, network
// prefixes, market, its first and last day there, status, note.
func (m *Markets) addRow(row []string) error {
	iso, code, prefixes := row[0], row[2], strings.FieldsFunc(row[3], func(r rune) bool { return r == '|' })
	in := membership{market: m.intern(row[4]), sure: row[7] == Verified}
	for _, bound := range []struct {
		day  *Day
		text string
	}{{&in.from, row[5]}, {&in.to, row[6]}} {
		if bound.text == "" {
			continue
		}
		day, err := ParseDay(bound.text)
		if err != nil {
			return err
		}
		*bound.day = day
	}
	m.countries[iso] = append(m.countries[iso], in)
	if iso == "*" {
		return nil
	}
	m.isoNames[FoldMarket(row[1])] = iso
	if len(prefixes) == 0 {
		prefixes = []string{""}
	}
	for _, p := range prefixes {
		m.byPrefix[code+p] = iso
		m.longest = max(m.longest, len(code+p))
	}
	return nil
}

// intern returns the market of that name, with a number of its own if it is new.
func (m *Markets) intern(name string) Market {
	if name == "" {
		return NoMarket
	}
	folded := FoldMarket(name)
	if n, ok := m.numbers[folded]; ok {
		return n
	}
	n := Market(len(m.names))
	m.names, m.numbers[folded] = append(m.names, name), n
	return n
}

// FoldMarket makes the spellings of one market equal: "Rest of Africa" and
// "REST OF AFRICA", "Central & Eastern Europe" and "central and eastern europe".
func FoldMarket(name string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(strings.ToLower(name), "&", " and ")), " ")
}

// Named returns the market of that name, in any case and with "&" or "and".
func (m *Markets) Named(name string) (Market, bool) {
	n, ok := m.numbers[FoldMarket(name)]
	return n, ok
}

// CountryCode returns the ISO code of a country, BR, of its code of two or three letters in
// any case, also one that is not used any more, as UK; "" for what is none.
func CountryCode(text string) string {
	region, err := language.ParseRegion(text)
	if err != nil || !region.Canonicalize().IsCountry() {
		return ""
	}
	return region.Canonicalize().String()
}

// IsCountry reports whether a word is the ISO code of a country, BR.
func IsCountry(iso string) bool { return len(iso) == 2 && CountryCode(iso) == iso }

// CountryNamed returns the ISO country of that English name, in any case and with
// "&" or "and", "" if it is none of those that are listed.
func (m *Markets) CountryNamed(name string) string { return m.isoNames[FoldMarket(name)] }

// Name returns the name of a market as the cards write it, "" for NoMarket.
func (m *Markets) Name(market Market) string { return m.names[market] }

// Names returns the names of all markets that there ever were, sorted.
func (m *Markets) Names() []string {
	return slices.Sorted(slices.Values(m.names[1:]))
}

// On returns the markets that there are on a day, in the order of their numbers.
func (m *Markets) On(day Day) []Market {
	there := map[Market]bool{}
	for _, country := range m.countries {
		for _, in := range country {
			if in.market != NoMarket && day >= in.from && (in.to == 0 || day <= in.to) {
				there[in.market] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(there))
}

// shortestPhone is how many digits a phone has at least, with its country's
// code: what is shorter is no phone, and says nothing of a country.
const shortestPhone = 7

// Country returns the ISO country of a user by the longest matching prefix of
// the phone digits, else by the letters of the business-scoped user id, else "".
func (m *Markets) Country(phone, userID string) string {
	if prefix := m.Prefix(phone); prefix != "" {
		return m.byPrefix[prefix]
	}
	if phone == "" {
		return strings.TrimSuffix(UserPrefix(userID), ".")
	}
	return ""
}

// Prefix returns the first digits of a phone, which tell its country, "" if none do.
func (m *Markets) Prefix(phone string) string {
	for n := min(m.longest, len(phone)); n > 0; n-- {
		if _, ok := m.byPrefix[phone[:n]]; ok {
			return phone[:n]
		}
	}
	return ""
}

// UserPrefix returns the beginning of a business-scoped user id that tells the country,
// "US.", "" if it has none.
func UserPrefix(userID string) string {
	if len(userID) > 3 && userID[2] == '.' && isUpper(userID[0]) && isUpper(userID[1]) {
		return userID[:3]
	}
	return ""
}

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }

// Of returns the market of a user on a day: that of the country, where no
// country is listed "Other". It is NoMarket where neither the phone nor the id
// says where the user is, and for the territories of the United States, of
// which nothing is published. sure is false where the table's own source is not.
func (m *Markets) Of(phone, userID string, day Day) (market Market, sure bool) {
	iso := m.Country(phone, userID)
	if iso == "" && len(phone) < shortestPhone {
		return NoMarket, false
	}
	return m.OfCountry(iso, day)
}

// OfCountry returns the market of an ISO country on a day, "Other" for one that
// is not listed.
func (m *Markets) OfCountry(iso string, day Day) (market Market, sure bool) {
	for _, in := range m.countries[iso] {
		if day >= in.from && (in.to == 0 || day <= in.to) {
			return in.market, in.sure
		}
	}
	if _, listed := m.countries[iso]; listed {
		return NoMarket, false // on no day that the table knows of
	}
	return m.numbers[FoldMarket(otherMarket)], true
}
