// Package account holds what is known about WhatsApp Business Accounts and
// their numbers beside the log.
package account

import (
	"cmp"
	"maps"
	"sync"

	"waudit/audit/era"
	"waudit/audit/event"
	"waudit/audit/rate"
	"waudit/audit/reading"
	"waudit/audit/settle"
)

// Account is one WhatsApp Business Account.
type Account struct {
	ID       string
	Name     string
	Currency string
	// Rates is the card by which the account is billed, a contract or Meta's list;
	// nil: not known, so that no amount can be judged.
	Rates     *rate.Card
	Portfolio string
	Facts     era.Profile
	// CompleteFrom is the instant (Unix ms) before which nothing was open and
	// since which the log has everything; valid if Complete.
	Complete     bool
	CompleteFrom int64
	// AssumeSentWithin bounds the time from sending to delivery where the log
	// lacks the sending, in milliseconds; 0 is the platform's 30 days.
	AssumeSentWithin int64
	authConfigured   bool // the configuration says where the international rate holds
	freeUsed         map[era.Month]int
	numbers          map[string]map[era.Month]int
}

// FreeUsed returns how many units of the account's free tier of a month are
// not in the log, and whether the configuration says so.
func (a *Account) FreeUsed(m era.Month) (units int, ok bool) {
	units, ok = a.freeUsed[m]
	return units, ok
}

// NumberFreeUsed returns the same for a business number.
func (a *Account) NumberFreeUsed(number string, m era.Month) (units int, ok bool) {
	units, ok = a.numbers[number][m]
	return units, ok
}

// UseBeside adds to the units of the free tier that business numbers used beside the log,
// by number and month; below zero they are given to the number.
func (a *Account) UseBeside(units map[string]map[era.Month]int) {
	numbers := maps.Clone(a.numbers)
	if numbers == nil {
		numbers = map[string]map[era.Month]int{}
	}
	for number, by := range units {
		used := maps.Clone(numbers[number])
		if used == nil {
			used = map[era.Month]int{}
		}
		for m, n := range by {
			used[m] += n
		}
		numbers[number] = used
	}
	a.numbers = numbers
}

// CompleteBefore reports whether the log is complete from t (Unix ms) on.
func (a *Account) CompleteBefore(t int64) bool { return a.Complete && a.CompleteFrom <= t }

// Base returns what is known of a free tier beside the units in the log, given
// whether the log has the month from its beginning.
func (a *Account) Base(s settle.Allowance, covered bool) settle.Base {
	used, ok := a.FreeUsed(s.Month)
	if s.Number {
		used, ok = a.NumberFreeUsed(s.ID, s.Month)
	}
	return settle.Base{Used: used, Stated: ok, Covered: covered}
}

// Book finds the account of an event. It is safe for concurrent use.
type Book struct {
	accounts map[string]*Account // by id and alias
	aliased  bool                // there are aliases
	numbers  map[string]*Account

	mu      sync.Mutex
	unknown map[string]*Account
	blank   *era.Calendar  // of accounts whose zone nobody told
	change  func(*Account) // of those of a book that With made; nil: none
}

// NewBook makes a book of the configured accounts.
func NewBook(accounts []*Account) *Book {
	b := &Book{
		accounts: map[string]*Account{}, numbers: map[string]*Account{},
		unknown: map[string]*Account{}, blank: era.NewCalendar(nil),
	}
	for _, a := range accounts {
		b.accounts[a.ID] = a
		for n := range a.numbers {
			b.numbers[n] = a
		}
	}
	return b
}

// With returns a book of the same accounts, each of them changed.
func (b *Book) With(change func(*Account)) *Book {
	with := NewBook(nil)
	with.aliased, with.change = b.aliased, change
	changed := map[*Account]*Account{}
	one := func(a *Account) *Account {
		if changed[a] == nil {
			own := *a
			change(&own)
			changed[a] = &own
		}
		return changed[a]
	}
	for id, a := range b.accounts {
		with.accounts[id] = one(a)
	}
	for id, a := range b.numbers {
		with.numbers[id] = one(a)
	}
	for id, a := range b.unknown {
		with.unknown[id] = one(a)
	}
	return with
}

// Alias makes an id name the account too: one it had before a migration.
func (b *Book) Alias(id string, a *Account) {
	b.accounts[id] = a
	b.aliased = true
}

// ID returns the id of the account that the id names: that of the account where
// it is an alias, else the id itself. Ids are to be put through it where they
// are read, so that one account has one id everywhere. A nil book has no
// aliases.
func (b *Book) ID(waba string) string {
	if b == nil || !b.aliased {
		return waba
	}
	if a, ok := b.accounts[waba]; ok {
		return a.ID
	}
	return waba
}

// Find returns the account of a WABA id; where the log names none, that of the
// business number. An account that the configuration does not name has no
// known facts.
func (b *Book) Find(waba, number string) *Account {
	if a, ok := b.accounts[waba]; ok {
		return a
	}
	if waba == "" {
		if a, ok := b.numbers[number]; ok {
			return a
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	a, ok := b.unknown[waba]
	if !ok {
		a = &Account{ID: waba, Facts: era.Profile{
			Calendar: b.blank, PartnerServed: reading.Maybe, AIProvider: reading.Maybe, Exempt: reading.Maybe,
		}}
		if b.change != nil {
			b.change(a)
		}
		b.unknown[waba] = a
	}
	return a
}

// Learn adds what webhooks announced about accounts, where the configuration
// does not say otherwise. It must come before the book is shared.
func (b *Book) Learn(changes []event.Change) {
	for _, c := range changes {
		a := b.Find(c.WABA, "")
		switch c.Kind {
		case event.PrimaryLocation:
			a.Facts.PrimaryLocation = cmp.Or(a.Facts.PrimaryLocation, c.Country)
		case event.AuthInternational:
			a.learnAuth(c)
		}
	}
}

// learnAuth notes when the international rate starts: in the countries that
// the announcement names, else (Country "") in every other that has one. What
// the configuration says goes before.
func (a *Account) learnAuth(c event.Change) {
	if a.authConfigured {
		return
	}
	if a.Facts.AuthInternational == nil {
		a.Facts.AuthInternational = map[string]int64{}
	}
	countries := []string{c.Country}
	if c.Country == "" {
		countries = era.AuthCountries()
	}
	for _, country := range countries {
		if _, ok := a.Facts.AuthInternational[country]; !ok || c.Country != "" {
			a.Facts.AuthInternational[country] = c.Start
		}
	}
}
