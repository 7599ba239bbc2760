package page

import "strings"

// Thousands puts a comma between each three digits.
func Thousands(digits string) string {
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// Words writes a name of a report ("customer_service") as words.
func Words(name string) string { return strings.ReplaceAll(name, "_", " ") }

// IsZero reports whether a decimal string is zero, or says nothing.
func IsZero(decimal string) bool { return strings.Trim(decimal, "-0.") == "" }
