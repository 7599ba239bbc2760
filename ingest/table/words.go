package table

import (
	"regexp"
	"strings"

	"golang.org/x/text/language"

	"waudit/audit/category"
	"waudit/audit/event"
	"waudit/audit/rate"
)

// Category reads a category as bills and rate cards write it: "UTILITY", "Marketing
// Conversation", "Utility message", "BIC", "FEP". It returns the normalised word,
// finer than the category for variants that webhooks do not name.
func Category(text string) (word string, c category.Category) {
	word = event.Word(strings.TrimSpace(text))
	if word == "" {
		return "", category.None
	}
	switch c := category.Of(word); word {
	case "marketing_lite_dynamic":
		return word, category.MarketingLite
	case "group_marketing_lite":
		return word, category.GroupMarketing
	default:
		if c != category.Other {
			return word, c
		}
	}
	bare := Squeeze(text)
	for trimmed := true; trimmed; {
		trimmed = false
		for _, noise := range [...]string{"conversations", "conversation", "messages", "message", "templates", "template", "msgs", "msg", "whatsapp", "meta", "rates", "rate"} {
			if cut := strings.TrimPrefix(strings.TrimSuffix(bare, noise), noise); cut != bare {
				bare, trimmed = cut, true
			}
		}
	}
	for c := category.Marketing; c < category.Other; c++ {
		if Squeeze(c.String()) == bare {
			return c.String(), c
		}
	}
	switch bare {
	case "":
		return "", category.None // "WhatsApp message" names none
	case "bic":
		c = category.BusinessInitiated
	case "uic", "customerinitiated":
		c = category.UserInitiated
	case "fep", "freeentrypoint", "freeentry", "referral":
		c = category.ReferralConversion
	case "auth", "otp":
		c = category.Authentication
	case "authinternational", "authintl", "authenticationintl", "internationalauthentication":
		c = category.AuthInternational
	default:
		return word, category.Other
	}
	return c.String(), c
}

var inSum = regexp.MustCompile(`(?i)\b(marketing|utility|authentication|service|business[ -]initiated|user[ -]initiated)\b(?:[ -]?(?:template|whatsapp|category))*[ -]+(?:conversations?|messages?|templates?|msgs?)\b`)

// CategoryIn finds the one category that a description names as that of
// messages: "Utility messages, Brazil". Of two it is none of them.
func CategoryIn(text string) (word string, c category.Category) {
	for _, found := range inSum.FindAllStringSubmatch(text, -1) {
		w, next := Category(found[1])
		if c != category.None && next != c {
			return "", category.None
		}
		word, c = w, next
	}
	return word, c
}

// Country returns the ISO code of a country, which a text names by its code of two or
// three letters or in English; "" for what is none.
func Country(text string, markets *rate.Markets) string {
	iso := strings.ToUpper(text)
	switch {
	case len(iso) == 2 && rate.IsCountry(iso):
		return iso
	case len(iso) == 3 && iso[0] > '9':
		if region, err := language.ParseRegion(text); err == nil && region.IsCountry() {
			return region.String()
		}
		return ""
	}
	return markets.CountryNamed(text)
}
