package table

import (
	"cmp"
	_ "embed"
	"encoding/csv"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"waudit/audit/category"
	"waudit/audit/event"
	"waudit/audit/rate"
	"waudit/ingest/notation"
)

// HeaderWord makes the spellings of one header equal, and takes off it the currency
// that many have, and what else stands in brackets behind: "Amount (excl. tax)".
func HeaderWord(name string) (word, iso string) {
	if rest, iso := splitCurrency(name); iso != "" {
		return Squeeze(rest), iso
	}
	rest, inside := splitBrackets(strings.TrimSpace(name))
	if named, ok := strings.CutSuffix(strings.ToLower(inside), " tax"); ok {
		rest += named + "tax"
	}
	return Squeeze(rest), ""
}

// splitCurrency takes a currency off the name of a column: "Amount (EUR)",
// "total_cost_usd", "Price in INR". iso is "" if it has none; "all" and "top" are words
// before they are Albanian and Tongan.
func splitCurrency(name string) (rest, iso string) {
	name = strings.TrimSpace(name)
	if rest, inside := splitBrackets(name); inside != "" {
		return rest, notation.Currency(inside)
	}
	cut := strings.LastIndexAny(name, " _-")
	if cut <= 0 || name[cut+1:] == "all" || name[cut+1:] == "top" {
		return name, ""
	}
	rest = strings.TrimRight(name[:cut], " _-")
	if in := len(rest) - len(" in"); in > 0 && strings.EqualFold(rest[in:], " in") {
		rest = rest[:in]
	}
	return rest, notation.Currency(name[cut+1:])
}

// splitBrackets parts a name from what stands in brackets behind it.
func splitBrackets(name string) (rest, inside string) {
	if open := strings.LastIndexAny(name, "(["); open > 0 && strings.ContainsAny(name[len(name)-1:], ")]") {
		return name[:open], strings.TrimSpace(name[open+1 : len(name)-1])
	}
	return name, ""
}

// IndexOf finds the column of a name, the one that is spelt so before others; -1 if
// there is none.
func IndexOf(columns []string, name string) int {
	if i := slices.Index(columns, name); i >= 0 {
		return i
	}
	folded := notation.Fold(name)
	return slices.IndexFunc(columns, func(c string) bool { return notation.Fold(c) == folded })
}

// Squeeze leaves the letters and digits of a text, in lower case and without accents:
// bills write them and leave them out.
func Squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, norm.NFD.String(s))
}

// LastKey is the key at the end of a path into a JSON object.
func LastKey(path string) string {
	if i := strings.LastIndexByte(path, '.'); i >= 0 {
		return path[i+1:]
	}
	return path
}

// noise is what stands around the name of a category, squeezed.
var noise = regexp.MustCompile(strings.ReplaceAll(`^(?:(?:NOISE)(?:de)?)+|(?:NOISE)+$`, "NOISE", `conversations?|messages?|templates?|msgs?|whatsapp|meta|rates?|`+
	`konversation(?:en)?|nachricht(?:en)?|vorlagen?|conversacion(?:es)?|mensajes?|plantillas?|conversas?|mensage(?:m|ns)|modelos?|modeles?|percakapan|pesan|templat`))

// categories are the names of categories, squeezed, as webhooks and others have them.
// "WhatsApp message" names none.
var categories = func() map[string]category.Category {
	all := map[string]category.Category{
		"": category.None, "bic": category.BusinessInitiated, "uic": category.UserInitiated, "customerinitiated": category.UserInitiated,
		"fep": category.ReferralConversion, "freeentrypoint": category.ReferralConversion, "freeentry": category.ReferralConversion, "referral": category.ReferralConversion,
		"auth": category.Authentication, "otp": category.Authentication, "authinternational": category.AuthInternational, "authintl": category.AuthInternational,
		"authenticationintl": category.AuthInternational, "internationalauthentication": category.AuthInternational,
	}
	for c, words := range map[category.Category]string{ // in Meta's German, Spanish, Portuguese, French and Indonesian
		category.Marketing:      "pemasaran mercadotecnia",
		category.Utility:        "verwaltung utilidad utilidade utilitaire utilitas",
		category.Authentication: "authentifizierung autenticacion autenticacao authentification autentikasi",
		category.Service:        "servicio servico layanan",
	} {
		for word := range strings.FieldsSeq(words) {
			all[word] = c
		}
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

// countryNames has the code of each country and its names in the languages that bills of
// providers have, from Unicode's CLDR. It is a file of its own as golang.org/x/text/language/display
// would bring the names of everything in all languages: 2.3 MB. A test compares the two.
//
//go:embed countries.csv
var countryNames string

// countries are the ISO codes of countries by their names, squeezed. A name of two
// countries has none.
var countries = sync.OnceValue(func() map[string]string {
	all := map[string]string{
		"uae": "AE", "greatbritain": "GB", "england": "GB", "inggris": "GB", "turkiye": "TR", "czechrepublic": "CZ", "ivorycoast": "CI", "holland": "NL",
		"russianfederation": "RU", "unitedstatesofamerica": "US",
	}
	rows, err := csv.NewReader(strings.NewReader(countryNames)).ReadAll()
	if err != nil {
		panic(err) // the file is a part of the program
	}
	for _, row := range rows[1:] {
		for _, name := range row[1:] {
			iso, name := row[0], Squeeze(name)
			if other, there := all[name]; there && other != iso {
				iso = ""
			}
			all[name] = iso
		}
	}
	return all
})

// Country returns the ISO code of a country, which a text names by its code of two or
// three letters, or in English, German, Spanish, Portuguese, French or Indonesian; "" for
// what is none.
func Country(text string, markets *rate.Markets) string {
	if n := len(text); (n == 2 || n == 3) && !strings.ContainsAny(text, "0123456789") {
		if iso := rate.CountryCode(text); iso != "" {
			return iso
		}
	}
	return cmp.Or(markets.CountryNamed(text), countries()[Squeeze(text)])
}
