// Package phone knows the forms in which one phone number is written.
//
// What a person dials, what a provider stores and the wa_id that Meta reports
// differ in three countries. These rules make one of them, and nothing else:
//
//   - Brazil put a 9 before its mobile numbers of eight digits; the wa_id of
//     many goes without it. Landlines have eight digits too, but begin with 2 to
//     5, so that only what begins with 6 to 9 is the same mobile number.
//     https://www.zoko.io/learning-article/whatsapp-id-brazil-mexico
//   - Mexico had a 1 between 52 and mobile numbers, until August 2019; many a
//     wa_id still has it. https://en.wikipedia.org/wiki/Telephone_numbers_in_Mexico
//   - Argentina has a 9 between 54 and mobile numbers when called from abroad,
//     and a 15 behind the area code when called from within. Both only say who
//     pays: the ten digits without them are one number in a plan that mobile
//     and fixed lines share.
//     https://support.toku.co/hc/en-us/articles/28286847786649-Identifying-an-Argentina-Mobile-number
//
// The international prefix 00 is left out wherever it stands: no country code
// begins with 0. A library with a full table of the world's numbers joins only
// some of these forms (neither Brazil's 9 nor Mexico's 1), takes much longer, and
// adds a quarter to the size of the program.
package phone

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"waudit/audit/event"
	"waudit/ingest/notation"
)

// canonicalDigits says which digits of a phone are its canonical form: those from one index
// on, but for those of the cut.
type canonicalDigits struct {
	from           int
	cutFrom, cutTo int
}

// Varies reports whether a phone may be written in several forms. It is false
// at once for nearly all countries.
func Varies(phone string) bool {
	if len(phone) < 2 {
		return false
	}
	switch phone[0] {
	case '5':
		return phone[1] == '5' || phone[1] == '2' || phone[1] == '4'
	case '0':
		return phone[1] == '0'
	}
	return false
}

// Canonical returns the one form that stands for all forms of a phone, given in
// digits. It is made to be compared, and not always what anybody dials.
func Canonical(phone string) string {
	if !Varies(phone) {
		return phone
	}
	f := canonicalOf(phone)
	if f.cutFrom == f.cutTo {
		return phone[f.from:]
	}
	return phone[f.from:f.cutFrom] + phone[f.cutTo:]
}

// AppendCanonical appends the canonical form of a phone.
func AppendCanonical(dst []byte, phone string) []byte {
	if !Varies(phone) {
		return append(dst, phone...)
	}
	f := canonicalOf(phone)
	dst = append(dst, phone[f.from:f.cutFrom]...)
	return append(dst, phone[f.cutTo:]...)
}

// Same reports whether both are forms of one phone.
func Same(a, b string) bool {
	if a == b {
		return true
	}
	if !Varies(a) && !Varies(b) {
		return false
	}
	var x, y [24]byte
	return string(AppendCanonical(x[:0], a)) == string(AppendCanonical(y[:0], b))
}

// Bare returns the phone without the prefix 00.
func Bare(phone string) string {
	if len(phone) >= 2+shortest && phone[:2] == "00" && phone[2] != '0' {
		return phone[2:]
	}
	return phone
}

// shortest is the length of the shortest phone, of whose leading 00 it is sure
// that they are no part of it: country code and subscriber.
const shortest = 7

// canonicalOf applies the rules to a phone.
func canonicalOf(phone string) canonicalDigits {
	number := Bare(phone)
	from := len(phone) - len(number)
	cutFrom, cutTo := redundant(number)
	return canonicalDigits{from: from, cutFrom: from + cutFrom, cutTo: from + cutTo}
}

// redundant returns which digits the canonical form of a number goes without,
// from and to; the number's end twice if none.
func redundant(number string) (from, to int) {
	switch n := len(number); {
	case n == 13 && number[:2] == "55" && number[4] == '9' && number[2] >= '1' && number[3] >= '1' && number[5] >= '6':
		return 4, 5 // Brazil: the area, 9, and a mobile number of the eight digits that it had before
	case n == 13 && number[:3] == "521" && number[3] >= '2':
		return 2, 3 // Mexico: 1, and ten digits, the first of which is never 0 or 1
	case n == 13 && number[:3] == "549":
		if least, _ := argentineArea(number[3:]); least > 0 {
			return 2, 3 // Argentina: 9, and ten digits
		}
	case n == 14 && number[:2] == "54":
		least, most := argentineArea(number[2:])
		for area := least; area > 0 && area <= most; area++ {
			if number[2+area:4+area] == "15" {
				return 2 + area, 4 + area // Argentina: the area, 15, and what makes ten digits with the area
			}
		}
	}
	return len(number), len(number)
}

// argentineArea returns how many digits the area of a national number has at
// least and at most: that of Buenos Aires is 11, others have three or four and
// begin with 2 or 3. It is 0 for what begins as no area does.
func argentineArea(national string) (least, most int) {
	switch {
	case national[:2] == "11":
		return 2, 2
	case national[0] == '2', national[0] == '3':
		return 3, 4
	}
	return 0, 0
}

// Search is whom a person may mean.
type Search struct {
	all     bool            // everybody
	id      string          // a business-scoped user id, a group id or a pseudonym
	numbers map[string]bool // phones in their canonical form
}

// Lookup returns whom a person means by a text: nobody in particular if it is
// empty, else whoever has it for an id, or for a phone in any form. Where that is
// nobody, the next meaning may be tried: a number that is written as within its
// country is that of any country in which it is one.
func Lookup(typed string) []Search {
	if typed == "" {
		return []Search{{all: true}}
	}
	text := strings.TrimFunc(strings.TrimLeft(strings.TrimFunc(typed, blank), `='"`), blank) // of a cell of a table
	first := Search{id: text}
	digits, abroad := digitsOf(text)
	if digits == "" {
		return []Search{first}
	}
	first.numbers = set(digits)
	if within := set(withCountry(digits, abroad)...); len(within) > 0 {
		return []Search{first, {numbers: within}}
	}
	return []Search{first}
}

// Meaning says for a person what is looked for: a phone as it is with its country's
// code, or an id as it is written. A number that may be of many countries is said to
// be one.
func (a *Search) Meaning() string {
	switch n := len(a.numbers); {
	case n == 1:
		for number := range a.numbers {
			forms := slices.DeleteFunc(Forms(number), func(form string) bool { return strings.HasPrefix(form, "00") })
			return "phone " + strings.Join(forms, " or ")
		}
	case n > 1:
		return "a phone without the code of its country, looked for in " + strconv.Itoa(n) + " forms"
	}
	return "id " + a.id
}

// set returns the numbers in their canonical form.
func set(numbers ...string) map[string]bool {
	canonical := make(map[string]bool, len(numbers))
	for _, n := range numbers {
		canonical[Canonical(n)] = true
	}
	return canonical
}

// Is reports whether a customer, or a member of a group, is meant by one of the ids.
func (a *Search) Is(user, participant, userID, group string) bool {
	_, bare := event.ChannelOf(userID)
	return a.all || a.numbers[Canonical(user)] || a.numbers[Canonical(participant)] ||
		a.id != "" && (userID == a.id || bare == a.id || group == a.id || participant == a.id)
}

// Anywhere reports whether has is true of the id, or of any form of the phones.
func (a *Search) Anywhere(has func(string) bool) bool {
	for c := range event.NumChannels {
		if a.id != "" && has(c.ID(a.id)) {
			return true
		}
	}
	for number := range a.numbers {
		if slices.ContainsFunc(Forms(number), has) {
			return true
		}
	}
	return false
}

// Forms returns every form of a phone in order, with the prefix 00 and without.
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
	for _, form := range forms {
		if Bare("00"+form) == form {
			forms = append(forms, "00"+form)
		}
	}
	slices.Sort(forms)
	return slices.Compact(forms)
}

// What programs put before a phone and behind it, and the 0 of calls within the
// country: "tel:+44-(0)7700-900123;ext=5", "https://wa.me/15551230001",
// "15551230001:7@s.whatsapp.net".
var (
	before    = regexp.MustCompile(`^(?i)(whatsapp:|tel:|(https://)?wa\.me/)*`)
	behind    = regexp.MustCompile(`(?i)[\s,;]*(ext[.=]?|x|#)\s*\d{1,6}$`)
	account   = regexp.MustCompile(`(?i)(:\d+)?@(s\.whatsapp\.net|c\.us)$`)
	trunkZero = regexp.MustCompile(`\(0\)`)
)

// digitsOf returns the digits of a phone as people write, copy and link it, ""
// for what is none: "+55 (11) 98765-4321", "whatsapp:+15551230001". It is as from
// abroad if it begins with the code of its country for sure.
func digitsOf(text string) (digits string, abroad bool) {
	number := account.ReplaceAllString(text, "")
	abroad = number != text
	number = strings.TrimFunc(before.ReplaceAllString(behind.ReplaceAllString(number, ""), ""), blank)
	if rest, ok := strings.CutPrefix(number, "+"); ok {
		number, abroad = rest, true
	}
	digits = strings.Map(func(r rune) rune {
		if blank(r) || unicode.Is(unicode.Pd, r) || strings.ContainsRune("+()./", r) {
			return -1
		}
		return r
	}, trunkZero.ReplaceAllString(number, ""))
	if strings.Trim(digits, "0123456789") != "" {
		return "", false
	}
	return digits, abroad || Bare(digits) != digits
}

// withCountry returns the numbers, with the codes of their countries, that digits
// may stand for beside themselves.
func withCountry(digits string, abroad bool) (numbers []string) {
	add := func(country, national string) {
		if number := country + national; len(national) >= shortestNational && len(number) <= longest {
			numbers = append(numbers, number)
		}
	}
	number := Bare(digits)
	if n := countryCode(number); n < len(number) && number[n] == '0' {
		add(number[:n], number[n+1:]) // +44 07700 900123
	}
	for _, prefix := range [...]string{"011", "0011", "010"} { // of calls to another country, beside 00
		if rest, ok := strings.CutPrefix(digits, prefix); ok {
			add("", rest)
		}
	}
	if abroad {
		return numbers
	}
	for code := 1; code < 1000; code++ {
		country := strconv.Itoa(code)
		if countryCode(country) != len(country) {
			continue
		}
		add(country, digits) // in Italy the 0 belongs to the number
		add(country, strings.TrimPrefix(digits, "0"))
		if national, ok := strings.CutPrefix(digits, trunks[country]); ok {
			add(country, national)
		}
	}
	return numbers
}

// trunks are what is dialled before a number within countries where it is not 0.
var trunks = map[string]string{"7": "8", "36": "06", "370": "8", "375": "80"}

// How long numbers are, by ITU-T E.164 at most.
const (
	shortestNational = 6
	longest          = 15
)

// countryCode returns how many digits the code has of the country whose number
// begins so: ITU-T E.164 gives 1 and 7 to one zone each, the tens below two
// digits, and three to all others.
func countryCode(number string) int {
	if number == "" || number[0] == '1' || number[0] == '7' {
		return 1
	}
	const two = "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98"
	if len(number) > 1 && strings.Contains(two, number[:2]) {
		return 2
	}
	return 3
}

// blank reports whether a sign is a space, or one of those unseen marks of
// direction that come along when a number is copied from an address book.
func blank(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) }

// Lost is what is wrong with a phone that Restore cannot restore.
const Lost = "is a phone that was made a number and has lost digits; export the column as text"

// Restore takes off a phone what other programs have put on: "whatsapp:", and what
// a spreadsheet has made of it: the ".0" of a fraction, or powers of ten. A number
// of its own type still has all digits then; as text it has lost some.
func Restore(text string, isNumber bool) (phone string, lost bool) {
	phone = strings.TrimPrefix(text, "whatsapp:")
	if whole, ok := strings.CutSuffix(phone, ".0"); ok && whole != "" && notation.IsDigits(whole) {
		return whole, false
	}
	if len(phone) < 4 || phone[0]-'0' > 9 || !strings.ContainsAny(phone, "eE") {
		return phone, false
	}
	whole, fraction, isDecimal := strings.Cut(notation.PlainDecimal(phone), ".")
	switch {
	case !isDecimal || !notation.IsDigits(whole):
		return phone, false
	case isNumber && fraction == "":
		return whole, false
	}
	return "", true
}
