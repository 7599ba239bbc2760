package provider

import (
	"strings"
	"time"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
)

// message reads the fields of a message, which stand in v.
func (d *twilio) message(v jsontree.Value, f twilioFields, items *dialect.Items) {
	if !f.onWhatsApp() {
		items.Ignore("message of another channel than WhatsApp")
		return
	}
	n := dialect.NewNotice("Twilio", v)
	n.Event.Message = dialect.Text(f.sid)
	if f.inbound() {
		n.Event.Kind = event.Inbound
		f.content(&n.Event, items)
	} else if !f.outcome(&n, items) {
		return
	}
	f.parties(&n)
	n.SetPrice(f.price, f.unit)
	if problem := n.Complete(); problem != "" {
		n.Reject(items, problem)
		return
	}
	// Twilio writes what it took from the balance, its own fee and Meta's together.
	if n.Event.HasAmount {
		n.Event.Amount, n.Event.PriceKind = max(n.Event.Amount, -n.Event.Amount), event.WithFee
	}
	items.LinkUser(n.User)
	d.add(&n, &f, items)
}

// outcome reads what became of a message of the business. If that is nothing,
// it ends the item and reports false.
func (f *twilioFields) outcome(n *dialect.Notice, items *dialect.Items) bool {
	if code := dialect.Text(f.errorCode); code != "0" {
		n.Event.Error = code
	}
	switch word := f.status(); word {
	case "sending": // Twilio is about to hand it to Meta
		n.Event.Kind = event.Request
		return true
	case "scheduled", "canceled":
		items.Ignore("status " + word)
		return false
	default:
		return n.SetStatus(items, word)
	}
}

// content reads what a message of the user is. Webhooks that name no type tell
// it only of buttons.
func (f *twilioFields) content(e *event.Event, items *dialect.Items) {
	switch {
	case dialect.Text(f.kind) != "":
		e.Type = items.MessageType(dialect.Text(f.kind))
	case dialect.Text(f.button) != "":
		e.Type = "button"
	}
	if dialect.Text(f.sourceType) != "" || dialect.Text(f.source) != "" || dialect.Text(f.click) != "" {
		e.Referral = items.ReferralSource(dialect.Text(f.sourceType), dialect.Text(f.click))
	}
}

// parties fills in number and user.
func (f *twilioFields) parties(n *dialect.Notice) {
	business, customer := f.from, f.to
	if n.Event.Kind == event.Inbound {
		business, customer = f.to, f.from
	}
	n.Event.Number, _ = dialect.SplitID(twilioAddress(business))
	n.User = dialect.IdentityOf(twilioAddress(customer), twilioAddress(f.userID), "")
	if n.User.Phone == "" {
		n.User.Phone, _ = dialect.SplitID(dialect.Text(f.waID))
	}
	// A send call may leave open which number it is to go out from: half a pair would be
	// another pair, and the message's other records tell the whole.
	if n.Event.Kind == event.Request && n.Event.Number == "" && n.Event.Message != "" {
		n.User = dialect.Identity{}
	}
}

// twilioDate is a time of a record, and the name that its problems give it.
type twilioDate struct {
	name  string
	value jsontree.Value
}

// dateUpdated is the time at which a message came to its status.
const dateUpdated = "date_updated"

// add adds the events of a message: what the status says and, where the record
// has a time for it, the sending before.
func (d *twilio) add(n *dialect.Notice, f *twilioFields, items *dialect.Items) {
	last, date, fault := f.when(n.Event.Kind, d.logged)
	if fault != notation.TimeGood {
		n.Reject(items, "has no place in time: "+twilioTimeProblem(date, fault))
		return
	}
	if date.name == dateUpdated && f.leftTwilio(n.Event.Kind) {
		last = f.addSending(n, last, items)
	}
	n.Event.Time = last
	items.Events = append(items.Events, n.Event)
}

// addSending adds the sending of a message and returns when it came to its
// status, at updated. Nothing became of it before it was sent, though an export
// script repeats the creation as the update.
func (f *twilioFields) addSending(n *dialect.Notice, updated int64, items *dialect.Items) int64 {
	sent, fault := f.date(f.sent)
	earlier := n.Earlier(event.Sent)
	switch {
	case fault == notation.TimeMissing:
	case fault != notation.TimeGood:
		earlier.Reject(items, "has no place in time: "+twilioTimeProblem(twilioDate{"date_sent", f.sent}, fault))
	case updated < sent:
		return sent
	default:
		earlier.Event.Time = sent
		items.Events = append(items.Events, earlier.Event)
	}
	return updated
}

// leftTwilio reports whether the message was handed to Meta before the status
// came: what failed at Twilio was not.
func (f *twilioFields) leftTwilio(kind event.Kind) bool {
	return kind == event.Delivered || kind == event.Read || kind == event.Failed && f.status() != "failed"
}

// when says when a message came to its status: the first of the dates, the most
// exact one first, that the record has. Webhooks have none, and are timed by
// whoever logged them.
func (f *twilioFields) when(kind event.Kind, logged jsontree.Value) (at int64, date twilioDate, fault notation.TimeFault) {
	created, sent, updated := twilioDate{"date_created", f.created}, twilioDate{"date_sent", f.sent}, twilioDate{dateUpdated, f.updated}
	dates := [...]twilioDate{updated, sent, created, {"time", f.logged}, {"time", logged}}
	switch kind {
	case event.Inbound, event.Request:
		dates[0], dates[1], dates[2] = created, sent, updated
	case event.Sent:
		dates[0], dates[1] = sent, updated
	}
	for _, date := range dates {
		if at, fault = f.date(date.value); fault != notation.TimeMissing {
			return at, date, fault
		}
	}
	return 0, twilioDate{}, notation.TimeMissing
}

// date reads a time in any of Twilio's forms: RFC 2822 in message resources,
// RFC 3339 elsewhere.
func (f *twilioFields) date(v jsontree.Value) (int64, notation.TimeFault) {
	at, fault := dialect.ReadTime(v)
	switch s := strings.TrimSpace(dialect.Text(v)); {
	case fault == notation.TimeNoZone && f.export:
		return notation.ReadTime(s + "Z")
	case fault == notation.TimeJunk && s != "":
		t, err := time.Parse(time.RFC1123Z, strings.Replace(s, " GMT", " +0000", 1))
		if err != nil {
			return 0, notation.TimeJunk
		}
		if at = t.UnixMilli(); at < event.MinTime || at >= event.MaxTime {
			return 0, notation.TimeOutside
		}
		return at, notation.TimeGood
	}
	return at, fault
}

// twilioTimeProblem words the fault of a date.
func twilioTimeProblem(date twilioDate, fault notation.TimeFault) string {
	switch fault {
	case notation.TimeMissing:
		return "webhooks of Twilio carry no time; log beside the fields when each came in, as timestamp"
	case notation.TimeOutside:
		return date.name + " " + notation.Clip(string(date.value.Raw())) + " is outside 2016 to 2036; correct it in the log"
	}
	return dialect.TimeProblem(date.name, date.value, fault)
}
