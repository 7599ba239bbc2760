package table

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/flat"
	"waudit/ingest/notation"
)

// WriteDraft writes a first draft of a mapping: what the sample's names and
// values suggest, with the reasons, and what is missing, with what it decides.
// It is a mapping as it stands; what is not sure is in comments.
func (s *Sample) WriteDraft(w io.Writer) error {
	d := draft{Writer: bufio.NewWriter(w), sample: s}
	d.choose()
	d.writeHead()
	d.writeZone()
	d.writeColumns()
	d.writeEvents()
	d.writeDirection()
	d.writeMissing()
	d.writeSeen()
	return d.Flush()
}

// draft is a draft while it is written.
type draft struct {
	*bufio.Writer
	sample *Sample
	list   string
	found  []columnGuess
	events []columnGuess // times of events; the column is the timestamp, the reason the event
}

func (d *draft) line(format string, args ...any) { fmt.Fprintf(d, format+"\n", args...) }

// choose decides whether the record is the item, or what is in one of its
// lists: where more is found.
func (d *draft) choose() {
	lists := []string{""}
	for i := range d.sample.paths {
		if p := &d.sample.paths[i]; p.isList && p.path != "" {
			lists = append(lists, p.path)
		}
	}
	best := -1
	for _, list := range lists {
		paths := d.sample.of(list)
		found, events := guesses(paths), guessEvents(paths)
		if n := len(found) + len(events); n > best {
			best, d.list, d.found, d.events = n, list, found, events
		}
	}
	if len(d.events) > 0 {
		d.found = slices.DeleteFunc(d.found, func(g columnGuess) bool {
			return g.column == event.ColEvent || g.column == event.ColTimestamp || slices.ContainsFunc(d.events, func(e columnGuess) bool { return e.path == g.path })
		})
	}
}

func (d *draft) writeHead() {
	d.line("# A first draft of a mapping, made of %d records. docs/mapping.md says what may", d.sample.records)
	d.line("# stand here. Read each guess, do what is marked FILL IN, and then see what")
	d.line("# waudit inspect --mapping FILE makes of the log.")
	if d.sample.known > 0 {
		d.line("# %d further records need no mapping; they are left out.", d.sample.known)
	}
	if d.list != "" {
		d.line("lists: %s # its items hold what is looked for; $.a is the key a of the record around", yamlText(d.list))
	}
}

// writeZone asks for the zone of times that have none.
func (d *draft) writeZone() {
	var times notation.Times
	for _, g := range append(slices.Clone(d.found), d.events...) {
		if g.column != event.ColTimestamp {
			continue
		}
		for _, v := range g.path.values {
			if forms := formsOf(g.path.values); len(forms) > 0 && forms[0] != "" {
				f, _ := notation.NewTimeForm(forms[0]) // one of ours
				times.Forms = []notation.TimeForm{f}
			}
			if times.Read(v).Fault == notation.TimeNoZone {
				d.line("# FILL IN: the times have no zone, and no message can be placed without one:")
				d.line("# zone: America/Sao_Paulo")
				return
			}
		}
	}
}

func (d *draft) writeColumns() {
	if len(d.found) == 0 {
		d.line("columns: {}")
		return
	}
	d.line("columns:")
	for _, g := range d.found {
		d.writeColumn(g)
	}
}

func (d *draft) writeColumn(g columnGuess) {
	switch g.column {
	case event.ColEvent:
		d.writeStatus(g)
	case event.ColTimestamp, event.ColExpires:
		d.writeTime("  ", g)
	case event.ColAmount:
		d.writeAmount(g)
	default:
		d.line("  %s: %s # %s", g.column, yamlText(g.path.path), g.why)
	}
}

// writeStatus writes the column that says what happened, and what its values
// mean.
func (d *draft) writeStatus(g columnGuess) {
	d.line("  event: # %s", g.why)
	d.line("    from: %s", yamlText(g.path.path))
	var known, unknown []string
	written := map[string]bool{}
	for _, v := range g.path.values {
		if flat.KindOf(v) != 0 || written[notation.Fold(v)] {
			continue
		}
		written[notation.Fold(v)] = true
		if word := translated(v); word != "" {
			known = append(known, fmt.Sprintf("      %s: %s", yamlText(v), word))
		} else if kindOfWord(v) == 0 && !dialect.IsIdleStatus(event.Word(v)) {
			unknown = append(unknown, fmt.Sprintf("      # %s: ignore", yamlText(v)))
		}
	}
	if len(known) > 0 {
		d.line("    values:")
		d.line("%s", strings.Join(known, "\n"))
	}
	if len(unknown) > 0 {
		d.line("      # FILL IN: what these mean: inbound, request, sent, delivered, read, failed or ignore, below values:")
		d.line("%s", strings.Join(unknown, "\n"))
	}
}

// writeTime writes a column of times, in the form that all of its values have.
func (d *draft) writeTime(indent string, g columnGuess) {
	d.line("%s%s: # %s", indent, g.column, g.why)
	d.line("%s  from: %s", indent, yamlText(g.path.path))
	forms := formsOf(g.path.values)
	switch {
	case len(forms) == 1 && forms[0] != "":
		d.line("%s  time: %s # all values fit", indent, yamlText(forms[0]))
	case len(forms) > 1:
		d.line("%s  # FILL IN: the values fit several forms; keep the right one:", indent)
		for _, form := range forms {
			d.line("%s  # time: %s", indent, yamlText(form))
		}
	}
}

// writeAmount writes the column of the price, and how its values are written.
func (d *draft) writeAmount(g columnGuess) {
	d.line("  amount: # %s", g.why)
	d.line("    from: %s", yamlText(g.path.path))
	commas, negative := false, len(g.path.values) > 0
	for _, v := range g.path.values {
		number, _, ok := notation.SplitCurrency(v)
		comma := strings.LastIndexByte(number, ',')
		commas = commas || ok && comma > strings.LastIndexByte(number, '.') && len(number)-comma-1 != 3
		negative = negative && (strings.HasPrefix(number, "-") || strings.Trim(number, "0.,") == "")
	}
	if commas {
		d.line("    decimal: comma # as in %s", g.path.example())
	}
	if negative {
		d.line("    sign: negate # no value is above zero")
	}
}

// writeEvents writes the events of a row that has a time for each.
func (d *draft) writeEvents() {
	if len(d.events) == 0 {
		return
	}
	d.line("events: # one for each time that a row has, in the order in which they happen")
	for _, g := range d.events {
		d.line("- event: %s", g.why)
		d.writeTime("  ", columnGuess{event.ColTimestamp, g.path, "by its name"})
	}
}

// writeDirection asks for what users wrote, where a column says who did: the
// draft takes all rows for messages of the business.
func (d *draft) writeDirection() {
	for _, p := range d.sample.of(d.list) {
		if notation.Fold(p.leaf) != "direction" || len(p.values) == 0 {
			continue
		}
		d.line("# FILL IN: %s says who wrote a message, and decides what opens windows. Make records: of two kinds, and", p.path)
		d.line("# in that of users from and to change places, and event is {const: inbound}:")
		for _, v := range p.values[:min(len(p.values), 5)] {
			d.line("# - when: {%s: %s}", yamlText(p.path), yamlText(v))
		}
		return
	}
}

// writeMissing says which columns are not found, and what they decide.
func (d *draft) writeMissing() {
	for _, m := range [...]struct {
		column  event.Column
		decides string
	}{
		{event.ColEvent, "what happened: nothing can be read without it"},
		{event.ColTimestamp, "when it happened: nothing can be read without it"},
		{event.ColMessage, "which statuses are of one message: without it, no charge can be judged"},
		{event.ColUser, "whose windows count: what users write needs it"},
		{event.ColNumber, "whose windows count: without it, all numbers are taken for one; {const: \"…\"} if it is one"},
		{event.ColWABA, "the account, and with it the zone, the currency and the free tiers; {const: \"…\"} if it is one"},
		{event.ColType, "template or not: which messages may be free, and which are reactions"},
		{event.ColTemplateCategory, "in which category a message should be charged; the send log or templates in the configuration do, too"},
		{event.ColCategory, "what was charged: without it, or pricing_type and billable, there is nothing to audit"},
		{event.ColPricing, "whether it was charged: regular or one of the free types"},
		{event.ColAmount, "what findings are worth in money"},
		{event.ColCurrency, "what findings are worth in money; {const: USD} if it is one"},
	} {
		if d.hasColumn(m.column) {
			continue
		}
		d.line("# FILL IN: %s is not found. It decides %s.", m.column, m.decides)
	}
}

func (d *draft) hasColumn(c event.Column) bool {
	if len(d.events) > 0 && (c == event.ColEvent || c == event.ColTimestamp) {
		return true
	}
	return slices.ContainsFunc(d.found, func(g columnGuess) bool { return g.column == c })
}

// writeSeen lists all that was seen, with an example each.
func (d *draft) writeSeen() {
	d.line("# Seen, with an example each:")
	width := 0
	for i := range d.sample.paths {
		width = max(width, min(40, len([]rune(d.title(&d.sample.paths[i])))))
	}
	for i := range d.sample.paths {
		p := &d.sample.paths[i]
		example := p.example()
		if p.isList {
			example = "(a list)"
		}
		d.line("#   %-*s  %s", width, d.title(p), example)
	}
}

func (d *draft) title(p *seenPath) string {
	title := p.path
	if p.list != "" {
		title = p.list + "[]." + title
	}
	quoted := strconv.Quote(title)
	return quoted[1 : len(quoted)-1]
}

// yamlText writes a text so that YAML takes it for one.
func yamlText(s string) string {
	plain := strings.TrimSpace(s) == s
	for i, r := range s {
		plain = plain && (unicode.IsLetter(r) || i > 0 && (unicode.IsDigit(r) || r == '_' || r == '.' || r == ' '))
	}
	switch strings.ToLower(s) {
	case "", "true", "false", "null", "yes", "no", "on", "off", "y", "n":
		plain = false
	}
	if plain {
		return s
	}
	return strconv.Quote(s)
}
