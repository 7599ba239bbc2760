package reconcile

import (
	"cmp"
	"strconv"
	"strings"

	"waudit/audit"
	"waudit/audit/check"
	"waudit/audit/event"
	"waudit/audit/money"
	"waudit/audit/price"
	"waudit/audit/rate"
	"waudit/audit/result"
)

// cellGap is a cell in which the bill counts more or fewer messages than the log.
type cellGap struct {
	key    cellKey
	view   result.VolumeCell
	place  event.Place
	lines  []string
	units  int64      // messages more, or fewer
	paired int64      // of those too many
	sums   price.Sums // of them: what is billed, and what is due

	estimate bool
	unsure   money.Amount // of what is too much, as the rate of the others is not verified
	foreign  bool         // in another currency than the log's: it is left out already
	free     []told       // of those too few, each told by a check of the audit
	away     []Difference // what is due in the log's, for as many messages
	instead  check.Text   // what the log has for what is too much, and why that is not sure
}

// view is the cell as reports show it.
func (k *cellKey) view(markets *rate.Markets, billed, log int64, amount, due money.Amount, estimate bool) result.VolumeCell {
	market := k.market
	if m, ok := markets.Named(market); ok {
		market = markets.Name(m)
	}
	return result.VolumeCell{
		WABA: k.waba, Number: k.number, Period: k.period(), Market: market, Country: k.country, Category: k.category.String(), Type: k.kind, Currency: k.currency,
		Billed: billed, Log: log, Amount: amount.String(), Due: due.String(), Estimate: estimate,
	}
}

// telling is how it is told in what a cell differs: by which check, and as which step of
// the waterfall.
type telling struct {
	check *check.Check
	step  string
}

var (
	amountsDiffer = telling{&check.AmountDiffers, "amounts differ"}
	volumesDiffer = telling{&check.VolumeDiffers, "volumes differ"}
)

// bookGap books the money of a cell.
func (v *volumes) bookGap(g *cellGap, in telling, sums price.Sums, why check.Text) {
	if g.estimate {
		why = cmp.Or(why, check.Approximate.Say())
	}
	f := g.finding(in.check)
	if why != (check.Text{}) && sums.Over.Sign() > 0 {
		sums.Doubt(sums.Over)
	}
	if why != (check.Text{}) && sums.Uncertain.Sign() > 0 {
		f.Explanation += " " + why.String()
	}
	if why := v.bill.lacking(); g.view.Billed < g.view.Log && why != (check.Text{}) {
		f.Explanation += " " + why.String()
	}
	v.bookOwn(f, Difference{Step: in.step, Currency: g.key.currency, Sums: sums, Lines: g.lines, Day: g.key.first})
}

// finding is what is said of a cell.
func (g *cellGap) finding(of *check.Check) audit.Finding {
	c := &g.view
	why := check.CellDiffers.Say(c.Period, g.name(), count(c.Billed), strings.TrimSpace(c.Currency+" "+c.Amount), count(c.Log), strings.TrimSpace(c.Currency+" "+c.Due))
	f := newFinding(of, c.Number, why.Then(g.instead), c.WABA, c.Period, g.key.market, c.Country, c.Category, c.Type, c.Currency)
	f.WABA, f.Category = c.WABA, c.Category
	if g.place != (event.Place{}) {
		f.Places = billLine(g.place)
	}
	return f
}

func count(n int64) string { return strconv.FormatInt(n, 10) }

// name names a cell.
func (g *cellGap) name() string {
	var words []string
	for _, text := range []string{g.view.Category, g.view.Type, g.view.Market, g.view.Country} {
		if text != "" {
			words = append(words, text)
		}
	}
	return strings.Join(words, ", ")
}
