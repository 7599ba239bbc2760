package price

import (
	"fmt"

	"waudit/audit/account"
	"waudit/audit/category"
	"waudit/audit/rate"
)

// Portable is a figure without addresses, so that another process with the same
// cards can have it. Its card and tiers are named, not written.
type Portable struct {
	Why                    Lack
	Amount                 int64
	Currency               string
	Market                 rate.Market
	Category               category.Category
	Card                   cardName
	Tiered                 bool
	Tiers                  rate.Day // since when they hold, if Tiered
	AtMost, Sure, Estimate bool
}

// cardName says which card a figure of an account is of.
type cardName uint8

const (
	noCard   cardName = iota
	ownCard           // the account's
	metaCard          // Meta's list
)

// Portable returns the figure of a charge of an account; nil of nil.
func (c *Cards) Portable(a *account.Account, f *Figure) (*Portable, error) {
	if f == nil {
		return nil, nil
	}
	p := &Portable{
		Why: f.Why, Amount: f.Amount, Currency: f.Currency, Market: f.Market, Category: f.Category,
		AtMost: f.AtMost, Sure: f.Sure, Estimate: f.Estimate,
	}
	switch f.Card {
	case nil:
	case a.Rates:
		p.Card = ownCard
	case c.Meta:
		p.Card = metaCard
	default:
		return nil, fmt.Errorf("a charge of account %s is valued by the card %s of another", a.ID, f.Card.Name)
	}
	if f.Tiers != nil {
		if p.Tiers, p.Tiered = f.Card.FirstDay(f.Currency, f.Market, f.Category, *f.Tiers); !p.Tiered {
			return nil, fmt.Errorf("volume tiers are not those of the card %s", f.Card.Name)
		}
	}
	return p, nil
}

// Figure returns the figure that Portable has returned for the account, as the one
// that it is among these cards; nil of nil.
func (c *Cards) Figure(a *account.Account, p *Portable) (*Figure, error) {
	if p == nil {
		return nil, nil
	}
	f := Figure{
		Why: p.Why, Amount: p.Amount, Currency: p.Currency, Market: p.Market, Category: p.Category,
		AtMost: p.AtMost, Sure: p.Sure, Estimate: p.Estimate,
	}
	switch p.Card {
	case ownCard:
		f.Card = a.Rates
	case metaCard:
		f.Card = c.Meta
	}
	if p.Tiered {
		if f.Card == nil {
			return nil, fmt.Errorf("account %s has no card with volume tiers", a.ID)
		}
		steps := f.Card.TiersFrom(p.Currency, p.Market, p.Category, p.Tiers)
		if len(steps) == 0 {
			return nil, fmt.Errorf("the card %s has no volume tiers from %s on", f.Card.Name, p.Tiers)
		}
		f.Tiers = c.steps(steps)
	}
	return c.one(f), nil
}
