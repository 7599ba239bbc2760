package card

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"waudit/audit/category"
	"waudit/audit/rate"
	"waudit/ingest/mapfile"
	"waudit/ingest/table"
)

// Contract is what a provider agreed to, as a YAML file says it: prices of its
// own list, found by the columns, or mark-ups on Meta's card.
type Contract struct {
	Name      string `yaml:"name"`
	Currency  string `yaml:"currency"`  // of all rates, where no column says it
	Effective string `yaml:"effective"` // from when it holds, where no column says it
	Until     string `yaml:"until"`     // last day; "": it has no end

	Base     string   `yaml:"base"`     // "meta": Meta's card, marked up
	Markup   *Markup  `yaml:"markup"`   // of all markets and categories
	Rules    []Markup `yaml:"rules"`    // of some; the first that fits holds instead
	Decimals *int     `yaml:"decimals"` // places that marked-up rates are rounded to, halves up; all if not said

	Columns    map[string]string `yaml:"columns"`    // of a price list: market or country, category, rate, and what else it has
	Rates      map[string]string `yaml:"rates"`      // instead of category and rate: a column a category
	Market     string            `yaml:"market"`     // of all rows, where no column says it
	Category   string            `yaml:"category"`   // likewise
	Markets    map[string]string `yaml:"markets"`    // words of the list for markets
	Categories map[string]string `yaml:"categories"` // words of the list for categories
	Currencies map[string]string `yaml:"currencies"` // signs of the list for ISO codes
	Decimal    string            `yaml:"decimal"`    // "." or ",": what parts the decimals of prices; must be said if there are commas
}

// The keys of Contract.Columns.
const (
	inMarket    = "market"
	inCountry   = "country"
	inCategory  = "category"
	inRate      = "rate"
	inCurrency  = "currency"
	inEffective = "effective"
	inTierFrom  = "tier_from"
	inTierTo    = "tier_to"
)

var columnKeys = []string{inMarket, inCountry, inCategory, inRate, inCurrency, inEffective, inTierFrom, inTierTo}

// ParseContract reads a contract strictly. The error names the key and what to
// write there.
func ParseContract(text []byte, markets *rate.Markets) (*Contract, error) {
	var c Contract
	if err := mapfile.Decode(text, &c); err != nil {
		return nil, err
	}
	for _, check := range []func(*rate.Markets) error{c.checkFrame, c.checkBase, c.checkNotation, c.checkColumns, c.checkWords, c.checkMarkups} {
		if err := check(markets); err != nil {
			return nil, err
		}
	}
	return &c, nil
}

// checkFrame checks what every contract has.
func (c *Contract) checkFrame(*rate.Markets) error {
	for _, day := range []struct{ key, text string }{{"effective", c.Effective}, {"until", c.Until}} {
		if _, err := rate.ParseDay(day.text); day.text != "" && err != nil {
			return fmt.Errorf("%s: %w", day.key, err)
		}
	}
	switch {
	case c.Name == "" || c.Name == rate.MetaName:
		return errors.New("name: a contract needs a name of its own")
	case c.Currency != "" && currencyOf(c.Currency) != c.Currency:
		return fmt.Errorf("currency: %q is no ISO code, such as USD", c.Currency)
	}
	return nil
}

// checkBase checks that a contract marks up Meta's card, or else has a list of its own.
func (c *Contract) checkBase(*rate.Markets) error {
	switch {
	case c.Base != "" && c.Base != rate.MetaName:
		return fmt.Errorf("base: %q is not meta", c.Base)
	case c.Base == "" && !c.hasColumns():
		return errors.New("a contract has base: meta with mark-ups, or the columns of a price list")
	case c.Base != "" && c.hasColumns():
		return errors.New("base: a contract marks up Meta's card or has the columns of a price list; make two of it")
	case c.Base != "" && (c.Currency == "" || c.Effective == ""):
		return errors.New("base: mark-ups need currency and effective too")
	case c.Base == "" && (c.Markup != nil || len(c.Rules) > 0 || c.Decimals != nil):
		return errors.New("markup, rules and decimals are for base: meta; prices of a list are taken as they are")
	}
	return nil
}

// checkNotation checks how amounts are written, and how they are rounded.
func (c *Contract) checkNotation(*rate.Markets) error {
	switch {
	case c.Decimal != "" && c.Decimal != "." && c.Decimal != ",":
		return fmt.Errorf(`decimal: %q is neither "." nor ","`, c.Decimal)
	case c.Decimals != nil && (*c.Decimals < 0 || *c.Decimals > allDecimals):
		return fmt.Errorf("decimals: %d is not between 0 and %d", *c.Decimals, allDecimals)
	}
	return nil
}

// checkColumns checks that a price list can be read by its columns.
func (c *Contract) checkColumns(*rate.Markets) error {
	if !c.hasColumns() {
		return nil
	}
	for _, key := range slices.Sorted(maps.Keys(c.Columns)) {
		if !slices.Contains(columnKeys, key) {
			return fmt.Errorf("columns: there is no %q; there are %s", key, strings.Join(columnKeys, ", "))
		}
	}
	has := func(key, constant string) bool { return c.Columns[key] != "" || constant != "" }
	isWide := len(c.Rates) > 0
	switch {
	case !has(inMarket, c.Market) && !has(inCountry, ""):
		return errors.New("columns: a price list needs market or country")
	case isWide && (has(inRate, "") || has(inCategory, c.Category)):
		return errors.New("rates: a list has a column a category, or the columns category and rate; leave one")
	case !isWide && (!has(inRate, "") || !has(inCategory, c.Category)):
		return errors.New("columns: a price list needs rate and category, or rates: with a column a category")
	case !has(inCurrency, c.Currency):
		return errors.New("columns: a price list needs currency, or a currency for all rows")
	case has(inTierTo, "") && !has(inTierFrom, ""):
		return errors.New("columns: tier_to needs tier_from")
	}
	return nil
}

// checkWords checks what words and constants stand for.
func (c *Contract) checkWords(markets *rate.Markets) error {
	for _, in := range []struct {
		key     string
		words   []string
		isKnown func(string) bool
		advice  string
	}{
		{"rates", slices.Sorted(maps.Keys(c.Rates)), isCategory, categoriesAdvice},
		{"categories", slices.Sorted(maps.Values(c.Categories)), isCategory, categoriesAdvice},
		{"category", constant(c.Category), isCategory, categoriesAdvice},
		{"markets", slices.Sorted(maps.Values(c.Markets)), isMarket(markets), marketsAdvice},
		{"market", constant(c.Market), isMarket(markets), marketsAdvice},
		{"currencies", slices.Sorted(maps.Values(c.Currencies)), func(word string) bool { return currencyOf(word) == word }, "write ISO codes, such as USD"},
	} {
		for _, word := range in.words {
			if !in.isKnown(word) {
				return fmt.Errorf("%s: there is no %q; %s", in.key, word, in.advice)
			}
		}
	}
	return nil
}

const (
	categoriesAdvice = "write marketing, utility, authentication, authentication_international or service"
	marketsAdvice    = "`waudit rates list` has the names"
)

func isCategory(word string) bool { return categoryNamed(word) != category.None }

func isMarket(markets *rate.Markets) func(string) bool {
	return func(word string) bool { _, ok := markets.Named(word); return ok }
}

func constant(word string) []string {
	if word == "" {
		return nil
	}
	return []string{word}
}

// hasColumns reports whether the contract is of a price list.
func (c *Contract) hasColumns() bool { return c != nil && len(c.Columns)+len(c.Rates) > 0 }

// inCard returns what a word of a list stands for, "" if the contract says nothing of
// it. Words are compared as the names of columns are.
func inCard(words map[string]string, word string) string {
	all := slices.Sorted(maps.Keys(words))
	if i := table.IndexOf(all, word); i >= 0 {
		return words[all[i]]
	}
	return ""
}

// namedColumn is a column of a price list that the contract names: of a key, or of the
// rates of a category.
type namedColumn struct {
	name, key string
	category  category.Category
}

// named returns the columns that the contract names, in the order of keys and
// categories.
func (c *Contract) named() (all []namedColumn) {
	for _, key := range columnKeys {
		if name := c.Columns[key]; name != "" {
			all = append(all, namedColumn{name: name, key: key})
		}
	}
	for _, key := range slices.SortedFunc(maps.Keys(c.Rates), func(a, b string) int { return cmp.Compare(categoryNamed(a), categoryNamed(b)) }) {
		all = append(all, namedColumn{name: c.Rates[key], category: categoryNamed(key)})
	}
	return all
}
