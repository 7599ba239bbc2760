package html

import (
	"waudit/audit/result"
	"waudit/report/page"
)

// firstRows is how many findings stand in the page as they are, for readers of
// mail, which run no scripts.
const firstRows = 25

// row is a finding in the table of a page whose scripts do not run.
type row struct {
	Check, Name, Who, When, What, Verdict, Text string
	Known                                       bool
	Money                                       []Headline
}

func rows(d *Document, order []int) []row {
	out := make([]row, 0, len(order))
	for _, i := range order {
		f := &d.Findings[i]
		r := row{
			Check: page.Clean(f.Check), Name: page.Clean(f.Name), Who: customer(f), What: page.Clean(page.Words(f.Category)),
			Verdict: page.Clean(string(f.Verdict)), Text: page.Clean(d.Zones.Text(f.WABA, f.Explanation)), Known: f.Known,
		}
		if f.ChargedAt != nil {
			r.When = d.Zones.Instant(f.WABA, *f.ChargedAt)
		}
		if a := f.Amount; a != nil {
			for _, m := range [...]Headline{{"overcharged", a.Overcharged, Over}, {"uncertain", a.Uncertain, Uncertain}, {"undercharged", a.Undercharged, Under}} {
				if !page.IsZero(m.Amount) {
					if a.Estimate {
						m.Name += " (estimate)"
					}
					m.Amount = page.Clean(a.Currency + " " + m.Amount)
					r.Money = append(r.Money, m)
				}
			}
		}
		out = append(out, r)
	}
	return out
}

// customer is whom a finding is about; of what is about nobody, the business number
// or account. script/data.js says the same.
func customer(f *result.Finding) string {
	switch {
	case f.Group != "":
		return "group " + page.Clean(f.Group)
	case f.User != "":
		return page.Clean(f.User)
	case f.UserID != "":
		return page.Clean(f.UserID)
	case f.Number != "":
		return "number " + page.Clean(f.Number)
	case f.WABA != "":
		return "account " + page.Clean(f.WABA)
	}
	return ""
}
