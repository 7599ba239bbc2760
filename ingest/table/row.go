package table

import (
	"cmp"
	"strconv"
	"strings"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/flat"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
)

// decodeItem reads one item: a row, a record, or an element of its list.
func (r *rowReading) decodeItem(items *dialect.Items) {
	s := r.section
	if !s.own.items.hold(r) {
		r.passOn(items)
		return
	}
	if c := s.skip.first(r); c != nil {
		items.Ignore(c.Reason)
		return
	}
	if channel := r.channel(); !r.mapping.isTable && !dialect.IsWhatsApp(channel) {
		items.Ignore("channel " + notation.Clip(strings.ToLower(channel)))
		return
	}
	r.events = r.events[:0]
	rejected, ignored := len(items.Rejected), len(items.Ignored)
	way, said := r.direction()
	switch {
	case r.mapping.provider != "":
		r.addNotice(items)
		return
	case way == unknownWay:
		r.reject(items, said, "its "+notation.Clip(said.Key())+" "+strconv.Quote(notation.Clip(cellText(said)))+
			" says neither inbound nor outbound; say in a mapping, with records: and when:, which rows users wrote")
	case len(s.rules) > 0:
		r.byRules(items)
	case s.spread:
		r.byTimes(items)
	default:
		r.add(items, plan{columns: &s.columns, last: true})
	}
	items.Events = append(items.Events, r.events...)
	if len(r.events) == 0 && len(items.Rejected) == rejected && len(items.Ignored) == ignored {
		r.reject(items, jsontree.Value{}, "it has no "+r.missing())
	}
}

// channel is over which the item went, "" if nothing says so.
func (r *rowReading) channel() string {
	return r.firstText(r.section.channel)
}

// firstText is the text of the first of the fields that has one.
func (r *rowReading) firstText(fields []field) string {
	for i := range fields {
		if text := cellText(r.value(&fields[i])); text != "" {
			return text
		}
	}
	return ""
}

// byRules reads an event for each rule that has a time, the last of them with
// what is said of the item as a whole.
func (r *rowReading) byRules(items *dialect.Items) {
	last := -1
	for i := range r.section.rules {
		if r.applies(&r.section.rules[i]) {
			last = i
		}
	}
	for i := range r.section.rules[:last+1] {
		rule := &r.section.rules[i]
		if r.applies(rule) {
			r.add(items, plan{columns: &rule.columns, own: &rule.own, last: i == last})
		}
	}
}

// applies reports whether the item has a time for the rule.
func (r *rowReading) applies(rule *rule) bool {
	if !rule.when.hold(r) {
		return false
	}
	c := r.cell(&rule.columns[event.ColTimestamp], rule.kind)
	return c.text != "" && !c.ignore
}

// spreadKinds are the events that a row may have a time for each of.
var spreadKinds = []event.Kind{event.Sent, event.Delivered, event.Read, event.Failed}

// byTimes reads the events of an item that names them by the columns of their
// times, sent_at and delivered_at, or by its status.
func (r *rowReading) byTimes(items *dialect.Items) {
	columns := &r.section.columns
	if r.inbound() {
		r.add(items, plan{columns: columns, last: true})
		return
	}
	var timed kindSet
	n := 0
	for _, k := range spreadKinds {
		if r.ownTime(&columns[event.ColTimestamp], k) {
			timed |= setOf(k)
			n++
		}
	}
	status := r.status(&columns[event.ColEvent])
	alone := status.kind != 0 && (timed == 0 || !timed.has(status.kind))
	if status.text != "" && (alone || timed == 0) {
		n++
	}
	for _, k := range spreadKinds {
		if timed != 0 && timed.has(k) {
			n--
			r.add(items, plan{columns: columns, kind: k, last: n == 0})
		}
	}
	if n > 0 {
		r.add(items, plan{columns: columns, last: true})
	}
}

// ownTime reports whether the item has a column that is the time of events of
// that kind, and of no other.
func (r *rowReading) ownTime(s *columnSource, k event.Kind) bool {
	for i := range s.fields {
		f := &s.fields[i]
		if f.kinds == setOf(k) && r.text(f) != "" {
			return true
		}
	}
	return false
}

// status is what a column says of an event.
type status struct {
	columnText
	kind event.Kind // 0: none that is known
}

func (r *rowReading) status(s *columnSource) status {
	c := r.cell(s, 0)
	found := status{c, kindOfWord(c.text)}
	if found.kind == 0 && r.mapping.isTable && isNews(event.Word(c.text)) {
		for i := range s.fields {
			f := &s.fields[i]
			if text := r.text(f); kindOfWord(text) != 0 {
				return status{columnText{text: text, value: r.value(f), field: f}, kindOfWord(text)}
			}
		}
	}
	return found
}

// isNews reports whether the word for an event says that there is something new of a
// message, and not what: "message.status", "delivery_report". Of what else has a status,
// as payments and calls, it is none of the message's.
func isNews(word string) bool {
	return strings.Contains(word, "message") || strings.HasPrefix(word, "status") || strings.HasPrefix(word, "delivery_re") || word == "dlr"
}

// kindOfWord is what a word for an event means in any of the words that
// providers have for it, 0 if none knows it.
func kindOfWord(text string) event.Kind {
	if k := flat.KindOf(text); k != 0 {
		return k
	}
	switch word := event.Word(text); word {
	case "received", "incoming":
		return event.Inbound
	default:
		return dialect.StatusKind(word)
	}
}

// missing says what an item that came to nothing lacks.
func (r *rowReading) missing() string {
	if len(r.section.rules) == 0 {
		return "event and no time; name their columns in the mapping"
	}
	var names []string
	for i := range r.section.rules {
		names = append(names, r.section.rules[i].columns[event.ColTimestamp].wanted())
	}
	return "time for any event: " + strings.Join(names, ", ") + " are empty; skip such rows in the mapping with skip:, or correct them"
}

// reject gives up the item, or an event of it, for what was found there.
func (r *rowReading) reject(items *dialect.Items, at jsontree.Value, problem string) {
	path := cmp.Or(at.Path(), r.here.Path())
	items.Reject(path, r.title()+problem)
}
