package cmd

import (
	"fmt"
	"io"
	"maps"
	"slices"

	"waudit/audit/event"
	"waudit/audit/result"
	"waudit/ingest/mapfile"
)

// noteUnseen warns of accounts and business numbers that are configured and that
// the log does not have: what is set for them applies to nothing, and often their
// id is mistyped. It returns the warnings for the report. The census must be
// finished.
func (s *session) noteUnseen(w io.Writer) []string {
	accounts, numbers := s.idsInLog()
	known := map[string]bool{} // to the configuration
	for id, a := range s.config.Accounts {
		known[id] = true
		for n := range a.Numbers {
			known[n] = true
		}
	}
	var notes []string
	for _, id := range slices.Sorted(maps.Keys(s.config.Accounts)) {
		if c, _ := event.ChannelOf(id); s.flags.channel != "" && s.flags.channel != c.String() {
			continue // of a channel that is passed over
		}
		configured := slices.Sorted(maps.Keys(s.config.Accounts[id].Numbers))
		found := slices.ContainsFunc(configured, func(n string) bool { return numbers[n] })
		if !accounts[id] && !found {
			notes = append(notes, unseen("accounts."+id, id, accounts, known))
			continue
		}
		for _, n := range configured {
			if !numbers[n] {
				notes = append(notes, unseen("accounts."+id+".numbers."+n, n, numbers, known))
			}
		}
	}
	for i, n := range notes {
		if i == fewNotes && !s.flags.verbose {
			s.flags.note(w, "warning: %d more accounts and numbers of the configuration are not in the log; the report lists them", len(notes)-i)
			break
		}
		s.flags.note(w, "warning: %s", n)
	}
	return notes
}

// accounts lists the accounts that the configuration gives a name, or a zone in which
// times are not shown anyway.
func (s *session) accounts() []result.AccountLabel {
	var all []result.AccountLabel
	for _, id := range slices.Sorted(maps.Keys(s.config.Accounts)) {
		if a := s.config.Accounts[id]; a.Name != "" || a.Timezone != "" && a.Timezone != "UTC" {
			all = append(all, result.AccountLabel{WABA: id, Name: a.Name, Timezone: a.Timezone})
		}
	}
	return all
}

// fewNotes is how many warnings of a kind are written without --verbose.
const fewNotes = 5

// idsInLog returns the accounts and business numbers of the log, those of parts of
// ledgers that were not read among them.
func (s *session) idsInLog() (accounts, numbers map[string]bool) {
	accounts, numbers = map[string]bool{}, map[string]bool{}
	for id := range s.log.Census.Data().Accounts {
		accounts[id] = true
	}
	for id := range s.log.Census.Numbers {
		numbers[id] = true
	}
	for _, l := range s.log.Read.Ledgers {
		for number, ids := range l.Manifest.Accounts {
			numbers[number] = true
			for _, id := range ids {
				accounts[s.book.ID(id)] = true
			}
		}
	}
	return accounts, numbers
}

// unseen says that a key is of an id that the log does not have, and which one of
// the log may be meant.
func unseen(key, id string, log map[string]bool, known map[string]bool) string {
	text := key + " is configured, but the log does not have it, so its settings apply to nothing"
	if meant := alike(id, log, known); meant != "" {
		text += fmt.Sprintf("; did you mean %s?", meant)
	}
	return text
}

// alike returns the one id of the log that is nearly id and not configured itself,
// "" if there is none or several.
func alike(id string, log map[string]bool, known map[string]bool) string {
	var near []string
	for other := range log {
		if most := min(len(id)/6, 2); other != "" && most > 0 && !known[other] && mapfile.EditDistance(id, other) <= most {
			near = append(near, other)
		}
	}
	if len(near) != 1 {
		return ""
	}
	return near[0]
}
