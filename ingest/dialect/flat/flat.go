// Package flat reads what waudit writes itself: the flat record, one thing that
// happened to one message, and the truth beside a simulated log.
package flat

import (
	"slices"
	"strconv"
	"strings"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
)

// Dialect reads waudit's own record: one row is one thing that happened to one
// message. The columns are those of a table that a data team makes of
// webhooks; all but event, timestamp and one that tells the pair or the
// message may be missing, empty or null.
type Dialect struct{}

// Name implements dialect.Dialect.
func (Dialect) Name() string { return "flat" }

// Recognise wants an event of the flat record, a timestamp and an id. Objects
// in "customer" or "data" are other formats that name their events likewise.
func (Dialect) Recognise(record jsontree.Value) bool {
	var named, timed, identified bool
	for m := record.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "event":
			named = KindOf(m.Str()) != 0
		case "timestamp":
			timed = dialect.Text(m) != ""
		case "wa_id", "user_id", "group_id", "message_id":
			identified = identified || dialect.Text(m) != ""
		case "customer", "data":
			if m.Kind() == jsontree.Object {
				return false
			}
		}
	}
	return named && timed && identified && record.Kind() == jsontree.Object
}

// KindOf is event.KindOf in any case, and with the statuses' other words.
func KindOf(name string) event.Kind {
	switch word := strings.ToLower(name); word {
	case "played":
		return event.Read
	case "accepted":
		return event.Request
	default:
		return event.KindOf(word)
	}
}

// Texts are the texts of a flat record, by column.
type Texts [event.NumFlat]string

// Decode implements dialect.Dialect.
func (Dialect) Decode(record jsontree.Value, items *dialect.Items) {
	if record.Kind() != jsontree.Object {
		items.Reject("", "a flat record is an object, a key a column")
		return
	}
	var cells [event.NumFlat]jsontree.Value
	var row Texts
	for m := record.First(); m.OK(); m = m.Next() {
		if c, ok := ColumnOf(m.Key()); ok {
			cells[c], row[c] = m, dialect.Text(m)
			if c == event.ColBillable && m.Kind() == jsontree.Bool {
				row[c] = strconv.FormatBool(m.Bool())
			}
		}
	}
	var e event.Event
	name := row[event.ColEvent]
	if e.Kind = KindOf(name); e.Kind == 0 {
		unknownEvent(items, name)
		return
	}
	row.TakeWords(items, &e)
	if at, fault := dialect.ReadTime(cells[event.ColExpires]); fault == notation.TimeGood {
		e.Expires = at
	}
	if problem := row.complete(items, &e, cells[event.ColTimestamp]); problem != "" {
		items.Reject("", "flat record "+name+" of "+dialect.NameOf(e.Message)+": "+problem)
		return
	}
	items.Events = append(items.Events, e)
}

// unknownEvent ends an item whose event is none of the flat record's.
func unknownEvent(items *dialect.Items, name string) {
	if name == "" {
		items.Reject("", "the flat record has no event; add the column, with inbound, sent, delivered, ...")
		return
	}
	items.ReportUnknown("event", name)
	items.Ignore("event " + notation.Clip(name))
}

// ColumnOf returns the column of the flat record that has that name.
func ColumnOf(name string) (c event.Column, ok bool) {
	c, ok = event.ColumnOf(name)
	return c, ok && c < event.NumFlat
}

// TakeWords fills in the columns that stand for themselves.
func (row *Texts) TakeWords(items *dialect.Items, e *event.Event) {
	for i, text := range row {
		if text == "" {
			continue
		}
		switch c := event.Column(i); c {
		case event.ColUser, event.ColUserID, event.ColParticipant, event.ColReferral: // see TakeUser
		case event.ColBillable:
			e.Billable = items.FlagText("pricing.billable", text)
		case event.ColSubtype:
			e.SetSubtype(items.PricingSubtype(text))
		default:
			if field := c.Text(e); field != nil {
				*field = word(items, c, text)
			}
		}
	}
}

// word brings the text of a column into its form.
func word(items *dialect.Items, c event.Column, text string) string {
	switch c {
	case event.ColType:
		return items.MessageType(text)
	case event.ColTemplateCategory:
		return items.TemplateCategory(text)
	case event.ColOrigin:
		return items.Category("conversation.origin.type", text)
	case event.ColModel:
		return items.PricingModel(text)
	case event.ColPricing:
		return items.PricingType(text)
	case event.ColCategory:
		return items.Category("pricing.category", text)
	case event.ColCurrency:
		return strings.ToUpper(text)
	}
	return text
}

// TakeUser fills in who the event is about, and what brought them.
func (row *Texts) TakeUser(items *dialect.Items, e *event.Event) {
	who := dialect.IdentityOf(row[event.ColUser], row[event.ColUserID], "")
	e.User, e.UserID = who.Phone, who.UserID
	items.LinkUser(who)
	e.Participant = dialect.IdentityOf(row[event.ColParticipant], "", "").Any()
	if referral, click := row[event.ColReferral], row[event.ColClick]; e.Kind == event.Inbound && (referral != "" || click != "") {
		e.Referral = items.ReferralSource(referral, click)
	}
}

// NamesUser reports whether the event tells the pair that it belongs to, or at
// least the message, by whose other events the pair is found.
func NamesUser(e *event.Event) bool {
	return e.User != "" || e.UserID != "" || e.Group != "" || e.Kind.Outbound() && e.Message != ""
}

// complete completes the event. It returns what makes it unusable, "" if
// nothing does.
func (row *Texts) complete(items *dialect.Items, e *event.Event, timestamp jsontree.Value) (problem string) {
	at, fault := dialect.ReadTime(timestamp)
	switch fault {
	case notation.TimeGood:
	case notation.TimeJunk, notation.TimeNoZone:
		return dialect.TimeProblem("timestamp", timestamp, fault) + ", or describe it in a mapping (waudit inspect --suggest-mapping)"
	default:
		return dialect.TimeProblem("timestamp", timestamp, fault)
	}
	e.Time = at
	if amount := row[event.ColAmount]; amount != "" {
		nano, problem := notation.ParsePrice(amount)
		if problem != "" {
			return "amount " + strconv.Quote(notation.Clip(amount)) + " is " + problem
		}
		e.HasAmount, e.Amount = true, nano
		if problem := dialect.TakeCurrency(e, amount); problem != "" {
			return "amount " + strconv.Quote(notation.Clip(amount)) + " is " + problem
		}
	}
	if row.TakeUser(items, e); !NamesUser(e) {
		return "it tells no user: add wa_id, user_id or group_id, or to a message of the business its message_id"
	}
	return ""
}

// IsColumn reports whether the flat record has a column of that name.
func IsColumn(name string) bool {
	_, ok := ColumnOf(name)
	return ok
}

// WantedColumns tells which columns of a table that keeps them apart are to be
// read: those of the flat record if it is a table of such, else all, for any may
// hold what a dialect knows.
func WantedColumns(names []string) []bool {
	wanted := make([]bool, len(names))
	flat := slices.Contains(names, "event") && slices.Contains(names, "timestamp")
	for i, name := range names {
		wanted[i] = !flat || IsColumn(name)
	}
	return wanted
}

// IsTimeColumn reports whether the column holds times.
func IsTimeColumn(c event.Column) bool { return c == event.ColTimestamp || c == event.ColExpires }

// MayKnow is what Recognise asks for at least.
func (Dialect) MayKnow(v jsontree.Value) bool { return dialect.HasKeys(v, "event", "timestamp") }

// Names are the names of the flat record's columns.
func Names() []string {
	names := make([]string, event.NumFlat)
	for c := range event.NumFlat {
		names[c] = c.String()
	}
	return names
}

// Truth reads what simulate writes beside its log: which billing error it hid
// where. It is no traffic.
type Truth struct{}

// Name implements dialect.Dialect.
func (Truth) Name() string { return "simulate-truth" }

// Recognise implements dialect.Dialect.
func (Truth) Recognise(record jsontree.Value) bool {
	messages, checks := 0, 0
	for m := record.First(); m.OK(); m = m.Next() {
		switch {
		case m.Kind() == jsontree.String && m.Key() == "message_id":
			messages++
		case m.Kind() == jsontree.String && m.Key() == "check":
			checks++
		default:
			return false
		}
	}
	return messages == 1 && checks == 1
}

// Decode implements dialect.Dialect.
func (Truth) Decode(_ jsontree.Value, items *dialect.Items) { items.Ignore("simulate's truth") }

// MayKnow is what Recognise asks for at least.
func (Truth) MayKnow(v jsontree.Value) bool { return dialect.HasKeys(v, "message_id", "check") }
