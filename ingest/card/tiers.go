package card

import (
	"cmp"
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
func (r *reader) tiers(header int) *Sheet {
	top := header
	for row := header - 1; row >= max(0, header-headerRows); row-- {
		if r.isHeader(row) {
			top = row
		}
	}
	s := r.begin(top)
	groups := r.groups(top, header)
	seen := map[rate.Market]int{}
	var market rate.Market
	open := ladders{}
	for row := header + 1; row < len(r.cells); row++ {
		if r.filled(row) == 0 {
			continue
		}
		if r.at(row, 0) != "" {
			market = r.market(row, s, seen)
		}
		for _, g := range groups {
			r.step(row, g, market, s, open)
		}
	}
	open.end()
	r.complete(seen, header, s)
	return s
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
func (r *reader) groups(top, header int) (groups []tierGroup) {
	for at := range r.cells[header] {
		if !isWord(r.at(header, at), "from") {
			continue
		}
		g := r.group(top, header, at)
		switch {
		case g.category == category.None:
			fail(header, at, "no category stands above these tiers; write Utility, Authentication or Authentication-International there")
		case g.to < 0 || g.rate < 0:
			fail(header, at, `the tiers of %s lack a column "To" or "Rate"; fetch the file again`, g.category)
		case slices.ContainsFunc(groups, func(other tierGroup) bool { return other.category == g.category }):
			fail(header, at, "the category %s has two groups of columns; leave one", g.category)
		}
		groups = append(groups, g)
	}
	return groups
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
func (r *reader) step(row int, g tierGroup, market rate.Market, s *Sheet, open ladders) {
	if none := r.at(row, g.from); none == "" || isWord(none, "n/a") {
		if price, problem := r.figure(row, g.rate, s.Currency); problem == "" && price.Amount > 0 {
			fail(row, g.from, "a rate, and no number of messages from which it is for; fetch the file again")
		}
		return
	}
	if market == rate.NoMarket {
		fail(row, 0, "no market stands here or above; fetch the file again")
	}
	step := rate.ListedRate{Currency: s.Currency, Market: r.Markets.Name(market), Category: g.category, Unit: rate.PerMessage}
	step.Tier = r.bounds(row, g.from, g.to)
	if step.Rate = r.price(row, g.rate, s.Currency); step.State != rate.Known {
		fail(row, g.rate, "a tier needs a rate; fetch the file again")
	}
	step.From = s.Day
	if g.kind >= 0 {
		want := "tier rate"
		if step.Tier[0] == 1 {
			want = "list rate"
		}
		if !isWord(r.at(row, g.kind), want) {
			fail(row, g.kind, "%q, and the step from %d on should have the %s; fetch the file again", r.at(row, g.kind), step.Tier[0], want)
		}
	}
	open.add(row, g.from, g.to, step)
	s.note(r.jump(row, g.rate, step, market))
	s.Rows = append(s.Rows, step)
}

// bounds reads which messages of a month a step is for.
func (r *reader) bounds(row, from, to int) (tier [2]int64) {
	first, ok := r.count(row, from)
	if !ok {
		fail(row, from, "%q is no number of messages, such as 100,001", r.at(row, from))
	}
	tier[0] = max(first, 1)                                 // the first step is written from 0 on
	if to < 0 || strings.Trim(r.at(row, to), "-–—") == "" { // without an end
		return tier
	}
	if tier[1], ok = r.count(row, to); !ok || tier[1] < tier[0] {
		fail(row, to, "%q is no number of messages from %d on, nor -- for no end", r.at(row, to), tier[0])
	}
	return tier
}

// ladders keeps where the steps of each market and category have got to.
type ladders map[rate.ListedRate]rung

// rung is the last step that was read, and the cell of its end.
type rung struct {
	step       rate.ListedRate
	row, until int
}

// add checks that a step joins the one before of its market, category and day.
func (l ladders) add(row, from, to int, step rate.ListedRate) {
	key := ladderOf(step)
	last, ok := l[key]
	want := last.step.Tier[1] + 1
	switch {
	case ok && want == 1:
		fail(row, from, "a step follows on one that has no end, in cell %s; correct its end", cellName(last.row, last.until))
	case step.Tier[0] != want:
		fail(row, from, "the step begins at %d, and the one before ends at %d, so that it should begin at %d", step.Tier[0], want-1, want)
	}
	l[key] = rung{step, row, max(to, from)}
}

// ladderOf is what the steps of one ladder share.
func ladderOf(step rate.ListedRate) rate.ListedRate {
	return rate.ListedRate{Currency: step.Currency, Market: step.Market, Category: step.Category, Unit: step.Unit, Rate: rate.Rate{From: step.From}}
}

// end checks that every ladder has a step for all further messages, and fails for the
// first cell where one has not.
func (l ladders) end() {
	var open []rung
	for _, last := range l {
		if last.step.Tier[1] != 0 {
			open = append(open, last)
		}
	}
	if len(open) > 0 {
		last := slices.MinFunc(open, func(a, b rung) int { return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.until, b.until)) })
		fail(last.row, last.until, "the last step of %s in %s ends at %d; that for all further messages is missing, with -- for its end",
			last.step.Category, last.step.Market, last.step.Tier[1])
	}
}
