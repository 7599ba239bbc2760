package provider

import (
	"cmp"
	"strings"

	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
	"waudit/ingest/notation"
)

// twilio reads what Twilio tells of WhatsApp messages, in any of its forms:
// status callbacks and inbound webhooks (form fields, as a JSON object), message
// resources (one, a page of them, a line of a BulkExport file, a row of a CSV
// export), and the CloudEvents of Event Streams. They are no mapping file: each form
// spells its names in its own way, addresses say what the channel is, who wrote a
// message is told by what is there, and no message came to its end before it was sent.
//
//	twilio.go          the dialect, and the fields, whose names each form spells its own way
//	twilio_message.go  what the fields say of a message, and when it happened
type twilio struct {
	logged jsontree.Value // when what is around the record says that it was written
}

func (*twilio) Name() string { return "twilio" }

func (d *twilio) Surround(s dialect.Surroundings) { d.logged = s.Logged }

// Recognise knows a record by the id of a message and what must stand beside
// it, a page by its messages or the address of the first page, an event by
// its type.
func (*twilio) Recognise(record jsontree.Value) bool {
	var named, told, paged, empty bool
	for m := record.First(); m.OK(); m = m.Next() {
		var name [longestTwilioName]byte
		switch string(twilioName(name[:0], m.Key())) {
		case "messagesid", "smssid", "smsmessagesid":
			named = named || m.Kind() == jsontree.String
		case "sid":
			named = named || isTwilioSid(m.Str())
		case "from", "to", "status", "messagestatus", "smsstatus":
			told = true
		case "type":
			if isTwilioEvent(record) {
				return true
			}
		case "messages":
			if dialect.AnyElement(m, isTwilioResource) {
				return true
			}
			empty = m.Kind() == jsontree.Array && !m.First().OK()
		case "firstpageuri":
			paged = true
		}
	}
	return named && told || paged && empty
}

// MayKnow is what Recognise asks for at least.
func (*twilio) MayKnow(record jsontree.Value) bool {
	for m := record.First(); m.OK(); m = m.Next() {
		var name [longestTwilioName]byte
		switch string(twilioName(name[:0], m.Key())) {
		case "messagesid", "smssid", "smsmessagesid", "sid", "type", "messages", "firstpageuri":
			return true
		}
	}
	return false
}

func (d *twilio) Decode(record jsontree.Value, items *dialect.Items) {
	switch messages := record.Get("messages"); {
	case !d.Recognise(record):
		items.Foreign("Twilio")
	case isTwilioEvent(record):
		d.event(record, items)
	case messages.Kind() != jsontree.Array:
		d.message(record, twilioFieldsOf(record), items)
	case !messages.First().OK():
		items.Ignore("page without messages")
	default:
		items.EachObject("Twilio", messages, func(v jsontree.Value) { d.message(v, twilioFieldsOf(v), items) })
	}
	d.logged = jsontree.Value{}
}

// isTwilioSid tells a message's id from those of Twilio's other things.
func isTwilioSid(id string) bool {
	return strings.HasPrefix(id, "SM") || strings.HasPrefix(id, "MM")
}

func isTwilioResource(v jsontree.Value) bool { return isTwilioSid(v.Get("sid").Str()) }

// twilioEvents begins the type of every event of Event Streams.
const twilioEvents = "com.twilio."

func isTwilioEvent(v jsontree.Value) bool {
	return strings.HasPrefix(v.Get("type").Str(), twilioEvents)
}

// event reads a CloudEvent. Its type says what happened; what its data repeat
// of the message's dates is not when.
func (d *twilio) event(v jsontree.Value, items *dialect.Items) {
	name := v.Get("type").Str()
	topic := strings.TrimPrefix(name, twilioEvents+"messaging.")
	f := twilioFieldsOf(v.Get("data"))
	f.direction, f.created, f.sent, f.updated = jsontree.Value{}, jsontree.Value{}, jsontree.Value{}, jsontree.Value{}
	if !f.logged.OK() {
		f.logged = v.Get("time")
	}
	status, ofMessage := strings.CutPrefix(topic, "message.")
	switch {
	case topic == "inbound-message.received":
		f.word = "received"
	case ofMessage:
		f.word = status
	default:
		items.IgnoreEvent(v, "event "+notation.Clip(name))
		return
	}
	d.message(v, f, items)
}

// twilioFields are the fields of a message in any of Twilio's forms.
type twilioFields struct {
	sid, from, to, direction  jsontree.Value
	messageStatus, smsStatus  jsontree.Value
	created, sent, updated    jsontree.Value
	price, unit, errorCode    jsontree.Value
	kind, button, body, media jsontree.Value
	waID, userID, channel     jsontree.Value
	sourceType, source, click jsontree.Value
	logged                    jsontree.Value // when the record says that it was written
	word                      string         // the status of an event, which stands in its type
	export                    bool           // a row of the export script, whose times are UTC without saying so
}

// longestTwilioName is that of ExternalUserIdentifier.
const longestTwilioName = 22

// twilioName appends a field's name without what its forms differ in: message
// resources write date_sent, client libraries dateSent, exports DateSent or
// "Date Sent". It returns nothing for names longer than any.
func twilioName(dst []byte, key string) []byte {
	for i := range len(key) {
		c := key[i]
		switch {
		case c == '_' || c == ' ':
			continue
		case 'A' <= c && c <= 'Z':
			c |= 0x20
		}
		if len(dst) == longestTwilioName {
			return nil
		}
		dst = append(dst, c)
	}
	return dst
}

func twilioFieldsOf(v jsontree.Value) (f twilioFields) {
	for m := v.First(); m.OK(); m = m.Next() {
		var buffer [longestTwilioName]byte
		name := twilioName(buffer[:0], m.Key())
		if !f.take(name, m) && dialect.IsTimeKey(m.Key()) && dialect.IsTime(m) {
			f.logged = m
		}
	}
	return f
}

// twilioTarget is where a field goes.
type twilioTarget struct {
	of          func(*twilioFields) *jsontree.Value
	isAlternate bool // it has several names, and the first with a text counts
}

// twilioTargets are the fields by their names, as twilioName writes them.
var twilioTargets = map[string]twilioTarget{
	"messagesid":             {of: func(f *twilioFields) *jsontree.Value { return &f.sid }},
	"sid":                    {func(f *twilioFields) *jsontree.Value { return &f.sid }, true},
	"smssid":                 {func(f *twilioFields) *jsontree.Value { return &f.sid }, true},
	"smsmessagesid":          {func(f *twilioFields) *jsontree.Value { return &f.sid }, true},
	"from":                   {of: func(f *twilioFields) *jsontree.Value { return &f.from }},
	"sentfrom":               {of: func(f *twilioFields) *jsontree.Value { return &f.from }}, // Steampipe
	"to":                     {of: func(f *twilioFields) *jsontree.Value { return &f.to }},
	"sentto":                 {of: func(f *twilioFields) *jsontree.Value { return &f.to }},
	"status":                 {of: func(f *twilioFields) *jsontree.Value { return &f.messageStatus }},
	"messagestatus":          {of: func(f *twilioFields) *jsontree.Value { return &f.messageStatus }},
	"smsstatus":              {of: func(f *twilioFields) *jsontree.Value { return &f.smsStatus }},
	"direction":              {of: func(f *twilioFields) *jsontree.Value { return &f.direction }},
	"datecreated":            {of: func(f *twilioFields) *jsontree.Value { return &f.created }},
	"datesent":               {of: func(f *twilioFields) *jsontree.Value { return &f.sent }},
	"sentdate":               {of: func(f *twilioFields) *jsontree.Value { return &f.sent }},
	"dateupdated":            {of: func(f *twilioFields) *jsontree.Value { return &f.updated }},
	"price":                  {of: func(f *twilioFields) *jsontree.Value { return &f.price }},
	"priceunit":              {of: func(f *twilioFields) *jsontree.Value { return &f.unit }},
	"errorcode":              {of: func(f *twilioFields) *jsontree.Value { return &f.errorCode }},
	"messagetype":            {of: func(f *twilioFields) *jsontree.Value { return &f.kind }},
	"buttontext":             {func(f *twilioFields) *jsontree.Value { return &f.button }, true},
	"buttonpayload":          {func(f *twilioFields) *jsontree.Value { return &f.button }, true},
	"body":                   {of: func(f *twilioFields) *jsontree.Value { return &f.body }},
	"nummedia":               {of: func(f *twilioFields) *jsontree.Value { return &f.media }},
	"waid":                   {of: func(f *twilioFields) *jsontree.Value { return &f.waID }},
	"externaluserid":         {of: func(f *twilioFields) *jsontree.Value { return &f.userID }},
	"externaluseridentifier": {of: func(f *twilioFields) *jsontree.Value { return &f.userID }},
	"channelprefix":          {of: func(f *twilioFields) *jsontree.Value { return &f.channel }},
	"referralsourcetype":     {of: func(f *twilioFields) *jsontree.Value { return &f.sourceType }},
	"referralsourceid":       {func(f *twilioFields) *jsontree.Value { return &f.source }, true},
	"referralsourceurl":      {func(f *twilioFields) *jsontree.Value { return &f.source }, true},
	"referralctwaclid":       {of: func(f *twilioFields) *jsontree.Value { return &f.click }},
}

// take takes a field, if it is one.
func (f *twilioFields) take(name []byte, m jsontree.Value) bool {
	target, ok := twilioTargets[string(name)]
	if !ok {
		return false
	}
	f.export = f.export || m.Key() == "SMS Message SID"
	if to := target.of(f); !target.isAlternate || dialect.Text(*to) == "" {
		*to = m
	}
	return true
}

// status is the status in lower case.
func (f *twilioFields) status() string {
	return strings.ToLower(cmp.Or(f.word, dialect.Text(f.messageStatus), dialect.Text(f.smsStatus)))
}

// inbound reports whether the user sent the message. Webhooks say so by their
// status or, where that was not logged, by their content.
func (f *twilioFields) inbound() bool {
	if direction := dialect.Text(f.direction); direction != "" {
		return strings.EqualFold(direction, "inbound")
	}
	switch f.status() {
	case "received", "receiving":
		return true
	case "":
		return f.body.OK() || f.media.OK()
	}
	return false
}

// onWhatsApp reports whether the message is one of WhatsApp: Twilio tells of
// its other channels in the same words. Old events name no address.
func (f *twilioFields) onWhatsApp() bool {
	from, to := dialect.Text(f.from), dialect.Text(f.to)
	switch channel := dialect.Text(f.channel); {
	case channel != "":
		return strings.EqualFold(channel, "whatsapp")
	case from == "" && to == "":
		return true
	}
	return strings.HasPrefix(from, twilioWhatsApp) || strings.HasPrefix(to, twilioWhatsApp) ||
		dialect.Text(f.waID) != "" || dialect.Text(f.userID) != ""
}

// twilioWhatsApp begins an address on WhatsApp, "whatsapp:+15550177001".
const twilioWhatsApp = "whatsapp:"

// twilioAddress is an address without its channel.
func twilioAddress(v jsontree.Value) string {
	return strings.TrimPrefix(dialect.Text(v), twilioWhatsApp)
}
