package dialect

import (
	"slices"
	"strconv"
	"strings"

	"waudit/audit/event"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
)

// flat reads waudit's own record: one row is one thing that happened to one
// message. The columns are those of a table that a data team makes of
// webhooks; all but event, timestamp and one that tells the pair or the
// message may be missing, empty or null.
type flat struct{}

func (flat) Name() string { return "flat" }

// Recognise wants an event of the flat record, a timestamp and an id. Objects
// in "customer" or "data" are other formats that name their events likewise.
func (flat) Recognise(record jsontree.Value) bool {
	var named, timed, identified bool
	for m := record.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "event":
			named = flatKind(m.Str()) != 0
		case "timestamp":
			timed = text(m) != ""
		case "wa_id", "user_id", "group_id", "message_id":
			identified = identified || text(m) != ""
		case "customer", "data":
			if m.Kind() == jsontree.Object {
				return false
			}
		}
	}
	return named && timed && identified && record.Kind() == jsontree.Object
}

// flatKind is event.KindOf in any case, and with the statuses' other words.
func flatKind(name string) event.Kind {
	switch word := strings.ToLower(name); word {
	case "played":
		return event.Read
	case "accepted":
		return event.Request
	default:
		return event.KindOf(word)
	}
}

// flatTexts are the texts of a flat record, by column.
type flatTexts [event.NumFlat]string

func (flat) Decode(record jsontree.Value, items *Items) {
	if record.Kind() != jsontree.Object {
		items.reject("", "a flat record is an object, a key a column")
		return
	}
	var cells [event.NumFlat]jsontree.Value
	var row flatTexts
	for m := record.First(); m.OK(); m = m.Next() {
		if c, ok := flatColumn(m.Key()); ok {
			cells[c], row[c] = m, text(m)
			if c == event.ColBillable && m.Kind() == jsontree.Bool {
				row[c] = strconv.FormatBool(m.Bool())
			}
		}
	}
	var e event.Event
	name := row[event.ColEvent]
	if e.Kind = flatKind(name); e.Kind == 0 {
		unknownEvent(items, name)
		return
	}
	row.takeWords(items, &e)
	if at, fault := readTime(cells[event.ColExpires]); fault == notation.TimeGood {
		e.Expires = at
	}
	if problem := row.complete(items, &e, cells[event.ColTimestamp]); problem != "" {
		items.reject("", "flat record "+name+" of "+nameOf(e.Message)+": "+problem)
		return
	}
	items.Events = append(items.Events, e)
}

// unknownEvent ends an item whose event is none of the flat record's.
func unknownEvent(items *Items, name string) {
	if name == "" {
		items.reject("", "the flat record has no event; add the column, with inbound, sent, delivered, ...")
		return
	}
	items.unknown("event", name)
	items.ignore("event " + notation.Clip(name))
}

// flatColumn returns the column of the flat record that has that name.
func flatColumn(name string) (c event.Column, ok bool) {
	c, ok = event.ColumnOf(name)
	return c, ok && c < event.NumFlat
}

// takeWords fills in the columns that stand for themselves.
func (row *flatTexts) takeWords(items *Items, e *event.Event) {
	for i, text := range row {
		if text == "" {
			continue
		}
		switch c := event.Column(i); c {
		case event.ColUser, event.ColUserID, event.ColParticipant, event.ColReferral: // see takeUser
		case event.ColBillable:
			e.Billable = items.flagText("pricing.billable", text)
		case event.ColSubtype:
			e.SetSubtype(items.pricingSubtype(text))
		default:
			if field := c.Text(e); field != nil {
				*field = word(items, c, text)
			}
		}
	}
}

// word brings the text of a column into its form.
func word(items *Items, c event.Column, text string) string {
	switch c {
	case event.ColType:
		return items.messageType(text)
	case event.ColTemplateCategory:
		return items.templateCategory(text)
	case event.ColOrigin:
		return items.category("conversation.origin.type", text)
	case event.ColModel:
		return items.pricingModel(text)
	case event.ColPricing:
		return items.pricingType(text)
	case event.ColCategory:
		return items.category("pricing.category", text)
	case event.ColCurrency:
		return strings.ToUpper(text)
	}
	return text
}

// takeUser fills in who the event is about, and what brought them.
func (row *flatTexts) takeUser(items *Items, e *event.Event) {
	who := identityOf(row[event.ColUser], row[event.ColUserID], "")
	e.User, e.UserID = who.phone, who.userID
	items.linkUser(who)
	e.Participant = identityOf(row[event.ColParticipant], "", "").any()
	if referral, click := row[event.ColReferral], row[event.ColClick]; e.Kind == event.Inbound && (referral != "" || click != "") {
		e.Referral = items.referralSource(referral, click)
	}
}

// namesUser reports whether the event tells the pair that it belongs to, or at
// least the message, by whose other events the pair is found.
func namesUser(e *event.Event) bool {
	return e.User != "" || e.UserID != "" || e.Group != "" || e.Kind.Outbound() && e.Message != ""
}

// complete completes the event. It returns what makes it unusable, "" if
// nothing does.
func (row *flatTexts) complete(items *Items, e *event.Event, timestamp jsontree.Value) (problem string) {
	at, fault := readTime(timestamp)
	switch fault {
	case notation.TimeGood:
	case notation.TimeJunk, notation.TimeNoZone:
		return timeProblem("timestamp", timestamp, fault) + ", or describe it in a mapping (waudit inspect --suggest-mapping)"
	default:
		return timeProblem("timestamp", timestamp, fault)
	}
	e.Time = at
	if amount := row[event.ColAmount]; amount != "" {
		nano, problem := notation.ParsePrice(amount)
		if problem != "" {
			return "amount " + strconv.Quote(notation.Clip(amount)) + " is " + problem
		}
		e.HasAmount, e.Amount = true, nano
		if problem := takeCurrency(e, amount); problem != "" {
			return "amount " + strconv.Quote(notation.Clip(amount)) + " is " + problem
		}
	}
	if row.takeUser(items, e); !namesUser(e) {
		return "it tells no user: add wa_id, user_id or group_id, or to a message of the business its message_id"
	}
	return ""
}

// IsColumn reports whether the flat record has a column of that name.
func IsColumn(name string) bool {
	_, ok := flatColumn(name)
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

// isTimeColumn reports whether the column holds times.
func isTimeColumn(c event.Column) bool { return c == event.ColTimestamp || c == event.ColExpires }

// mayKnow is what Recognise asks for at least.
func (flat) mayKnow(v jsontree.Value) bool { return hasKeys(v, "event", "timestamp") }

// flatNames are the names of the flat record's columns.
func flatNames() []string {
	names := make([]string, event.NumFlat)
	for c := range event.NumFlat {
		names[c] = c.String()
	}
	return names
}
