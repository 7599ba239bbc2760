package explain

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"waudit/audit"
	"waudit/audit/money"
	"waudit/audit/outcome"
	"waudit/audit/reading"
	"waudit/audit/result"
	"waudit/audit/window"
)

// mostSentences is how long an answer is, so that it can be read to a customer.
const mostSentences = 3

// order is that in which the answer speaks of messages.
var order = []Ruling{Wrong, Uncertain, TooLittle, Right, Unknown, Undelivered, Free}

// answer says in a few sentences what was charged, whether that is right, and why.
func (p *pair) answer(q *Query) []string {
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
func (p *pair) nothing(q *Query) []string {
	if q.Contact != nil {
		for i := range p.x.Events {
			if e := &p.x.Events[i]; !e.Kind.Outbound() && q.Contact(e) {
				out := []string{"This is a message or call of the customer (" + p.at(e.Time) + "), which costs nothing itself."}
				if window.Opens(e) == reading.Yes {
					out = append(out, "It opens a window of 24 hours in which the business may answer in its own words (until "+p.at(e.Time+window.ServiceLength)+").")
				}
				return out
			}
		}
	}
	return []string{fmt.Sprintf("Nothing was charged: in this time the business sent no message to this customer, who wrote or called %s.", times(len(p.out.Contacts)))}
}

func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return fmt.Sprint(n, " times")
}

// group is messages of which one sentence speaks.
type group struct {
	ruling  Ruling
	why     reason
	entries []*entry
}

// groups puts together what is asked for by ruling and reason: what is wrong first, and
// of what is right the latest, since who asks knows of the first.
func (p *pair) groups() (all []group) {
	for _, e := range p.asked {
		i := slices.IndexFunc(all, func(g group) bool {
			return g.ruling == e.ruling && g.why.key == e.why.key && (e.why.key != "" || g.why.text == e.why.text)
		})
		if i < 0 {
			i = len(all)
			all = append(all, group{ruling: e.ruling, why: e.why})
		}
		all[i].entries = append(all[i].entries, e)
	}
	slices.SortStableFunc(all, func(a, b group) int {
		return cmp.Or(cmp.Compare(slices.Index(order, a.ruling), slices.Index(order, b.ruling)), cmp.Compare(b.last(), a.last()))
	})
	return all
}

func (g *group) last() int64 { return g.entries[len(g.entries)-1].at }

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
func (p *pair) headline() string {
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
	return inWords(n) + " charges: " + list(parts) + p.money() + "."
}

// noCharge is the headline where nothing is known to be charged.
func (p *pair) noCharge() string {
	text := "Nothing was charged"
	switch {
	case len(p.asked) == 1:
		return text + " for the message."
	case slices.ContainsFunc(p.asked, func(e *entry) bool { return e.ruling == Unknown }):
		text = "No charge is known"
	}
	return text + " for the " + counted(int64(len(p.asked)), "message") + "."
}

// amounts sums up the money of the charges that are asked for, by currency.
func (p *pair) amounts() []result.AnswerAmount {
	out := []result.AnswerAmount{}
	for _, currency := range p.currencies() {
		var paid, over, open money.Amount
		estimated := false
		for _, e := range p.asked {
			if e.hasMoney && e.currency == currency {
				paid, over, open = paid.Add(e.paid), over.Add(e.over), open.Add(e.open)
				estimated = estimated || e.valued
			}
		}
		out = append(out, result.AnswerAmount{Currency: currency, Charged: money.Format(paid, 4), Over: money.Format(over, 4), Uncertain: money.Format(open, 4), Estimated: estimated})
	}
	return out
}

func (p *pair) currencies() (all []string) {
	for _, e := range p.asked {
		if e.hasMoney && !slices.Contains(all, e.currency) {
			all = append(all, e.currency)
		}
	}
	slices.Sort(all)
	return all
}

// money says what the charges come to: ", USD 0.0066 too much of USD 0.0238" or
// " (USD 0.0172)"; "" if it is not known.
func (p *pair) money() string {
	var wrong, right []string
	for _, a := range p.amounts() {
		by := ""
		if a.Estimated {
			by = " by the rate card"
		}
		charged := strings.TrimLeft(a.Currency+" "+a.Charged, " ")
		switch {
		case !zero(a.Over):
			wrong = append(wrong, strings.TrimLeft(a.Currency+" "+a.Over, " ")+" too much of "+charged+by)
		case !zero(a.Charged):
			right = append(right, charged+by)
		}
	}
	text := ""
	if len(right) > 0 {
		text = " (" + list(right) + ")"
	}
	if len(wrong) > 0 {
		text += ", " + list(wrong)
	}
	return text
}

func zero(text string) bool { return strings.Trim(text, "-0.") == "" }

// single is what is said first of a message that alone is asked for.
func (p *pair) single(e *entry) string {
	what := e.subject + " (" + p.at(e.at) + ")"
	paid, over := "", ""
	if e.hasMoney && !e.paid.IsZero() {
		paid = sum(e.currency, e.paid)
		if e.valued {
			paid += " by the rate card"
		}
	}
	if e.hasMoney && !e.over.IsZero() {
		over = ": " + sum(e.currency, e.over) + " too much"
		if e.valued {
			over += " by the rate card"
		}
	}
	if paid != "" && e.ruling != Wrong {
		what = e.subject + " (" + p.at(e.at) + ", " + paid + ")"
	}
	switch e.ruling {
	case Right:
		return sentence("the charge for " + what + " is right")
	case Wrong:
		return sentence("the charge for " + what + " is wrong" + over)
	case Uncertain:
		return sentence("it is not certain that the charge for " + what + " is right")
	case TooLittle:
		return sentence(what + " should have been charged, and was not, or with too little")
	case Undelivered:
		return sentence("nothing was charged for " + e.subject + " (sent at " + p.at(e.at) + "), which was not delivered")
	case Unknown:
		return sentence("the log does not say whether " + what + " was charged")
	}
	return sentence("nothing was charged for " + what + ", and rightly")
}

// reasons are the sentences that follow.
func (p *pair) reasons(e *entry) []string {
	out := []string{}
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
func (p *pair) ofGroup(g *group) string {
	why := g.why.of(len(g.entries))
	if why != "" {
		why = ": " + strings.TrimSuffix(following(why), ".")
	}
	if e := g.entries[0]; e.settle != "" {
		why += "; " + e.settle
	}
	n := len(g.entries)
	which := p.which(g)
	is := "are"
	if n == 1 {
		is = "is"
	}
	switch g.ruling {
	case Right:
		return sentence(fmt.Sprintf("%s %s right%s", which, is, why))
	case Wrong:
		return sentence(fmt.Sprintf("%s %s wrong%s", which, is, why))
	case Uncertain:
		return sentence(fmt.Sprintf("%s %s not certain%s", which, is, why))
	case TooLittle:
		return sentence(fmt.Sprintf("%s should have been charged, and not with too little or nothing%s", which, why))
	case Unknown:
		return sentence(fmt.Sprintf("the log does not say whether %s was charged%s", which, why))
	}
	return sentence(fmt.Sprintf("%s cost nothing%s", which, why))
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
func (p *pair) which(g *group) string {
	e := g.entries[0]
	if n := len(g.entries); n > 1 {
		thing := "charge"
		if !e.charged {
			thing = "message"
		}
		alike := !slices.ContainsFunc(g.entries, func(o *entry) bool { return o.category != e.category })
		if alike && e.category != "" {
			thing = spaced(e.category) + " " + thing
		}
		return "the " + counted(int64(n), thing) + p.when(g)
	}
	what := e.subject
	if e.charged {
		what = "the charge for " + what
	}
	return what + " (" + p.at(e.at) + ")"
}

// when says when two messages of a group were, "" for more.
func (p *pair) when(g *group) string {
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

// doubtful says what an uncertain message may be, where no finding tells it.
func doubtful(j *audit.Judged, doubt reading.Reason) string {
	if doubt == reading.Certain {
		doubt = j.Why
	}
	text := map[reading.Reason]string{
		reading.ConflictingStatuses: "its statuses, or those of a message that it depends on, contradict each other",
		reading.PricingOnSentOnly:   "only its sent status carries a price, which is a forecast",
		reading.CategoryUnknown:     "the log does not say for certain what kind of message it is",
		reading.InboundMissing:      "the log has nothing of what the customer wrote, so that nobody can tell whether a window was open",
		reading.FactUnknown:         "it depends on facts about the account that waudit.yaml does not say",
		reading.ZoneUnknown:         "it depends on the account's time zone, which is not known",
		reading.DeliveryTimeUnknown: "the log does not say when it was delivered",
		reading.SentTimeUnknown:     "the log does not say when it was sent",
		reading.Edge:                "it came too close to the end of a window, or to a change, to tell",
		reading.OpenRule:            "Meta does not document this case",
		reading.FreeTierCount:       "it is not known how much of the month's free units was left",
		reading.LogStart:            "the log does not show what was open before",
		reading.FreeEntryUnproven:   "the log does not prove that a click of the customer opened a free window",
		reading.EqualLines:          "lines of the bill may be one line stated twice",
		reading.LogDamaged:          "a file of the log is damaged",
	}[doubt]
	if j.Outcome == outcome.Undelivered && text == "" {
		return "the log shows no delivery"
	}
	return text
}
