package ledger

import (
	"cmp"
	"slices"

	"waudit/audit/event"
	"waudit/ingest/container"
	"waudit/ingest/phone"
)

// Selection says which events of a ledger are asked for. More may be read.
type Selection struct {
	// Since leaves out parts that end before this instant, Unix milliseconds;
	// 0: none.
	Since int64
	// Who leaves out the customers that it does not name, and the parts and row
	// groups without any of them; nil: nobody.
	Who *Identities
}

// Identities are the ids of some customers.
type Identities struct {
	Users, UserIDs, Groups map[string]bool

	parts map[string]*partIDs // in which they were looked for, by name
}

// newIdentities returns no ids.
func newIdentities() *Identities {
	return &Identities{Users: map[string]bool{}, UserIDs: map[string]bool{}, Groups: map[string]bool{}, parts: map[string]*partIDs{}}
}

// size is how many ids there are.
func (w *Identities) size() int { return len(w.Users) + len(w.UserIDs) + len(w.Groups) }

// IsEmpty reports whether nobody is named.
func (w *Identities) IsEmpty() bool { return w.size() == 0 }

// add takes up the customer of a row. A row of a group is the group's: its
// member is another customer.
func (w *Identities) add(user, userID, group string) {
	if group != "" {
		w.Groups[group] = true
		return
	}
	if user != "" {
		for _, form := range phone.Forms(user) {
			w.Users[form] = true
		}
	}
	if userID != "" {
		w.UserIDs[userID] = true
	}
}

// has reports whether a row is of one of the customers, by its own ids.
func (w *Identities) has(user, userID, group string) bool {
	if group != "" {
		return w.Groups[group]
	}
	return w.Users[user] || w.UserIDs[userID]
}

// Wants reports whether the event, with its ids filled in, is asked for. Those
// that name nobody always are: whose they are turns out when all are read.
func (s *Selection) Wants(e *event.Event) bool {
	if s == nil || s.Who == nil {
		return true
	}
	return s.wantsIDs(e.User, e.UserID, e.Group)
}

func (s *Selection) wantsIDs(user, userID, group string) bool {
	return user == "" && userID == "" && group == "" || s.Who.has(user, userID, group)
}

// wants reports whether a part may hold what is asked for. Where a business
// number changed its account, its earlier events tell which account a customer
// began with, so that nothing of the past is left out.
func (s *Selection) wants(m *Manifest, p *Part) bool {
	if p.Time[1] < s.Since && !m.moved() {
		return false
	}
	return p.Orphans || s.Who == nil || s.Who.between(p.User[0], p.User[1])
}

// moved reports whether a business number was on several accounts.
func (m *Manifest) moved() bool {
	for _, ids := range m.Accounts {
		if len(ids) > 1 {
			return true
		}
	}
	return false
}

// between reports whether any id lies in the range of a part. A business-scoped
// id may belong to a phone, by which rows are sorted then, so that a range says
// nothing of it.
func (w *Identities) between(least, greatest string) bool {
	if len(w.UserIDs) > 0 {
		return true
	}
	for _, ids := range []map[string]bool{w.Users, w.Groups} {
		for id := range ids {
			if least <= id && id <= greatest {
				return true
			}
		}
	}
	return false
}

// nearRows is how many rows that nobody wants may lie between two wanted ones that are
// read at once.
const nearRows = 64

// Rows are the rows of a part that are asked for, by their own ids, and few others; nil if
// they are not known.
func (s *Selection) Rows(p *Part) []container.RowRange {
	if s == nil || s.Who == nil || p.Orphans || s.Who.parts[p.Name] == nil {
		return nil
	}
	rows := []container.RowRange{}
	part := s.Who.parts[p.Name]
	wanted := make([]bool, len(part.ids))
	for i := range part.ids {
		k := &part.ids[i]
		wanted[i] = s.wantsIDs(k.user, k.userID, k.group)
	}
	slices.SortFunc(part.runs, func(a, b idRun) int { return cmp.Compare(a.From, b.From) })
	for _, r := range part.runs {
		last := len(rows) - 1
		switch {
		case !wanted[r.ids]:
		case last >= 0 && r.From-rows[last].To < nearRows:
			rows[last].To = r.To
		default:
			rows = append(rows, r.RowRange)
		}
	}
	return rows
}

// Footer is what keeps the footer of a part, nil if nobody has looked into that.
func (s *Selection) Footer(p *Part) *container.Footer {
	if s == nil || s.Who == nil || s.Who.parts[p.Name] == nil {
		return nil
	}
	return &s.Who.parts[p.Name].footer
}

// in reports whether a row group may hold a row of a customer.
func (w *Identities) in(g *container.RowGroupStats) bool {
	return hasAny(g, "wa_id", w.Users) || hasAny(g, "user_id", w.UserIDs) || hasAny(g, "group_id", w.Groups)
}

func hasAny(g *container.RowGroupStats, column string, ids map[string]bool) bool {
	for id := range ids {
		if g.Has(column, id) {
			return true
		}
	}
	return false
}
