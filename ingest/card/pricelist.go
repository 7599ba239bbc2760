package card

import (
	"slices"
	"strings"

	"waudit/audit/category"
	"waudit/audit/rate"
)

// priceList reads a provider's list by the columns of the contract.
func (r *reader) priceList() (*Sheet, error) {
	header, at := r.columnsOf()
	if header < 0 {
		return nil, nil
	}
	s := &Sheet{Title: r.Contract.Name, Currency: r.Contract.Currency}
	markets := map[string]bool{}
	for row := header + 1; row < len(r.cells); row++ {
		if strings.TrimSpace(strings.Join(r.cells[row], "")) == "" {
			continue
		}
		line, err := r.priced(row, at)
		if err != nil {
			return nil, err
		}
		markets[line.Market] = true
		s.Rows = append(s.Rows, line)
		s.Currency, s.Day = line.Currency, line.From
	}
	s.Markets = len(markets)
	return s, nil
}

// columnsOf finds the header, and the columns that the contract names.
func (r *reader) columnsOf() (header int, at map[string]int) {
	for row := range r.cells {
		at = map[string]int{}
		for key, name := range r.Contract.Columns {
			if i := slices.IndexFunc(r.cells[row], func(cell string) bool { return isWord(cell, strings.ToLower(name)) }); i >= 0 {
				at[key] = i
			}
		}
		if len(at) == len(r.Contract.Columns) {
			return row, at
		}
	}
	return -1, nil
}

// priced reads a row of a price list.
func (r *reader) priced(row int, at map[string]int) (line rate.Row, err error) {
	text := func(key string) string {
		if i, ok := at[key]; ok {
			return r.at(row, i)
		}
		return ""
	}
	if line.Currency = currencyOf(text("currency")); line.Currency == "" {
		line.Currency = r.Contract.Currency
	}
	if line.Currency == "" {
		return line, wrong(row, at["currency"], "no currency stands here, and the contract names none")
	}
	day := r.Effective
	if written := text("effective"); written != "" || day == 0 {
		if written == "" {
			written = r.Contract.Effective
		}
		if day, err = rate.ParseDay(written); err != nil {
			return line, wrong(row, at["effective"], "%v", err)
		}
	}
	market, ok := r.Markets.Named(text("market"))
	if !ok && text("country") != "" {
		market, _ = r.Markets.OfCountry(strings.ToUpper(text("country")), day)
		ok = market != rate.NoMarket && len(text("country")) == 2
	}
	if !ok {
		return line, wrong(row, max(at["market"], at["country"]), "no market and no ISO country is named so")
	}
	line.Market, line.Unit = r.Markets.Name(market), rate.UnitOn(day)
	name := text("category")
	if mapped, ok := r.Contract.Categories[name]; ok {
		name = mapped
	}
	if line.Category = category.Of(word(name)); line.Category == category.None || line.Category == category.Other {
		return line, wrong(row, at["category"], "%q is no category; name it under categories:", name)
	}
	if err := r.stepOf(row, at, &line); err != nil {
		return line, err
	}
	if line.Rate, err = r.figure(row, at["rate"]); err != nil {
		return line, err
	}
	line.From = day
	return line, nil
}

// stepOf reads which messages of a month a price is for, if the list says it.
func (r *reader) stepOf(row int, at map[string]int, line *rate.Row) (err error) {
	from, ok := at["tier_from"]
	if !ok || r.at(row, from) == "" {
		return nil
	}
	if line.Tier[0], err = count(r.at(row, from)); err != nil {
		return wrong(row, from, "%q is no number of messages", r.at(row, from))
	}
	line.Tier[0] = max(line.Tier[0], 1)
	if to, ok := at["tier_to"]; ok && !isOpen(r.at(row, to)) {
		if line.Tier[1], err = count(r.at(row, to)); err != nil {
			return wrong(row, to, "%q is no number of messages, nor empty for no end", r.at(row, to))
		}
	}
	return nil
}
