package card

import (
	"cmp"
	"fmt"
	"slices"

	"waudit/audit/money"
	"waudit/audit/rate"
)

// Assemble makes one card of Meta's tables. A list is known until the quarter
// ends, or until the base card knows of a change: what Meta changes then is on
// its next list. until, if it is not 0, is the last day for which the newest
// lists are known. It returns the rows, the last day of the card, and what is odd.
func Assemble(sheets []*Sheet, until rate.Day, base *rate.Card, markets *rate.Markets) (rows []rate.Row, last rate.Day, notes []string, err error) {
	listed := map[rate.Row]rate.Row{} // list rates by what they are of
	for _, s := range sheets {
		for _, row := range s.Rows {
			if row.Tier[0] != 0 {
				continue
			}
			if before, twice := listed[ladderOf(row)]; twice {
				return nil, 0, nil, fmt.Errorf("%s and %s both have the rate of %s in %s, in %s from %s; import one of them", before.Source, row.Source, row.Category, row.Market, row.Currency, row.From)
			}
			listed[ladderOf(row)] = row
			rows = append(rows, row)
		}
	}
	for _, s := range sheets {
		steps, more, err := withList(s.Rows, listed, base, markets)
		if err != nil {
			return nil, 0, nil, err
		}
		rows, notes = append(rows, steps...), append(notes, more...)
	}
	ended, last := end(rows, until, base)
	return ended, last, notes, nil
}

// withList returns the steps of volume tiers. The first of them is the list
// rate, which must agree with the list, or stands for it where there is none.
func withList(rows []rate.Row, listed map[rate.Row]rate.Row, base *rate.Card, markets *rate.Markets) (steps []rate.Row, notes []string, err error) {
	for _, row := range rows {
		if row.Tier[0] == 0 {
			continue
		}
		steps = append(steps, row)
		if row.Tier[0] > 1 {
			continue
		}
		list, ok := listed[ladderOf(row)]
		if !ok {
			list = row
			list.Tier = [2]int64{}
			steps = append(steps, list)
			market, _ := markets.Named(row.Market)
			old := base.Rate(row.Currency, market, row.Category, row.Unit, row.From)
			if old.State == rate.Known && old.Amount != row.Amount {
				notes = append(notes, fmt.Sprintf("%s, %s: the first step costs %s, and the list that is known %s; import the list too", row.Market, row.Category,
					money.Format(money.Of(row.Amount), listDecimals), money.Format(money.Of(old.Amount), listDecimals)))
			}
		}
		if list.Amount != row.Amount {
			return nil, nil, fmt.Errorf("%s, %s: the first step costs %s in %s, and on the list %s in %s; import list and tiers of one day and currency", row.Market, row.Category,
				money.Format(money.Of(row.Amount), listDecimals), row.Source, money.Format(money.Of(list.Amount), listDecimals), list.Source)
		}
	}
	return steps, notes, nil
}

// end says for how long lists are known: behind the last day of one that no other
// follows stands that its figures are not.
func end(rows []rate.Row, until rate.Day, base *rate.Card) (ended []rate.Row, last rate.Day) {
	type list struct {
		currency string
		day      rate.Day
	}
	var lists []list
	for _, row := range rows {
		lists = append(lists, list{row.Currency, row.From})
	}
	slices.SortFunc(lists, func(a, b list) int { return cmp.Or(cmp.Compare(a.currency, b.currency), cmp.Compare(a.day, b.day)) })
	lists = slices.Compact(lists)
	ends := map[list]rate.Day{}
	for i, l := range lists {
		isNewest := i+1 == len(lists) || lists[i+1].currency != l.currency
		ends[l] = lastOf(l.day, base)
		switch {
		case isNewest && until != 0:
			ends[l] = until
		case !isNewest:
			ends[l] = min(ends[l], lists[i+1].day.AddDays(-1))
		}
		last = max(last, ends[l])
	}
	for _, row := range rows {
		l := list{row.Currency, row.From}
		next := list{l.currency, ends[l].AddDays(1)}
		if row.Tier[0] != 0 || ends[l] == last || slices.Contains(lists, next) {
			continue
		}
		row.Rate = rate.Rate{Status: rate.Missing, Source: "no list for later days", From: next.day}
		ended = append(ended, row)
	}
	return append(rows, ended...), last
}

// lastOf returns the last day for which a list is known.
func lastOf(day rate.Day, base *rate.Card) rate.Day {
	next := base.NextChange(day)
	if isMessages := rate.UnitOn(day) == rate.PerMessage; next == 0 || isMessages && next > day.QuarterEnd() {
		return day.QuarterEnd() // conversations changed on other days too
	}
	return next.AddDays(-1)
}
