// Package invoice is the vocabulary of bills: one Line is one thing that a bill
// charges, whatever file it was read from, and a Statement what the bill says as a
// whole.
package invoice

import (
	"encoding/binary"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"waudit/audit/category"
	"waudit/audit/event"
	"waudit/audit/money"
	"waudit/audit/rate"
)

// LineKind says how closely a line tells what it charges.
type LineKind uint8

// The kinds of line.
const (
	Message   LineKind = iota + 1 // one message, by its id
	Item                          // one charge of a customer, without a message id
	Aggregate                     // a volume of a period
	Other                         // no message explains it: a fee, a tax, a discount, a top-up
)

var kindNames = [...]string{Message: "message", Item: "item", Aggregate: "aggregate", Other: "other"}

// String returns the kind's name, "" for none.
func (k LineKind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return ""
}

// Line is one line of a bill. Strings are empty where the bill says nothing.
//
// Money has one direction whatever the source writes: what is charged is above
// zero, what is credited below.
type Line struct {
	Place event.Place
	ID    string // the bill's own id of the line
	Ref   string // id of the line or message that a credit is for
	Kind  LineKind

	WABA         string // account
	Number       string // phone_number_id of the business number
	NumberPhone  string // digits of its phone, where only that is given
	Message      string
	Conversation string
	User, UserID string // digits of the customer's phone; business-scoped id

	Country  string            // ISO 3166 alpha-2
	Market   string            // as rate.FoldMarket writes it; also a country by a name that is not known
	Category category.Category // Other: a word that no documentation names
	Word     string            // the category's word, normalised; finer than Category for some
	Type     string            // pricing type, normalised, FREE_ENTRY as free_entry_point
	Tier     string            // of volume, as written: "0:750000"

	// When, in one of three forms; all are 0 where the bill does not say. In which
	// zone days are counted is the account's, and not for the bill to say.
	At          int64    // instant of the charge, Unix ms
	From, Until int64    // span of instants [From, Until), Unix ms
	First, Last rate.Day // calendar days, both inclusive

	Quantity     int64
	Amount       money.Amount // of a Message or Item, within 64 bits
	HasAmount    bool
	Net          bool  // the bill says that no tax is in the amount
	UnitPrice    int64 // in billionths, for one of Quantity
	HasUnitPrice bool
	Currency     string // ISO 4217; "" only without money, or with an amount of 0
	Estimate     bool   // the source itself calls the amount approximate
	Description  string
}

// AppendKey appends what the line says to dst, without its place: lines that say
// the same have equal keys.
func (l *Line) AppendKey(dst []byte) []byte {
	for _, s := range [...]string{
		l.ID, l.Ref, l.WABA, l.Number, l.NumberPhone, l.Message, l.Conversation, l.User, l.UserID, l.Country, l.Market, l.Word, l.Type, l.Tier,
		l.Currency, l.Description,
	} {
		dst = append(binary.AppendUvarint(dst, uint64(len(s))), s...)
	}
	flags := byte(0)
	for i, set := range [...]bool{l.HasAmount, l.HasUnitPrice, l.Estimate, l.Net} {
		if set {
			flags |= 1 << i
		}
	}
	dst = append(dst, byte(l.Kind), byte(l.Category), flags)
	nano, whole := l.Amount.Int64()
	for _, n := range [...]int64{l.At, l.From, l.Until, int64(l.First), int64(l.Last), l.Quantity, nano, l.UnitPrice} {
		dst = binary.AppendVarint(dst, n)
	}
	if !whole {
		dst = append(dst, money.Format(l.Amount, 0)...)
	}
	return dst
}

// Statement is what a bill says as a whole.
type Statement struct {
	Currency    string   // of all its lines, "" if they have several, or none
	First, Last rate.Day // the earliest and latest days of its lines, as far as they are days; 0: none has any
	From, Until int64    // likewise instants, Unix ms, Until behind the last
	Columns     Dimensions
	Sums        []Sum         // of its lines, ordered by currency
	Totals      []StatedTotal // what it states itself to come to, in its order
}

// Sum is what the lines in one currency come to.
type Sum struct {
	Currency string
	Amount   money.Amount
}

// StatedTotal is what a bill, or a table of it, states to come to.
type StatedTotal struct {
	Place    event.Place
	Label    string // as it is called
	Amount   money.Amount
	Currency string // "" where the bill has several and the total names none
}

// Dimensions says which dimensions the volumes of a bill have. A volume without one
// counts over all its values: without a country, those of all countries.
type Dimensions struct {
	WABA, Number, Country, Market, Category, Type, Tier, Day bool
}

// Add adds the dimensions of another table.
func (c *Dimensions) Add(o Dimensions) {
	c.WABA, c.Number, c.Country, c.Market = c.WABA || o.WABA, c.Number || o.Number, c.Country || o.Country, c.Market || o.Market
	c.Category, c.Type, c.Tier, c.Day = c.Category || o.Category, c.Type || o.Type, c.Tier || o.Tier, c.Day || o.Day
}

// TotalGap is a stated total that the lines do not come to.
type TotalGap struct {
	Total StatedTotal
	Lines money.Amount // what they come to
}

// Gaps returns for each currency the stated total that the lines in it do not come
// to. There is none if any total that is stated, or all of them together, as of
// several tables, is what the lines come to.
func (s *Statement) Gaps() (gaps []TotalGap) {
	sums := map[string]money.Amount{}
	for _, sum := range s.Sums {
		sums[sum.Currency] = sum.Amount
	}
	last, together, agreed := map[string]int{}, map[string]money.Amount{}, map[string]bool{}
	for i := range s.Totals {
		t := &s.Totals[i]
		last[t.Currency] = i
		together[t.Currency] = together[t.Currency].Add(t.Amount)
		agreed[t.Currency] = agreed[t.Currency] || t.Amount == sums[t.Currency]
	}
	for i := range s.Totals {
		c := s.Totals[i].Currency
		if last[c] == i && !agreed[c] && together[c] != sums[c] {
			gaps = append(gaps, TotalGap{Total: s.Totals[i], Lines: sums[c]})
		}
	}
	return gaps
}

// Words of bills, in English and in the languages of the taxes.
var (
	taxWords = regexp.MustCompile(`^(tax(es)?|vat|[csi]?gst|iva|icms|iss|mwst|ust|(umsatz|mehrwert)?steuern?|tva|igv|impuestos?|impostos?|taxe|ppn|pph|pajak|cofins|withholding)$`)
	feeWords = regexp.MustCompile(`^(fees?|surcharges?|licen[cs]es?|subscriptions?|topups?|recharges?|minimum|platform|processing|handling|support|rounding|penalty|hosting|setup|(grund)?gebühr(en)?|comisi[óo]n|frais|plattform|plateforme|plataforma|suscripci[óo]n|assinatura|mensalidade|abonnement)$`)
	// backWords are of what gives money back, which goes with the charge that it takes
	// back.
	backWords = regexp.MustCompile(`^(discounts?|credits?|rebates?|adjustments?|refund(ed|s)?|reversals?|gutschrift(en)?|rabatte?|erstattung(en)?|storno|cr[ée]ditos?|reembolsos?|descuentos?|descontos?|estornos?|avoirs?|remises?|remboursements?|kredit|diskon)$`)
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
