package reconcile

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"waudit/audit/money"
	"waudit/audit/price"
	"waudit/audit/rate"
	"waudit/audit/result"
)

// Difference is one difference between the bill and what is due by the log. All sums
// that are shown are sums of entries, and of what was expected and billed alike.
type Difference struct {
	Step     string // of the waterfall
	Check    string // that tells it; "": it is named only
	Finding  string // id of the finding that it belongs to
	Currency string
	Basis    price.Basis // "" for that of the finding
	price.Sums
	N     int64    // lines or messages
	Lines []string // ids of the bill's lines
	Day   rate.Day // the first that it may be of; 0 if it is not known, or the message tells it
}

// Differences is all differences, and what is as expected.
type Differences struct {
	expected map[string]money.Amount // by currency
	entries  []Difference
}

func newDifferences() *Differences { return &Differences{expected: map[string]money.Amount{}} }

// expect books what is billed and due alike.
func (l *Differences) expect(currency string, amount money.Amount) {
	l.expected[currency] = l.expected[currency].Add(amount)
}

// add books a difference, with what of it is due.
func (l *Differences) add(e Difference) {
	l.expect(e.Currency, e.Expected)
	if e.Agree() && e.Reported == e.Expected {
		return
	}
	l.entries = append(l.entries, e)
}

// name books money of the bill that is compared with nothing.
func (l *Differences) name(step, currency string, amount money.Amount, n int64) {
	l.add(Difference{Step: step, Currency: currency, Sums: price.Sums{Reported: amount}, N: n})
}

func (l *Differences) merge(o *Differences) {
	for currency, amount := range o.expected {
		l.expect(currency, amount)
	}
	l.entries = append(l.entries, o.entries...)
}

// acceptedStep is the step of what no finding tells: those that the user accepts, or
// of checks that are switched off, leave counts and money together.
const acceptedStep = "accepted, or of checks that are switched off"

// settle leaves out the findings that are not shown. What belonged to them stays in
// the waterfall, as a step of its own.
func (l *Differences) settle(shown map[string]bool) {
	for i := range l.entries {
		if e := &l.entries[i]; e.Check != "" && !shown[e.Finding] {
			e.Step, e.Check, e.Finding = acceptedStep, "", ""
		}
	}
}

// ofFinding is what the entries of a finding come to.
type ofFinding struct {
	price.Sums
	currency string
	basis    price.Basis
	lines    []string
	day      string
}

// findings sums up the entries by finding.
func (l *Differences) findings() map[string]*ofFinding {
	all := map[string]*ofFinding{}
	for i := range l.entries {
		e := &l.entries[i]
		if e.Finding == "" {
			continue
		}
		f := all[e.Finding]
		if f == nil {
			f = &ofFinding{currency: e.Currency, basis: e.Basis, day: e.Day.String()}
			all[e.Finding] = f
		}
		f.Add(e.Sums)
		f.lines = append(f.lines, e.Lines...)
	}
	return all
}

// cash writes money as explanations have it.
func cash(currency string, a money.Amount) string { return currency + " " + a.String() }

// rest is what the ledger does not explain of totals, by currency.
func (l *Differences) rest(totals map[string]money.Amount) map[string]money.Amount {
	rest := maps.Clone(totals)
	for currency, amount := range l.expected {
		rest[currency] = rest[currency].Sub(amount)
	}
	for i := range l.entries {
		e := &l.entries[i]
		rest[e.Currency] = rest[e.Currency].Sub(e.Reported.Sub(e.Expected))
	}
	return rest
}

// waterfalls leads from what is due to the bill's totals, one a currency. What the
// entries do not explain of a total is a step of its own.
func (l *Differences) waterfalls(b *Bill) []result.Waterfall {
	type key struct{ currency, check, step string }
	counts, sums := map[key]int64{}, map[key]money.Amount{}
	for i := range l.entries {
		e := &l.entries[i]
		k := key{e.Currency, e.Check, e.Step}
		counts[k] += e.N
		sums[k] = sums[k].Add(e.Reported.Sub(e.Expected))
	}
	order := slices.SortedFunc(maps.Keys(sums), func(x, y key) int {
		return cmp.Or(cmp.Compare(x.currency, y.currency), cmp.Compare(x.check, y.check), cmp.Compare(x.step, y.step))
	})
	rest := l.rest(b.total)
	out := []result.Waterfall{}
	for _, currency := range slices.Sorted(maps.Keys(rest)) {
		w := result.Waterfall{Currency: currency, Expected: l.expected[currency].String(), Total: b.total[currency].String(), Steps: []result.Step{}}
		for _, k := range order {
			if k.currency == currency {
				w.Steps = append(w.Steps, result.Step{Step: k.step, Check: k.check, Count: counts[k], Amount: sums[k].String()})
			}
		}
		if rest := rest[currency]; !rest.IsZero() {
			w.Steps = append(w.Steps, result.Step{Step: "unexplained", Amount: rest.String()})
		}
		if stated, ok := b.stated[currency]; ok {
			w.Stated = stated.String()
		}
		if _, billed := b.total[currency]; len(w.Steps) == 0 && l.expected[currency].IsZero() && (!billed || currency == "") {
			continue // volumes without money, or what is left of another currency
		}
		out = append(out, w)
	}
	return out
}

// Claim is a finding that was claimed.
type Claim struct {
	ID       string   `yaml:"id"`
	State    string   `yaml:"state"` // "claimed", "credited" or "refused"
	Amount   string   `yaml:"amount,omitempty"`
	Currency string   `yaml:"currency,omitempty"`
	Lines    []string `yaml:"lines,omitempty"` // ids of the bill's lines
	WABA     string   `yaml:"waba_id,omitempty"`
	Day      string   `yaml:"day,omitempty"` // of the charge, or the first of a volume's
	Note     string   `yaml:"note,omitempty"`
}

// Claims are the findings of earlier runs, so that none is claimed twice.
type Claims struct {
	Claims []Claim             `yaml:"claims"`
	met    map[string]bool     // findings of this run that are claimed already
	hidden func(string) string // how the claims write an id of a line; nil: as it is
}

// Hide makes the claims such that they write ids of lines, and notes, in another way:
// by pseudonyms, which stay what they are.
func (c *Claims) Hide(as func(string) string) {
	c.hidden = as
	for i := range c.Claims {
		x := &c.Claims[i]
		x.Lines, x.Note = c.named(x.Lines), as(x.Note)
	}
}

// named are ids of lines as the claims write them.
func (c *Claims) named(lines []string) []string {
	if c.hidden == nil {
		return lines
	}
	out := make([]string, len(lines))
	for i, id := range lines {
		out[i] = c.hidden(id)
	}
	return out
}

// Check finds out whether the claims can be those of earlier runs. The error names the
// claim.
func (c *Claims) Check() error {
	seen := map[string]bool{}
	for i, x := range c.Claims {
		switch {
		case len(x.ID) != 16:
			return fmt.Errorf("claim %d: %q is no id of a finding", i+1, x.ID)
		case seen[x.ID]:
			return fmt.Errorf("claim %d: %s stands there twice", i+1, x.ID)
		case !slices.Contains([]string{"claimed", "credited", "refused"}, x.State):
			return fmt.Errorf("claim %d: state %q is none of claimed, credited and refused", i+1, x.State)
		}
		seen[x.ID] = true
	}
	return nil
}

// Apply tells apart what is claimed already and what is to be. A finding is claimed if
// it is named, or if the lines of the bill that it is about are: a later run may say of
// the same lines something else.
func (c *Claims) Apply(r *result.Reconciliation, findings []Finding, bill *Bill) {
	claimable, lines := map[string]*Finding{}, map[string][]string{}
	for i := range findings {
		if f := &findings[i]; f.Claimable() {
			claimable[f.ID], lines[f.ID] = f, f.Lines
		}
	}
	status, met := c.Match(lines)
	c.met = met
	claimed, open := map[string]money.Amount{}, map[string]money.Amount{}
	for i := range r.Findings {
		r.Findings[i].Claimed = claimable[r.Findings[i].ID] != nil && c.met[r.Findings[i].ID]
	}
	for id, f := range claimable {
		sums := open
		if c.met[id] {
			sums = claimed
			r.Claims.Known++
		}
		sums[f.Amount.Currency] = sums[f.Amount.Currency].Add(f.Over)
	}
	r.Claims.Claimed, r.Claims.Open, r.Claims.Gone, r.Claims.Earlier = price.Money(claimed), price.Money(open), []string{}, []result.EarlierClaim{}
	for _, x := range c.Claims {
		what := cmp.Or(status[x.ID], "outside")
		switch {
		case x.State != "claimed":
			what = x.State
		case what == "outside" && bill.Compared(x.Lines, x.WABA, x.Day):
			what = "gone"
			r.Claims.Gone = append(r.Claims.Gone, x.ID)
		}
		r.Claims.Earlier = append(r.Claims.Earlier, result.EarlierClaim{ID: x.ID, Status: what})
	}
	slices.Sort(r.Claims.Gone)
	for _, x := range c.Claims {
		c.met[x.ID] = true
	}
}

// Match tells which findings the claims hold already, given the ids of claimable findings
// with the lines of the bill that each is about, and which claims are supported so.
func (c *Claims) Match(findings map[string][]string) (status map[string]string, met map[string]bool) {
	status, met = map[string]string{}, map[string]bool{}
	by := map[string]string{} // of lines, the claim whose finding is no more
	for _, x := range c.Claims {
		if _, ok := findings[x.ID]; ok {
			status[x.ID], met[x.ID] = "supported", true
			continue
		}
		for _, id := range x.Lines {
			by[id] = x.ID
		}
	}
	for finding, lines := range findings {
		for _, id := range c.named(lines) {
			if claim := by[id]; claim != "" && !met[finding] {
				status[claim], met[finding] = "supported", true
			}
		}
	}
	return status, met
}

// lines are the ids of the bill's lines that are claimed, each false.
func (c *Claims) lines() map[string]bool {
	ids := map[string]bool{}
	for _, x := range c.Claims {
		for _, id := range x.Lines {
			ids[id] = false
		}
	}
	return ids
}

// Met are the findings of this run that are claimed already, and all earlier ones.
func (c *Claims) Met() map[string]bool { return c.met }

// With returns the known claims, and behind them the new ones of the run as claimed.
func (c *Claims) With(findings []Finding) *Claims {
	all := &Claims{Claims: slices.Clone(c.Claims)}
	for i := range findings {
		f := &findings[i]
		if !f.Claimable() || c.met[f.ID] {
			continue
		}
		all.Claims = append(all.Claims, Claim{
			ID: f.ID, State: "claimed", Amount: f.Amount.Overcharged, Currency: f.Amount.Currency, Lines: c.named(f.Lines), WABA: f.WABA, Day: f.Day, Note: f.Check + " " + f.Name,
		})
	}
	return all
}
