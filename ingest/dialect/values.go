package dialect

// ParseTime reads an instant, Unix milliseconds: Unix seconds or milliseconds,
// or RFC 3339. It is false for what names no zone, and for no time at all.
func ParseTime(s string) (ms int64, ok bool) {
	ms, fault := readTimeText(s)
	return ms, fault == timeGood
}

// PhoneDigits returns the digits of a phone as people write it, "" if it is none.
func PhoneDigits(s string) string { return phoneDigits(s) }
