package container

import (
	"bytes"
	"io"

	"golang.org/x/text/encoding/unicode"
)

// toUTF8 returns the stream as UTF-8 if it is UTF-16, as spreadsheets and
// shells of Windows write it. The stream is then at its first byte again.
func toUTF8(s stream) (converted stream, ok bool) {
	order, ok := orderOfUTF16(s.rest)
	if !ok {
		return s, false
	}
	whole := io.MultiReader(bytes.NewReader(bytes.Clone(s.rest)), s.behind())
	return stream{r: readerOfUTF16(whole, order)}, true
}

// readerOfUTF16 returns the UTF-8 of UTF-16, of that order unless its first mark
// says another.
func readerOfUTF16(r io.Reader, order unicode.Endianness) io.Reader {
	return unicode.UTF16(order, unicode.UseBOM).NewDecoder().Reader(r)
}

// orderOfUTF16 tells UTF-16 by its byte order mark, or by zeros in every second
// of its first bytes: a file begins with letters, brackets and white space,
// whatever alphabets follow.
func orderOfUTF16(data []byte) (order unicode.Endianness, ok bool) {
	const enough = 16
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}):
		return unicode.LittleEndian, true
	case bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		return unicode.BigEndian, true
	case len(data) < 4:
		return order, false
	}
	var zeros [2]int // at even and at odd indexes
	n := min(len(data), enough) / 2
	for i := range n {
		for half := range zeros {
			if data[2*i+half] == 0 {
				zeros[half]++
			}
		}
	}
	switch zeros {
	case [2]int{0, n}:
		return unicode.LittleEndian, true
	case [2]int{n, 0}:
		return unicode.BigEndian, true
	}
	return order, false
}
