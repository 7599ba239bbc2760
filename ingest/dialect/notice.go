package dialect

import (
	"cmp"
	"strconv"
	"strings"

	"waudit/audit/event"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
)

// notice is what a provider's record says of one message, on its way to become
// an event. Providers name and nest things each in their own way; what makes
// an event usable is the same for all of them.
type notice struct {
	provider string         // who sent it, for rejections
	item     jsontree.Value // where the message stands in the record
	event    event.Event    // without time, user and amount
	user     identity
	time     jsontree.Value
	timeKey  string // the key that the time stands under, or would
	at       int64  // the time where it was worked out, Unix milliseconds; 0 where it is to be read
	amount   jsontree.Value
	nameless bool // a message of the business may have no id, if it has a user
}

func newNotice(provider string, item jsontree.Value) notice {
	return notice{provider: provider, item: item}
}

// when takes the time from the first of the keys that has one, unless there is
// a time already. Times of the same thing come first, less exact ones after.
func (n *notice) when(v jsontree.Value, keys ...string) {
	for _, key := range keys {
		if hasContent(n.time) {
			return
		}
		n.timeKey = cmp.Or(n.timeKey, key)
		if m := v.Get(key); hasContent(m) {
			n.time, n.timeKey = m, key
		}
	}
}

// whenLogged takes the time that a logger has written into the record or, where
// there is none, around it: for what its provider sends without any.
func (n *notice) whenLogged(record, around jsontree.Value) {
	if !hasContent(n.time) {
		n.timeKey = "timestamp, neither of its own nor of when it was logged"
	}
	for m := record.First(); m.OK() && !hasContent(n.time); m = m.Next() {
		if isTimeKey(m.Key()) && isTime(m) {
			n.time, n.timeKey = m, m.Key()
		}
	}
	if !hasContent(n.time) {
		n.time = around
	}
}

// hasContent reports whether there is a value other than null and "".
func hasContent(v jsontree.Value) bool {
	return v.Kind() > jsontree.Null && (v.Kind() != jsontree.String || text(v) != "")
}

// parties fills in the business number and the user of a message from its two
// ends.
func (n *notice) parties(from, to jsontree.Value) {
	business, user := from, to
	if !n.event.Kind.Outbound() {
		business, user = to, from
	}
	n.event.Number = partyID(business)
	n.user = newIdentity(user, jsontree.Value{}, jsontree.Value{})
}

// partyID is the digits of a phone, or the id that stands in its place.
func partyID(v jsontree.Value) string {
	return newIdentity(v, jsontree.Value{}, jsontree.Value{}).any()
}

// price takes what the provider says that the message costs.
func (n *notice) price(amount, currency jsontree.Value) {
	n.amount = amount
	if hasContent(amount) {
		n.event.Currency = strings.ToUpper(text(currency))
	}
}

// addTo ends the notice: it becomes an event, or is rejected.
func (n *notice) addTo(items *Items) {
	if n.at == 0 {
		at, fault := readTime(n.time)
		if fault != notation.TimeGood {
			n.reject(items, "has no place in time: "+timeProblem(n.timeKey, n.time, fault))
			return
		}
		n.at = at
	}
	if problem := n.complete(); problem != "" {
		n.reject(items, problem)
		return
	}
	n.event.Time = n.at
	items.linkUser(n.user)
	items.Events = append(items.Events, n.event)
}

// complete fills in user and amount. It returns what makes the event unusable,
// "" if nothing does.
func (n *notice) complete() (problem string) {
	e := &n.event
	e.User, e.UserID = n.user.phone, n.user.id()
	switch {
	case e.Kind.Outbound() && e.Message == "" && !(n.nameless && n.user.known()):
		return "has no id, so that no message can be told; " + n.again()
	case !e.Kind.Outbound() && !n.user.known() && e.Group == "":
		return "names no user; " + n.again()
	case !hasContent(n.amount):
		return ""
	}
	written := text(n.amount)
	nano, problem := notation.ParsePrice(written)
	if problem != "" {
		return "has the price " + strconv.Quote(notation.Clip(written)) + ", which is " + problem
	}
	e.HasAmount, e.Amount = true, nano
	if problem := takeCurrency(e, written); problem != "" {
		return "has the price " + strconv.Quote(notation.Clip(written)) + " " + problem
	}
	return ""
}

// earlier is the notice of what came before on the message's way: of that kind,
// without pricing and error, which are of what came last.
func (n *notice) earlier(kind event.Kind) notice {
	e := *n
	e.amount, e.at = jsontree.Value{}, 0
	e.event.Kind, e.event.Error = kind, ""
	e.event.HasAmount, e.event.Amount, e.event.Currency, e.event.PriceKind = false, 0, "", ""
	e.event.Billable, e.event.Model, e.event.Pricing, e.event.Category, e.event.Subtype = event.Absent, "", "", "", ""
	return e
}

// addWith adds the notice and what came before it, of that kind, if the record
// has a time for that under the key.
func (n *notice) addWith(items *Items, kind event.Kind, v jsontree.Value, key string) {
	before := len(items.Events)
	n.addTo(items)
	if len(items.Events) > before {
		n.addEarlier(items, kind, v.Get(key), key)
	}
}

// addEarlier adds what came before the notice, of that kind, if the record has a
// time for it that does not stand under the notice's own key.
func (n *notice) addEarlier(items *Items, kind event.Kind, at jsontree.Value, key string) {
	if n.timeKey == key || !hasContent(at) {
		return
	}
	e := n.earlier(kind)
	e.time, e.timeKey = at, key
	e.addTo(items)
}

// reject gives up the message.
func (n *notice) reject(items *Items, problem string) {
	items.reject(n.item.Path(), n.provider+" "+n.event.Kind.String()+" of "+nameOf(n.event.Message)+" "+problem)
}

// again is what helps against a record that is not as its provider sends it.
func (n *notice) again() string { return "export it again as " + n.provider + " sends it" }

// setStatus reads the kind of a message of the business from a status. If it
// is none, it ends the item and reports false.
func (n *notice) setStatus(items *Items, status string) bool {
	word := event.Word(status)
	n.event.Kind = statusWord(word)
	switch {
	case n.event.Kind != 0:
		return true
	case word == "":
		items.reject(n.item.Path(), n.provider+" status of "+nameOf(n.event.Message)+" says nothing; "+n.again())
	default:
		if !isIdleStatus(word) {
			items.unknown("status", status)
		}
		items.ignore("status " + notation.Clip(word))
	}
	return false
}

// statusWord is what a provider's word for a status means, 0 if it is not
// known or says nothing of the message's way.
func statusWord(word string) event.Kind {
	switch word {
	case "queued", "accepted", "dispatched", "enqueued", "submitted", "pending", "queued_on_channel":
		return event.Request
	case "sent":
		return event.Sent
	case "delivered", "delivered_to_device":
		return event.Delivered
	case "read", "played":
		return event.Read
	case "failed", "undelivered", "not_sent", "undeliverable", "rejected", "expired",
		"delivery_failed", "sent_failed", "sending_failed", "delivered_failed":
		return event.Failed
	}
	return 0
}

// isIdleStatus reports whether the status is known to say nothing of the
// message's way to the user.
func isIdleStatus(word string) bool {
	switch word {
	case "deleted", "warning", "clicked", "switching_channel", "unknown":
		return true
	}
	return false
}

// eachObject calls read for every element of a list. What is no list, and
// elements that are no objects, are rejected; an empty list has no items.
func (it *Items) eachObject(provider string, list jsontree.Value, read func(jsontree.Value)) {
	if list.Kind() > jsontree.Null && list.Kind() != jsontree.Array {
		it.reject(list.Path(), "this is no list; export it again as "+provider+" sends it")
		return
	}
	for e := list.First(); e.OK(); e = e.Next() {
		if e.Kind() != jsontree.Object {
			it.reject(e.Path(), "this is no object; export it again as "+provider+" sends it")
			continue
		}
		read(e)
	}
}

// foreign ends a record that is not of the provider though it was said to be.
func (it *Items) foreign(provider string) { it.ignore("no record of " + provider) }

// IsWhatsApp reports whether the channel is WhatsApp or not named.
func IsWhatsApp(channel string) bool {
	return channel == "" || strings.EqualFold(channel, "wa") || strings.Contains(strings.ToLower(channel), "whatsapp")
}

// otherChannel is why a message on another channel is ignored.
func otherChannel(channel string) string { return "channel " + notation.Clip(strings.ToLower(channel)) }

// setReferral reads where a user came from, if the message says so.
func (n *notice) setReferral(items *Items, referral jsontree.Value) {
	if referral.First().OK() && n.event.Kind == event.Inbound {
		source := firstOf(referral.Get("source_type"), referral.Get("sourceType"))
		click := firstOf(referral.Get("ctwa_clid"), referral.Get("ctwaClid"))
		n.event.Referral = items.referralSource(text(source), text(click))
	}
}

// leavePair takes the user off a send call that does not name the number that
// it is to go out from, as one may be chosen later: half a pair would be
// another pair, and the message's other records tell the whole.
func (n *notice) leavePair() {
	if n.event.Kind == event.Request && n.event.Number == "" && n.event.Message != "" {
		n.user = identity{}
	}
}
