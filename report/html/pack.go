package html

import (
	"bufio"
	"cmp"
	"encoding/json"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"waudit/audit/money"
	"waudit/audit/result"
	"waudit/report/page"
)

// maxPacked is how many findings a page holds: more would not open in a browser
// at all. Those with the most money come first.
const maxPacked = 100_000

// byMoney returns the places of the findings: first what is overcharged, then what
// cannot be decided, what is undercharged, and what has no money; in each of them by
// currency, the most first.
func byMoney(findings []result.Finding) []int {
	type key struct {
		rank     int
		currency string
		money    money.Amount
	}
	keys := make([]key, len(findings))
	order := make([]int, len(findings))
	for i := range findings {
		order[i] = i
		keys[i].rank = 3
		a := findings[i].Amount
		if a == nil {
			continue
		}
		for rank, text := range [...]string{a.Overcharged, a.Uncertain, a.Undercharged} {
			if !page.IsZero(text) {
				amount, _ := money.Parse(text) // what is no amount is as small as none
				keys[i] = key{rank, a.Currency, amount}
				break
			}
		}
	}
	slices.SortStableFunc(order, func(x, y int) int {
		a, b := &keys[x], &keys[y]
		return cmp.Or(cmp.Compare(a.rank, b.rank), strings.Compare(a.currency, b.currency), b.money.Cmp(a.money))
	})
	return order
}

// pack writes the findings of these places, in this order, as an element with JSON
// that script/data.js unpacks: a list of values each, in which what repeats is a number,
// its place in the list of words behind them; and the names and zones of accounts.
func pack(w io.Writer, d *Document, order []int) error {
	p := packer{words: map[string]int{}, token: regexp.MustCompile(`[^ \x01-\x04]*[0-9][^ \x01-\x04]*`)}
	out := bufio.NewWriter(w)
	encoder := json.NewEncoder(out) // it escapes <, > and &, and U+2028
	_, _ = out.WriteString(`<script type="application/json" id="packed">{"rows":[` + "\n")
	for n, i := range order {
		if n > 0 {
			_ = out.WriteByte(',')
		}
		if err := encoder.Encode(p.finding(&d.Findings[i])); err != nil {
			return err
		}
	}
	_, _ = out.WriteString(`],"words":`)
	if err := encoder.Encode(append([]string{}, p.list...)); err != nil {
		return err
	}
	names, zones := map[string]string{}, map[string]string{"": page.Clean(d.Zones.Whole)}
	for _, a := range d.Accounts {
		names[page.Clean(a.WABA)], zones[page.Clean(a.WABA)] = page.Clean(a.Name), page.Clean(a.Timezone)
	}
	for _, part := range []struct {
		key   string
		value any
	}{{"names", names}, {"zones", zones}, {"zone", page.Clean(d.Zones.All)}} {
		_, _ = out.WriteString(`,"` + part.key + `":`)
		if err := encoder.Encode(part.value); err != nil {
			return err
		}
	}
	_, _ = out.WriteString("}</script>")
	return out.Flush() // with the first error of all writes
}

// packer numbers words in the order in which they come.
type packer struct {
	words map[string]int
	list  []string
	token *regexp.Regexp
}

// word is the number of a text.
func (p *packer) word(s string) int { return p.clean(page.Clean(s)) }

// clean is the number of a text that is clean already.
func (p *packer) clean(s string) int {
	n, known := p.words[s]
	if !known {
		n = len(p.list)
		p.words[s] = n
		p.list = append(p.list, s)
	}
	return n
}

// finding packs a finding. The order of the values is that of unpack in
// script/data.js.
func (p *packer) finding(f *result.Finding) []any {
	at := millis(result.Known(f.ChargedAt))
	return []any{
		page.Clean(f.ID), p.kind(f), p.word(f.WABA), p.word(f.Number), page.Clean(f.User), page.Clean(f.UserID), p.word(f.Group), p.word(f.Participant),
		page.Clean(f.Message), page.Clean(f.Conversation), at, p.word(f.Category), p.word(f.Template), p.money(f.Amount), p.text(f),
		p.window(f.Window), p.evidence(f.Evidence, at), f.Count, cleaned(f.Examples), cleaned(f.Lines), truth(f.Claimed), truth(f.Known),
	}
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

// kind packs, a line each, what many findings have in common.
func (p *packer) kind(f *result.Finding) int {
	return p.clean(strings.Join(cleaned([]string{
		f.Check, f.Name, string(f.Severity), string(f.Verdict), f.Rule.Era, f.Rule.Clause, f.Rule.Source, reported(f.Reported), expected(f.Expected),
	}), "\n"))
}

func cleaned(texts []string) []string {
	out := make([]string, 0, len(texts))
	for _, t := range texts {
		out = append(out, page.Clean(t))
	}
	return out
}

// money packs currency, reported, expected, overcharged, undercharged and
// uncertain, 0 for each that is zero, what they rest on, and whether they are estimates;
// 0 for no amount.
func (p *packer) money(a *result.FindingAmount) any {
	if a == nil {
		return 0
	}
	out := []any{p.word(a.Currency)}
	for _, text := range [...]string{a.Reported, a.Expected, a.Overcharged, a.Undercharged, a.Uncertain} {
		if page.IsZero(text) {
			out = append(out, 0)
			continue
		}
		out = append(out, page.Clean(text))
	}
	return append(out, p.word(a.Basis), p.word(a.Note), truth(a.Estimate))
}

// Marks in a packed explanation, which the text itself cannot hold: it is clean.
const (
	tokenMark   = "\x01" // the next of its tokens
	chargedMark = "\x02" // when the charge was
	openedMark  = "\x03" // when the window opened
	expiresMark = "\x04" // and when it ends
)

// text packs an explanation: a sentence, which many findings share, and what
// stands in it: times, amounts and ids.
func (p *packer) text(f *result.Finding) []any {
	text := page.Clean(f.Explanation)
	mark := func(instant, mark string) {
		if t, err := time.Parse(time.RFC3339, instant); err == nil && t.Nanosecond() == 0 {
			text = strings.ReplaceAll(text, t.UTC().Format("2006-01-02 15:04:05Z"), mark)
		}
	}
	mark(result.Known(f.ChargedAt), chargedMark)
	if f.Window != nil {
		mark(f.Window.OpenedAt, openedMark)
		mark(f.Window.ExpiresAt, expiresMark)
	}
	var found []string
	text = p.token.ReplaceAllStringFunc(text, func(token string) string {
		found = append(found, token)
		return tokenMark
	})
	return []any{p.clean(text), strings.Join(found, " ")}
}

// window packs its kind, what opened it, when, and for how long it is open, in
// milliseconds; 0 for none.
func (p *packer) window(w *result.Window) any {
	if w == nil {
		return 0
	}
	from, to := millis(w.OpenedAt), millis(w.ExpiresAt)
	return []any{p.word(w.Kind), page.Clean(w.OpenedBy), from, to - from}
}

// evidence packs path, line, item, what is there and when it was, in milliseconds
// from the charge on; null for unknown.
func (p *packer) evidence(list []result.Evidence, charged int64) []any {
	out := make([]any, 0, 5*len(list))
	for _, e := range list {
		var at any
		if e.At != "" {
			at = millis(e.At) - charged
		}
		out = append(out, p.word(e.Path), e.Line, e.Item, p.word(e.What), at)
	}
	return out
}

// reported says what the log says of a charge.
func reported(r *result.Reported) string {
	if r == nil {
		return ""
	}
	var parts []string
	switch {
	case r.Charged == nil:
	case *r.Charged:
		parts = append(parts, "charged")
	default:
		parts = append(parts, "free")
	}
	if r.Category != "" {
		parts = append(parts, "as "+page.Words(r.Category))
	}
	text := strings.Join(parts, " ")
	details := slices.DeleteFunc([]string{r.PricingModel, page.Words(r.Type), billable(r.Billable)}, func(s string) bool { return s == "" })
	if len(details) > 0 {
		text = strings.TrimSpace(text + " (" + strings.Join(details, ", ") + ")")
	}
	return text
}

func billable(b *bool) string {
	switch {
	case b == nil:
		return ""
	case *b:
		return "billable"
	}
	return "not billable"
}

// expected says what a message should have been.
func expected(e *result.Expected) string {
	if e == nil {
		return ""
	}
	text := page.Words(e.Outcome)
	if e.Outcome == "charge" && e.Category != "" {
		text += " as " + page.Words(e.Category)
	} else if e.Reason != "" {
		text += ": " + page.Words(e.Reason)
	}
	if e.Why != "" {
		text += "; not sure: " + page.Words(e.Why)
	}
	if len(e.Candidates) > 0 {
		text += "; possible: " + page.Words(strings.Join(e.Candidates, ", "))
	}
	return text
}

// millis is an RFC 3339 instant in Unix milliseconds, 0 for none.
func millis(s string) int64 {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return 0
	}
	return t.UnixMilli()
}
