package dialect

import (
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

// flatColumns are the columns that are read together with others.
type flatColumns struct {
	event, timestamp, user, userID, participant jsontree.Value
	amount, referral, click                     jsontree.Value
}

func (flat) Decode(record jsontree.Value, items *Items) {
	if record.Kind() != jsontree.Object {
		items.reject("", "a flat record is an object, a key a column")
		return
	}
	var e event.Event
	var c flatColumns
	for m := record.First(); m.OK(); m = m.Next() {
		if !c.take(m) {
			items.flatColumn(&e, m)
		}
	}
	name := text(c.event)
	if e.Kind = flatKind(name); e.Kind == 0 {
		items.flatUnknownEvent(name)
		return
	}
	if problem := items.flatEvent(&e, c); problem != "" {
		items.reject("", "flat record "+name+" of "+nameOf(e.Message)+": "+problem)
		return
	}
	items.Events = append(items.Events, e)
}

// flatUnknownEvent ends an item whose event is none of the flat record's.
func (it *Items) flatUnknownEvent(name string) {
	if name == "" {
		it.reject("", "the flat record has no event; add the column, with inbound, sent, delivered, ...")
		return
	}
	it.unknown("event", name)
	it.ignore("event " + clip(name))
}

// take keeps a column that is read together with others.
func (c *flatColumns) take(m jsontree.Value) bool {
	switch m.Key() {
	case "event":
		c.event = m
	case "timestamp":
		c.timestamp = m
	case "wa_id":
		c.user = m
	case "user_id":
		c.userID = m
	case "participant_id":
		c.participant = m
	case "amount":
		c.amount = m
	case "referral_source_type":
		c.referral = m
	case "ctwa_clid":
		c.click = m
	default:
		return false
	}
	return true
}

// flatColumn reads a column that stands for itself.
func (it *Items) flatColumn(e *event.Event, m jsontree.Value) {
	switch m.Key() {
	case "waba_id":
		e.WABA = text(m)
	case "phone_number_id":
		e.Number = text(m)
	case "group_id":
		e.Group = text(m)
	case "message_id":
		e.Message = text(m)
	case "message_type":
		e.Type = it.messageType(text(m))
	case "template_name":
		e.Template = text(m)
	case "template_category":
		e.TemplateCategory = it.templateCategory(text(m))
	case "template_language":
		e.Language = text(m)
	case "conversation_id":
		e.Conversation = text(m)
	case "conversation_origin":
		e.Origin = it.category("conversation.origin.type", text(m))
	case "conversation_expiration":
		if at, fault := readTime(m); fault == timeGood {
			e.Expires = at
		}
	case "billable":
		e.Billable = it.flag("pricing.billable", m)
	case "pricing_model":
		e.Model = it.pricingModel(text(m))
	case "pricing_type":
		e.Pricing = it.pricingType(text(m))
	case "pricing_category":
		e.Category = it.category("pricing.category", text(m))
	case "pricing_subtype":
		e.Subtype = it.pricingSubtype(text(m))
	case "currency":
		e.Currency = strings.ToUpper(text(m))
	case "error_code":
		e.Error = text(m)
	case "line_id":
		e.Line = text(m)
	}
}

// flatEvent completes the event. It returns what makes it unusable, "" if
// nothing does.
func (it *Items) flatEvent(e *event.Event, c flatColumns) (problem string) {
	at, fault := readTime(c.timestamp)
	switch fault {
	case timeGood:
	case timeJunk, timeNoZone:
		return timeProblem("timestamp", c.timestamp, fault) + ", or describe it in a mapping (waudit inspect --suggest-mapping)"
	default:
		return timeProblem("timestamp", c.timestamp, fault)
	}
	e.Time = at
	if amount := text(c.amount); amount != "" {
		nano, problem := notation.ParsePrice(amount)
		if problem != "" {
			return "amount " + strconv.Quote(clip(amount)) + " is " + problem
		}
		e.HasAmount, e.Amount = true, nano
		if problem := takeCurrency(e, amount); problem != "" {
			return "amount " + strconv.Quote(clip(amount)) + " is " + problem
		}
	}
	who := newIdentity(c.user, c.userID, jsontree.Value{})
	e.User, e.UserID = who.phone, who.userID
	if who.phone != "" {
		it.link(Link{UserID: who.userID, Phone: who.phone})
	}
	e.Participant = newIdentity(c.participant, jsontree.Value{}, jsontree.Value{}).any()
	hasPair := who.known() || e.Group != ""
	if !hasPair && (!e.Kind.Outbound() || e.Message == "") {
		return "it tells no user: add wa_id, user_id or group_id, or to a message of the business its message_id"
	}
	if e.Kind == event.Inbound && (text(c.referral) != "" || text(c.click) != "") {
		e.Referral = it.referralSource(text(c.referral), text(c.click))
	}
	return ""
}
