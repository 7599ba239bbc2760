package provider

import (
	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
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
	n.LeavePair()
}
