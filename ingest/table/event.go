package table

import (
	"cmp"
	"strconv"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/dialect/flat"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
	"waudit/ingest/phone"
)

// plan is an event that is to be made of an item.
type plan struct {
	columns *columnSources
	own     *[event.NumFlat]bool // the columns that are of this event alone; nil: none
	kind    event.Kind           // 0: as the item says
	last    bool                 // no event of the item comes after it
}

// add makes an event of the item, or rejects or ignores it.
func (r *rowReading) add(items *dialect.Items, d plan) {
	var e event.Event
	if e.Kind = d.kind; e.Kind == 0 {
		if e.Kind = r.readKind(items, &d.columns[event.ColEvent]); e.Kind == 0 {
			return
		}
	}
	if r.mapping.isTable && !dialect.IsWhatsApp(r.channel()) {
		items.Ignore("a message on another channel")
		return
	}
	// A row that is to be ignored adds nothing, not even a word that is unknown.
	unknown, links := len(items.Unknown), len(items.Links)
	p := r.fillEvent(items, &e, d)
	if p.reason == "" && !p.ignore {
		r.events = append(r.events, e)
		return
	}
	items.Unknown, items.Links = items.Unknown[:unknown], items.Links[:links]
	if p.ignore {
		items.Ignore(p.reason)
		return
	}
	r.reject(items, p.at, e.Kind.String()+" of "+dialect.NameOf(e.Message)+": "+p.reason)
}

// mappingProblem is why an item is no event. The zero one is none.
type mappingProblem struct {
	at     jsontree.Value
	reason string
	ignore bool // the mapping says to ignore it, for that reason
}

// readKind reads what happened. If that cannot be told, it ends the item and
// returns 0.
func (r *rowReading) readKind(items *dialect.Items, s *columnSource) event.Kind {
	c := r.status(s)
	switch {
	case c.ignore:
		items.Ignore(s.ignored())
	case r.inbound():
		return event.Inbound
	case c.kind != 0:
		return c.kind
	case c.text == "":
		r.reject(items, c.value, "it has no event: "+r.describe(s, c.columnText)+" is empty or not there")
	case dialect.IsIdleStatus(event.Word(c.text)):
		items.Ignore("status " + notation.Clip(event.Word(c.text)))
	case r.mapping.isTable:
		items.ReportUnknown("status", c.text)
		items.Ignore("status " + notation.Clip(event.Word(c.text)))
	default:
		r.reject(items, c.value, r.describe(s, c.columnText)+": "+strconv.Quote(notation.Clip(c.text))+" is no event; say in the mapping, with values:, which of inbound, request, sent, delivered, read, failed it is, or ignore")
	}
	return 0
}

// ignored is why a row is ignored whose value in that column says so.
func (s *columnSource) ignored() string { return "the mapping ignores this " + s.column.String() }

// stands reports whether an event has a column: money, error and line stand on the last
// of an item's events only, unless the mapping says of which they are.
func (d *plan) stands(col event.Column) bool {
	switch col {
	case event.ColEvent:
		return false
	case event.ColAmount, event.ColCurrency, event.ColError, event.ColLine:
		return d.last || d.own != nil && d.own[col]
	}
	return true
}

// fillEvent reads the columns of an event.
func (r *rowReading) fillEvent(items *dialect.Items, e *event.Event, d plan) (p mappingProblem) {
	var texts flat.Texts
	var amount columnText
	e.Message = r.cell(&d.columns[event.ColMessage], e.Kind).text // for what goes wrong before its turn
	for i := range d.columns {
		col, s := event.Column(i), &d.columns[i]
		if !d.stands(col) {
			continue
		}
		c := r.cell(s, e.Kind)
		switch {
		case c.ignore:
			return mappingProblem{reason: s.ignored(), ignore: true}
		case flat.IsTimeColumn(col):
			p = r.readTime(e, s, c)
		case col == event.ColAmount:
			p, amount = r.readAmount(e, s, c), c
		case col == event.ColUser || col == event.ColParticipant:
			texts[col], p = r.readPhone(s, c)
		case col == event.ColCategory || col == event.ColOrigin:
			_, known := Category(c.text)
			texts[col] = cmp.Or(known.String(), c.text)
		default:
			texts[col] = c.text
		}
		if p.reason != "" {
			return p
		}
	}
	texts.TakeWords(items, e)
	texts.TakeUser(items, e)
	e.Guess = r.mapping.isTable && e.User != "" && e.Number != "" && r.isGuess(d.columns, e.Kind)
	return r.completeEvent(e, d, amount)
}

// completeEvent says in which currency an event's amount is, and which message it is of.
// It wants to know whose event it is.
func (r *rowReading) completeEvent(e *event.Event, d plan, amount columnText) mappingProblem {
	problem := dialect.TakeCurrency(e, amount.text)
	if e.HasAmount && e.Currency == "" {
		_, e.Currency = splitCurrency(amount.value.Key())
	}
	if e.HasAmount && problem != "" {
		return mappingProblem{at: amount.value, reason: r.describe(&d.columns[event.ColAmount], amount) + ": amount " + strconv.Quote(notation.Clip(amount.text)) + " is " + problem}
	}
	if r.mapping.isTable {
		if problem = r.nameMessage(e); problem != "" {
			return mappingProblem{reason: problem}
		}
	}
	if !flat.NamesUser(e) {
		return mappingProblem{reason: "it tells no user: " + r.describe(&d.columns[event.ColUser], columnText{}) + " is empty or not there; name a column for wa_id, user_id or group_id in the mapping, or to a message of the business for its message_id"}
	}
	return mappingProblem{}
}

// utc is the zone of times whose name says so.
var utc, _ = notation.NewZone("UTC")

// readTime reads the time of the event, or the end of its conversation. As in
// flat records, the latter is only a hint.
func (r *rowReading) readTime(e *event.Event, s *columnSource, c columnText) mappingProblem {
	if c.text == "" {
		if s.column == event.ColExpires {
			return mappingProblem{}
		}
		return mappingProblem{reason: "it has no time: " + r.describe(s, c) + " is empty or not there" + r.otherTime(e.Kind)}
	}
	times := s.Times
	if times.Zone == nil && c.field != nil && c.field.isUTC {
		times.Zone = utc
	}
	m := times.Read(c.text)
	switch {
	case s.column == event.ColExpires:
		if m.Fault == notation.TimeGood && !m.Days {
			e.Expires = m.MS
		}
	case m.Fault != notation.TimeGood:
		return mappingProblem{at: c.value, reason: s.Times.Problem(r.describe(s, c), c.text, m)}
	case m.Days && e.Kind != event.Charge:
		return mappingProblem{at: c.value, reason: r.describe(s, c) + " " + strconv.Quote(notation.Clip(c.text)) + " is a day without a clock, and windows are counted by the second; export the time"}
	default:
		if e.Time = m.MS; r.mapping.isTable && c.field != nil && isReceipt(c.field.text) {
			e.TimeKind = event.ReceiptTime
		}
	}
	return mappingProblem{}
}

// isReceipt reports whether a column says when the log received the event, and not when
// it happened.
func isReceipt(name string) bool {
	word := Squeeze(name)
	return word == "receivedat" || word == "datereceived"
}

// otherTime adds that there is a time, but of another event.
func (r *rowReading) otherTime(kind event.Kind) string {
	s := &r.section.columns[event.ColTimestamp]
	for i := range s.fields {
		f := &s.fields[i]
		if !s.asked && !f.kinds.has(kind) && cellText(r.value(f)) != "" {
			return ", and " + quoteColumn(f.text) + " does not say when it was " + kind.String() + "; if it does, say so in a mapping with timestamp: " + f.text
		}
	}
	return ""
}

func (r *rowReading) readAmount(e *event.Event, s *columnSource, c columnText) mappingProblem {
	if c.text == "" {
		return mappingProblem{}
	}
	amount, wrong := s.Amount.Read(c.text, c.number)
	nano, ok := notation.Price(amount)
	if !ok {
		wrong = "is " + notation.NoPrice
	}
	if wrong != "" {
		return mappingProblem{at: c.value, reason: r.describe(s, c) + ": amount " + strconv.Quote(notation.Clip(c.text)) + " " + wrong}
	}
	e.HasAmount, e.Amount = true, nano
	return mappingProblem{}
}

// readPhone reads a phone as another program has left it.
func (r *rowReading) readPhone(s *columnSource, c columnText) (string, mappingProblem) {
	digits, lost := phone.Restore(c.text, c.number)
	if lost {
		return "", mappingProblem{at: c.value, reason: r.describe(s, c) + ": " + strconv.Quote(notation.Clip(c.text)) + " " + phone.Lost}
	}
	return digits, mappingProblem{}
}
