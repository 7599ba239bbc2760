package simulate

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"waudit/audit/money"
	"waudit/audit/rate"
)

// volumeKey is what a bill of volumes counts by; what a form does not tell apart is
// zero.
type volumeKey struct {
	account  int
	number   int // -1 for all of the account
	period   rate.Day
	country  string
	market   string
	category string
	kind     string // pricing type
	tier     string
	price    int64
	currency string
	unit     rate.Unit
}

// volume is a volume and what it costs.
type volume struct {
	volumeKey
	n      int64
	amount money.Amount
}

// compare orders cells as bills list them: the dearest of equals first.
func (c *volume) compare(d *volume) int {
	return cmp.Or(cmp.Compare(c.account, d.account), cmp.Compare(c.currency, d.currency), cmp.Compare(c.period, d.period), cmp.Compare(c.number, d.number),
		cmp.Compare(c.market, d.market), cmp.Compare(c.country, d.country), cmp.Compare(c.category, d.category), cmp.Compare(c.kind, d.kind),
		cmp.Compare(d.price, c.price), cmp.Compare(c.tier, d.tier), cmp.Compare(c.unit, d.unit))
}

// volumes is a bill of volumes, in any of its forms.
type volumes struct {
	key   func(*line) volumeKey
	cells map[volumeKey]*volume
	write func([]volume) error
}

func (v *volumes) add(l *line) error {
	c := v.at(v.key(l))
	c.n++
	c.amount = c.amount.Add(money.Of(l.amount))
	return nil
}

func (v *volumes) at(k volumeKey) *volume {
	if v.cells == nil {
		v.cells = map[volumeKey]*volume{}
	}
	c := v.cells[k]
	if c == nil {
		c = &volume{volumeKey: k}
		v.cells[k] = c
	}
	return c
}

func (v *volumes) addFree(free map[volumeKey]int64) {
	for k, n := range free {
		v.at(k).n += n
	}
}

func (v *volumes) finish() error {
	all := make([]volume, 0, len(v.cells))
	for _, c := range v.cells {
		all = append(all, *c)
	}
	slices.SortFunc(all, func(a, b volume) int { return a.compare(&b) })
	return v.write(all)
}

func dailyKey(l *line) volumeKey {
	return volumeKey{
		account: l.number.account.index, number: l.number.index, period: l.day, country: l.country, market: l.market,
		category: l.category, kind: typeRegular, price: l.amount, currency: l.currency,
	}
}

func writeDaily(to io.Writer, w *world, all []volume) error {
	rows := [][]string{{"day", "waba_id", "phone_number_id", "market", "country", "category", "pricing_type", "quantity", "unit_price", "amount", "currency"}}
	for _, c := range all {
		rows = append(rows, []string{
			c.period.String(), w.accounts[c.account].id, w.numbers[c.number].id, c.market, c.country, c.category, c.kind,
			strconv.FormatInt(c.n, 10), amountText(money.Of(c.price)), amountText(c.amount), c.currency,
		})
	}
	return csv.NewWriter(to).WriteAll(rows)
}

func monthlyKey(l *line) volumeKey {
	return volumeKey{
		account: l.number.account.index, number: -1, period: l.day / 100, market: l.market, category: l.category,
		tier: l.label(), price: l.amount, currency: l.currency,
	}
}

// extras are what a partner's invoice has beside messages, in billionths.
var extras = [...]struct {
	what   string
	amount int64
}{{"Platform fee", 49 * money.Nano}, {"Sales tax on the platform fee", 3_430_000_000}, {"Credit note for last month", -12_500_000_000}}

// writeMonthly writes a partner's invoice: volumes, a fee and its tax, a credit,
// and what it comes to in each currency.
func writeMonthly(to io.Writer, w *world, currency string, all []volume) error {
	rows := [][]string{{"month", "waba_id", "market", "category", "tier", "quantity", "unit_price", "amount", "currency", "description"}}
	totals := map[string]money.Amount{}
	for _, c := range all {
		month := c.period*100 + 1
		rows = append(rows, []string{
			month.String()[:7], w.accounts[c.account].id, c.market, c.category, c.tier,
			strconv.FormatInt(c.n, 10), amountText(money.Of(c.price)), amountText(c.amount), c.currency, "",
		})
		totals[c.currency] = totals[c.currency].Add(c.amount)
	}
	for _, x := range extras {
		rows = append(rows, []string{"", "", "", "", "", "", "", amountText(money.Of(x.amount)), currency, x.what})
		totals[currency] = totals[currency].Add(money.Of(x.amount))
	}
	for _, c := range slices.Sorted(maps.Keys(totals)) {
		rows = append(rows, []string{"Total", "", "", "", "", "", "", amountText(totals[c]), c, ""})
	}
	return csv.NewWriter(to).WriteAll(rows)
}

func analyticsKey(l *line) volumeKey {
	return volumeKey{
		account: l.number.account.index, number: l.number.index, period: l.day, country: l.country,
		category: l.category, kind: typeRegular, currency: l.currency, unit: l.unit,
	}
}

// takeFree counts a message that Meta's volumes have and no bill. Before October
// 2026 they count what the service window makes free as service.
func (v *invoice) takeFree(p *pair, b *bill, st *statement) {
	a := p.number.account
	if b.outcome == undelivered || b.era < perMessage || st.model != modelMessage || st.kind == typeRegular || st.kind == "" || !v.world.inBill(a, b.at) {
		return
	}
	category := st.category
	if st.kind == typeFreeService && b.era == perMessage {
		category = service
	}
	v.free[volumeKey{
		account: a.index, number: p.number.index, period: a.dayOf(b.at), country: p.country.iso,
		category: category, kind: st.kind, currency: a.currency,
	}]++
}

// writeAnalytics writes an answer of Meta's for each account and currency, one a
// line. Of conversations it is asked for those that are charged.
func writeAnalytics(to io.Writer, w *world, all []volume) error {
	for len(all) > 0 {
		first := all[0].volumeKey
		n := slices.IndexFunc(all, func(c volume) bool { return c.account != first.account || c.currency != first.currency })
		if n < 0 {
			n = len(all)
		}
		points := map[rate.Unit][]any{}
		for i := range all[:n] {
			points[all[i].unit] = append(points[all[i].unit], w.point(&all[i]))
		}
		answer := jsonObject{"currency", first.currency}
		for _, block := range [...]struct {
			name string
			unit rate.Unit
		}{{"pricing_analytics", rate.PerMessage}, {"conversation_analytics", rate.PerConversation}} {
			if of := points[block.unit]; of != nil {
				answer = append(answer, block.name, jsonObject{"data", []any{jsonObject{"data_points", of}}})
			}
		}
		text := appendJSON(nil, append(answer, "id", w.accounts[first.account].id))
		if _, err := to.Write(append(text, '\n')); err != nil {
			return err
		}
		all = all[n:]
	}
	return nil
}

// point is a cell as Meta tells it: bounds are instants, costs approximate.
func (w *world) point(c *volume) jsonObject {
	zone, cost := w.accounts[c.account].cal.zone, json.RawMessage(money.Format(w.roughly(c), 0))
	where := jsonObject{"phone_number", w.numbers[c.number].display, "country", c.country}
	p := jsonObject{"start", c.period.In(zone).Unix(), "end", c.period.AddDays(1).In(zone).Unix()}
	if c.unit == rate.PerConversation {
		p = append(append(p, "conversation", c.n), where...)
		return append(p, "conversation_type", strings.ToUpper(typeRegular), "conversation_category", strings.ToUpper(c.category), "cost", cost)
	}
	return append(append(p, where...), "pricing_type", strings.ToUpper(c.kind), "pricing_category", strings.ToUpper(c.category), "volume", c.n, "cost", cost)
}

// roughly is a cost that is off by up to half a percent, in millionths.
func (w *world) roughly(c *volume) money.Amount {
	off := int64(w.hash("cost "+c.country+c.category+c.currency, c.number, int(c.period))%9) - 4 // thousandths
	const micro = money.Nano / 1_000_000
	return c.amount.Add(c.amount.Quo(1000).Times(off)).Quo(micro).Times(micro)
}
