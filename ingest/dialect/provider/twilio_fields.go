package provider

import (
	"strings"

	"waudit/ingest/dialect"
	"waudit/ingest/jsontree"
)

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
		switch {
		case f.take(name, m), f.takeWebhook(name, m):
		case dialect.IsTimeKey(m.Key()) && dialect.IsTime(m):
			f.logged = m
		}
	}
	return f
}

// take takes a field of any message.
func (f *twilioFields) take(name []byte, m jsontree.Value) bool {
	switch string(name) {
	case "messagesid":
		f.sid = m
	case "sid", "smssid", "smsmessagesid":
		f.export = f.export || m.Key() == "SMS Message SID"
		if dialect.Text(f.sid) == "" {
			f.sid = m
		}
	case "from", "sentfrom": // Steampipe
		f.from = m
	case "to", "sentto":
		f.to = m
	case "status", "messagestatus":
		f.messageStatus = m
	case "smsstatus":
		f.smsStatus = m
	case "direction":
		f.direction = m
	case "datecreated":
		f.created = m
	case "datesent", "sentdate":
		f.sent = m
	case "dateupdated":
		f.updated = m
	case "price":
		f.price = m
	case "priceunit":
		f.unit = m
	case "errorcode":
		f.errorCode = m
	default:
		return false
	}
	return true
}

// takeWebhook takes a field that is of use in webhooks alone.
func (f *twilioFields) takeWebhook(name []byte, m jsontree.Value) bool {
	switch string(name) {
	case "messagetype":
		f.kind = m
	case "buttontext", "buttonpayload":
		if dialect.Text(f.button) == "" {
			f.button = m
		}
	case "body":
		f.body = m
	case "nummedia":
		f.media = m
	case "waid":
		f.waID = m
	case "externaluserid", "externaluseridentifier":
		f.userID = m
	case "channelprefix":
		f.channel = m
	case "referralsourcetype":
		f.sourceType = m
	case "referralsourceid", "referralsourceurl":
		if dialect.Text(f.source) == "" {
			f.source = m
		}
	case "referralctwaclid":
		f.click = m
	default:
		return false
	}
	return true
}

// status is the status in lower case.
func (f *twilioFields) status() string {
	switch {
	case f.word != "":
		return strings.ToLower(f.word)
	case dialect.Text(f.messageStatus) != "":
		return strings.ToLower(dialect.Text(f.messageStatus))
	}
	return strings.ToLower(dialect.Text(f.smsStatus))
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
