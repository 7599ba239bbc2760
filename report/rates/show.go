package rates

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"waudit/audit/category"
	"waudit/audit/money"
	"waudit/audit/rate"
	"waudit/report"
	"waudit/report/page"
)

// Filter asks for figures of a card.
type Filter struct {
	Markets    *rate.Markets
	Card       *rate.Card
	Currency   string
	Unit       rate.Unit
	Day        rate.Day
	Of         []rate.Market // NoMarket: a customer's whose market nobody knows
	Categories []category.Category
}

// listed is a rate as it is shown.
type listed struct {
	Market   string `json:"market"`
	Category string `json:"category"`
	Unit     string `json:"unit"`
	Currency string `json:"currency"`
	Tier     string `json:"tier"` // messages of a month that it is for; "" for a list rate
	State    string `json:"state"`
	Rate     string `json:"rate"` // "" unless known
	Since    string `json:"since"`
	Status   string `json:"status"`
	Source   string `json:"source"`
	Reason   string `json:"reason"` // why it is not known, or what is to be known of it
}

var stateNames = [...]string{rate.Unknown: "unknown", rate.NotOffered: "not offered", rate.Known: "known"}

// figures are the list rate and the volume tiers of a market and category.
func (q *Filter) figures(m rate.Market, cat category.Category) []listed {
	shown := func(r rate.Rate, tier, reason string) listed {
		x := listed{
			Market: q.Markets.Name(m), Category: cat.String(), Unit: q.Unit.String(), Currency: q.Currency, Tier: tier,
			State: stateNames[r.State], Since: r.From.String(), Status: r.Status, Source: r.Source, Reason: reason,
		}
		if r.State == rate.Known {
			x.Rate = money.Format(money.Of(r.Amount), 4)
		}
		return x
	}
	if q.Card.Name == rate.MetaName && !rate.IsCharged(cat, q.Unit, q.Day) {
		return []listed{shown(rate.Rate{}, "", fmt.Sprintf("on that day Meta did not charge by the %s in this category", q.Unit))}
	}
	list := q.Card.Rate(q.Currency, m, cat, q.Unit, q.Day)
	steps, known := q.Card.Tiers(q.Currency, m, cat, q.Day)
	reason := q.reason(m, cat, list)
	if !known && list.State == rate.Known {
		reason = "at most: the volume tiers of that day are not known"
	}
	all := []listed{shown(list, "", reason)}
	if q.Unit == rate.PerConversation || list.State != rate.Known {
		return all
	}
	for _, step := range steps {
		all = append(all, shown(step.Rate, stepWords(step.From, step.To), ""))
	}
	return all
}

// stepWords names the messages of a month that a step is for.
func stepWords(from, to int64) string {
	if to == 0 {
		return fmt.Sprintf("%d and more", from)
	}
	return fmt.Sprintf("%d to %d", from, to)
}

// reason says why a rate is not known, or what it is derived from.
func (q *Filter) reason(m rate.Market, cat category.Category, r rate.Rate) string {
	listed, derived := rate.Listed(cat)
	switch {
	case r.State == rate.NotOffered && r.From == 0:
		return "the list of that day has no such rate in this market"
	case r.State != rate.Unknown && derived:
		return "derived: no card lists it, so that it costs what " + listed.String() + " does"
	case r.State != rate.Unknown:
		return ""
	case m == rate.NoMarket:
		return "the market of that customer is not published"
	case !q.Card.Has(q.Currency):
		return fmt.Sprintf("the card has nothing in %s; it has %s", q.Currency, strings.Join(q.Card.Currencies(), ", "))
	case q.Card.Until != 0 && q.Day > q.Card.Until:
		return "the card is known until " + q.Card.Until.String()
	case r.From != 0:
		return fmt.Sprintf("it changed on %s, and to what is not known", r.From)
	}
	return "the card has no such figure for that day"
}

// Show writes the figures in force, in one of the Formats.
func Show(w io.Writer, format string, q Filter) error {
	figures := []listed{}
	for _, m := range q.Of {
		for _, cat := range q.Categories {
			figures = append(figures, q.figures(m, cat)...)
		}
	}
	if format != Table {
		return report.WriteRows(w, format, figures)
	}
	p := page.New(0, false)
	p.Text(0, fmt.Sprintf("%s for each %s on %s", figures[0].Currency, figures[0].Unit, q.Day))
	var rows [][]string
	var notes footnotes
	for _, x := range figures {
		shown := cmp.Or(x.Rate, x.State)
		rows = append(rows, []string{pricedAs(cmp.Or(x.Market, "unknown market"), x.Category, x.Tier), shown, x.Since, x.Status, notes.of(x.Source, x.Reason)})
	}
	p.Table(0, []page.Column{
		{Name: pricedAs("market", "category", "messages"), Shrink: true}, {Name: "rate", Right: true}, {Name: "since"}, {Name: "status"}, {Name: "notes"},
	}, rows)
	p.Blank()
	text := p.String()
	for i, note := range notes.texts {
		// Not wrapped, so that an address can be followed.
		text += fmt.Sprintf("[%d] %s\n", i+1, page.Clean(note))
	}
	_, err := io.WriteString(w, text)
	return err
}

// pricedAs says in one cell what a price is of: tables are narrow.
func pricedAs(market, category, tier string) string {
	what := market + ", " + category
	if tier != "" {
		what += ", " + tier
	}
	return what
}

// footnotes numbers texts that many rows of a table share.
type footnotes struct{ texts []string }

// of returns the numbers of the texts that are not empty.
func (n *footnotes) of(texts ...string) string {
	var numbers []string
	for _, text := range texts {
		if text == "" {
			continue
		}
		at := slices.Index(n.texts, text)
		if at < 0 {
			at = len(n.texts)
			n.texts = append(n.texts, text)
		}
		numbers = append(numbers, "["+strconv.Itoa(at+1)+"]")
	}
	return strings.Join(numbers, " ")
}
