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

// form says which digits of a phone are its canonical form: those from one index
// on, but for those of the cut.
type form struct {
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
	f := formOf(phone)
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
	f := formOf(phone)
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

// formOf applies the rules to a phone.
func formOf(phone string) form {
	number := Bare(phone)
	from := len(phone) - len(number)
	cutFrom, cutTo := redundant(number)
	return form{from: from, cutFrom: from + cutFrom, cutTo: from + cutTo}
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
