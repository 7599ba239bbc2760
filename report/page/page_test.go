package page_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"waudit/report/page"
)

// words are texts with spaces of both kinds, wide characters and long words.
func words() *rapid.Generator[string] {
	return rapid.StringOf(rapid.RuneFrom([]rune("  \u00a0abc.é世🙂-")))
}

// letters leaves out what laying out may change.
func letters(s string) string {
	return strings.NewReplacer(" ", "", "\n", "", page.NoBreak, "").Replace(s)
}

func TestTextKeepsWithinThePage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, width, indent := words().Draw(t, "text"), rapid.IntRange(40, 60).Draw(t, "width"), rapid.IntRange(0, 10).Draw(t, "indent")
		p := page.New(width, false)
		p.Text(indent, text)
		for line := range strings.SplitSeq(p.String(), "\n") {
			if page.Width(line) > width {
				t.Fatalf("%d columns: %q", page.Width(line), line)
			}
		}
		if letters(p.String()) != letters(text) {
			t.Fatalf("%q became %q", text, p)
		}
	})
}

func TestLayout(t *testing.T) {
	const url = "https://example.org/a/very/long/address/that/fits/on/no/line"
	for _, c := range []struct {
		name string
		do   func(*page.Page)
		want string
	}{
		{"words stay whole", func(p *page.Page) { p.Text(2, "the customer service window was open when it was sent") },
			"  the customer service window was open\n  when it was sent\n"},
		{"phrases stay whole", func(p *page.Page) { p.Text(0, "the window was open, for a charge of USD"+page.NoBreak+"0.0034") },
			"the window was open, for a charge of\nUSD 0.0034\n"},
		{"long words are cut", func(p *page.Page) { p.Hang("see ", url+" there") },
			"see https://example.org/a/very/long/addr\n    ess/that/fits/on/no/line there\n"},
		{"wide characters take two columns", func(p *page.Page) { p.Text(0, strings.Repeat("世", 21)) },
			strings.Repeat("世", 20) + "\n世\n"},
		{"items are kept together", func(p *page.Page) { p.Items("- ", "a first item", "", "a second item", "a third item") },
			"- a first item · a second item\n  a third item\n"},
		{"clipped", func(p *page.Page) { p.Clip("  ", url) },
			"  https://example.org/a/very/long/addre…\n"},
		{"nothing", func(p *page.Page) { p.Blank(); p.Text(2, ""); p.Blank(); p.Blank() }, "\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := page.New(40, false)
			c.do(p)
			if diff := cmp.Diff(c.want, p.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestTable(t *testing.T) {
	columns := []page.Column{{Name: "file", Shrink: true}, {Name: "records", Right: true}}
	for _, c := range []struct {
		name string
		rows [][]string
		want string
	}{
		{"fits", [][]string{{"日本.json", "12"}, {"b", "1,204"}},
			"  file       records\n  日本.json       12\n  b            1,204\n"},
		{"shrinks", [][]string{{"logs/2025/08/04/webhooks.ndjson.gz", "12"}, {"b", "1"}},
			"  file                           records\n  logs/2025…/webhooks.ndjson.gz       12\n  b                                    1\n"},
		{"becomes a list", [][]string{{"a file", strings.Repeat("9", 38)}, {"b", ""}},
			"  file a file\n  records\n  99999999999999999999999999999999999999\n  file b\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := page.New(40, false)
			p.Table(2, columns, c.rows)
			if diff := cmp.Diff(c.want, p.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Colours take no columns.
func TestPaint(t *testing.T) {
	p := page.New(40, true)
	red := p.Paint(page.Red, "0.0034")
	if red != "\x1b[38;5;196m0.0034\x1b[0m" || page.Width(red) != 6 {
		t.Errorf("got %q of %d columns", red, page.Width(red))
	}
	if got := page.New(40, false).Paint(page.Red, "0.0034"); got != "0.0034" {
		t.Errorf("got %q", got)
	}
	p.Table(0, []page.Column{{Name: "a", Right: true}, {Name: "b"}}, [][]string{{red, "x"}, {"12345678", "y"}})
	if diff := cmp.Diff("       a  b\n  "+red+"  x\n12345678  y\n", p.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestInksContrast: every colour can be read on black and on white: its contrast by
// WCAG 2 is at least 4 on either.
func TestInksContrast(t *testing.T) {
	for _, ink := range []page.Ink{page.Red, page.Green, page.Yellow, page.Cyan} {
		var n int
		if _, err := fmt.Sscanf(string(ink), "38;5;%d", &n); err != nil || n < 16 || n > 231 {
			t.Fatalf("%s is not in the cube of 6 by 6 by 6 colours", ink)
		}
		luminance := 0.0
		for i, weight := range [...]float64{0.2126, 0.7152, 0.0722} { // red, green, blue
			level := [...]float64{0, 95, 135, 175, 215, 255}[(n-16)/[...]int{36, 6, 1}[i]%6] / 255
			if level <= 0.03928 {
				luminance += weight * level / 12.92
			} else {
				luminance += weight * math.Pow((level+0.055)/1.055, 2.4)
			}
		}
		onBlack, onWhite := (luminance+0.05)/0.05, 1.05/(luminance+0.05)
		if min(onBlack, onWhite) < 3.99 {
			t.Errorf("%s: %.2f on black, %.2f on white", ink, onBlack, onWhite)
		}
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"order_update, né 世 🙂": "order_update, né 世 🙂",
		"\x1b[2J":              `\x1b[2J`,
		"a\r\nb\tc\x7f":        `a\r\nb\tc\x7f`,
		"\u009b31m":            `\u009b31m`,
		"\u202egnp.exe":        `\u202egnp.exe`,
		"a\u2028b\u00a0c":      `a\u2028b\u00a0c`,
		"\xff\xc3":             `\xff\xc3`,
		"\ufffd":               "\ufffd",
	} {
		if got := page.Clean(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestCleanIsPrintable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })).Draw(t, "s")
		got := page.Clean(s)
		if !utf8.ValidString(got) || strings.ContainsFunc(got, func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Fatalf("%q became %q", s, got)
		}
		if page.Clean(got) != got {
			t.Fatalf("%q became %q", got, page.Clean(got))
		}
	})
}

// A log may hold a text as long as a record may be.
func TestLongTextTakesLinearTime(t *testing.T) {
	p := page.New(100, false)
	for _, text := range []string{strings.Repeat("世", 1<<18), strings.Repeat("世"+page.NoBreak, 1<<18), strings.Repeat("世 ", 1<<18)} {
		p.Text(0, text)
		p.Clip("", page.Shorten(text, 30))
	}
	if n := strings.Count(p.String(), "世"); n < 3<<18 {
		t.Errorf("%d characters arrived", n)
	}
}

func TestShorten(t *testing.T) {
	for _, c := range []struct {
		in      string
		columns int
		want    string
	}{
		{"wamid.short", 11, "wamid.short"},
		{"wamid.HBgLMTU1NTEyMzAwMDEV", 13, "wami…MzAwMDEV"},
		{"世界世界世界", 8, "世…世界"},
		{"abcdef", 3, "a…f"},
	} {
		if got := page.Shorten(c.in, c.columns); got != c.want || page.Width(got) > c.columns {
			t.Errorf("%s in %d: got %s, want %s", c.in, c.columns, got, c.want)
		}
	}
}
