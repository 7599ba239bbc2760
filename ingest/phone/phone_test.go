package phone

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestSame holds the rules that make two forms one phone, and their limits.
func TestSame(t *testing.T) {
	for name, tt := range map[string]struct {
		a, b string
		same bool
	}{
		"itself":                            {"15551230001", "15551230001", true},
		"the prefix 00":                     {"0015551230001", "15551230001", true},
		"a short number keeps its zeros":    {"00123", "123", false},
		"no country begins with 0":          {"00015551230001", "015551230001", false},
		"Brazil, the ninth digit":           {"5511987654321", "551187654321", true},
		"Brazil, 00 and the ninth digit":    {"005511987654321", "551187654321", true},
		"Brazil, a landline":                {"5511932165432", "551132165432", false},
		"Brazil, another first digit":       {"5511887654321", "551187654321", false},
		"Brazil, no such area":              {"5510987654321", "551087654321", false},
		"Brazil, another area":              {"5511987654321", "552187654321", false},
		"Mexico, the 1":                     {"5215512345678", "525512345678", true},
		"Mexico, no area begins with 1":     {"5211512345678", "521512345678", false},
		"Argentina, the 9":                  {"5491123456789", "541123456789", true},
		"Argentina, the 15 of an area of 2": {"54111523456789", "5491123456789", true},
		"Argentina, the 15 of an area of 3": {"54341155123456", "5493415123456", true},
		"Argentina, the 15 of an area of 4": {"54290115412345", "5492901412345", true},
		"Argentina, a 15 elsewhere":         {"54112153456789", "5491123456789", false},
		"Argentina, no such area":           {"5495512345678", "545512345678", false},
		"Peru is no Brazil":                 {"5111987654321", "511187654321", false},
		"two countries":                     {"525512345678", "545512345678", false},
		"nothing":                           {"", "55", false},
	} {
		t.Run(name, func(t *testing.T) {
			if Same(tt.a, tt.b) != tt.same || Same(tt.b, tt.a) != tt.same {
				t.Errorf("Same(%s, %s) is not %v", tt.a, tt.b, tt.same)
			}
		})
	}
}

// digits draws what looks like phones of the countries with rules, and others.
func digits() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		start := rapid.SampledFrom([]string{"55", "5511", "55119", "521", "52", "549", "54", "5411", "541115", "5434115", "1", "0055", "00", ""}).Draw(t, "start")
		return start + rapid.StringMatching(`[0-9]{0,13}`).Draw(t, "rest")
	})
}

// TestCanonical: the canonical form is a form of the phone and its own; it is
// shorter by the digits of the rules only, and both ways to it agree.
func TestCanonical(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := digits().Draw(t, "phone")
		c := Canonical(p)
		if again := Canonical(c); again != c {
			t.Errorf("Canonical(%s) = %s, of which it is %s", p, c, again)
		}
		if got := string(AppendCanonical([]byte("x"), p)); got != "x"+c {
			t.Errorf("AppendCanonical(%s) = %s, want x%s", p, got, c)
		}
		if !Same(p, c) || c != p && !Varies(p) {
			t.Errorf("Canonical(%s) = %s is another phone", p, c)
		}
		if bare := Bare(p); len(bare)-len(c) > 2 || c[:min(2, len(c))] != bare[:min(2, len(bare))] {
			t.Errorf("Canonical(%s) = %s drops more than the rules say", p, c)
		}
	})
}

// TestForms: a phone's forms are those that are the same phone, and each has
// the same forms.
func TestForms(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, other := digits().Draw(t, "phone"), digits().Draw(t, "other")
		forms := Forms(p)
		if !slices.Contains(forms, p) || !slices.Contains(forms, Bare(p)) || slices.Contains(forms, Bare(other)) != Same(p, other) {
			t.Errorf("Forms(%s) = %v; of %s it is %v that it is the same", p, forms, other, Same(p, other))
		}
		for _, form := range forms {
			if again := Forms(form); !slices.Equal(again, forms) {
				t.Errorf("Forms(%s) = %v, but Forms(%s) = %v", p, forms, form, again)
			}
		}
	})
}

// TestFormsOf: whichever form is known, all others are among its forms.
func TestFormsOf(t *testing.T) {
	for _, forms := range [][]string{
		{"5511987654321", "551187654321"}, {"5215512345678", "525512345678"}, {"5491123456789", "541123456789", "54111523456789"},
		{"15550177001", "0015550177001"},
	} {
		for _, known := range forms {
			for _, want := range forms {
				if got := Forms(known); !slices.Contains(got, want) {
					t.Errorf("forms of %s are %v, without %s", known, got, want)
				}
			}
		}
	}
}

// TestLookup: every way to write the number of somebody in a log finds him, and
// nobody else.
func TestLookup(t *testing.T) {
	log := []string{
		"15551230001", "12025550123", "551187654321", "551187654322", "5215512345678", "541123456789", "4915112345678", "447700900123",
		"919876543210", "79161234567", "36201234567", "390612345678", "3531234567", "8615551230001",
		"US.1000000001", "120363000000000001@g.us", "R3JvdXBPdXJz==", "11",
	}
	for typed, want := range map[string]string{
		"+1 (555) 123-0001":                     "15551230001",
		"15551230001":                           "15551230001", // not 155 5123 0001 in China
		"whatsapp:+15551230001":                 "15551230001",
		"TEL:+1-555-123-0001;ext=5":             "15551230001",
		"https://wa.me/15551230001":             "15551230001",
		"15551230001@s.whatsapp.net":            "15551230001",
		"15551230001:12@s.whatsapp.net":         "15551230001",
		"15551230001@c.us":                      "15551230001",
		"\u202a+1\u00a0555\u2011123.0001\u202c": "15551230001",
		"'+12025550123":                         "12025550123",
		"+1 202 555 0123 ext 5":                 "12025550123",
		"202.555.0123":                          "12025550123",
		"+1/202/5550123":                        "12025550123",
		"011 1 202 555 0123":                    "12025550123",
		"0011 49 151 12345678":                  "4915112345678",
		"+55 (11) 98765-4321":                   "551187654321",
		"0055 11 8765 4321":                     "551187654321",
		"011 98765-4321":                        "551187654321",
		"(11) 98765-4322":                       "551187654322",
		"+52 55 1234 5678":                      "5215512345678",
		"+54 11 15 2345-6789":                   "541123456789",
		"011 15 2345-6789":                      "541123456789",
		"+49 (0)151 12345678":                   "4915112345678",
		"+49 0151 12345678":                     "4915112345678",
		"0151/12345678":                         "4915112345678",
		"tel:+44-(0)7700-900123":                "447700900123",
		"07700 900123":                          "447700900123",
		"9876543210":                            "919876543210",
		"8 916 123-45-67":                       "79161234567",
		"06 20 123 4567":                        "36201234567",
		"06 1234 5678":                          "390612345678",
		"155 5123 0001":                         "15551230001",
		"0 155 5123 0001":                       "8615551230001",
		"US.1000000001":                         "US.1000000001",
		" 120363000000000001@g.us ":             "120363000000000001@g.us",
		"R3JvdXBPdXJz==":                        "R3JvdXBPdXJz==",
		"11":                                    "11",
		"1":                                     "", // no national number is as short
		"+9876543210":                           "",
		"+1 20 255":                             "",
		" ":                                     "",
		"+":                                     "",
	} {
		var found []string
		for _, asked := range Lookup(typed) {
			for _, who := range log {
				if asked.Is(who, "", "", "") || asked.Is("", who, "", "") || asked.Is("", "", who, "") || asked.Is("", "", "", who) {
					found = append(found, who)
				}
			}
			if len(found) > 0 {
				break
			}
		}
		if got := strings.Join(found, " "); got != want {
			t.Errorf("%q finds %q, want %q", typed, got, want)
		}
	}
	if all := Lookup(""); !all[0].Is("1", "", "", "") {
		t.Error("who asks for nobody does not get everybody")
	}
}

// TestLookupNeverFails: whatever is typed, something is looked for, and it is found
// by itself and wherever it is looked for.
func TestLookupNeverFails(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		typed := rapid.OneOf(rapid.StringMatching(`\S.{0,8}\S`), rapid.StringMatching(`[+(]?[0-9(). -]{4,20}`), digits()).Draw(t, "typed")
		if strings.TrimFunc(typed, blank) != typed || strings.HasPrefix(typed, "'") || strings.ContainsAny(typed[:min(1, len(typed))], `='"`) {
			t.Skip("blanks and quotes around it are taken away, so that it is not found as it was typed")
		}
		for _, asked := range Lookup(typed) {
			if typed != "" && asked.id != "" && !asked.Is("", "", typed, "") {
				t.Errorf("%q is not asked for by itself", typed)
			}
			for number := range asked.numbers {
				if !asked.Is("", number, "", "") || !asked.Anywhere(func(form string) bool { return form == number }) {
					t.Errorf("%q stands for %s, which is not found", typed, number)
				}
			}
		}
	})
}

func BenchmarkAppendCanonical(b *testing.B) {
	for name, p := range map[string]string{"other": "15551230001", "brazil": "5511987654321", "argentina": "54111523456789"} {
		b.Run(name, func(b *testing.B) {
			var buf [32]byte
			for b.Loop() {
				AppendCanonical(buf[:0], p)
			}
		})
	}
}
