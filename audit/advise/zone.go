package advise

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"
)

// mainZone returns the time zone in which most people of a country live, "" if
// it is not one of those where WhatsApp is used most. It is no more than a
// guess: the zone of an account is what was chosen when it was made.
func mainZone(country string) string {
	return map[string]string{
		"AE": "Asia/Dubai", "AR": "America/Argentina/Buenos_Aires", "AU": "Australia/Sydney", "BR": "America/Sao_Paulo",
		"CL": "America/Santiago", "CO": "America/Bogota", "DE": "Europe/Berlin", "EC": "America/Guayaquil",
		"EG": "Africa/Cairo", "ES": "Europe/Madrid", "FR": "Europe/Paris", "GB": "Europe/London", "HK": "Asia/Hong_Kong",
		"ID": "Asia/Jakarta", "IL": "Asia/Jerusalem", "IN": "Asia/Kolkata", "IT": "Europe/Rome", "KE": "Africa/Nairobi",
		"MX": "America/Mexico_City", "MY": "Asia/Kuala_Lumpur", "NG": "Africa/Lagos", "NL": "Europe/Amsterdam",
		"PE": "America/Lima", "PK": "Asia/Karachi", "PT": "Europe/Lisbon", "SA": "Asia/Riyadh", "SG": "Asia/Singapore",
		"TR": "Europe/Istanbul", "US": "America/New_York", "ZA": "Africa/Johannesburg",
	}[country]
}

// The hours of the day in which businesses write, and the shares of customers
// and messages from which on a guess is worth to be told.
const (
	dayBegins, dayEnds = 8, 20
	enoughUsers        = 50 // percent
	enoughTraffic      = 60 // percent
)

// zoneGuess returns a zone that the account may have, and why; both are empty if
// nothing speaks for one.
func (a *seenAccount) zoneGuess() (zone, why string) {
	country, users := mostOf(a.countries)
	share := percent(users, a.users)
	name := mainZone(country)
	if share < enoughUsers || name == "" {
		return "", ""
	}
	location, err := time.LoadLocation(name)
	if err != nil {
		return "", ""
	}
	by, all := a.traffic(location)
	daily := percent(by, all)
	if all > 0 && daily < enoughTraffic {
		return "", ""
	}
	why = fmt.Sprintf("%d%% of the customers have phones of %s", share, country)
	if all > 0 {
		why += fmt.Sprintf(", and %d%% of the messages go out between %d:00 and %d:00 there", daily, dayBegins, dayEnds)
	}
	return name, why
}

// traffic counts what the business sends by day in a zone, and in all. The
// offset is that of the last event: summer time moves few messages.
func (a *seenAccount) traffic(zone *time.Location) (byDay, all int64) {
	_, offset := time.UnixMilli(a.span.last).In(zone).Zone()
	for hour, n := range a.hours {
		local := (hour + offset/3600 + 24) % 24
		if all += n; dayBegins <= local && local < dayEnds {
			byDay += n
		}
	}
	return byDay, all
}

// mostOf returns the name that is counted most, of equals the first.
func mostOf(counts map[string]int64) (name string, n int64) {
	if len(counts) == 0 {
		return "", 0
	}
	name = slices.MaxFunc(slices.Sorted(maps.Keys(counts)), func(x, y string) int { return cmp.Compare(counts[x], counts[y]) })
	return name, counts[name]
}

func percent(part, whole int64) int64 {
	if whole == 0 {
		return 0
	}
	return 100 * part / whole
}
