package simulate

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// world is all that stays the same from pair to pair: the businesses, their
// numbers, templates and campaigns.
type world struct {
	opt       Options
	prices    *priceList // of the bill; nil without one
	countries []country
	accounts  []*account
	numbers   []*number  // of all accounts, in order
	shares    []uint64   // of the traffic: of each number and those before it
	habits    []*habit   // that are planted
	whatIf    otherwise  // that is asked for
	other     *otherwise // than it was; nil: nothing is
}

// account is one WhatsApp Business Account.
type account struct {
	index    int
	id, name string
	zone     string
	country  *country
	currency string
	cal      *calendar // by which it is billed
	lived    *calendar // by which it sends, whatever it is billed by
	days     []int64   // the midnights from the first day to the end of the last
	numbers  []*number

	orders   []*template // utility: each step of a delivery
	care     *template   // utility: an answer when the service window has closed
	code     *template   // authentication
	offers   []*template // marketing
	drifting *template   // re-categorised on the way, where the dates allow

	campaigns []campaign
}

func (a *account) from() int64 { return a.days[0] }
func (a *account) end() int64  { return a.days[len(a.days)-1] }

func (a *account) templates() []*template {
	return slices.Concat(a.orders, []*template{a.care, a.code}, a.offers, []*template{a.drifting})
}

// number is one business phone number.
type number struct {
	index   int // among the numbers of all accounts
	id      string
	display string
	account *account
}

// template is a message template, whose category Meta may change.
type template struct {
	name     string
	id       uint64
	category string
	changed  int64 // when it became recategorised; 0: never
	later    string

	// stale: the business goes on to note the first category, in the send log and the
	// configuration. Only Meta's webhooks tell the change.
	stale     bool
	announced int64 // when Meta told that the change was to come; 0: it did not
	untold    bool  // no webhook follows when it has come
}

func (t *template) categoryAt(at int64) string {
	if t.changed != 0 && at >= t.changed {
		return t.later
	}
	return t.category
}

// campaign is one marketing template sent to many users from an instant on.
type campaign struct {
	at       int64
	template *template
	reminder *template
}

// business is what an account is made from.
type business struct {
	name, zone, country string
	currency            string
	// early is the currency of logs that begin while service conversations
	// cost money. The bill lines in them carry a made-up price, so it is a
	// currency for which no rate list of those years is public.
	early   string
	numbers int
}

func businesses() []business {
	return []business{
		{"Loja Pitanga", "America/Sao_Paulo", "BR", "USD", "BRL", 2},
		{"Kaveri Home", "Asia/Kolkata", "IN", "USD", "INR", 1},
		{"Harbour and Finch", "Europe/London", "GB", "GBP", "GBP", 3},
		{"Toko Melati", "Asia/Jakarta", "ID", "IDR", "IDR", 2},
		{"Casa Encina", "America/Mexico_City", "MX", "MXN", "MXN", 1},
	}
}

func newWorld(o Options) (*world, error) {
	w := &world{opt: o, countries: countries()}
	if o.billing() || o.reckons() {
		var err error
		if w.prices, err = loadPrices(o.Contract, o.Currencies); err != nil {
			return nil, err
		}
	}
	for i := range o.Accounts {
		if err := w.addAccount(i); err != nil {
			return nil, err
		}
	}
	w.shareOut()
	w.habits = w.plantable()
	return w, w.readWhatIf()
}

// shareOut divides the traffic: the first number of an account has most of
// it, and one number of the world so little that its free units of a month
// last for some days however large the log is.
func (w *world) shareOut() {
	const most, some, few = 3000, 1000, 1500 // the last in messages a month
	weights, sum, quiet := make([]int, len(w.numbers)), 0, -1
	for i, n := range w.numbers {
		weights[i] = most
		if n != n.account.numbers[0] {
			weights[i], quiet = some, i
		}
		sum += weights[i]
	}
	if quiet >= 0 {
		weights[quiet] = max(1, min(some, sum*few*w.opt.Days/(30*w.opt.Messages)))
	}
	total := uint64(0)
	for _, weight := range weights {
		total += uint64(weight)
		w.shares = append(w.shares, total)
	}
}

// share returns the number that a hash falls to.
func (w *world) share(h uint64) *number {
	i, found := slices.BinarySearch(w.shares, h%w.shares[len(w.shares)-1])
	if found {
		i++
	}
	return w.numbers[i]
}

func (w *world) addAccount(index int) error {
	all := businesses()
	if len(w.opt.Currencies) > 0 {
		all = businessesIn(w.opt.Currencies)
	}
	b := all[index%len(all)]
	zone, err := time.LoadLocation(b.zone)
	if err != nil {
		return fmt.Errorf("time zone of an account: %w", err)
	}
	a := &account{
		index:    index,
		id:       fmt.Sprint(102290129300001 + 7919*uint64(index)),
		name:     b.name,
		zone:     b.zone,
		country:  w.country(b.country),
		currency: b.currency,
		cal:      newCalendar(zone),
	}
	if index >= len(all) {
		a.name = fmt.Sprintf("%s %d", b.name, index/len(all)+1)
	}
	a.lived = a.cal
	year, month, first := w.opt.From.Date()
	for d := range w.opt.Days + 1 {
		a.days = append(a.days, time.Date(year, month, first+d, 0, 0, 0, 0, zone).Unix())
	}
	if a.from() < a.cal.serviceFree {
		a.currency = b.early
	}
	if w.prices != nil && len(w.opt.Currencies) == 0 {
		a.currency = w.prices.currency
	}
	for range b.numbers {
		n := &number{index: len(w.numbers), account: a}
		n.id = fmt.Sprint(106540352200003 + 104729*uint64(n.index))
		n.display = a.country.businessPhone(uint64(n.index))
		a.numbers = append(a.numbers, n)
		w.numbers = append(w.numbers, n)
	}
	w.addTemplates(a)
	w.addCampaigns(a)
	w.accounts = append(w.accounts, a)
	return nil
}

func (w *world) addTemplates(a *account) {
	next := uint64(1100220033004400) + uint64(a.index)*100
	add := func(name, category string) *template {
		next++
		return &template{name: name, category: category, id: next}
	}
	a.orders = []*template{
		add("order_confirmed", utility), add("order_shipped", utility), add("order_arriving", utility),
	}
	a.care = add("case_update", utility)
	a.code = add("login_code", authentication)
	a.offers = []*template{
		add("weekend_offer", marketing), add("new_arrivals", marketing), add("come_back", marketing),
	}
	a.drifting = add("points_balance", utility)

	// Around three fifths of the way, in office hours, Meta finds that the
	// points are advertising.
	change := a.days[w.opt.Days*3/5] + 15*hour + 42*minute
	if w.opt.Days >= 4 && change >= templateChangesFrom {
		a.drifting.changed, a.drifting.later = change, marketing
	}
	w.changeMore(a)
}

// addCampaigns plans a campaign every four to seven days.
func (w *world) addCampaigns(a *account) {
	rng := w.stream("campaigns", a.index)
	for d := rng.IntN(3); d < w.opt.Days; d += 4 + rng.IntN(4) {
		pick := rng.IntN(len(a.offers))
		a.campaigns = append(a.campaigns, campaign{
			at:       a.days[d] + 10*hour + rng.Int64N(8*hour),
			template: a.offers[pick],
			reminder: a.offers[(pick+rng.IntN(2))%len(a.offers)],
		})
	}
}

// stream returns the random numbers for one purpose and one index. Streams of
// different purposes do not depend on each other, so that what one pass draws
// changes nothing in the next.
func (w *world) stream(purpose string, index int) *rand.Rand {
	return rand.New(rand.NewPCG(w.opt.Seed, w.hash(purpose, index, 0)))
}

// hash mixes the seed, a purpose and two indexes into 64 bits.
func (w *world) hash(purpose string, i, j int) uint64 {
	h := mix(w.opt.Seed ^ 0x9e3779b97f4a7c15)
	for k := range len(purpose) {
		h = mix(h ^ uint64(purpose[k]))
	}
	return mix(mix(h^uint64(i)) ^ uint64(j))
}

// mix is the finaliser of splitmix64.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
