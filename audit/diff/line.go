package diff

import (
	"cmp"
	"fmt"
	"slices"

	"waudit/audit/money"
	"waudit/audit/result"
)

// lineKey is what a line of a bill is about.
type lineKey struct{ waba, portfolio, month, market, category, unit, currency string }

func keyOf(l *result.BillLine) lineKey {
	return lineKey{l.WABA, l.Portfolio, l.Month, l.Market, l.Category, l.Unit, l.Currency}
}

// lineDiffs compares the lines of two bills.
func lineDiffs(older, newer []result.BillLine) ([]result.LineDiff, error) {
	out := []result.LineDiff{}
	partners, left := pair(older, newer, keyOf)
	add := func(was, is *result.BillLine) error {
		d, err := lineDiff(was, is)
		if err == nil && len(d.Counts)+len(d.Amounts) > 0 {
			out = append(out, d)
		}
		return err
	}
	for _, was := range left {
		if err := add(was, nil); err != nil {
			return nil, err
		}
	}
	for i, was := range partners {
		if err := add(was, &newer[i]); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(out, func(x, y result.LineDiff) int {
		return cmp.Or(cmp.Compare(x.WABA, y.WABA), cmp.Compare(x.Portfolio, y.Portfolio), cmp.Compare(x.Month, y.Month), cmp.Compare(x.Market, y.Market),
			cmp.Compare(x.Category, y.Category), cmp.Compare(x.Unit, y.Unit), cmp.Compare(x.Currency, y.Currency))
	})
	return out, nil
}

// lineDiff compares two lines of one key, of which one may be nil.
func lineDiff(was, is *result.BillLine) (result.LineDiff, error) {
	k := keyOf(cmp.Or(is, was))
	before, sumsBefore, err := lineFigures(was)
	if err != nil {
		return result.LineDiff{}, err
	}
	after, sumsAfter, err := lineFigures(is)
	return result.LineDiff{
		WABA: k.waba, Portfolio: k.portfolio, Month: k.month, Market: k.market, Category: k.category, Unit: k.unit, Currency: k.currency,
		Counts: countDiffs(before, after), Amounts: sumDiffs(append([]string{"rate"}, billSums[:]...), sumsBefore, sumsAfter),
	}, err
}

// lineFigures are the counts of a line, and its rate and sums.
func lineFigures(l *result.BillLine) (map[measure]int64, []money.Amount, error) {
	sums := make([]money.Amount, 1+len(billSums))
	if l == nil {
		return nil, sums, nil
	}
	var free int64
	for _, u := range l.Free {
		free += u.Messages
	}
	for n, value := range [...]string{l.Rate, l.Amount, l.Low, l.High} {
		var err error
		if sums[n], err = parse(value); err != nil {
			return nil, sums, fmt.Errorf("line %s %s %s: %w", l.Month, l.Market, l.Category, err)
		}
	}
	return map[measure]int64{{order: 0, name: "charges"}: l.Charges, {order: 1, name: "free"}: free, {order: 2, name: "uncertain"}: l.Uncertain, {order: 3, name: "unvalued"}: l.Unvalued}, sums, nil
}
