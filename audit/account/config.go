package account

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"time"

	"waudit/audit/category"
	"waudit/audit/era"
	"waudit/audit/event"
	"waudit/audit/money"
	"waudit/audit/reading"
	"waudit/audit/template"
)

// Config is an account as the configuration file writes it. A nil pointer or
// map is a fact that nobody stated.
type Config struct {
	Name              string                  `yaml:"name"`
	Timezone          string                  `yaml:"timezone"`
	Currency          string                  `yaml:"currency"`
	Rates             string                  `yaml:"rates"` // path of a card, or "meta"
	CompleteFrom      *time.Time              `yaml:"complete_from"`
	AssumeSentWithin  string                  `yaml:"assume_sent_within"`
	Portfolio         string                  `yaml:"portfolio"`
	PartnerServed     *bool                   `yaml:"partner_served"`
	PrimaryLocation   string                  `yaml:"primary_location"`
	AuthInternational map[string]string       `yaml:"auth_international"`
	AIProvider        *bool                   `yaml:"ai_provider"`
	Exempt            *bool                   `yaml:"exempt"`
	Aliases           []string                `yaml:"aliases"`
	FreeUsed          map[string]int          `yaml:"free_used"`
	Numbers           map[string]NumberConfig `yaml:"numbers"`
}

// NumberConfig is a business number as the configuration file writes it.
type NumberConfig struct {
	FreeUsed map[string]int `yaml:"free_used"`
}

// TemplateConfig is a template's category as the configuration file writes it.
type TemplateConfig struct {
	WABA     string `yaml:"waba"`
	Name     string `yaml:"name"`
	Language string `yaml:"language"`
	Category string `yaml:"category"`
	From     string `yaml:"from"`
}

// Build makes the book of accounts and checks every value. The error names the
// account and the key.
func Build(configs map[string]Config) (*Book, error) {
	var accounts []*Account
	var errs []error
	for _, id := range slices.Sorted(maps.Keys(configs)) {
		a, err := build(id, configs[id])
		if err != nil {
			errs = append(errs, err)
			continue
		}
		accounts = append(accounts, a)
	}
	book := NewBook(accounts)
	for _, a := range accounts {
		for _, alias := range configs[a.ID].Aliases {
			if other, ok := book.accounts[alias]; ok && other != a {
				errs = append(errs, fmt.Errorf("accounts.%s.aliases: %s is account %s already", a.ID, alias, other.ID))
				continue
			}
			book.Alias(alias, a)
		}
	}
	return book, errors.Join(errs...)
}

func build(id string, c Config) (*Account, error) {
	fail := func(key, format string, args ...any) (*Account, error) {
		return nil, fmt.Errorf("accounts.%s.%s: %s", id, key, fmt.Sprintf(format, args...))
	}
	var zone *time.Location
	if c.Timezone != "" {
		var err error
		if zone, err = time.LoadLocation(c.Timezone); err != nil || c.Timezone == "Local" {
			return fail("timezone", "unknown time zone %q; write a name of the tz database, such as America/Sao_Paulo", c.Timezone)
		}
	}
	calendar := era.NewCalendar(zone)
	a := &Account{
		ID: id, Name: c.Name, Currency: c.Currency, Portfolio: cmp.Or(c.Portfolio, id),
		Facts: era.Profile{
			Calendar: calendar, PartnerServed: tri(c.PartnerServed), AIProvider: tri(c.AIProvider),
			Exempt: tri(c.Exempt), PrimaryLocation: c.PrimaryLocation,
		},
		numbers: map[string]map[era.Month]int{},
	}
	if c.CompleteFrom != nil {
		a.Complete, a.CompleteFrom = true, c.CompleteFrom.UnixMilli()
	}
	if c.AssumeSentWithin != "" {
		d, err := time.ParseDuration(c.AssumeSentWithin)
		if err != nil || d <= 0 {
			return fail("assume_sent_within", "%q is no duration above zero, such as 2m", c.AssumeSentWithin)
		}
		a.AssumeSentWithin = d.Milliseconds()
	}
	if c.PrimaryLocation != "" && !isoCountry.MatchString(c.PrimaryLocation) {
		return fail("primary_location", "%q is no ISO country code, such as BR", c.PrimaryLocation)
	}
	if c.Currency != "" && !money.IsCurrency(c.Currency) {
		return fail("currency", "%q is no ISO currency code, such as USD", c.Currency)
	}
	if err := a.setAuth(c.AuthInternational); err != nil {
		return fail("auth_international", "%v", err)
	}
	var err error
	if a.freeUsed, err = months(c.FreeUsed); err != nil {
		return fail("free_used", "%v", err)
	}
	for number, n := range c.Numbers {
		if a.numbers[number], err = months(n.FreeUsed); err != nil {
			return fail("numbers."+number+".free_used", "%v", err)
		}
	}
	return a, nil
}

var isoCountry = regexp.MustCompile(`^[A-Z]{2}$`)

// setAuth reads the days from which the international rate holds, at 00:00 of
// the account's zone.
func (a *Account) setAuth(starts map[string]string) error {
	if starts == nil {
		return nil
	}
	a.authConfigured, a.Facts.AuthInternational = true, map[string]int64{}
	for country, day := range starts {
		if !isoCountry.MatchString(country) {
			return fmt.Errorf("%q is no ISO country code, such as IN", country)
		}
		t, err := instant(day, a.Facts.Calendar.Zone())
		if err != nil {
			return fmt.Errorf("%s: %w", country, err)
		}
		a.Facts.AuthInternational[country] = t
	}
	return nil
}

func tri(b *bool) reading.Tri {
	if b == nil {
		return reading.Maybe
	}
	return reading.TriOf(*b)
}

func months(used map[string]int) (map[era.Month]int, error) {
	out := map[era.Month]int{}
	for name, n := range used {
		t, err := time.Parse("2006-01", name)
		if err != nil {
			return nil, fmt.Errorf("%q is no month, such as 2026-10", name)
		}
		if n < 0 {
			return nil, fmt.Errorf("%s: %d units are fewer than none", name, n)
		}
		out[era.MonthOf(t.Year(), t.Month())] = n
	}
	return out, nil
}

// instant reads a day (00:00 in the zone) or an RFC 3339 time.
func instant(s string, zone *time.Location) (int64, error) {
	if t, err := time.ParseInLocation(time.DateOnly, s, zone); err == nil {
		return t.UnixMilli(), nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return 0, fmt.Errorf("%q is neither a day (2026-10-01) nor an RFC 3339 time", s)
	}
	return t.UnixMilli(), nil
}

// Templates reads the configured template categories. The error names the
// entry, counted from 1.
func Templates(book *Book, configs []TemplateConfig) ([]template.Assignment, error) {
	entries := make([]template.Assignment, 0, len(configs))
	for i, c := range configs {
		cat := category.Of(event.Word(c.Category))
		if c.Name == "" || !cat.Template() {
			return nil, fmt.Errorf("templates, entry %d: needs a name and a category of marketing, utility or authentication, has %q and %q", i+1, c.Name, c.Category)
		}
		from, until, err := begin(c.From, book.Find(c.WABA, "").Facts.Calendar)
		if err != nil {
			return nil, fmt.Errorf("templates, entry %d (%s): from: %w", i+1, c.Name, err)
		}
		entries = append(entries, template.Assignment{
			WABA: book.ID(c.WABA), Name: c.Name, Language: c.Language, Category: cat, From: from, Until: until,
		})
	}
	return entries, nil
}

// begin reads when a template's category begins: an instant, or some time on a
// day; "" is from ever.
func begin(s string, calendar *era.Calendar) (from, until int64, err error) {
	if s == "" {
		return 0, 0, nil
	}
	from, err = instant(s, calendar.Zone())
	day, notDay := time.ParseInLocation(time.DateOnly, s, calendar.Zone())
	if err != nil || notDay != nil {
		return from, from, err
	}
	until = day.AddDate(0, 0, 1).UnixMilli()
	if !calendar.ZoneKnown() {
		from, until = from-14*era.Hour, until+12*era.Hour
	}
	return from, until, nil
}
