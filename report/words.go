package report

import (
	"cmp"
	"strconv"
	"strings"

	"waudit/audit/result"
	"waudit/report/page"
)

func orUnknown(s string) string { return cmp.Or(s, "unknown") }

// phrase keeps the words of s on one line.
func phrase(s string) string { return strings.ReplaceAll(s, " ", page.NoBreak) }

// count writes a number for a person: 1,204,332.
func count(n int64) string {
	s := strconv.FormatInt(n, 10)
	if n < 0 {
		return "-" + page.Thousands(s[1:])
	}
	return page.Thousands(s)
}

// counted writes a number of things: "1 finding", "1,204 findings".
func counted(n int64, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return phrase(count(n) + " " + thing)
}

// amount writes a decimal string for a person: "1,204.3300". It never rounds.
func amount(s string) string {
	whole, fraction, point := strings.Cut(s, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	if strings.Trim(whole+fraction, "0123456789") != "" {
		return page.Clean(s)
	}
	if point {
		fraction = "." + fraction
	}
	return sign + page.Thousands(whole) + fraction
}

// cash writes an amount with its currency: "USD 1,204.3300".
func cash(currency, value string) string {
	if currency == "" {
		return amount(value)
	}
	return page.Clean(currency) + page.NoBreak + amount(value)
}

// percent writes a share, a decimal string from 0 to 1, as a percentage. It
// never rounds: what is not all is never shown as 100%.
func percent(share string) string {
	whole, fraction, _ := strings.Cut(share, ".")
	if share == "" || strings.Trim(whole+fraction, "0123456789") != "" {
		return page.Clean(orUnknown(share))
	}
	fraction += strings.Repeat("0", max(0, 2-len(fraction)))
	n := cmp.Or(strings.TrimLeft(whole+fraction[:2], "0"), "0")
	if rest := strings.TrimRight(fraction[2:], "0"); rest != "" {
		n += "." + rest
	}
	return n + "%"
}

// and joins the parts of a sentence: "a", "a and b", "a, b and c".
func and(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	last := len(parts) - 1
	return strings.Join(parts[:last], ", ") + " and " + parts[last]
}

// spaced writes a name of the report as clean words.
func spaced(name string) string { return page.Clean(page.Words(name)) }

// names are what people call accounts, by WABA id.
type names map[string]string

func namesOf(run *result.Run) names {
	n := names{}
	for _, a := range run.Accounts {
		if a.Name != "" {
			n[a.WABA] = a.Name
		}
	}
	return n
}

// of is what people call an account: its name, else its id.
func (n names) of(waba string) string { return cmp.Or(n[waba], waba) }

// brief writes an account for a line of text: by its name if no other has it.
func (n names) brief(waba string) string {
	name := n[waba]
	for other, its := range n {
		if its == name && other != waba {
			return n.full(waba)
		}
	}
	if name == "" {
		return n.full(waba)
	}
	return brief(name)
}

// full writes an account by its name and id: "Acme Brazil (102290129340398)".
func (n names) full(waba string) string {
	if name := n[waba]; name != "" {
		return brief(name) + " (" + brief(waba) + ")"
	}
	return orUnknown(brief(waba))
}

// orOthers names the account of a group, or says that it is of several.
func (n names) orOthers(g result.GroupTotal) string {
	if g.Others {
		return "other accounts"
	}
	return n.brief(g.Key)
}
