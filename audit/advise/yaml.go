package advise

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// YAML writes the configuration: what is known as it is, the rest as comments.
// It loads as it stands, and changes nothing.
func (g *Draft) YAML() string {
	w := &yamlWriter{}
	w.comment("", "Written by waudit inspect --suggest-config. What the files show is filled in; what they cannot show is in the "+
		"lines that begin with #, the most decisive first. Where you know a fact, remove the # and write its value. "+
		"What stays unset is unknown, and whatever depends on it is called uncertain.")
	accounts := g.ordered()
	if len(accounts) == 0 {
		w.line("accounts: {}")
	} else {
		w.line("accounts:")
	}
	for _, a := range accounts {
		g.writeAccount(w, a)
	}
	g.writeLoose(w)
	g.writeTemplates(w)
	return w.String()
}

// ordered lists the accounts that can be named, those with most that is
// uncertain first.
func (g *Draft) ordered() []*seenAccount {
	all := slices.Collect(maps.Values(g.accounts))
	all = slices.DeleteFunc(all, func(a *seenAccount) bool { return !named(a.id) })
	slices.SortFunc(all, func(x, y *seenAccount) int {
		return cmp.Or(cmp.Compare(y.uncertain, x.uncertain), cmp.Compare(x.id, y.id))
	})
	return all
}

// named reports whether a text can be the key of a configuration.
func named(id string) bool { return id != "" && utf8.ValidString(id) }

func (g *Draft) writeAccount(w *yamlWriter, a *seenAccount) {
	w.line("  %s: # %d messages, %d reported charges, %d uncertain", quoteYAML(a.id), a.messages, a.charges, a.uncertain)
	if currencies := slices.Sorted(maps.Keys(a.currencies)); len(currencies) > 1 {
		w.comment("    ", "currency: the log has amounts in "+strings.Join(quoteAll(currencies), ", ")+".")
	}
	if aliases := g.aliases[a.id]; len(aliases) > 0 {
		w.line("    aliases: [%s]", strings.Join(quoteAll(aliases), ", "))
	}
	g.writeNumbers(w, a)
	for _, f := range g.facts(a) {
		w.fact("    ", f)
	}
}

func quoteAll(texts []string) []string {
	var quoted []string
	for _, t := range texts {
		quoted = append(quoted, quoteYAML(t))
	}
	return quoted
}

// writeNumbers writes the account's numbers. One that the log also names
// without an account is left to the reader: to write it down would decide
// whose that is.
func (g *Draft) writeNumbers(w *yamlWriter, a *seenAccount) {
	var sure, open []string
	for _, id := range slices.Sorted(maps.Keys(a.numbers)) {
		switch {
		case !named(id):
		case g.loose[id]:
			open = append(open, id)
		default:
			sure = append(sure, id)
		}
	}
	if len(sure) > 0 {
		w.line("    numbers:")
	}
	for _, id := range sure {
		n := a.numbers[id]
		if len(n.months) == 0 {
			w.line("      %s: {}", quoteYAML(id))
			continue
		}
		stake := int64(0)
		for _, messages := range n.months {
			stake += messages
		}
		w.line("      %s:", quoteYAML(id))
		w.fact("        ", question{
			key: "free_used", stake: stake,
			what:  "Service messages of the month that the number's free tier of 1,000 had paid for and that are not in the log, as " + usedIn(n.months) + ".",
			unset: "what the rest of the tier may have paid for is uncertain",
		})
	}
	for _, id := range open {
		w.comment("    ", "numbers: the log names "+quoteYAML(id)+" with this account, and elsewhere without one. If it is written here, all of it counts as this account's.")
	}
}

// writeLoose names the numbers whose account the log does not tell.
func (g *Draft) writeLoose(w *yamlWriter) {
	ids := slices.DeleteFunc(slices.Sorted(maps.Keys(g.loose)), func(id string) bool { return !named(id) })
	if len(ids) > 0 {
		w.comment("", "Named without an account: "+strings.Join(quoteAll(ids), ", ")+`. Write them under the account that they belong to, as "numbers: {ID: {}}".`)
	}
}

// writeTemplates asks for templates where verdicts depend on them.
func (g *Draft) writeTemplates(w *yamlWriter) {
	var stake int64
	for _, a := range g.accounts {
		stake += a.stakes["templates"]
	}
	if stake > 0 {
		w.line("# templates: # the category of each over time; --templates FILE.csv or the send log say it too")
		w.line(`#   - {name: order_update, category: utility, from: 2025-01-01}`)
		w.comment("", "  "+dependent(stake))
	}
}

// yamlWriter writes lines.
type yamlWriter struct{ strings.Builder }

func (w *yamlWriter) line(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }

// fact writes a fact that is not known, and below it what it is for.
func (w *yamlWriter) fact(indent string, f question) {
	w.line("%s", strings.TrimRight(indent+"# "+f.key+": "+f.value, " "))
	text := f.what + " Unset: " + f.unset + "."
	if f.stake > 0 {
		text += " " + dependent(f.stake)
	}
	w.wrap(indent+"#   ", text)
}

// dependent says how many messages a fact decides.
func dependent(n int64) string {
	if n == 1 {
		return "1 message in these files depends on it."
	}
	return fmt.Sprintf("%d messages in these files depend on it.", n)
}

func (w *yamlWriter) comment(indent, text string) { w.wrap(indent+"# ", text) }

// lineWidth is how long a line of the file is at most, if its words allow.
const lineWidth = 110

// wrap writes a text in lines that begin alike.
func (w *yamlWriter) wrap(start, text string) {
	line := start
	for _, word := range strings.Fields(text) {
		if len(line)+len(word) > lineWidth && line != start {
			w.line("%s", strings.TrimRight(line, " "))
			line = start
		}
		line += word + " "
	}
	w.line("%s", strings.TrimRight(line, " "))
}

// quoteYAML writes an id as a string of YAML, on one line and in ASCII: its
// escapes are those of Go.
func quoteYAML(s string) string { return strconv.QuoteToASCII(s) }

// Merge adds the accounts of the draft that a configuration does not have, and changes
// nothing else in it: neither values nor comments, nor their order. It returns the
// text as it is if there is nothing to add. The error says why the text cannot be
// added to.
func (g *Draft) Merge(text []byte) ([]byte, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, err
	}
	if len(doc.Content) == 0 {
		return append(text, g.YAML()...), nil
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode || root.Style&yaml.FlowStyle != 0 {
		return nil, errors.New("it is not written as keys, each on a line of its own")
	}
	key, value := accountsIn(root)
	added := g.missing(value)
	if added == "" {
		return text, nil
	}
	lines := strings.SplitAfter(string(text), "\n")
	switch {
	case key == nil:
		return []byte(ended(string(text)) + "accounts:\n" + added), nil
	case len(value.Content) == 0:
		lines[key.Line-1] = ended(emptyMap.ReplaceAllString(lines[key.Line-1], "$1"))
		return insert(lines, key.Line, added), nil
	case value.Kind != yaml.MappingNode || value.Style&yaml.FlowStyle != 0 || value.Content[0].Line == key.Line:
		return nil, fmt.Errorf("line %d: accounts are not written each on lines of its own", key.Line)
	}
	indent := strings.Repeat(" ", value.Content[0].Column-1)
	added = indentation.ReplaceAllString(added, indent)
	return insert(lines, endOf(lines, key), added), nil
}

// indentation is that of an account, as it is written here.
var indentation = regexp.MustCompile(`(?m)^  `)

// emptyMap is an empty value, behind its key; one in a comment is none.
var emptyMap = regexp.MustCompile(`^([^#:]*:) *(?:\{ *\}|null|~)`)

// accountsIn returns the key of the accounts and its value, nil if there is none.
func accountsIn(root *yaml.Node) (key, value *yaml.Node) {
	for i := 0; i+1 < len(root.Content); i += 2 {
		if root.Content[i].Value == "accounts" {
			return root.Content[i], root.Content[i+1]
		}
	}
	return nil, nil
}

// missing writes the accounts that are not among those of a configuration.
func (g *Draft) missing(accounts *yaml.Node) string {
	known := map[string]bool{}
	if accounts != nil {
		for i := 0; i < len(accounts.Content); i += 2 {
			known[accounts.Content[i].Value] = true
		}
	}
	w := &yamlWriter{}
	for _, a := range g.ordered() {
		if !known[a.id] {
			g.writeAccount(w, a)
		}
	}
	return w.String()
}

// endOf returns the number of the last line of the value of a key, counted from 1.
func endOf(lines []string, key *yaml.Node) int {
	end := key.Line
	for i := key.Line; i < len(lines); i++ {
		trimmed := strings.TrimSpace(lines[i])
		indented := len(lines[i])-len(strings.TrimLeft(lines[i], " ")) >= key.Column
		switch {
		case trimmed == "":
		case indented:
			end = i + 1
		case !strings.HasPrefix(trimmed, "#"):
			return end
		}
	}
	return end
}

// insert puts a text behind a line, with the line ends of the others.
func insert(lines []string, behind int, text string) []byte {
	if strings.HasSuffix(lines[0], "\r\n") {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	lines[behind-1] = ended(lines[behind-1]) + text
	return []byte(strings.Join(lines, ""))
}

// ended ends a text with a line end, if it has none.
func ended(text string) string {
	if text == "" || strings.HasSuffix(text, "\n") {
		return text
	}
	return text + "\n"
}
