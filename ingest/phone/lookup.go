package phone

import (
	"slices"
	"strings"
	"unicode"
)

// Lookup returns what to look for when a person asks for a user: every form of
// the phone that was typed, digits only and in order, or the text itself where
// it is no phone but a business-scoped user id, a group id or a pseudonym. A
// number without its country code stays as it is: nobody can tell the country.
func Lookup(typed string) []string {
	typed = strings.TrimFunc(typed, blank)
	digits, ok := digitsOf(typed)
	switch {
	case ok:
		return Forms(digits)
	case typed == "":
		return nil
	}
	return []string{typed}
}

// Forms returns every form of a phone in order, without the prefix 00.
func Forms(phone string) []string {
	number := Canonical(phone)
	forms := []string{number}
	add := func(at int, digits string) {
		if other := number[:at] + digits + number[at:]; Canonical(other) == number {
			forms = append(forms, other)
		}
	}
	if len(number) == 12 && Varies(number) {
		switch number[1] {
		case '5':
			add(4, "9")
		case '2':
			add(2, "1")
		case '4':
			add(2, "9")
			for area := 2; area <= 4; area++ {
				add(2+area, "15")
			}
		}
	}
	slices.Sort(forms)
	return slices.Compact(forms)
}

// digitsOf returns the digits of a phone as people write, copy and link it:
// "+55 (11) 98765-4321", "whatsapp:+15551230001", "15551230001@c.us".
func digitsOf(typed string) (digits string, ok bool) {
	for _, scheme := range [...]string{"whatsapp:", "tel:"} {
		typed = strings.TrimPrefix(typed, scheme)
	}
	for _, server := range [...]string{"@s.whatsapp.net", "@c.us"} {
		typed = strings.TrimSuffix(typed, server)
	}
	digits = strings.Map(func(r rune) rune {
		if separates(r) {
			return -1
		}
		return r
	}, typed)
	return digits, digits != "" && strings.Trim(digits, "0123456789") == ""
}

// separates reports whether a sign may stand between the digits of a phone.
func separates(r rune) bool {
	return blank(r) || unicode.Is(unicode.Pd, r) || strings.ContainsRune("+()./", r)
}

// blank reports whether a sign is a space, or one of those unseen marks of
// direction that come along when a number is copied from an address book.
func blank(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) }
