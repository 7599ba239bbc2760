package cmd

import (
	"io"
	"maps"
	"os"
	"slices"

	"go.yaml.in/yaml/v3"

	"waudit/audit/money"
	"waudit/audit/result"
	"waudit/ingest/mapfile"
)

// claim is a finding that was claimed.
type claim struct {
	ID       string `yaml:"id"`
	State    string `yaml:"state"` // "claimed", "credited" or "refused"
	Amount   string `yaml:"amount,omitempty"`
	Currency string `yaml:"currency,omitempty"`
	Note     string `yaml:"note,omitempty"`
}

// claims are the findings of earlier runs, so that none is claimed twice.
type claims struct {
	Claims []claim `yaml:"claims"`
}

// readClaims reads a claims file strictly; no path is none.
func readClaims(path string) (*claims, error) {
	c := &claims{}
	if path == "" {
		return c, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, usage("--claims: %v", err)
	}
	if err := mapfile.Decode(text, c); err != nil {
		return nil, usage("--claims %s: %v", path, err)
	}
	seen := map[string]bool{}
	for i, x := range c.Claims {
		switch {
		case len(x.ID) != 16:
			return nil, usage("--claims %s, claim %d: %q is no id of a finding", path, i+1, x.ID)
		case seen[x.ID]:
			return nil, usage("--claims %s, claim %d: %s stands there twice", path, i+1, x.ID)
		case !slices.Contains([]string{"claimed", "credited", "refused"}, x.State):
			return nil, usage("--claims %s, claim %d: state %q is none of claimed, credited and refused", path, i+1, x.State)
		}
		seen[x.ID] = true
	}
	return c, nil
}

// ids are the ids that are known.
func (c *claims) ids() map[string]bool {
	ids := map[string]bool{}
	for _, x := range c.Claims {
		ids[x.ID] = true
	}
	return ids
}

// apply tells apart what is claimed already and what is to be.
func (c *claims) apply(r *result.Reconciliation) {
	known, seen := c.ids(), map[string]bool{}
	claimed, open := map[string]money.Amount{}, map[string]money.Amount{}
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Amount == nil || f.Verdict != result.Overcharge {
			continue
		}
		over, err := money.Parse(f.Amount.Overcharged)
		if err != nil {
			continue
		}
		if known[f.ID] {
			r.Claims.Known++
			seen[f.ID] = true
			claimed[f.Amount.Currency] = claimed[f.Amount.Currency].Add(over)
		} else {
			open[f.Amount.Currency] = open[f.Amount.Currency].Add(over)
		}
	}
	r.Claims.Claimed, r.Claims.Open, r.Claims.Gone = moneyList(claimed), moneyList(open), []string{}
	for _, x := range c.Claims {
		if !seen[x.ID] {
			r.Claims.Gone = append(r.Claims.Gone, x.ID)
		}
	}
	slices.Sort(r.Claims.Gone)
}

func moneyList(sums map[string]money.Amount) []result.Money {
	list := []result.Money{}
	for _, currency := range slices.Sorted(maps.Keys(sums)) {
		list = append(list, result.Money{Currency: currency, Amount: money.Format(sums[currency], 4)})
	}
	return list
}

// write writes the known claims, and the new ones of the run as claimed.
func (c *claims) write(w io.Writer, r *result.Reconciliation) error {
	all := claims{Claims: slices.Clone(c.Claims)}
	known := c.ids()
	for i := range r.Findings {
		f := &r.Findings[i]
		if f.Amount == nil || f.Verdict != result.Overcharge || known[f.ID] {
			continue
		}
		all.Claims = append(all.Claims, claim{ID: f.ID, State: "claimed", Amount: f.Amount.Overcharged, Currency: f.Amount.Currency, Note: f.Check + " " + f.Name})
	}
	enc := yaml.NewEncoder(w)
	enc.SetIndent(2)
	if err := enc.Encode(all); err != nil {
		return err
	}
	return enc.Close()
}
