package table

import (
	"regexp"
	"strings"

	"golang.org/x/text/language"

	"waudit/audit/category"
	"waudit/audit/event"
	"waudit/audit/rate"
)

// noise is what stands around the name of a category, squeezed.
var noise = regexp.MustCompile(strings.ReplaceAll(`^(?:NOISE)+|(?:NOISE)+$`, "NOISE", `conversations?|messages?|templates?|msgs?|whatsapp|meta|rates?`))

// categories are the names of categories, squeezed, as webhooks and others have them.
// "WhatsApp message" names none.
var categories = func() map[string]category.Category {
	all := map[string]category.Category{
		"": category.None, "bic": category.BusinessInitiated, "uic": category.UserInitiated, "customerinitiated": category.UserInitiated,
		"fep": category.ReferralConversion, "freeentrypoint": category.ReferralConversion, "freeentry": category.ReferralConversion, "referral": category.ReferralConversion,
		"auth": category.Authentication, "otp": category.Authentication, "authinternational": category.AuthInternational, "authintl": category.AuthInternational,
		"authenticationintl": category.AuthInternational, "internationalauthentication": category.AuthInternational,
	}
	for c := category.Marketing; c < category.Other; c++ {
		all[Squeeze(c.String())] = c
	}
	return all
}()

// Category reads a category as bills and rate cards write it: "UTILITY", "Marketing
// Conversation", "Utility message", "BIC", "FEP". It returns the normalised word,
// finer than the category for variants that webhooks do not name.
func Category(text string) (word string, c category.Category) {
	word = event.Word(strings.TrimSpace(text))
	switch word {
	case "marketing_lite_dynamic":
		return word, category.MarketingLite
	case "group_marketing_lite":
		return word, category.GroupMarketing
	}
	if c = category.Of(word); c != category.Other {
		return word, c
	}
	c, ok := categories[noise.ReplaceAllString(Squeeze(text), "")]
	if !ok {
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
