package ledger

import (
	"slices"

	"waudit/ingest/phone"
)

// formsOf returns the forms in which a phone may stand in a ledger: itself, and
// those that package phone holds for the same.
func formsOf(user string) []string {
	if user == "" {
		return nil
	}
	forms := []string{user}
	short := phone.Canonical(user)
	candidates := []string{short}
	for _, more := range [...]struct {
		at     int
		digits string
	}{{4, "9"}, {2, "1"}, {2, "9"}, {4, "15"}, {5, "15"}, {6, "15"}} {
		if more.at < len(short) {
			candidates = append(candidates, short[:more.at]+more.digits+short[more.at:])
		}
	}
	for _, c := range candidates {
		for _, form := range [...]string{c, "00" + c} {
			if phone.Same(form, user) && !slices.Contains(forms, form) {
				forms = append(forms, form)
			}
		}
	}
	return forms
}
