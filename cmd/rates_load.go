package cmd

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"waudit/audit/account"
	"waudit/audit/price"
	"waudit/audit/rate"
	"waudit/audit/result"
	"waudit/report"
)

// loadPrices reads the cards that the configuration names: Meta's further ones,
// and those by which accounts are billed.
func loadPrices(config *configFile, book *account.Book) (*price.Cards, error) {
	markets, meta, err := cardNamed("")
	if err != nil {
		return nil, err
	}
	for _, path := range config.Rates {
		later, err := config.card(path, markets)
		if err != nil {
			return nil, err
		}
		if meta, err = meta.Join(later); err != nil {
			return nil, usage("rates: %s: %v", path, err)
		}
	}
	contracts := map[string]*rate.Card{rate.MetaName: meta}
	for _, id := range slices.Sorted(maps.Keys(config.Accounts)) {
		name := config.Accounts[id].Rates
		if name == "" {
			continue
		}
		card := contracts[name]
		if card == nil {
			if card, err = config.card(name, markets); err != nil {
				return nil, fmt.Errorf("accounts.%s.rates: %w", id, err)
			}
			contracts[name] = card
		}
		a := book.Find(id, "")
		if a.Currency != "" && !card.Has(a.Currency) {
			return nil, usage("accounts.%s.rates: %s has no rates in %s; it has %s", id, name, a.Currency, strings.Join(card.Currencies(), ", "))
		}
		a.Rates = card
	}
	return price.NewCards(markets, meta), nil
}

// beside returns a path of the configuration as it is to be opened: relative to
// the file's folder.
func (c *configFile) beside(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(filepath.Dir(c.path), path)
}

// card reads a rate card that the configuration names.
func (c *configFile) card(path string, markets *rate.Markets) (*rate.Card, error) {
	return readCard(c.beside(path), markets, c.contents.file)
}

// readCard reads a rate card in the program's own form.
func readCard(path string, markets *rate.Markets, read func(path string) ([]byte, error)) (card *rate.Card, err error) {
	data, err := read(path)
	if err == nil {
		card, err = rate.ParseCard(bytes.NewReader(data), markets)
	}
	if err != nil {
		return nil, usage("rate card %s: %v", path, err)
	}
	return card, nil
}

// notedRates is how many rates that no card has are told on standard error; the
// report has more of them.
const notedRates = 3

// noteMissing tells of rates that charges need and no card has, and how to get
// them.
func (f *readFlags) noteMissing(w io.Writer, needs []result.MissingRate) {
	for i, n := range needs {
		if i == notedRates {
			f.note(w, "and %d more rates", len(needs)-i)
			break
		}
		f.note(w, "no rate: %s", report.NeededRate(n))
	}
	if len(needs) > 0 {
		f.note(w, "%s", report.HowToImport)
	}
}

// ratesUsed lists the cards by which a run valued charges.
func (s *session) ratesUsed(prices *price.Cards) []result.RateCard {
	cards := map[string]*rate.Card{prices.Meta.Name: prices.Meta}
	for id := range s.config.Accounts {
		if card := s.book.Find(id, "").Rates; card != nil {
			cards[card.Name+card.SHA256] = card
		}
	}
	delete(cards, prices.Meta.Name+prices.Meta.SHA256)
	used := make([]result.RateCard, 0, len(cards))
	for _, key := range slices.Sorted(maps.Keys(cards)) {
		used = append(used, result.RateCard{ID: cards[key].Name, SHA256: cards[key].SHA256})
	}
	return used
}
