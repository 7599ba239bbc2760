package simulate

import (
	"strconv"
	"time"
)

// renderFlat writes any occurrence as waudit's own record: a row for each thing that
// happened.
func renderFlat(o *occurrence) []byte {
	p := o.p
	r := jsonObject{
		"event", o.event, "timestamp", flatTime(o.at), "waba_id", p.number.account.id, "phone_number_id", p.number.id,
		"wa_id", p.user, "user_id", p.userID(o.at), "group_id", p.group,
	}
	switch in, m := o.inbound, o.message; {
	case in != nil:
		r = append(r, "participant_id", in.member, "message_id", o.id, "message_type", inboundType(in),
			"referral_source_type", in.referral, "ctwa_clid", in.clickID)
	case o.event == evEcho:
		r = append(r, "message_id", o.id, "message_type", "text")
	case o.event == evRequest: // what the send call knows
		r = append(r, "message_id", o.id, "message_type", m.kind)
		if m.template != nil {
			r = append(r, "template_name", m.template.name, "template_category", m.template.noted(m.category), "template_language", "en")
		}
	case o.event == evCharge:
		r = append(r, "message_id", o.id, "amount", madeUpPrice, "currency", p.number.account.currency, "line_id", o.lineID())
	default:
		if !o.toGroup() {
			r = append(r, "participant_id", m.member)
		}
		r = o.report(append(r, "message_id", o.id))
	}
	return appendJSON(nil, r)
}

// lineID is the bill's own id of a line.
func (o *occurrence) lineID() string {
	if o.line == 1 {
		return "line-" + o.id
	}
	return "line-" + o.id + "-" + strconv.Itoa(o.line)
}

// report adds what a status says.
func (o *occurrence) report(r jsonObject) jsonObject {
	if st := o.priced; st != nil {
		if o.p.showsConversation(st, o.at) {
			expires := ""
			if o.expires != 0 {
				expires = flatTime(o.expires)
			}
			r = append(r, "conversation_id", st.conversation, "conversation_origin", st.origin, "conversation_expiration", expires)
		}
		r = append(r, "billable", st.billable, "pricing_model", st.model, "pricing_type", st.kind, "pricing_category", st.category)
	}
	if o.code != 0 {
		r = append(r, "error_code", strconv.Itoa(o.code))
	}
	return r
}

// flatTime is an instant, in Unix seconds, as flat records have it.
func flatTime(at int64) string { return time.Unix(at, 0).UTC().Format(time.RFC3339) }

// inboundType names what the user sent; calls have no type.
func inboundType(in *inbound) string {
	switch in.kind {
	case reacted:
		return "reaction"
	case called:
		return ""
	}
	return "text"
}
