package dialect

import (
	"strings"

	"waudit/audit/event"
	"waudit/ingest/jsontree"
)

// yCloud reads the webhooks of YCloud, which give every message a price.
type yCloud struct{}

func (yCloud) Name() string { return "ycloud" }

// Recognise takes webhooks, and the bare messages of YCloud's API.
func (yCloud) Recognise(record jsontree.Value) bool {
	return isYCloudEvent(record) || isYCloudMessage(record)
}

func isYCloudEvent(record jsontree.Value) bool {
	named, versioned := false, false
	for m := record.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "type":
			named = strings.HasPrefix(m.Str(), "whatsapp.")
		case "apiVersion", "whatsappMessage", "whatsappInboundMessage":
			versioned = true
		}
	}
	return named && versioned
}

func isYCloudMessage(record jsontree.Value) bool {
	account, message, status := false, false, false
	for m := record.First(); m.OK(); m = m.Next() {
		switch m.Key() {
		case "wabaId":
			account = true
		case "wamid", "totalPrice", "pricingCategory":
			message = true
		case "status":
			status = m.Kind() == jsontree.String
		}
	}
	return account && message && status
}

func (yCloud) Decode(record jsontree.Value, items *Items) {
	if !isYCloudEvent(record) {
		if isYCloudMessage(record) {
			items.yCloudMessage(record, record)
			return
		}
		items.foreign("YCloud")
		return
	}
	name := record.Get("type").Str()
	message, inbound := record.Get("whatsappMessage"), record.Get("whatsappInboundMessage")
	switch {
	case inbound.Kind() == jsontree.Object:
		items.yCloudInbound(record, inbound)
	case message.Kind() != jsontree.Object:
		items.ignore("event " + clip(name))
	case strings.HasPrefix(name, "whatsapp.smb."):
		items.yCloudEcho(message)
	default:
		items.yCloudMessage(record, message)
	}
}

// yCloudMessage reads the state of a message of the business. Each state has a
// time of its own; where it is missing, that of the update stands in.
func (it *Items) yCloudMessage(record, v jsontree.Value) {
	n := yCloudNotice(v)
	if !n.setStatus(it, text(v.Get("status"))) {
		return
	}
	switch n.event.Kind {
	case event.Request:
		n.when(v, "createTime")
	case event.Sent:
		n.when(v, "sendTime", "updateTime")
	case event.Delivered:
		n.when(v, "deliverTime", "updateTime")
	case event.Read:
		n.when(v, "readTime", "updateTime")
	default:
		n.when(v, "updateTime")
	}
	if isYCloudEvent(record) {
		n.when(record, "createTime")
	}
	n.yCloudParties(v)
	n.yCloudPricing(it, v)
	it.yCloudContent(&n, v)
	n.event.Error = text(firstOf(v.Get("errorCode"), v.Get("whatsappApiError").Get("code")))
	it.yCloudWay(&n, v)
}

// yCloudWay adds the state of a message and, as it has their times, the states
// before: who reads messages from the API sees only the last.
func (it *Items) yCloudWay(n *notice, v jsontree.Value) {
	before := len(it.Events)
	n.addTo(it)
	if len(it.Events) == before {
		return
	}
	switch n.event.Kind {
	case event.Read:
		n.addEarlier(it, event.Delivered, v.Get("deliverTime"), "deliverTime")
		n.addEarlier(it, event.Sent, v.Get("sendTime"), "sendTime")
	case event.Delivered:
		n.addEarlier(it, event.Sent, v.Get("sendTime"), "sendTime")
	}
}

// yCloudNotice begins a notice with YCloud's ids. The wamid is null until Meta
// has taken the message.
func yCloudNotice(v jsontree.Value) notice {
	n := newNotice("YCloud", v)
	n.event.WABA = text(v.Get("wabaId"))
	n.event.Message = text(v.Get("wamid"))
	setIfEmpty(&n.event.Message, text(v.Get("id")))
	return n
}

// yCloudParties fills in the number and the user of a message of the business.
// The ids of users have aliases.
func (n *notice) yCloudParties(v jsontree.Value) {
	n.parties(v.Get("from"), jsontree.Value{})
	n.user = newIdentity(v.Get("to"), firstOf(v.Get("recipientUserId"), v.Get("toUserId")),
		firstOf(v.Get("parentRecipientUserId"), v.Get("toParentUserId")))
}

// yCloudPricing fills in what YCloud says of the price. It is an estimate until
// the message is delivered, and then final; under a maximum price
// (bidPricingFlag) it is at most the bid.
func (n *notice) yCloudPricing(it *Items, v jsontree.Value) {
	conversation := v.Get("conversation")
	n.event.Conversation = text(conversation.Get("id"))
	n.event.Origin = it.category("conversation.origin.type", text(conversation.Get("originType")))
	if at, fault := readTime(conversation.Get("expireTime")); fault == timeGood {
		n.event.Expires = at
	}
	n.event.Category = it.category("pricing.category", text(v.Get("pricingCategory")))
	n.event.Model = it.pricingModel(text(v.Get("pricingModel")))
	n.event.Pricing = it.pricingType(text(v.Get("pricingType")))
	if v.Get("bidPricingFlag").Bool() {
		n.event.PriceKind = event.MaxPrice
	}
	if n.event.Kind == event.Delivered || n.event.Kind == event.Read {
		n.price(v.Get("totalPrice"), v.Get("currency"))
	}
}

func (it *Items) yCloudContent(n *notice, v jsontree.Value) {
	n.event.Type = it.messageType(text(v.Get("type")))
	n.event.Template = text(v.Get("template").Get("name"))
	n.event.Language = language(v.Get("template").Get("language"))
}

func (it *Items) yCloudInbound(record, v jsontree.Value) {
	n := yCloudNotice(v)
	n.event.Kind = event.Inbound
	n.when(v, "sendTime")
	n.when(record, "createTime")
	n.event.Number = partyID(v.Get("to"))
	n.user = newIdentity(v.Get("from"), v.Get("fromUserId"), v.Get("fromParentUserId"))
	n.event.Type = it.messageType(text(v.Get("type")))
	n.setReferral(it, v.Get("referral"))
	n.addTo(it)
}

// yCloudEcho reads a message that was sent from the phone app.
func (it *Items) yCloudEcho(v jsontree.Value) {
	n := yCloudNotice(v)
	n.event.Kind = event.Echo
	n.when(v, "sendTime", "createTime")
	n.yCloudParties(v)
	it.yCloudContent(&n, v)
	n.addTo(it)
}
