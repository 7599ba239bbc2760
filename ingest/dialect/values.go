package dialect

// PhoneDigits returns the digits of a phone as people write it, "" if it is none.
func PhoneDigits(s string) string { return phoneDigits(s) }

// IsUserID reports whether a text is a business-scoped user id, "US.1000000001".
func IsUserID(s string) bool { return isBusinessScoped(s) }
