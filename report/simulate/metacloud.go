package simulate

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// jsonObject is a JSON object: names and values in turn. It is written in their order, and
// without those that are "" or 0.
type jsonObject []any

// appendJSON writes an object, a list or a plain value. Texts are this package's own, and
// have nothing in them that JSON escapes.
func appendJSON(text []byte, v any) []byte {
	switch v := v.(type) {
	case jsonObject:
		text = append(text, '{')
		for i := 0; i < len(v); i += 2 {
			if v[i+1] == "" || v[i+1] == int64(0) {
				continue
			}
			if text[len(text)-1] != '{' {
				text = append(text, ',')
			}
			text = appendJSON(append(appendJSON(text, v[i]), ':'), v[i+1])
		}
		return append(text, '}')
	case []any:
		text = append(text, '[')
		for i, item := range v {
			if i > 0 {
				text = append(text, ',')
			}
			text = appendJSON(text, item)
		}
		return append(text, ']')
	case json.RawMessage: // that is written already
		return append(text, v...)
	case string:
		return append(append(append(text, '"'), v...), '"')
	}
	return fmt.Append(text, v) // a number or a truth value
}

func unixText(at int64) string { return strconv.FormatInt(at, 10) }

// metaWebhook wraps one change of an account; at is 0 where the field carries
// no time of the entry.
func metaWebhook(a *account, at int64, field string, value jsonObject) []byte {
	entry := jsonObject{"id", a.id, "time", at, "changes", []any{jsonObject{"value", value, "field", field}}}
	return appendJSON(nil, jsonObject{"object", "whatsapp_business_account", "entry", []any{entry}})
}

// metaValue is what a webhook says of a number.
func metaValue(n *number, says ...any) jsonObject {
	metadata := jsonObject{"display_phone_number", n.display, "phone_number_id", n.id}
	return append(jsonObject{"messaging_product", "whatsapp", "metadata", metadata}, says...)
}

// metaStatuses wraps statuses of one number, as they were rendered.
func metaStatuses(n *number, statuses []any) []byte {
	return metaWebhook(n.account, 0, "messages", metaValue(n, "statuses", statuses))
}

// renderMeta writes an occurrence as its webhook. A status is returned bare,
// for several may share a body. What no webhook tells, the send call and the
// bill line, is a flat record.
func renderMeta(o *occurrence) (body []byte, status bool) {
	p, field := o.p, "messages"
	var says jsonObject
	switch o.event {
	case evRequest, evCharge:
		return renderFlat(o), false
	case evSent, evDelivered, evRead, evFailed:
		return appendJSON(nil, metaStatusOf(o)), true
	case evInbound:
		says = jsonObject{"contacts", []any{o.contact()}, "messages", []any{metaInbound(o)}}
	case evCall:
		field = "calls"
		says = jsonObject{"contacts", []any{o.contact()}, "calls", []any{jsonObject{
			"id", o.id, "from", p.user, "from_user_id", p.userID(o.at), "to", p.number.display,
			"event", "connect", "timestamp", unixText(o.at), "direction", "USER_INITIATED",
		}}}
	case evEcho:
		field = "smb_message_echoes"
		says = jsonObject{"message_echoes", []any{jsonObject{
			"from", p.number.display, "to", p.user, "id", o.id, "timestamp", unixText(o.at),
			"type", "text", "text", jsonObject{"body", "On its way."},
		}}}
	}
	return metaWebhook(p.number.account, 0, field, metaValue(p.number, says...)), false
}

// from is the phone of who wrote: the user, or a member of the group.
func (o *occurrence) from() string {
	if o.p.group != "" {
		return o.inbound.member
	}
	return o.p.user
}

// contact is who wrote; a member of a group has no name.
func (o *occurrence) contact() jsonObject {
	return jsonObject{"profile", jsonObject{"name", json.RawMessage(strconv.Quote(o.p.name))}, "wa_id", o.from(), "user_id", o.p.userID(o.at)}
}

func metaInbound(o *occurrence) jsonObject {
	m := jsonObject{
		"from", o.from(), "from_user_id", o.p.userID(o.at), "group_id", o.p.group,
		"id", o.id, "timestamp", unixText(o.at), "type", inboundType(o.inbound),
	}
	if o.inbound.kind == reacted {
		return append(m, "reaction", jsonObject{"message_id", o.p.wamid(idOutbound, 0), "emoji", "👍"})
	}
	m = append(m, "text", jsonObject{"body", phrase(o.at)})
	if source := o.inbound.referral; source != "" {
		m = append(m, "referral", jsonObject{
			"source_url", "https://example.com/" + source, "source_id", "120200330044", "source_type", source,
			"headline", "New arrivals", "ctwa_clid", o.inbound.clickID,
		})
	}
	return m
}

func phrase(at int64) string {
	phrases := [...]string{"Hello!", "Where is my order?", "Thanks", "Is this still available?", "Ok", "Can I pay by card?"}
	return phrases[at%int64(len(phrases))]
}

func metaStatusOf(o *occurrence) jsonObject {
	recipient, kind, participant := o.p.user, "", ""
	if o.p.group != "" {
		recipient, kind = o.p.group, "group"
		if !o.toGroup() {
			participant = o.message.member
		}
	}
	s := jsonObject{
		"id", o.id, "status", o.event, "timestamp", unixText(o.at), "recipient_id", recipient,
		"recipient_user_id", o.p.userID(o.at), "recipient_type", kind, "recipient_participant_id", participant,
	}
	if st := o.priced; st != nil {
		if o.p.showsConversation(st, o.at) {
			expires := ""
			if o.expires != 0 {
				expires = unixText(o.expires)
			}
			s = append(s, "conversation", jsonObject{"id", st.conversation, "expiration_timestamp", expires, "origin", jsonObject{"type", st.origin}})
		}
		s = append(s, "pricing", jsonObject{"billable", st.billable, "pricing_model", st.model, "type", st.kind, "category", st.category})
	}
	if o.code != 0 {
		s = append(s, "errors", []any{metaErrorOf(o)})
	}
	return s
}

func metaErrorOf(o *occurrence) jsonObject {
	title := "Message undeliverable"
	switch o.code {
	case codeWindowClosed:
		title = "Re-engagement message"
	case codeEcosystem:
		title = "This message was not delivered to maintain healthy ecosystem engagement."
	}
	e := jsonObject{"code", o.code, "title", title}
	if o.at >= errorDetailsFrom {
		e = append(e, "message", title, "error_data", jsonObject{"details", "See the documentation of the error code."})
	}
	return e
}
