package dialect

import (
	"waudit/audit/event"
	"waudit/ingest/jsontree"
)

// message reads the fields of a message, which stand in v.
func (d *twilio) message(v jsontree.Value, f twilioFields, items *Items) {
	if !f.onWhatsApp() {
		items.ignore("message of another channel than WhatsApp")
		return
	}
	n := newNotice("Twilio", v)
	n.event.Message = text(f.sid)
	if f.inbound() {
		n.event.Kind = event.Inbound
		f.content(&n.event, items)
	} else if !f.outcome(&n, items) {
		return
	}
	f.parties(&n)
	n.price(f.price, f.unit)
	if problem := n.complete(); problem != "" {
		n.reject(items, problem)
		return
	}
	// Twilio writes what it took from the balance, its own fee and Meta's together.
	if n.event.HasAmount {
		n.event.Amount, n.event.PriceKind = max(n.event.Amount, -n.event.Amount), event.WithFee
	}
	items.linkUser(n.user)
	d.add(&n, &f, items)
}

// outcome reads what became of a message of the business. If that is nothing,
// it ends the item and reports false.
func (f *twilioFields) outcome(n *notice, items *Items) bool {
	if code := text(f.errorCode); code != "0" {
		n.event.Error = code
	}
	switch word := f.status(); word {
	case "sending": // Twilio is about to hand it to Meta
		n.event.Kind = event.Request
		return true
	case "scheduled", "canceled":
		items.ignore("status " + word)
		return false
	default:
		return n.setStatus(items, word)
	}
}

// content reads what a message of the user is. Webhooks that name no type tell
// it only of buttons.
func (f *twilioFields) content(e *event.Event, items *Items) {
	switch {
	case text(f.kind) != "":
		e.Type = items.messageType(text(f.kind))
	case text(f.button) != "":
		e.Type = "button"
	}
	if text(f.sourceType) != "" || text(f.source) != "" || text(f.click) != "" {
		e.Referral = items.referralSource(text(f.sourceType), text(f.click))
	}
}

// parties fills in number and user.
func (f *twilioFields) parties(n *notice) {
	business, customer := f.from, f.to
	if n.event.Kind == event.Inbound {
		business, customer = f.to, f.from
	}
	n.event.Number, _ = splitID(twilioAddress(business))
	n.user = identityOf(twilioAddress(customer), twilioAddress(f.userID), "")
	if n.user.phone == "" {
		n.user.phone, _ = splitID(text(f.waID))
	}
	n.leavePair()
}
