package bill

import (
	"bytes"
	"encoding/gob"
	"fmt"

	"waudit/audit/account"
	"waudit/audit/category"
	"waudit/audit/era"
	"waudit/audit/price"
	"waudit/audit/rate"
)

// carriedLine is a line of a tally as bytes have it.
type carriedLine struct {
	Account  string
	Month    era.Month
	Market   rate.Market
	Category category.Category
	Unit     rate.Unit
	Figure   *price.Portable
	Currency string
	Usage    usage
}

// MarshalBinary implements price.CarriedWatcher.
func (t *Tally) MarshalBinary() ([]byte, error) {
	lines := make([]carriedLine, 0, len(t.lines))
	for k, l := range t.lines {
		figure, err := t.cards.Portable(k.account, k.figure)
		if err != nil {
			return nil, err
		}
		lines = append(lines, carriedLine{
			Account: k.account.ID, Month: k.month, Market: k.market, Category: k.category, Unit: k.unit, Figure: figure, Currency: k.currency, Usage: *l,
		})
	}
	var b bytes.Buffer
	err := gob.NewEncoder(&b).Encode(lines)
	return b.Bytes(), err
}

// Take implements price.CarriedWatcher.
func (t *Tally) Take(data []byte, book *account.Book) error {
	var lines []carriedLine
	if err := gob.NewDecoder(bytes.NewReader(data)).Decode(&lines); err != nil {
		return fmt.Errorf("a part of the bill cannot be read: %w", err)
	}
	other := NewTally(t.cards)
	for i := range lines {
		l := &lines[i]
		k := lineKey{account: book.Find(l.Account, ""), month: l.Month, market: l.Market, category: l.Category, unit: l.Unit, currency: l.Currency}
		var err error
		if k.figure, err = t.cards.Figure(k.account, l.Figure); err != nil {
			return err
		}
		*other.at(k) = l.Usage
	}
	t.Merge(other)
	return nil
}
