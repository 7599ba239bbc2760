package card

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"waudit/audit/category"
	"waudit/audit/rate"
)

// headerRows is how many rows of the header may stand above the last.
const headerRows = 3

// tierGroup is the columns of a category in a table of volume tiers.
type tierGroup struct {
	category             category.Category
	from, to, kind, rate int // columns; kind is -1 where no column tells list and tier rates apart
}

// tiers reads a table of volume tiers: several rows a market, of which the first
// names it, and a group of columns a category.
func (r *reader) tiers(header int) (*Sheet, error) {
	top := header
	for row := header - 1; row >= max(0, header-headerRows); row-- {
		if r.isHeader(row) {
			top = row
		}
	}
	s, err := r.begin(top)
	if err != nil {
		return nil, err
	}
	groups, err := r.groups(top, header)
	if err != nil {
		return nil, err
	}
	seen := map[rate.Market]int{}
	var market rate.Market
	open := ladders{}
	for row := header + 1; row < len(r.cells); row++ {
		if r.filled(row) == 0 {
			continue
		}
		if r.at(row, 0) != "" {
			if market, err = r.market(row, s, seen); err != nil {
				return nil, err
			}
		}
		for _, g := range groups {
			if err := r.step(row, g, market, s, open); err != nil {
				return nil, err
			}
		}
	}
	s.Markets = len(seen)
	if err := open.ended(); err != nil {
		return nil, err
	}
	return s, r.complete(seen, header, s)
}

// isHeader reports whether a row belongs to the header of tiers: it names a
// category, or the market.
func (r *reader) isHeader(row int) bool {
	for at := range r.cells[row] {
		if isWord(r.at(row, at), "market") || at > 0 && rate.Tiered(categoryNamed(r.at(row, at))) {
			return true
		}
	}
	return false
}

// groups finds the columns of each category.
func (r *reader) groups(top, header int) ([]tierGroup, error) {
	var groups []tierGroup
	for at := range r.cells[header] {
		if !isWord(r.at(header, at), "from") {
			continue
		}
		g := r.group(top, header, at)
		switch {
		case g.category == category.None:
			return nil, wrong(header, at, "no category stands above these tiers; write Utility, Authentication or Authentication-International there")
		case g.to < 0 || g.rate < 0:
			return nil, wrong(header, at, `the tiers of %s lack a column "To" or "Rate"; fetch the file again`, g.category)
		case slices.ContainsFunc(groups, func(other tierGroup) bool { return other.category == g.category }):
			return nil, wrong(header, at, "the category %s has two groups of columns; leave one", g.category)
		}
		groups = append(groups, g)
	}
	return groups, nil
}

// group finds the columns of the category whose tiers begin with a column. Its
// name stands above it, or to the left of there where cells are merged.
func (r *reader) group(top, header, at int) tierGroup {
	g := tierGroup{from: at, to: -1, kind: -1, rate: -1}
	for row := top; row < header; row++ {
		for left := at; left >= 0; left-- {
			if c := categoryNamed(r.at(row, left)); rate.Tiered(c) {
				g.category = c
				break
			}
		}
	}
	for next := at + 1; next < len(r.cells[header]) && !isWord(r.at(header, next), "from"); next++ {
		switch name := strings.ToLower(r.at(header, next)); {
		case name == "to":
			g.to = next
		case strings.Contains(name, "rate") && strings.Contains(name, "type"):
			g.kind = next
		case strings.Contains(name, "rate") && g.rate < 0:
			g.rate = next
		}
	}
	return g
}

// step reads one step of one category, if there is one on the row.
func (r *reader) step(row int, g tierGroup, market rate.Market, s *Sheet, open ladders) error {
	if none := r.at(row, g.from); none == "" || isWord(none, "n/a") {
		if price, err := r.price(row, g.rate, s.Currency); err == nil && price.Amount > 0 {
			return wrong(row, g.from, "a rate, and no number of messages from which it is for; fetch the file again")
		}
		return nil
	}
	if market == rate.NoMarket {
		return wrong(row, 0, "no market stands here or above; fetch the file again")
	}
	step := rate.Row{Currency: s.Currency, Market: r.Markets.Name(market), Category: g.category, Unit: rate.PerMessage}
	if err := r.bounds(row, g.from, g.to, &step); err != nil {
		return err
	}
	var err error
	if step.Rate, err = r.price(row, g.rate, s.Currency); err != nil {
		return err
	}
	if step.State != rate.Known {
		return wrong(row, g.rate, "a tier needs a rate; fetch the file again")
	}
	step.From = s.Day
	if g.kind >= 0 {
		want := "tier rate"
		if step.Tier[0] == 1 {
			want = "list rate"
		}
		if !isWord(r.at(row, g.kind), want) {
			return wrong(row, g.kind, "%q, and the step from %d on should have the %s; fetch the file again", r.at(row, g.kind), step.Tier[0], want)
		}
	}
	if err := open.add(row, g.from, g.to, step); err != nil {
		return err
	}
	s.note(r.jump(row, g.rate, step, market))
	s.Rows = append(s.Rows, step)
	return nil
}

// bounds reads which messages of a month a step is for.
func (r *reader) bounds(row, from, to int, step *rate.Row) error {
	var ok bool
	if step.Tier[0], ok = r.count(row, from); !ok {
		return wrong(row, from, "%q is no number of messages, such as 100,001", r.at(row, from))
	}
	step.Tier[0] = max(step.Tier[0], 1)                     // the first step is written from 0 on
	if to < 0 || strings.Trim(r.at(row, to), "-–—") == "" { // without an end
		return nil
	}
	if step.Tier[1], ok = r.count(row, to); !ok || step.Tier[1] < step.Tier[0] {
		return wrong(row, to, "%q is no number of messages from %d on, nor -- for no end", r.at(row, to), step.Tier[0])
	}
	return nil
}

// ladders keeps where the steps of each market and category have got to.
type ladders map[rate.Row]rung

// rung is the last step that was read, and the cell of its end.
type rung struct {
	step       rate.Row
	row, until int
}

// add checks that a step joins the one before of its market, category and day.
func (l ladders) add(row, from, to int, step rate.Row) error {
	key := ladderOf(step)
	last, ok := l[key]
	want := last.step.Tier[1] + 1
	switch {
	case ok && want == 1:
		return wrong(row, from, "a step follows on one that has no end, in cell %s; correct its end", cellName(last.row, last.until))
	case step.Tier[0] != want:
		return wrong(row, from, "the step begins at %d, and the one before ends at %d, so that it should begin at %d", step.Tier[0], want-1, want)
	}
	l[key] = rung{step, row, max(to, from)}
	return nil
}

// ladderOf is what the steps of one ladder share.
func ladderOf(step rate.Row) rate.Row {
	return rate.Row{Currency: step.Currency, Market: step.Market, Category: step.Category, Unit: step.Unit, Rate: rate.Rate{From: step.From}}
}

// ended checks that every ladder has a step for all further messages. It names
// the first cell where one has not.
func (l ladders) ended() error {
	var open []*CellError
	for _, last := range l {
		if last.step.Tier[1] != 0 {
			open = append(open, &CellError{last.row, last.until, fmt.Sprintf("the last step of %s in %s ends at %d; that for all further messages is missing, with -- for its end",
				last.step.Category, last.step.Market, last.step.Tier[1])})
		}
	}
	if open == nil {
		return nil
	}
	return slices.MinFunc(open, func(a, b *CellError) int { return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(a.Column, b.Column)) })
}
