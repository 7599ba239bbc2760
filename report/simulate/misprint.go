package simulate

import (
	"fmt"

	"waudit/audit/category"
	"waudit/audit/rate"
)

// misprint is one kind of error in a bill.
type misprint struct {
	kind string
	// make returns the lines that the bill has for the charge instead of the right
	// one; false where nobody could tell the error for certain. It is asked only of
	// charges in a month beyond the first volume tier, or only of all others.
	make   func(v *invoice, p *priced) ([]line, bool)
	beyond bool
	// How it is found: by a bill with message ids ("" where that depends on the
	// amount), by one without, and by volumes.
	lines, items, volumes string
}

// misprints lists every kind.
func misprints() []misprint {
	return []misprint{
		{"wrong_tier", wrongTier, true, "WA207", "WA207", "WA701"},
		{"wrong_market", wrongMarket, false, "WA205", "WA701", "WA704"},
		{"wrong_category", wrongCategory, false, "", "WA701", "WA704"},
		{"double_line", doubleLine, false, "WA109", "WA702", "WA704"},
		{"phantom_line", phantomLine, false, "WA702", "WA702", "WA704"},
		{"missing_line", missingLine, false, "WA703", "WA703", "WA704"},
		{"old_rate", oldRate, false, "", "WA701", "WA701"},
		{"international_for_domestic", international, false, "WA206", "WA701", "WA704"},
		{"other_currency", inOtherCurrency, false, "WA701", "WA701", "WA704"},
	}
}

// kindNames are the names of the kinds, in their order.
func kindNames() (names []string) {
	for _, m := range misprints() {
		names = append(names, m.kind)
	}
	return names
}

// volume is what the month of the charge's scope comes to, nil where nothing is counted.
func (v *invoice) volume(p *priced) *scopeVolume {
	return v.scopes[v.scopeOf(p.number.account, &p.charge, p.Billed)]
}

// beyondFirst reports whether that goes beyond the first volume tier. There only
// tiers are hidden: what else is wrong changes how many the tiers count, and could
// make up for it.
func (v *invoice) beyondFirst(p *priced) bool {
	s := v.volume(p)
	steps, _ := v.prices.steps(p.billed.asked)
	return s != nil && len(steps) > 1 && s.billed >= steps[1].From
}

// wrongTier charges the rate of the first tier in a later one.
func wrongTier(v *invoice, p *priced) ([]line, bool) {
	if v.volume(p).mixed || !apart(p.billed.amount, p.billed.list) {
		return nil, false
	}
	steps, _ := v.prices.steps(p.billed.asked)
	for _, step := range steps {
		if !step.Sure() {
			return nil, false
		}
	}
	l := v.line(p, &p.billed)
	l.amount, l.from, l.to = steps[0].Amount, steps[0].From, steps[0].To
	return []line{l}, true
}

// wrongMarket charges the rate of another country.
func wrongMarket(v *invoice, p *priced) ([]line, bool) {
	m, _ := v.prices.market(p.Country, p.day)
	all := v.world.countries
	for i := range all {
		f := p.billed.asked
		f.country = all[(p.seq+i)%len(all)].iso
		other, sure := v.prices.market(f.country, p.day)
		r := v.prices.rate(f)
		if other != m && sure && r.State == rate.Known && v.prices.tellable(&p.billed, r.Amount) == "WA205" {
			return v.instead(p, f), true
		}
	}
	return nil, false
}

// wrongCategory charges in another category.
func wrongCategory(v *invoice, p *priced) ([]line, bool) {
	others := [...]string{marketing, utility, authentication}
	if p.billed.category == businessInitiated {
		others = [...]string{userInitiated, userInitiated, userInitiated}
	}
	for i := range others {
		f := p.billed.asked
		f.category = others[(p.seq+i)%len(others)]
		if f.category != p.billed.category && v.apartFrom(p, f) {
			return v.instead(p, f), true
		}
	}
	return nil, false
}

// instead is a line at the list rate of another figure.
func (v *invoice) instead(p *priced, f asked) []line {
	return []line{v.line(p, &quote{asked: f, amount: v.prices.rate(f).Amount})}
}

// apartFrom reports whether somebody can tell the list rate of a figure from what
// the charge costs.
func (v *invoice) apartFrom(p *priced, f asked) bool {
	r := v.prices.rate(f)
	return r.State == rate.Known && v.prices.tellable(&p.billed, r.Amount) != ""
}

// doubleLine charges twice.
func doubleLine(v *invoice, p *priced) ([]line, bool) {
	l := v.line(p, &p.billed)
	return []line{l, l}, true
}

// phantomLine charges the customer for a message that never was, too.
func phantomLine(v *invoice, p *priced) ([]line, bool) {
	l, never := v.line(p, &p.billed), v.line(p, &p.billed)
	never.message = fmt.Sprintf("wamid.UEhBTlRPTQ%016X", v.world.hash("phantom", p.seq, 0))
	return []line{l, never}, true
}

// missingLine charges nothing.
func missingLine(*invoice, *priced) ([]line, bool) { return nil, true }

// oldRate charges what was the rate before the list in force.
func oldRate(v *invoice, p *priced) ([]line, bool) {
	m, _ := v.prices.market(p.Country, p.day)
	now := v.prices.rate(p.billed.asked)
	r := v.prices.card.Before(p.billed.currency, m, category.Of(p.billed.category), p.unit(), now.From)
	if r.State != rate.Known || v.prices.tellable(&p.billed, r.Amount) == "" {
		return nil, false
	}
	l := v.line(p, &p.billed)
	l.amount = r.Amount
	return []line{l}, true
}

// international charges a one-time code at the international rate.
func international(v *invoice, p *priced) ([]line, bool) {
	f := p.billed.asked
	f.category = authInternational
	if p.billed.category != authentication || !v.apartFrom(p, f) {
		return nil, false
	}
	return v.instead(p, f), true
}

// inOtherCurrency charges in another currency than the account's: at its list
// rate there, or by the same figure.
func inOtherCurrency(v *invoice, p *priced) ([]line, bool) {
	l := v.line(p, &p.billed)
	l.currency = otherCurrency
	if p.billed.currency == otherCurrency {
		l.currency = listCurrency
	}
	m, _ := v.prices.market(p.Country, p.day)
	if r := v.prices.meta.Rate(l.currency, m, category.Of(p.billed.category), p.unit(), p.day); r.State == rate.Known {
		l.amount = r.Amount
	}
	return []line{l}, true
}
