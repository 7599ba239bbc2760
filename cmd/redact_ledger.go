package cmd

import (
	"slices"
	"strings"

	"waudit/audit/rate"
	"waudit/ingest"
	"waudit/ingest/dialect"
	"waudit/ingest/source"
	"waudit/report/redact"
)

// renamer puts pseudonyms into records on their way into a ledger. What of a phone or a
// user id tells the country stays, for the price depends on it.
type renamer struct {
	redactor *redact.Redactor
	markets  *rate.Markets
	known    map[string]string // of late: the same ids come again
}

// mostKnown is how many pseudonyms are remembered.
const mostKnown = 1 << 14

func (n *renamer) items(items *dialect.Items) {
	for i := range items.Events {
		e := &items.Events[i]
		if e.Line != "" { // the bill's own, and may be made of the message's
			e.Line = n.redactor.TextOf(e.Line, e.Message)
		}
		for _, id := range [...]*string{&e.User, &e.UserID, &e.Participant} {
			n.customer(id)
		}
		for _, id := range [...]*string{&e.Group, &e.Message, &e.Conversation} {
			n.rename(id, "")
		}
	}
	for i := range items.Links {
		l := &items.Links[i]
		for _, id := range [...]*string{&l.Phone, &l.UserID, &l.Previous} {
			n.customer(id)
		}
	}
}

// customer renames a phone or a user id.
func (n *renamer) customer(id *string) {
	country := rate.UserPrefix(*id)
	if country == "" {
		country = n.markets.Prefix(*id)
	}
	n.rename(id, country)
}

func (n *renamer) rename(id *string, country string) {
	if *id == "" {
		return
	}
	name, known := n.known[*id]
	if !known {
		if len(n.known) >= mostKnown {
			clear(n.known)
		}
		name = n.redactor.Stored(*id, country)
		n.known[strings.Clone(*id)] = name
	}
	*id = name
}

// keepApart refuses to lay beside a ledger whose customers have pseudonyms what names
// them otherwise, a bill too: a customer would be two, and a message that the bill charges
// in no log.
func (s *session) keepApart(bills ...string) error {
	read := s.log.Read
	i := slices.IndexFunc(read.Ledgers, func(l *ingest.LedgerInput) bool { return l.Manifest.Redacted != "" })
	if i < 0 {
		return nil
	}
	ledger, others := read.Ledgers[i], slices.Clone(bills)
	for _, l := range read.Ledgers {
		if l.Manifest.Redacted != ledger.Manifest.Redacted {
			others = append(others, l.Dir)
		}
	}
	for _, in := range read.Inputs {
		if in.Events > 0 && !slices.ContainsFunc(read.Ledgers, func(l *ingest.LedgerInput) bool { return l.Dir == in.Path }) {
			others = append(others, in.Path)
		}
	}
	if len(others) == 0 {
		return nil
	}
	return usage("%s: its customers have pseudonyms (pack --redact), by which those of %s cannot be known; read the logs that it was packed of instead, or the ledger alone", ledger.Dir, source.Shown(others[0]))
}
