package reconcile

import (
	"cmp"
	"fmt"
	"slices"

	"waudit/audit/money"
	"waudit/audit/price"
	"waudit/audit/result"
)

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
