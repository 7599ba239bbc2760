package rate

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"waudit/audit/category"
	"waudit/audit/money"
)

//go:embed data/meta.csv
var metaCSV string

// MetaName is the name of Meta's published card.
const MetaName = "meta"

// header is the first row of a card.
const header = "effective_from,currency,market,category,unit,tier_from,tier_to,rate,status,source"

// mark is the first line of a card; known what its further comments may say.
const (
	mark      = "# waudit rate card"
	nameNote  = "# name: "
	untilNote = "# known until: "
)

// Meta returns Meta's published list rates and volume tiers, as far as they are
// known to the program. They are read once.
func Meta(markets *Markets) (*Card, error) {
	c, err := markets.meta()
	if err != nil {
		return nil, fmt.Errorf("embedded rate card: %w", err)
	}
	return c, nil
}

// ParseCard reads a card in the program's own form: comments that name it, a
// header, and a row for each rate or step of a tier. A row replaces the earlier
// one of its currency, market, category and unit from its day on; an empty rate
// is "not offered" if verified, unknown if missing.
//
// The error names the line and what is wrong with it.
func ParseCard(r io.Reader, markets *Markets) (*Card, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return parse(string(text), markets)
}

func parse(text string, markets *Markets) (*Card, error) {
	sum := sha256.New()
	if _, err := io.Copy(sum, io.LimitReader(strings.NewReader(text), int64(len(text)))); err != nil { // piece by piece
		return nil, err
	}
	c := &Card{markets: markets, SHA256: hex.EncodeToString(sum.Sum(nil)), lists: map[rateKey][]Rate{}, tiers: map[rateKey][]ladder{}}
	if err := c.parseNotes(text); err != nil {
		return nil, err
	}
	p := parser{Card: c, sources: map[string]string{}, markets: map[string]Market{}}
	rows := newRows(text)
	first, _, err := rows.next()
	if err != nil || strings.Join(first, ",") != header {
		return nil, fmt.Errorf("no rate card: behind its comments must come the header %s", header)
	}
	for {
		row, line, err := rows.next()
		if errors.Is(err, io.EOF) {
			return c, c.finish()
		}
		if err != nil {
			return nil, err
		}
		if err := p.parseRow(row); err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
	}
}

// parseNotes reads the comments above the header.
func (c *Card) parseNotes(text string) (err error) {
	lines := bufio.NewScanner(strings.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		line := lines.Text()
		switch {
		case n == 1 && line != mark:
			return fmt.Errorf("no rate card: the first line is not %q; `waudit rates import` makes one of a provider's or Meta's own", mark)
		case strings.HasPrefix(line, nameNote):
			c.Name = strings.TrimPrefix(line, nameNote)
		case strings.HasPrefix(line, untilNote):
			if c.Until, err = ParseDay(strings.TrimPrefix(line, untilNote)); err != nil {
				return fmt.Errorf("line %d: %w", n, err)
			}
		case !strings.HasPrefix(line, "#"):
			if c.Name == "" {
				return fmt.Errorf("no rate card: no comment %q tells its name", nameNote)
			}
			return nil
		}
	}
	return errors.New("no rate card: there is nothing but comments")
}

// parser reads the rows of a card. It remembers what rows share with the one
// before, since the embedded card is read at every start.
type parser struct {
	*Card
	dayText, marketName string
	day                 Day
	market              Market
	markets             map[string]Market // by their names in the rows
	sources             map[string]string
}

// source returns one string for all rows of a source, without their lines.
func (p *parser) source(text string) string {
	own, ok := p.sources[text]
	if !ok {
		own = strings.Clone(text)
		p.sources[own] = own
	}
	return own
}

// parseRow adds a row.
func (p *parser) parseRow(row []string) (err error) {
	if row[0] != p.dayText {
		if p.day, err = ParseDay(row[0]); err != nil {
			return fmt.Errorf("effective_from: %w", err)
		}
		p.dayText = row[0]
	}
	at, err := p.keyOf(row)
	if err != nil {
		return err
	}
	r := Rate{Status: row[8], Source: p.source(row[9]), From: p.day}
	switch {
	case !slices.Contains([]string{Verified, Unverified, conflict, Missing}, r.Status):
		return fmt.Errorf("status %q is none of verified, unverified, conflict and missing", r.Status)
	case row[7] == "" && r.Status == Verified:
		r.State = NotOffered
	case row[7] == "" && r.Status != Missing:
		return errors.New("an empty rate is verified (not offered) or missing (not known)")
	case row[7] != "":
		amount, err := money.Parse(row[7])
		nano, ok := amount.Int64()
		if err != nil || !ok || nano < 0 {
			return fmt.Errorf("rate %q is no price, such as 0.0068", row[7])
		}
		r.Amount, r.State = nano, Known
	}
	if row[5] == "" && row[6] == "" {
		p.lists[at] = append(p.lists[at], r)
		return nil
	}
	return p.addStep(at, row[5], row[6], r)
}

// keyOf finds where a row's figure stands.
func (p *parser) keyOf(row []string) (rateKey, error) {
	currency, marketName, categoryName, unitName := row[1], row[2], row[3], row[4]
	if marketName != p.marketName {
		market, ok := p.markets[marketName]
		if !ok {
			if market, ok = p.Card.markets.Named(marketName); !ok {
				return rateKey{}, fmt.Errorf("there is no market %q; `waudit rates list` has them", marketName)
			}
			p.markets[marketName] = market
		}
		p.marketName, p.market = marketName, market
	}
	cat := category.Of(categoryName)
	if cat == category.None || cat == category.Other {
		return rateKey{}, fmt.Errorf("there is no category %q", categoryName)
	}
	unit := slices.Index(unitNames[:], unitName)
	if unit < 0 {
		return rateKey{}, fmt.Errorf("unit %q is neither message nor conversation", unitName)
	}
	if len(currency) != 3 || strings.ToUpper(currency) != currency {
		return rateKey{}, fmt.Errorf("currency %q is no ISO code, such as USD", currency)
	}
	n := slices.Index(p.currencies, currency)
	if n < 0 {
		n = len(p.currencies)
		p.currencies = append(p.currencies, strings.Clone(currency))
	}
	return rateKey{p.market, cat, Unit(unit), uint8(n)}, nil
}

// addStep adds a step of a volume tier, which must join the one before.
func (c *Card) addStep(at rateKey, from, to string, r Rate) error {
	s := Tier{Rate: r}
	var err error
	if s.From, err = strconv.ParseInt(from, 10, 64); err != nil {
		return fmt.Errorf("tier_from %q is no number", from)
	}
	if to != "" {
		if s.To, err = strconv.ParseInt(to, 10, 64); err != nil {
			return fmt.Errorf("tier_to %q is no number", to)
		}
	}
	switch {
	case !Tiered(at.category) || at.unit != PerMessage:
		return fmt.Errorf("%s has no volume tiers: only messages of utility and authentication do", at.category)
	case r.State != Known:
		return errors.New("a step of a tier needs a rate")
	}
	s.From = max(s.From, 1) // the first step is written from 0 on
	all := c.tiers[at]
	last := len(all) - 1
	if last < 0 || all[last].from != r.From {
		all, last = append(all, ladder{from: r.From}), last+1
	}
	c.tiers[at] = all
	l := &all[last]
	want := int64(1)
	if len(l.steps) > 0 {
		if want = l.steps[len(l.steps)-1].To + 1; want == 1 {
			return errors.New("a step follows one that has no end")
		}
	}
	if s.From != want || s.To != 0 && s.To < s.From {
		return fmt.Errorf("the step from %s to %s does not join: it should begin at %d", from, to, want)
	}
	l.steps = append(l.steps, s)
	return nil
}

// finish puts the rows in the order of their days, and checks what only all of
// them show.
func (c *Card) finish() error {
	if len(c.lists) == 0 {
		return errors.New("the card has no rates")
	}
	c.spans = make([]validity, len(c.currencies))
	for i := range c.spans {
		c.spans[i].last = c.Until
	}
	for at, rows := range c.lists {
		slices.SortStableFunc(rows, func(a, b Rate) int { return cmp.Compare(a.From, b.From) })
		for i := range rows[1:] {
			if rows[i].From == rows[i+1].From {
				return fmt.Errorf("two rates of %s in %s on %s; leave one", at.category, c.markets.Name(at.market), rows[i].From)
			}
		}
		if first := &c.spans[at.currency].first; *first == 0 || rows[0].From < *first {
			*first = rows[0].From
		}
	}
	for at, all := range c.tiers {
		slices.SortStableFunc(all, func(a, b ladder) int { return cmp.Compare(a.from, b.from) })
		for _, l := range all {
			if l.steps[len(l.steps)-1].To != 0 {
				return fmt.Errorf("the last tier of %s in %s on %s must have no end", at.category, c.markets.Name(at.market), l.from)
			}
		}
	}
	return nil
}

// ListedRate is one figure of a card, as lists show it.
type ListedRate struct {
	Currency string
	Market   string
	Category category.Category
	Unit     Unit
	Tier     [2]int64 // first and last message of a tier's step, 0 for no end; both 0 for a list rate
	Rate
}

// Rows returns every figure of the card, by day, currency, market, category,
// unit and tier.
func (c *Card) Rows(markets *Markets) []ListedRate {
	var rows []ListedRate
	add := func(at rateKey, tier [2]int64, r Rate) {
		rows = append(rows, ListedRate{c.currencies[at.currency], markets.Name(at.market), at.category, at.unit, tier, r})
	}
	for at := range maps.Keys(c.lists) {
		for _, r := range c.lists[at] {
			add(at, [2]int64{}, r)
		}
	}
	for at := range maps.Keys(c.tiers) {
		for _, l := range c.tiers[at] {
			for _, s := range l.steps {
				add(at, [2]int64{s.From, s.To}, s.Rate)
			}
		}
	}
	slices.SortFunc(rows, compareRows)
	return rows
}

func compareRows(a, b ListedRate) int {
	return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.Currency, b.Currency), cmp.Compare(a.Market, b.Market),
		cmp.Compare(a.Category, b.Category), cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Tier[0], b.Tier[0]))
}

// WriteCard writes rows as a card that ParseCard reads. known is the last day
// for which it speaks, 0 if it has no end. A name is one line.
func WriteCard(w io.Writer, name string, known Day, rows []ListedRate) error {
	if name != strings.TrimSpace(name) || name == "" || strings.ContainsFunc(name, unicode.IsControl) {
		return fmt.Errorf("%q is no name for a card; give it one line", name)
	}
	notes := mark + "\n" + nameNote + name + "\n"
	if known != 0 {
		notes += untilNote + known.String() + "\n"
	}
	if _, err := io.WriteString(w, notes); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	if err := out.Write(strings.Split(header, ",")); err != nil {
		return err
	}
	sorted := slices.Clone(rows)
	slices.SortStableFunc(sorted, compareRows)
	for _, r := range sorted {
		text := []string{r.From.String(), r.Currency, r.Market, r.Category.String(), r.Unit.String(), "", "", "", r.Status, r.Source}
		if r.Tier[0] != 0 {
			text[5] = strconv.FormatInt(r.Tier[0], 10)
			if r.Tier[1] != 0 {
				text[6] = strconv.FormatInt(r.Tier[1], 10)
			}
		}
		if r.State == Known {
			text[7] = money.Format(money.Of(r.Amount), cardDecimals)
		}
		if err := out.Write(text); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// cardDecimals is how many decimals the published cards write.
const cardDecimals = 4
