package textlog

import "bytes"

// AppendPlain appends text without the colours with which terminals are told to show
// it, as console.log, jq and awesome_print write them. Where the text ends in what may
// be the beginning of one, open is how many bytes that has: more of the text will tell.
func AppendPlain(dst, text []byte) (plain []byte, open int) {
	for {
		at := bytes.IndexByte(text, '\x1b')
		if at < 0 {
			return append(dst, text...), 0
		}
		dst = append(dst, text[:at]...)
		text = text[at:]
		n := len("\x1b[")
		for n < len(text) && (text[n]-'0' <= 9 || text[n] == ';' || text[n] == ':' || text[n] == '?') {
			n++
		}
		switch {
		case len(text) > 1 && text[1] != '[' || n > longestColour:
			dst, text = append(dst, '\x1b'), text[1:] // no colour
		case n >= len(text):
			return append(dst, text...), len(text)
		case (text[n]|0x20)-'a' > 25:
			dst, text = append(dst, '\x1b'), text[1:]
		default:
			text = text[n+1:]
		}
	}
}

// longestColour is more than any of them has, in bytes.
const longestColour = 32
