package era

import (
	"maps"
	"slices"

	"waudit/audit/category"
	"waudit/audit/message"
	"waudit/audit/reading"
)

// authMarkets holds since which change a country has an
// authentication-international rate (rules 2).
var authMarkets = map[string]RuleChange{
	"ID": AuthIndonesia, "IN": AuthIndia,
	"EG": AuthSecondWave, "MY": AuthSecondWave, "NG": AuthSecondWave, "PK": AuthSecondWave,
	"SA": AuthSecondWave, "ZA": AuthSecondWave, "AE": AuthSecondWave,
	"BD": ServiceCharged, "IQ": ServiceCharged, "KZ": ServiceCharged, "KW": ServiceCharged, "MA": ServiceCharged,
	"NP": ServiceCharged, "OM": ServiceCharged, "LK": ServiceCharged, "UA": ServiceCharged,
}

// europe lists the members of the EU and the EEA.
var europe = map[string]bool{
	"AT": true, "BE": true, "BG": true, "HR": true, "CY": true, "CZ": true, "DK": true, "EE": true, "FI": true,
	"FR": true, "DE": true, "GR": true, "HU": true, "IE": true, "IT": true, "LV": true, "LT": true, "LU": true,
	"MT": true, "NL": true, "PL": true, "PT": true, "RO": true, "SK": true, "SI": true, "ES": true, "SE": true,
	"IS": true, "LI": true, "NO": true,
}

// unknownTemplate is what a template of unknown category may be.
var unknownTemplate = category.Set(0).With(category.Marketing).With(category.Utility).With(category.Authentication)

// category returns the category of the message in this reading: service for
// everything that is no template.
func (c *Case) category() category.Category {
	cat := c.known()
	if cat == category.None {
		cat = c.oneOf()
	}
	switch {
	case cat == category.Marketing && c.Message.Reported.Category == category.MarketingLite:
		// The template's category does not tell by which API it was sent.
		return category.MarketingLite
	case cat == category.Authentication && c.authInternational():
		return category.AuthInternational
	}
	return cat
}

// oneOf returns one of the categories that the message may have had.
func (c *Case) oneOf() category.Category {
	cats := c.Message.Possible
	if cats == 0 {
		cats = unknownTemplate
	}
	if c.Message.Template == reading.Maybe {
		cats = cats.With(category.Service)
	}
	return cats.Nth(c.X.Pick(cats.Len(), reading.CategoryUnknown))
}

// display returns the category to show where it decides nothing, without
// asking what is open.
func (c *Case) display() category.Category {
	m := c.Message
	cat := m.Category
	if m.Template == reading.No && !m.DirectSend {
		cat = category.Service
	}
	if m.Reported.Category.Base() == cat {
		cat = m.Reported.Category
	}
	if m.Group {
		cat = cat.InGroup()
	}
	return cat
}

// known returns the category if the log knows it, else category.None.
func (c *Case) known() category.Category {
	m := c.Message
	switch m.Template {
	case reading.Yes:
		return m.Category
	case reading.No:
		return c.directSend(m)
	}
	return category.None
}

// directSend returns the category of a message that is no template by its
// type: since 2026-07-31 such a message may be sent, and is charged, with a
// category (rules 4.7), which the log's record of the request need not
// have kept.
func (c *Case) directSend(m *message.Message) category.Category {
	switch {
	case m.DirectSend && m.Category != category.None:
		if c.after(DirectSend) {
			return m.Category
		}
	case m.DirectSend && m.Reported.Category.Template():
		if c.after(DirectSend) {
			return m.Reported.Category.Base()
		}
	case m.Type != "" && m.Reported.Category.Template():
		if c.after(DirectSend) && c.X.Pick(2, reading.CategoryUnknown) == 1 {
			return m.Reported.Category.Base()
		}
	}
	return category.Service
}

// authInternational tells whether an authentication message falls under the
// international rate (rules 4.6).
func (c *Case) authInternational() bool {
	country := c.country()
	change, ok := authMarkets[country]
	if country == "" && (c.Facts.AuthInternational == nil || len(c.Facts.AuthInternational) > 0) {
		return c.after(AuthIndonesia) && c.X.Pick(2, reading.CategoryUnknown) == 1
	}
	if !ok || !c.after(change) || c.Facts.PrimaryLocation == country {
		return false
	}
	if c.Facts.AuthInternational == nil {
		if !c.X.IsFact(reading.Maybe, reading.AuthInternational) {
			return false
		}
	} else {
		start, ok := c.Facts.AuthInternational[country]
		if !ok {
			return false
		}
		if before, why := reading.Before(c.At, reading.At(start), c.Tolerance); c.X.Is(before, why) {
			return false
		}
	}
	return c.Facts.PrimaryLocation != "" || c.X.IsFact(reading.Maybe, reading.PrimaryLocation)
}

// AuthMarket reports whether a country may have an authentication-international
// rate at t, by any reading of the account's zone.
func AuthMarket(country string, calendar *Calendar, t reading.Span, tolerance int64) bool {
	change, ok := authMarkets[country]
	if !ok {
		return country == ""
	}
	return calendar.Perhaps(change, t, tolerance)
}

// aiCharged tells whether the account pays, as an AI provider, for a
// non-template message at the charge instant (rules 2, 4.1.5, 4.2.5).
func (c *Case) aiCharged() bool {
	country := c.country()
	if country == "" {
		// The user may be in a market that is charged.
		return c.Facts.AIProvider != reading.No && c.after(AIItaly) && c.X.IsFact(c.Facts.AIProvider, reading.AIProvider) &&
			c.X.Pick(2, reading.CategoryUnknown) == 1
	}
	from, ends, ok := aiMarket(country)
	return ok && c.after(from) && !(ends && c.after(AIEnds)) && c.X.IsFact(c.Facts.AIProvider, reading.AIProvider)
}

// aiMarket returns since which change AI providers pay for messages to a country, and
// whether AIEnds ends that; ok is false if they never do.
func aiMarket(country string) (from RuleChange, ends, ok bool) {
	switch country {
	case "BR":
		return AIEurope, false, true
	case "IT":
		return AIItaly, true, true
	}
	return AIEurope, true, europe[country]
}

// AIMarket reports whether AI providers may be charged in the country at t at
// all, by any reading of the account's zone.
func AIMarket(country string, calendar *Calendar, t reading.Span, tolerance int64) bool {
	from, ends, ok := aiMarket(country)
	return country == "" || ok && calendar.Perhaps(from, t, tolerance) && !(ends && calendar.Surely(AIEnds, t, tolerance))
}

// AuthCountries lists the countries that have, or will have, an
// authentication-international rate, sorted.
func AuthCountries() []string { return slices.Sorted(maps.Keys(authMarkets)) }
