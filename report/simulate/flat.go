package simulate

import (
	"encoding/json"
	"strconv"
	"time"
)

// flatRecord is waudit's own record: a row for each thing that happened.
type flatRecord struct {
	Event            string `json:"event"`
	Timestamp        string `json:"timestamp"`
	WABA             string `json:"waba_id"`
	Number           string `json:"phone_number_id"`
	User             string `json:"wa_id,omitempty"`
	UserID           string `json:"user_id,omitempty"`
	Group            string `json:"group_id,omitempty"`
	Participant      string `json:"participant_id,omitempty"`
	Message          string `json:"message_id"`
	Type             string `json:"message_type,omitempty"`
	Template         string `json:"template_name,omitempty"`
	TemplateCategory string `json:"template_category,omitempty"`
	Language         string `json:"template_language,omitempty"`
	Conversation     string `json:"conversation_id,omitempty"`
	Origin           string `json:"conversation_origin,omitempty"`
	Expires          string `json:"conversation_expiration,omitempty"`
	Billable         *bool  `json:"billable,omitempty"`
	Model            string `json:"pricing_model,omitempty"`
	Pricing          string `json:"pricing_type,omitempty"`
	Category         string `json:"pricing_category,omitempty"`
	Amount           string `json:"amount,omitempty"`
	Currency         string `json:"currency,omitempty"`
	Referral         string `json:"referral_source_type,omitempty"`
	ClickID          string `json:"ctwa_clid,omitempty"`
	Error            string `json:"error_code,omitempty"`
	Line             string `json:"line_id,omitempty"`
}

// renderFlat writes any occurrence as a flat record.
func renderFlat(o *occurrence) ([]byte, error) {
	r := flatRecord{
		Event:     o.event,
		Timestamp: flatTime(o.at),
		WABA:      o.p.number.account.id,
		Number:    o.p.number.id,
		User:      o.p.user,
		UserID:    o.p.userID(o.at),
		Group:     o.p.group,
		Message:   o.id,
	}
	if o.inbound != nil {
		r.Participant = o.inbound.member
		r.Referral, r.ClickID = o.inbound.referral, o.inbound.clickID
		r.Type = inboundType(o.inbound)
	}
	switch o.event {
	case evEcho:
		r.Type = "text"
	case evRequest:
		r.describe(o.message)
	case evCharge:
		r.Amount, r.Currency, r.Line = madeUpPrice, o.p.number.account.currency, o.lineID()
	default:
		r.report(o)
	}
	return json.Marshal(r)
}

// lineID is the bill's own id of a line.
func (o *occurrence) lineID() string {
	if o.line == 1 {
		return "line-" + o.id
	}
	return "line-" + o.id + "-" + strconv.Itoa(o.line)
}

// describe adds what the send call knows: the category is the template's at
// that time.
func (r *flatRecord) describe(m *message) {
	r.Type = m.kind
	if m.template != nil {
		r.Template, r.TemplateCategory, r.Language = m.template.name, m.template.noted(m.category), "en"
	}
}

// report adds what a status says.
func (r *flatRecord) report(o *occurrence) {
	if o.message != nil && !o.toGroup() {
		r.Participant = o.message.member
	}
	if o.code != 0 {
		r.Error = strconv.Itoa(o.code)
	}
	st := o.priced
	if st == nil {
		return
	}
	r.Billable, r.Model, r.Pricing, r.Category = &st.billable, st.model, st.kind, st.category
	if o.p.showsConversation(st, o.at) {
		r.Conversation, r.Origin = st.conversation, st.origin
		if o.expires != 0 {
			r.Expires = flatTime(o.expires)
		}
	}
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
