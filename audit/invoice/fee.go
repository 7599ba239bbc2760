package invoice

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Words of bills, in English and in the languages of the taxes.
var (
	taxWords = regexp.MustCompile(`^(tax(es)?|vat|[csi]?gst|iva|icms|iss|mwst|ust|tva|igv|withholding)$`)
	feeWords = regexp.MustCompile(`^(fees?|surcharges?|licen[cs]es?|subscriptions?|topups?|recharges?|minimum|platform|processing|handling|support|rounding|penalty|hosting|setup)$`)
	// backWords are of what gives money back, which goes with the charge that it takes
	// back.
	backWords = regexp.MustCompile(`^(discounts?|credits?|rebates?|adjustments?|refund(ed|s)?|reversals?)$`)
	// chargeWords say that the text is of a charge, whatever else is in it.
	chargeWords = regexp.MustCompile(`^(marketing|utility|authentication|otp|incl(uding|usive)?|excl(uding|usive)?|plus|net|gross|with|without|before|after)$`)
	// messageWords are of what a message itself may be charged as: a "message fee".
	messageWords = regexp.MustCompile(`^(messages?|messaging|conversations?|templates?|sessions?)$`)
)

func wordsOf(text string) []string {
	text = strings.ReplaceAll(strings.ToLower(text), "top-up", "topup")
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) })
}

// IsTax reports whether a text has words of a tax.
func IsTax(text string) bool { return slices.ContainsFunc(wordsOf(text), taxWords.MatchString) }

// IsFee reports whether a text has words of a fee, a tax, or of what gives money back.
func IsFee(text string) bool {
	return slices.ContainsFunc(wordsOf(text), func(word string) bool {
		return taxWords.MatchString(word) || feeWords.MatchString(word) || backWords.MatchString(word)
	})
}

// IsOnlyFee reports whether a text is of a fee or a tax for sure: "Platform fee",
// "VAT 19 %". A "message fee" may be what a message costs, and "marketing, incl. VAT"
// is that.
func IsOnlyFee(text string) bool {
	words := wordsOf(text)
	switch has := func(of *regexp.Regexp) bool { return slices.ContainsFunc(words, of.MatchString) }; {
	case len(words) > 0 && taxWords.MatchString(words[0]):
		return true
	case has(chargeWords):
		return false
	case has(taxWords):
		return true
	case !has(feeWords):
		return false
	}
	bare := !slices.ContainsFunc(words, func(word string) bool { return feeWords.MatchString(word) && !strings.HasPrefix(word, "fee") })
	return !bare || !slices.ContainsFunc(words, messageWords.MatchString)
}
