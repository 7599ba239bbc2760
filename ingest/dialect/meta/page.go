package meta

import (
	"cmp"
	"strings"

	"waudit/audit/event"
	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
)

// Messenger reads the webhooks of Messenger, and what was posted to the send calls of both
// channels. Accounts and users have ids of their channel (event.Channel.ID).
type Messenger struct{ talk }

// Instagram reads the webhooks of Instagram's messages.
type Instagram struct{ talk }

// The objects of envelopes that are about these channels.
const (
	pageObject      = "page"
	instagramObject = "instagram"
)

// Name implements dialect.Dialect.
func (*Messenger) Name() string { return "meta-messenger" }

// Name implements dialect.Dialect.
func (*Instagram) Name() string { return "meta-instagram" }

// Recognise takes whole envelopes: what is in them does not name its channel.
func (*Messenger) Recognise(record jsontree.Value) bool { return isTalk(record, pageObject) }

// Recognise takes whole envelopes: what is in them does not name its channel.
func (*Instagram) Recognise(record jsontree.Value) bool { return isTalk(record, instagramObject) }

// MayBe is what Recognise asks for at least.
func (*Messenger) MayBe(v jsontree.Value) bool { return dialect.HasKeys(v, "object", "entry") }

// MayBePiece implements dialect.Shaped: there is no record without the answer.
func (*Messenger) MayBePiece(v jsontree.Value) bool { return v.Get("message_id").OK() }

// MayKnow is what Recognise asks for at least.
func (*Instagram) MayKnow(v jsontree.Value) bool { return dialect.HasKeys(v, "object", "entry") }

func isTalk(record jsontree.Value, object string) bool {
	return record.Get("object").Str() == object && record.Get("entry").Kind() == jsontree.Array
}

// Decode implements dialect.Dialect.
func (d *Messenger) Decode(record jsontree.Value, items *dialect.Items) {
	d.decode(event.Messenger, d.Recognise(record), record, items)
}

// Decode implements dialect.Dialect.
func (d *Instagram) Decode(record jsontree.Value, items *dialect.Items) {
	d.decode(event.Instagram, d.Recognise(record), record, items)
}

// Surround implements dialect.Surrounded.
func (d *Messenger) Surround(s dialect.Surroundings) { d.logged = s.Logged }

// talk is what the readers of both channels share: an item has one form on both.
type talk struct {
	channel event.Channel
	items   *dialect.Items
	own     string         // the Page, or the Instagram account
	time    jsontree.Value // entry.time
	logged  jsontree.Value // when a wrapper says that it was written
	pieces  Cloud          // collects those of send calls
}

func (d *talk) decode(c event.Channel, known bool, record jsontree.Value, items *dialect.Items) {
	if !known {
		items.Foreign(c.String())
		return
	}
	d.channel, d.items = c, items
	entries := record.Get("entry")
	if isEmpty(entries) {
		items.Ignore("webhook without entries")
	}
	d.each(entries, d.entry)
	d.items, d.time, d.logged = nil, jsontree.Value{}, jsontree.Value{}
}

// each calls read for the objects of a list, and rejects whatever else it has.
func (d *talk) each(list jsontree.Value, read func(jsontree.Value)) {
	d.items.EachObject("Meta", list, read)
}

func (d *talk) entry(v jsontree.Value) {
	before := d.items.Len()
	if d.own, d.time = dialect.Text(v.Get("id")), v.Get("time"); d.own == TestWABA {
		d.items.Ignore(TestPayload)
		return
	}
	d.each(v.Get("messaging"), d.item)
	d.each(v.Get("standby"), d.item) // another app has the thread: what happens in it is the same
	d.each(v.Get("changes"), d.change)
	if d.items.Len() == before {
		d.items.Ignore("entry without messaging")
	}
}

// change reads what some subscriptions have in the place of a list of items, and the
// comments that a private reply may follow.
func (d *talk) change(v jsontree.Value) {
	field, value := dialect.Text(v.Get("field")), v.Get("value")
	from := dialect.Text(value.Get("from").Get("id"))
	feed := field == "feed" && dialect.Text(value.Get("verb")) == "add" && (dialect.Text(value.Get("item")) == "comment" || dialect.Text(value.Get("item")) == "post")
	switch {
	case value.Get("sender").Kind() == jsontree.Object && value.Get("recipient").Kind() == jsontree.Object:
		d.item(value)
	case (field == "comments" || field == "live_comments" || feed) && from != "" && from != d.own:
		d.add(v, event.Event{Kind: event.Inbound, Type: "comment", UserID: from}, value.Get("created_time"))
	default:
		d.items.Ignore("field " + notation.Clip(field))
	}
}

// itemKinds are the keys of what an item may be that is no message: those that tell of
// windows, then those that tell of nothing here.
var itemKinds = [...]struct {
	key  string
	read func(d *talk, item, v jsontree.Value, who string)
}{
	{"message", (*talk).message}, {"postback", (*talk).postback}, {"reaction", (*talk).reaction}, {"referral", (*talk).referral},
	{"optin", (*talk).optin}, {"delivery", (*talk).delivery}, {"read", (*talk).seen},
	{"message_edit", nil}, {"pass_thread_control", nil}, {"take_thread_control", nil}, {"request_thread_control", nil}, {"app_roles", nil},
	{"account_linking", nil}, {"policy_enforcement", nil}, {"game_play", nil}, {"messaging_feedback", nil},
}

// item reads an element of "messaging" or "standby".
func (d *talk) item(v jsontree.Value) {
	sender, recipient := dialect.Text(v.Get("sender").Get("id")), dialect.Text(v.Get("recipient").Get("id"))
	d.own = cmp.Or(d.own, recipient)
	for _, kind := range itemKinds {
		of := v.Get(kind.key)
		switch {
		case of.Kind() != jsontree.Object:
			continue
		case kind.read == nil:
			d.items.Ignore(kind.key)
		case d.flag(of, "is_echo"):
			d.echo(v, of, recipient)
		case sender == d.own && sender != "":
			d.items.Ignore(kind.key + " of the business")
		default:
			kind.read(d, v, of, sender)
		}
		return
	}
	d.items.IgnoreEvent(v, "messaging of another kind")
}

func (d *talk) flag(v jsontree.Value, key string) bool {
	m := v.Get(key)
	return m.OK() && d.items.Flag(key, m) == event.True
}

// add adds the event of an item, with the first of the times that there is and with its
// ids made those of the channel.
func (d *talk) add(item jsontree.Value, e event.Event, time jsontree.Value) {
	if !dialect.HasContent(time) {
		time = d.time
	}
	at, fault := dialect.ReadTime(time)
	switch {
	case fault != notation.TimeGood:
		d.items.Reject(item.Path(), e.Kind.String()+" of "+dialect.NameOf(e.Message)+" has no place in time: "+dialect.TimeProblem("timestamp", time, fault))
		return
	case e.UserID == "" || d.own == "":
		d.items.Reject(item.Path(), e.Kind.String()+" of "+dialect.NameOf(e.Message)+" names no user or no account: it lacks sender.id, recipient.id or entry.id; "+exportAgain)
		return
	}
	e.Time, e.Number, e.UserID = at, d.channel.ID(d.own), d.channel.ID(e.UserID)
	e.WABA = e.Number
	d.items.Events = append(d.items.Events, e)
}

// message reads one of a user.
func (d *talk) message(item, v jsontree.Value, who string) {
	e := event.Event{Kind: event.Inbound, Message: dialect.Text(v.Get("mid")), Type: attached(v), UserID: who, Referral: source(v.Get("referral"))}
	switch {
	case d.flag(v, "is_deleted"):
		e.Type = "revoke"
	case d.flag(v, "is_unsupported"):
		e.Type = "unsupported"
	}
	d.add(item, e, item.Get("timestamp"))
}

// attached is the type of the first thing in a message, else that of text.
func attached(message jsontree.Value) string {
	first := message.Get("attachments").First()
	if !first.OK() {
		first = message.Get("attachment")
	}
	return event.Word(cmp.Or(dialect.Text(first.Get("type")), "text"))
}

// source is where a referral came from. An ad is what some windows go by, all else is
// told as it is named.
func source(referral jsontree.Value) string {
	switch word := event.Word(dialect.Text(referral.Get("source"))); {
	case word == "ads" || dialect.HasContent(referral.Get("ad_id")):
		return "ad"
	default:
		return word
	}
}

// Meta's own inboxes, by the ids of their apps: who writes there is a person.
const (
	pageInbox      = "263902037430900"
	instagramInbox = "1217981644879628"
)

// echo reads a message of the business, which Meta repeats when it has taken it.
func (d *talk) echo(item, v jsontree.Value, who string) {
	e := event.Event{Kind: event.Sent, Message: dialect.Text(v.Get("mid")), Type: attached(v), UserID: who}
	if app := dialect.Text(v.Get("app_id")); app == pageInbox || app == instagramInbox {
		e.Kind = event.Echo
	}
	switch {
	case e.Message == "":
		d.items.Reject(item.Path(), "echo without mid, so that no message can be told; "+exportAgain)
		return
	case d.flag(v, "is_deleted"):
		d.items.Ignore("message deleted")
		return
	}
	if tag := dialect.Text(v.Get("tag")); tag != "" {
		e.TemplateCategory = event.Word(tag)
	}
	d.add(item, e, item.Get("timestamp"))
}

func (d *talk) postback(item, v jsontree.Value, who string) {
	d.add(item, event.Event{Kind: event.Inbound, Type: "postback", Message: dialect.Text(v.Get("mid")), UserID: who, Referral: source(v.Get("referral"))}, item.Get("timestamp"))
}

// reaction names the message that the user reacted to: it has no id of its own.
func (d *talk) reaction(item, v jsontree.Value, who string) {
	if dialect.Text(v.Get("action")) == "unreact" {
		d.items.Ignore("unreact")
		return
	}
	d.add(item, event.Event{Kind: event.Inbound, Type: "reaction", UserID: who}, item.Get("timestamp"))
}

func (d *talk) referral(item, v jsontree.Value, who string) {
	d.add(item, event.Event{Kind: event.Inbound, Type: "referral", UserID: who, Referral: source(v)}, item.Get("timestamp"))
}

// optin reads the tap on a plugin, or on a request to send more messages. One of a user
// whom no id names (user_ref) is told again by the first message.
func (d *talk) optin(item, v jsontree.Value, who string) {
	if who == "" {
		d.items.Ignore("optin of a user_ref")
		return
	}
	e := event.Event{Kind: event.Inbound, Type: "optin", UserID: who}
	if dialect.HasContent(v.Get("type")) {
		e.Type = "notification_optin"
	}
	d.add(item, e, item.Get("timestamp"))
}

// delivery names the messages, or an instant up to which all that were sent had been
// delivered: an event without a message stands for them.
func (d *talk) delivery(item, v jsontree.Value, who string) {
	d.receipts(item, v, v.Get("mids"), event.Event{Kind: event.Delivered, UserID: who})
}

func (d *talk) seen(item, v jsontree.Value, who string) {
	d.receipts(item, v, v.Get("mid"), event.Event{Kind: event.Read, UserID: who})
}

func (d *talk) receipts(item, v, mids jsontree.Value, e event.Event) {
	before := d.items.Len()
	add := func(mid jsontree.Value) {
		if e.Message = dialect.Text(mid); e.Message != "" {
			d.add(item, e, item.Get("timestamp"))
		}
	}
	add(mids)
	for mid := mids.First(); mid.OK(); mid = mid.Next() {
		add(mid)
	}
	if d.items.Len() == before {
		e.Message = ""
		d.add(item, e, v.Get("watermark"))
	}
}

// Assemble reads the pieces of a send call: what was posted to /<account>/messages beside
// what came back, and when. What says neither by a key nor in its address which account it
// was sent from belongs where the echo of the message does.
func (d *Messenger) Assemble(v jsontree.Value, items *dialect.Items) bool {
	s := sendLog{time: d.logged, isRequest: isTalkRequest, isAnswer: isTalkAnswer}
	d.pieces.collectSend(&s, v, 0)
	if d.logged = (jsontree.Value{}); !s.request.OK() || !s.answer.OK() {
		return false
	}
	e := event.Event{Kind: event.Request, Message: dialect.Text(s.answer.Get("message_id")), UserID: dialect.Text(s.answer.Get("recipient_id"))}
	at, fault := dialect.ReadTime(s.time)
	if fault != notation.TimeGood {
		items.Reject(v.Path(), "send call of "+dialect.NameOf(e.Message)+" has no place in time: "+dialect.TimeProblem("timestamp", s.time, fault))
		return true
	}
	d.items = items
	e.Time, e.TemplateCategory = at, d.sentAs(s.request)
	d.items = nil
	message := s.request.Get("message")
	e.Type, e.Template = attached(message), dialect.Text(message.Get("template").Get("name"))
	e.Language = dialect.Language(message.Get("template").Get("language"))
	c := event.Messenger
	if s.instagram || strings.HasPrefix(e.Message, "aWdf") { // base64 of ig_
		c = event.Instagram
	}
	if e.Number, e.UserID = c.ID(cmp.Or(s.page, s.number)), c.ID(e.UserID); e.Number == "" {
		e.UserID = ""
	}
	e.WABA = e.Number
	items.Events = append(items.Events, e)
	return true
}

// sentAs is what a message was sent as, which is what allows it outside the window: a
// tag, a utility template, a reply to a comment; "response" or "update" for nothing.
func (d *talk) sentAs(request jsontree.Value) string {
	to, tag := request.Get("recipient"), dialect.Text(request.Get("tag"))
	kind := event.Word(dialect.Text(request.Get("messaging_type")))
	switch {
	case to.Get("comment_id").OK() || to.Get("post_id").OK():
		return "private_reply"
	case to.Get("notification_messages_token").OK() || to.Get("one_time_notif_token").OK():
		return "notification_message"
	case tag != "":
		return event.Word(tag)
	case kind == "" && request.Get("message").Get("template").Kind() == jsontree.Object:
		return "utility"
	case kind != "" && kind != "response" && kind != "update" && kind != "utility":
		d.items.ReportUnknown("messaging_type", kind)
	}
	return cmp.Or(kind, "response")
}

func isTalkRequest(v jsontree.Value) bool {
	to := dialect.HasAny(v.Get("recipient"), "id", "comment_id", "post_id", "notification_messages_token", "one_time_notif_token")
	return to && v.Get("message").Kind() == jsontree.Object && !v.Get("sender").OK()
}

func isTalkAnswer(v jsontree.Value) bool {
	return dialect.Text(v.Get("message_id")) != "" && dialect.Text(v.Get("recipient_id")) != "" && !v.Get("status").OK()
}
