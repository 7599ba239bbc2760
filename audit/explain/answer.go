package explain

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"waudit/audit/check"
	"waudit/audit/price"
	"waudit/audit/reading"
	"waudit/audit/result"
	"waudit/audit/window"
)

// mostSentences is how long an answer is, so that it can be read to a customer.
const mostSentences = 3

// order is that in which the answer speaks of messages.
var order = []Ruling{Wrong, Uncertain, TooLittle, Right, Unknown, Undelivered, Free}

// answer says in a few sentences what was charged, whether that is right, and why.
func (p *pairAnswer) answer(q *Query) []string {
	if len(p.asked) == 0 {
		return p.nothing(q)
	}
	groups := p.groups()
	var out []string
	rest := groups
	switch {
	case len(p.asked) == 1:
		e := p.asked[0]
		out = append(out, p.single(e))
		out = append(out, p.reasons(e)...)
		rest = nil
	case len(groups) == 1 && groups[0].why.text != "":
		out = append(out, strings.TrimSuffix(p.headline(), ".")+": "+strings.TrimSuffix(following(groups[0].why.of(len(p.asked))), ".")+".")
		rest = nil
	default:
		out = append(out, p.headline())
	}
	for i := range rest {
		g := &rest[i]
		if len(out) >= mostSentences {
			break
		}
		if (g.ruling == Free || g.ruling == Undelivered) && len(rest) > i+1 && i > 0 {
			continue // what is free for several reasons is told below
		}
		out = append(out, p.ofGroup(g))
	}
	for _, e := range p.asked {
		if e.note != "" && len(out) < mostSentences && !slices.Contains(out, sentence(e.note)) {
			out = append(out, sentence(e.note))
		}
	}
	return out
}

// nothing says of a customer to whom no message was sent in the period what there is.
func (p *pairAnswer) nothing(q *Query) []string {
	if q.Contact != nil {
		for i := range p.x.Events.Len() {
			if e := p.x.Events.At(i); !e.Kind.Outbound() && q.Contact(e) {
				out := []string{"This is a message or call of the customer (" + p.at(e.Time) + "), which costs nothing itself."}
				if window.Opens(e) == reading.Yes {
					out = append(out, "It opens a window of 24 hours in which the business may answer in its own words (until "+p.at(e.Time+window.ServiceLength)+").")
				}
				return out
			}
		}
	}
	return []string{fmt.Sprintf("Nothing was charged: in this time the business sent no message to this customer, who wrote or called %s.", check.Times(len(p.out.Contacts)))}
}

// alikeMessages is messages of which one sentence speaks.
type alikeMessages struct {
	ruling  Ruling
	why     reason
	entries []*ruled
}

// groups puts together what is asked for by ruling and reason: what is wrong first, and
// of what is right the latest, since who asks knows of the first.
func (p *pairAnswer) groups() (all []alikeMessages) {
	for _, e := range p.asked {
		i := slices.IndexFunc(all, func(g alikeMessages) bool {
			return g.ruling == e.ruling && g.why.key == e.why.key && (e.why.key != "" || g.why.text == e.why.text)
		})
		if i < 0 {
			i = len(all)
			all = append(all, alikeMessages{ruling: e.ruling, why: e.why})
		}
		all[i].entries = append(all[i].entries, e)
	}
	slices.SortStableFunc(all, func(a, b alikeMessages) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.ruling), slices.Index(order, b.ruling)), cmp.Compare(b.last(), a.last()))
	})
	return all
}

func (g *alikeMessages) last() int64 { return g.entries[len(g.entries)-1].at }

// headlines are the charges that a headline counts, in its order: its words for one
// charge that is alone, for two and for more that are all alike, and among others.
var headlines = []struct {
	ruling               Ruling
	one, two, all, among string
}{
	{Right, "right", "both right", "all right", "right"},
	{Wrong, "wrong", "both wrong", "all wrong", "wrong"},
	{Uncertain, "not certain that it is right", "neither certain to be right", "none certain to be right", "not certain"},
	{TooLittle, "too little", "both too little", "all too little", "too little"},
}

// headline counts the charges.
func (p *pairAnswer) headline() string {
	n, counts := 0, make([]int, len(headlines))
	for _, e := range p.asked {
		for i := range headlines {
			if headlines[i].ruling == e.ruling && (e.charged || e.ruling == Wrong) {
				counts[i]++
				n++
			}
		}
	}
	if n == 0 {
		return p.noCharge()
	}
	var parts []string
	for i := range headlines {
		h := &headlines[i]
		switch {
		case counts[i] == 0:
		case counts[i] < n:
			parts = append(parts, fmt.Sprint(counts[i], " ", h.among))
		case n == 1:
			return "One charge, and it is " + h.one + p.money() + "."
		case n == 2:
			return "Two charges, " + h.two + p.money() + "."
		default:
			return inWords(n) + " charges, " + h.all + p.money() + "."
		}
	}
	return inWords(n) + " charges: " + check.List(parts, "and") + p.money() + "."
}

// noCharge is the headline where nothing is known to be charged.
func (p *pairAnswer) noCharge() string {
	text := "Nothing was charged"
	switch {
	case len(p.asked) == 1:
		return text + " for the message."
	case slices.ContainsFunc(p.asked, func(e *ruled) bool { return e.ruling == Unknown }):
		text = "No charge is known"
	}
	return text + " for the " + check.Counted(int64(len(p.asked)), "message") + "."
}

// amounts sums up the money of the charges that are asked for, by currency.
func (p *pairAnswer) amounts() []result.AnswerAmount {
	sums := price.ByCurrency{}
	for _, e := range p.asked {
		if e.hasMoney {
			sums.Add(e.currency, price.Sums{Reported: e.paid, Over: e.over, Uncertain: e.open})
		}
	}
	out := make([]result.AnswerAmount, 0, len(sums))
	for _, a := range sums.Amounts() {
		out = append(out, result.AnswerAmount{Currency: a.Currency, Charged: a.Reported, Over: a.Overcharged, Uncertain: a.Uncertain, Estimated: p.by(a.Currency) != ""})
	}
	return out
}

// by says what the money of a currency is valued by, "" where all of it is stated.
func (p *pairAnswer) by(currency string) (by string) {
	for _, e := range p.asked {
		if e.hasMoney && e.currency == currency {
			by = cmp.Or(by, e.by)
		}
	}
	return by
}

// money says what the charges come to: ", USD 0.0066 too much of USD 0.0238" or
// " (USD 0.0172)"; "" if it is not known.
func (p *pairAnswer) money() string {
	var wrong, right []string
	for _, a := range p.amounts() {
		charged := strings.TrimLeft(a.Currency+" "+a.Charged, " ")
		switch {
		case !zero(a.Over):
			wrong = append(wrong, strings.TrimLeft(a.Currency+" "+a.Over, " ")+" too much of "+charged+p.by(a.Currency))
		case !zero(a.Charged):
			right = append(right, charged+p.by(a.Currency))
		}
	}
	text := ""
	if len(right) > 0 {
		text = " (" + check.List(right, "and") + ")"
	}
	if len(wrong) > 0 {
		text += ", " + check.List(wrong, "and")
	}
	return text
}

func zero(text string) bool { return strings.Trim(text, "-0.") == "" }

// single is what is said first of a message that alone is asked for.
func (p *pairAnswer) single(e *ruled) string {
	what := e.subject + " (" + p.at(e.at) + ")"
	over := ""
	switch {
	case e.ruling == Undelivered:
		what = e.subject + " (sent at " + p.at(e.at) + ")"
	case e.ruling == Wrong && e.hasMoney && !e.over.IsZero():
		over = ": " + sum(e.currency, e.over) + " too much" + e.by
	case e.ruling != Wrong && e.hasMoney && !e.paid.IsZero():
		what = e.subject + " (" + p.at(e.at) + ", " + sum(e.currency, e.paid) + e.by + ")"
	}
	return sentence(fmt.Sprintf(wordings[e.ruling].one, what) + over)
}

// wordings are what is said of one message and of several by their ruling. The second
// argument is "is" or "are".
var wordings = map[Ruling]struct{ one, several string }{
	Right:       {"the charge for %s is right", "%[1]s %[2]s right"},
	Wrong:       {"the charge for %s is wrong", "%[1]s %[2]s wrong"},
	Uncertain:   {"it is not certain that the charge for %s is right", "%[1]s %[2]s not certain"},
	TooLittle:   {"%s should have been charged, and was not, or with too little", "%[1]s should have been charged, and not with too little or nothing"},
	Unknown:     {"the log does not say whether %s was charged", "the log does not say whether %[1]s was charged"},
	Undelivered: {"nothing was charged for %s, which was not delivered", "%[1]s cost nothing"},
	Free:        {"nothing was charged for %s, and rightly", "%[1]s cost nothing"},
}

// reasons are the sentences that follow.
func (p *pairAnswer) reasons(e *ruled) (out []string) {
	if e.why.text != "" {
		out = append(out, sentence(e.why.of(1)))
	}
	switch {
	case e.settle != "":
		out = append(out, sentence(e.settle))
	case e.unbilled:
		out = append(out, "The bill has no line for it.")
	}
	return out
}

// ofGroup is the sentence about some of several messages.
func (p *pairAnswer) ofGroup(g *alikeMessages) string {
	why := g.why.of(len(g.entries))
	if why != "" {
		why = ": " + strings.TrimSuffix(following(why), ".")
	}
	if e := g.entries[0]; e.settle != "" {
		why += "; " + e.settle
	}
	is := "are"
	if len(g.entries) == 1 {
		is = "is"
	}
	return sentence(fmt.Sprintf(wordings[g.ruling].several, p.which(g), is) + why)
}

// following is a sentence behind a colon.
func following(text string) string {
	for _, begin := range [...]string{"The ", "It ", "Its ", "A ", "Only ", "Lines ", "What ", "All "} {
		if strings.HasPrefix(text, begin) {
			return strings.ToLower(text[:1]) + text[1:]
		}
	}
	return text
}

// which names the messages of a group: one by what and when, several by how many.
func (p *pairAnswer) which(g *alikeMessages) string {
	e := g.entries[0]
	if n := len(g.entries); n > 1 {
		thing := "charge"
		if !e.charged {
			thing = "message"
		}
		alike := !slices.ContainsFunc(g.entries, func(o *ruled) bool { return o.category != e.category })
		if alike && e.category != "" {
			thing = spaced(e.category) + " " + thing
		}
		return "the " + check.Counted(int64(n), thing) + p.when(g)
	}
	what := e.subject
	if e.charged {
		what = "the charge for " + what
	}
	return what + " (" + p.at(e.at) + ")"
}

// when says when two messages of a group were, "" for more.
func (p *pairAnswer) when(g *alikeMessages) string {
	if len(g.entries) != 2 {
		return ""
	}
	a, b := g.entries[0].at, g.entries[1].at
	if p.day(a) == p.day(b) {
		return " (" + p.in(a).Format("15:04") + " and " + p.at(b) + ")"
	}
	return " (" + p.at(a) + " and " + p.at(b) + ")"
}

// withoutCharge leaves out of the explanation of a finding the sentence that says how
// the message is charged: the answer begins with that.
func withoutCharge(text string) string {
	for _, begin := range [...]string{"Charged as ", "This ", "The bill charges this ", "Opened a new conversation"} {
		if strings.HasPrefix(text, begin) {
			if _, rest, ok := strings.Cut(text, ". "); ok && !strings.Contains(text[:len(text)-len(rest)], " twice") && !strings.Contains(text[:len(text)-len(rest)], " times") {
				return rest
			}
		}
	}
	return text
}
