package simulate

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"

	"waudit/audit/money"
	"waudit/audit/rate"
)

// The forms of a bill, the values of Options.Invoices.
const (
	Lines     = "lines"     // a line a charge, with its message id
	Items     = "items"     // a line a charge, with customer and time and without message id
	Daily     = "daily"     // volumes by day, number, country, category and price
	Monthly   = "monthly"   // volumes by month, market, category and tier, with fees and a total
	Analytics = "analytics" // Meta's pricing_analytics, conversation_analytics before July 2025
)

// Invoices returns the forms of bills that can be written.
func Invoices() []string { return []string{Lines, Items, Daily, Monthly, Analytics} }

// heldCharges is how many bytes of charges are sorted in memory.
const heldCharges = 64 << 20

// invoice makes the bill of a log: the charges that the log tells, each priced by
// its place in the month, and the errors hidden among them.
type invoice struct {
	world  *world
	prices *priceList
	order  *sorter // charges by their instants
	scopes map[tierScope]*scopeVolume
	free   map[volumeKey]int64 // messages that Meta counts and does not charge
	billed int                 // charges on the bill
	all    bool                // whatever is charged is on it, whenever
}

// scopeVolume is what a scope's month comes to.
type scopeVolume struct {
	billed int64
	mixed  bool // some are charged that are not due, or the reverse
}

func newInvoice(w *world, runs string) *invoice {
	return &invoice{
		world: w, prices: w.prices, order: &sorter{dir: runs, limit: heldCharges}, scopes: map[tierScope]*scopeVolume{}, free: map[volumeKey]int64{},
	}
}

// take adds what is charged of a pair; a nil invoice takes nothing. hidden are the
// log's own errors in it, calm tells at which messages an error of the bill is
// certain.
func (v *invoice) take(p *pair, bills []bill, st []statement, hidden []plannedError[*fault], calm []bool) error {
	if v == nil {
		return nil
	}
	a := p.number.account
	for i := range bills {
		v.takeFree(p, &bills[i], &st[i])
		c, ok := p.chargeOf(i, &bills[i], &st[i])
		if !ok || !v.all && !v.world.inBill(a, c.At) {
			continue
		}
		for _, f := range hidden {
			if f.index == i {
				c.Check = f.kind.check
			}
		}
		c.Calm = calm[i] && len(hidden) == 0 && !bills[i].tiered
		body, err := json.Marshal(&c)
		if err != nil {
			return err
		}
		v.count(a, &c)
		if err := v.order.add(arrived{At: c.At * 1000, Pair: c.Pair, Seq: c.Index, Number: c.Number, Body: body}); err != nil {
			return err
		}
	}
	return nil
}

func (v *invoice) count(a *account, c *charge) {
	if c.Billed != "" {
		v.billed++
	}
	for _, category := range [...]string{c.Billed, c.Due} {
		s := v.scopeOf(a, c, category)
		if s.group == "" {
			continue
		}
		if v.scopes[s] == nil {
			v.scopes[s] = &scopeVolume{}
		}
		v.scopes[s].mixed = v.scopes[s].mixed || c.Billed != c.Due || c.Twice
		if category == c.Billed {
			v.scopes[s].billed++
		}
		if c.Billed == c.Due {
			return
		}
	}
}

// scopeOf is what the charge is counted over in a category; without a group it
// is not.
func (v *invoice) scopeOf(a *account, c *charge, category string) tierScope {
	group := tierGroup(category)
	if group == "" || c.Conversation {
		return tierScope{}
	}
	d := a.dayOf(c.At)
	m, _ := v.prices.market(c.Country, v.world.pricedOn(d))
	return tierScope{a.index, m, group, d / 100}
}

// priced is a charge with its place in the bill and what it costs.
type priced struct {
	charge
	seq         int // among all charges, in the order of delivery
	number      *number
	day         rate.Day
	billed, due quote // valid if the charge has such a category
}

// each prices the charges in the order of their delivery. The messages of a month
// are counted one by one: for the bill, and for what it should be.
func (v *invoice) each(ctx context.Context, visit func(*priced) error) error {
	billed, due := map[tierScope]int64{}, map[tierScope]int64{}
	seq := 0
	for r, err := range v.order.sorted() {
		if err := cmp.Or(err, ctx.Err()); err != nil {
			return err
		}
		p := priced{seq: seq}
		seq++
		if err := json.Unmarshal(r.Body, &p.charge); err != nil {
			return err
		}
		p.number = v.world.numbers[p.Number]
		p.day = p.number.account.dayOf(p.At)
		for _, side := range [...]struct {
			category string
			counts   map[tierScope]int64
			to       *quote
		}{{p.Billed, billed, &p.billed}, {p.Due, due, &p.due}} {
			if side.category == "" {
				continue
			}
			s := v.scopeOf(p.number.account, &p.charge, side.category)
			side.counts[s]++
			*side.to, err = v.prices.figureOf(asked{p.number.account.currency, side.category, p.Country, v.world.pricedOn(p.day), p.unit()}, side.counts[s], p.Billed != p.Due)
			if err != nil {
				return fmt.Errorf("bill: %v: %w", &p.charge, err)
			}
		}
		if err := visit(&p); err != nil {
			return err
		}
	}
	return nil
}

// hide chooses the errors of the bill.
func (v *invoice) hide(ctx context.Context) (planned[*misprint], error) {
	wanted := int(math.Ceil(v.world.opt.InvoiceErrors * float64(v.billed)))
	if wanted == 0 {
		return planned[*misprint]{}, nil
	}
	kinds := misprints()
	draws := newDraws[*misprint](len(kinds), wanted)
	err := v.each(ctx, func(p *priced) error {
		if !p.Calm || p.Billed == "" || p.Billed != p.Due {
			return nil
		}
		beyond := v.beyondFirst(p)
		for k := range kinds {
			if kinds[k].beyond != beyond {
				continue
			}
			if _, ok := kinds[k].make(v, p); ok {
				lot := mix(v.world.hash("misprint", p.seq, k))
				draws[k].add(candidate[*misprint]{lot, p.Pair, plannedError[*misprint]{&kinds[k], p.seq, p.At}})
			}
		}
		return nil
	})
	return choose(draws, wanted), err
}

// close removes what was spilled.
func (v *invoice) close() error {
	if v == nil {
		return nil
	}
	return v.order.close()
}

// write writes the bill in every form that is asked for, and what is wrong in it;
// a nil invoice writes nothing.
func (v *invoice) write(ctx context.Context, sum *Summary) error {
	if v == nil {
		return nil
	}
	errs, err := v.hide(ctx)
	if err != nil {
		return err
	}
	sum.InvoiceErrors = countsOf(kindNames(), errs, func(m *misprint) string { return m.kind })
	out, err := v.create(sum)
	if err != nil {
		return err
	}
	written := 0
	err = v.each(ctx, func(p *priced) error {
		right, lines, m := v.linesOf(p, errs)
		for i := range lines {
			written++
			lines[i].id = fmt.Sprintf("L%08d", written)
			if err := out.add(&lines[i]); err != nil {
				return err
			}
		}
		return out.tell(v, p, m, right, lines)
	})
	sum.InvoiceLines = written
	return out.close(err)
}

// linesOf returns the line that is right for a charge, nil for none, the lines
// that the bill has for it, and the error hidden in them, nil for none.
func (v *invoice) linesOf(p *priced, errs planned[*misprint]) (right *line, lines []line, m *misprint) {
	if p.Due != "" {
		l := v.line(p, &p.due)
		right = &l
	}
	for _, e := range errs[p.Pair] {
		if e.index == p.seq {
			lines, _ = e.kind.make(v, p)
			return right, lines, e.kind
		}
	}
	if p.Billed != "" {
		lines = append(lines, v.line(p, &p.billed))
	}
	if p.Twice {
		lines = append(lines, lines[0])
	}
	return right, lines, nil
}

func (v *invoice) line(p *priced, f *quote) line {
	m, _ := v.prices.market(f.country, p.day)
	return line{quote: *f, message: p.Message, customer: p.Customer, number: p.number, at: p.At, market: v.prices.markets.Name(m)}
}

// line is one line of a bill.
type line struct {
	quote
	id       string
	message  string
	customer string
	number   *number
	at       int64
	market   string
}

func (l *line) price() string { return money.Format(money.Of(l.amount), priceDecimals) }

// priceDecimals is how many decimals prices have at least.
const priceDecimals = 4

// billing reports whether a bill is written beside the log. The lines of bills
// that a log has by itself are on it instead.
func (o *Options) billing() bool { return len(o.Invoices) > 0 }

// saveContract copies the card of the contract beside the configuration that names it.
func (w *world) saveContract() error {
	if w.prices == nil || w.prices.text == nil {
		return nil
	}
	return os.WriteFile(filepath.Join(w.opt.Dir, contractFile), w.prices.text, 0o644)
}

// contractFile is the card of the contract, beside the log.
const contractFile = "contract.csv"

// distinct returns the forms in the order in which Invoices lists them.
func (o *Options) distinct() []string {
	return slices.DeleteFunc(Invoices(), func(form string) bool { return !slices.Contains(o.Invoices, form) })
}
