package card

import (
	"strconv"
	"strings"

	"waudit/audit/category"
	"waudit/audit/rate"
)

// headerRows is how many rows of the header may stand above the last.
const headerRows = 3

// tierGroup is the columns of a category in a table of volume tiers.
type tierGroup struct {
	category       category.Category
	from, to, rate int
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
	var market rate.Market
	for row := header + 1; row < len(r.cells); row++ {
		if r.at(row, 0) != "" {
			if market, err = r.market(row, s); err != nil {
				return nil, err
			}
			s.Markets++
		}
		for _, g := range groups {
			if err := r.step(row, g, market, s); err != nil {
				return nil, err
			}
		}
	}
	return s, nil
}

// isHeader reports whether a row belongs to the header of tiers: it names a
// category, or the market.
func (r *reader) isHeader(row int) bool {
	for at := range r.cells[row] {
		if isWord(r.at(row, at), "market") || at > 0 && tieredCategory(r.at(row, at)) != category.None {
			return true
		}
	}
	return false
}

func tieredCategory(cell string) category.Category {
	c := category.Of(word(cell))
	if rate.Tiered(c) {
		return c
	}
	return category.None
}

// groups finds the columns of each category.
func (r *reader) groups(top, header int) ([]tierGroup, error) {
	var groups []tierGroup
	for at := range r.cells[header] {
		if !isWord(r.at(header, at), "from") {
			continue
		}
		g := tierGroup{from: at, to: -1, rate: -1}
		for row := top; row < header; row++ {
			for left := at; left >= 0; left-- {
				if c := tieredCategory(r.at(row, left)); c != category.None {
					g.category = c
					break
				}
			}
		}
		for next := at + 1; next < len(r.cells[header]) && !isWord(r.at(header, next), "from"); next++ {
			switch name := strings.ToLower(r.at(header, next)); {
			case name == "to":
				g.to = next
			case strings.Contains(name, "rate") && !strings.Contains(name, "type") && g.rate < 0:
				g.rate = next
			}
		}
		switch {
		case g.category == category.None:
			return nil, wrong(header, at, "no category stands above these tiers")
		case g.to < 0 || g.rate < 0:
			return nil, wrong(header, at, `the tiers of %s lack a column "To" or "Rate"`, g.category)
		}
		groups = append(groups, g)
	}
	return groups, nil
}

// step reads one step of one category, if there is one on the row.
func (r *reader) step(row int, g tierGroup, market rate.Market, s *Sheet) error {
	from := r.at(row, g.from)
	if from == "" || isWord(from, "n/a") {
		return nil
	}
	if market == rate.NoMarket {
		return wrong(row, 0, "no market stands here or above")
	}
	step := rate.Row{Currency: s.Currency, Market: r.Markets.Name(market), Category: g.category, Unit: rate.PerMessage}
	var err error
	if step.Tier[0], err = count(from); err != nil {
		return wrong(row, g.from, "%q is no number of messages", from)
	}
	step.Tier[0] = max(step.Tier[0], 1) // the first step is written from 0 on
	if to := r.at(row, g.to); !isOpen(to) {
		if step.Tier[1], err = count(to); err != nil {
			return wrong(row, g.to, "%q is no number of messages, nor -- for no end", to)
		}
	}
	if step.Rate, err = r.figure(row, g.rate); err != nil {
		return err
	}
	if step.State != rate.Known {
		return wrong(row, g.rate, "a tier needs a rate")
	}
	step.From = s.Day
	if err := joins(s.Rows, step); err != "" {
		return wrong(row, g.from, "%s", err)
	}
	s.Rows = append(s.Rows, step)
	return nil
}

// isOpen reports whether the cell is that of a tier without an end.
func isOpen(to string) bool { return strings.Trim(to, "-–—") == "" }

func count(text string) (int64, error) {
	return strconv.ParseInt(strings.TrimSuffix(strings.ReplaceAll(text, ",", ""), ".0"), 10, 64)
}

// joins says why a step does not follow on the one before of its market and
// category, "" if it does.
func joins(rows []rate.Row, step rate.Row) string {
	want := int64(1)
	for i := len(rows) - 1; i >= 0; i-- {
		if rows[i].Market == step.Market && rows[i].Category == step.Category {
			want = rows[i].Tier[1] + 1
			break
		}
	}
	switch {
	case want == 1 && step.Tier[0] != 1 && len(rows) > 0 && rows[len(rows)-1].Market == step.Market:
		return "the tier before has no end, or none begins at the first message"
	case step.Tier[0] != want:
		return "the tier begins at " + strconv.FormatInt(step.Tier[0], 10) + ", and the one before ends before " + strconv.FormatInt(want, 10)
	}
	return ""
}
