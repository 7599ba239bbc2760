package provider

import (
	"strings"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
)

// infobip reads Infobip's delivery and seen reports, inbound messages, the same
// of its Messages API, and the send requests that lie in the same logs.
type infobip struct {
	logged jsontree.Value // when what is around the record says that it was written
	record jsontree.Value // the record that is read, which may say so itself
}

func (*infobip) Name() string { return "infobip" }

func (d *infobip) Surround(s dialect.Surroundings) { d.logged = s.Logged }

// Recognise wants a list of results or of requests, or one element of either.
func (*infobip) Recognise(record jsontree.Value) bool {
	var results, empty, counted bool
	for m := record.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "results":
			results = results || dialect.AnyElement(m, isInfobipResult)
			empty = m.Kind() == jsontree.Array && !m.First().OK()
		case "messageCount", "pendingMessageCount":
			counted = true
		case "messages":
			results = results || dialect.AnyElement(m, isInfobipMessage)
		case "messageId":
			results = results || isInfobipMessage(record)
		}
	}
	return results || empty && counted
}

// isInfobipResult knows an element of a report by what only Infobip writes
// beside the id of a message.
func isInfobipResult(v jsontree.Value) bool {
	var named, told bool
	for m := v.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "messageId":
			named = true
		case "status":
			told = told || m.Get("groupName").OK() || m.Get("groupId").OK()
		case "doneAt", "seenAt", "deletedAt", "integrationType", "pairedMessageId":
			told = true
		case "receivedAt":
			told = told || v.Get("from").OK() || v.Get("sender").OK()
		}
	}
	return named && told
}

// isInfobipRequest knows a message that is to be sent on WhatsApp by its
// content, which those for other channels do not have.
func isInfobipRequest(v jsontree.Value) bool {
	var from, to, named, content bool
	for m := v.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "from":
			from = true
		case "to":
			to = true
		case "messageId":
			named = true
		case "content":
			content = m.Kind() == jsontree.Object
		}
	}
	return from && to && named && content
}

// isInfobipMessage knows an element of a send request, or of the answer.
func isInfobipMessage(v jsontree.Value) bool { return isInfobipResult(v) || isInfobipRequest(v) }

func (d *infobip) Decode(record jsontree.Value, items *dialect.Items) {
	results, messages := record.Get("results"), record.Get("messages")
	d.record = record
	switch {
	case !d.Recognise(record):
		items.Foreign("Infobip")
	case results.First().OK():
		items.EachObject("Infobip", results, func(v jsontree.Value) { d.result(v, items) })
	case results.OK():
		items.Ignore("report without results")
	case messages.First().OK():
		items.EachObject("Infobip", messages, func(v jsontree.Value) { d.message(v, items) })
	default:
		d.message(record, items)
	}
	d.logged, d.record = jsontree.Value{}, jsontree.Value{}
}

// message reads an element of a send request, or of the answer to one, which is
// a report of what was taken.
func (d *infobip) message(v jsontree.Value, items *dialect.Items) {
	if isInfobipResult(v) {
		d.result(v, items)
	} else {
		d.request(v, items)
	}
}

// result reads an element of a report, which is what its keys and, in the
// Messages API, its event say.
func (d *infobip) result(v jsontree.Value, items *dialect.Items) {
	n := dialect.NewNotice("Infobip", v)
	n.Event.Message = dialect.Text(v.Get("messageId"))
	n.SetPrice(v.Get("price").Get("pricePerMessage"), v.Get("price").Get("currency"))
	name := strings.ToUpper(dialect.Text(v.Get("event")))
	switch channel := infobipChannel(v); {
	case !dialect.IsWhatsApp(channel):
		items.Ignore(dialect.OtherChannel(channel))
	case dialect.HasContent(v.Get("deletedAt")):
		items.Ignore("message deleted by the user")
	case name == "MO", name == "" && dialect.HasContent(v.Get("receivedAt")):
		d.inbound(&n, v, items)
	case name == "SEEN", name == "" && dialect.HasContent(v.Get("seenAt")):
		d.seen(&n, v, items)
	case name == "", name == "DELIVERY":
		d.delivery(&n, v, items)
	default:
		items.IgnoreEvent(v, "event "+notation.Clip(name))
	}
}

// infobipChannel is the channel that the result names, "sms" where it counts
// the parts of one.
func infobipChannel(v jsontree.Value) string {
	if v.Get("smsCount").OK() {
		return "sms"
	}
	return dialect.Text(dialect.FirstOf(v.Get("channel"), v.Get("integrationType")))
}

// delivery reads a delivery report: of the sending, and of what became of the
// message.
func (d *infobip) delivery(n *dialect.Notice, v jsontree.Value, items *dialect.Items) {
	if !n.SetStatus(items, infobipStatus(v.Get("status"))) {
		return
	}
	n.SetParties(dialect.FirstOf(v.Get("from"), v.Get("sender")), dialect.FirstOf(v.Get("to"), v.Get("destination")))
	if code := dialect.Text(v.Get("error").Get("id")); code != "0" {
		n.Event.Error = code
	}
	switch n.Event.Kind {
	case event.Request:
		n.When(v, "sentAt", "doneAt")
		d.addRequest(n, items)
	case event.Failed: // it may have failed before it was sent
		n.When(v, "doneAt", "sentAt")
		n.AddTo(items)
	default:
		n.When(v, "doneAt", "sentAt")
		n.AddWith(items, event.Sent, v, "sentAt")
	}
}

// infobipStatus is the group of a status, by its name or else its number.
func infobipStatus(v jsontree.Value) string {
	switch name := dialect.Text(v.Get("groupName")); name {
	case "":
	case "OK":
		return "accepted"
	default:
		return name
	}
	switch id := dialect.Text(v.Get("groupId")); id {
	case "0":
		return "accepted"
	case "1":
		return "pending"
	case "2":
		return "undeliverable"
	case "3":
		return "delivered"
	case "4":
		return "expired"
	case "5":
		return "rejected"
	default:
		return id
	}
}

// seen reads a seen report. Which of from and to is the user, the documents and
// their samples disagree on, so that the message's other records have to tell;
// the Messages API has names that leave no doubt.
func (*infobip) seen(n *dialect.Notice, v jsontree.Value, items *dialect.Items) {
	n.Event.Kind = event.Read
	n.SetParties(v.Get("sender"), v.Get("destination"))
	n.When(v, "seenAt")
	n.AddWith(items, event.Sent, v, "sentAt")
}

// inbound reads a message of the user.
func (*infobip) inbound(n *dialect.Notice, v jsontree.Value, items *dialect.Items) {
	n.Event.Kind = event.Inbound
	n.SetParties(dialect.FirstOf(v.Get("from"), v.Get("sender")), dialect.FirstOf(v.Get("to"), v.Get("destination")))
	n.When(v, "receivedAt")
	message := v.Get("message")
	if !message.OK() {
		message = v.Get("content").First()
	}
	n.Event.Type = items.MessageType(infobipType(dialect.Text(message.Get("type"))))
	if referral := message.Get("referral"); referral.First().OK() {
		n.Event.Referral = items.ReferralSource(dialect.Text(referral.Get("sourceType")), dialect.Text(referral.Get("ctwaClickId")))
	}
	n.AddTo(items)
}

// infobipType is Meta's word for a type of message.
func infobipType(name string) string {
	word := strings.ToLower(name)
	switch {
	case strings.HasPrefix(word, "interactive"):
		return "interactive"
	case word == "contact":
		return "contacts"
	}
	return word
}

// request reads a send request.
func (d *infobip) request(v jsontree.Value, items *dialect.Items) {
	n := dialect.NewNotice("Infobip", v)
	n.Event.Kind, n.Event.Message = event.Request, dialect.Text(v.Get("messageId"))
	n.SetParties(v.Get("from"), v.Get("to"))
	content := v.Get("content")
	if name := dialect.Text(content.Get("templateName")); name != "" {
		n.Event.Type, n.Event.Template, n.Event.Language = "template", name, dialect.Language(content.Get("language"))
	}
	d.addRequest(&n, items)
}

// addRequest adds a send call. Neither it nor its answer has a time of its own.
// An answer does not name the business number: the message's other records
// tell the pair.
func (d *infobip) addRequest(n *dialect.Notice, items *dialect.Items) {
	n.WhenLogged(d.record, d.logged)
	n.LeavePair()
	n.AddTo(items)
}

// MayKnow is what Recognise asks for at least.
func (*infobip) MayKnow(v jsontree.Value) bool {
	return dialect.HasKeys(v, "results") || dialect.HasKeys(v, "messages") || dialect.HasKeys(v, "messageId")
}
