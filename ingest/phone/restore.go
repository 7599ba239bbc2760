package phone

import (
	"strings"

	"waudit/ingest/notation"
)

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
