// Package letters is what pictures and PDFs are written with: a font of Latin, Greek
// and Cyrillic letters, which is compiled in, so that they look the same everywhere.
package letters

import (
	"strconv"
	"strings"
	"sync"

	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"

	"waudit/report/page"
)

// Regular is the font as a file of TrueType has it.
func Regular() []byte { return goregular.TTF }

// Bold is for headings.
func Bold() []byte { return gobold.TTF }

// Fonts are the parsed fonts, plain and bold.
var Fonts = sync.OnceValues(func() (plain, bold *sfnt.Font) {
	parse := func(data []byte) *sfnt.Font {
		f, err := opentype.Parse(data)
		if err != nil {
			panic(err) // it is compiled in
		}
		return f
	}
	return parse(Regular()), parse(Bold())
})

// Drawable makes a text harmless, and writes what the font has no letter for as an
// escape.
func Drawable(text string) string {
	var out strings.Builder
	var memory sfnt.Buffer
	font, _ := Fonts()
	for _, r := range page.Clean(text) {
		if i, err := font.GlyphIndex(&memory, r); err == nil && i != 0 && r <= 0xffff {
			out.WriteRune(r)
			continue
		}
		quoted := strconv.QuoteRuneToASCII(r)
		out.WriteString(quoted[1 : len(quoted)-1])
	}
	return out.String()
}
